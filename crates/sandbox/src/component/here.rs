//! A component in this process: its code is loaded, and every run has a fresh instance. A worker
//! has one; tests use it without a worker around it.

use super::bindings::{App, Failure};
use super::kind::Kind;
use super::state::{State, counted, keep_count};
use super::{features, wasi};
use crate::ending::cut_off;
use crate::engine::ours;
use crate::host::Host;
use crate::jail;
use crate::message;
use crate::run::{Outcome, Run};
use crate::ticker::Ticker;
use crate::watch::Watch;
use crate::window::Cut;
use model::problem::{Problem, Result};
use model::{Ending, Gas};
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Engine, Error, Store, Trap, UpdateDeadline, WasmBacktrace};

/// One component, ready to run. Shared by threads.
pub(crate) struct Here {
    engine: Engine,
    kind: Kind,
    ticker: Ticker,
}

/// Gas for trying the engine out.
const TRIAL_GAS: Gas = 1_000;

/// An engine for components, for this many runs at once.
pub(crate) fn engine(slots: u32) -> Result<Engine> {
    Engine::new(&features::running(slots)).map_err(|err| ours("engine", &err))
}

/// Runs a component of ours until it traps, so that what the engine does only once is done before
/// the filter of system calls.
pub(crate) fn warm_up(engine: &Engine, trial: &[u8]) -> Result<()> {
    // Asked of the kernel once, when a run with an image of memory ends.
    let _ = rustix::param::page_size();
    let component = load(engine, trial)?;
    let mut store = Store::new(engine, ());
    store
        .set_fuel(TRIAL_GAS)
        .map(|()| store.set_epoch_deadline(u64::MAX / 2))
        .map_err(|err| ours("trying the engine", &err))?;
    match Linker::new(engine).instantiate(&mut store, &component) {
        Err(err) if err.is::<Trap>() => Ok(()),
        _ => Err(Problem::internal("the trial of the engine did not end in its trap")),
    }
}

/// Maps code of ours into memory, ready to run.
fn load(engine: &Engine, code: &[u8]) -> Result<Component> {
    // SAFETY: the compiler of this node made these bytes, and the node found its own seal on them;
    // inside of a worker they come from the node that started it.
    unsafe { Component::deserialize(engine, code) }
        .map_err(|err| ours("loading compiled code", &err))
}

impl Here {
    /// Loads the component that `code` compiled.
    pub(crate) fn new(engine: Engine, code: &[u8]) -> Result<Here> {
        let component = load(&engine, code)?;
        // Images of memory are files without a name, and later no file can be made.
        component
            .initialize_copy_on_write_image()
            .map_err(|err| ours("the image of the memory", &err))?;
        let mut linker = Linker::new(&engine);
        App::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)
            .map_err(|err| ours("linking", &err))?;
        let kind =
            Kind::of(linker, &component).map_err(|err| ours("the component's imports", &err))?;
        let ticker = Ticker::start(engine.clone())?;
        Ok(Here { engine, kind, ticker })
    }

    /// Runs the component in a fresh instance. It reaches nothing but `host`.
    pub(crate) fn run(&self, run: &Run, host: &mut dyn Host) -> Outcome {
        let _ticking = self.ticker.run();
        let mut store = Store::new(&self.engine, State::new(host, run));
        let answered = self.begin(&mut store, run);
        let printed = last_line(&mut store);
        let answered = answered.and_then(|answer| printed.map(|()| answer));
        let used = run.gas.saturating_sub(store.get_fuel().unwrap_or(0)).min(run.gas);
        let state = store.into_data();
        match answered {
            Ok(Ok(answer)) => {
                let causes = state.window.causes;
                Outcome { answer, causes, ..Outcome::of(Ending::Done, used) }
            }
            Ok(Err(Failure::Stopped(text))) => stopped(state, used, &text),
            Ok(Err(Failure::Refused(text))) => {
                Outcome { ending: Ending::Refused, ..stopped(state, used, &text) }
            }
            Err(err) => trapped(state, &err, used, run),
        }
    }

    fn begin(
        &self,
        store: &mut Store<State>,
        run: &Run,
    ) -> wasmtime::Result<std::result::Result<model::Value, Failure>> {
        store.limiter(|state| &mut state.limits);
        store.call_hook(keep_count);
        store.set_fuel(run.gas)?;
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut context| {
            let state = context.data_mut();
            if state.window.watch.is_long() {
                jail::step_back();
            }
            if state.window.watch.is_over() {
                state.window.cut = Some(Cut::TooSlow);
                return Err(Error::msg("too slow"));
            }
            Ok(UpdateDeadline::Continue(1))
        });
        store.data_mut().window.watch = Watch::start(run.computing);
        self.kind.run(store, run)
    }
}

/// Hands over what was printed last, without an end of line; it is paid for as other lines are.
fn last_line(store: &mut Store<State>) -> wasmtime::Result<()> {
    if store.data().window.cut.is_some() {
        return Ok(());
    }
    counted(store, wasi::finish_output)
}

/// The outcome of a run that says itself why nothing of it shall be kept.
fn stopped(state: State, gas: Gas, text: &str) -> Outcome {
    let message = message::cut(text.to_owned());
    Outcome { message, causes: state.window.causes, ..Outcome::of(Ending::Stopped, gas) }
}

/// The outcome of a run that broke down. If it was told before that a grant is missing, that is why.
fn broken(mut state: State, gas: Gas, text: &str) -> Outcome {
    match state.wasi.denied.take() {
        Some(denied) => {
            let outcome = stopped(state, gas, &format!("{denied}\n{text}"));
            Outcome { ending: Ending::Refused, ..outcome }
        }
        None => stopped(state, gas, text),
    }
}

/// The outcome of a run that was cut off, or broke down by itself.
fn trapped(state: State, err: &Error, gas: Gas, run: &Run) -> Outcome {
    let stack = stack(err);
    let trap = err.downcast_ref::<Trap>().copied();
    match trap {
        Some(Trap::OutOfFuel | Trap::StackOverflow) => {}
        Some(_) if state.limits.refused => {
            let text = "out of memory: this run used up its memory";
            let outcome = stopped(state, gas, &format!("{text}{stack}"));
            return Outcome { ending: Ending::OutOfMemory, ..outcome };
        }
        Some(trap) if state.window.cut.is_none() => {
            return broken(state, gas, &format!("{trap}{stack}"));
        }
        // What the component handed over breaks the rules of components, or of WASI; the cause says
        // which.
        None if state.window.cut.is_none() => {
            return broken(state, gas, &format!("{}{stack}", err.root_cause()));
        }
        _ => {}
    }
    let mut outcome = cut_off(state.window, err, "", gas, run);
    outcome.message = message::cut(outcome.message + &stack);
    outcome
}

/// The functions a component was in, innermost first, as far as it names them.
fn stack(err: &Error) -> String {
    let frames = err.downcast_ref::<WasmBacktrace>().map(WasmBacktrace::frames);
    let lines = frames.into_iter().flatten().map(|frame| {
        let name = frame.func_name().map_or_else(
            || format!("function {}", frame.func_index()),
            |name| name.chars().take(NAME_CHARS_MAX).collect(),
        );
        format!("\n\tin {name}")
    });
    lines.collect()
}

/// Letters of a function's name that are told: names of generics are long.
const NAME_CHARS_MAX: usize = 100;
