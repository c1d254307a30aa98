//! Housekeeping: compaction, finding unused blobs, checking, counting. In slices, so that the
//! writer is never held for long.

use super::cells::{self, Place};
use crate::blobs::is_hash;
use crate::{Cell, Kind, Stats, signed, unsigned};
use model::{AppId, Moment};
use rusqlite::{Connection, Result, params};
use std::collections::HashSet;

/// Rows one job of compaction removes: a few milliseconds of the writer's time.
const SLICE: i64 = 1_000;
/// Digits of a hash.
const HASH_DIGITS: usize = 64;

/// The cells that have deletion marks.
pub(super) fn marked_cells(db: &Connection) -> Result<Vec<Cell>> {
    let mut find = db.prepare_cached(
        "SELECT app, name FROM cells WHERE app <> '' AND id IN
         (SELECT DISTINCT cell FROM items WHERE value IS NULL AND blob IS NULL)",
    )?;
    let rows = find.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    let cells: Vec<(String, String)> = rows.collect::<Result<_>>()?;
    Ok(cells
        .into_iter()
        .filter_map(|(app, name)| Some(Cell { app: AppId::parse(&app)?, name }))
        .collect())
}

/// Removes a slice of the marks up to a version that no view is older than; says how many.
pub(super) fn drop_marks(db: &Connection, cell: &Cell, upto: u64) -> Result<u64> {
    let Some(Place { id, .. }) = cells::place(db, cell)? else { return Ok(0) };
    let versions: Vec<i64> = db
        .prepare_cached(
            "DELETE FROM items WHERE rowid IN (SELECT rowid FROM items
             WHERE cell = ?1 AND value IS NULL AND blob IS NULL AND version <= ?2
             ORDER BY version LIMIT ?3) RETURNING version",
        )?
        .query_map(params![id, signed(upto), SLICE], |row| row.get(0))?
        .collect::<Result<_>>()?;
    if let Some(newest) = versions.iter().max() {
        db.prepare_cached("UPDATE cells SET compacted = max(compacted, ?2) WHERE id = ?1")?
            .execute(params![id, newest])?;
    }
    Ok(versions.len() as u64)
}

/// Removes a slice of the rows of erased cells; says how many.
pub(super) fn drop_erased(db: &Connection) -> Result<u64> {
    let gone = db
        .prepare_cached(
            "DELETE FROM items WHERE rowid IN (SELECT items.rowid FROM items
             JOIN cells ON cells.id = items.cell WHERE cells.app = '' LIMIT ?1)",
        )?
        .execute([SLICE])?;
    if gone == 0 {
        db.execute("DELETE FROM cells WHERE app = ''", [])?;
    }
    Ok(gone as u64)
}

/// Strikes out every hash that occurs in a record, in a value or beside one.
///
/// This is careful on purpose: a text that merely looks like a hash keeps a blob alive.
pub(super) fn strike_named(db: &Connection, unnamed: &mut HashSet<String>) -> Result<()> {
    let mut texts = vec![
        "SELECT blob FROM items WHERE blob IS NOT NULL".to_owned(),
        "SELECT value FROM items WHERE value IS NOT NULL".to_owned(),
    ];
    texts.extend(Kind::ALL.iter().map(|kind| format!("SELECT body FROM {}", kind.table())));
    for sql in texts {
        let mut find = db.prepare(&sql)?;
        let mut rows = find.query([])?;
        while let Some(row) = rows.next()? {
            strike(row.get_ref(0)?.as_bytes()?, unnamed);
        }
    }
    Ok(())
}

/// Strikes out the hashes in one text.
fn strike(text: &[u8], unnamed: &mut HashSet<String>) {
    for run in text.split(|byte| !matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        for window in run.windows(HASH_DIGITS) {
            if let Ok(hash) = std::str::from_utf8(window) {
                unnamed.remove(hash);
            }
        }
    }
}

/// Writes down which blobs nothing names, and returns those that were unused already `before`.
pub(super) fn unused_since(
    db: &Connection,
    unnamed: &HashSet<String>,
    now: Moment,
    before: Moment,
) -> Result<Vec<String>> {
    let known: Vec<(String, i64)> = db
        .prepare_cached("SELECT hash, since FROM unused_blobs")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_>>()?;
    let mut forget = db.prepare_cached("DELETE FROM unused_blobs WHERE hash = ?1")?;
    let mut old = Vec::new();
    for (hash, since) in known {
        if !unnamed.contains(&hash) {
            forget.execute([hash])?;
        } else if since <= before.0 {
            old.push(hash);
        }
    }
    let mut note =
        db.prepare_cached("INSERT OR IGNORE INTO unused_blobs (hash, since) VALUES (?1, ?2)")?;
    for hash in unnamed {
        note.execute(params![hash, now.0])?;
    }
    Ok(old)
}

/// What is wrong with the database, in words; empty when nothing is.
pub(super) fn integrity(db: &Connection) -> Result<Vec<String>> {
    let mut wrong: Vec<String> = db
        .prepare("PRAGMA integrity_check(20)")?
        .query_map([], |row| row.get(0))?
        .filter(|line| !matches!(line, Ok(line) if line == "ok"))
        .collect::<Result<_>>()?;
    let sums = "SELECT cells.app || '/' || cells.name || ' counts ' || cells.bytes || ' bytes and has '
                || total FROM cells JOIN (SELECT cell, sum(bytes + length(CAST(key AS BLOB))) AS total FROM items
                WHERE value IS NOT NULL OR blob IS NOT NULL GROUP BY cell) ON cell = cells.id
                WHERE bytes <> total";
    let newer = "SELECT 'a row of ' || cells.app || '/' || cells.name || ' is newer than its cell'
                 FROM items JOIN cells ON cells.id = items.cell WHERE items.version > cells.version";
    for sql in [sums, newer] {
        let lines: Vec<String> =
            db.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<Result<_>>()?;
        wrong.extend(lines);
    }
    Ok(wrong)
}

/// The blobs that hold values, with the bytes they should have.
pub(super) fn value_blobs(db: &Connection) -> Result<Vec<(String, u64)>> {
    db.prepare("SELECT DISTINCT blob, bytes FROM items WHERE blob IS NOT NULL")?
        .query_map([], |row| Ok((row.get::<_, String>(0)?, unsigned(row.get(1)?))))?
        .filter(|row| !matches!(row, Ok((hash, _)) if !is_hash(hash)))
        .collect()
}

pub(super) fn count_all(db: &Connection, stats: &mut Stats) -> Result<()> {
    let number = |sql: &str| db.query_row(sql, [], |row| Ok(unsigned(row.get(0)?)));
    for kind in Kind::ALL {
        let count = number(&format!("SELECT count(*) FROM {}", kind.table()))?;
        stats.records.push((*kind, count));
    }
    stats.cells = number("SELECT count(*) FROM cells WHERE app <> ''")?;
    stats.marks = number("SELECT count(*) FROM items WHERE value IS NULL AND blob IS NULL")?;
    stats.rows = number("SELECT count(*) FROM items")? - stats.marks;
    stats.database_bytes = number("PRAGMA page_count")? * number("PRAGMA page_size")?;
    Ok(())
}
