//! One worker process, as its node holds it: started with a socket and nothing else, killed when
//! it is dropped. It never waits for a worker beyond a moment, whichever way the bytes go.

use super::frame::{receive_within, send_within};
use super::line::Line;
use crate::jail::{Layer, Report};
use crate::run::Script;
use model::problem::{Problem, Result};
use model::sabotage;
use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, BufReader, PipeWriter};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long a worker may take to be ready: a loaded machine starts one in well under a second.
const READY_TIME: Duration = Duration::from_secs(20);
/// How long a worker may take to read what it is sent: an honest one waits for it.
const SEND_TIME: Duration = Duration::from_secs(5);

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

    /// The same walls around a worker of another kind: the last argument is the kind's word.
    #[must_use]
    pub fn of_kind(&self, kind: &str) -> Launch {
        let mut launch = self.clone();
        launch.arguments.pop();
        launch.arguments.push(kind.to_owned());
        launch
    }

    fn command(&self) -> Command {
        let mut words = self.before.iter().map(PathBuf::from).collect::<Vec<_>>();
        words.push(self.program.clone());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).args(&self.arguments).env_clear().envs(sabotage::handed_on());
        command
    }
}

/// How long frames may be, in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caps {
    pub(super) sent: usize,
    pub(super) received: usize,
}

/// A worker process that is ready.
pub(super) struct Process {
    child: Child,
    from: BufReader<Line>,
    to: Line,
    caps: Caps,
    /// The layers it put on.
    pub(super) report: Report,
    /// Runs or jobs it has ended.
    pub(super) used: u32,
    /// The script of its last run, which it still has: it is not sent twice in a row.
    pub(super) script: Option<Script>,
    /// It lets others go first, and serves only work that is to stay behind.
    pub(super) behind: bool,
    /// The processor it is bound to.
    processor: Option<usize>,
}

impl Process {
    /// Starts a worker, sends it the first frame, and waits until its jail is on: `ready` finds the
    /// report in its first answer. Called from a thread that lives as long as the node: the kernel
    /// kills a worker with the thread that started it.
    pub(super) fn start<F: DeserializeOwned>(
        launch: &Launch,
        setup: &impl Serialize,
        caps: Caps,
        words: &PipeWriter,
        ready: fn(F) -> Option<Report>,
    ) -> Result<Process> {
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
        let mut process =
            Process::holding(child, ours, caps).map_err(|err| failed("socket", err))?;
        process.send(setup).map_err(|err| failed("its first frame", err))?;
        let first = process.receive(Instant::now() + READY_TIME);
        match ready(first.map_err(|err| failed("it was not ready", err))?) {
            Some(report) => process.report = report,
            None => return Err(Problem::internal("a worker spoke out of turn")),
        }
        Ok(process)
    }

    /// A process that is killed when this is dropped, also if there is no way to talk to it.
    fn holding(mut child: Child, socket: UnixStream, caps: Caps) -> io::Result<Process> {
        match Line::both(socket) {
            Ok((from, to)) => Ok(Process {
                child,
                from: BufReader::new(from),
                to,
                caps,
                report: Report::new(),
                used: 0,
                script: None,
                behind: false,
                processor: None,
            }),
            Err(err) => {
                end(&mut child);
                Err(err)
            }
        }
    }

    /// Binds the worker to the processor of this thread, which is about to wait for it and has no
    /// company: to wake a worker on another processor takes five times as long as to change to it
    /// on the same. With company, the kernel places it better. A worker whose run takes long frees
    /// itself when it steps back. A kernel that refuses leaves everything as it is.
    pub(super) fn place(&mut self, alone: bool) -> Option<Stays> {
        let here = sched_getcpu();
        let wanted = (alone && !self.behind && here < CpuSet::MAX_CPU).then_some(here);
        let all = (wanted.is_some() || self.processor != wanted).then(|| sched_getaffinity(None));
        let Some(Ok(all)) = all else { return None };
        let processors = wanted.map_or(all, |here| {
            let mut only = CpuSet::new();
            only.set(here);
            only
        });
        if self.processor != wanted && !self.behind {
            let _ = sched_setaffinity(Some(Pid::from_child(&self.child)), &processors);
            self.processor = wanted;
        }
        // Its answer shall find this thread where it is.
        wanted.and_then(|_| sched_setaffinity(None, &processors).ok()).map(|()| Stays { all })
    }

    /// Sends a frame to a worker that waits for one.
    pub(super) fn send(&mut self, frame: &impl Serialize) -> io::Result<()> {
        self.send_until(frame, Instant::now() + SEND_TIME)
    }

    /// Sends a frame, which has to be read until a moment.
    pub(super) fn send_until(&mut self, frame: &impl Serialize, until: Instant) -> io::Result<()> {
        self.to.until(until);
        send_within(&mut self.to, frame, self.caps.sent)
    }

    /// Waits for a frame until a moment.
    pub(super) fn receive<F: DeserializeOwned>(&mut self, until: Instant) -> io::Result<F> {
        self.from.get_mut().until(until);
        receive_within(&mut self.from, self.caps.received)
    }

    /// Kills the worker, and says how it ended if it had ended before.
    pub(super) fn ended(mut self) -> Option<ExitStatus> {
        end(&mut self.child)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
impl Process {
    /// A worker that a test plays itself, at the other end of the socket.
    pub(super) fn played(caps: Caps) -> (Process, UnixStream) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let child = Command::new("true").stdin(Stdio::null()).spawn().unwrap();
        (Process::holding(child, ours, caps).unwrap(), theirs)
    }
}

/// This thread, bound to its processor until this is dropped.
pub(super) struct Stays {
    all: CpuSet,
}

impl Drop for Stays {
    fn drop(&mut self) {
        let _ = sched_setaffinity(None, &self.all);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Kills and collects a process; it may be dead already.
fn end(child: &mut Child) -> Option<ExitStatus> {
    let _ = child.kill();
    child.wait().ok()
}
