//! A bare scratch repository and the `git` binary in it. git gets bytes and object names, never
//! an address, a token or a setting of this machine; it has little time and memory. The folder is
//! thrown away at the end, so a killed server leaves nothing that matters.

use group::world::{Unreached, UnreachedKind};
use model::limit;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

/// Time for one command: the largest pack we take is done in a few seconds.
const TIME_MAX: Duration = Duration::from_secs(60);
/// Memory of one command: enough for the largest pack, and a delta bomb ends here.
const MEMORY_BYTES_MAX: u64 = 1024 * limit::MIB as u64;
/// Bytes of a file git may write: a pack and its index.
const WRITTEN_BYTES_MAX: u64 = 4 * limit::PACK_BYTES_MAX as u64;
/// Bytes of an answer that is only a name or a few lines.
const SHORT: usize = 64 * limit::KIB;

/// Where systems keep git: Linux, FreeBSD, macOS, NixOS.
pub(super) const PLACES: &str = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin:/run/current-system/sw/bin:/nix/var/nix/profiles/default/bin";

/// Settings for every command: no hooks, no transport, no second process, no tidying.
const SETTINGS: &[&str] = &[
    "core.hooksPath=/dev/null",
    "protocol.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
    "pack.threads=1",
    "core.bigFileThreshold=8m",
];

/// Removes what a server that was killed left below `parent`. Called before anything works there.
pub fn sweep(parent: &Path) -> io::Result<()> {
    let left = match std::fs::read_dir(parent) {
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(()),
        left => left?,
    };
    for folder in left {
        std::fs::remove_dir_all(folder?.path())?;
    }
    Ok(())
}

/// A bare repository in a folder of its own.
pub(super) struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// Makes an empty repository below `parent`.
    pub(super) fn new(parent: &Path) -> Result<Scratch, Unreached> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = parent.join(format!("{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|_| trouble("have a folder to work in"))?;
        let scratch = Scratch { folder };
        scratch.text(&["init", "--bare", "--quiet", "--template=", "."], b"")?;
        Ok(scratch)
    }

    /// Takes a pack in; everything inside it is checked by git.
    pub(super) fn take_pack(&self, pack: &[u8]) -> Result<(), Unreached> {
        self.run(&["index-pack", "--stdin", "--threads=1"], pack, SHORT).map(drop).map_err(|why| {
            match why.kind {
                UnreachedKind::Bad => Unreached::new(
                    UnreachedKind::Bad,
                    "The remote sent a pack that git cannot read, or that is too large for it.",
                ),
                _ => why,
            }
        })
    }

    /// Says where the history that was fetched ends.
    pub(super) fn set_shallow(&self, commits: &[String]) -> Result<(), Unreached> {
        let file = self.folder.join("shallow");
        let written = match commits.is_empty() {
            true => std::fs::remove_file(file).or_else(|why| match why.kind() {
                io::ErrorKind::NotFound => Ok(()),
                _ => Err(why),
            }),
            false => std::fs::write(file, commits.join("\n") + "\n"),
        };
        written.map_err(|_| trouble("write in its folder"))
    }

    /// Runs git and answers with its output as text, without the newline at the end.
    pub(super) fn text(&self, args: &[&str], input: &[u8]) -> Result<String, Unreached> {
        let bytes = self.run(args, input, SHORT)?;
        Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
    }

    /// Runs git and answers with its output. A failure of git is `Bad`.
    pub(super) fn run(
        &self,
        args: &[&str],
        input: &[u8],
        bytes_max: usize,
    ) -> Result<Vec<u8>, Unreached> {
        run(self.command("git", args), input, bytes_max).map_err(|why| match why {
            Trouble::NoGit => Unreached::new(
                UnreachedKind::Later,
                "This group's machine has no git, so nothing can be committed; an admin can install it.",
            ),
            Trouble::Failed => Unreached::new(
                UnreachedKind::Bad,
                "git cannot make sense of this repository.",
            ),
            Trouble::TooMuch => Unreached::new(
                UnreachedKind::Bad,
                "The repository is too large or too deep to be read here.",
            ),
            Trouble::TooSlow => trouble("finish in time"),
            Trouble::System => trouble("be started"),
        })
    }

    fn command(&self, program: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .current_dir(&self.folder)
            .env("PATH", PLACES)
            .env("GIT_DIR", &self.folder)
            .env("HOME", &self.folder)
            .env("LC_ALL", "C")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_ALLOW_PROTOCOL", "")
            .env("GIT_TERMINAL_PROMPT", "0");
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command.args(args);
        command
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays behind is swept when the next server starts.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Why a command gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    NoGit,
    Failed,
    TooMuch,
    TooSlow,
    System,
}

/// Runs a command with its input, its output bounded in size and time.
fn run(mut command: Command, input: &[u8], bytes_max: usize) -> Result<Vec<u8>, Trouble> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|why| match why.kind() {
        io::ErrorKind::NotFound => Trouble::NoGit,
        _ => Trouble::System,
    })?;
    confine(&child);
    let done = converse(&mut child, input, bytes_max);
    let status = child.wait().map_err(|_| Trouble::System)?;
    match done {
        Ok(_) if !status.success() => Err(Trouble::Failed),
        done => done,
    }
}

/// Feeds the input and takes the output at the same time, so that neither waits for the other.
fn converse(child: &mut Child, input: &[u8], bytes_max: usize) -> Result<Vec<u8>, Trouble> {
    let (mut to, from) = child.stdin.take().zip(child.stdout.take()).ok_or(Trouble::System)?;
    let (tell, output) = mpsc::sync_channel(1);
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = from.take(bytes_max as u64 + 1).read_to_end(&mut bytes);
        // Nobody listens any more when the time was over.
        let _ = tell.send(read.map(|_| bytes));
    });
    std::thread::scope(|scope| {
        // A command that needs no input may be gone already; its status says the rest.
        scope.spawn(move || to.write_all(input));
        let heard = match output.recv_timeout(TIME_MAX) {
            Ok(Ok(bytes)) if bytes.len() > bytes_max => Err(Trouble::TooMuch),
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(_)) => Err(Trouble::System),
            Err(_) => Err(Trouble::TooSlow),
        };
        if heard.is_err() {
            // It may still be writing or waiting for more; nobody needs it any longer.
            let _ = child.kill();
        }
        heard
    })
}

/// Bounds memory, written bytes and processor time before the command has any input.
#[cfg(target_os = "linux")]
fn confine(child: &Child) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let pid = Pid::from_child(child);
    for (resource, most) in [
        (Resource::As, MEMORY_BYTES_MAX),
        (Resource::Fsize, WRITTEN_BYTES_MAX),
        (Resource::Cpu, TIME_MAX.as_secs()),
        (Resource::Core, 0),
    ] {
        // Where it cannot be set, time and output still are bounded.
        let _ = prlimit(Some(pid), resource, Rlimit { current: Some(most), maximum: Some(most) });
    }
}

/// Elsewhere only time and output are bounded.
#[cfg(not(target_os = "linux"))]
fn confine(_child: &Child) {}

fn trouble(what: &str) -> Unreached {
    Unreached::new(UnreachedKind::Later, format!("git on the group's machine could not {what}."))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn scratch() -> (tempfile::TempDir, Scratch) {
        let parent = tempfile::tempdir().unwrap();
        let scratch = Scratch::new(parent.path()).unwrap();
        (parent, scratch)
    }

    #[test]
    fn the_folder_goes_away_with_its_work() {
        let (_parent, scratch) = scratch();
        let folder = scratch.folder.clone();
        assert!(folder.join("objects").is_dir());
        drop(scratch);
        assert!(!folder.exists());
    }

    #[test]
    fn what_a_killed_server_left_is_swept() {
        let parent = tempfile::tempdir().unwrap();
        let left = Scratch::new(parent.path()).unwrap();
        std::fs::write(left.folder.join("index.lock"), "").unwrap();
        // As a kill does: nothing is dropped.
        std::mem::forget(left);
        sweep(parent.path()).unwrap();
        assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 0);
        sweep(&parent.path().join("never-made")).unwrap();
        Scratch::new(parent.path()).unwrap();
    }

    #[test]
    fn a_machine_without_git_is_told_apart_from_a_git_that_fails() {
        let (_parent, scratch) = scratch();
        let missing = scratch.command("git-is-not-here", &["init"]);
        assert_eq!(run(missing, b"", 10), Err(Trouble::NoGit));
        assert_eq!(run(scratch.command("git", &["rev-parse", "x"]), b"", 10), Err(Trouble::Failed));
        let long = scratch.command("git", &["--version"]);
        assert_eq!(run(long, b"", 3), Err(Trouble::TooMuch));
    }

    #[test]
    fn git_sees_nothing_of_our_surroundings() {
        let (_parent, scratch) = scratch();
        let settings = scratch.text(&["config", "--list", "--show-origin"], b"").unwrap();
        let own = format!("file:{}/config", scratch.folder.display());
        for line in settings.lines() {
            assert!(line.starts_with("command line:") || line.starts_with(&own), "{line}");
        }
        let environment =
            scratch.text(&["-c", "alias.surroundings=!env", "surroundings"], b"").unwrap();
        let shells = ["PATH", "HOME", "LC_ALL", "PWD", "OLDPWD", "SHLVL", "_"];
        for name in environment.lines().filter_map(|line| Some(line.split_once('=')?.0)) {
            assert!(name.starts_with("GIT_") || shells.contains(&name), "{name}");
        }
    }

    #[test]
    fn a_command_has_little_memory() {
        let (_parent, scratch) = scratch();
        let mut shell = Command::new("sh");
        shell.args(["-c", "read go; ulimit -v"]).current_dir(&scratch.folder);
        let said = run(shell, b"go\n", 100).unwrap();
        let kib: u64 = String::from_utf8(said).unwrap().trim().parse().unwrap();
        assert_eq!(kib * 1024, MEMORY_BYTES_MAX);
    }

    #[test]
    fn a_pack_of_garbage_is_refused() {
        let (_parent, scratch) = scratch();
        for pack in [&b""[..], b"PACK", b"PACK\0\0\0\x02\xff\xff\xff\xff", b"<html></html>"] {
            assert_eq!(scratch.take_pack(pack).unwrap_err().kind, UnreachedKind::Bad);
        }
    }
}
