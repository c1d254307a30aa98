//! The store: one front for whichever engine keeps the rows, and for the blobs beside it.
//!
//! Every method blocks until it is done, and may be called from any thread that may block.

use crate::blobs::Blobs;
use crate::engine::{Content, Engine, Item, Ready};
use crate::news::{Ears, News};
use crate::pins::Pins;
use crate::sqlite::Sqlite;
use crate::{
    Batch, Cell, Key, Kind, Page, Record, Refused, Row, Seen, Shape, Span, SpanRead, Stats, View,
};
use model::{Moment, Problem, Result, limit};
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The axis on which `StorageCharge` counts bytes.
pub const STORAGE: &str = "storage";
/// The day of counters that do not begin anew each day.
pub const TOTAL: i64 = -1;

/// Where a group's data is kept. Cloning it is cheap and keeps one store.
#[derive(Clone)]
pub struct Store {
    pub(crate) engine: Arc<Engine>,
    pub(crate) blobs: Arc<Blobs>,
    pins: Arc<Pins>,
    ears: Ears,
}

impl Store {
    /// Opens the store in a folder, or makes a new one that only this user may read.
    pub fn open(folder: &Path) -> Result<Store> {
        let blobs = folder.join("blobs");
        private_folder(folder)?;
        private_folder(&blobs)?;
        Ok(Store {
            engine: Arc::new(Engine::Sqlite(Sqlite::open(&folder.join("group.db"))?)),
            blobs: Arc::new(Blobs::open(&blobs)?),
            pins: Arc::default(),
            ears: Ears::default(),
        })
    }

    /// What shape the database in a folder has. Unlike `open`, this changes nothing.
    pub fn shape(folder: &Path) -> Result<Shape> {
        let (taken, known) = Sqlite::shape(&folder.join("group.db"))?;
        Ok(Shape { taken, known })
    }

    // ---- cells -----------------------------------------------------------------------------

    /// The newest version of a cell; 0 for one that was never written.
    pub fn head(&self, cell: &Cell) -> Result<u64> {
        match &*self.engine {
            Engine::Sqlite(db) => db.head(cell),
        }
    }

    /// Begins a view of a cell as it is now. While it lives, compaction leaves it what it needs.
    pub fn begin(&self, cell: &Cell) -> Result<View> {
        self.pins.begin(cell, || self.head(cell))
    }

    /// The rows under some keys, in their order.
    pub fn read(&self, cell: &Cell, at: u64, keys: &[Key]) -> Result<Seen<Vec<Option<Row>>>> {
        let seen = match &*self.engine {
            Engine::Sqlite(db) => db.read(cell, at, keys)?,
        };
        let Seen::At(items) = seen else { return Ok(Seen::Newer) };
        let rows: Result<_> =
            items.into_iter().map(|item| item.map(|item| self.row(item)).transpose()).collect();
        Ok(Seen::At(rows?))
    }

    /// The rows of a span, in its direction. `Span::covered` tells what range the answer is for.
    pub fn scan(&self, cell: &Cell, at: u64, span: &Span) -> Result<Seen<Vec<Row>>> {
        let seen = match &*self.engine {
            Engine::Sqlite(db) => db.scan(cell, at, span)?,
        };
        let Seen::At(items) = seen else { return Ok(Seen::Newer) };
        let rows: Result<_> = items.into_iter().map(|item| self.row(item)).collect();
        Ok(Seen::At(rows?))
    }

    /// How many keys have a prefix. The range to validate is `SpanRead::prefix`.
    pub fn count(&self, cell: &Cell, at: u64, space: &str, prefix: &str) -> Result<Seen<u64>> {
        let range = SpanRead::prefix(space, prefix);
        match &*self.engine {
            Engine::Sqlite(db) => db.count(cell, at, &range),
        }
    }

    /// Bytes of all keys and values of a cell.
    pub fn bytes_of(&self, cell: &Cell) -> Result<u64> {
        match &*self.engine {
            Engine::Sqlite(db) => db.bytes_of(cell),
        }
    }

    /// Hands over all rows of a cell with their spaces, as of one moment and in a fixed order: for
    /// taking an app along. While it goes on, the database cannot shrink its log, so the taker
    /// writes to a disk and not to a slow network.
    pub fn each_row(
        &self,
        cell: &Cell,
        mut take: impl FnMut(&str, Row) -> Result<()>,
    ) -> Result<()> {
        match &*self.engine {
            Engine::Sqlite(db) => db.export_cell(cell, |space, item| take(space, self.row(item)?)),
        }
    }

    /// Fetches the value of an item from where it lies.
    fn row(&self, item: Item) -> Result<Row> {
        let Item { key, content, version, changed } = item;
        let value = match content {
            Content::Inline(value) => value,
            Content::Gone => Vec::new(),
            Content::Blob { hash, .. } => self
                .blobs
                .get(&hash)?
                .ok_or_else(|| Problem::internal(format!("blob {hash}, a value, is missing")))?,
        };
        Ok(Row { key, value, version, changed })
    }

    // ---- records ---------------------------------------------------------------------------

    /// The record with an id.
    pub fn record(&self, kind: Kind, id: &str) -> Result<Option<Record>> {
        match &*self.engine {
            Engine::Sqlite(db) => db.record(kind, id),
        }
    }

    /// The record with a unique name.
    pub fn named(&self, kind: Kind, name: &str) -> Result<Option<Record>> {
        match &*self.engine {
            Engine::Sqlite(db) => db.named(kind, name),
        }
    }

    /// The records of an owner, a page at a time.
    pub fn of_owner(&self, kind: Kind, owner: &str, page: &Page) -> Result<Vec<Record>> {
        match &*self.engine {
            Engine::Sqlite(db) => db.list(kind, Some(owner), page),
        }
    }

    /// All records of a kind, a page at a time.
    pub fn all(&self, kind: Kind, page: &Page) -> Result<Vec<Record>> {
        match &*self.engine {
            Engine::Sqlite(db) => db.list(kind, None, page),
        }
    }

    /// Hands out records that are due, the longest waiting first, and makes them due again after
    /// the lease. The version of each is the fencing token: whoever ends the work puts or deletes
    /// the record expecting exactly it.
    pub fn claim(
        &self,
        kind: Kind,
        now: Moment,
        lease: Duration,
        limit: usize,
    ) -> Result<Vec<Record>> {
        // Asking first keeps an idle poll away from the writer.
        if self.next_due(kind)?.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        match &*self.engine {
            Engine::Sqlite(db) => db.claim(kind, now, now.plus(lease), limit),
        }
    }

    /// When the next record of a kind is due.
    pub fn next_due(&self, kind: Kind) -> Result<Option<Moment>> {
        match &*self.engine {
            Engine::Sqlite(db) => db.next_due(kind),
        }
    }

    /// Removes up to `limit` records whose `due` has passed; for kinds where it means the end of
    /// life, such as sessions, receipts and logs. Says how many it removed.
    pub fn expire(&self, kind: Kind, now: Moment, limit: usize) -> Result<u64> {
        if self.next_due(kind)?.is_none_or(|due| due > now) {
            return Ok(0);
        }
        match &*self.engine {
            Engine::Sqlite(db) => db.expire(kind, now, limit),
        }
    }

    // ---- counters --------------------------------------------------------------------------

    /// What an account used on an axis on a day, or in all for `TOTAL`.
    pub fn used(&self, account: &str, axis: &str, day: i64) -> Result<u64> {
        match &*self.engine {
            Engine::Sqlite(db) => db.used(account, axis, day),
        }
    }

    /// Removes the counters of days before this one; totals stay.
    pub fn forget_days(&self, before: i64) -> Result<u64> {
        match &*self.engine {
            Engine::Sqlite(db) => db.forget_days(before),
        }
    }

    // ---- the one write path ----------------------------------------------------------------

    /// Keeps a batch whole, or refuses it whole. When it returns, the batch is on the disk.
    ///
    /// Answers with the version of the batch's cell, 0 if it has none. A batch that writes
    /// nothing is answered at once and flushes nothing.
    pub fn commit(&self, mut batch: Batch) -> std::result::Result<u64, Refused> {
        batch.check()?;
        if batch.is_empty() {
            return Ok(batch.cell.map_or(0, |change| change.seen));
        }
        let writes = batch.cell.iter_mut().flat_map(|change| &mut change.writes);
        let contents: Result<_> = writes.map(|write| self.content(write.value.take())).collect();
        let news = News::of(&batch);
        let ready = Ready { contents: contents?, batch };
        let Engine::Sqlite(db) = &*self.engine;
        let version = db.commit(ready)?;
        if let Some(news) = &news {
            self.ears.tell(news);
        }
        Ok(version)
    }

    /// Has somebody told of every commit from now on, after it is kept and on the thread that made
    /// it.
    pub fn listen(&self, listener: impl Fn(&News) + Send + Sync + 'static) {
        self.ears.listen(Box::new(listener));
    }

    /// Puts a value where it belongs: a large one becomes a blob before the commit names it.
    fn content(&self, value: Option<Vec<u8>>) -> Result<Content> {
        Ok(match value {
            None => Content::Gone,
            Some(value) if value.len() > limit::VALUE_INLINE_MAX => {
                Content::Blob { hash: self.blobs.put(&value)?, bytes: value.len() as u64 }
            }
            Some(value) => Content::Inline(value),
        })
    }

    // ---- blobs -----------------------------------------------------------------------------

    /// Keeps bytes under their SHA-256, which it returns. Commit something that names it within a
    /// day, or a sweep may remove it.
    pub fn put_blob(&self, bytes: &[u8]) -> Result<String> {
        self.blobs.put(bytes)
    }

    /// The bytes under a hash.
    pub fn blob(&self, hash: &str) -> Result<Option<Vec<u8>>> {
        self.blobs.get(hash)
    }

    /// How many bytes lie under a hash.
    pub fn blob_size(&self, hash: &str) -> Result<Option<u64>> {
        self.blobs.size(hash)
    }

    // ---- care ------------------------------------------------------------------------------

    /// Removes deletion marks that no view needs, and the rows of erased cells. Says how many.
    pub fn compact(&self) -> Result<u64> {
        let Engine::Sqlite(db) = &*self.engine;
        let mut gone = until_none(|| db.drop_erased())?;
        for cell in db.marked_cells()? {
            let floor = self.pins.floor(&cell, || self.head(&cell))?;
            gone += until_none(|| db.drop_marks(&cell, floor))?;
        }
        Ok(gone)
    }

    /// Removes blobs that no record and no value has named for longer than `older_than`. Says how
    /// many. Its first call only notes what is unused.
    pub fn sweep_blobs(&self, now: Moment, older_than: Duration) -> Result<u64> {
        let fresh = self.blobs.take_fresh();
        let mut unnamed: HashSet<String> = self.blobs.list()?.into_iter().collect();
        unnamed.retain(|hash| !fresh.contains(hash));
        let Engine::Sqlite(db) = &*self.engine;
        db.strike_named(&mut unnamed)?;
        let mut gone = 0;
        for hash in db.unused_since(unnamed, now, now.minus(older_than))? {
            gone += u64::from(self.blobs.remove(&hash)?);
        }
        Ok(gone)
    }

    /// Checks the database and that every large value is there. The problem lists what is wrong.
    pub fn integrity(&self) -> Result<()> {
        let Engine::Sqlite(db) = &*self.engine;
        let mut wrong = db.integrity()?;
        for (hash, bytes) in db.value_blobs()? {
            if self.blobs.size(&hash)? != Some(bytes) {
                wrong.push(format!("the blob {hash} of a value is missing or cut"));
            }
        }
        if wrong.is_empty() {
            return Ok(());
        }
        let public = "The data is damaged. Stop the group and restore the last backup.";
        Err(Problem::new(model::Kind::Internal, public).privately(wrong.join("\n")))
    }

    /// Figures for the admin's page.
    pub fn stats(&self) -> Result<Stats> {
        let mut stats = Stats::default();
        let Engine::Sqlite(db) = &*self.engine;
        db.count_all(&mut stats)?;
        self.blobs.count(&mut stats)?;
        Ok(stats)
    }
}

/// Repeats work in slices until a slice found nothing, and sums up.
fn until_none(mut slice: impl FnMut() -> Result<u64>) -> Result<u64> {
    let mut sum = 0;
    loop {
        match slice()? {
            0 => return Ok(sum),
            some => sum += some,
        }
    }
}

/// Makes a folder that only this user may enter. One that exists keeps its mode.
pub(crate) fn private_folder(folder: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| {
        let public =
            format!("The folder {} cannot be made: {error}. Choose another one.", folder.display());
        Problem::new(model::Kind::Invalid, public)
    })
}
