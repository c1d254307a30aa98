//! An answer of the web door: a page, a way on, or a file; and how troubles become pages. Every
//! answer carries the headers that keep a browser strict.

use super::visit::Visit;
use super::{chrome, cookie};
use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION,
    REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use model::sabotage;
use model::{Kind, Problem};
use ui::page::error::ErrorPage;
use ui::{Chrome, Flash, Markup, POLICY};
use url::form_urlencoded::byte_serialize;

/// An answer.
pub(super) struct Reply {
    status: StatusCode,
    body: Body,
    headers: Vec<(HeaderName, String)>,
}

impl Reply {
    fn new(status: StatusCode, body: impl Into<Body>) -> Reply {
        Reply { status, body: body.into(), headers: Vec::new() }
    }

    /// A page.
    pub(super) fn page(status: StatusCode, page: Markup) -> Reply {
        let policy = if sabotage::off("page-policy") { "default-src *" } else { POLICY };
        Reply::new(status, page.into_string())
            .with(CONTENT_TYPE, "text/html; charset=utf-8")
            .with(CONTENT_SECURITY_POLICY, policy)
            .with(CACHE_CONTROL, "no-store")
    }

    /// A page that shows what was asked for.
    pub(super) fn shown(page: Markup) -> Reply {
        Reply::page(StatusCode::OK, page)
    }

    /// A page with a form that could not be taken as it is.
    pub(super) fn again(page: Markup) -> Reply {
        Reply::page(StatusCode::UNPROCESSABLE_ENTITY, page)
    }

    /// The way to another page, which is then asked for with GET.
    pub(super) fn go(to: impl Into<String>) -> Reply {
        Reply::new(StatusCode::SEE_OTHER, "").with(LOCATION, to)
    }

    /// A file to keep.
    pub(super) fn file(name: &str, kind: &str, bytes: impl Into<Body>) -> Reply {
        Reply::new(StatusCode::OK, bytes)
            .with(CONTENT_TYPE, kind)
            .with(CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
            .with(CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'")
            .with(CACHE_CONTROL, "no-store")
    }

    /// An answer with these headers alone.
    pub(super) fn raw(status: StatusCode, body: Vec<u8>) -> Reply {
        Reply::new(status, body)
    }

    /// An error page with words of its own, or those of the status.
    pub(super) fn error(visit: &Visit, status: StatusCode, text: &str) -> Reply {
        match chrome::of(visit) {
            Ok(chrome) => Reply::page(status, error_page(&chrome, status, text)),
            Err(problem) => Reply::new(status, problem.public).with(CONTENT_TYPE, "text/plain"),
        }
    }

    /// The page of a problem. Whoever must sign in first is led there and back.
    pub(super) fn trouble(visit: &Visit, problem: &Problem) -> Reply {
        log(problem);
        if problem.kind == Kind::SignIn && visit.method == "GET" {
            let next: String = byte_serialize(visit.here.as_bytes()).collect();
            return Reply::go(format!("/sign-in?next={next}"));
        }
        Reply::error(visit, status(problem.kind), &problem.public)
    }

    pub(super) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Reply {
        self.headers.push((name, value.into()));
        self
    }

    /// Leaves a message for the page that follows.
    pub(super) fn saying(self, visit: &Visit, flash: &Flash) -> Reply {
        self.with(SET_COOKIE, cookie::say(flash, visit.https()))
    }

    /// Begins the session of a browser.
    pub(super) fn beginning(self, visit: &Visit, secret: &str) -> Reply {
        let header = cookie::begin(secret, visit.https());
        self.with(SET_COOKIE, header)
    }

    /// Ends it.
    pub(super) fn ending(self, visit: &Visit) -> Reply {
        let header = cookie::end(visit.https());
        self.with(SET_COOKIE, header)
    }

    /// The answer as it leaves. A message that this page has shown is forgotten.
    pub(super) fn into_response(mut self, visit: &Visit) -> Response {
        let is_page = self.headers.iter().any(|(name, _)| *name == CACHE_CONTROL);
        if visit.flash.is_some() && is_page {
            self = self.with(SET_COOKIE, cookie::said(visit.https()));
        }
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        for (name, value) in [
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (REFERRER_POLICY, "same-origin"),
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        for (name, value) in self.headers {
            // What cannot stand in a header is left out: nothing of it may begin another line.
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.append(name, value);
            }
        }
        response
    }
}

/// The answer when not even a page can be drawn.
pub(super) fn plain_trouble(problem: &Problem) -> Response {
    log(problem);
    let mut response = Response::new(Body::from(format!("{}\n", problem.public)));
    *response.status_mut() = status(problem.kind);
    response
}

/// The one place where a page's problem becomes a status.
pub(super) fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::SignIn => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::OverQuota => StatusCode::TOO_MANY_REQUESTS,
        Kind::Outside => StatusCode::BAD_GATEWAY,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn error_page(chrome: &Chrome, status: StatusCode, text: &str) -> Markup {
    ErrorPage { status: status.as_u16(), text: text.to_owned() }.draw(chrome)
}

pub(super) fn log(problem: &Problem) {
    if !problem.private().is_empty() {
        eprintln!("allot: {}", problem.private());
    }
}
