//! A run while a worker has it: what the node believes of it, and what it counts for itself.

use super::bytes::Bytes;
use super::frame::{AheadFrame, Answer, Begin, FromWorker, Handle, Later, Over, Refused, ToWorker};
use super::process::Process;
use crate::host::{Host, Refusal, RefusalKind};
use crate::message::cut;
use crate::parcel::{decode, encode};
use crate::run::{Outcome, Program, Run, Script};
use model::{Ending, Gas, Value, limit, sabotage};
use sha2::{Digest, Sha256};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Time beyond a run's own by the clock before its worker counts as hung: it stops itself earlier.
const GRACE: Duration = Duration::from_secs(2);
/// Names under which a worker may sum gas up: there are fewer capabilities.
const CAUSES_MAX: usize = 200;

/// A run while a worker has it: what it was asked for by the worker is answered by the host, and
/// counted here, whatever the worker counts.
pub(super) struct Watched<'h> {
    host: &'h mut dyn Host,
    /// Gas that the calls alone have cost.
    pub(super) spent: Gas,
    /// Whether it has asked for anything.
    pub(super) asked: bool,
    /// The last refusal, if it cut the run off.
    cut: Option<Refusal>,
    /// The names of the calls that were answered ahead.
    ahead: Vec<&'static str>,
}

impl<'h> Watched<'h> {
    pub(super) fn new(host: &'h mut dyn Host) -> Watched<'h> {
        Watched { host, spent: 0, asked: false, cut: None, ahead: Vec::new() }
    }

    /// Whether runs of others go first.
    pub(super) fn is_behind(&self) -> bool {
        self.host.is_behind()
    }

    pub(super) fn run(&mut self, process: &mut Process, run: &Run) -> io::Result<Over> {
        let begin = self.begin(run, process);
        let handle = begin.handle;
        let mut until = Instant::now() + run.computing * limit::CLOCK_OVER_COMPUTING + GRACE;
        process.send(&ToWorker::Begin(Box::new(begin)))?;
        loop {
            let frame = process.receive(until)?;
            let from = Instant::now();
            match frame {
                FromWorker::Over(over) if is_of(over.handle, handle) => {
                    self.catch_up(&over.later, run.gas)?;
                    return Ok(*over);
                }
                FromWorker::Later { handle: called, later } if is_of(called, handle) => {
                    self.catch_up(&later, run.gas)?;
                    until += from.elapsed();
                }
                FromWorker::Call { handle: called, later, name, args } if is_of(called, handle) => {
                    self.catch_up(&later, run.gas)?;
                    let value = self.answer(&name, &args, run.gas)?;
                    until += from.elapsed();
                    process.send(&ToWorker::Answer(Answer { handle, value }))?;
                }
                _ => return Err(lie("it spoke of another run")),
            }
        }
    }

    /// The frame that begins a run. The script goes along if it is not the one the worker has.
    fn begin(&mut self, run: &Run, process: &mut Process) -> Begin {
        let ahead = self.host.ahead();
        self.ahead = ahead.iter().map(|it| it.name).collect();
        let ahead = ahead.into_iter().map(|it| AheadFrame {
            name: it.name.to_owned(),
            args: Bytes::from(encode(&Value::List(it.args))),
            answer: Bytes::from(it.answer),
        });
        let script = new_to(process, run.program);
        Begin { script, behind: self.is_behind(), ahead: ahead.collect(), ..begin(run) }
    }

    /// Makes the calls that waited for no answer. They have none to be refused with.
    fn catch_up(&mut self, later: &[Later], gas: Gas) -> io::Result<()> {
        for call in later {
            match call {
                Later::Ahead(place) => self.used(*place, gas)?,
                Later::Call { name, args } => {
                    if self.answer(name, args, gas)?.is_err() {
                        return Err(lie("it made a call late that needs an answer"));
                    }
                }
            }
        }
        Ok(())
    }

    /// Counts a call as made that was answered ahead.
    fn used(&mut self, place: u32, gas: Gas) -> io::Result<()> {
        let place = place as usize;
        let name = self.ahead.get(place).ok_or_else(|| lie("it made up an answer"))?;
        self.pay(name, gas)?;
        self.host.used(place);
        Ok(())
    }

    /// Takes the price of a call by the node's own count; an error means that no honest worker
    /// makes it.
    fn pay(&mut self, name: &str, gas: Gas) -> io::Result<()> {
        if self.cut.is_some() {
            return Err(lie("it went on after its run was cut off"));
        }
        self.asked = true;
        let price = self.host.price(name).map_err(|_| lie("it called what does not exist"))?;
        self.spent = self.spent.saturating_add(price.call);
        let paid = self.spent <= gas || sabotage::off("paid-calls");
        if paid { Ok(()) } else { Err(lie("it called without paying")) }
    }

    /// Answers one call; an error means that no honest worker makes it.
    fn answer(
        &mut self,
        name: &str,
        args: &Bytes,
        gas: Gas,
    ) -> io::Result<std::result::Result<Bytes<'static>, Refused>> {
        let Ok(Value::List(list)) = decode(&args.0) else {
            return Err(lie("its arguments are no list"));
        };
        self.pay(name, gas)?;
        Ok(match self.host.call(name, list) {
            Ok(value) => Ok(Bytes::from(encode(&value))),
            Err(refusal) => {
                let cuts = !matches!(refusal.kind, RefusalKind::Error | RefusalKind::NotGranted);
                if cuts {
                    self.cut = Some(refusal.clone());
                }
                Err(refusal.into())
            }
        })
    }

    pub(super) fn internal(&self) -> Option<String> {
        self.cut
            .as_ref()
            .filter(|cut| cut.kind == RefusalKind::Internal)
            .map(|cut| cut.text.clone())
    }

    /// The outcome as the node believes it.
    pub(super) fn outcome(&self, over: Over, run: &Run) -> Outcome {
        let answer = decode(&over.answer.0).unwrap_or_default();
        let restarted = self.cut.as_ref().is_some_and(|cut| cut.kind == RefusalKind::Restart);
        let waited = self.cut.as_ref().is_some_and(|cut| cut.kind == RefusalKind::Waited);
        let ending = match over.ending {
            _ if waited => Ending::TooSlow,
            Ending::Lost | Ending::Conflicted => Ending::Stopped,
            Ending::Done if restarted => Ending::Stopped,
            ending => ending,
        };
        Outcome {
            ending,
            answer: if ending == Ending::Done { answer } else { Value::Nil },
            message: cut(over.message),
            gas: over.gas.max(self.spent).min(run.gas),
            causes: over.causes.into_iter().take(CAUSES_MAX).collect(),
            restarted,
            internal: self.internal().or(over.internal),
        }
    }
}

/// A handle that nobody guesses who does not know the run's seed; a repeat has another one.
fn handle(run: &Run) -> Handle {
    static BEGUN: AtomicU64 = AtomicU64::new(0);
    let number = BEGUN.fetch_add(1, Ordering::Relaxed).to_le_bytes();
    let digest = Sha256::digest([b"handle".as_slice(), &run.seed, &number].concat());
    let mut handle = Handle::default();
    handle.copy_from_slice(&digest[..size_of::<Handle>()]);
    handle
}

/// The script of a run, if it is not the one that the worker still has. A component is in its
/// worker from the beginning.
fn new_to(process: &mut Process, program: &Program) -> Option<Script> {
    let Program::Lua(script) = program else { return None };
    if process.script.as_ref() == Some(script) {
        return None;
    }
    process.script = Some(script.clone());
    Some(script.clone())
}

/// A run as it crosses, without what depends on the worker and on the host.
fn begin(run: &Run) -> Begin {
    Begin {
        handle: handle(run),
        script: None,
        trigger: run.trigger.to_owned(),
        handler: run.handler.to_owned(),
        ctx: Bytes::from(encode(&run.ctx)),
        args: Bytes::from(encode(&Value::List(run.args.clone()))),
        settings: Bytes::from(encode(&Value::Map(run.settings.clone()))),
        seed: run.seed,
        now: run.now.0,
        tz: run.tz.to_owned(),
        gas: run.gas,
        memory_bytes: run.memory_bytes as u64,
        computing_ns: u64::try_from(run.computing.as_nanos()).unwrap_or(u64::MAX),
        behind: false,
        ahead: Vec::new(),
    }
}

/// What no honest worker does.
/// Whether a worker spoke of its own run.
fn is_of(called: Handle, own: Handle) -> bool {
    called == own || sabotage::off("handles")
}

fn lie(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

#[cfg(test)]
mod tests;
