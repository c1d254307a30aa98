//! A change that the owner of a fork suggests to the author of its original.

use crate::{AccountId, AppId, Moment, Name, ReleaseId, SuggestionId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A suggestion: files as they were when it was made, against a release of the original.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    pub id: SuggestionId,
    /// The original, whose author decides.
    pub app: AppId,
    /// The fork that it comes from, and its address at that time.
    pub fork: AppId,
    pub fork_address: String,
    pub by: AccountId,
    pub by_handle: Name,
    /// What the suggester wrote to the author.
    pub note: String,
    pub at: Moment,
    /// The release of the original that the fork knew.
    pub base: ReleaseId,
    pub base_number: u64,
    /// Path to SHA-256 of the suggested files; empty once it was answered.
    pub files: BTreeMap<String, String>,
    /// Bytes that the suggester's account keeps for it, until it was answered.
    pub bytes: u64,
    pub became: Became,
}

/// What became of a suggestion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// Nobody has answered yet.
    Open,
    /// The author took it into the draft.
    Taken { at: Moment },
    /// The author declined, with a word.
    Declined { at: Moment, word: String },
    /// The suggester took it back.
    Withdrawn { at: Moment },
    /// An admin removed it, and its note with it.
    Removed { at: Moment, why: String },
}

impl Suggestion {
    /// Whether it waits for an answer.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.became == Became::Open
    }
}
