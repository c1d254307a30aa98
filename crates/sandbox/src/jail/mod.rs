//! The second wall: what a worker takes from itself before it reads the first byte of a run.
//!
//! Each layer closes some of the same doors as the others, so that a hole in one is no way out.
//! Most are put on before the engine starts its threads; the limits and the filter of system calls
//! come last, when everything that needs one more file or call is done.

mod behind;
mod landlock;
mod limits;
mod seccomp;

pub use behind::take_short_slices;
pub(crate) use behind::{is_behind, let_step_back, step_back};

use model::sabotage;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Layer {
    /// Nothing it could start gains rights.
    NoNewPrivs,
    /// Nobody but root looks into its memory.
    NotDumpable,
    /// It dies with its node.
    ParentDeath,
    /// No file, socket or pipe but the one socket and its words for the log.
    Descriptors,
    /// No variable of the node's environment.
    Environment,
    /// Nobody's user, where the node is root.
    Uid,
    /// A network, a file tree and process rights of its own, where the kernel allows it.
    Namespaces,
    /// No file, no TCP, no socket or process outside of it.
    Landlock,
    /// No process, no file to write, no core, few descriptors.
    Rlimits,
    /// Only the system calls that running compiled code needs; any other kills the worker.
    Seccomp,
}

/// What each layer found: in force with a word about it, or why it is not.
pub type Report = BTreeMap<Layer, Result<String, String>>;

impl Layer {
    /// All of them, in the order in which they are put on.
    pub const ALL: [Layer; 10] = [
        Layer::Environment,
        Layer::Descriptors,
        Layer::Namespaces,
        Layer::Uid,
        Layer::NoNewPrivs,
        Layer::NotDumpable,
        Layer::ParentDeath,
        Layer::Landlock,
        Layer::Rlimits,
        Layer::Seccomp,
    ];

    /// Those without which no stranger's code should run. The others depend on kernel and rights.
    pub const REQUIRED: [Layer; 3] = [Layer::Seccomp, Layer::NoNewPrivs, Layer::Rlimits];

    /// The layer's word in the configuration and on the health page.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Layer::NoNewPrivs => "no_new_privs",
            Layer::NotDumpable => "not_dumpable",
            Layer::ParentDeath => "parent_death",
            Layer::Descriptors => "descriptors",
            Layer::Environment => "environment",
            Layer::Uid => "uid",
            Layer::Namespaces => "namespaces",
            Layer::Landlock => "landlock",
            Layer::Rlimits => "rlimits",
            Layer::Seccomp => "seccomp",
        }
    }

    /// The layer of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Layer> {
        Layer::ALL.into_iter().find(|layer| layer.word() == word)
    }
}

/// Puts one layer on.
pub(crate) fn put_on(layer: Layer) -> Result<String, String> {
    if sabotage::off(layer.word()) {
        return Ok("left out by a test".into());
    }
    match layer {
        Layer::Environment => no_environment(),
        Layer::Descriptors => limits::close_descriptors(),
        Layer::Namespaces => limits::own_namespaces(),
        Layer::Uid => limits::drop_uid(),
        Layer::NoNewPrivs => limits::no_new_privs(),
        Layer::NotDumpable => limits::not_dumpable(),
        Layer::ParentDeath => limits::die_with_parent(),
        Layer::Rlimits => limits::rlimits(),
        Layer::Landlock => landlock::deny_all(),
        Layer::Seccomp => seccomp::filter(),
    }
}

/// Puts several layers on, in their order.
pub(crate) fn put_on_all(layers: impl IntoIterator<Item = Layer>) -> Report {
    layers.into_iter().map(|layer| (layer, put_on(layer))).collect()
}

/// Limits that a worker of jobs takes on beside those of the layer `rlimits`: bytes of address space
/// and seconds of processor time.
pub(crate) fn narrow(address_bytes: u64, cpu_seconds: u64) -> Result<String, String> {
    limits::narrow(address_bytes, cpu_seconds)
}

/// The node starts its workers with nothing in the environment; anything there is a mistake.
fn no_environment() -> Result<String, String> {
    let told = sabotage::handed_on().map_or(0, |_| 1);
    match std::env::vars_os().count().saturating_sub(told) {
        0 => Ok("empty".into()),
        n => Err(format!("{n} variables are set")),
    }
}

/// Puts layers on without an engine, in the order a worker has them: for probes of the jail.
#[must_use]
pub fn rehearse(layers: impl IntoIterator<Item = Layer>) -> Report {
    let wanted: Vec<Layer> = layers.into_iter().collect();
    put_on_all(Layer::ALL.into_iter().filter(|layer| wanted.contains(layer)))
}
