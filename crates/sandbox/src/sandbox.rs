//! The sandbox as the group sees it: it runs releases, in jailed workers or, for tests and
//! benchmarks, in this process.

use crate::component::{Codes, Shelf};
use crate::engine::{self, ENGINE, Here};
use crate::host::Host;
use crate::jail::Report;
use crate::run::{Component, Outcome, Program, Run};
use crate::worker::{Launch, Pool};
use model::problem::{Problem, Result};
use std::path::PathBuf;

/// How a sandbox is set up.
#[derive(Clone, Default)]
pub struct Config {
    /// Runs at once.
    pub slots: u32,
    /// The folder of compiled code; without one the guest is compiled at every start.
    pub cache: Option<PathBuf>,
    /// The key of the seals on compiled components; code sealed with another is compiled again.
    pub seal: [u8; 32],
}

/// Runs releases, each in a fresh instance. Shared by threads.
pub struct Sandbox {
    place: Place,
    guest_hash: String,
}

enum Place {
    Here(Box<Here>, Shelf),
    Workers(Pool),
}

impl Sandbox {
    /// A sandbox in this process: nothing but the engine stands between a script and this memory.
    pub fn new(config: Config) -> Result<Sandbox> {
        let code = engine::code(config.cache.as_deref())?;
        let here = Here::new(engine::engine(config.slots)?, &code, config.slots)?;
        Ok(Sandbox {
            place: Place::Here(Box::new(here), Shelf::default()),
            guest_hash: engine::guest_hash(),
        })
    }

    /// A sandbox of jailed worker processes. Fails where a required layer is not in force.
    pub fn with_workers(config: Config, launch: Launch) -> Result<Sandbox> {
        let code = engine::code(config.cache.as_deref())?;
        let codes = Codes::new(&launch, config.cache, config.seal)?;
        let pool = Pool::new(&launch, code, codes, config.slots)?;
        Ok(Sandbox { place: Place::Workers(pool), guest_hash: engine::guest_hash() })
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

    /// The layers around a run beside the engine; none in this process.
    #[must_use]
    pub fn layers(&self) -> Report {
        match &self.place {
            Place::Here(..) => Report::new(),
            Place::Workers(pool) => pool.layers(),
        }
    }

    /// Whether a component was compiled before and starts at once.
    #[must_use]
    pub fn is_compiled(&self, component: &Component) -> bool {
        match &self.place {
            Place::Here(_, shelf) => shelf.has(component),
            Place::Workers(pool) => pool.has(component),
        }
    }

    /// Compiles a component if it never was, so that its next run starts at once.
    pub fn prepare(&self, component: &Component) -> Result<()> {
        match &self.place {
            Place::Here(_, shelf) => shelf.prepare(component),
            Place::Workers(pool) => pool.prepare(component),
        }
    }

    /// Why a component could not be compiled, if that was found out lately: it is not tried again
    /// for a while, and its runs end with this.
    #[must_use]
    pub fn shunned(&self, component: &Component) -> Option<Problem> {
        match &self.place {
            Place::Here(..) => None,
            Place::Workers(pool) => pool.shunned(component),
        }
    }

    /// Runs a release in a fresh instance, as soon as there is a place. The guest reaches nothing
    /// but `host`.
    pub fn run(&self, run: &Run, host: &mut dyn Host) -> Outcome {
        match (&self.place, run.program) {
            (Place::Here(lua, _), Program::Lua(script)) => lua.run(run, script, host),
            (Place::Here(_, shelf), Program::Component(component)) => {
                shelf.run(run, component, host)
            }
            (Place::Workers(pool), _) => pool.run(run, host),
        }
    }
}
