//! Records of runs that changed nothing, gathered in memory and kept in batches: looking at pages
//! costs no flush. What a crash loses here is a log line, never an answer that was given.

use crate::group::Group;
use model::problem::Result;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use store::{Batch, Kind, Put};

/// Records that wait to be kept.
#[derive(Default)]
pub(crate) struct Journal {
    waiting: Mutex<Vec<Put>>,
}

/// Records that wait at most; above it the next run keeps them at once.
const WAITING_MAX: usize = 200;

impl Group {
    /// Gathers records to be kept soon.
    pub(crate) fn note_down(&self, puts: Vec<Put>) -> Result<()> {
        let mut waiting = self.journal.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.extend(puts);
        let full = waiting.len() > WAITING_MAX;
        drop(waiting);
        if full { self.flush() } else { Ok(()) }
    }

    /// Keeps what was gathered.
    pub fn flush(&self) -> Result<()> {
        let puts = {
            let mut waiting = self.journal.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *waiting)
        };
        for part in puts.chunks(WAITING_MAX) {
            let batch = Batch { puts: part.to_vec(), ..Batch::new(self.now()) };
            self.store.commit(batch)?;
        }
        self.flush_totals()
    }
}

impl Group {
    /// Removes what has expired: sessions, nonces, invitations, old receipts, effects and log
    /// entries. Gives back what accounts had drawn and do not use.
    pub fn sweep(&self) -> Result<()> {
        for kind in EXPIRING {
            self.store.expire(*kind, self.now(), EXPIRED_AT_ONCE)?;
        }
        self.forget_visitors()?;
        self.forget_effects()?;
        self.tend_apps()?;
        self.ledger.return_idle(&self.store, self.now())?;
        self.store.compact()?;
        Ok(())
    }
}

impl Group {
    /// Removes blobs that nothing has named for a day: contents of effects that are over, files
    /// that were replaced. It looks through everything the group keeps, so it is called seldom.
    pub fn sweep_blobs(&self) -> Result<u64> {
        self.store.sweep_blobs(self.now(), BLOB_REST)
    }
}

/// How long a blob lies unnamed before it is removed: far longer than any run or restore lasts.
const BLOB_REST: Duration = Duration::from_secs(24 * 3600);
/// Records whose `due` is the end of their life.
const EXPIRING: &[Kind] = &[
    Kind::Session,
    Kind::Nonce,
    Kind::Invitation,
    Kind::Receipt,
    Kind::Log,
    Kind::Suggestion,
    Kind::Notice,
];
/// Records removed in one commit, so that the only writer is not held for long.
const EXPIRED_AT_ONCE: usize = 500;
