//! Raw requests to an app: what its `serve` answers, and its files. Nothing of it can run a script
//! in a browser, and no cookie ever says who acts.

use super::reply::{Reply, status};
use super::visit::Visit;
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, RETRY_AFTER,
};
use axum::http::{HeaderName, StatusCode};
use group::{Scope, person};
use model::trigger::{Invocation, Person, Request, Trigger};
use model::{App, AppAddress, Ending, Kind, Problem, Value, sabotage};
use std::collections::BTreeMap;

/// The route whose requests have any method.
pub(super) const ROUTE: &str = "/@{o}/{a}/-/{path}";
/// What keeps an answer from running anything, whatever it says it is.
const POLICY: &str =
    "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'none'";
/// Headers of an answer that a script may set: none of them reaches beyond this answer.
const HEADERS: [&str; 11] = [
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "cache-control",
    "content-disposition",
    "content-language",
    "etag",
    "last-modified",
    "link",
    "retry-after",
    "vary",
];
/// Seconds after which a resting app may be asked again: it wakes at midnight at the latest.
const REST_SECONDS: u32 = 3_600;

/// Any method to `/@o/a/-/PATH`: a file of the release, or what `serve` answers.
pub(super) fn answer(visit: &Visit) -> Result<Reply, Problem> {
    let read = matches!(visit.method.as_str(), "GET" | "HEAD");
    if read
        && let Ok(app) = visit.app()
        && let Some(bytes) = released_file(visit, app)?
    {
        return Ok(file(&visit.rest, bytes));
    }
    match caller(visit).and_then(|by| serve(visit, by)) {
        Ok(reply) => Ok(reply),
        Err(problem) => Ok(refused(&problem)),
    }
}

/// `GET /@o/a/f/NAME`: a file that the app has kept.
pub(super) fn kept_file(visit: &Visit) -> Result<Reply, Problem> {
    let bytes = visit.group().kept_file(visit.app()?, &visit.rest)?;
    Ok(file(&visit.rest, bytes))
}

/// A file under `files/` of the release that runs.
fn released_file(visit: &Visit, app: &App) -> Result<Option<Vec<u8>>, Problem> {
    let Some(id) = &app.release else { return Ok(None) };
    let path = format!("files/{}", visit.rest);
    let release = visit.group().release(app, id)?;
    let Some(hash) = release.files.get(&path) else { return Ok(None) };
    visit.group().store().blob(hash)
}

/// Who acts, by a bearer token; nobody without one.
fn caller(visit: &Visit) -> Result<Option<Person>, Problem> {
    let header = visit.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(token) = header.and_then(|value| value.strip_prefix("Bearer ")) else {
        return Ok(None);
    };
    let read = matches!(visit.method.as_str(), "GET" | "HEAD");
    match visit.group().token(token.trim())? {
        Some((account, scope)) if read || scope == Scope::Write => Ok(Some(person(&account))),
        Some(_) => Err(Problem::forbidden("This token may only read.")),
        // Other services have tokens of their own: whether they fit is the script's to judge.
        None => Ok(None),
    }
}

fn serve(visit: &Visit, by: Option<Person>) -> Result<Reply, Problem> {
    let mut steps = visit.here.trim_start_matches('/').splitn(3, '/');
    let (owner, name) = (steps.next().unwrap_or(""), steps.next().unwrap_or(""));
    let app = visit.group().app_at(&AppAddress::parse(&format!("{owner}/{name}"))?, by.as_ref())?;
    let request = Request {
        method: visit.method.as_str().to_owned(),
        path: format!("/{}", visit.rest),
        query: visit.query.of_the_app(),
        headers: headers(visit),
        body: visit.body.clone(),
    };
    let trigger = Trigger::Serve(request);
    let invocation = Invocation { app: app.id, trigger, by, chain: None, draft: false };
    let ran = visit.group().invoke(invocation)?;
    match ran.ending {
        Ending::Done => Ok(written(&ran.answer)),
        _ => Ok(plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The app could not answer. Its owner can see why in its log.",
        )),
    }
}

/// The headers of a request that a script may see: nothing that proves who somebody is to us.
fn headers(visit: &Visit) -> BTreeMap<String, String> {
    visit
        .headers
        .iter()
        .filter(|(name, _)| **name != COOKIE && **name != AUTHORIZATION)
        .filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        })
        .collect()
}

/// What a script answered, as an answer of HTTP.
fn written(answer: &Value) -> Reply {
    let code = answer.get("status").and_then(Value::as_int).unwrap_or(200);
    let code = u16::try_from(code).ok().filter(|code| (200..600).contains(code));
    let code = code.and_then(|code| StatusCode::from_u16(code).ok());
    let Some(code) = code else {
        return plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The app answered with a status that HTTP does not have.",
        );
    };
    let (kind, body) = match answer {
        Value::Nil => return plain(StatusCode::NO_CONTENT, ""),
        Value::Map(_) => match answer.get("body") {
            Some(Value::Str(bytes)) => (None, bytes.clone()),
            Some(Value::Nil) | None => (None, Vec::new()),
            Some(other) => (None, other.shown().into_bytes()),
        },
        Value::Str(bytes) => (None, bytes.clone()),
        other => (Some("text/plain"), other.shown().into_bytes()),
    };
    let set: BTreeMap<String, String> = match answer.get("headers") {
        Some(Value::Map(map)) => {
            map.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.shown())).collect()
        }
        _ => BTreeMap::new(),
    };
    let kind = kind.or(set.get("content-type").map(String::as_str)).unwrap_or("text/plain");
    let mut reply = sandboxed(Reply::raw(code, body), kind);
    for name in HEADERS {
        if let Some(value) = set.get(name) {
            reply = reply.with(HeaderName::from_static(name), value.clone());
        }
    }
    if !set.contains_key("cache-control") {
        reply = reply.with(CACHE_CONTROL, "no-store");
    }
    reply
}

fn file(name: &str, bytes: Vec<u8>) -> Reply {
    let end = name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    let kind = match end.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "mp3" => "audio/mpeg",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "m4a" => "audio/mp4",
        "flac" => "audio/flac",
        "vtt" => "text/vtt; charset=utf-8",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "json" => "application/json",
        "csv" => "text/csv; charset=utf-8",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        _ if std::str::from_utf8(&bytes).is_ok() => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    sandboxed(Reply::raw(StatusCode::OK, bytes), kind).with(CACHE_CONTROL, "private, no-cache")
}

/// The headers of everything an app answers by itself.
fn sandboxed(reply: Reply, kind: &str) -> Reply {
    reply.with(CONTENT_TYPE, harmless(kind)).with(CONTENT_SECURITY_POLICY, POLICY)
}

/// A content type that a browser runs nothing of: pages, drawings, scripts and styles become text.
fn harmless(kind: &str) -> String {
    let bare = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let runs = ["html", "svg", "script", "css", "xsl", "mathml", "wasm"];
    let plain = bare.is_empty() || runs.iter().any(|word| bare.contains(word));
    match plain && !sabotage::off("raw-box") {
        true => "text/plain; charset=utf-8".to_owned(),
        false if bare == "text/plain" => "text/plain; charset=utf-8".to_owned(),
        false => kind.to_owned(),
    }
}

fn plain(code: StatusCode, text: &str) -> Reply {
    let body = if text.is_empty() { Vec::new() } else { format!("{text}\n").into_bytes() };
    sandboxed(Reply::raw(code, body), "text/plain").with(CACHE_CONTROL, "no-store")
}

/// A problem before or around the run, for a program to read.
fn refused(problem: &Problem) -> Reply {
    if !problem.private().is_empty() {
        eprintln!("allot: {}", problem.private());
    }
    let reply = plain(status(problem.kind), &problem.public);
    match problem.kind {
        Kind::OverQuota => reply.with(RETRY_AFTER, REST_SECONDS.to_string()),
        _ => reply,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_an_app_answers_can_run() {
        for (kind, expect) in [
            ("text/html", "text/plain; charset=utf-8"),
            ("TEXT/HTML; charset=utf-8", "text/plain; charset=utf-8"),
            ("application/xhtml+xml", "text/plain; charset=utf-8"),
            ("image/svg+xml", "text/plain; charset=utf-8"),
            ("application/javascript", "text/plain; charset=utf-8"),
            ("text/ecmascript", "text/plain; charset=utf-8"),
            ("text/css", "text/plain; charset=utf-8"),
            ("", "text/plain; charset=utf-8"),
            ("application/atom+xml", "application/atom+xml"),
            ("application/json", "application/json"),
            ("image/png", "image/png"),
        ] {
            assert_eq!(harmless(kind), expect, "{kind}");
        }
    }
}
