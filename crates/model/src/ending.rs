//! How a run ended. A guest's failure is an ending, never an `Err` of ours.

use serde::{Deserialize, Serialize};

/// The ending of a run. Everything but `Done` keeps nothing but gas and receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    Done,
    OutOfGas,
    OutOfMemory,
    /// Over its computing time, or over its time of waiting for outside.
    TooSlow,
    /// An error that the script did not catch.
    Stopped,
    /// A call without the grant it needs.
    Refused,
    /// Others changed what it had read, in every repeat.
    Conflicted,
    /// The process that ran it died.
    Lost,
}

impl Ending {
    /// The ending in the words people see.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Ending::Done => "done",
            Ending::OutOfGas => "out of gas",
            Ending::OutOfMemory => "out of memory",
            Ending::TooSlow => "too slow",
            Ending::Stopped => "stopped",
            Ending::Refused => "refused",
            Ending::Conflicted => "conflicted",
            Ending::Lost => "lost",
        }
    }
}
