//! The engine of the Lua guest: one pool, one compiled module, a fresh instance for every run.

use crate::calls::{self, Cut, State};
use crate::host::Host;
use crate::message;
use crate::parcel::pack;
use crate::run::{Outcome, Run};
use crate::slots::Slots;
use crate::watch::{TICK, Watch};
use crate::{cache, features};
use model::problem::{Problem, Result};
use model::release::hex;
use model::{Ending, Value};
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use wasmtime::{Engine, InstancePre, Linker, Module, Store, Trap, UpdateDeadline};

/// The guest: PUC Lua and its glue with a ready state, made by guests/lua/build.sh.
const GUEST: &[u8] = include_bytes!("../../../guests/lua/lua.wasm");
/// The version of the engine; receipts name it.
const ENGINE: &str = "wasmtime 48.0.8";
/// Gas for telling where a run was cut off; it is the host's, nobody is charged.
const WHERE_GAS: u64 = 5_000_000;

/// How a sandbox is set up.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Runs at once.
    pub slots: u32,
    /// The folder of compiled code; without one the guest is compiled at every start.
    pub cache: Option<PathBuf>,
}

/// Runs releases, each in a fresh instance. Shared by threads.
pub struct Sandbox {
    engine: Engine,
    guest: InstancePre<State>,
    guest_hash: String,
    slots: Slots,
    /// Ends the ticker when dropped.
    _alive: Arc<()>,
}

impl Sandbox {
    /// Makes the engine and loads the guest, compiled or from the cache.
    pub fn new(config: Config) -> Result<Sandbox> {
        let engine =
            Engine::new(&features::config(config.slots)).map_err(|err| ours("engine", &err))?;
        let module = match &config.cache {
            Some(folder) => cache::load(&engine, folder, GUEST)?,
            None => Module::new(&engine, GUEST).map_err(|err| ours("compiling the guest", &err))?,
        };
        let mut linker = Linker::new(&engine);
        calls::link(&mut linker).map_err(|err| ours("linking", &err))?;
        let guest =
            linker.instantiate_pre(&module).map_err(|err| ours("the guest's imports", &err))?;
        let alive = Arc::new(());
        start_ticker(engine.clone(), Arc::downgrade(&alive))?;
        let guest_hash = hex(&Sha256::digest(GUEST));
        let slots = Slots::new(config.slots);
        Ok(Sandbox { engine, guest, guest_hash, slots, _alive: alive })
    }

    /// SHA-256 of the guest.
    #[must_use]
    pub fn guest_hash(&self) -> &str {
        &self.guest_hash
    }

    /// The engine's name and version.
    #[must_use]
    pub fn engine_version(&self) -> &str {
        ENGINE
    }

    /// Runs a release in a fresh instance, as soon as a slot is free. The guest reaches nothing but
    /// `host`.
    pub fn run(&self, run: &Run, host: &mut dyn Host) -> Outcome {
        let _slot = self.slots.take();
        let input = pack(run.input());
        let input_len = input.frame.len();
        let mut store = Store::new(&self.engine, State::new(host, run, input));
        store.limiter(|state| &mut state.limits);
        let begun = self.begin(&mut store, run, input_len);
        let used = run.gas.saturating_sub(store.get_fuel().unwrap_or(0)).min(run.gas);
        match begun {
            Ok(status) => finished(store.into_data(), status, used),
            Err(err) => {
                let stack = self.tell_where(&mut store);
                cut_off(store.into_data(), &err, &stack, used, run)
            }
        }
    }

    fn begin(
        &self,
        store: &mut Store<State>,
        run: &Run,
        input_len: usize,
    ) -> wasmtime::Result<i32> {
        store.set_fuel(run.gas)?;
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut context| {
            let state = context.data_mut();
            if !state.telling && state.watch.is_over() {
                state.cut = Some(Cut::TooSlow);
                return Err(wasmtime::Error::msg("too slow"));
            }
            Ok(UpdateDeadline::Continue(1))
        });
        let instance = self.guest.instantiate(&mut *store)?;
        let memory = instance.get_memory(&mut *store, "memory");
        let state = store.data_mut();
        state.memory = memory;
        state.instance = Some(instance);
        let main = instance.get_typed_func::<(i32, i64, i64), i32>(&mut *store, "run")?;
        let input_len = i32::try_from(input_len)?;
        store.data_mut().watch = Watch::start(run.computing);
        main.call(&mut *store, (input_len, run.guest_seed(), run.now.seconds()))
    }

    /// Asks the guest where it was when it was cut off. Whatever goes wrong here, the run is over.
    fn tell_where(&self, store: &mut Store<State>) -> String {
        let state = store.data_mut();
        state.telling = true;
        let Some(instance) = state.instance else { return String::new() };
        let told = store
            .set_fuel(WHERE_GAS)
            .and_then(|()| instance.get_typed_func::<(), ()>(&mut *store, "where"))
            .and_then(|ask| ask.call(&mut *store, ()));
        if told.is_ok() { std::mem::take(&mut store.data_mut().told) } else { String::new() }
    }
}

/// Moves the epoch on, so that running guests look at their watches; ends with the sandbox.
fn start_ticker(engine: Engine, alive: Weak<()>) -> Result<()> {
    std::thread::Builder::new()
        .name("ticker".into())
        .spawn(move || {
            while alive.strong_count() > 0 {
                std::thread::sleep(TICK);
                engine.increment_epoch();
            }
        })
        .map(|_| ())
        .map_err(|err| Problem::internal(format!("starting the ticker: {err}")))
}

pub(crate) fn ours(what: &str, err: &wasmtime::Error) -> Problem {
    Problem::internal(format!("{what}: {err:?}"))
}

/// The outcome of a run that came to its own end.
fn finished(state: State, status: i32, gas: u64) -> Outcome {
    let ending = match status {
        0 => Ending::Done,
        2 => Ending::Refused,
        3 => Ending::OutOfMemory,
        _ => Ending::Stopped,
    };
    let answer = state.answer.unwrap_or_default();
    let (answer, message) = match ending {
        Ending::Done => (answer, String::new()),
        Ending::OutOfMemory => (Value::Nil, message::out_of_memory(&answer)),
        _ => (Value::Nil, message::stopped(&answer)),
    };
    Outcome { ending, answer, message, gas, causes: state.causes, restarted: false, internal: None }
}

/// The outcome of a run that was cut off.
fn cut_off(state: State, err: &wasmtime::Error, stack: &str, gas: u64, run: &Run) -> Outcome {
    let trap = err.downcast_ref::<Trap>();
    let mut outcome = Outcome {
        ending: Ending::Stopped,
        answer: Value::Nil,
        message: String::new(),
        gas,
        causes: state.causes,
        restarted: false,
        internal: None,
    };
    match (state.cut, trap) {
        (Some(Cut::Restart), _) => outcome.restarted = true,
        (Some(Cut::Internal(why)), _) => outcome.internal = Some(why),
        (Some(Cut::TooSlow), _) => {
            outcome.ending = Ending::TooSlow;
            outcome.message = message::at(stack, "too slow: this run used up its computing time");
        }
        (Some(Cut::Waited(text)), _) => {
            outcome.ending = Ending::TooSlow;
            outcome.message = message::at(stack, &text);
        }
        (Some(Cut::Unusable(text)), _) => outcome.message = message::at(stack, &text),
        (None, Some(Trap::OutOfFuel)) => {
            outcome.ending = Ending::OutOfGas;
            outcome.gas = run.gas;
            let text = format!(
                "out of gas: this run used up its {} gas",
                model::receipt::grouped(run.gas)
            );
            outcome.message = message::at(stack, &text);
        }
        (None, Some(Trap::StackOverflow)) => {
            outcome.message = message::at(stack, "stack overflow");
        }
        (None, _) if err.is::<wasmtime::GcHeapOutOfMemory<()>>() => {
            outcome.ending = Ending::OutOfMemory;
            outcome.message = message::at(stack, "out of memory: too many errors are kept at once");
        }
        (None, _) => outcome.internal = Some(format!("{err:?}")),
    }
    outcome
}
