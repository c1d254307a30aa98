//! `wasi:filesystem`: a command-line program has its app's files as its one folder, `/`. What it reads
//! and writes goes through the capability `files`; no file of the machine is anywhere near.

mod changes;
mod descriptor;
mod entries;
mod kept;
mod names;
mod open;
mod paths;
mod words;

pub(super) use kept::{FileId, Files};
pub(super) use open::{finish, leave};
pub(super) use words::ErrorCode;

use super::Wasi;
use super::call::{Call, Interface};
use super::io::IoError;
use entries::Entries;
use names::{Done, No};
use open::Descriptor;
use wasmtime::Result;
use wasmtime::component::{Linker, Resource};

/// Where a guest finds its app's files.
const ROOT: &str = "/";

/// What a call answers: something, or a code.
type Told<R> = std::result::Result<R, ErrorCode>;

/// Offers the folder of files, and what can be done in it.
pub(super) fn link<T: Wasi>(linker: &mut Linker<T>) -> Result<()> {
    let mut types = Interface::of(linker, "wasi:filesystem/types")?;
    types.resource_with::<Descriptor>("descriptor", |call, it| match it {
        Descriptor::File { id, .. } => leave(call, id),
        Descriptor::Folder(_) => Ok(()),
    })?;
    types.resource::<Entries>("directory-entry-stream")?;
    types.func("filesystem-error-code", |call, (error,): (Resource<IoError>,)| {
        Ok((call.get(&error)?.code,))
    })?;
    descriptor::link(&mut types)?;
    let mut preopens = Interface::of(linker, "wasi:filesystem/preopens")?;
    preopens.func("get-directories", |call, ()| {
        let mut folders = Vec::new();
        if call.wasi().files.shown {
            folders.push((call.push(Descriptor::Folder(String::new()))?, ROOT.to_owned()));
        }
        Ok((folders,))
    })
}

/// How many of `len` bytes there are to read from a place of a file on.
pub(super) fn ready<T: Wasi>(call: &mut Call<'_, T>, id: FileId, at: u64, len: usize) -> usize {
    call.wasi().files.get(id).map_or(0, |file| file.ready(at, len))
}

/// Those bytes.
pub(super) fn read<T: Wasi>(call: &mut Call<'_, T>, id: FileId, at: u64, len: usize) -> Vec<u8> {
    call.wasi().files.get(id).map(|file| file.read(at, len)).unwrap_or_default()
}

/// Writes bytes, which are paid for, at a place or at the end; answers where they end.
pub(super) fn write<T: Wasi>(
    call: &mut Call<'_, T>,
    id: FileId,
    at: Option<u64>,
    bytes: &[u8],
) -> Result<Told<u64>> {
    told(open::put(call, id, at, bytes))
}

/// Tells the guest what it can be told; the rest ends the run.
fn told<R>(done: Done<R>) -> Result<Told<R>> {
    match done {
        Ok(answer) => Ok(Ok(answer)),
        Err(No::Code(code)) => Ok(Err(code)),
        Err(No::End(error)) => Err(error),
    }
}
