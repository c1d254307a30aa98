//! `wasi:filesystem`: there is none. The list of folders is empty, so no guest ever has a descriptor to
//! do something with; what takes one is in the list of `missing.rs`.

use super::Wasi;
use super::call::Interface;
use super::io::IoError;
use wasmtime::Result;
use wasmtime::component::{ComponentType, Linker, Lower, Resource};

/// An open file or folder; none is ever made.
pub(super) struct Descriptor;
/// The entries of a folder; none is ever made.
pub(super) struct DirectoryEntryStream;

/// Why a file could not be used. Every case of WASI stands here because the type must be the same;
/// none is ever answered, as no operation can be called.
#[derive(Clone, Copy, ComponentType, Lower)]
#[component(enum)]
#[repr(u8)]
#[allow(dead_code)] // the guest's type has these names
enum ErrorCode {
    #[component(name = "access")]
    Access,
    #[component(name = "would-block")]
    WouldBlock,
    #[component(name = "already")]
    Already,
    #[component(name = "bad-descriptor")]
    BadDescriptor,
    #[component(name = "busy")]
    Busy,
    #[component(name = "deadlock")]
    Deadlock,
    #[component(name = "quota")]
    Quota,
    #[component(name = "exist")]
    Exist,
    #[component(name = "file-too-large")]
    FileTooLarge,
    #[component(name = "illegal-byte-sequence")]
    IllegalByteSequence,
    #[component(name = "in-progress")]
    InProgress,
    #[component(name = "interrupted")]
    Interrupted,
    #[component(name = "invalid")]
    Invalid,
    #[component(name = "io")]
    Io,
    #[component(name = "is-directory")]
    IsDirectory,
    #[component(name = "loop")]
    Loop,
    #[component(name = "too-many-links")]
    TooManyLinks,
    #[component(name = "message-size")]
    MessageSize,
    #[component(name = "name-too-long")]
    NameTooLong,
    #[component(name = "no-device")]
    NoDevice,
    #[component(name = "no-entry")]
    NoEntry,
    #[component(name = "no-lock")]
    NoLock,
    #[component(name = "insufficient-memory")]
    InsufficientMemory,
    #[component(name = "insufficient-space")]
    InsufficientSpace,
    #[component(name = "not-directory")]
    NotDirectory,
    #[component(name = "not-empty")]
    NotEmpty,
    #[component(name = "not-recoverable")]
    NotRecoverable,
    #[component(name = "unsupported")]
    Unsupported,
    #[component(name = "no-tty")]
    NoTty,
    #[component(name = "no-such-device")]
    NoSuchDevice,
    #[component(name = "overflow")]
    Overflow,
    #[component(name = "not-permitted")]
    NotPermitted,
    #[component(name = "pipe")]
    Pipe,
    #[component(name = "read-only")]
    ReadOnly,
    #[component(name = "invalid-seek")]
    InvalidSeek,
    #[component(name = "text-file-busy")]
    TextFileBusy,
    #[component(name = "cross-device")]
    CrossDevice,
}

/// Offers the empty list of folders, and the types that go with it.
pub(super) fn link<T: Wasi>(linker: &mut Linker<T>) -> Result<()> {
    let mut types = Interface::of(linker, "wasi:filesystem/types")?;
    types.resource::<Descriptor>("descriptor")?;
    types.resource::<DirectoryEntryStream>("directory-entry-stream")?;
    types.func("filesystem-error-code", |call, (error,): (Resource<IoError>,)| {
        call.get(&error)?;
        Ok((None::<ErrorCode>,))
    })?;
    let mut preopens = Interface::of(linker, "wasi:filesystem/preopens")?;
    preopens.func("get-directories", |_, ()| Ok((Vec::<(Resource<Descriptor>, String)>::new(),)))
}
