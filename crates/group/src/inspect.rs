//! What an operator may ask of a group's store without serving it: whether all is there that apps
//! name, whether the master key is the right one, when something was last written. It changes nothing.

use crate::capability::files::{SPACE, entry};
use crate::keys::Keys;
use crate::log::LogEntry;
use crate::records;
use model::effect::Intent;
use model::problem::Result;
use model::{Account, App, Effect, EffectState, Moment, Receipt, Release};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use store::{Cell, Kind, Page, Store};

/// Records read at once.
const PAGE: usize = 500;

/// What came of looking for blobs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blobs {
    /// How many are named.
    pub named: u64,
    /// Those that are not there, with what names them.
    pub missing: Vec<String>,
}

/// Looks for every blob that a draft, a release, a kept file or a waiting effect names. Large
/// values of data are the store's own to check.
pub fn blobs(store: &Store) -> Result<Blobs> {
    let mut named = BTreeMap::new();
    each::<App>(store, Kind::App, |app| {
        let address = format!("@{}/{}", app.owner_handle, app.name);
        let note = |path: &str, hash: String, named: &mut BTreeMap<_, _>| {
            named.entry(hash).or_insert_with(|| format!("{path} of {address}"));
        };
        for (path, hash) in app.draft {
            note(&path, hash, &mut named);
        }
        store.each_row(&Cell::live(app.id), |space, row| {
            let value = sandbox::decode(&row.value).ok().filter(|_| space == SPACE);
            if let Some((hash, _)) = value.as_ref().and_then(entry) {
                note(&row.key, hash, &mut named);
            }
            Ok(())
        })
    })?;
    each::<Release>(store, Kind::Release, |release| {
        for (path, hash) in release.files {
            let by = format!("{path} of release {} of app {}", release.number, release.app);
            named.entry(hash).or_insert(by);
        }
        Ok(())
    })?;
    each::<Effect>(store, Kind::Effect, |effect| {
        let waits = matches!(effect.state, EffectState::Queued | EffectState::Retrying);
        let hashes: Vec<String> = match effect.intent {
            Intent::GitCommit { files, .. } => files.into_values().collect(),
            Intent::HttpSend { body, .. } => body.into_iter().collect(),
        };
        for hash in hashes.into_iter().filter(|_| waits) {
            named.entry(hash).or_insert_with(|| format!("effect {}", effect.id));
        }
        Ok(())
    })?;
    let mut blobs = Blobs { named: named.len() as u64, missing: Vec::new() };
    for (hash, by) in named {
        if store.blob_size(&hash)?.is_none() {
            blobs.missing.push(format!("{hash} ({by})"));
        }
    }
    Ok(blobs)
}

/// Whether a master key opens what is sealed here; `None` if nothing is.
pub fn key_fits(store: &Store, keys: &Keys) -> Result<Option<bool>> {
    let first = store.all(Kind::Account, &Page::first(1))?;
    let Some(record) = first.into_iter().next() else { return Ok(None) };
    let account = records::read::<Account>(record)?.it;
    Ok(Some(keys.sign(&account.id.to_string(), &account.sealed_key, "a trial").is_ok()))
}

/// When something was last written, as far as accounts, receipts and logs tell.
pub fn newest(store: &Store) -> Result<Option<Moment>> {
    let mut moments = Vec::new();
    for record in store.all(Kind::Account, &Page::newest(1))? {
        moments.push(records::read::<Account>(record)?.it.created);
    }
    for record in store.all(Kind::Receipt, &Page::newest(1))? {
        moments.push(records::read::<Receipt>(record)?.it.at);
    }
    for record in store.all(Kind::Log, &Page::newest(1))? {
        moments.push(records::read::<LogEntry>(record)?.it.at);
    }
    Ok(moments.into_iter().max())
}

/// Hands over all records of a kind.
fn each<T: DeserializeOwned>(
    store: &Store,
    kind: Kind,
    mut take: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    let mut page = Page::first(PAGE);
    loop {
        let found = store.all(kind, &page)?;
        let Some(last) = found.last().map(|record| record.id.clone()) else { return Ok(()) };
        for record in found {
            take(records::read(record)?.it)?;
        }
        page = page.beyond(last);
    }
}
