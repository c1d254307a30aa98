//! The content of the files that a guest has open. A file is read whole when it is first opened and
//! written whole when nobody has it open any more; its bytes count against one room in between.

use super::super::room::{Full, Hold, Room};
use super::paths;
use super::words::ErrorCode;
use model::limit;
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of all open files together: the largest file there may be fits, alone.
const OPEN_BYTES_MAX: usize = limit::FILE_BYTES_MAX;
/// Folders without files that a run may make: a tool makes a handful before it fills them.
const FOLDERS_MAX: usize = 1_000;

/// A file that is open, whatever its name is by now.
pub(in super::super) type FileId = u64;

/// What a run's files are on the guest's side.
pub(in super::super) struct Files {
    /// Whether the guest is shown its app's files at all.
    pub(super) shown: bool,
    room: Room,
    open: BTreeMap<FileId, File>,
    names: BTreeMap<String, FileId>,
    next: FileId,
    /// Folders that have no files; one with files is known by their names.
    pub(super) folders: BTreeSet<String>,
}

/// An open file.
pub(super) struct File {
    /// Its name, until it is deleted.
    pub(super) name: Option<String>,
    pub(super) content: Vec<u8>,
    /// Whether the content differs from what the app has.
    pub(super) changed: bool,
    /// Descriptors and streams that lead here.
    users: u32,
    hold: Hold,
}

impl Files {
    /// No file is open; a guest that is not shown the files has none.
    pub(in super::super) fn new(shown: bool) -> Files {
        Files {
            shown,
            room: Room::of("open files", OPEN_BYTES_MAX),
            open: BTreeMap::new(),
            names: BTreeMap::new(),
            next: 0,
            folders: BTreeSet::new(),
        }
    }

    /// Room for a file that is about to be read, or for a page of a folder.
    pub(super) fn hold(&self, bytes: usize) -> Result<Hold, Full> {
        let mut hold = self.room.hold();
        hold.grow(bytes).map(|()| hold)
    }

    /// The open file of a name.
    pub(super) fn named(&self, name: &str) -> Option<FileId> {
        self.names.get(name).copied()
    }

    /// Opens a file that was not open.
    pub(super) fn add(&mut self, name: String, content: Vec<u8>, hold: Hold) -> FileId {
        let id = self.next;
        self.next += 1;
        self.names.insert(name.clone(), id);
        let file = File { name: Some(name), content, changed: false, users: 1, hold };
        self.open.insert(id, file);
        id
    }

    /// An open file. It is there as long as a handle leads to it.
    pub(super) fn get(&mut self, id: FileId) -> Result<&mut File, ErrorCode> {
        self.open.get_mut(&id).ok_or(ErrorCode::BadDescriptor)
    }

    /// One more handle leads to it.
    pub(super) fn share(&mut self, id: FileId) -> Result<FileId, ErrorCode> {
        self.get(id)?.users += 1;
        Ok(id)
    }

    /// A handle is gone. The last one takes the file along.
    pub(super) fn leave(&mut self, id: FileId) -> Option<File> {
        let file = self.open.get_mut(&id)?;
        file.users = file.users.saturating_sub(1);
        if file.users > 0 {
            return None;
        }
        let file = self.open.remove(&id)?;
        file.name.as_ref().map(|name| self.names.remove(name));
        Some(file)
    }

    /// A name is no more; who has the file open goes on using it.
    pub(super) fn forget(&mut self, name: &str) {
        let Some(id) = self.names.remove(name) else { return };
        if let Some(file) = self.open.get_mut(&id) {
            file.name = None;
        }
    }

    /// An open file has another name, and whatever had that name has none.
    pub(super) fn rename(&mut self, id: FileId, name: &str) {
        self.forget(name);
        let Some(file) = self.open.get_mut(&id) else { return };
        file.changed = false;
        let old = file.name.replace(name.to_owned());
        old.map(|old| self.names.remove(&old));
        self.names.insert(name.to_owned(), id);
    }

    /// The files that have changed and still have a name.
    pub(super) fn changed(&self) -> Vec<FileId> {
        let changed = self.open.iter().filter(|(_, it)| it.changed && it.name.is_some());
        changed.map(|(id, _)| *id).collect()
    }

    /// Notes a folder without files; whether there was room for it.
    pub(super) fn make_folder(&mut self, name: &str) -> bool {
        if self.folders.len() >= FOLDERS_MAX {
            return false;
        }
        if !name.is_empty() {
            self.folders.insert(name.to_owned());
        }
        true
    }

    /// Whether a folder without files is in this one.
    pub(super) fn has_folder_in(&self, folder: &str) -> bool {
        let inside = paths::inside(folder);
        self.folders.range(inside.clone()..).next().is_some_and(|it| it.starts_with(&inside))
    }
}

impl File {
    /// How many of `len` bytes from a place on there are to read.
    pub(super) fn ready(&self, at: u64, len: usize) -> usize {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        self.content.len().saturating_sub(at).min(len)
    }

    /// Those bytes.
    pub(super) fn read(&self, at: u64, len: usize) -> Vec<u8> {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let end = at.saturating_add(len);
        self.content.get(at..end).map(<[u8]>::to_vec).unwrap_or_default()
    }

    /// Where bytes that are written at a place end; `FileTooLarge` beyond what a file may have.
    pub(super) fn end_of(at: u64, len: usize) -> Result<usize, ErrorCode> {
        let end = at.saturating_add(len as u64);
        let end = usize::try_from(end).ok().filter(|end| *end <= limit::FILE_BYTES_MAX);
        end.ok_or(ErrorCode::FileTooLarge)
    }

    /// Bytes that the host must fill or copy before the file can have this length.
    pub(super) fn work_to_grow(&self, len: usize, written: usize) -> usize {
        let zeroes = len.saturating_sub(self.content.len()).saturating_sub(written);
        let copied = if len > self.content.capacity() { self.content.len() } else { 0 };
        zeroes + copied
    }

    /// Makes it this long, with zeroes at the end. It takes twice the room where there is as much,
    /// so that a file that grows by little is seldom copied.
    pub(super) fn set_len(&mut self, len: usize) -> Result<(), Full> {
        let had = self.content.capacity();
        if len > had {
            let ample = len.max(had.saturating_mul(2)).min(limit::FILE_BYTES_MAX);
            let wanted = [ample, len].into_iter().find(|it| self.hold.grow(it - had).is_ok());
            let wanted = wanted.ok_or_else(|| self.hold.full())?;
            self.content.reserve_exact(wanted - self.content.len());
        }
        self.content.resize(len, 0);
        // Giving room back copies what stays, so it is done only where half of it is free.
        if len < self.content.capacity() / 2 {
            self.content.shrink_to_fit();
            self.hold.shrink(had.saturating_sub(self.content.capacity()));
        }
        self.changed = true;
        Ok(())
    }

    /// Writes bytes over what is there; the file must be long enough.
    pub(super) fn put(&mut self, at: u64, bytes: &[u8]) {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        if let Some(place) = self.content.get_mut(at..at.saturating_add(bytes.len())) {
            place.copy_from_slice(bytes);
        }
    }
}
