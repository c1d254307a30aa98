//! Runs a guest: engines, gas, memory, time. It owns `trait Host` and knows nobody who implements
//! it; a guest reaches nothing else. It opens no socket and reads no file but its own cache.

mod cache;
mod calls;
mod engine;
mod features;
mod host;
mod limits;
mod message;
mod parcel;
mod run;
mod slots;
mod watch;

pub use engine::{Config, Sandbox};
pub use host::{Host, Refusal, RefusalKind};
pub use parcel::{decode, encode};
pub use run::{Outcome, Program, Run};
