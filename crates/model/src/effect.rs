//! Effects: what a run wants to happen outside it. They are values until `commit` keeps them.

use crate::{AccountId, AppId, Chain, EffectId, Moment, RunId};
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

    /// What must happen in order with it, if anything: commits to one repository do, so that an
    /// older one that is tried again never comes after a newer one.
    #[must_use]
    pub fn lane(&self) -> Option<String> {
        match self {
            Intent::GitCommit { repo, .. } => Some(format!("git {}", repo.trim_end_matches('/'))),
            Intent::HttpSend { .. } => None,
        }
    }

    /// Lets go of the contents, once they are where they should be.
    pub fn let_go(&mut self) {
        match self {
            Intent::GitCommit { files, .. } => files.clear(),
            Intent::HttpSend { body, .. } => *body = None,
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

/// The answer to a request that was sent, until the app has heard of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub status: u16,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// SHA-256 of the blob that holds the body.
    pub body: String,
}

/// An effect, kept with the run that caused it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    pub id: EffectId,
    pub app: AppId,
    pub run: RunId,
    /// Whether a draft left it: then the draft hears of its end.
    pub draft: bool,
    /// The `ctx.now` of the run: the date of a commit.
    pub at: Moment,
    pub intent: Intent,
    /// Whose storage holds its contents until it is over, and how many bytes they are.
    pub payer: AccountId,
    pub bytes: u64,
    pub state: EffectState,
    pub attempts: u32,
    /// What happened last, in words.
    pub note: String,
    /// The effect before it in its lane: it goes first.
    pub after: Option<EffectId>,
    /// When it was done or given up.
    pub ended: Option<Moment>,
    /// What came back, if it was a request.
    pub answer: Option<Answered>,
    /// The chain the run that hears of its end continues; `None` if it has no budget left.
    pub chain: Option<Chain>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(repo: &str) -> Intent {
        Intent::GitCommit {
            repo: repo.into(),
            files: BTreeMap::from([("a".into(), "hash".into())]),
            message: "Saved\n\nand more".into(),
            author: String::new(),
            author_email: String::new(),
        }
    }

    #[test]
    fn commits_to_one_repository_share_a_lane() {
        let lane = |repo: &str| commit(repo).lane();
        assert_eq!(lane("https://git.example/r"), lane("https://git.example/r/"));
        assert_ne!(lane("https://git.example/r"), lane("https://git.example/s"));
    }

    #[test]
    fn what_is_let_go_keeps_its_words() {
        let mut intent = commit("https://git.example/r");
        let words = intent.words();
        intent.let_go();
        assert_eq!(intent.words(), words);
        assert!(matches!(intent, Intent::GitCommit { files, .. } if files.is_empty()));
    }
}
