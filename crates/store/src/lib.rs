//! Keeps what a group knows: one transaction or nothing, and blobs beside it.
//!
//! The only crate with SQL. It never decides who may do what, never asks a clock, and never holds
//! a transaction while somebody's code runs: callers read views and hand over one batch.

mod backup;
mod batch;
mod blobs;
mod cell;
mod engine;
mod news;
mod pins;
mod record;
mod refused;
mod sqlite;
mod stats;
mod store;

pub use backup::{BackupSummary, Segment};
pub use batch::{Batch, CellChange, Erase, Put, Spend, StorageCharge, Write};
pub use cell::{Cell, Key, Row, Seen, Span, SpanRead};
pub use news::News;
pub use pins::View;
pub use record::{Expect, Kind, Page, Record};
pub use refused::Refused;
pub use stats::{Shape, Stats};
pub use store::{STORAGE, Store, TOTAL};

/// Keeps a number in the range that every engine's integers have.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Reads a number that is never kept negative.
pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
