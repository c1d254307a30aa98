//! An app: files, releases, data, grants, schedules and an address, owned by an account.

use crate::manifest::Manifest;
use crate::setting::Setting;
use crate::{AccountId, AppId, Moment, Name, ReleaseId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The release a fork began as; it never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForkOf {
    pub app: AppId,
    pub address: String,
    pub release: ReleaseId,
    pub number: u64,
}

/// The release of its original that a fork last took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    pub release: ReleaseId,
    pub number: u64,
}

/// The data and the release from before new code took the data over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// The release that ran on it, and its number.
    pub release: ReleaseId,
    pub number: u64,
    pub at: Moment,
    /// When it is forgotten.
    pub until: Moment,
    /// Keys that were otherwise afterwards.
    pub keys: u64,
}

/// That a fork takes what its original publishes by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Following {
    /// Chosen for an app that holds grants.
    pub also_with_grants: bool,
    /// When the original is looked at again.
    pub next: Moment,
    /// The newest release of the original that was left to the owner.
    pub left: u64,
    /// The revision of a draft that was taken by itself and is not published yet.
    pub pending: Option<u64>,
}

/// Something optional that the owner does not let an app have; it gets an empty thing instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Without {
    pub verb: String,
    /// As the manifest has it: an address, or `settings.NAME`.
    pub object: String,
}

/// An app's record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct App {
    pub id: AppId,
    pub owner: AccountId,
    pub owner_handle: Name,
    pub name: Name,
    pub created: Moment,
    /// Path to SHA-256 of the working files, kept as blobs.
    pub draft: BTreeMap<String, String>,
    /// Counts the changes of the draft, so that two editors do not overwrite each other.
    pub draft_revision: u64,
    /// The release that runs; `None` until the first is published.
    pub release: Option<ReleaseId>,
    pub release_number: u64,
    /// The manifest of the release, or of the draft while there is no release.
    pub manifest: Manifest,
    /// What the running code declares in `settings{}`.
    pub settings_declared: Vec<Setting>,
    /// The functions the running code has: `view`, `serve`, `on.vote`, `at.hourly` …
    #[serde(default)]
    pub handlers: Vec<String>,
    pub settings: BTreeMap<String, String>,
    pub fork_of: Option<ForkOf>,
    pub forks: u64,
    /// What a fork took of its original since it began; `None` if nothing yet.
    #[serde(default)]
    pub taken: Option<Taken>,
    #[serde(default)]
    pub following: Option<Following>,
    /// What one can go back to with the data.
    #[serde(default)]
    pub before: Option<Before>,
    /// What it runs without, as its owner chose.
    #[serde(default)]
    pub without: Vec<Without>,
    /// Why an admin stopped it.
    pub stopped: Option<String>,
}

impl App {
    /// When the group must look after it without anybody asking; `None` if never.
    #[must_use]
    pub fn due(&self) -> Option<Moment> {
        let before = self.before.as_ref().map(|before| before.until);
        let following = self.following.as_ref().map(|following| following.next);
        before.into_iter().chain(following).min()
    }
}
