//! The one window of a guest, owned here and implemented by the group.

use model::Value;
use model::gas::Price;

/// Answers a guest's calls.
pub trait Host {
    /// The price of a capability, or why there is none: an unknown name, with a “did you mean”.
    fn price(&mut self, name: &str) -> Result<Price, Refusal>;

    /// Answers one call whose price was charged already.
    fn call(&mut self, name: &str, args: Vec<Value>) -> Result<Value, Refusal>;

    /// Calls that this run will probably make, with what each would be answered now. They may be
    /// asked for again as long as nothing was called.
    fn ahead(&mut self) -> Vec<Ahead> {
        Vec::new()
    }

    /// Whether runs of others go first where both want the processor.
    fn is_behind(&self) -> bool {
        false
    }

    /// The guest has made the call of this place in `ahead`, and was given the answer from there.
    /// Its price was charged.
    fn used(&mut self, _place: usize) {}
}

/// A call that was answered before it was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Ahead {
    pub name: &'static str,
    pub args: Vec<Value>,
    /// In the encoding of values.
    pub answer: Vec<u8>,
}

/// A call that was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub kind: RefusalKind,
    /// What is wrong and what to do next; the script sees it.
    pub text: String,
}

/// What follows from a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// A Lua error, which the script may catch.
    Error,
    /// The same; uncaught it ends the run as *refused*.
    NotGranted,
    /// The time for waiting is used up; ends the run as *too slow*, cannot be caught.
    Waited,
    /// The view is too old; the run is cut off, and the caller begins it again.
    Restart,
    /// A failure of ours; the run is cut off, and the text is for the log.
    Internal,
}
