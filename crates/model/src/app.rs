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
    /// Why an admin stopped it.
    pub stopped: Option<String>,
}
