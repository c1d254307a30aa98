//! One worker process, as its node holds it: started with a socket and nothing else, killed when
//! it is dropped.

use super::frame::{FromWorker, ToWorker, receive, send};
use crate::jail::{Layer, Report};
use model::problem::{Problem, Result};
use serde::Serialize;
use std::io::{self, BufReader, PipeWriter};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a worker may take to be ready: a loaded machine starts one in well under a second.
const READY_TIME: Duration = Duration::from_secs(20);

/// How workers are started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The program, and the arguments that make it a worker.
    pub program: PathBuf,
    pub arguments: Vec<String>,
    /// A command before them that builds one more wall: `bwrap …`, `runsc …`; empty for none.
    pub before: Vec<String>,
    /// The layers a worker puts on.
    pub layers: Vec<Layer>,
    /// Those without which no worker is used.
    pub require: Vec<Layer>,
}

impl Launch {
    /// All layers, those required that every kernel has.
    #[must_use]
    pub fn of(program: PathBuf, arguments: &[&str]) -> Launch {
        Launch {
            program,
            arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
            before: Vec::new(),
            layers: Layer::ALL.to_vec(),
            require: Layer::REQUIRED.to_vec(),
        }
    }

    fn command(&self) -> Command {
        let mut words = self.before.iter().map(PathBuf::from).collect::<Vec<_>>();
        words.push(self.program.clone());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).args(&self.arguments).env_clear();
        command
    }
}

/// A worker process that is ready.
pub(super) struct Process {
    child: Child,
    from: BufReader<UnixStream>,
    to: UnixStream,
    /// The layers it put on.
    pub(super) report: Report,
    /// Runs it has ended.
    pub(super) runs: u32,
}

impl Process {
    /// Starts a worker and waits until its jail is on. Called from a thread that lives as long as
    /// the node: the kernel kills a worker with the thread that started it.
    pub(super) fn start(launch: &Launch, code: &[u8], words: &PipeWriter) -> Result<Process> {
        let failed = |what: &str, err: io::Error| {
            Problem::internal(format!("a worker does not start: {what}: {err}"))
        };
        let (ours, theirs) = UnixStream::pair().map_err(|err| failed("socket", err))?;
        let words = words.try_clone().map_err(|err| failed("pipe", err))?;
        let child = launch
            .command()
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .stderr(Stdio::from(words))
            .spawn()
            .map_err(|err| failed(&format!("{:?}", launch.command()), err))?;
        let from = ours.try_clone().map(BufReader::new);
        let mut process = match from {
            Ok(from) => Process { child, from, to: ours, report: Report::new(), runs: 0 },
            Err(err) => return Err(failed("socket", err)),
        };
        let setup = ToWorker::Setup { code: code.to_vec(), layers: launch.layers.clone() };
        process.send(&setup).map_err(|err| failed("its first frame", err))?;
        match process.receive(Instant::now() + READY_TIME) {
            Ok(FromWorker::Ready { layers }) => process.report = layers,
            Ok(_) => return Err(Problem::internal("a worker spoke out of turn")),
            Err(err) => return Err(failed("it was not ready", err)),
        }
        Ok(process)
    }

    pub(super) fn send(&mut self, frame: &impl Serialize) -> io::Result<()> {
        send(&mut self.to, frame)
    }

    /// Waits for a frame until a moment.
    pub(super) fn receive(&mut self, until: Instant) -> io::Result<FromWorker> {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.to.set_read_timeout(Some(left))?;
        receive(&mut self.from)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
impl Process {
    /// A worker that a test plays itself, at the other end of the socket.
    pub(super) fn played() -> (Process, UnixStream) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let child = Command::new("true").stdin(Stdio::null()).spawn().unwrap();
        let from = BufReader::new(ours.try_clone().unwrap());
        (Process { child, from, to: ours, report: Report::new(), runs: 0 }, theirs)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be dead already; then there is nothing left to do but to collect it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
