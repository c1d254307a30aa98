//! What comes in: the request of a proxy, the answer to a fetch, and their bodies. All of it is there
//! from the beginning; a body can be read once.

use super::super::Wasi;
use super::super::call::{Call, Interface};
use super::super::io::Pollable;
use super::super::streams::{Bytes, InputStream};
use super::fields::Fields;
use super::words::{ErrorCode, Method, Scheme};
use wasmtime::Result;
use wasmtime::component::Resource;

/// A request that came in.
pub(in super::super) struct IncomingRequest {
    pub(super) method: Method,
    pub(super) path_with_query: String,
    pub(super) scheme: Scheme,
    pub(super) authority: String,
    pub(super) headers: Fields,
    /// Taken once.
    pub(super) body: Option<IncomingBody>,
}

/// An answer that came in.
pub(in super::super) struct IncomingResponse {
    pub(super) status: u16,
    pub(super) headers: Fields,
    /// Taken once.
    pub(super) body: Option<IncomingBody>,
}

/// A body that came in.
pub(in super::super) struct IncomingBody {
    /// Taken once.
    pub(super) bytes: Option<Bytes>,
}

/// The fields after a body. There never are any.
pub(in super::super) struct FutureTrailers {
    taken: bool,
}

type Request = Resource<IncomingRequest>;
type Response = Resource<IncomingResponse>;
type Body = Resource<IncomingBody>;
type Trailers = Resource<FutureTrailers>;
type TrailersAnswer = std::result::Result<Option<Resource<Fields>>, ErrorCode>;

/// Offers all of it.
pub(super) fn link<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    link_request(types)?;
    types.resource::<IncomingResponse>("incoming-response")?;
    types.func("[method]incoming-response.status", |call, (this,): (Response,)| {
        Ok((call.get(&this)?.status,))
    })?;
    types.func("[method]incoming-response.headers", |call, (this,): (Response,)| {
        let headers = call.get(&this)?.headers.view();
        Ok((call.push(headers)?,))
    })?;
    types.func("[method]incoming-response.consume", |call, (this,): (Response,)| {
        let body = call.get(&this)?.body.take();
        Ok((once(call, body)?,))
    })?;
    link_body(types)
}

fn link_request<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    types.resource::<IncomingRequest>("incoming-request")?;
    types.func("[method]incoming-request.method", |call, (this,): (Request,)| {
        Ok((call.get(&this)?.method.clone(),))
    })?;
    types.func("[method]incoming-request.path-with-query", |call, (this,): (Request,)| {
        let path = call.get(&this)?.path_with_query.clone();
        call.pay_bytes(path.len())?;
        Ok((Some(path),))
    })?;
    types.func("[method]incoming-request.scheme", |call, (this,): (Request,)| {
        Ok((Some(call.get(&this)?.scheme.clone()),))
    })?;
    types.func("[method]incoming-request.authority", |call, (this,): (Request,)| {
        Ok((Some(call.get(&this)?.authority.clone()),))
    })?;
    types.func("[method]incoming-request.headers", |call, (this,): (Request,)| {
        let headers = call.get(&this)?.headers.view();
        Ok((call.push(headers)?,))
    })?;
    types.func("[method]incoming-request.consume", |call, (this,): (Request,)| {
        let body = call.get(&this)?.body.take();
        Ok((once(call, body)?,))
    })
}

fn link_body<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    types.resource::<IncomingBody>("incoming-body")?;
    types.func("[method]incoming-body.stream", |call, (this,): (Body,)| {
        let bytes = call.get(&this)?.bytes.take();
        let stream = bytes.map(InputStream::Bytes);
        Ok((once(call, stream)?,))
    })?;
    types.func("[static]incoming-body.finish", |call, (this,): (Body,)| {
        call.take(this)?;
        Ok((call.push(FutureTrailers { taken: false })?,))
    })?;
    types.resource::<FutureTrailers>("future-trailers")?;
    types.func("[method]future-trailers.subscribe", |call, (this,): (Trailers,)| {
        call.get(&this)?;
        Ok((call.push(Pollable::Ready)?,))
    })?;
    types.func("[method]future-trailers.get", |call, (this,): (Trailers,)| {
        let trailers = call.get(&this)?;
        let first = !std::mem::replace(&mut trailers.taken, true);
        let answer: std::result::Result<TrailersAnswer, ()> =
            if first { Ok(Ok(None)) } else { Err(()) };
        Ok((Some(answer),))
    })
}

/// A handle of what can be taken once; an error when it was.
fn once<T: Wasi, R: Send + 'static>(
    call: &mut Call<'_, T>,
    it: Option<R>,
) -> Result<std::result::Result<Resource<R>, ()>> {
    it.map(|it| call.push(it)).transpose().map(|handle| handle.ok_or(()))
}
