//! Backups: everything a store keeps, in one file that belongs to no engine.
//!
//! What is sealed stays sealed: the master key is not in the store and so is not in a backup.

mod create;
mod frame;
mod restore;

use model::{Kind, Moment, Problem, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// What a backup holds. Two backups of the same data at the same moment are equal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupSummary {
    /// When it was made.
    pub made: Moment,
    /// By table of records, and `counters`, `cells`, `rows` and `blobs`.
    pub segments: BTreeMap<String, Segment>,
}

/// One sort of thing in a backup.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    pub count: u64,
    /// Bytes in the backup.
    pub bytes: u64,
    pub sha256: String,
}

/// A failure with a file or folder, said to the operator who named it.
fn with_file(what: &str, path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(Kind::Invalid, format!("{} cannot be {what}: {error}.", path.display()))
}

/// What to say of a file that is not as it was written.
fn damaged(path: &Path, why: &str) -> Problem {
    let public = format!("{} is damaged: {why}. Use another copy of the backup.", path.display());
    Problem::new(Kind::Invalid, public)
}

/// Makes what was done to a folder survive a loss of power.
fn sync_folder(folder: &Path) -> Result<()> {
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| with_file("written", folder, &error))
}
