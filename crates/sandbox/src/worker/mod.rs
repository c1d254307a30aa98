//! Worker processes: the same binary, started with one socket and nothing else, which runs guests
//! for its node. `inside` is the worker's side, `pool` and `process` are the node's.
//!
//! A worker runs one run at a time. So a killed worker loses one run, a run that breaks out of the
//! engine finds nobody else's data there, and a frame needs no more than its order.

mod frame;
mod inside;
mod pool;
mod process;

pub use inside::{Near, Nearby, work};
pub use pool::{Class, Pool};
pub use process::Launch;
