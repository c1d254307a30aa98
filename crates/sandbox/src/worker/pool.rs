//! The node's workers that run guests: some wait, warm, for each class of runs; one is taken for a
//! run, watched while it works, and put back, or killed at the first thing that no honest worker does.

use super::bytes::Bytes;
use super::frame::{FRAME_BYTES_MAX, FromWorker, Guest, ToWorker};
use super::job::Kind;
use super::process::{Caps, Launch, Process};
use super::stock::{Room, Stock};
use super::watched::Watched;
use crate::component::Codes;
use crate::host::Host;
use crate::jail::Report;
use crate::run::{Component, Outcome, Program, Run};
use crate::slots::{Slot, Slots};
use model::problem::{Problem, Result};
use model::{Ending, Gas, limit};
use std::io::{self, PipeWriter};
use std::num::NonZero;
use std::sync::Arc;
use std::thread;

/// Runs a worker does before a fresh one takes its place: what one run may have left behind in it
/// does not last. To start one takes as long as fifty pages, which shall not count.
const RUNS_MAX: u32 = 5_000;
/// Workers a run is given to before it counts as lost: it may be the run that kills them.
const TRIES_MAX: u32 = 2;

/// One length for all frames: a guest's files and values cross as they are.
pub(super) const CAPS: Caps = Caps { sent: FRAME_BYTES_MAX, received: FRAME_BYTES_MAX };
/// The first frame of a component's worker holds all of its code.
const COMPONENT_CAPS: Caps =
    Caps { sent: Kind::COMPILE.bounds.answer_bytes_max + limit::MIB, received: FRAME_BYTES_MAX };

/// Lua's workers of one class that wait, for each processor: the group lets two runs compute on
/// each, and one is spare. With fewer, a busy group would end and start workers all the time.
const LUA_WAITING_PER_PROCESSOR: usize = 3;
/// Components' workers that wait: each serves one app, and has its code and memory, up to some
/// 60 MiB for the largest runtimes.
const COMPONENT_ROOM: Room = Room { of_key: 2, in_all: 16, spare: false };

/// Whose code shares processes with whose: never one class with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Apps of members and admins, woken by people of the group or by themselves.
    Members,
    /// Apps of new accounts and of visitors.
    New,
    /// Runs that strangers caused.
    Strangers,
}

impl Class {
    /// Each of them.
    pub const ALL: [Class; 3] = [Class::Members, Class::New, Class::Strangers];
}

/// All workers of a node that run guests.
pub struct Pool {
    lua: Stock<Class>,
    /// A component shares its workers with no other, and there, too, no class with another.
    components: Stock<(Class, [u8; 32])>,
    codes: Arc<Codes>,
    slots: Slots,
}

impl Pool {
    /// Starts the first worker, and fails if a required layer is not in force around it.
    pub(crate) fn new(launch: &Launch, code: Vec<u8>, codes: Codes, slots: u32) -> Result<Pool> {
        let codes = Arc::new(codes);
        Ok(Pool {
            lua: lua(launch, code)?,
            components: components(launch, codes.clone())?,
            codes,
            slots: Slots::new(slots),
        })
    }

    /// The layers around the workers.
    pub fn layers(&self) -> Report {
        self.lua.layers()
    }

    /// Whether a component needs no compiler any more.
    pub(crate) fn has(&self, component: &Component) -> bool {
        self.codes.kept(&component.hash).is_ok()
    }

    /// Compiles a component if it never was.
    pub(crate) fn prepare(&self, component: &Component) -> Result<()> {
        self.codes.of(component).map(drop)
    }

    /// Why a component could not be compiled, if that was found out lately.
    pub(crate) fn shunned(&self, component: &Component) -> Option<Problem> {
        self.codes.shunned(&component.hash)
    }

    /// Runs a release in a worker, as soon as there is a place.
    pub fn run(&self, run: &Run, host: &mut dyn Host) -> Outcome {
        let slot = self.slots.take();
        match run.program {
            Program::Lua(script) => {
                // The one that has the script already, if it waits.
                let has_it = |process: &Process| process.script.as_ref() == Some(script);
                run_in(&self.lua, run.class, has_it, &slot, run, host)
            }
            Program::Component(component) => match self.codes.of(component) {
                Ok(_) => {
                    let key = (run.class, component.hash);
                    run_in(&self.components, key, |_| true, &slot, run, host)
                }
                Err(problem) => Outcome::not_begun(problem),
            },
        }
    }
}

fn lua(launch: &Launch, code: Vec<u8>) -> Result<Stock<Class>> {
    let setup = setup(launch, Guest::Lua, code);
    let launch = launch.clone();
    let start = {
        let launch = launch.clone();
        move |_, words: &PipeWriter| Process::start(&launch, &setup, CAPS, words, ready)
    };
    let of_key =
        thread::available_parallelism().map_or(1, NonZero::get) * LUA_WAITING_PER_PROCESSOR;
    let room = Room { of_key, in_all: of_key * Class::ALL.len(), spare: true };
    Stock::new(&Class::ALL, launch.require, room, Box::new(start))
}

fn components(launch: &Launch, codes: Arc<Codes>) -> Result<Stock<(Class, [u8; 32])>> {
    let launch = launch.of_kind("component");
    let require = launch.require.clone();
    let start = move |(_, hash), words: &PipeWriter| {
        let code = codes.kept(&hash)?;
        let setup = setup(&launch, Guest::Component { trial: codes.trial()? }, code.to_vec());
        Process::start(&launch, &setup, COMPONENT_CAPS, words, ready)
    };
    Stock::new(&[], require, COMPONENT_ROOM, Box::new(start))
}

fn setup(launch: &Launch, guest: Guest, code: Vec<u8>) -> ToWorker {
    ToWorker::Setup { guest, code: Bytes::from(code), layers: launch.layers.clone() }
}

fn ready(first: FromWorker) -> Option<Report> {
    match first {
        FromWorker::Ready { layers } => Some(layers),
        _ => None,
    }
}

/// Runs a release in a worker of this stock. One that dies or lies ends its run as *lost*; one that
/// was dead before it asked for anything is replaced, since nothing has happened yet.
fn run_in<K: Copy + Eq + Send + 'static>(
    stock: &Stock<K>,
    key: K,
    suits: impl Fn(&Process) -> bool,
    slot: &Slot,
    run: &Run,
    host: &mut dyn Host,
) -> Outcome {
    let mut watched = Watched::new(host);
    let mut tries = 0;
    loop {
        tries += 1;
        let mut process = match stock.take(key, (watched.is_behind(), tries > 1), &suits) {
            Ok(process) => process,
            Err(problem) => return lost(0, Some(problem.private().to_owned())),
        };
        let _stays = process.place(slot.is_alone());
        let err = match watched.run(&mut process, run) {
            Ok(over) => {
                process.used += 1;
                process.behind = over.behind;
                if process.used < RUNS_MAX {
                    stock.put_back(key, process);
                }
                return watched.outcome(over, run);
            }
            Err(err) => err,
        };
        drop(process);
        eprintln!("allot: a worker was lost: {err}");
        if is_late(&err) {
            return too_slow(run);
        }
        if watched.asked || err.kind() == io::ErrorKind::InvalidData || tries == TRIES_MAX {
            return lost(watched.spent.min(run.gas), watched.internal());
        }
    }
}

fn is_late(err: &io::Error) -> bool {
    matches!(err.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}

/// The outcome of a run whose worker did not stop it in time.
fn too_slow(run: &Run) -> Outcome {
    Outcome {
        ending: Ending::TooSlow,
        message: "too slow: this run used up its time".into(),
        gas: run.gas,
        ..lost(0, None)
    }
}

/// The outcome of a run whose worker is gone.
fn lost(gas: Gas, internal: Option<String>) -> Outcome {
    Outcome {
        message: "The worker that ran this was lost. Nothing of it was kept.".into(),
        internal,
        ..Outcome::of(Ending::Lost, gas)
    }
}
