//! The list of a folder, read a page at a time: steps of names, each once, and the folders of this run
//! that have no files.

use super::super::Wasi;
use super::super::call::Call;
use super::super::room::Hold;
use super::names::{Done, Row, has_files, list, told};
use super::paths::inside;
use super::words::{DescriptorType, Entry, ErrorCode};
use std::collections::VecDeque;
use std::ops::Bound;

/// Names asked for at once.
const PAGE: usize = 100;
/// Comes after every name in a folder.
const LAST: char = char::MAX;

/// A folder that is being listed.
pub(in super::super) struct Entries {
    /// What all names in it begin with.
    inside: String,
    page: VecDeque<Entry>,
    hold: Hold,
    /// How far its names are read; `None` when they are all read.
    after: Option<String>,
    /// The last folder that was listed: many names have the same.
    step: String,
    /// How far the folders without files are read.
    made: String,
}

impl Entries {
    /// A folder's list, before its first line.
    pub(super) fn of(folder: &str, hold: Hold) -> Entries {
        let inside = inside(folder);
        let (after, made) = (Some(String::new()), inside.clone());
        Entries { inside, page: VecDeque::new(), hold, after, step: String::new(), made }
    }

    /// The next line that was read already.
    pub(super) fn pop(&mut self) -> Option<Entry> {
        let entry = self.page.pop_front()?;
        self.hold.shrink(entry.name.len() + size_of::<Entry>());
        Some(entry)
    }

    /// The prefix and the last name of the next page; nothing after the last page.
    pub(super) fn wants(&self) -> Option<(String, String)> {
        self.after.as_ref().map(|after| (self.inside.clone(), after.clone()))
    }

    /// Takes a page in. Names further below are one line; after the last, all of its folder is
    /// skipped.
    pub(super) fn take(&mut self, rows: Vec<Row>) -> Result<(), super::super::room::Full> {
        let more = rows.len() >= PAGE;
        self.after = None;
        for row in rows {
            let Some(rest) = row.name.strip_prefix(&self.inside) else { continue };
            let (step, kind) = match rest.split_once('/') {
                Some((step, _)) => (step, DescriptorType::Directory),
                None => (rest, DescriptorType::RegularFile),
            };
            let is_folder = kind == DescriptorType::Directory;
            self.after = match is_folder {
                true => Some(format!("{}{step}/{LAST}", self.inside)),
                false => Some(row.name.clone()),
            };
            if is_folder && self.step == step {
                continue;
            }
            if is_folder {
                step.clone_into(&mut self.step);
            }
            self.hold.grow(step.len() + size_of::<Entry>())?;
            self.page.push_back(Entry { kind, name: step.to_owned() });
        }
        if !more {
            self.after = None;
        }
        Ok(())
    }
}

/// The next line of a list, `None` at its end. The list is out of the table meanwhile.
pub(super) fn next<T: Wasi>(call: &mut Call<'_, T>, entries: &mut Entries) -> Done<Option<Entry>> {
    loop {
        if let Some(entry) = entries.pop() {
            call.pay_bytes(entry.name.len())?;
            return Ok(Some(entry));
        }
        let Some((prefix, after)) = entries.wants() else { return made(call, entries) };
        let after = (!after.is_empty()).then_some(after.as_str());
        let rows = list(call, &prefix, after, PAGE)?;
        if let Err(full) = entries.take(rows) {
            return told(call, ErrorCode::InsufficientMemory, full.text());
        }
    }
}

/// The next folder that has no files; those that have are listed by their files.
fn made<T: Wasi>(call: &mut Call<'_, T>, entries: &mut Entries) -> Done<Option<Entry>> {
    loop {
        let after = (Bound::Excluded(entries.made.as_str()), Bound::Unbounded);
        let next = call.wasi().files.folders.range::<str, _>(after).next().cloned();
        let Some(name) = next.filter(|name| name.starts_with(&entries.inside)) else {
            return Ok(None);
        };
        call.pay_items(1, name.len())?;
        entries.made.clone_from(&name);
        let Some(step) = name.strip_prefix(&entries.inside) else { continue };
        // One in another is a line of that one's list.
        if step.contains('/') || has_files(call, &name)? {
            continue;
        }
        let step = step.to_owned();
        return Ok(Some(Entry { kind: DescriptorType::Directory, name: step }));
    }
}
