//! Reading a backup into an empty place. Nothing is believed before the whole file was compared
//! with its seal, and nothing appears under its name before all of it is there.

use super::frame::{FORM, FrameReader, Head};
use super::{BackupSummary, sync_folder, with_file};
use crate::engine::{CellState, Content, Counter, Engine, Item, Part};
use crate::store::private_folder;
use crate::{Cell, Kind, Record, Store};
use model::{AppId, Moment, Problem, Result};
use std::path::Path;

/// Parts that are kept in one transaction.
const PARTS_AT_ONCE: usize = 500;

impl Store {
    /// Makes a new store of a backup, in a folder that has none yet.
    pub fn restore(from: &Path, into_folder: &Path) -> Result<BackupSummary> {
        let mut reader = FrameReader::open(from)?;
        private_folder(into_folder)?;
        for name in ["group.db", "blobs"] {
            if into_folder.join(name).exists() {
                let public = format!(
                    "There is data in {} already. Restore into a new folder, and move it when you have looked at it.",
                    into_folder.display()
                );
                return Err(Problem::new(model::Kind::Conflict, public));
            }
        }
        let half = into_folder.join("restoring");
        let failed = |error| with_file("written", into_folder, &error);
        if half.exists() {
            std::fs::remove_dir_all(&half).map_err(failed)?;
        }
        // The store is closed before its files move: that leaves one complete database file.
        let filled = Store::open(&half).and_then(|store| store.take_in(&mut reader));
        if filled.is_err() {
            std::fs::remove_dir_all(&half).map_err(failed)?;
        }
        let summary = filled?;
        for name in ["blobs", "group.db"] {
            std::fs::rename(half.join(name), into_folder.join(name)).map_err(failed)?;
        }
        std::fs::remove_dir(&half).map_err(failed)?;
        sync_folder(into_folder)?;
        Ok(summary)
    }

    /// Restores a backup into a scratch folder, checks what came of it, backs that up again and
    /// compares the two. The scratch folder is empty afterwards.
    pub fn verify(backup: &Path, scratch: &Path) -> Result<BackupSummary> {
        let restored = scratch.join("restored");
        let again = scratch.join("again.allotment");
        let compared = Store::restore(backup, &restored).and_then(|summary| {
            let store = Store::open(&restored)?;
            store.integrity()?;
            let second = store.backup(&again, summary.made)?;
            if second == summary {
                return Ok(summary);
            }
            let public = "The backup cannot be restored exactly. Make a new one, and tell the makers of allot.";
            Err(Problem::new(model::Kind::Internal, public).privately(difference(&summary, &second)))
        });
        let failed = |error| with_file("cleared", scratch, &error);
        if restored.exists() {
            std::fs::remove_dir_all(&restored).map_err(failed)?;
        }
        if again.exists() {
            std::fs::remove_file(&again).map_err(failed)?;
        }
        compared
    }

    /// Takes in all frames of a backup.
    fn take_in(&self, reader: &mut FrameReader) -> Result<BackupSummary> {
        match reader.next()? {
            (Head::AllotmentBackup { form: FORM, .. }, _) => {}
            (Head::AllotmentBackup { .. }, _) => {
                let public = "This backup was made by a newer allot. Restore it with that version.";
                return Err(Problem::invalid(public));
            }
            _ => return Err(reader.damaged("it does not begin as a backup does")),
        }
        let Engine::Sqlite(db) = &*self.engine;
        let mut cell = None;
        let mut parts = Vec::new();
        loop {
            let (head, body) = reader.next()?;
            match head {
                Head::End { summary } => {
                    db.import(parts)?;
                    return Ok(summary);
                }
                Head::Blob { .. } => drop(self.blobs.put(&body)?),
                head => {
                    let part = part_of(head, body, &mut cell);
                    parts.push(part.ok_or_else(|| reader.damaged("a line makes no sense"))?);
                }
            }
            if parts.len() >= PARTS_AT_ONCE {
                db.import(std::mem::take(&mut parts))?;
            }
        }
    }
}

/// A frame as what it stands for. Rows belong to the cell that came last.
fn part_of(head: Head, body: Vec<u8>, cell: &mut Option<Cell>) -> Option<Part> {
    let item = |cell: &Option<Cell>, space, key, content, version, changed| {
        let item = Item { key, content, version, changed: Moment(changed) };
        Some(Part::Item { cell: cell.clone()?, space, item })
    };
    match head {
        Head::Record { kind, id, owner, name, due, version } => {
            let (kind, due) = (Kind::of_table(&kind)?, due.map(Moment));
            let body = String::from_utf8(body).ok()?;
            Some(Part::Record(Record { kind, id, owner, name, due, version, body }))
        }
        Head::Counter { account, axis, day, used } => {
            Some(Part::Counter(Counter { account, axis, day, used }))
        }
        Head::Cell { app, name, version, bytes } => {
            let new = Cell { app: AppId::parse(&app)?, name };
            *cell = Some(new.clone());
            Some(Part::Cell(CellState { cell: new, version, bytes }))
        }
        Head::Row { space, key, version, changed } => {
            item(cell, space, key, Content::Inline(body), version, changed)
        }
        Head::BlobRow { space, key, version, changed, blob, bytes } => {
            item(cell, space, key, Content::Blob { hash: blob, bytes }, version, changed)
        }
        Head::AllotmentBackup { .. } | Head::Blob { .. } | Head::End { .. } => None,
    }
}

/// The segments in which two backups differ.
fn difference(one: &BackupSummary, other: &BackupSummary) -> String {
    let names = one.segments.keys().chain(other.segments.keys());
    let differ: Vec<&str> = names
        .filter(|name| one.segments.get(*name) != other.segments.get(*name))
        .map(String::as_str)
        .collect();
    format!("these differ: {}", differ.join(", "))
}
