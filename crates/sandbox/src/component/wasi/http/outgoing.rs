//! What a guest sends: requests, answers and their bodies, as it puts them together.

use super::super::Wasi;
use super::super::call::Interface;
use super::super::streams::OutputStream;
use super::body::SharedBody;
use super::fetch;
use super::fields::{Fields, is_token};
use super::words::{ErrorCode, Method, Scheme};
use model::limit::KIB;
use wasmtime::Result;
use wasmtime::component::Resource;

/// Bytes of a path, an authority, a method or a scheme; `http.fetch` takes no longer address.
const PART_BYTES_MAX: usize = 8 * KIB;

/// A request that a guest puts together.
pub(in super::super) struct OutgoingRequest {
    pub(super) method: Method,
    pub(super) path_with_query: Option<String>,
    pub(super) scheme: Option<Scheme>,
    pub(super) authority: Option<String>,
    pub(super) headers: Fields,
    /// `None` until the guest asks for it: a request without one has none.
    pub(super) body: Option<SharedBody>,
}

/// An answer that a guest puts together.
pub(in super::super) struct OutgoingResponse {
    pub(super) status: u16,
    pub(super) headers: Fields,
    pub(super) body: Option<SharedBody>,
}

/// A body that a guest writes.
pub(in super::super) struct OutgoingBody {
    pub(super) body: SharedBody,
    /// Its stream was handed out.
    streamed: bool,
    is_request: bool,
}

impl OutgoingBody {
    fn new(body: SharedBody, is_request: bool) -> OutgoingBody {
        OutgoingBody { body, streamed: false, is_request }
    }
}

type Request = Resource<OutgoingRequest>;
type Response = Resource<OutgoingResponse>;
type Body = Resource<OutgoingBody>;
type Set = std::result::Result<(), ()>;

/// Offers all of it.
pub(super) fn link<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    link_request(types)?;
    link_parts(types)?;
    link_response(types)?;
    link_body(types)
}

fn link_request<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    types.resource::<OutgoingRequest>("outgoing-request")?;
    types.func("[constructor]outgoing-request", |call, (headers,): (Resource<Fields>,)| {
        let headers = call.take(headers)?.view();
        let request = OutgoingRequest {
            method: Method::Get,
            path_with_query: None,
            scheme: None,
            authority: None,
            headers,
            body: None,
        };
        Ok((call.push(request)?,))
    })?;
    types.func("[method]outgoing-request.headers", |call, (this,): (Request,)| {
        let headers = call.get(&this)?.headers.view();
        Ok((call.push(headers)?,))
    })?;
    types.func("[method]outgoing-request.body", |call, (this,): (Request,)| {
        let hold = call.wasi().hold();
        let request = call.get(&this)?;
        if request.body.is_some() {
            return Ok((Err(()),));
        }
        let body = SharedBody::new(request.headers.content_length(), hold);
        request.body = Some(body.clone());
        Ok((Ok(call.push(OutgoingBody::new(body, true))?),))
    })
}

/// The parts of a request's address; what cannot stand there is refused.
fn link_parts<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    types.func("[method]outgoing-request.method", |call, (this,): (Request,)| {
        Ok((call.get(&this)?.method.clone(),))
    })?;
    types.func(
        "[method]outgoing-request.set-method",
        |call, (this, method): (Request, Method)| {
            let fits = method.word().len() <= PART_BYTES_MAX && is_token(method.word());
            Ok((set(fits, &mut call.get(&this)?.method, method),))
        },
    )?;
    types.func("[method]outgoing-request.path-with-query", |call, (this,): (Request,)| {
        Ok((call.get(&this)?.path_with_query.clone(),))
    })?;
    types.func(
        "[method]outgoing-request.set-path-with-query",
        |call, (this, path): (Request, Option<String>)| {
            let fits =
                path.as_deref().is_none_or(|path| path.starts_with('/') && is_part(path, "#"));
            Ok((set(fits, &mut call.get(&this)?.path_with_query, path),))
        },
    )?;
    types.func("[method]outgoing-request.scheme", |call, (this,): (Request,)| {
        Ok((call.get(&this)?.scheme.clone(),))
    })?;
    types.func(
        "[method]outgoing-request.set-scheme",
        |call, (this, scheme): (Request, Option<Scheme>)| {
            let fits = !matches!(&scheme, Some(Scheme::Other(word)) if !is_part(word, "/?#@"));
            Ok((set(fits, &mut call.get(&this)?.scheme, scheme),))
        },
    )?;
    types.func("[method]outgoing-request.authority", |call, (this,): (Request,)| {
        Ok((call.get(&this)?.authority.clone(),))
    })?;
    types.func(
        "[method]outgoing-request.set-authority",
        |call, (this, authority): (Request, Option<String>)| {
            let fits = authority.as_deref().is_none_or(|it| !it.is_empty() && is_part(it, "/?#@"));
            Ok((set(fits, &mut call.get(&this)?.authority, authority),))
        },
    )
}

fn link_response<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    types.resource::<OutgoingResponse>("outgoing-response")?;
    types.func("[constructor]outgoing-response", |call, (headers,): (Resource<Fields>,)| {
        let headers = call.take(headers)?.view();
        Ok((call.push(OutgoingResponse { status: 200, headers, body: None })?,))
    })?;
    types.func("[method]outgoing-response.status-code", |call, (this,): (Response,)| {
        Ok((call.get(&this)?.status,))
    })?;
    types.func(
        "[method]outgoing-response.set-status-code",
        |call, (this, status): (Response, u16)| {
            // An answer before the answer (1xx) is the host's.
            let fits = (200..600).contains(&status);
            Ok((set(fits, &mut call.get(&this)?.status, status),))
        },
    )?;
    types.func("[method]outgoing-response.headers", |call, (this,): (Response,)| {
        let headers = call.get(&this)?.headers.view();
        Ok((call.push(headers)?,))
    })?;
    types.func("[method]outgoing-response.body", |call, (this,): (Response,)| {
        let hold = call.wasi().hold();
        let response = call.get(&this)?;
        if response.body.is_some() {
            return Ok((Err(()),));
        }
        let body = SharedBody::new(response.headers.content_length(), hold);
        response.body = Some(body.clone());
        Ok((Ok(call.push(OutgoingBody::new(body, false))?),))
    })
}

fn link_body<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    types.resource_with::<OutgoingBody>("outgoing-body", |call, dropped| {
        dropped.body.give_up();
        fetch::body_ended(call, &dropped.body)
    })?;
    types.func("[method]outgoing-body.write", |call, (this,): (Body,)| {
        let body = call.get(&this)?;
        if std::mem::replace(&mut body.streamed, true) {
            return Ok((Err(()),));
        }
        let stream = OutputStream::Body(body.body.clone());
        Ok((Ok(call.push(stream)?),))
    })?;
    types.func(
        "[static]outgoing-body.finish",
        |call, (this, trailers): (Body, Option<Resource<Fields>>)| {
            let trailers = trailers.map(|handle| call.take(handle)).transpose()?;
            let OutgoingBody { body, is_request, .. } = call.take(this)?;
            let result = match trailers.is_some_and(|trailers| !trailers.is_empty()) {
                true => {
                    body.give_up();
                    Err(ErrorCode::InternalError(Some("trailers are not sent from here".into())))
                }
                false if is_request => body.finish(ErrorCode::HttpRequestBodySize),
                false => body.finish(ErrorCode::HttpResponseBodySize),
            };
            fetch::body_ended(call, &body)?;
            Ok((result,))
        },
    )
}

/// Sets a part if it may stand there.
fn set<P>(fits: bool, place: &mut P, part: P) -> Set {
    if fits {
        *place = part;
        return Ok(());
    }
    Err(())
}

/// Whether a text may be part of an address: printable ASCII, and nothing that would end the part.
fn is_part(text: &str, ends: &str) -> bool {
    text.len() <= PART_BYTES_MAX
        && text.chars().all(|c| c.is_ascii_graphic() && c != '\\' && !ends.contains(c))
}
