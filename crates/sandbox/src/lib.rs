//! Runs a guest: engines, gas, memory, time, and the jailed processes around them. It owns
//! `trait Host` and knows nobody who implements it; a guest reaches nothing else. It opens no
//! socket but the pair between a node and its worker, and reads no file but its own cache.

mod cache;
mod calls;
mod component;
mod ending;
mod engine;
mod features;
#[cfg(test)]
mod foreign;
mod host;
pub mod jail;
pub mod json;
mod limits;
mod message;
mod parcel;
mod run;
mod sandbox;
pub mod shape;
mod slots;
mod ticker;
mod watch;
mod window;
pub mod worker;

pub use component::Compiling;
pub use host::{Ahead, Host, Refusal, RefusalKind};
pub use parcel::{decode, encode};
pub use run::{Component, Outcome, Program, Run, Script};
pub use sandbox::{Config, Sandbox};
pub use worker::Class;
