//! The head of an outgoing request: which headers a script may set, and the ones that are ours.
//! Nothing that could split a request or speak for somebody else passes.

use super::target::{Target, refused};
use super::{Agent, Policy};
use group::world::{Outgoing, Unreached};
use hyper::header::{ACCEPT_ENCODING, HOST, HeaderName, HeaderValue, USER_AGENT};
use hyper::http::request::Parts;
use hyper::{Method, Request};
use model::sabotage;

/// Bytes of all headers of a request: more is refused by common servers.
const HEADER_BYTES_MAX: usize = 16 * 1024;
/// Headers of a request.
const HEADERS_MAX: usize = 64;

/// Headers that belong to the connection, to us, or to a browser that an app is not.
///
/// `Authorization` is not among them: that is where a secret goes, and it goes to granted hosts only.
const OURS: &[&str] = &[
    "accept-encoding",
    "connection",
    "content-length",
    "cookie",
    "cookie2",
    "date",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "keep-alive",
    "origin",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "x-real-ip",
];
/// The same by their beginnings.
const OUR_PREFIXES: &[&str] = &["proxy-", "sec-", "x-forwarded-"];

/// The head of a request, or the sentence that says what is wrong with it.
pub(super) fn head(
    policy: &Policy,
    agent: Agent,
    target: &Target,
    request: &Outgoing,
) -> Result<Parts, Unreached> {
    let url = &target.url;
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let mut head = Request::builder()
        .method(method(&request.method)?)
        .uri(path)
        .body(())
        .map_err(|_| refused("The path of this address has characters that cannot be sent."))?
        .into_parts()
        .0;
    check_size(&request.headers)?;
    for (name, value) in &request.headers {
        let (name, value) = header(name, value)?;
        head.headers.append(name, value);
    }
    head.headers.insert(HOST, ours(&target.authority())?);
    head.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    head.headers.insert(USER_AGENT, ours(&user_agent(policy, agent))?);
    Ok(head)
}

fn user_agent(policy: &Policy, agent: Agent) -> String {
    let version = env!("CARGO_PKG_VERSION");
    match agent {
        Agent::Script => format!("Allotment/{version} (+{})", policy.host),
        Agent::Git => format!("git/2.0 (Allotment/{version}; +{})", policy.host),
    }
}

fn method(name: &str) -> Result<Method, Unreached> {
    match Method::from_bytes(name.as_bytes()) {
        Ok(method) if method != Method::CONNECT && method != Method::TRACE => Ok(method),
        _ => Err(refused(format!("“{}” is not a method an app may use.", name.escape_debug()))),
    }
}

fn check_size(headers: &[(String, String)]) -> Result<(), Unreached> {
    let bytes: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    if headers.len() > HEADERS_MAX || bytes > HEADER_BYTES_MAX {
        return Err(refused(format!(
            "A request has at most {HEADERS_MAX} headers and {HEADER_BYTES_MAX} bytes of them."
        )));
    }
    Ok(())
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Unreached> {
    let shown = name.escape_debug().to_string();
    let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
        return Err(refused(format!("“{shown}” is not the name of a header.")));
    };
    let ours = OURS.contains(&name.as_str())
        || OUR_PREFIXES.iter().any(|prefix| name.as_str().starts_with(prefix));
    if ours && !sabotage::off("own-headers") {
        return Err(refused(format!("The header {shown} is set by the group; leave it out.")));
    }
    // The value may be a secret and is not shown.
    let value = HeaderValue::from_str(value).map_err(|_| {
        refused(format!("The header {shown} has a line break or a character that cannot be sent."))
    })?;
    Ok((name, value))
}

fn ours(value: &str) -> Result<HeaderValue, Unreached> {
    HeaderValue::from_str(value).map_err(|_| refused("This address cannot be put into a request."))
}
