//! What `allotment.toml` says, after it was read.

use crate::{Name, ReleaseId, grant::Want};
use serde::{Deserialize, Serialize};

/// Who may use an app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// Only its owner.
    Private,
    /// Everybody with an account in this group.
    #[default]
    Group,
    /// Also people of groups that this one talks to.
    Federated,
    /// Everybody, signed in or not.
    Public,
}

/// When a schedule ticks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Every so many seconds.
    Every { seconds: u64 },
    /// A cron pattern in a time zone.
    Cron { pattern: String, tz: String },
}

/// One schedule of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub name: String,
    pub when: When,
    /// Seconds by which the group may move a tick to spread its load.
    pub slack_seconds: u64,
}

/// Code of another app that an app uses, pinned by the id of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Use {
    /// Like `@ana/feedtools`.
    pub app: String,
    pub release: ReleaseId,
}

/// The manifest of an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub name: Name,
    pub title: String,
    pub summary: String,
    pub licence: String,
    /// Host API level; old levels keep working.
    pub api: u32,
    pub main: String,
    pub share: Share,
    pub schedules: Vec<Schedule>,
    pub wants: Vec<Want>,
    #[serde(default)]
    pub uses: Vec<Use>,
}
