//! What a run is given, and what comes of it.

use crate::worker::Class;
use model::problem::Result;
use model::receipt::Cause;
use model::{Ending, Gas, Moment, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The code of an app.
#[derive(Clone, Debug)]
pub enum Program {
    Lua(Script),
    Component(Component),
}

/// An app in Lua.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// Lua sources by path.
    pub files: BTreeMap<String, String>,
    /// The file that begins.
    pub main: String,
}

/// An app in any other language: a wasm component. It is read only when there is no compiled code
/// of it.
#[derive(Clone)]
pub struct Component {
    /// SHA-256 of the component.
    pub hash: [u8; 32],
    /// Reads its bytes.
    pub read: Arc<dyn Fn() -> Result<Vec<u8>> + Send + Sync>,
}

impl fmt::Debug for Component {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Component({})", model::release::hex(&self.hash))
    }
}

/// One run.
pub struct Run<'a> {
    pub program: &'a Program,
    /// `view`, `action`, `serve`, `schedule`, `done`, `failed`, or `declare` for the top level only.
    pub trigger: &'a str,
    /// The name of the handler where the trigger has one.
    pub handler: &'a str,
    pub ctx: Value,
    /// What comes after `ctx`.
    pub args: Vec<Value>,
    pub settings: BTreeMap<String, Value>,
    pub seed: [u8; 32],
    pub now: Moment,
    /// The zone of the app's owner, an IANA name.
    pub tz: &'a str,
    pub gas: Gas,
    /// Bytes of memory, linear and of exceptions together.
    pub memory_bytes: usize,
    /// CPU time of the thread; four times that by the clock.
    pub computing: Duration,
    /// With whose runs it may share a process.
    pub class: Class,
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub ending: Ending,
    /// What the function returned; `Nil` unless done.
    pub answer: Value,
    /// The error with the script's own file and line, and its stack; empty when done.
    pub message: String,
    /// Never more than the run was given.
    pub gas: Gas,
    /// Gas by capability.
    pub causes: BTreeMap<String, Cause>,
    /// The host asked for the run to begin again at a newer view.
    pub restarted: bool,
    /// A failure of ours, for the log.
    pub internal: Option<String>,
}

impl Run<'_> {
    /// The seed as the guest takes it; the rest of it is the host's.
    pub(crate) fn guest_seed(&self) -> i64 {
        let mut word = [0; 8];
        word.copy_from_slice(&self.seed[..8]);
        i64::from_le_bytes(word)
    }
}
