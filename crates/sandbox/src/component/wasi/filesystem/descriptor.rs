//! The calls that take a descriptor, one by one.

use super::super::Wasi;
use super::super::call::{Call, Interface};
use super::super::streams::{CHUNK_BYTES_MAX, InputStream, OutputStream};
use super::entries::{self, Entries};
use super::kept::File;
use super::names::{self, Done, Found};
use super::open::{self, Descriptor, file, folder, place};
use super::words::{
    Advice, DescriptorFlags, DescriptorType, ErrorCode, Hash, NewTimestamp, OpenFlags, PathFlags,
    Stat,
};
use super::{changes, told};
use sha2::{Digest, Sha256};
use wasmtime::Result;
use wasmtime::component::Resource;

type This = Resource<Descriptor>;

/// Offers all of them.
pub(super) fn link<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    link_content(types)?;
    link_facts(types)?;
    link_folders(types)?;
    link_changes(types)?;
    link_unsupported(types)
}

/// Reading and writing.
fn link_content<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    types.func("[method]descriptor.read-via-stream", |call, (this, at): (This, u64)| {
        Ok((told(read_stream(call, &this, at))?,))
    })?;
    types.func("[method]descriptor.write-via-stream", |call, (this, at): (This, u64)| {
        Ok((told(write_stream(call, &this, Some(at)))?,))
    })?;
    types.func("[method]descriptor.append-via-stream", |call, (this,): (This,)| {
        Ok((told(write_stream(call, &this, None))?,))
    })?;
    types.func("[method]descriptor.read", |call, (this, len, at): (This, u64, u64)| {
        Ok((told(read(call, &this, len, at))?,))
    })?;
    types.func("[method]descriptor.write", |call, (this, bytes, at): (This, Vec<u8>, u64)| {
        Ok((told(write(call, &this, &bytes, at))?,))
    })?;
    types.func("[method]descriptor.set-size", |call, (this, size): (This, u64)| {
        Ok((told(set_size(call, &this, size))?,))
    })?;
    for name in ["sync", "sync-data"] {
        types.func(&format!("[method]descriptor.{name}"), |call, (this,): (This,)| {
            Ok((told(sync(call, &this))?,))
        })?;
    }
    Ok(())
}

fn read_stream<T: Wasi>(
    call: &mut Call<'_, T>,
    this: &This,
    at: u64,
) -> Done<Resource<InputStream>> {
    let id = file(call, this, DescriptorFlags::READ)?;
    let id = call.wasi().files.share(id)?;
    Ok(call.push(InputStream::File { id, at })?)
}

fn write_stream<T: Wasi>(
    call: &mut Call<'_, T>,
    this: &This,
    at: Option<u64>,
) -> Done<Resource<OutputStream>> {
    let id = file(call, this, DescriptorFlags::WRITE)?;
    let id = call.wasi().files.share(id)?;
    Ok(call.push(OutputStream::File { id, at })?)
}

fn read<T: Wasi>(call: &mut Call<'_, T>, this: &This, len: u64, at: u64) -> Done<(Vec<u8>, bool)> {
    let id = file(call, this, DescriptorFlags::READ)?;
    let len = usize::try_from(len).unwrap_or(usize::MAX).min(CHUNK_BYTES_MAX);
    let ready = super::ready(call, id, at, len);
    call.pay_bytes(ready)?;
    let file = call.wasi().files.get(id)?;
    let is_over = file.ready(at, usize::MAX) <= ready;
    Ok((file.read(at, ready), is_over))
}

fn write<T: Wasi>(call: &mut Call<'_, T>, this: &This, bytes: &[u8], at: u64) -> Done<u64> {
    let id = file(call, this, DescriptorFlags::WRITE)?;
    call.pay_bytes(bytes.len())?;
    open::put(call, id, Some(at), bytes)?;
    Ok(bytes.len() as u64)
}

fn set_size<T: Wasi>(call: &mut Call<'_, T>, this: &This, size: u64) -> Done<()> {
    let id = file(call, this, DescriptorFlags::WRITE)?;
    let len = File::end_of(size, 0)?;
    open::set_len(call, id, len)
}

fn sync<T: Wasi>(call: &mut Call<'_, T>, this: &This) -> Done<()> {
    match call.get(this)? {
        Descriptor::Folder(_) => Ok(()),
        Descriptor::File { id, .. } => {
            let id = *id;
            open::sync(call, id)
        }
    }
}

/// What is known of something.
fn link_facts<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    types.func("[method]descriptor.get-flags", |call, (this,): (This,)| {
        let folder = DescriptorFlags::READ | DescriptorFlags::MUTATE_DIRECTORY;
        Ok((told::<DescriptorFlags>(Ok(match call.get(&this)? {
            Descriptor::Folder(_) => folder,
            Descriptor::File { flags, .. } => *flags,
        }))?,))
    })?;
    types.func("[method]descriptor.get-type", |call, (this,): (This,)| {
        Ok((told::<DescriptorType>(Ok(match call.get(&this)? {
            Descriptor::Folder(_) => DescriptorType::Directory,
            Descriptor::File { .. } => DescriptorType::RegularFile,
        }))?,))
    })?;
    types.func("[method]descriptor.stat", |call, (this,): (This,)| {
        Ok((told(stat(call, &this))?,))
    })?;
    types.func(
        "[method]descriptor.stat-at",
        |call, (this, _, path): (This, PathFlags, String)| {
            Ok((told(stat_at(call, &this, &path))?,))
        },
    )?;
    types.func("[method]descriptor.is-same-object", |call, (this, other): (This, This)| {
        let both = (identity(call, &this)?, identity(call, &other)?);
        Ok((both.0 == both.1,))
    })?;
    types.func("[method]descriptor.metadata-hash", |call, (this,): (This,)| {
        let identity = identity(call, &this)?;
        Ok((told::<Hash>(Ok(hash(&identity)))?,))
    })?;
    types.func(
        "[method]descriptor.metadata-hash-at",
        |call, (this, _, path): (This, PathFlags, String)| {
            Ok((told(hash_at(call, &this, &path))?,))
        },
    )?;
    types.func("[method]descriptor.advise", |call, (this, _, _, _): (This, u64, u64, Advice)| {
        call.get(&this)?;
        Ok((Ok::<(), ErrorCode>(()),))
    })
}

fn stat<T: Wasi>(call: &mut Call<'_, T>, this: &This) -> Done<Stat> {
    match call.get(this)? {
        Descriptor::Folder(_) => Ok(Stat::of(None)),
        Descriptor::File { id, .. } => {
            let id = *id;
            Ok(Stat::of(Some(call.wasi().files.get(id)?.content.len() as u64)))
        }
    }
}

fn stat_at<T: Wasi>(call: &mut Call<'_, T>, this: &This, path: &str) -> Done<Stat> {
    let place = place(call, this, path)?;
    Ok(match names::at(call, &place)? {
        Found::File(bytes) => Stat::of(Some(bytes)),
        Found::Folder => Stat::of(None),
    })
}

fn hash_at<T: Wasi>(call: &mut Call<'_, T>, this: &This, path: &str) -> Done<Hash> {
    let place = place(call, this, path)?;
    names::at(call, &place)?;
    Ok(hash(&place.name))
}

/// What tells something apart from everything else that is there: its name, or that it has none.
fn identity<T: Wasi>(call: &mut Call<'_, T>, this: &This) -> Result<String> {
    Ok(match call.get(this)? {
        Descriptor::Folder(name) => name.clone(),
        Descriptor::File { id, .. } => {
            let id = *id;
            let name = call.wasi().files.get(id).ok().and_then(|file| file.name.clone());
            name.unwrap_or_else(|| format!("/{id}"))
        }
    })
}

/// The same for the same name on every node.
fn hash(identity: &str) -> Hash {
    let digest = Sha256::digest(identity.as_bytes());
    let word = |at: usize| {
        let bytes = digest.get(at..at + 8).and_then(|bytes| bytes.first_chunk().copied());
        u64::from_le_bytes(bytes.unwrap_or_default())
    };
    Hash { lower: word(0), upper: word(8) }
}

/// Folders and what is in them.
fn link_folders<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    types.func(
        "[method]descriptor.open-at",
        |call, (this, _, path, how, flags): (This, PathFlags, String, OpenFlags, DescriptorFlags)| {
            Ok((told(open_at(call, &this, &path, &how, flags))?,))
        },
    )?;
    types.func("[method]descriptor.read-directory", |call, (this,): (This,)| {
        Ok((told(read_directory(call, &this))?,))
    })?;
    types.func(
        "[method]directory-entry-stream.read-directory-entry",
        |call, (this,): (Resource<Entries>,)| {
            // A list reads on by asking its host, and cannot lie in the table meanwhile.
            let hold = call.wasi().hold();
            let mut entries = std::mem::replace(call.get(&this)?, Entries::of("", hold));
            let next = entries::next(call, &mut entries);
            *call.get(&this)? = entries;
            Ok((told(next)?,))
        },
    )
}

fn open_at<T: Wasi>(
    call: &mut Call<'_, T>,
    this: &This,
    path: &str,
    how: &OpenFlags,
    flags: DescriptorFlags,
) -> Done<This> {
    let place = place(call, this, path)?;
    let opened = open::open(call, place, how, flags)?;
    Ok(call.push(opened)?)
}

fn read_directory<T: Wasi>(call: &mut Call<'_, T>, this: &This) -> Done<Resource<Entries>> {
    let folder = folder(call, this)?;
    let hold = call.wasi().files.hold(0).map_err(|_| ErrorCode::InsufficientMemory)?;
    Ok(call.push(Entries::of(&folder, hold))?)
}

/// Making, moving and deleting.
fn link_changes<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    types.func(
        "[method]descriptor.create-directory-at",
        |call, (this, path): (This, String)| {
            let done = place(call, &this, &path).and_then(|at| changes::make_folder(call, &at));
            Ok((told(done)?,))
        },
    )?;
    types.func(
        "[method]descriptor.remove-directory-at",
        |call, (this, path): (This, String)| {
            let done = place(call, &this, &path).and_then(|at| changes::remove_folder(call, &at));
            Ok((told(done)?,))
        },
    )?;
    types.func("[method]descriptor.unlink-file-at", |call, (this, path): (This, String)| {
        let done = place(call, &this, &path).and_then(|at| changes::delete(call, &at));
        Ok((told(done)?,))
    })?;
    types.func(
        "[method]descriptor.rename-at",
        |call, (this, old, other, new): (This, String, This, String)| {
            Ok((told(rename_at(call, (&this, &old), (&other, &new)))?,))
        },
    )
}

fn rename_at<T: Wasi>(call: &mut Call<'_, T>, old: (&This, &str), new: (&This, &str)) -> Done<()> {
    let old = place(call, old.0, old.1)?;
    let new = place(call, new.0, new.1)?;
    changes::rename(call, &old, &new)
}

/// What an app's files do not have: links and times.
fn link_unsupported<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    types.func(
        "[method]descriptor.set-times",
        |call, (this, _, _): (This, NewTimestamp, NewTimestamp)| {
            call.get(&this)?;
            Ok((unsupported(),))
        },
    )?;
    types.func(
        "[method]descriptor.set-times-at",
        |call, (this, _, path, _, _): (This, PathFlags, String, NewTimestamp, NewTimestamp)| {
            let done = place(call, &this, &path).and_then(|_| Ok(unsupported()?));
            Ok((told(done)?,))
        },
    )?;
    types.func(
        "[method]descriptor.link-at",
        |call, (this, _, old, other, new): (This, PathFlags, String, This, String)| {
            let done = place(call, &this, &old).and_then(|_| place(call, &other, &new));
            Ok((told(done.and_then(|_| Ok(unsupported()?)))?,))
        },
    )?;
    types.func(
        "[method]descriptor.symlink-at",
        |call, (this, _, new): (This, String, String)| {
            let done = place(call, &this, &new).and_then(|_| Ok(unsupported()?));
            Ok((told(done)?,))
        },
    )?;
    types.func("[method]descriptor.readlink-at", |call, (this, path): (This, String)| {
        Ok((told(readlink_at(call, &this, &path))?,))
    })
}

fn unsupported() -> std::result::Result<(), ErrorCode> {
    Err(ErrorCode::Unsupported)
}

/// Programs learn from this that something is no link.
fn readlink_at<T: Wasi>(call: &mut Call<'_, T>, this: &This, path: &str) -> Done<String> {
    let place = place(call, this, path)?;
    names::at(call, &place)?;
    Err(ErrorCode::Invalid.into())
}
