//! Opening files and folders, and what becomes of a file when its last handle goes.

use super::super::call::Call;
use super::super::{Wasi, fault};
use super::kept::{File, FileId};
use super::names::{self, Done, Found, No, ask, told};
use super::paths::Place;
use super::words::{DescriptorFlags, ErrorCode, OpenFlags};
use crate::host::Refusal;
use model::Value;
use wasmtime::Result;
use wasmtime::component::Resource;

/// What a guest has a handle of.
pub(in super::super) enum Descriptor {
    /// A folder by its name; empty is the folder of all files.
    Folder(String),
    File {
        id: FileId,
        flags: DescriptorFlags,
    },
}

/// The folder that a descriptor stands for.
pub(super) fn folder<T: Wasi>(call: &mut Call<'_, T>, this: &Resource<Descriptor>) -> Done<String> {
    match call.get(this)? {
        Descriptor::Folder(name) => Ok(name.clone()),
        Descriptor::File { .. } => Err(ErrorCode::NotDirectory.into()),
    }
}

/// The file of a descriptor that was opened for this.
pub(super) fn file<T: Wasi>(
    call: &mut Call<'_, T>,
    this: &Resource<Descriptor>,
    needs: DescriptorFlags,
) -> Done<FileId> {
    match call.get(this)? {
        Descriptor::Folder(_) => Err(ErrorCode::IsDirectory.into()),
        Descriptor::File { id, flags } if *flags & needs == needs => Ok(*id),
        Descriptor::File { .. } => Err(ErrorCode::BadDescriptor.into()),
    }
}

/// Follows a path from a descriptor, and pays for reading it.
pub(super) fn place<T: Wasi>(
    call: &mut Call<'_, T>,
    this: &Resource<Descriptor>,
    path: &str,
) -> Done<Place> {
    call.pay_bytes(path.len())?;
    Ok(Place::of(&folder(call, this)?, path)?)
}

/// Opens what is at a path, or makes a file there.
pub(super) fn open<T: Wasi>(
    call: &mut Call<'_, T>,
    place: Place,
    how: &OpenFlags,
    flags: DescriptorFlags,
) -> Done<Descriptor> {
    let asked = |flag: OpenFlags| *how & flag == flag;
    let writes = flags & DescriptorFlags::WRITE == DescriptorFlags::WRITE;
    let (creates, empties) = (asked(OpenFlags::CREATE), asked(OpenFlags::TRUNCATE));
    let wants_folder = asked(OpenFlags::DIRECTORY);
    if (empties && !writes) || (creates && wants_folder) {
        return Err(ErrorCode::Invalid.into());
    }
    let found = names::find(call, &place.name)?;
    if found.is_some() && creates && asked(OpenFlags::EXCLUSIVE) {
        return Err(ErrorCode::Exist.into());
    }
    match found {
        Some(Found::Folder) if writes || creates => Err(ErrorCode::IsDirectory.into()),
        Some(Found::Folder) => Ok(Descriptor::Folder(place.name)),
        Some(Found::File(_)) if wants_folder || place.is_folder => {
            Err(ErrorCode::NotDirectory.into())
        }
        Some(Found::File(bytes)) => {
            let id = opened(call, &place.name, bytes, empties)?;
            Ok(Descriptor::File { id, flags })
        }
        None if creates && place.is_folder => Err(ErrorCode::IsDirectory.into()),
        None if creates => {
            names::may_be_made(call, &place.name)?;
            write(call, &place.name, Vec::new())?;
            let files = &mut call.wasi().files;
            let hold = files.hold(0).map_err(|_| ErrorCode::InsufficientMemory)?;
            Ok(Descriptor::File { id: files.add(place.name, Vec::new(), hold), flags })
        }
        None => Err(ErrorCode::NoEntry.into()),
    }
}

/// One more handle of a file that is there; its content is read if nobody else has it open.
pub(super) fn opened<T: Wasi>(
    call: &mut Call<'_, T>,
    name: &str,
    bytes: u64,
    empties: bool,
) -> Done<FileId> {
    let files = &mut call.wasi().files;
    let id = match files.named(name) {
        Some(id) => files.share(id)?,
        None => {
            let bytes = if empties { 0 } else { usize::try_from(bytes).unwrap_or(usize::MAX) };
            let hold = match files.hold(bytes) {
                Ok(hold) => hold,
                Err(full) => return told(call, ErrorCode::InsufficientMemory, full.text()),
            };
            let content = if empties { Vec::new() } else { read(call, name)? };
            call.wasi().files.add(name.to_owned(), content, hold)
        }
    };
    if empties {
        set_len(call, id, 0)?;
    }
    Ok(id)
}

fn read<T: Wasi>(call: &mut Call<'_, T>, name: &str) -> Done<Vec<u8>> {
    match ask(call, "files.read", vec![Value::text(name)])? {
        Value::Str(content) => Ok(content),
        _ => Err(ErrorCode::NoEntry.into()),
    }
}

/// Makes a file this long, and pays for what the host has to move for that.
pub(super) fn set_len<T: Wasi>(call: &mut Call<'_, T>, id: FileId, len: usize) -> Done<()> {
    resize(call, id, len, 0)
}

/// Writes bytes, which are paid for, at a place of a file, or at its end; answers where they end.
pub(super) fn put<T: Wasi>(
    call: &mut Call<'_, T>,
    id: FileId,
    at: Option<u64>,
    bytes: &[u8],
) -> Done<u64> {
    let len = call.wasi().files.get(id)?.content.len();
    let at = at.unwrap_or(len as u64);
    let end = File::end_of(at, bytes.len())?;
    if bytes.is_empty() {
        return Ok(at);
    }
    resize(call, id, end.max(len), bytes.len())?;
    call.wasi().files.get(id)?.put(at, bytes);
    Ok(end as u64)
}

fn resize<T: Wasi>(call: &mut Call<'_, T>, id: FileId, len: usize, written: usize) -> Done<()> {
    let work = call.wasi().files.get(id)?.work_to_grow(len, written);
    call.pay_bytes(work)?;
    match call.wasi().files.get(id)?.set_len(len) {
        Ok(()) => Ok(()),
        Err(full) => told(call, ErrorCode::InsufficientMemory, full.text()),
    }
}

/// Keeps a file's content among the app's files.
pub(super) fn write<T: Wasi>(call: &mut Call<'_, T>, name: &str, content: Vec<u8>) -> Done<()> {
    ask(call, "files.write", vec![Value::text(name), Value::Str(content)]).map(drop)
}

/// Keeps what has changed of an open file.
pub(super) fn sync<T: Wasi>(call: &mut Call<'_, T>, id: FileId) -> Done<()> {
    let file = call.wasi().files.get(id)?;
    let Some(name) = file.name.clone().filter(|_| file.changed) else { return Ok(()) };
    let content = file.content.clone();
    write(call, &name, content)?;
    call.wasi().files.get(id)?.changed = false;
    Ok(())
}

/// A handle of a file is gone. With the last, what has changed is kept; nobody is left who could be
/// told that it cannot be, so that ends the run.
pub(in super::super) fn leave<T: Wasi>(call: &mut Call<'_, T>, id: FileId) -> Result<()> {
    let Some(file) = call.wasi().files.leave(id) else { return Ok(()) };
    let Some(name) = file.name.filter(|_| file.changed) else { return Ok(()) };
    match call.ask("files.write", vec![Value::text(name), Value::Str(file.content)])? {
        Ok(_) => Ok(()),
        Err(Refusal { text, .. }) => Err(fault(text)),
    }
}

/// Keeps what has changed of all files that the program left open.
pub(in super::super) fn finish<T: Wasi>(call: &mut Call<'_, T>) -> Result<()> {
    for id in call.wasi().files.changed() {
        match sync(call, id) {
            Ok(()) => {}
            Err(No::Code(_)) => return Err(fault("a file that was left open could not be kept")),
            Err(No::End(error)) => return Err(error),
        }
    }
    Ok(())
}
