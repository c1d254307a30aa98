//! WASI as guests meet it: small ones written as core modules, made into components as every toolchain
//! does. The ids in front of tests are those of the list of attacks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bounds;
mod fetching;
mod files;
mod guest;
mod hostile;
mod link;
mod open_files;
mod programs;
mod proxies;
