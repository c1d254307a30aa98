//! For tests only: a group in one process, a clock in the hand, and real servers outside of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod feed_server;
pub mod git_remote;
pub mod mutate;
pub mod place;
pub mod world;

pub use place::Place;
pub use world::TestWorld;
