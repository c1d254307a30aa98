//! `http`: requests to addresses a person granted. `fetch` waits inside the run; `send` is an effect.

use super::args::{Answer, Args, error};
use super::{Call, Capability, Needs};
use crate::answers;
use crate::desk::{Desk, internal};
use crate::grants::{self, Asked};
use crate::ledger::Axis;
use crate::secrets::is_marked;
use crate::without;
use crate::world::{Incoming, Outgoing, Unreached, World};
use model::effect::Intent;
use model::gas::Price;
use model::{Value, limit};
use sandbox::{Refusal, RefusalKind};
use std::collections::BTreeMap;
use std::time::Duration;
use url::Url;

/// A connection with TLS, and the bytes through it.
const FETCH: Price = Price { call: 1_000_000, byte_in: 4, byte_out: 4 };
/// A blob and a record; the request itself is not the run's.
const SEND: Price = Price { call: 300_000, byte_in: 8, byte_out: 0 };
/// Bytes of an address.
const URL_BYTES_MAX: usize = 8 * limit::KIB;

pub(super) const FAMILY: &[Capability] = &[
    Capability {
        name: "http.fetch",
        signature: "fun(request: string | { url: string, method?: string, headers?: table<string, string>, body?: string, timeout?: number }): { status: integer, headers: table<string, string>, body: string }",
        doc: "Makes a request and waits for the answer, up to 5 MiB. Only to addresses the owner granted; a redirect is followed only to such an address.",
        example: "local ok, why = pcall(http.fetch, \"https://blog.example/feed.xml\"); assert(not ok and why:find(\"not granted\"))",
        price: FETCH,
        needs: Needs::Grant("http.fetch"),
        call: Call::Desk(fetch),
    },
    Capability {
        name: "http.send",
        signature: "fun(request: { url: string, method?: string, headers?: table<string, string>, body?: string }): string",
        doc: "Sends a request after this run is kept, again and again until it arrives, with an Idempotency-Key. Answers the id of the effect; done(ctx, effect) or failed(ctx, effect) hear of its end.",
        example: "local ok, why = pcall(http.send, { url = \"https://api.example/x\" }); assert(not ok and why:find(\"not granted\"))",
        price: SEND,
        needs: Needs::Grant("http.fetch"),
        call: Call::Desk(send),
    },
];

/// Reads the request a script describes.
fn request(args: &mut Args, default_method: &str) -> Result<Outgoing, Refusal> {
    let mut options = match args.take(0) {
        Value::Map(options) => options,
        Value::Str(url) => BTreeMap::from([("url".to_owned(), Value::Str(url))]),
        other => {
            return Err(error(format!(
                "http needs an address or a table with url = …, got {}",
                other.kind()
            )));
        }
    };
    let text = |value: Option<&Value>| value.map(Value::shown);
    let url = text(options.get("url")).unwrap_or_default();
    if url.len() > URL_BYTES_MAX {
        return Err(error("an address has at most 8 KiB"));
    }
    let headers = match options.remove("headers") {
        Some(Value::Map(headers)) => {
            headers.into_iter().map(|(name, value)| (name, value.shown())).collect()
        }
        _ => Vec::new(),
    };
    let body = match options.remove("body") {
        Some(Value::Str(bytes)) => bytes,
        Some(Value::Nil) | None => Vec::new(),
        Some(other) => {
            return Err(error(format!("http: body should be a string, got {}", other.kind())));
        }
    };
    let asked =
        options.get("timeout").and_then(Value::as_float).filter(|t| t.is_finite() && *t > 0.0);
    let timeout = asked.map_or(limit::FETCH_TIMEOUT, |t| Duration::from_secs_f64(t.min(60.0)));
    Ok(Outgoing {
        method: text(options.get("method"))
            .unwrap_or_else(|| default_method.to_owned())
            .to_ascii_uppercase(),
        url,
        headers,
        body,
        timeout,
        answer_bytes_max: limit::FETCH_BYTES_MAX,
    })
}

fn fetch(desk: &mut Desk, args: &mut Args) -> Answer {
    let mut outgoing = request(args, "GET")?;
    for _ in 0..=limit::REDIRECTS_MAX {
        let answer = one_request(desk, &outgoing)?;
        let status = answer.get("status").and_then(Value::as_int).unwrap_or(0);
        let location = answer.get("headers").and_then(|headers| headers.str_at("location"));
        let Some(next) = redirected(&outgoing, status, location) else { return Ok(answer) };
        outgoing = next;
    }
    Err(error(format!("http.fetch: more than {} redirects", limit::REDIRECTS_MAX)))
}

/// Whether a header says who asks.
fn is_personal(name: &str) -> bool {
    ["authorization", "cookie", "proxy-authorization"]
        .iter()
        .any(|it| name.eq_ignore_ascii_case(it))
}

/// The request that follows a redirect. Its grant is checked like any other's.
fn redirected(request: &Outgoing, status: i64, location: Option<&str>) -> Option<Outgoing> {
    let keeps_method = match status {
        301..=303 => false,
        307 | 308 => true,
        _ => return None,
    };
    let from = Url::parse(&request.url).ok()?;
    let url = from.join(location?).ok()?;
    let mut next = Outgoing { url: url.to_string(), ..request.clone() };
    if url.origin() != from.origin() {
        // What was meant for one server is nothing for another (RFC 9110, 15.4). The mark of a
        // secret stays, and is refused in words where it may not go.
        next.headers.retain(|(name, text)| is_marked(text) || !is_personal(name));
    }
    if !keeps_method && request.method != "HEAD" {
        next.method = "GET".into();
        next.body = Vec::new();
    }
    Some(next)
}

/// One request: the grant, the recorded answer or a real one, the record.
fn one_request(desk: &mut Desk, outgoing: &Outgoing) -> Answer {
    if let Some(answer) = without::instead(desk, &asked(outgoing), without::no_answer) {
        return Ok(answer);
    }
    granted(desk, outgoing)?;
    let headers: Vec<u8> = outgoing
        .headers
        .iter()
        .flat_map(|(n, v)| [n.as_bytes(), b":", v.as_bytes(), b"\n"].concat())
        .collect();
    let digest = answers::digest(&[
        outgoing.method.as_bytes(),
        outgoing.url.as_bytes(),
        &headers,
        &outgoing.body,
    ]);
    if let Some(answer) = desk.answers.replay(&digest) {
        return Ok(answer);
    }
    if !matches!(outgoing.method.as_str(), "GET" | "HEAD") && !desk.unsafe_sent {
        // If this run is lost from here on it must not be started again by itself.
        desk.group.note_unsafe(desk.ticket).map_err(internal)?;
        desk.unsafe_sent = true;
    }
    let mut ready = desk
        .group
        .with_secrets(&desk.ticket.app.it, outgoing.clone())
        .map_err(|text| error(text.public))?;
    let mut incoming = waiting(desk, "http.fetch", |world, left| {
        ready.request.timeout = ready.request.timeout.min(left);
        world.fetch(&ready.request)
    })?;
    for name in ready.cover(&mut incoming) {
        desk.printed.line(&format!(
            "http.fetch: the answer repeated the secret “{name}”, and was given to you without it. It may be known to others now: set another one."
        ));
    }
    model::crash::point("fetch:answered");
    let answer = answer(incoming);
    desk.answers.record(digest, answer.clone());
    Ok(answer)
}

fn asked(outgoing: &Outgoing) -> Asked<'_> {
    Asked { verb: "http.fetch", object: &outgoing.url, method: &outgoing.method }
}

fn granted(desk: &mut Desk, outgoing: &Outgoing) -> Result<(), Refusal> {
    let asked = asked(outgoing);
    let grant = grants::find(&desk.ticket.grants, &desk.ticket.owner.it, &asked)
        .map_err(|text| Refusal { kind: RefusalKind::NotGranted, text })?;
    desk.grants_used.insert(grant.it.id.to_string());
    Ok(())
}

/// Waits for outside: one request of the day's allowance, a place to wait, and what is left of the
/// run's own time.
pub(super) fn waiting<T>(
    desk: &mut Desk,
    name: &str,
    ask: impl FnOnce(&dyn World, Duration) -> Result<T, Unreached>,
) -> Result<T, Refusal> {
    let group = desk.group;
    let left = desk.ticket.limits.waiting.saturating_sub(desk.waited);
    if desk.ticket.limits.waiting.is_zero() {
        return Err(error(format!(
            "{name}: looking does not wait for others. Fetch in a handler or a schedule, keep the answer with store.set, and show that"
        )));
    }
    if left.is_zero() {
        return Err(Refusal {
            kind: RefusalKind::Waited,
            text: format!(
                "{name}: this run has waited its {} s for outside",
                desk.ticket.limits.waiting.as_secs()
            ),
        });
    }
    let owner = &desk.ticket.owner.it;
    let allowed = group.allowed(owner, Axis::Requests);
    if group.ledger.take(&group.store, allowed, 1, 1, desk.given.now).map_err(internal)?.is_none() {
        return Err(error(format!(
            "{name}: today's {} outside requests are used up; there are new ones at midnight UTC",
            allowed.max
        )));
    }
    let Some(_place) = group.slots.wait_outside(owner.id) else {
        group.ledger.give_back(allowed, 1);
        return Err(error(format!(
            "{name}: too many runs wait for outside at the moment; try again in a little while"
        )));
    };
    let begun = group.world.now();
    let answer = ask(group.world.as_ref(), left);
    desk.waited += group.world.now().since(begun);
    answer.map_err(|unreached| error(format!("{name}: {}", unreached.text)))
}

fn answer(incoming: Incoming) -> Value {
    let headers = incoming.headers.into_iter().map(|(name, value)| (name, Value::text(value)));
    Value::map([
        ("status", Value::Int(i64::from(incoming.status))),
        ("headers", Value::Map(headers.collect())),
        ("body", Value::Str(incoming.body)),
    ])
}

fn send(desk: &mut Desk, args: &mut Args) -> Answer {
    desk.may_write("http.send")?;
    let outgoing = request(args, "POST")?;
    if let Some(nothing) = without::instead(desk, &asked(&outgoing), without::no_effect) {
        return Ok(nothing);
    }
    granted(desk, &outgoing)?;
    let body = match outgoing.body.is_empty() {
        true => None,
        false => Some(desk.group.store.put_blob(&outgoing.body).map_err(internal)?),
    };
    let intent = Intent::HttpSend {
        method: outgoing.method,
        url: outgoing.url,
        headers: outgoing.headers.into_iter().collect(),
        body,
    };
    desk.leave(intent, outgoing.body.len()).map(|id| Value::text(id.to_string()))
}
