//! The node's side of jobs: a worker is taken for each, watched by the clock, and put back, or
//! killed at the first thing that no honest worker does.

use super::Kind;
use super::frame::{FromLabourer, ToLabourer};
use crate::jail::Report;
use crate::message::cut;
use crate::slots::{Slot, Slots};
use crate::worker::Class;
use crate::worker::bytes::Bytes;
use crate::worker::frame::Handle;
use crate::worker::process::{Launch, Process};
use crate::worker::stock::{Room, Stock};
use model::problem::Result;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, PipeWriter};
use std::os::unix::process::ExitStatusExt;
use std::time::Instant;

/// Workers a job is given to before it counts as lost. A job changes nothing, so it may be done
/// again; but it may be the job that kills them.
const TRIES_MAX: u32 = 2;

/// Workers that wait for jobs.
const ROOM: Room = Room { of_key: 4, in_all: 8, spare: true };

/// Why there is no answer to a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// The worker's own words for its asker.
    Refused(String),
    /// It took more time than its kind has, by the clock or of the processor.
    TooSlow,
    /// Its worker died, as one does that takes too much memory, or lied. What happened is for the log.
    Lost(String),
}

/// The workers of a node for one kind of jobs.
pub struct Jobs {
    kind: Kind,
    stock: Stock<Class>,
    /// For each class, so that none waits for another.
    slots: [Slots; Class::ALL.len()],
    /// Places of those who sit: they stay longer, and take nobody else's.
    seats: Slots,
}

/// Several jobs of one asker, done by one worker, which may remember the earlier ones. Nobody else
/// has this worker before or meanwhile, and it ends with the sitting.
pub struct Sitting<'j> {
    process: Option<Process>,
    kind: &'j Kind,
    _seat: Slot<'j>,
}

impl Jobs {
    /// Starts the first worker, and fails if a required layer is not in force around it.
    pub fn new(launch: Launch, kind: Kind) -> Result<Jobs> {
        let require = launch.require.clone();
        let layers = launch.layers.clone();
        let ready = |first| match first {
            FromLabourer::Ready { layers } => Some(layers),
            FromLabourer::Done { .. } => None,
        };
        let start = move |_, words: &PipeWriter| {
            let setup = ToLabourer::Setup { layers: layers.clone(), bounds: kind.bounds };
            Process::start(&launch, &setup, kind.bounds.caps(), words, ready)
        };
        let stock = Stock::new(kind.classes, require, ROOM, Box::new(start))?;
        let places = || Slots::new(kind.at_once);
        Ok(Jobs { kind, stock, slots: Class::ALL.map(|_| places()), seats: places() })
    }

    /// The layers around the workers.
    #[must_use]
    pub fn layers(&self) -> Report {
        self.stock.layers()
    }

    /// Has a job done by a worker of this class, as soon as there is a place. One whose worker was
    /// lost is given to a fresh one, once.
    pub fn ask(&self, class: Class, job: &[u8]) -> std::result::Result<Vec<u8>, Failed> {
        fits(job, &self.kind)?;
        let _slot = self.slots[class as usize].take();
        let mut tries = 0;
        loop {
            tries += 1;
            let process = self.stock.take(class, (false, tries > 1), |_| true);
            let mut process = process.map_err(|it| Failed::Lost(it.private().to_owned()))?;
            let err = match done(&mut process, job, &self.kind) {
                Ok(answer) => {
                    process.used += 1;
                    if process.used < self.kind.jobs_max {
                        self.stock.put_back(class, process);
                    }
                    return answer.map_err(|text| Failed::Refused(cut(text)));
                }
                Err(err) => err,
            };
            let failed = why(&err, process, &self.kind);
            let lied = err.kind() == io::ErrorKind::InvalidData;
            if failed == Failed::TooSlow || lied || tries == TRIES_MAX {
                return Err(failed);
            }
        }
    }
}

impl Jobs {
    /// Sits down with a fresh worker, as soon as there is a place.
    pub fn sit(&self) -> std::result::Result<Sitting<'_>, Failed> {
        let seat = self.seats.take();
        // A fresh one that is not kept: it is in no class.
        let process = self.stock.take(Class::Strangers, (false, true), |_| true);
        let process = process.map_err(|it| Failed::Lost(it.private().to_owned()))?;
        Ok(Sitting { process: Some(process), kind: &self.kind, _seat: seat })
    }
}

impl Sitting<'_> {
    /// Has a job done. After one that failed, other than by the worker's own words, all others fail.
    pub fn ask(&mut self, job: &[u8]) -> std::result::Result<Vec<u8>, Failed> {
        fits(job, self.kind)?;
        let gone = || Failed::Lost("the worker of this sitting is gone".into());
        let mut process = self.process.take().ok_or_else(gone)?;
        match done(&mut process, job, self.kind) {
            Ok(answer) => {
                self.process = Some(process);
                answer.map_err(|text| Failed::Refused(cut(text)))
            }
            Err(err) => Err(why(&err, process, self.kind)),
        }
    }
}

fn fits(job: &[u8], kind: &Kind) -> std::result::Result<(), Failed> {
    let max = kind.bounds.job_bytes_max;
    if job.len() > max {
        return Err(Failed::Refused(format!("This is larger than {max} bytes.")));
    }
    Ok(())
}

/// Gives a worker a job and waits for the answer.
pub(super) fn done(
    process: &mut Process,
    job: &[u8],
    kind: &Kind,
) -> io::Result<std::result::Result<Vec<u8>, String>> {
    let until = Instant::now() + kind.deadline;
    let handle = handle();
    process.send_until(&ToLabourer::Job { handle, bytes: Bytes(job.into()) }, until)?;
    match process.receive(until)? {
        FromLabourer::Done { handle: of, answer } if of == handle => {
            Ok(answer.map(|bytes| bytes.0.into_owned()))
        }
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "it spoke of another job")),
    }
}

/// What became of a job whose worker has to go.
fn why(err: &io::Error, process: Process, kind: &Kind) -> Failed {
    let late = matches!(err.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock);
    let ended = process.ended();
    let overran = ended.and_then(|it| it.signal()) == Some(libc::SIGXCPU);
    let failed = match late || overran {
        true => Failed::TooSlow,
        false => Failed::Lost(ended.map_or_else(|| err.to_string(), |ended| ended.to_string())),
    };
    eprintln!("allot: a worker ({}) was lost: {failed:?}: {err}", kind.word);
    failed
}

/// A handle that nobody guesses: an answer that was made before its job was known fits none.
fn handle() -> Handle {
    let half = || RandomState::new().hash_one(()).to_le_bytes();
    let mut handle = Handle::default();
    let (left, right) = handle.split_at_mut(size_of::<u64>());
    left.copy_from_slice(&half());
    right.copy_from_slice(&half());
    handle
}

#[cfg(test)]
mod tests;
