//! Data that is put aside whole, and two cells that change places: what a change of an app's data
//! needs to be undone. Both happen inside one commit, so that nobody sees half of them.

use super::cells::{self, Place};
use super::commit::{erase_cell, new_place};
use crate::{Cell, CellChange, Erase, Refused, signed};
use model::Problem;
use rusqlite::{Connection, params};

type Result<T> = std::result::Result<T, Refused>;

/// Renames a cell to where its rows shall lie, and goes on with a copy of them under its old name.
pub(super) fn put(
    db: &Connection,
    change: &CellChange,
    place: &Place,
    aside: &Cell,
) -> Result<Place> {
    if place.version != change.seen {
        return Err(Refused::Conflict);
    }
    let account = change.storage.as_ref().map(|charge| charge.account.clone());
    erase_cell(db, &Erase { cell: aside.clone(), account })?;
    if let Some(empty) = cells::place(db, aside)? {
        rename(db, empty.id, None)?;
    }
    rename(db, place.id, Some(aside))?;
    let copy = new_place(db, &change.cell, place.version)?;
    db.prepare_cached(
        "INSERT INTO items (cell, space, key, value, blob, bytes, version, changed)
         SELECT ?2, space, key, value, blob, bytes, version, changed FROM items
         WHERE cell = ?1 AND (value IS NOT NULL OR blob IS NOT NULL)",
    )?
    .execute([place.id, copy.id])?;
    Ok(copy)
}

/// Lets two cells change places. Both go on at one version that neither had, so that no view of the
/// one can be taken for a view of the other.
pub(super) fn exchange(db: &Connection, one: &Cell, other: &Cell) -> Result<()> {
    let (Some(first), Some(second)) = (cells::place(db, one)?, cells::place(db, other)?) else {
        return Err(Problem::not_found("There is no data to go back to.").into());
    };
    let version = first.version.max(second.version) + 1;
    rename(db, first.id, None)?;
    rename(db, second.id, Some(one))?;
    rename(db, first.id, Some(other))?;
    let mut newer =
        db.prepare_cached("UPDATE cells SET version = ?2, compacted = ?2 WHERE id = ?1")?;
    for id in [first.id, second.id] {
        newer.execute(params![id, signed(version)])?;
    }
    Ok(())
}

/// Gives a cell another name; without one its rows are put aside for compaction.
fn rename(db: &Connection, id: i64, to: Option<&Cell>) -> rusqlite::Result<()> {
    let (app, name) = match to {
        Some(cell) => (cell.app.to_string(), cell.name.clone()),
        None => (String::new(), id.to_string()),
    };
    db.prepare_cached("UPDATE cells SET app = ?2, name = ?3 WHERE id = ?1")?
        .execute(params![id, app, name])
        .map(drop)
}
