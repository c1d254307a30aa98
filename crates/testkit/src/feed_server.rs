//! A small local web server whose answer can be changed, for stories about feeds and hooks. It
//! counts what it was asked and never leaves this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Time a client may take to say something, so that no test hangs on a lost one.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server. It stops when it is dropped.
pub struct FeedServer {
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub url: String,
    address: SocketAddr,
    stopping: Arc<AtomicBool>,
    state: Arc<Mutex<State>>,
}

/// One request as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Asked {
    /// The value of a header, if it was sent.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}

struct State {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    asked: Vec<Asked>,
}

impl FeedServer {
    /// Starts on a free port; every path answers 200 with this body.
    pub fn start(body: impl Into<Vec<u8>>) -> std::io::Result<FeedServer> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let state =
            State { status: 200, headers: Vec::new(), body: body.into(), asked: Vec::new() };
        let server = FeedServer {
            url: format!("http://{address}"),
            address,
            stopping: Arc::default(),
            state: Arc::new(Mutex::new(state)),
        };
        let (stopping, state) = (server.stopping.clone(), server.state.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if stopping.load(Ordering::SeqCst) {
                    break;
                }
                let state = state.clone();
                // A client that goes away in the middle is its own trouble.
                std::thread::spawn(move || answer(client, &state).ok());
            }
        });
        Ok(server)
    }

    /// Changes the body of the next answers.
    pub fn set_body(&self, body: impl Into<Vec<u8>>) {
        self.state().body = body.into();
    }

    /// Changes the status of the next answers.
    pub fn set_status(&self, status: u16) {
        self.state().status = status;
    }

    /// Changes the headers of the next answers.
    pub fn set_headers(&self, headers: &[(&str, &str)]) {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        self.state().headers = headers.iter().map(owned).collect();
    }

    /// How many requests came so far.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.state().asked.len()
    }

    /// The requests so far, oldest first.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.state().asked.clone()
    }

    /// `127.0.0.1:PORT`, as an operator's exception names it.
    #[must_use]
    pub fn place(&self) -> String {
        self.address.to_string()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for FeedServer {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        // The listener waits for a client; this is the last one.
        let _ = TcpStream::connect(self.address);
    }
}

fn answer(mut client: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    client.set_read_timeout(Some(PATIENCE))?;
    let asked = read_request(&mut BufReader::new(&client))?;
    let head_only = asked.method == "HEAD";
    let whole = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.asked.push(asked);
        let mut whole = format!(
            "HTTP/1.1 {} Answer\r\nContent-Length: {}\r\nConnection: close\r\n",
            state.status,
            state.body.len()
        );
        for (name, value) in &state.headers {
            whole.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut whole = format!("{whole}\r\n").into_bytes();
        if !head_only {
            whole.extend_from_slice(&state.body);
        }
        whole
    };
    client.write_all(&whole)
}

/// Reads one request whose body, if any, has a `Content-Length` or is chunked.
pub(crate) fn read_request(input: &mut impl BufRead) -> std::io::Result<Asked> {
    let mut first = String::new();
    input.read_line(&mut first)?;
    let mut words = first.split_ascii_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 || line.trim_end().is_empty() {
            break;
        }
        if let Some((name, value)) = line.trim_end().split_once(':') {
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    let mut asked = Asked { method, path, headers, body: Vec::new() };
    asked.body = match asked.header("content-length").and_then(|n| n.parse().ok()) {
        Some(bytes) => {
            let mut body = vec![0; bytes];
            input.read_exact(&mut body)?;
            body
        }
        None if asked.header("transfer-encoding").is_some() => read_chunks(input)?,
        None => Vec::new(),
    };
    Ok(asked)
}

fn read_chunks(input: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        input.read_line(&mut line)?;
        let bytes = u64::from_str_radix(line.trim(), 16).map_err(std::io::Error::other)?;
        input.by_ref().take(bytes).read_to_end(&mut body)?;
        input.read_line(&mut line)?;
        if bytes == 0 {
            return Ok(body);
        }
    }
}
