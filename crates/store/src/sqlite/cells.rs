//! Reading cells. Every read of a view notices rows and marks that are newer than the view.

use super::content;
use crate::engine::{Content, Item};
use crate::{Cell, Key, Seen, Span, SpanRead, signed, unsigned};
use model::Moment;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Result, Row, named_params, params};

/// What the table `cells` says of a cell.
pub(super) struct Place {
    pub(super) id: i64,
    pub(super) version: u64,
    /// Views older than this lack deletion marks.
    pub(super) compacted: u64,
    pub(super) bytes: u64,
}

pub(super) fn place(db: &Connection, cell: &Cell) -> Result<Option<Place>> {
    db.prepare_cached(
        "SELECT id, version, compacted, bytes FROM cells WHERE app = ?1 AND name = ?2",
    )?
    .query_row(params![cell.app.to_string(), cell.name], |row| {
        Ok(Place {
            id: row.get(0)?,
            version: unsigned(row.get(1)?),
            compacted: unsigned(row.get(2)?),
            bytes: unsigned(row.get(3)?),
        })
    })
    .optional()
}

pub(super) fn head(db: &Connection, cell: &Cell) -> Result<u64> {
    Ok(place(db, cell)?.map_or(0, |place| place.version))
}

pub(super) fn bytes(db: &Connection, cell: &Cell) -> Result<u64> {
    Ok(place(db, cell)?.map_or(0, |place| place.bytes))
}

/// A cell as a view of it may see it.
enum Door {
    Open(i64),
    /// Nothing was ever written.
    Empty,
    /// The view is older than what compaction left, or newer than the cell.
    Closed,
}

fn door(db: &Connection, cell: &Cell, at: u64) -> Result<Door> {
    Ok(match place(db, cell)? {
        Some(place) if at < place.compacted || at > place.version => Door::Closed,
        Some(place) => Door::Open(place.id),
        None if at == 0 => Door::Empty,
        None => Door::Closed,
    })
}

pub(super) fn read(
    db: &Connection,
    cell: &Cell,
    at: u64,
    keys: &[Key],
) -> Result<Seen<Vec<Option<Item>>>> {
    let id = match door(db, cell, at)? {
        Door::Open(id) => id,
        Door::Empty => return Ok(Seen::At(keys.iter().map(|_| None).collect())),
        Door::Closed => return Ok(Seen::Newer),
    };
    let mut find = db.prepare_cached(
        "SELECT key, value, blob, bytes, version, changed FROM items
         WHERE cell = ?1 AND space = ?2 AND key = ?3",
    )?;
    let mut items = Vec::with_capacity(keys.len());
    for key in keys {
        let item = find.query_row(params![id, key.space, key.key], item).optional()?;
        if item.as_ref().is_some_and(|item| item.version > at) {
            return Ok(Seen::Newer);
        }
        items.push(item.filter(|item| item.content != Content::Gone));
    }
    Ok(Seen::At(items))
}

pub(super) fn scan(db: &Connection, cell: &Cell, at: u64, span: &Span) -> Result<Seen<Vec<Item>>> {
    let id = match door(db, cell, at)? {
        Door::Open(id) => id,
        Door::Empty => return Ok(Seen::At(Vec::new())),
        Door::Closed => return Ok(Seen::Newer),
    };
    let range = span.asked();
    let mut found = Vec::new();
    let mut find = in_range(
        db,
        "SELECT key, value, blob, bytes, version, changed FROM items",
        &range,
        if span.reverse { "ORDER BY key DESC" } else { "ORDER BY key" },
    )?;
    let mut rows = ask(&mut find, id, &range)?;
    while found.len() < span.limit() {
        let Some(row) = rows.next()? else { break };
        let item = item(row)?;
        if item.version > at {
            return Ok(Seen::Newer);
        }
        if item.content != Content::Gone {
            found.push(item);
        }
    }
    Ok(Seen::At(found))
}

pub(super) fn count(db: &Connection, cell: &Cell, at: u64, range: &SpanRead) -> Result<Seen<u64>> {
    let id = match door(db, cell, at)? {
        Door::Open(id) => id,
        Door::Empty => return Ok(Seen::At(0)),
        Door::Closed => return Ok(Seen::Newer),
    };
    let sql = "SELECT count(*) FILTER (WHERE value IS NOT NULL OR blob IS NOT NULL),
                      coalesce(max(version), 0) FROM items";
    let mut find = in_range(db, sql, range, "")?;
    let mut rows = ask(&mut find, id, range)?;
    let Some(row) = rows.next()? else { return Ok(Seen::At(0)) };
    let (count, newest): (i64, i64) = (row.get(0)?, row.get(1)?);
    Ok(if unsigned(newest) > at { Seen::Newer } else { Seen::At(unsigned(count)) })
}

/// Prepares a question over a range; an end is only asked for where there is one.
fn in_range<'db>(
    db: &'db Connection,
    question: &str,
    range: &SpanRead,
    order: &str,
) -> Result<CachedStatement<'db>> {
    let end = if range.to.is_some() { "AND key < :to" } else { "" };
    db.prepare_cached(&format!(
        "{question} WHERE cell = :cell AND space = :space AND key >= :from {end} {order}"
    ))
}

fn ask<'s>(
    find: &'s mut CachedStatement,
    cell: i64,
    range: &SpanRead,
) -> Result<rusqlite::Rows<'s>> {
    let (space, from) = (&range.space, &range.from);
    match &range.to {
        Some(to) => {
            find.query(named_params! {":cell": cell, ":space": space, ":from": from, ":to": to})
        }
        None => find.query(named_params! {":cell": cell, ":space": space, ":from": from}),
    }
}

/// Whether anything that was read has changed since the view.
pub(super) fn overtaken(
    db: &Connection,
    place: &Place,
    change: &crate::CellChange,
) -> Result<bool> {
    if change.keys_read.is_empty() && change.spans_read.is_empty() {
        return Ok(false);
    }
    if change.seen < place.compacted || change.seen > place.version {
        return Ok(true);
    }
    if change.seen == place.version {
        return Ok(false);
    }
    let keys: std::collections::HashSet<(&str, &str)> =
        change.keys_read.iter().map(|key| (key.space.as_str(), key.key.as_str())).collect();
    let mut find =
        db.prepare_cached("SELECT space, key FROM items WHERE cell = ?1 AND version > ?2")?;
    let mut rows = find.query(params![place.id, signed(change.seen)])?;
    while let Some(row) = rows.next()? {
        let (space, key) = (row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?);
        let spans = || change.spans_read.iter().any(|span| span.contains(space, key));
        if keys.contains(&(space, key)) || spans() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads an item from a row that begins with key, value, blob, bytes, version, changed.
pub(super) fn item(row: &Row) -> Result<Item> {
    Ok(Item {
        key: row.get(0)?,
        content: content(row.get(1)?, row.get(2)?, row.get(3)?),
        version: unsigned(row.get(4)?),
        changed: Moment(row.get(5)?),
    })
}
