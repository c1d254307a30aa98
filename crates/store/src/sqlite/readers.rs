//! A few read-only connections that are lent out one at a time. They can write nothing.

use super::{broken, prepare};
use model::Result;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Connections open at once: more would only compete for the same processors.
const READERS_MAX: usize = 8;

pub(super) struct Readers {
    file: PathBuf,
    shelf: Mutex<Shelf>,
    back: Condvar,
}

#[derive(Default)]
struct Shelf {
    idle: Vec<Connection>,
    lent: usize,
}

impl Readers {
    pub(super) fn new(file: &Path) -> Readers {
        Readers { file: file.to_owned(), shelf: Mutex::default(), back: Condvar::new() }
    }

    /// Lends a connection inside one read transaction: all that is asked is of one moment.
    pub(super) fn with<T>(
        &self,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        self.once(|db| {
            let view = db.unchecked_transaction()?;
            let answer = ask(&view)?;
            view.finish()?;
            Ok(answer)
        })
    }

    /// Lends a connection for one statement, which is of one moment by itself; a transaction around
    /// it would take as long as it does.
    pub(super) fn once<T>(
        &self,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let loan = Loan { readers: self, db: Some(self.take()?) };
        let Some(db) = &loan.db else {
            return Err(model::Problem::internal("a loan without a connection"));
        };
        ask(db).map_err(broken)
    }

    fn take(&self) -> Result<Connection> {
        let mut shelf = self.lock();
        while shelf.idle.is_empty() && shelf.lent >= READERS_MAX {
            shelf = self.back.wait(shelf).unwrap_or_else(PoisonError::into_inner);
        }
        shelf.lent += 1;
        if let Some(db) = shelf.idle.pop() {
            return Ok(db);
        }
        drop(shelf);
        self.connect().inspect_err(|_| self.give_back(None))
    }

    fn connect(&self) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&self.file, flags).map_err(broken)?;
        prepare(&db).map_err(broken)?;
        Ok(db)
    }

    fn give_back(&self, db: Option<Connection>) {
        let mut shelf = self.lock();
        shelf.lent -= 1;
        shelf.idle.extend(db);
        drop(shelf);
        self.back.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A lent connection; it comes back even when the question panicked.
struct Loan<'a> {
    readers: &'a Readers,
    db: Option<Connection>,
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        self.readers.give_back(self.db.take());
    }
}
