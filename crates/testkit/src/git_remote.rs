//! A git host on this machine: `git http-backend` behind a small web server that asks for a
//! password. Its knobs do what real hosts do at the worst moment, once, to the next request that
//! contains a text: requests look like `POST /ana/feeds.git/git-upload-pack #2`, the second of
//! its kind. It is for tests only.

use crate::feed_server::{Asked, read_request};
use base64::Engine;
use std::collections::BTreeMap;
use std::io::{BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Time a client may take to say something, so that no test hangs on a lost one.
const PATIENCE: Duration = Duration::from_secs(30);

/// The host with one bare repository. It stops when it is dropped.
pub struct GitRemote {
    /// `http://127.0.0.1:PORT/ana/feeds.git`.
    pub url: String,
    /// The bare repository itself.
    pub folder: PathBuf,
    /// Holds the repository and goes away with it.
    _home: tempfile::TempDir,
    address: SocketAddr,
    host: Arc<Host>,
}

/// What a hook does just before a request is answered.
type Hook = Box<dyn FnOnce() + Send>;

struct Host {
    home: PathBuf,
    authorization: String,
    knobs: Mutex<Knobs>,
}

#[derive(Default)]
struct Knobs {
    stopping: bool,
    revoked: bool,
    read_only: bool,
    hanging: bool,
    fail_once: Option<(String, u16)>,
    moved_to: Option<String>,
    /// Run once, before the next request whose method and path contain the text.
    before: Option<(String, Hook)>,
    /// Answer literally once, to the next request whose method and path contain the text.
    instead: Option<(String, Vec<u8>)>,
    /// Let the next push through and lose its answer.
    lose_answer: bool,
    asked: Vec<String>,
    sent_bytes: usize,
}

/// A commit on a branch of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    pub id: String,
    pub author: String,
    pub email: String,
    /// Seconds since 1970.
    pub authored: i64,
    pub committed: i64,
    pub message: String,
}

impl GitRemote {
    /// Starts a host with an empty repository whose main branch is `main`.
    pub fn start(user: &str, password: &str) -> std::io::Result<GitRemote> {
        let home = tempfile::tempdir()?;
        let folder = home.path().join("ana/feeds.git");
        std::fs::create_dir_all(&folder)?;
        git(&folder, &["init", "--bare", "--quiet", "-b", "main", "."], b"")?;
        git(&folder, &["config", "http.receivepack", "true"], b"")?;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        let host = Arc::new(Host {
            home: home.path().to_owned(),
            authorization: format!("Basic {pair}"),
            knobs: Mutex::default(),
        });
        let serving = host.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if serving.knobs().stopping {
                    break;
                }
                let host = serving.clone();
                // A client that goes away in the middle is its own trouble.
                std::thread::spawn(move || host.serve(client).ok());
            }
        });
        let url = format!("http://{address}/ana/feeds.git");
        Ok(GitRemote { url, folder, _home: home, address, host })
    }

    /// `127.0.0.1:PORT`, as an operator's exception names it.
    #[must_use]
    pub fn place(&self) -> String {
        self.address.to_string()
    }

    /// The password is no longer taken.
    pub fn revoke(&self) {
        self.host.knobs().revoked = true;
    }

    /// The password may only read.
    pub fn make_read_only(&self) {
        self.host.knobs().read_only = true;
    }

    /// The repository is gone, or with an address moved there by a redirect.
    pub fn rename(&self, redirect_to: Option<&str>) -> std::io::Result<()> {
        self.host.knobs().moved_to = redirect_to.map(str::to_owned);
        std::fs::rename(&self.folder, self.folder.with_file_name("elsewhere.git"))
    }

    /// Answers the next request that contains the text with this status.
    pub fn fail_once(&self, request: &str, status: u16) {
        self.host.knobs().fail_once = Some((request.to_owned(), status));
    }

    /// No request is answered any more.
    pub fn hang(&self) {
        self.host.knobs().hanging = true;
    }

    /// Answers the next request that contains the text with these bytes.
    pub fn answer_instead(&self, request: &str, bytes: impl Into<Vec<u8>>) {
        self.host.knobs().instead = Some((request.to_owned(), bytes.into()));
    }

    /// Takes the next push and closes the connection without an answer.
    pub fn lose_next_answer(&self) {
        self.host.knobs().lose_answer = true;
    }

    /// Somebody else commits this file just before the next request that contains the text,
    /// such as `GET /ana/feeds.git/info/refs?service=git-receive-pack`.
    pub fn move_head_before(&self, request: &str, path: &str, content: &str) {
        let (folder, path, content) = (self.folder.clone(), path.to_owned(), content.to_owned());
        let hook = Box::new(move || {
            // If it fails, the test finds no such commit.
            let _ = commit(&folder, "main", &[(&path, content.as_bytes())], "Meanwhile", 0);
        });
        self.host.knobs().before = Some((request.to_owned(), hook));
    }

    /// Somebody else commits files directly, dated by seconds since 1970.
    pub fn commit(
        &self,
        files: &[(&str, &[u8])],
        message: &str,
        seconds: i64,
    ) -> std::io::Result<String> {
        commit(&self.folder, "main", files, message, seconds)
    }

    /// The commits of a branch, newest first; none if there is no such branch.
    pub fn log(&self, branch: &str) -> std::io::Result<Vec<Commit>> {
        let format = "--format=%H%x1f%an%x1f%ae%x1f%at%x1f%ct%x1f%B%x1e";
        let Ok(output) = git(&self.folder, &["log", format, branch], b"") else {
            return Ok(Vec::new());
        };
        let text = String::from_utf8_lossy(&output);
        Ok(text.split('\x1e').filter_map(|entry| read_commit(entry.trim_start())).collect())
    }

    /// The files of a branch by path; none if there is no such branch.
    pub fn files(&self, branch: &str) -> std::io::Result<BTreeMap<String, Vec<u8>>> {
        let Ok(list) = git(&self.folder, &["ls-tree", "-r", "-z", "--name-only", branch], b"")
        else {
            return Ok(BTreeMap::new());
        };
        let list = String::from_utf8_lossy(&list).into_owned();
        let paths = list.split('\0').filter(|path| !path.is_empty());
        paths
            .map(|path| {
                let content = git(&self.folder, &["show", &format!("{branch}:{path}")], b"")?;
                Ok((path.to_owned(), content))
            })
            .collect()
    }

    /// Sets a setting of the repository, such as `uploadpack.allowFilter`.
    pub fn configure(&self, name: &str, value: &str) -> std::io::Result<()> {
        git(&self.folder, &["config", name, value], b"").map(drop)
    }

    /// Runs git in the repository, for what has no knob of its own.
    pub fn git(&self, args: &[&str], input: &[u8]) -> std::io::Result<Vec<u8>> {
        git(&self.folder, args, input)
    }

    /// The requests so far, as `METHOD PATH`.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.host.knobs().asked.clone()
    }

    /// Bytes that git itself has answered so far.
    #[must_use]
    pub fn sent_bytes(&self) -> usize {
        self.host.knobs().sent_bytes
    }
}

impl Drop for GitRemote {
    fn drop(&mut self) {
        self.host.knobs().stopping = true;
        // The listener waits for a client; this is the last one.
        let _ = TcpStream::connect(self.address);
    }
}

impl Host {
    fn knobs(&self) -> MutexGuard<'_, Knobs> {
        self.knobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, mut client: TcpStream) -> std::io::Result<()> {
        client.set_read_timeout(Some(PATIENCE))?;
        let asked = read_request(&mut BufReader::new(&client))?;
        let request = self.note(&asked);
        if self.knobs().hanging {
            // The client goes away first; reading ends then.
            let _ = client.read(&mut [0; 16]);
            return Ok(());
        }
        let due = self.knobs().before.take_if(|(text, _)| request.contains(text.as_str()));
        if let Some((_, hook)) = due {
            hook();
        }
        if let Some(answer) = self.unusual(&request, &asked) {
            return client.write_all(&answer);
        }
        let answer = self.backend(&asked)?;
        self.knobs().sent_bytes += answer.len();
        if request.starts_with("POST") && asked.path.ends_with("receive-pack") {
            let mut knobs = self.knobs();
            if std::mem::take(&mut knobs.lose_answer) {
                return Ok(());
            }
        }
        client.write_all(&answer)
    }

    /// Writes a request down and answers with what the knobs look at: the request and its count.
    fn note(&self, asked: &Asked) -> String {
        let request = format!("{} {}", asked.method, asked.path);
        let mut knobs = self.knobs();
        knobs.asked.push(request.clone());
        let count = knobs.asked.iter().filter(|earlier| **earlier == request).count();
        format!("{request} #{count}")
    }

    /// The answer if a knob or the password decides it.
    fn unusual(&self, request: &str, asked: &Asked) -> Option<Vec<u8>> {
        let mut knobs = self.knobs();
        let instead = knobs.instead.take_if(|(text, _)| request.contains(text.as_str()));
        if let Some((_, bytes)) = instead {
            return Some(bytes);
        }
        let failing = knobs.fail_once.take_if(|(text, _)| request.contains(text.as_str()));
        if let Some((_, status)) = failing {
            return Some(status_only(status, ""));
        }
        if knobs.revoked || asked.header("authorization") != Some(&self.authorization) {
            return Some(status_only(401, "WWW-Authenticate: Basic realm=\"git\"\r\n"));
        }
        if knobs.read_only && request.contains("receive-pack") {
            return Some(status_only(403, ""));
        }
        let moved = knobs.moved_to.clone()?;
        let rest = asked.path.strip_prefix("/ana/feeds.git")?;
        Some(status_only(301, &format!("Location: {moved}{rest}\r\n")))
    }

    /// Lets `git http-backend` answer, as a web server does by CGI.
    fn backend(&self, asked: &Asked) -> std::io::Result<Vec<u8>> {
        let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        let mut child = plain_git(&self.home)
            .arg("http-backend")
            .env("GIT_PROJECT_ROOT", &self.home)
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("GIT_PROTOCOL", asked.header("git-protocol").unwrap_or_default())
            .env("REMOTE_USER", "tester")
            .env("REQUEST_METHOD", &asked.method)
            .env("PATH_INFO", path)
            .env("QUERY_STRING", query)
            .env("CONTENT_TYPE", asked.header("content-type").unwrap_or_default())
            .env("CONTENT_LENGTH", asked.body.len().to_string())
            .stderr(Stdio::null())
            .spawn()?;
        let output = feed(&mut child, &asked.body)?;
        let (head, body) = split_head(&output).ok_or_else(|| std::io::Error::other("no head"))?;
        let head = String::from_utf8_lossy(head).into_owned();
        let status =
            head.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK");
        let headers: String = head
            .lines()
            .filter(|line| !line.starts_with("Status: "))
            .map(|line| format!("{line}\r\n"))
            .collect();
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        Ok([head.as_bytes(), body].concat())
    }
}

fn status_only(status: u16, headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} Knob\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n")
        .into()
}

fn split_head(output: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = output.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some((&output[..end], &output[end + 4..]))
}

fn read_commit(entry: &str) -> Option<Commit> {
    let mut fields = entry.split('\x1f');
    let mut next = || fields.next().map(str::to_owned);
    Some(Commit {
        id: next()?,
        author: next()?,
        email: next()?,
        authored: next()?.parse().ok()?,
        committed: next()?.parse().ok()?,
        message: next()?,
    })
}

fn commit(
    folder: &Path,
    branch: &str,
    files: &[(&str, &[u8])],
    message: &str,
    seconds: i64,
) -> std::io::Result<String> {
    let reference = format!("refs/heads/{branch}");
    let who = format!("Bob <bob@elm.example> {seconds} +0000");
    let mut stream = format!("commit {reference}\ncommitter {who}\n").into_bytes();
    write!(stream, "data {}\n{message}\n", message.len())?;
    if let Ok(tip) = git(folder, &["rev-parse", "--verify", "--quiet", &reference], b"") {
        write!(stream, "from {}", String::from_utf8_lossy(&tip))?;
    }
    for (path, content) in files {
        writeln!(stream, "M 100644 inline {path}\ndata {}", content.len())?;
        stream.extend_from_slice(content);
        stream.push(b'\n');
    }
    git(folder, &["fast-import", "--quiet"], &stream)?;
    let tip = git(folder, &["rev-parse", "--verify", &reference], b"")?;
    Ok(String::from_utf8_lossy(&tip).trim().to_owned())
}

/// Runs git in a folder that is its repository; a failure is an error with git's words.
fn git(folder: &Path, args: &[&str], input: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut child =
        plain_git(folder).env("GIT_DIR", folder).args(args).stderr(Stdio::piped()).spawn()?;
    feed(&mut child, input)
}

/// git without the settings of whoever runs the tests.
fn plain_git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.env_clear().current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("LC_ALL", "C");
    command
}

/// Gives a command its input and takes its output, at the same time.
fn feed(child: &mut std::process::Child, input: &[u8]) -> std::io::Result<Vec<u8>> {
    let (mut output, mut words) = (Vec::new(), String::new());
    std::thread::scope(|scope| {
        let stdin = child.stdin.take();
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        if let Some(mut stdout) = child.stdout.take() {
            stdout.read_to_end(&mut output)?;
        }
        if let Some(mut stderr) = child.stderr.take() {
            stderr.read_to_string(&mut words)?;
        }
        std::io::Result::Ok(())
    })?;
    match child.wait()?.success() {
        true => Ok(output),
        false => Err(std::io::Error::other(words)),
    }
}
