//! The engine of the Lua guest: one pool, one compiled module, a fresh instance for every run.

use crate::calls::{self, Cut, State};
use crate::host::Host;
use crate::message;
use crate::parcel::pack;
use crate::run::{Outcome, Run};
use crate::watch::{TICK, Watch};
use crate::{cache, parcel};
use model::problem::{Problem, Result};
use model::release::hex;
use model::{Ending, Value};
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use wasmtime::{
    Engine, InstanceAllocationStrategy, InstancePre, Linker, Module, OptLevel,
    PoolingAllocationConfig, Store, Trap, UpdateDeadline,
};

/// The guest: PUC Lua and its glue with a ready state, made by guests/lua/build.sh.
const GUEST: &[u8] = include_bytes!("../../../guests/lua/lua.wasm");
/// The version of the engine; receipts name it.
const ENGINE: &str = "wasmtime 48";
/// Bytes of memory that a slot keeps between runs and clears by writing: dearer pages are unmapped.
const KEEP_RESIDENT_BYTES: usize = 512 * 1024;
/// Bytes one memory of the pool may have: the largest run, a migration.
const MEMORY_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Elements of a table of the pool.
const TABLE_ELEMENTS_MAX: usize = 20_000;
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
    /// Ends the ticker when dropped.
    _alive: Arc<()>,
}

impl Sandbox {
    /// Makes the engine and loads the guest, compiled or from the cache.
    pub fn new(config: Config) -> Result<Sandbox> {
        let engine = Engine::new(&features(config.slots)).map_err(|err| ours("engine", &err))?;
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
        Ok(Sandbox { engine, guest, guest_hash, _alive: alive })
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

    /// Runs a release in a fresh instance. The guest reaches nothing but `host`.
    pub fn run(&self, run: &Run, host: &mut dyn Host) -> Outcome {
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

/// The engine's settings. Every proposal that the guest does not need is off.
pub(crate) fn features(slots: u32) -> wasmtime::Config {
    let slots = slots.max(1);
    let mut pool = PoolingAllocationConfig::default();
    pool.total_core_instances(slots)
        .total_memories(slots)
        .total_tables(slots)
        .total_gc_heaps(slots)
        .max_memory_size(MEMORY_BYTES_MAX)
        .table_elements(TABLE_ELEMENTS_MAX)
        .linear_memory_keep_resident(
            std::env::var("KEEP")
                .map_or(KEEP_RESIDENT_BYTES, |k| k.parse::<usize>().unwrap_or(0) * 1024),
        )
        .pagemap_scan(match std::env::var("PM").as_deref() {
            Ok("yes") => wasmtime::Enabled::Yes,
            Ok("auto") => wasmtime::Enabled::Auto,
            _ => wasmtime::Enabled::No,
        })
        .table_keep_resident(64 * 1024)
        .max_unused_warm_slots(slots);
    let mut config = wasmtime::Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .cranelift_opt_level(OptLevel::Speed)
        .memory_init_cow(true)
        .consume_fuel(true)
        .epoch_interruption(true)
        .wasm_bulk_memory(true)
        .wasm_multi_value(true)
        .wasm_reference_types(true)
        .wasm_exceptions(true)
        .wasm_simd(false)
        .wasm_relaxed_simd(false)
        .wasm_tail_call(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_extended_const(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false);
    if std::env::var("BT").is_ok() {
        config.wasm_backtrace_max_frames(None);
    }
    if std::env::var("EP").is_ok() {
        config.epoch_interruption(false);
    }
    if std::env::var("NF").is_ok() {
        config.consume_fuel(false);
    }
    config
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

/// A frame a guest wrote that cannot be read, in words.
pub(crate) fn unreadable(why: parcel::Unreadable) -> &'static str {
    match why {
        parcel::Unreadable::Length => "the values handed over are larger than 64 MiB together",
        parcel::Unreadable::Depth => "the values handed over are nested too deeply",
        parcel::Unreadable::Form | parcel::Unreadable::Place => {
            "the values handed over cannot be read"
        }
    }
}
