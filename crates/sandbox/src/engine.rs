//! The engine of the Lua guest in this process: one pool, one compiled module, a fresh instance for
//! every run. A worker has one of its own; tests and benchmarks use it without a worker around it.

use crate::calls::{self, State};
use crate::ending::cut_off;
use crate::host::Host;
use crate::message;
use crate::parcel::pack;
use crate::run::{Outcome, Run, Script};
use crate::slots::Slots;
use crate::ticker::Ticker;
use crate::watch::Watch;
use crate::window::Cut;
use crate::{cache, features, jail};
use model::problem::{Problem, Result};
use model::release::hex;
use model::{Ending, Gas, Value, sabotage};
use sha2::{Digest, Sha256};
use std::path::Path;
use wasmtime::{Engine, InstancePre, Linker, Store, UpdateDeadline};

/// The guest: PUC Lua and its glue with a ready state, made by guests/lua/build.sh.
const GUEST: &[u8] = include_bytes!("../../../guests/lua/lua.wasm");
/// The version of the engine; receipts name it.
pub(crate) const ENGINE: &str = "wasmtime 48.0.8";
/// Gas for telling where a run was cut off; it is the host's, nobody is charged.
const WHERE_GAS: u64 = 5_000_000;

/// Runs releases in this process, each in a fresh instance. Shared by threads.
pub(crate) struct Here {
    engine: Engine,
    guest: InstancePre<State>,
    slots: Slots,
    ticker: Ticker,
}

/// An engine for this many runs at once, with no guest loaded.
pub(crate) fn engine(slots: u32) -> Result<Engine> {
    Engine::new(&features::config(slots)).map_err(|err| ours("engine", &err))
}

/// The compiled code of the guest, from the folder of compiled code if there is one.
pub(crate) fn code(cache: Option<&Path>) -> Result<Vec<u8>> {
    let engine = engine(1)?;
    match cache {
        Some(folder) => cache::code(&engine, folder, GUEST),
        None => cache::compile(&engine, GUEST),
    }
}

/// SHA-256 of the guest.
pub(crate) fn guest_hash() -> String {
    hex(&Sha256::digest(GUEST))
}

impl Here {
    /// Loads the guest that `code` compiled.
    pub(crate) fn new(engine: Engine, code: &[u8], slots: u32) -> Result<Here> {
        let module = cache::load(&engine, code)?;
        let mut linker = Linker::new(&engine);
        calls::link(&mut linker).map_err(|err| ours("linking", &err))?;
        let guest =
            linker.instantiate_pre(&module).map_err(|err| ours("the guest's imports", &err))?;
        let ticker = Ticker::start(engine.clone())?;
        Ok(Here { engine, guest, slots: Slots::new(slots), ticker })
    }

    /// Runs a release in a fresh instance, as soon as a slot is free. The guest reaches nothing but
    /// `host`.
    pub(crate) fn run(&self, run: &Run, script: &Script, host: &mut dyn Host) -> Outcome {
        let _slot = self.slots.take();
        let _ticking = self.ticker.run();
        let input = pack(input(run, script));
        let input_len = input.frame.len();
        let mut store = Store::new(&self.engine, State::new(host, run, script, input));
        store.limiter(|state| &mut state.limits);
        let begun = self.begin(&mut store, run, input_len);
        let used = run.gas.saturating_sub(store.get_fuel().unwrap_or(0)).min(run.gas);
        match begun {
            Ok(status) => finished(store.into_data(), status, used),
            Err(err) => {
                let stack = self.tell_where(&mut store);
                cut_off(store.into_data().window, &err, &stack, used, run)
            }
        }
    }

    fn begin(
        &self,
        store: &mut Store<State>,
        run: &Run,
        input_len: usize,
    ) -> wasmtime::Result<i32> {
        store.set_fuel(if sabotage::off("gas") { u64::MAX } else { run.gas })?;
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut context| {
            let state = context.data_mut();
            if state.window.watch.is_long() {
                jail::step_back();
            }
            if !state.telling && state.window.watch.is_over() {
                state.window.cut = Some(Cut::TooSlow);
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
        store.data_mut().window.watch = Watch::start(run.computing);
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

pub(crate) fn ours(what: &str, err: &wasmtime::Error) -> Problem {
    Problem::internal(format!("{what}: {err:?}"))
}

/// What the guest is told before it begins.
fn input(run: &Run, script: &Script) -> Value {
    Value::map([
        ("main", Value::text(script.main.as_str())),
        ("trigger", Value::text(run.trigger)),
        ("handler", Value::text(run.handler)),
        ("ctx", run.ctx.clone()),
        ("args", Value::List(run.args.clone())),
        ("settings", Value::Map(run.settings.clone())),
    ])
}

/// The outcome of a run that came to its own end.
fn finished(state: State, status: i32, gas: Gas) -> Outcome {
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
    Outcome { answer, message, causes: state.window.causes, ..Outcome::of(ending, gas) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use wasmtime::Module;

    /// WASM-020: one more import would be one more way out: a decision, not an accident.
    #[test]
    fn the_guest_imports_exactly_our_five_functions() {
        let engine = Engine::new(&features::config(1)).unwrap();
        let module = Module::new(&engine, GUEST).unwrap();
        let mut imports: Vec<String> =
            module.imports().map(|it| format!("{}.{}", it.module(), it.name())).collect();
        imports.sort_unstable();
        let ours = ["allot.answer", "allot.big", "allot.call", "allot.gas", "allot.take"];
        assert_eq!(imports, ours);
        let exports: Vec<&str> = module.exports().map(|it| it.name()).collect();
        assert_eq!(exports, ["memory", "run", "where"]);
    }
}
