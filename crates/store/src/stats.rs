//! Figures about a store, for the admin's page. They decide nothing.

use crate::Kind;

/// How far a database was brought: the steps it has taken, and those that this build knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub taken: usize,
    pub known: usize,
}

/// How much is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    pub records: Vec<(Kind, u64)>,
    pub cells: u64,
    pub rows: u64,
    /// Deletion marks that compaction has not removed yet.
    pub marks: u64,
    pub database_bytes: u64,
    pub blobs: u64,
    pub blob_bytes: u64,
    /// Batches kept since the store was opened.
    pub commits: u64,
    /// Flushes they took together.
    pub flushes: u64,
}
