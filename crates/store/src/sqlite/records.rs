//! Records in their tables. The table's name is one of our own words, never anybody's text.

use crate::{Expect, Kind, Page, Record, Refused, signed, unsigned};
use model::Moment;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Result, Row, named_params, params};

/// The columns in the order in which `record` reads them.
pub(super) const COLUMNS: &str = "id, owner, name, due, version, body";

pub(super) fn by_id(db: &Connection, kind: Kind, id: &str) -> Result<Option<Record>> {
    select(db, kind, "WHERE id = ?1")?.query_row([id], |row| record(kind, row)).optional()
}

pub(super) fn by_name(db: &Connection, kind: Kind, name: &str) -> Result<Option<Record>> {
    select(db, kind, "WHERE name = ?1")?.query_row([name], |row| record(kind, row)).optional()
}

pub(super) fn list(
    db: &Connection,
    kind: Kind,
    owner: Option<&str>,
    page: &Page,
) -> Result<Vec<Record>> {
    let whose = if owner.is_some() { "owner = :owner" } else { "NULL IS :owner" };
    let (beyond, order) = if page.newest_first { ("<", "DESC") } else { (">", "ASC") };
    let after = match page.after {
        Some(_) => format!("id {beyond} :after"),
        None => "NULL IS :after".into(),
    };
    let rest = format!("WHERE {whose} AND {after} ORDER BY id {order} LIMIT :limit");
    let limit = signed(page.limit as u64);
    select(db, kind, &rest)?
        .query_map(named_params! {":owner": owner, ":after": page.after, ":limit": limit}, |row| {
            record(kind, row)
        })?
        .collect()
}

pub(super) fn next_due(db: &Connection, kind: Kind) -> Result<Option<Moment>> {
    let sql = format!("SELECT min(due) FROM {} WHERE due IS NOT NULL", kind.table());
    db.prepare_cached(&sql)?.query_row([], |row| Ok(row.get::<_, Option<i64>>(0)?.map(Moment)))
}

/// Hands out what is due and makes it due again later, with a new version for each.
pub(super) fn claim(
    db: &Connection,
    kind: Kind,
    now: Moment,
    until: Moment,
    limit: usize,
) -> Result<Vec<Record>> {
    let table = kind.table();
    let sql = format!(
        "UPDATE {table} SET due = ?2, version = version + 1 WHERE id IN
         (SELECT id FROM {table} WHERE due <= ?1 ORDER BY due, id LIMIT ?3) RETURNING {COLUMNS}"
    );
    let mut claimed: Vec<Record> = db
        .prepare_cached(&sql)?
        .query_map(params![now.0, until.0, signed(limit as u64)], |row| record(kind, row))?
        .collect::<Result<_>>()?;
    claimed.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(claimed)
}

pub(super) fn expire(db: &Connection, kind: Kind, now: Moment, limit: usize) -> Result<u64> {
    let table = kind.table();
    let sql = format!(
        "DELETE FROM {table} WHERE id IN
         (SELECT id FROM {table} WHERE due <= ?1 ORDER BY due, id LIMIT ?2)"
    );
    Ok(db.prepare_cached(&sql)?.execute(params![now.0, signed(limit as u64)])? as u64)
}

pub(super) fn put(
    db: &Connection,
    record: &Record,
    expect: Expect,
) -> std::result::Result<(), Refused> {
    let Record { kind, id, owner, name, due, body, .. } = record;
    let stored = version(db, *kind, id)?;
    if !expect.holds(stored) {
        return Err(Refused::Stale { kind: *kind, id: id.clone() });
    }
    if let Some(name) = name
        && by_name(db, *kind, name)?.is_some_and(|other| other.id != *id)
    {
        return Err(Refused::NameTaken { kind: *kind, name: name.clone() });
    }
    let sql = format!(
        "INSERT INTO {} ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, name = excluded.name,
         due = excluded.due, version = excluded.version, body = excluded.body",
        kind.table()
    );
    let next = signed(stored.unwrap_or(0) + 1);
    db.prepare_cached(&sql)?.execute(params![id, owner, name, due.map(|due| due.0), next, body])?;
    Ok(())
}

pub(super) fn delete(
    db: &Connection,
    kind: Kind,
    id: &str,
    expect: Expect,
) -> std::result::Result<(), Refused> {
    if !expect.holds(version(db, kind, id)?) {
        return Err(Refused::Stale { kind, id: id.into() });
    }
    db.prepare_cached(&format!("DELETE FROM {} WHERE id = ?1", kind.table()))?.execute([id])?;
    Ok(())
}

/// Keeps a record with the version it already has.
pub(super) fn insert(db: &Connection, record: &Record) -> Result<()> {
    let Record { kind, id, owner, name, due, version, body } = record;
    let sql = format!("INSERT INTO {} ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", kind.table());
    let due = due.map(|due| due.0);
    db.prepare_cached(&sql)?
        .execute(params![id, owner, name, due, signed(*version), body])
        .map(drop)
}

fn version(db: &Connection, kind: Kind, id: &str) -> Result<Option<u64>> {
    db.prepare_cached(&format!("SELECT version FROM {} WHERE id = ?1", kind.table()))?
        .query_row([id], |row| Ok(unsigned(row.get(0)?)))
        .optional()
}

fn select<'db>(db: &'db Connection, kind: Kind, rest: &str) -> Result<CachedStatement<'db>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM {} {rest}", kind.table()))
}

/// Reads a record from a row that has the columns of `COLUMNS`.
pub(super) fn record(kind: Kind, row: &Row) -> Result<Record> {
    Ok(Record {
        kind,
        id: row.get(0)?,
        owner: row.get(1)?,
        name: row.get(2)?,
        due: row.get::<_, Option<i64>>(3)?.map(Moment),
        version: unsigned(row.get(4)?),
        body: row.get(5)?,
    })
}
