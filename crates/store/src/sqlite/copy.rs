//! Everything out of one database, and into another. Deletion marks and erased cells stay behind:
//! nobody holds a view of a copy.

use super::{broken, cells, records};
use crate::engine::{CellState, Content, Counter, Item, Part};
use crate::{Cell, Kind, Refused, signed, unsigned};
use model::{AppId, Problem, Result};
use rusqlite::{Connection, Params, Row, params};

/// Hands over all there is, in one fixed order, until the taker refuses.
pub(super) fn export(db: &Connection, take: &mut dyn FnMut(Part) -> Result<()>) -> Result<()> {
    for kind in Kind::ALL {
        let sql = format!("SELECT {} FROM {} ORDER BY id", records::COLUMNS, kind.table());
        each(db, &sql, [], |row| records::record(*kind, row), |record| take(Part::Record(record)))?;
    }
    let sql = "SELECT account, axis, day, used FROM counters ORDER BY account, axis, day";
    each(db, sql, [], counter, |counter| take(Part::Counter(counter)))?;
    let sql = "SELECT app, name FROM cells WHERE app <> '' ORDER BY app, name";
    let name = |row: &Row| Ok((row.get::<_, String>(0)?, row.get(1)?));
    each(db, sql, [], name, |(app, name)| {
        let app = AppId::parse(&app)
            .ok_or_else(|| Problem::internal(format!("a cell belongs to no app: {app}")))?;
        export_cell(db, &Cell { app, name }, take)
    })
}

/// Hands over one cell and then its rows.
pub(super) fn export_cell(
    db: &Connection,
    cell: &Cell,
    take: &mut dyn FnMut(Part) -> Result<()>,
) -> Result<()> {
    let Some(place) = cells::place(db, cell).map_err(broken)? else { return Ok(()) };
    let (version, bytes) = (place.version, place.bytes);
    take(Part::Cell(CellState { cell: cell.clone(), version, bytes }))?;
    let sql = "SELECT key, value, blob, bytes, version, changed, space FROM items
               WHERE cell = ?1 AND (value IS NOT NULL OR blob IS NOT NULL) ORDER BY space, key";
    let item = |row: &Row| Ok((row.get(6)?, cells::item(row)?));
    each(db, sql, [place.id], item, |(space, item)| {
        take(Part::Item { cell: cell.clone(), space, item })
    })
}

/// Gives each row of an answer to a taker.
fn each<T>(
    db: &Connection,
    sql: &str,
    with: impl Params,
    read: impl Fn(&Row) -> rusqlite::Result<T>,
    mut take: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    let mut find = db.prepare_cached(sql).map_err(broken)?;
    let mut rows = find.query(with).map_err(broken)?;
    while let Some(row) = rows.next().map_err(broken)? {
        take(read(row).map_err(broken)?)?;
    }
    Ok(())
}

fn counter(row: &Row) -> rusqlite::Result<Counter> {
    let used = unsigned(row.get(3)?);
    Ok(Counter { account: row.get(0)?, axis: row.get(1)?, day: row.get(2)?, used })
}

/// Takes in what another database handed over. A row's cell came before it.
pub(super) fn import(db: &Connection, parts: &[Part]) -> std::result::Result<(), Refused> {
    for part in parts {
        match part {
            Part::Record(record) => records::insert(db, record)?,
            Part::Counter(counter) => insert_counter(db, counter)?,
            Part::Cell(state) => insert_cell(db, state)?,
            Part::Item { cell, space, item } => insert_item(db, cell, space, item)?,
        }
    }
    Ok(())
}

fn insert_counter(db: &Connection, counter: &Counter) -> rusqlite::Result<()> {
    let Counter { account, axis, day, used } = counter;
    db.prepare_cached("INSERT INTO counters (account, axis, day, used) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![account, axis, day, signed(*used)])
        .map(drop)
}

/// No view of the old database reaches the new one: everything counts as compacted.
fn insert_cell(db: &Connection, state: &CellState) -> rusqlite::Result<()> {
    let CellState { cell, version, bytes } = state;
    db.prepare_cached(
        "INSERT INTO cells (app, name, version, compacted, bytes) VALUES (?1, ?2, ?3, ?3, ?4)",
    )?
    .execute(params![cell.app.to_string(), cell.name, signed(*version), signed(*bytes)])
    .map(drop)
}

fn insert_item(
    db: &Connection,
    cell: &Cell,
    space: &str,
    item: &Item,
) -> std::result::Result<(), Refused> {
    let Some(place) = cells::place(db, cell)? else {
        return Err(Problem::internal("a row came before its cell").into());
    };
    let (value, blob) = match &item.content {
        Content::Gone => return Ok(()),
        Content::Inline(value) => (Some(value), None),
        Content::Blob { hash, .. } => (None, Some(hash)),
    };
    let (bytes, version) = (signed(item.content.bytes()), signed(item.version));
    db.prepare_cached(
        "INSERT INTO items (cell, space, key, value, blob, bytes, version, changed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        place.id,
        space,
        item.key,
        value,
        blob,
        bytes,
        version,
        item.changed.0
    ])?;
    Ok(())
}
