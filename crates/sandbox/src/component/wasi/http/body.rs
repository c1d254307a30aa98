//! A body that a guest writes: bytes up to a limit, with an end. A request waits for the end of its
//! body, an answer must have come to it when the run is over.

use super::super::room::Hold;
use super::fetch::Pending;
use super::words::ErrorCode;
use model::limit;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of a body in either direction: what `serve` takes in and what a fetch gives.
pub(super) const BODY_BYTES_MAX: usize = limit::REQUEST_BYTES_MAX;

/// A body, shared by the request or answer it belongs to and by the streams that write it.
#[derive(Clone)]
pub(in super::super) struct SharedBody(Arc<Mutex<Body>>);

struct Body {
    bytes: Vec<u8>,
    hold: Hold,
    /// Bytes that the header `content-length` promises.
    promised: Option<u64>,
    end: End,
    /// The request that was sent off and waits for the end of this, its body.
    waiting: Option<Pending>,
}

/// How far a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Open,
    Finished,
    /// Dropped before its end, or not as long as promised.
    Broken,
}

impl SharedBody {
    pub(super) fn new(promised: Option<u64>, hold: Hold) -> SharedBody {
        let body = Body { bytes: Vec::new(), hold, promised, end: End::Open, waiting: None };
        SharedBody(Arc::new(Mutex::new(body)))
    }

    /// One run has one thread, so nobody waits here and nobody leaves it half done.
    fn body(&self) -> MutexGuard<'_, Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether more can be written.
    pub(in super::super) fn is_open(&self) -> bool {
        self.end() == End::Open
    }

    pub(super) fn end(&self) -> End {
        self.body().end
    }

    /// Adds bytes; what does not fit ends the body.
    pub(in super::super) fn write(&self, new: &[u8]) -> Result<(), String> {
        let mut body = self.body();
        let fits = body.fits(new.len());
        match fits {
            Ok(()) => body.bytes.extend_from_slice(new),
            Err(_) => body.end = End::Broken,
        }
        fits
    }

    /// Comes to the end. A body that is not as long as promised is none.
    pub(super) fn finish(&self, too_short: fn(Option<u64>) -> ErrorCode) -> Result<(), ErrorCode> {
        let mut body = self.body();
        let written = body.bytes.len() as u64;
        match (body.end, body.promised) {
            (End::Open, Some(promised)) if promised != written => {
                body.end = End::Broken;
                Err(too_short(Some(written)))
            }
            (End::Open, _) => {
                body.end = End::Finished;
                Ok(())
            }
            (End::Finished | End::Broken, _) => Err(too_short(Some(written))),
        }
    }

    /// Ends a body that is not finished; it will never be.
    pub(super) fn give_up(&self) {
        let mut body = self.body();
        if body.end == End::Open {
            body.end = End::Broken;
        }
    }

    /// Lets a request wait for the end.
    pub(super) fn wait(&self, request: Pending) {
        self.body().waiting = Some(request);
    }

    /// The request that waited, once.
    pub(super) fn waiting(&self) -> Option<Pending> {
        self.body().waiting.take()
    }

    /// What was written.
    pub(super) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.body().bytes)
    }
}

impl Body {
    fn fits(&mut self, more: usize) -> Result<(), String> {
        let all = self.bytes.len() + more;
        if self.promised.is_some_and(|promised| all as u64 > promised) {
            return Err("the body is longer than its content-length says".to_owned());
        }
        if all > BODY_BYTES_MAX {
            return Err(format!("a body has at most {} MiB", BODY_BYTES_MAX / limit::MIB));
        }
        self.hold.grow(more).map_err(|full| full.text())
    }
}
