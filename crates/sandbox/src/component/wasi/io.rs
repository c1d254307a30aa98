//! `wasi:io/error` and `wasi:io/poll`. Everything is ready but sleep and the answers to requests that
//! are not finished; when a guest waits for sleep alone, the monotonic clock jumps to its end.

use super::call::{Call, Interface};
use super::filesystem::ErrorCode;
use super::http::SharedAnswer;
use super::{Wasi, fault};
use wasmtime::Result;
use wasmtime::component::{Linker, Resource};

/// Why an operation of a stream failed: in words, and by a code if the stream leads to a file.
pub(super) struct IoError {
    pub(super) text: String,
    pub(super) code: Option<ErrorCode>,
}

impl IoError {
    /// In words alone.
    pub(super) fn of(text: String) -> IoError {
        IoError { text, code: None }
    }
}

/// Something to wait for.
pub(super) enum Pollable {
    Ready,
    /// Ready at an instant of the monotonic clock.
    At(u64),
    /// Ready with the answer to a request.
    Answer(SharedAnswer),
}

impl Pollable {
    /// The instant from which it is ready; `None` if only the guest itself can make it ready.
    fn when(&self) -> Option<u64> {
        match self {
            Pollable::Ready => Some(0),
            Pollable::At(instant) => Some(*instant),
            Pollable::Answer(answer) => answer.is_there().then_some(0),
        }
    }

    fn is_ready(&self, now: u64) -> bool {
        self.when().is_some_and(|at| at <= now)
    }
}

/// Offers errors and polling.
pub(super) fn link<T: Wasi>(linker: &mut Linker<T>) -> Result<()> {
    let mut error = Interface::of(linker, "wasi:io/error")?;
    error.resource::<IoError>("error")?;
    error.func("[method]error.to-debug-string", |call, (this,): (Resource<IoError>,)| {
        let text = call.get(&this)?.text.clone();
        call.pay_bytes(text.len())?;
        Ok((text,))
    })?;

    let mut poll = Interface::of(linker, "wasi:io/poll")?;
    poll.resource::<Pollable>("pollable")?;
    poll.func("[method]pollable.ready", |call, (this,): (Resource<Pollable>,)| {
        let now = call.wasi().monotonic();
        Ok((call.get(&this)?.is_ready(now),))
    })?;
    poll.func("[method]pollable.block", |call, (this,): (Resource<Pollable>,)| {
        wait(call, std::slice::from_ref(&this))?;
        Ok(())
    })?;
    poll.func("poll", |call, (list,): (Vec<Resource<Pollable>>,)| {
        call.pay_items(list.len(), 0)?;
        if list.is_empty() {
            return Err(fault("wasi:io/poll: poll needs something to wait for"));
        }
        Ok((wait(call, &list)?,))
    })
}

/// The places of those that are ready. If none is, time passes until the first.
fn wait<T: Wasi>(call: &mut Call<'_, T>, list: &[Resource<Pollable>]) -> Result<Vec<u32>> {
    let mut first = None;
    for handle in list {
        let when = call.get(handle)?.when();
        first = first.into_iter().chain(when).min();
    }
    let Some(first) = first else {
        return Err(fault(
            "the component waits for the answer to a request that it has not sent: finish its body first",
        ));
    };
    call.wasi().sleep_until(first);
    let now = call.wasi().monotonic();
    let mut ready = Vec::new();
    for (place, handle) in (0_u32..).zip(list) {
        if call.get(handle)?.is_ready(now) {
            ready.push(place);
        }
    }
    Ok(ready)
}
