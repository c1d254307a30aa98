//! The SQLite engine: one writer thread with group commit, and a few readers.
//!
//! The library is the bundled one, never the system's. Every commit is flushed before its answer.

mod aside;
mod care;
mod cells;
mod commit;
mod copy;
mod counters;
mod migrate;
mod readers;
mod records;
mod writer;

use crate::engine::{Content, Item, Part, Ready};
use crate::{Cell, Kind, Page, Record, Refused, Seen, Span, SpanRead, Stats};
use model::{Moment, Problem, Result};
use readers::Readers;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;
use writer::Writer;

/// How long a statement waits for another process, such as `allot account add` beside a server.
const BUSY_WAIT: Duration = Duration::from_secs(10);
/// Statements each connection keeps prepared: more than there are in this crate.
const STATEMENTS_KEPT: usize = 256;

pub(crate) struct Sqlite {
    /// They close first: only a connection that may write leaves one complete file behind.
    readers: Readers,
    writer: Writer,
}

impl Sqlite {
    /// Opens or makes the database, and brings it to the newest shape.
    pub(crate) fn open(file: &Path) -> Result<Sqlite> {
        let mut db = Connection::open(file).map_err(broken)?;
        prepare(&db).map_err(broken)?;
        migrate::run(&mut db)?;
        Ok(Sqlite { readers: Readers::new(file), writer: Writer::start(db)? })
    }

    /// How many migrations a database has taken and how many there are, without changing it.
    pub(crate) fn shape(file: &Path) -> Result<(usize, usize)> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(file, flags).map_err(broken)?;
        prepare(&db).map_err(broken)?;
        migrate::shape(&db)
    }

    pub(crate) fn head(&self, cell: &Cell) -> Result<u64> {
        self.readers.with(|db| cells::head(db, cell))
    }

    pub(crate) fn bytes_of(&self, cell: &Cell) -> Result<u64> {
        self.readers.with(|db| cells::bytes(db, cell))
    }

    pub(crate) fn read(
        &self,
        cell: &Cell,
        at: u64,
        keys: &[crate::Key],
    ) -> Result<Seen<Vec<Option<Item>>>> {
        self.readers.with(|db| cells::read(db, cell, at, keys))
    }

    pub(crate) fn scan(&self, cell: &Cell, at: u64, span: &Span) -> Result<Seen<Vec<Item>>> {
        self.readers.with(|db| cells::scan(db, cell, at, span))
    }

    pub(crate) fn count(&self, cell: &Cell, at: u64, range: &SpanRead) -> Result<Seen<u64>> {
        self.readers.with(|db| cells::count(db, cell, at, range))
    }

    pub(crate) fn record(&self, kind: Kind, id: &str) -> Result<Option<Record>> {
        self.readers.once(|db| records::by_id(db, kind, id))
    }

    pub(crate) fn named(&self, kind: Kind, name: &str) -> Result<Option<Record>> {
        self.readers.once(|db| records::by_name(db, kind, name))
    }

    pub(crate) fn list(&self, kind: Kind, owner: Option<&str>, page: &Page) -> Result<Vec<Record>> {
        self.readers.once(|db| records::list(db, kind, owner, page))
    }

    pub(crate) fn next_due(&self, kind: Kind) -> Result<Option<Moment>> {
        self.readers.once(|db| records::next_due(db, kind))
    }

    pub(crate) fn claim(
        &self,
        kind: Kind,
        now: Moment,
        until: Moment,
        limit: usize,
    ) -> Result<Vec<Record>> {
        Ok(self.writer.run(move |db| Ok(records::claim(db, kind, now, until, limit)?))?)
    }

    pub(crate) fn expire(&self, kind: Kind, now: Moment, limit: usize) -> Result<u64> {
        Ok(self.writer.run(move |db| Ok(records::expire(db, kind, now, limit)?))?)
    }

    pub(crate) fn used(&self, account: &str, axis: &str, day: i64) -> Result<u64> {
        self.readers.once(|db| counters::used(db, account, axis, day))
    }

    pub(crate) fn forget_days(&self, before: i64) -> Result<u64> {
        Ok(self.writer.run(move |db| Ok(counters::forget(db, before)?))?)
    }

    pub(crate) fn commit(&self, ready: Ready) -> std::result::Result<u64, Refused> {
        self.writer.run(move |db| commit::apply(db, &ready))
    }

    pub(crate) fn marked_cells(&self) -> Result<Vec<Cell>> {
        self.readers.with(care::marked_cells)
    }

    pub(crate) fn drop_marks(&self, cell: &Cell, upto: u64) -> Result<u64> {
        let cell = cell.clone();
        Ok(self.writer.run(move |db| Ok(care::drop_marks(db, &cell, upto)?))?)
    }

    pub(crate) fn drop_erased(&self) -> Result<u64> {
        Ok(self.writer.run(|db| Ok(care::drop_erased(db)?))?)
    }

    pub(crate) fn strike_named(&self, unnamed: &mut HashSet<String>) -> Result<()> {
        self.readers.with(|db| care::strike_named(db, unnamed))
    }

    pub(crate) fn unused_since(
        &self,
        unnamed: HashSet<String>,
        now: Moment,
        before: Moment,
    ) -> Result<Vec<String>> {
        Ok(self.writer.run(move |db| Ok(care::unused_since(db, &unnamed, now, before)?))?)
    }

    pub(crate) fn integrity(&self) -> Result<Vec<String>> {
        self.readers.with(care::integrity)
    }

    pub(crate) fn value_blobs(&self) -> Result<Vec<(String, u64)>> {
        self.readers.with(care::value_blobs)
    }

    pub(crate) fn count_all(&self, stats: &mut Stats) -> Result<()> {
        (stats.commits, stats.flushes) = self.writer.counts();
        self.readers.with(|db| care::count_all(db, stats))
    }

    /// Hands over everything as of one moment, in one fixed order.
    pub(crate) fn export(&self, mut take: impl FnMut(Part) -> Result<()>) -> Result<()> {
        self.readers.with(|db| Ok(copy::export(db, &mut take)))?
    }

    /// Hands over the rows of one cell as of one moment.
    pub(crate) fn export_cell(
        &self,
        cell: &Cell,
        mut take: impl FnMut(&str, Item) -> Result<()>,
    ) -> Result<()> {
        self.readers.with(|db| {
            Ok(copy::export_cell(db, cell, &mut |part| match part {
                Part::Item { space, item, .. } => take(&space, item),
                _ => Ok(()),
            }))
        })?
    }

    /// Takes in a part of what another store handed over.
    pub(crate) fn import(&self, parts: Vec<Part>) -> Result<()> {
        Ok(self.writer.run(move |db| copy::import(db, &parts))?)
    }
}

/// Settings that every connection needs.
fn prepare(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY_WAIT)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // One plan for a statement, whatever it is asked with. Without this a statement that compares
    // with what was bound is planned anew for each new value: a fifth of the time of a page.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "trusted_schema", false)
}

/// A failure of the engine, for the log.
#[allow(clippy::needless_pass_by_value)]
fn broken(error: rusqlite::Error) -> Problem {
    Problem::internal(format!("database: {error}"))
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Refused {
        Refused::Problem(broken(error))
    }
}

/// The value of an `items` row, from its columns `value`, `blob` and `bytes`.
fn content(value: Option<Vec<u8>>, blob: Option<String>, bytes: i64) -> Content {
    match (value, blob) {
        (Some(value), _) => Content::Inline(value),
        (None, Some(hash)) => Content::Blob { hash, bytes: crate::unsigned(bytes) },
        (None, None) => Content::Gone,
    }
}
