//! Effects: what a run wants to happen outside it. They are values until `commit` keeps them.

use crate::{AppId, Chain, EffectId, Moment, RunId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What should happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Intent {
    /// Commit files to a repository and push it. File contents are blobs, by SHA-256.
    GitCommit {
        repo: String,
        files: BTreeMap<String, String>,
        message: String,
        author: String,
        author_email: String,
    },
    /// Send a request after the run is kept, with the effect's id as idempotency key.
    HttpSend {
        method: String,
        url: String,
        headers: BTreeMap<String, String>,
        /// SHA-256 of the blob that holds the body.
        body: Option<String>,
    },
}

impl Intent {
    /// The intent in words, as the app's page shows it.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Intent::GitCommit { repo, message, .. } => {
                format!("commit “{}” to {repo}", message.lines().next().unwrap_or(""))
            }
            Intent::HttpSend { method, url, .. } => format!("{method} {url}"),
        }
    }

    /// The verb of the grant it needs when it is carried out.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match self {
            Intent::GitCommit { .. } => "git.write",
            Intent::HttpSend { .. } => "http.fetch",
        }
    }

    /// The address the grant must hold for.
    #[must_use]
    pub fn object(&self) -> &str {
        match self {
            Intent::GitCommit { repo, .. } => repo,
            Intent::HttpSend { url, .. } => url,
        }
    }
}

/// The life of an effect that people can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectState {
    Queued,
    /// Tried, and to be tried again.
    Retrying,
    Done,
    Failed,
}

/// An effect, kept with the run that caused it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    pub id: EffectId,
    pub app: AppId,
    pub run: RunId,
    /// The `ctx.now` of the run: the date of a commit.
    pub at: Moment,
    pub intent: Intent,
    pub state: EffectState,
    pub attempts: u32,
    /// What happened last, in words.
    pub note: String,
    /// The chain the run that hears of its end continues; `None` if it has no budget left.
    pub chain: Option<Chain>,
}
