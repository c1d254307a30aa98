//! The components of a sandbox without workers: compiled and run in this process.

use super::compile::compile;
use super::here::{Here, engine};
use crate::host::Host;
use crate::run::{Component, Outcome, Run};
use model::problem::{Problem, Result};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use wasmtime::Engine;

/// Components run at once.
const SLOTS: u32 = 4;
/// Components that are loaded; above it all are dropped, and compiled again when needed.
const LOADED_MAX: usize = 16;

/// Components by the hash of their bytes.
#[derive(Default)]
pub(crate) struct Shelf {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// Made when the first component comes: most sandboxes see none.
    engine: Option<Engine>,
    loaded: HashMap<[u8; 32], Arc<Here>>,
}

impl Shelf {
    /// Runs a component in this process.
    pub(crate) fn run(&self, run: &Run, component: &Component, host: &mut dyn Host) -> Outcome {
        match self.take(component) {
            Ok(here) => here.run(run, host),
            Err(problem) => Outcome::not_begun(problem),
        }
    }

    /// Whether a component needs no compiler any more.
    pub(crate) fn has(&self, component: &Component) -> bool {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.loaded.contains_key(&component.hash)
    }

    /// Compiles and loads a component if it is not.
    pub(crate) fn prepare(&self, component: &Component) -> Result<()> {
        self.take(component).map(drop)
    }

    fn take(&self, component: &Component) -> Result<Arc<Here>> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(here) = inner.loaded.get(&component.hash) {
            return Ok(here.clone());
        }
        let code = compile(&(component.read)()?).map_err(Problem::invalid)?;
        let engine = match &inner.engine {
            Some(engine) => engine.clone(),
            None => inner.engine.insert(engine(SLOTS)?).clone(),
        };
        let here = Arc::new(Here::new(engine, &code)?);
        if inner.loaded.len() >= LOADED_MAX {
            inner.loaded.clear();
        }
        inner.loaded.insert(component.hash, here.clone());
        Ok(here)
    }
}
