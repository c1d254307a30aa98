//! Our words as the store's records and back. The store knows none of our types.

use model::Moment;
use model::problem::{Problem, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Expect, Kind, Page, Put, Record, Store};

/// A word of ours with the version under which it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Kept<T> {
    pub it: T,
    pub version: u64,
    pub due: Option<Moment>,
}

/// Loads one record by id.
pub(crate) fn load<T: DeserializeOwned>(
    store: &Store,
    kind: Kind,
    id: &str,
) -> Result<Option<Kept<T>>> {
    store.record(kind, id)?.map(read).transpose()
}

/// Loads one record by its unique name.
pub(crate) fn load_named<T: DeserializeOwned>(
    store: &Store,
    kind: Kind,
    name: &str,
) -> Result<Option<Kept<T>>> {
    store.named(kind, name)?.map(read).transpose()
}

/// Loads the records of one owner, oldest first.
pub(crate) fn load_of<T: DeserializeOwned>(
    store: &Store,
    kind: Kind,
    owner: &str,
) -> Result<Vec<Kept<T>>> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = Page { after: after.take(), limit: PAGE, newest_first: false };
        let records = store.of_owner(kind, owner, &page)?;
        let last = records.last().map(|record| record.id.clone());
        let whole = records.len() == PAGE;
        for record in records {
            found.push(read(record)?);
        }
        if !whole {
            return Ok(found);
        }
        after = last;
    }
}

/// Loads the newest records of one owner.
pub(crate) fn load_newest<T: DeserializeOwned>(
    store: &Store,
    kind: Kind,
    owner: &str,
    limit: usize,
) -> Result<Vec<Kept<T>>> {
    let page = Page { after: None, limit, newest_first: true };
    store.of_owner(kind, owner, &page)?.into_iter().map(read).collect()
}

/// Records read from the store at once.
const PAGE: usize = 500;

/// Reads a record's body.
pub(crate) fn read<T: DeserializeOwned>(record: Record) -> Result<Kept<T>> {
    let it = serde_json::from_str(&record.body).map_err(|err| {
        Problem::internal(format!("reading {:?} {}: {err}", record.kind, record.id))
    })?;
    Ok(Kept { it, version: record.version, due: record.due })
}

/// The columns by which a record is found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    pub id: String,
    pub owner: Option<String>,
    pub name: Option<String>,
    pub due: Option<Moment>,
}

/// A write of one record.
pub(crate) fn put<T: Serialize>(kind: Kind, found: Found, it: &T, expect: Expect) -> Result<Put> {
    let body = serde_json::to_string(it)
        .map_err(|err| Problem::internal(format!("writing {kind:?} {}: {err}", found.id)))?;
    let Found { id, owner, name, due } = found;
    Ok(Put { record: Record { kind, id, owner, name, due, version: 0, body }, expect })
}
