//! `wasi:http/outgoing-handler`: requests become the capability `http.fetch`, with its grant, its price
//! and its record. A request goes off as soon as its body has ended, and the guest stands still until
//! the answer is there.

use super::super::call::{Call, Interface};
use super::super::io::Pollable;
use super::super::output;
use super::super::streams::Bytes;
use super::super::{Wasi, fault};
use super::body::{End, SharedBody};
use super::fields::Fields;
use super::incoming::{IncomingBody, IncomingResponse};
use super::outgoing::OutgoingRequest;
use super::words::{ErrorCode, Scheme};
use crate::host::{Refusal, RefusalKind};
use model::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use wasmtime::Result;
use wasmtime::component::{Linker, Resource};

/// The capability that reaches the web.
const FETCH: &str = "http.fetch";

/// Times a guest sets for a request, in nanoseconds.
#[derive(Default)]
pub(in super::super) struct RequestOptions {
    connect: Option<u64>,
    first_byte: Option<u64>,
    between_bytes: Option<u64>,
}

/// A request that waits for the end of its body.
pub(in super::super) struct Pending {
    request: Value,
    answer: SharedAnswer,
}

/// The answer to a request, when it is there.
#[derive(Clone)]
pub(in super::super) struct SharedAnswer(Arc<Mutex<Answer>>);

enum Answer {
    Waiting,
    There(Box<std::result::Result<IncomingResponse, ErrorCode>>),
    Taken,
}

/// What a guest holds while it waits for an answer.
pub(in super::super) struct FutureIncomingResponse {
    answer: SharedAnswer,
}

type Options = Resource<RequestOptions>;
type Future = Resource<FutureIncomingResponse>;
type Response = std::result::Result<Resource<IncomingResponse>, ErrorCode>;

impl SharedAnswer {
    fn new() -> SharedAnswer {
        SharedAnswer(Arc::new(Mutex::new(Answer::Waiting)))
    }

    /// One run has one thread, so nobody waits here and nobody leaves it half done.
    fn answer(&self) -> MutexGuard<'_, Answer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the guest may ask for it.
    pub(in super::super) fn is_there(&self) -> bool {
        !matches!(*self.answer(), Answer::Waiting)
    }

    fn give(&self, answer: std::result::Result<IncomingResponse, ErrorCode>) {
        *self.answer() = Answer::There(Box::new(answer));
    }

    /// `None` as long as it is not there; an error when it was taken.
    fn take(
        &self,
    ) -> Option<std::result::Result<std::result::Result<IncomingResponse, ErrorCode>, ()>> {
        let mut place = self.answer();
        match std::mem::replace(&mut *place, Answer::Taken) {
            Answer::Waiting => {
                *place = Answer::Waiting;
                None
            }
            Answer::There(answer) => Some(Ok(*answer)),
            Answer::Taken => Some(Err(())),
        }
    }
}

/// Offers the types that belong to it.
pub(super) fn link_types<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    types.resource::<FutureIncomingResponse>("future-incoming-response")?;
    types.func("[method]future-incoming-response.subscribe", |call, (this,): (Future,)| {
        let answer = call.get(&this)?.answer.clone();
        Ok((call.push(Pollable::Answer(answer))?,))
    })?;
    types.func("[method]future-incoming-response.get", |call, (this,): (Future,)| {
        let answer: Option<std::result::Result<Response, ()>> = match call.get(&this)?.answer.take()
        {
            None => None,
            Some(Err(())) => Some(Err(())),
            Some(Ok(Err(code))) => Some(Ok(Err(code))),
            Some(Ok(Ok(response))) => Some(Ok(Ok(call.push(response)?))),
        };
        Ok((answer,))
    })?;
    link_options(types)
}

fn link_options<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    types.resource::<RequestOptions>("request-options")?;
    types.func("[constructor]request-options", |call, ()| {
        Ok((call.push(RequestOptions::default())?,))
    })?;
    types.func("[method]request-options.connect-timeout", |call, (this,): (Options,)| {
        Ok((call.get(&this)?.connect,))
    })?;
    types.func("[method]request-options.first-byte-timeout", |call, (this,): (Options,)| {
        Ok((call.get(&this)?.first_byte,))
    })?;
    types.func("[method]request-options.between-bytes-timeout", |call, (this,): (Options,)| {
        Ok((call.get(&this)?.between_bytes,))
    })?;
    types.func(
        "[method]request-options.set-connect-timeout",
        |call, (this, time): (Options, Option<u64>)| {
            call.get(&this)?.connect = time;
            Ok((Ok::<(), ()>(()),))
        },
    )?;
    types.func(
        "[method]request-options.set-first-byte-timeout",
        |call, (this, time): (Options, Option<u64>)| {
            call.get(&this)?.first_byte = time;
            Ok((Ok::<(), ()>(()),))
        },
    )?;
    types.func(
        "[method]request-options.set-between-bytes-timeout",
        |call, (this, time): (Options, Option<u64>)| {
            call.get(&this)?.between_bytes = time;
            Ok((Ok::<(), ()>(()),))
        },
    )
}

/// Offers the handler.
pub(super) fn link<T: Wasi>(linker: &mut Linker<T>) -> Result<()> {
    let mut handler = Interface::of(linker, "wasi:http/outgoing-handler")?;
    handler.func(
        "handle",
        |call, (request, options): (Resource<OutgoingRequest>, Option<Options>)| {
            let options = options.map(|handle| call.take(handle)).transpose()?.unwrap_or_default();
            let request = call.take(request)?;
            let answer = SharedAnswer::new();
            let described = match describe(&request, &options) {
                Ok(described) => described,
                Err(code) => return Ok((Err::<Future, ErrorCode>(code),)),
            };
            let pending = Pending { request: described, answer: answer.clone() };
            match request.body {
                Some(body) if body.is_open() => body.wait(pending),
                body => send(call, pending, body.as_ref())?,
            }
            Ok((Ok(call.push(FutureIncomingResponse { answer })?),))
        },
    )
}

/// Sends the request that waited for the end of this body, if one did.
pub(super) fn body_ended<T: Wasi>(call: &mut Call<'_, T>, body: &SharedBody) -> Result<()> {
    match body.waiting() {
        Some(pending) => send(call, pending, Some(body)),
        None => Ok(()),
    }
}

/// The request as `http.fetch` takes it, but for its body.
fn describe(
    request: &OutgoingRequest,
    options: &RequestOptions,
) -> std::result::Result<Value, ErrorCode> {
    let scheme = match request.scheme {
        Some(Scheme::Http) => "http",
        Some(Scheme::Https) | None => "https",
        Some(Scheme::Other(_)) => return Err(ErrorCode::HttpRequestUriInvalid),
    };
    let authority = request.authority.as_deref().ok_or(ErrorCode::HttpRequestUriInvalid)?;
    let path = request.path_with_query.as_deref().unwrap_or("/");
    let mut described = vec![
        ("url", Value::text(format!("{scheme}://{authority}{path}"))),
        ("method", Value::text(request.method.word())),
        ("headers", request.headers.to_value()),
    ];
    // The host has one time for all of it: the longest that the guest gives to any part.
    let times = [options.connect, options.first_byte, options.between_bytes];
    if let Some(time) = times.into_iter().flatten().max() {
        described.push(("timeout", Value::Float(Duration::from_nanos(time).as_secs_f64())));
    }
    Ok(Value::map(described))
}

/// Makes the request, and leaves its answer where the guest will look for it.
fn send<T: Wasi>(
    call: &mut Call<'_, T>,
    pending: Pending,
    body: Option<&SharedBody>,
) -> Result<()> {
    let Pending { mut request, answer } = pending;
    if body.is_some_and(|body| body.end() != End::Finished) {
        let text = "the body of the request was not finished, so it was not sent";
        answer.give(Err(ErrorCode::InternalError(Some(text.to_owned()))));
        return Ok(());
    }
    if let (Some(body), Value::Map(parts)) = (body, &mut request) {
        parts.insert("body".to_owned(), Value::Str(body.take()));
    }
    let response = match call.ask(FETCH, vec![request])? {
        Ok(value) => arrived(call, value),
        Err(refusal) => Err(refused(call, refusal)?),
    };
    answer.give(response);
    Ok(())
}

/// The answer of `http.fetch` as the guest will read it.
fn arrived<T: Wasi>(
    call: &mut Call<'_, T>,
    mut value: Value,
) -> std::result::Result<IncomingResponse, ErrorCode> {
    let status = value.get("status").and_then(Value::as_int);
    let status = status.and_then(|status| u16::try_from(status).ok());
    let status = status.ok_or(ErrorCode::HttpProtocolError)?;
    let headers = Fields::arrived(value.get("headers"), call.wasi().hold());
    let body = match &mut value {
        Value::Map(parts) => parts.remove("body"),
        _ => None,
    };
    let Some(Value::Str(bytes)) = body else { return Err(ErrorCode::HttpProtocolError) };
    let mut hold = call.wasi().hold();
    hold.grow(bytes.len()).map_err(|full| ErrorCode::InternalError(Some(full.text())))?;
    let body = IncomingBody { bytes: Some(Bytes::new(bytes, hold)) };
    Ok(IncomingResponse { status, headers, body: Some(body) })
}

/// What a refusal is to the guest. WASI's word for a missing grant has no room for a text, so that
/// goes to the log.
fn refused<T: Wasi>(call: &mut Call<'_, T>, refusal: Refusal) -> Result<ErrorCode> {
    match refusal.kind {
        RefusalKind::Error => Ok(ErrorCode::InternalError(Some(refusal.text))),
        RefusalKind::NotGranted => {
            output::log(call, refusal.text.clone().into_bytes())?;
            call.wasi().denied = Some(refusal.text);
            Ok(ErrorCode::HttpRequestDenied)
        }
        RefusalKind::Waited | RefusalKind::Restart | RefusalKind::Internal => {
            Err(fault(refusal.text))
        }
    }
}
