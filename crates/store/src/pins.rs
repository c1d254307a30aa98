//! Views that are in use, so that compaction leaves them what they need.
//!
//! Pins are a courtesy, never the guarantee: a view that is too old for its cell is refused by the
//! cell's own `compacted` mark, on whichever node it was begun.

use crate::Cell;
use model::Result;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many views of each version are in use, by cell.
type InUse = HashMap<Cell, BTreeMap<u64, usize>>;

#[derive(Default)]
pub(crate) struct Pins(Mutex<InUse>);

/// A consistent view of a cell at a version. While it lives, what it needs is not compacted.
pub struct View {
    pub cell: Cell,
    pub at: u64,
    pins: Arc<Pins>,
}

impl Pins {
    /// Begins a view at the version that `head` tells, in one step as compaction sees it.
    pub(crate) fn begin(
        self: &Arc<Pins>,
        cell: &Cell,
        head: impl FnOnce() -> Result<u64>,
    ) -> Result<View> {
        let mut in_use = self.lock();
        let at = head()?;
        *in_use.entry(cell.clone()).or_default().entry(at).or_default() += 1;
        Ok(View { cell: cell.clone(), at, pins: Arc::clone(self) })
    }

    /// The version up to which deletion marks of a cell are needed by nobody.
    pub(crate) fn floor(&self, cell: &Cell, head: impl FnOnce() -> Result<u64>) -> Result<u64> {
        let in_use = self.lock();
        match in_use.get(cell).and_then(|versions| versions.keys().next()) {
            Some(oldest) => Ok(*oldest),
            None => head(),
        }
    }

    fn release(&self, cell: &Cell, at: u64) {
        let mut in_use = self.lock();
        let Some(versions) = in_use.get_mut(cell) else { return };
        if let Some(count) = versions.get_mut(&at) {
            *count -= 1;
            if *count == 0 {
                versions.remove(&at);
            }
        }
        if versions.is_empty() {
            in_use.remove(cell);
        }
    }

    fn lock(&self) -> MutexGuard<'_, InUse> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.pins.release(&self.cell, self.at);
    }
}
