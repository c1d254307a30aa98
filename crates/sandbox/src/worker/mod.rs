//! Worker processes: the same binary, started with one socket and nothing else, which runs guests
//! for its node, or does jobs. `inside` is the worker's side, `pool`, `stock` and `process` are the
//! node's; `job` has both sides of jobs.
//!
//! A worker runs one run at a time. So a killed worker loses one run, a run that breaks out of the
//! engine finds nobody else's data there, and a frame needs no more than its order.

mod ahead;
mod bytes;
mod frame;
#[cfg(test)]
mod fuzz;
mod inside;
mod job;
mod line;
mod pool;
mod process;
mod stock;
mod watched;

pub(crate) use bytes::Bytes;
pub use inside::{Near, Nearby, work};
pub use job::{Bounds, Failed, Jobs, Kind, Sitting, Trade, labour};
pub use pool::{Class, Pool};
pub use process::Launch;
