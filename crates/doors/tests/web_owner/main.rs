//! The pages of those who own something: an app's owner, somebody who tries a copy, an admin. Each
//! request goes through the whole web door, without a socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../browser/mod.rs"]
mod browser;
mod care;
mod documents;
mod editing;
mod forking;
mod granting;
mod original;
mod reading;
mod taking_over;
mod who;

pub(crate) use browser::{Browser, Shown};
