//! The heartbeat of an engine: running guests look at their watches when it ticks.

use crate::watch::TICK;
use model::problem::{Problem, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, Thread};
use wasmtime::Engine;

/// Ticks without a run after which it rests: many workers wait, and shall take nothing while they
/// do; one that is busy shall not wake it each time.
const RESTLESS_TICKS: u32 = 100;

/// Ticks while something runs, on a thread of its own that ends with it.
pub(crate) struct Ticker {
    state: Arc<State>,
    thread: Thread,
}

#[derive(Default)]
struct State {
    running: AtomicUsize,
    resting: AtomicBool,
    over: AtomicBool,
}

/// A run for which it ticks.
pub(crate) struct Ticking<'a>(&'a State);

impl Ticker {
    /// Starts the thread, which is up when this returns: what starting one takes may be forbidden a
    /// moment later.
    pub(crate) fn start(engine: Engine) -> Result<Ticker> {
        let failed =
            |err: &dyn std::fmt::Display| Problem::internal(format!("starting the ticker: {err}"));
        let state = Arc::new(State::default());
        let (up, is_up) = std::sync::mpsc::channel();
        let ticked = state.clone();
        let handle = thread::Builder::new()
            .name("ticker".into())
            .spawn(move || {
                let _ = up.send(());
                ticked.tick(&engine);
            })
            .map_err(|err| failed(&err))?;
        is_up.recv().map_err(|err| failed(&err))?;
        Ok(Ticker { state, thread: handle.thread().clone() })
    }

    /// Ticks for a run until what this answers is dropped.
    pub(crate) fn run(&self) -> Ticking<'_> {
        self.state.running.fetch_add(1, Ordering::SeqCst);
        if self.state.resting.swap(false, Ordering::SeqCst) {
            self.thread.unpark();
        }
        Ticking(&self.state)
    }
}

impl State {
    fn tick(&self, engine: &Engine) {
        let mut idle = 0;
        while !self.over.load(Ordering::SeqCst) {
            thread::sleep(TICK);
            engine.increment_epoch();
            idle = if self.running.load(Ordering::SeqCst) == 0 { idle + 1 } else { 0 };
            if idle > RESTLESS_TICKS {
                self.rest();
                idle = 0;
            }
        }
    }

    /// Waits for the next run, or for the end. A run that came just before is not overlooked: one
    /// of the two sees what the other has stored.
    fn rest(&self) {
        self.resting.store(true, Ordering::SeqCst);
        let begun = self.running.load(Ordering::SeqCst) > 0 || self.over.load(Ordering::SeqCst);
        while !begun && self.resting.load(Ordering::SeqCst) {
            thread::park();
        }
        self.resting.store(false, Ordering::SeqCst);
    }
}

impl Drop for Ticking<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.state.over.store(true, Ordering::SeqCst);
        self.state.resting.store(false, Ordering::SeqCst);
        self.thread.unpark();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU64;
    use std::time::{Duration, Instant};
    use wasmtime::{Config, Module, Store, UpdateDeadline};

    /// How often an endless loop looked at its watch before it was told to stop at the third time.
    fn looked(engine: &Engine) -> u64 {
        let loops = "(module (func (export \"f\") (loop (br 0))))";
        let module = Module::new(engine, wat::parse_str(loops).unwrap()).unwrap();
        let looked = Arc::new(AtomicU64::new(0));
        let counted = looked.clone();
        let mut store = Store::new(engine, ());
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(move |_| {
            if counted.fetch_add(1, Ordering::Relaxed) == 2 {
                return Err(wasmtime::Error::msg("over"));
            }
            Ok(UpdateDeadline::Continue(1))
        });
        let instance = wasmtime::Instance::new(&mut store, &module, &[]).unwrap();
        let f = instance.get_typed_func::<(), ()>(&mut store, "f").unwrap();
        assert!(f.call(&mut store, ()).is_err());
        looked.load(Ordering::Relaxed)
    }

    #[test]
    fn it_rests_when_nothing_runs_and_ticks_for_the_next_run() {
        let mut config = Config::new();
        config.epoch_interruption(true);
        let engine = Engine::new(&config).unwrap();
        let ticker = Ticker::start(engine.clone()).unwrap();
        let until = Instant::now() + Duration::from_secs(60);
        for _ in 0..2 {
            while !ticker.state.resting.load(Ordering::SeqCst) {
                assert!(Instant::now() < until, "it never rests");
                thread::yield_now();
            }
            let run = ticker.run();
            assert_eq!(looked(&engine), 3);
            drop(run);
        }
    }
}
