//! A proxy component as the app's `serve`: the request that a script would get goes in as WASI has it,
//! and what the component answers comes out as a script would answer it.

use super::super::call::{Call, Interface};
use super::super::streams::Bytes;
use super::super::{PROXY, Wasi, export};
use super::body::End;
use super::fields::Fields;
use super::incoming::{IncomingBody, IncomingRequest};
use super::outgoing::OutgoingResponse;
use super::words::{ErrorCode, Method, Scheme};
use model::Value;
use std::sync::{Arc, Mutex, PoisonError};
use wasmtime::component::{Instance, Resource};
use wasmtime::{Result, Store};

/// Where a component leaves its answer.
pub(in super::super) struct ResponseOutparam(Place);

type Place = Arc<Mutex<Option<std::result::Result<OutgoingResponse, ErrorCode>>>>;

/// Offers the place for the answer.
pub(super) fn link<T: Wasi>(types: &mut Interface<'_, T>) -> Result<()> {
    types.resource::<ResponseOutparam>("response-outparam")?;
    types.func(
        "[static]response-outparam.set",
        |call,
         (this, answer): (
            Resource<ResponseOutparam>,
            std::result::Result<Resource<OutgoingResponse>, ErrorCode>,
        )| {
            let answer = match answer {
                Ok(handle) => Ok(call.take(handle)?),
                Err(code) => Err(code),
            };
            let ResponseOutparam(place) = call.take(this)?;
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
            Ok(())
        },
    )
}

/// Lets a component answer one request. `ctx` and `request` are what a script's `serve` gets. The
/// inner error is the component's own failure, in words.
pub(crate) fn serve<T: Wasi>(
    store: &mut Store<T>,
    instance: &Instance,
    ctx: &Value,
    request: &Value,
) -> Result<std::result::Result<Value, String>> {
    let handle = export(store, instance, PROXY, "handle")?;
    let handle = instance
        .get_typed_func::<(Resource<IncomingRequest>, Resource<ResponseOutparam>), ()>(
            &mut *store,
            handle,
        )?;
    let place = Place::default();
    let (request, outparam) = {
        let mut call = Call::new(store.data_mut(), "wasi:http/incoming-handler");
        let request = incoming(&mut call, ctx, request);
        (call.push(request)?, call.push(ResponseOutparam(Arc::clone(&place)))?)
    };
    handle.call(&mut *store, (request, outparam))?;
    let answer = place.lock().unwrap_or_else(PoisonError::into_inner).take();
    Ok(match answer {
        None => Err("the component ended without an answer: call response-outparam.set".to_owned()),
        Some(Err(code)) => Err(format!("the component answered with an error: {}", code.text())),
        Some(Ok(response)) => written(&response),
    })
}

/// The answer as a script would give it.
fn written(response: &OutgoingResponse) -> std::result::Result<Value, String> {
    let body = match &response.body {
        None => Vec::new(),
        Some(body) if body.end() == End::Finished => body.take(),
        Some(_) => {
            return Err(
                "the body of the component's answer was not finished: call outgoing-body.finish"
                    .to_owned(),
            );
        }
    };
    Ok(Value::map([
        ("status", Value::Int(i64::from(response.status))),
        ("headers", response.headers.to_value()),
        ("body", Value::Str(body)),
    ]))
}

/// The request as WASI has it. What the host was given for the run is not counted as kept for it.
fn incoming<T: Wasi>(call: &mut Call<'_, T>, ctx: &Value, request: &Value) -> IncomingRequest {
    let hold = call.wasi().hold();
    let address = ctx.get("app").and_then(|app| app.str_at("address")).unwrap_or("");
    let host = request.get("headers").and_then(|headers| headers.str_at("host"));
    let own_host = ctx.get("group").and_then(|group| group.str_at("host"));
    let body = request.get("body").and_then(Value::as_bytes).unwrap_or_default().to_vec();
    IncomingRequest {
        method: Method::of(request.str_at("method").unwrap_or("GET")),
        path_with_query: path_with_query(request),
        scheme: if address.starts_with("http:") { Scheme::Http } else { Scheme::Https },
        authority: host.or(own_host).unwrap_or("localhost").to_owned(),
        headers: Fields::arrived(request.get("headers"), call.wasi().hold()),
        body: Some(IncomingBody { bytes: Some(Bytes::new(body, hold)) }),
    }
}

/// Path and query as they stood in the address.
fn path_with_query(request: &Value) -> String {
    let mut text = escaped(request.str_at("path").unwrap_or("/"), "/:@!$&'()*+,;=");
    if let Some(Value::Map(query)) = request.get("query") {
        for (place, (name, value)) in query.iter().enumerate() {
            text.push(if place == 0 { '?' } else { '&' });
            text += &escaped(name, "/:@!$'()*,;");
            text.push('=');
            text += &escaped(&value.shown(), "/:@!$'()*,;");
        }
    }
    text
}

/// A text with everything escaped that may not stand in an address (RFC 3986, 2.1).
fn escaped(text: &str, also: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let stays = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        match stays || also.as_bytes().contains(&byte) {
            true => out.push(char::from(byte)),
            false => out += &format!("%{byte:02X}"),
        }
    }
    out
}
