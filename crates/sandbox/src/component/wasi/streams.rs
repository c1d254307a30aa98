//! `wasi:io/streams`: streams over memory. Reading never blocks, as all there will ever be is there;
//! writing never blocks, as there is room or there will be none.

use super::call::{Call, Interface};
use super::filesystem::FileId;
use super::http::SharedBody;
use super::io::{IoError, Pollable};
use super::output;
use super::room::Hold;
use super::{Wasi, fault, filesystem};
use model::limit::KIB;
use wasmtime::Result;
use wasmtime::component::{ComponentType, Linker, Lower, Resource};

/// Bytes of one read, one write, one skip: what a call moves is bounded, the guest asks again.
pub(super) const CHUNK_BYTES_MAX: usize = 64 * KIB;

/// Bytes that are read from front to back.
pub(super) struct Bytes {
    all: Vec<u8>,
    at: usize,
    /// What is kept is counted, unless the host was given it before the run.
    _hold: Hold,
}

impl Bytes {
    /// All there is to read.
    pub(super) fn new(all: Vec<u8>, hold: Hold) -> Bytes {
        Bytes { all, at: 0, _hold: hold }
    }

    /// How many of `len` bytes the next read gives; 0 at the end.
    fn ready(&self, len: u64) -> usize {
        let left = self.all.len().saturating_sub(self.at);
        usize::try_from(len).unwrap_or(usize::MAX).min(left).min(CHUNK_BYTES_MAX)
    }

    fn is_over(&self) -> bool {
        self.at >= self.all.len()
    }

    /// The next bytes.
    fn next(&mut self, len: usize) -> Vec<u8> {
        let from = self.at;
        self.at = self.all.len().min(from.saturating_add(len));
        self.all.get(from..self.at).map(<[u8]>::to_vec).unwrap_or_default()
    }
}

/// Where a guest reads.
pub(super) enum InputStream {
    Bytes(Bytes),
    /// The run's one standard input, however many handles there are.
    Stdin,
    /// An open file, from a place on.
    File {
        id: FileId,
        at: u64,
    },
}

/// Where a guest writes.
pub(super) enum OutputStream {
    Stdout,
    Stderr,
    Body(SharedBody),
    /// An open file, from a place on, or always at its end.
    File {
        id: FileId,
        at: Option<u64>,
    },
}

/// How a stream says that it is over.
#[derive(ComponentType, Lower)]
#[component(variant)]
pub(super) enum StreamError {
    #[component(name = "last-operation-failed")]
    LastOperationFailed(Resource<IoError>),
    #[component(name = "closed")]
    Closed,
}

type Outcome<R> = std::result::Result<R, StreamError>;
type In = Resource<InputStream>;
type Out = Resource<OutputStream>;

/// Offers both kinds of streams.
pub(super) fn link<T: Wasi>(linker: &mut Linker<T>) -> Result<()> {
    let mut streams = Interface::of(linker, "wasi:io/streams")?;
    streams.resource_with::<InputStream>("input-stream", |call, it| match it {
        InputStream::File { id, .. } => filesystem::leave(call, id),
        InputStream::Bytes(_) | InputStream::Stdin => Ok(()),
    })?;
    streams.resource_with::<OutputStream>("output-stream", |call, it| match it {
        OutputStream::File { id, .. } => filesystem::leave(call, id),
        OutputStream::Stdout | OutputStream::Stderr | OutputStream::Body(_) => Ok(()),
    })?;
    for name in ["read", "blocking-read"] {
        let name = format!("[method]input-stream.{name}");
        streams.func(&name, |call, (this, len): (In, u64)| Ok((read(call, &this, len)?,)))?;
    }
    for name in ["skip", "blocking-skip"] {
        let name = format!("[method]input-stream.{name}");
        streams.func(&name, |call, (this, len): (In, u64)| {
            Ok((read(call, &this, len)?.map(|skipped| skipped.len() as u64),))
        })?;
    }
    streams.func("[method]input-stream.subscribe", |call, (this,): (In,)| {
        call.get(&this)?;
        Ok((call.push(Pollable::Ready)?,))
    })?;
    link_output(&mut streams)
}

fn link_output<T: Wasi>(streams: &mut Interface<'_, T>) -> Result<()> {
    streams.func("[method]output-stream.check-write", |call, (this,): (Out,)| {
        Ok((room(call, &this)?,))
    })?;
    for name in ["write", "blocking-write-and-flush"] {
        let name = format!("[method]output-stream.{name}");
        streams.func(&name, |call, (this, bytes): (Out, Vec<u8>)| {
            Ok((write(call, &this, &bytes)?,))
        })?;
    }
    for name in ["write-zeroes", "blocking-write-zeroes-and-flush"] {
        let name = format!("[method]output-stream.{name}");
        streams.func(&name, |call, (this, len): (Out, u64)| {
            let len = usize::try_from(len).unwrap_or(usize::MAX);
            bounded(len)?;
            Ok((write(call, &this, &vec![0; len])?,))
        })?;
    }
    for name in ["flush", "blocking-flush"] {
        let name = format!("[method]output-stream.{name}");
        streams.func(&name, |call, (this,): (Out,)| Ok((room(call, &this)?.map(|_| ()),)))?;
    }
    for name in ["splice", "blocking-splice"] {
        let name = format!("[method]output-stream.{name}");
        streams.func(&name, |call, (this, from, len): (Out, In, u64)| {
            Ok((splice(call, &this, &from, len)?,))
        })?;
    }
    streams.func("[method]output-stream.subscribe", |call, (this,): (Out,)| {
        call.get(&this)?;
        Ok((call.push(Pollable::Ready)?,))
    })
}

fn read<T: Wasi>(call: &mut Call<'_, T>, this: &In, len: u64) -> Result<Outcome<Vec<u8>>> {
    if let InputStream::File { id, at } = *call.get(this)? {
        return read_file(call, this, (id, at), len);
    }
    let Some(bytes) = source(call, this)?.filter(|bytes| !bytes.is_over()) else {
        return Ok(Err(StreamError::Closed));
    };
    let len = bytes.ready(len);
    call.pay_bytes(len)?;
    Ok(Ok(source(call, this)?.map(|bytes| bytes.next(len)).unwrap_or_default()))
}

/// What a stream reads from, unless it is a file.
fn source<'c, T: Wasi>(call: &'c mut Call<'_, T>, this: &In) -> Result<Option<&'c mut Bytes>> {
    let wasi = call.wasi();
    Ok(match wasi.table.get_mut(this)? {
        InputStream::Bytes(bytes) => Some(bytes),
        InputStream::Stdin => Some(&mut wasi.stdin),
        InputStream::File { .. } => None,
    })
}

/// Reads from an open file; its end may move while it is read.
fn read_file<T: Wasi>(
    call: &mut Call<'_, T>,
    this: &In,
    (id, from): (FileId, u64),
    len: u64,
) -> Result<Outcome<Vec<u8>>> {
    if filesystem::ready(call, id, from, 1) == 0 {
        return Ok(Err(StreamError::Closed));
    }
    let len = usize::try_from(len).unwrap_or(usize::MAX).min(CHUNK_BYTES_MAX);
    let len = filesystem::ready(call, id, from, len);
    call.pay_bytes(len)?;
    if let InputStream::File { at, .. } = call.get(this)? {
        *at = from.saturating_add(len as u64);
    }
    Ok(Ok(filesystem::read(call, id, from, len)))
}

/// Writes to an open file.
fn write_file<T: Wasi>(
    call: &mut Call<'_, T>,
    this: &Out,
    (id, from): (FileId, Option<u64>),
    bytes: &[u8],
) -> Result<Outcome<()>> {
    match filesystem::write(call, id, from, bytes)? {
        Ok(end) => {
            if let OutputStream::File { at: Some(at), .. } = call.get(this)? {
                *at = end;
            }
            Ok(Ok(()))
        }
        Err(code) => {
            let error =
                IoError { text: format!("the file cannot be written: {code:?}"), code: Some(code) };
            Ok(Err(StreamError::LastOperationFailed(call.push(error)?)))
        }
    }
}

/// How many bytes the next write may have.
fn room<T: Wasi>(call: &mut Call<'_, T>, this: &Out) -> Result<Outcome<u64>> {
    let open = match call.get(this)? {
        OutputStream::Body(body) => body.is_open(),
        OutputStream::Stdout | OutputStream::Stderr | OutputStream::File { .. } => true,
    };
    Ok(if open { Ok(CHUNK_BYTES_MAX as u64) } else { Err(StreamError::Closed) })
}

fn write<T: Wasi>(call: &mut Call<'_, T>, this: &Out, bytes: &[u8]) -> Result<Outcome<()>> {
    bounded(bytes.len())?;
    call.pay_bytes(bytes.len())?;
    let body = match call.get(this)? {
        OutputStream::Body(body) => body.clone(),
        OutputStream::Stdout => return failed(call, output::stdout, bytes),
        OutputStream::Stderr => return failed(call, output::stderr, bytes),
        OutputStream::File { id, at } => {
            let place = (*id, *at);
            return write_file(call, this, place, bytes);
        }
    };
    if !body.is_open() {
        return Ok(Err(StreamError::Closed));
    }
    match body.write(bytes) {
        Ok(()) => Ok(Ok(())),
        Err(text) => Ok(Err(StreamError::LastOperationFailed(call.push(IoError::of(text))?))),
    }
}

/// One of the two ways to print.
type Print<T> = fn(&mut Call<'_, T>, &[u8]) -> Result<std::result::Result<(), String>>;

/// Prints, and says in a handle why it went wrong.
fn failed<T: Wasi>(call: &mut Call<'_, T>, print: Print<T>, bytes: &[u8]) -> Result<Outcome<()>> {
    match print(call, bytes)? {
        Ok(()) => Ok(Ok(())),
        Err(text) => Ok(Err(StreamError::LastOperationFailed(call.push(IoError::of(text))?))),
    }
}

fn splice<T: Wasi>(
    call: &mut Call<'_, T>,
    this: &Out,
    from: &In,
    len: u64,
) -> Result<Outcome<u64>> {
    if let Err(closed) = room(call, this)? {
        return Ok(Err(closed));
    }
    match read(call, from, len)? {
        Ok(bytes) => Ok(write(call, this, &bytes)?.map(|()| bytes.len() as u64)),
        Err(over) => Ok(Err(over)),
    }
}

/// More than `check-write` gives out is a mistake of the guest, by WASI's own rule.
fn bounded(len: usize) -> Result<()> {
    match len > CHUNK_BYTES_MAX {
        true => Err(fault(format!(
            "wasi:io/streams: a write has at most the {CHUNK_BYTES_MAX} bytes that check-write says"
        ))),
        false => Ok(()),
    }
}
