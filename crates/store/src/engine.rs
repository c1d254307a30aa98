//! What an engine is asked, in words that hold for each of them.
//!
//! Values over the inline limit are blobs before an engine sees them: it keeps bytes or a hash.

use crate::sqlite::Sqlite;
use crate::{Batch, Cell, Record};
use model::Moment;

/// The engine behind a store. A second one is a second arm of each `match`.
pub(crate) enum Engine {
    Sqlite(Sqlite),
}

/// What lies under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A deletion mark.
    Gone,
    Inline(Vec<u8>),
    Blob {
        hash: String,
        bytes: u64,
    },
}

impl Content {
    /// Bytes of the value itself.
    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Content::Gone => 0,
            Content::Inline(value) => value.len() as u64,
            Content::Blob { bytes, .. } => *bytes,
        }
    }
}

/// A row or a mark as an engine keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) key: String,
    pub(crate) content: Content,
    pub(crate) version: u64,
    pub(crate) changed: Moment,
}

/// A batch whose values have found their place; `contents` has one for each write.
pub(crate) struct Ready {
    pub(crate) batch: Batch,
    pub(crate) contents: Vec<Content>,
}

/// A piece of everything, as one engine hands it over and another takes it in.
pub(crate) enum Part {
    Record(Record),
    Counter(Counter),
    /// A cell; its rows follow.
    Cell(CellState),
    Item {
        cell: Cell,
        space: String,
        item: Item,
    },
}

/// A counter of what an account used.
pub(crate) struct Counter {
    pub(crate) account: String,
    pub(crate) axis: String,
    pub(crate) day: i64,
    pub(crate) used: u64,
}

/// A cell's own figures.
pub(crate) struct CellState {
    pub(crate) cell: Cell,
    pub(crate) version: u64,
    pub(crate) bytes: u64,
}
