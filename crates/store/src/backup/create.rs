//! Making a backup while the group goes on: one read view of the rows, then the blobs.

use super::frame::{FORM, FrameWriter, Head};
use super::{BackupSummary, sync_folder, with_file};
use crate::Store;
use crate::engine::{Content, Engine, Item, Part};
use model::{Moment, Problem, Result};
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::Path;

impl Store {
    /// Writes everything as of now into one file that only this user may read. The file appears
    /// under its name when it is complete; one that is there already is replaced.
    pub fn backup(&self, to: &Path, now: Moment) -> Result<BackupSummary> {
        let mut name = to.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = to.with_file_name(name);
        let failed = |error| with_file("written", to, &error);
        let written = self.write_backup(&part, now).and_then(|summary| {
            std::fs::rename(&part, to).map_err(failed)?;
            Ok(summary)
        });
        if written.is_err() {
            let _ = std::fs::remove_file(&part);
        }
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
        written.and_then(|summary| sync_folder(folder.unwrap_or(Path::new("."))).map(|()| summary))
    }

    fn write_backup(&self, path: &Path, now: Moment) -> Result<BackupSummary> {
        let failed = |error| with_file("written", path, &error);
        let mut out = FrameWriter::new(BufWriter::new(create(path).map_err(failed)?), path);
        out.write(Head::AllotmentBackup { form: FORM, made: now.0 }, &[])?;
        let mut needed = BTreeSet::new();
        let Engine::Sqlite(db) = &*self.engine;
        db.export(|part| {
            let (head, body) = frame_of(part);
            if let Head::BlobRow { blob, .. } = &head {
                needed.insert(blob.clone());
            }
            out.write(head, &body)
        })?;
        // What the rows name was put before they were kept, so it is there by now.
        for hash in self.blobs.list()? {
            if let Some(bytes) = self.blobs.get(&hash)? {
                needed.remove(&hash);
                out.write(Head::Blob { sha256: hash }, &bytes)?;
            }
        }
        if let Some(hash) = needed.first() {
            return Err(Problem::internal(format!("blob {hash}, a value, is missing")));
        }
        let (mut file, summary) = out.seal(now)?;
        file.flush().and_then(|()| file.get_ref().sync_all()).map_err(failed)?;
        Ok(summary)
    }
}

/// A new file that only this user may read.
fn create(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A part in the form of a backup.
fn frame_of(part: Part) -> (Head, Vec<u8>) {
    match part {
        Part::Record(record) => {
            let head = Head::Record {
                kind: record.kind.table().into(),
                id: record.id,
                owner: record.owner,
                name: record.name,
                due: record.due.map(|due| due.0),
                version: record.version,
            };
            (head, record.body.into_bytes())
        }
        Part::Counter(counter) => {
            let crate::engine::Counter { account, axis, day, used } = counter;
            (Head::Counter { account, axis, day, used }, Vec::new())
        }
        Part::Cell(state) => {
            let (app, name) = (state.cell.app.to_string(), state.cell.name);
            let head = Head::Cell { app, name, version: state.version, bytes: state.bytes };
            (head, Vec::new())
        }
        Part::Item { space, item, .. } => frame_of_item(space, item),
    }
}

fn frame_of_item(space: String, item: Item) -> (Head, Vec<u8>) {
    let Item { key, content, version, changed } = item;
    let changed = changed.0;
    match content {
        Content::Blob { hash: blob, bytes } => {
            (Head::BlobRow { space, key, version, changed, blob, bytes }, Vec::new())
        }
        Content::Inline(value) => (Head::Row { space, key, version, changed }, value),
        Content::Gone => (Head::Row { space, key, version, changed }, Vec::new()),
    }
}
