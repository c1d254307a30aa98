//! Grants: a person's permission for one app. Data points at their ids, never at hashes.

use crate::{AccountId, AppId, GrantId, Moment};
use serde::{Deserialize, Serialize};

/// What an app says it may ask for. Nothing follows from it until a person grants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Want {
    pub verb: String,
    /// A fixed address, a pattern, or `settings.NAME`.
    pub object: String,
    pub why: String,
    #[serde(default)]
    pub optional: bool,
}

/// A grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub id: GrantId,
    pub app: AppId,
    /// `http.fetch`, `git.read`, `git.write` …
    pub verb: String,
    /// The address it holds for: scheme, host, port and a path prefix.
    pub object: String,
    /// The setting that named the object, if one did; the grant falls when the setting changes.
    pub setting: Option<String>,
    pub purpose: String,
    pub giver: AccountId,
    pub given: Moment,
    pub limits: Limits,
    pub expires: Option<Moment>,
    pub last_use: Option<Moment>,
    /// A token that belongs to this grant (a deploy token), sealed with the group's master key.
    pub sealed_secret: Option<String>,
}

/// The limits of a grant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// HTTP methods; empty means GET and HEAD.
    #[serde(default)]
    pub methods: Vec<String>,
}

impl Grant {
    /// Whether it still holds at this moment.
    #[must_use]
    pub fn holds_at(&self, now: Moment) -> bool {
        self.expires.is_none_or(|end| now < end)
    }

    /// Whether it allows the method.
    #[must_use]
    pub fn allows_method(&self, method: &str) -> bool {
        match self.limits.methods.is_empty() {
            true => matches!(method, "GET" | "HEAD"),
            false => self.limits.methods.iter().any(|allowed| allowed == method),
        }
    }
}
