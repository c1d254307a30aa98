//! One batch inside the writer: what was read is checked, then everything is written.
//!
//! It may leave a half-done batch behind when it refuses: the savepoint around it undoes that.

use super::{aside, cells, counters, records};
use crate::engine::{Content, Ready};
use crate::{Cell, CellChange, Erase, Key, Refused, STORAGE, Spend, TOTAL, signed};
use model::{Moment, sabotage};
use rusqlite::{Connection, OptionalExtension, params};

type Result<T> = std::result::Result<T, Refused>;

pub(super) fn apply(db: &Connection, ready: &Ready) -> Result<u64> {
    let batch = &ready.batch;
    let mut version = 0;
    if let Some(change) = &batch.cell {
        version = change_cell(db, change, batch.aside.as_ref(), &ready.contents, batch.now)?;
    }
    if let Some((one, other)) = &batch.exchange {
        aside::exchange(db, one, other)?;
    }
    // Deletes come first, so that a name that becomes free can be given in the same batch.
    for (kind, id, expect) in &batch.deletes {
        records::delete(db, *kind, id, *expect)?;
    }
    for put in &batch.puts {
        records::put(db, &put.record, put.expect)?;
    }
    for spend in &batch.spends {
        counters::spend(db, spend)?;
    }
    for erase in &batch.erases {
        erase_cell(db, erase)?;
    }
    Ok(version)
}

/// Validates what a run has read and applies its writes. Returns the version of the cell.
fn change_cell(
    db: &Connection,
    change: &CellChange,
    aside: Option<&Cell>,
    contents: &[Content],
    now: Moment,
) -> Result<u64> {
    let place = match cells::place(db, &change.cell)? {
        Some(place) => place,
        None if change.seen > 0 => return Err(Refused::Conflict),
        None if change.writes.is_empty() => return Ok(0),
        None => new_place(db, &change.cell, 0)?,
    };
    if cells::overtaken(db, &place, change)? && !sabotage::off("read-set") {
        return Err(Refused::Conflict);
    }
    let mut wrote = aside.is_some();
    let mut growth = 0;
    let place = match aside {
        None => place,
        Some(aside) => {
            growth += signed(place.bytes);
            aside::put(db, change, &place, aside)?
        }
    };
    let version = place.version + 1;
    for (write, content) in change.writes.iter().zip(contents) {
        if let Some(bytes) = put_item(db, place.id, &write.key, content, version, now)? {
            wrote = true;
            growth += bytes;
        }
    }
    if !wrote {
        return Ok(place.version);
    }
    db.prepare_cached("UPDATE cells SET version = ?2, bytes = bytes + ?3 WHERE id = ?1")?
        .execute(params![place.id, signed(version), growth])?;
    if let Some(charge) = &change.storage {
        counters::spend(db, &storage(&charge.account, growth, charge.max))?;
    }
    Ok(version)
}

/// Writes a row or leaves a mark. Returns the bytes the cell grew by, or `None` when there was
/// nothing to delete.
fn put_item(
    db: &Connection,
    cell: i64,
    key: &Key,
    content: &Content,
    version: u64,
    now: Moment,
) -> Result<Option<i64>> {
    let old = db
        .prepare_cached(
            "SELECT bytes FROM items WHERE cell = ?1 AND space = ?2 AND key = ?3
             AND (value IS NOT NULL OR blob IS NOT NULL)",
        )?
        .query_row(params![cell, key.space, key.key], |row| row.get::<_, i64>(0))
        .optional()?;
    let (value, blob) = match content {
        Content::Gone if old.is_none() => return Ok(None),
        Content::Gone => (None, None),
        Content::Inline(value) => (Some(value), None),
        Content::Blob { hash, .. } => (None, Some(hash)),
    };
    let bytes = signed(content.bytes());
    db.prepare_cached(
        "INSERT INTO items (cell, space, key, value, blob, bytes, version, changed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (cell, space, key) DO UPDATE SET value = excluded.value, blob = excluded.blob,
         bytes = excluded.bytes, version = excluded.version, changed = excluded.changed",
    )?
    .execute(params![cell, key.space, key.key, value, blob, bytes, signed(version), now.0])?;
    // A row counts with its key, so that many empty values are not free.
    let with_key = |bytes: i64| bytes + signed(key.key.len() as u64);
    let new = if *content == Content::Gone { 0 } else { with_key(bytes) };
    Ok(Some(new - old.map_or(0, with_key)))
}

/// Empties a cell in one step: its rows are put aside for compaction, and its versions go on, so
/// that no view of the old rows can be taken for one of the new.
pub(super) fn erase_cell(db: &Connection, erase: &Erase) -> Result<()> {
    let place = cells::place(db, &erase.cell)?.filter(|place| place.version > 0);
    let Some(place) = place else { return Ok(()) };
    db.prepare_cached("UPDATE cells SET app = '', name = id WHERE id = ?1")?.execute([place.id])?;
    new_place(db, &erase.cell, place.version + 1)?;
    if let Some(account) = &erase.account {
        counters::spend(db, &storage(account, -signed(place.bytes), 0))?;
    }
    Ok(())
}

pub(super) fn new_place(db: &Connection, cell: &Cell, version: u64) -> Result<cells::Place> {
    let id = db
        .prepare_cached(
            "INSERT INTO cells (app, name, version, compacted, bytes) VALUES (?1, ?2, ?3, ?3, 0)
             RETURNING id",
        )?
        .query_row(params![cell.app.to_string(), cell.name, signed(version)], |row| row.get(0))?;
    Ok(cells::Place { id, version, compacted: version, bytes: 0 })
}

fn storage(account: &str, amount: i64, max: u64) -> Spend {
    Spend { account: account.into(), axis: STORAGE.into(), day: TOTAL, amount, max }
}
