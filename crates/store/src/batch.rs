//! The batch: everything that one commit changes, with what must hold for it.
//!
//! A batch is a value. It is kept whole or not at all, and its limits are checked before the one
//! writer hears of it.

use crate::{Cell, Expect, Key, Kind, Record, Refused, SpanRead};
use model::{Moment, Problem, limit};

/// Bytes of a record: recorded answers (1 MiB) in the text form of JSON, and room.
const RECORD_BYTES_MAX: usize = 2 * limit::MIB;
/// Bytes of an id, owner, name or account: they are index columns.
const COLUMN_BYTES_MAX: usize = limit::KEY_BYTES_MAX;

/// What one commit changes.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub cell: Option<CellChange>,
    pub puts: Vec<Put>,
    /// Records to remove.
    pub deletes: Vec<(Kind, String, Expect)>,
    pub spends: Vec<Spend>,
    pub erases: Vec<Erase>,
    /// Where the rows of `cell` are put aside before its writes; the cell goes on as a copy of them.
    /// What lay there is gone then. Nothing may have been written to the cell since it was seen.
    pub aside: Option<Cell>,
    /// Two cells that change places, whatever they hold; views of them become too old.
    pub exchange: Option<(Cell, Cell)>,
    pub now: Moment,
}

/// What a run did to the data of its app, and what it had read.
#[derive(Clone, Debug)]
pub struct CellChange {
    pub cell: Cell,
    /// The version the run read at.
    pub seen: u64,
    pub keys_read: Vec<Key>,
    /// The ranges that were really covered; see `Span::covered`.
    pub spans_read: Vec<SpanRead>,
    /// In order; the last write of a key counts.
    pub writes: Vec<Write>,
    pub storage: Option<StorageCharge>,
}

/// Who pays for the bytes that the cell grows by, in the same commit.
#[derive(Clone, Debug)]
pub struct StorageCharge {
    pub account: String,
    /// Bytes the account may use in all.
    pub max: u64,
}

/// One write; `None` deletes.
#[derive(Clone, Debug)]
pub struct Write {
    pub key: Key,
    pub value: Option<Vec<u8>>,
}

/// One record to keep.
#[derive(Clone, Debug)]
pub struct Put {
    pub record: Record,
    pub expect: Expect,
}

/// What an account uses up. Refused above `max`; a negative amount gives back, down to zero.
#[derive(Clone, Debug)]
pub struct Spend {
    pub account: String,
    /// `gas`, `runs`, `requests`, `storage` and the like.
    pub axis: String,
    /// The quota day, or `TOTAL` for what does not begin anew each day.
    pub day: i64,
    pub amount: i64,
    pub max: u64,
}

/// Empties a cell at once, whatever it holds; views of it become too old.
#[derive(Clone, Debug)]
pub struct Erase {
    pub cell: Cell,
    /// The account that gets the bytes back.
    pub account: Option<String>,
}

impl Batch {
    /// An empty batch at a moment.
    #[must_use]
    pub fn new(now: Moment) -> Batch {
        Batch { now, ..Batch::default() }
    }

    /// Adds a record to keep.
    #[must_use]
    pub fn put(mut self, record: Record, expect: Expect) -> Batch {
        self.puts.push(Put { record, expect });
        self
    }

    /// Adds a record to remove.
    #[must_use]
    pub fn delete(mut self, kind: Kind, id: impl Into<String>, expect: Expect) -> Batch {
        self.deletes.push((kind, id.into(), expect));
        self
    }

    /// Adds something an account uses up.
    #[must_use]
    pub fn spend(mut self, spend: Spend) -> Batch {
        self.spends.push(spend);
        self
    }

    /// Sets what a run did to its cell.
    #[must_use]
    pub fn change(mut self, change: CellChange) -> Batch {
        self.cell = Some(change);
        self
    }

    /// Whether nothing is to be kept. What was only read needs no commit: it was one view.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cell.as_ref().is_none_or(|change| change.writes.is_empty())
            && self.puts.is_empty()
            && self.deletes.is_empty()
            && self.spends.is_empty()
            && self.erases.is_empty()
            && self.aside.is_none()
            && self.exchange.is_none()
    }

    /// Refuses what exceeds a limit of any engine.
    pub(crate) fn check(&self) -> Result<(), Refused> {
        let writes = self.cell.iter().flat_map(|change| &change.writes);
        let count = writes.clone().count()
            + self.puts.len()
            + self.deletes.len()
            + self.spends.len()
            + self.erases.len();
        let (ops_max, bytes_max) = match self.aside {
            None => (limit::BATCH_OPS_MAX, limit::BATCH_BYTES_MAX),
            Some(_) => (limit::MIGRATE_OPS_MAX, limit::MIGRATE_BYTES_MAX),
        };
        at_most("operations in one commit", count, ops_max)?;
        let mut bytes = 0;
        for write in writes {
            bytes += write.check()?;
        }
        for put in &self.puts {
            bytes += put.record.check()?;
        }
        at_most("bytes in one commit", bytes, bytes_max)?;
        for spend in &self.spends {
            column(&spend.account)?;
            column(&spend.axis)?;
        }
        Ok(())
    }
}

impl Write {
    /// Checks key and value, and says how many bytes they are.
    fn check(&self) -> Result<usize, Refused> {
        let value = self.value.as_ref().map_or(0, Vec::len);
        at_most("bytes in a key", self.key.key.len(), limit::KEY_BYTES_MAX)?;
        at_most("bytes in a value", value, limit::VALUE_BYTES_MAX)?;
        column(&self.key.key)?;
        column(&self.key.space)?;
        Ok(self.key.key.len() + value)
    }
}

impl Record {
    /// Checks columns and body, and says how many bytes they are.
    fn check(&self) -> Result<usize, Refused> {
        column(&self.id)?;
        [&self.owner, &self.name].into_iter().flatten().try_for_each(|text| column(text))?;
        at_most("bytes in a record", self.body.len(), RECORD_BYTES_MAX)?;
        if serde_json::from_str::<serde::de::IgnoredAny>(&self.body).is_err() {
            let what = format!("the body of {} {} is not JSON", self.kind.table(), self.id);
            return Err(Problem::internal(what).into());
        }
        Ok(self.id.len() + self.body.len())
    }
}

/// Refuses a text that no index column of every engine could keep.
fn column(text: &str) -> Result<(), Refused> {
    at_most("bytes in a name", text.len(), COLUMN_BYTES_MAX)?;
    if text.contains('\0') {
        return Err(
            Problem::invalid("A key may not contain the character NUL. Leave it out.").into()
        );
    }
    Ok(())
}

/// Refuses more than the limit, in words.
fn at_most(what: &str, count: usize, max: usize) -> Result<(), Refused> {
    if count <= max {
        return Ok(());
    }
    Err(Refused::TooLarge(format!(
        "There are {count} {what}, and at most {max} are kept. Write less at once."
    )))
}
