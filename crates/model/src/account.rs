//! A person's identity in a group.

use crate::{AccountId, Moment, Name};
use serde::{Deserialize, Serialize};

/// How far the group trusts an account. People give levels; nothing trades them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Not signed in: may try one draft for a day, with an allowance for life.
    Visitor,
    /// Signed up by themselves.
    New,
    /// Invited or promoted.
    Member,
    Admin,
}

impl Level {
    /// The level's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Level::Visitor => "visitor",
            Level::New => "new",
            Level::Member => "member",
            Level::Admin => "admin",
        }
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    pub handle: Name,
    /// What the person wants to be called.
    pub name: String,
    pub level: Level,
    pub lang: String,
    pub tz: String,
    /// Argon2id in PHC string form; never shown.
    pub password: Option<String>,
    /// The public Ed25519 key, hexadecimal.
    pub public_key: String,
    /// The secret Ed25519 key, sealed with the group's master key.
    pub sealed_key: String,
    pub created: Moment,
    /// A frozen account may sign in and export, and nothing of it runs.
    pub frozen: Option<String>,
    /// Sessions begun before this moment no longer count.
    pub sessions_from: Moment,
}
