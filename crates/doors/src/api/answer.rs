//! Answers and troubles of the API as JSON. A private text never gets here.

use super::Shared;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use model::{Kind, Problem};
use serde_json::{Value, json};

/// An answer.
pub(super) struct Answer(pub(super) Value);

/// A problem on its way out.
pub(super) struct Trouble(pub(super) Problem);

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Trouble {
        Trouble(problem)
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        respond(StatusCode::OK, &self.0)
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        if !self.0.private().is_empty() {
            eprintln!("allot: {}", self.0.private());
        }
        let (status, word) = status(self.0.kind);
        refuse(status, word, &self.0.public)
    }
}

/// The one place where a kind of problem becomes a status.
fn status(kind: Kind) -> (StatusCode, &'static str) {
    match kind {
        Kind::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
        Kind::SignIn => (StatusCode::UNAUTHORIZED, "sign_in"),
        Kind::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
        Kind::NotFound => (StatusCode::NOT_FOUND, "not_found"),
        Kind::Conflict => (StatusCode::CONFLICT, "conflict"),
        Kind::OverQuota => (StatusCode::TOO_MANY_REQUESTS, "over_quota"),
        Kind::Outside => (StatusCode::BAD_GATEWAY, "outside"),
        Kind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
    }
}

/// The one shape of a refusal.
pub(super) fn refuse(status: StatusCode, kind: &str, message: &str) -> Response {
    respond(status, &json!({ "error": { "kind": kind, "message": message } }))
}

/// More than is read of one request.
pub(super) fn too_large(bytes_max: u64) -> Response {
    let mib = bytes_max.div_ceil(1 << 20);
    let text = format!("A request may have at most {mib} MiB here. Send less at once.");
    refuse(StatusCode::PAYLOAD_TOO_LARGE, "too_large", &text)
}

/// Says that a group answers here, which version of it, and what its clock says.
pub(super) async fn health(State(group): State<Shared>) -> Answer {
    let version = env!("CARGO_PKG_VERSION");
    Answer(json!({ "status": "fine", "version": version, "now": group.now() }))
}

pub(super) async fn no_such_method() -> Response {
    let text = "This address is not asked in this way. Look into docs/openapi.json for the methods it has.";
    refuse(StatusCode::METHOD_NOT_ALLOWED, "no_such_method", text)
}

pub(super) async fn no_such_route() -> Trouble {
    Trouble(Problem::not_found(
        "The API has no such address. Look into docs/openapi.json for those it has.",
    ))
}

fn respond(status: StatusCode, body: &Value) -> Response {
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    (status, headers, format!("{body}\n")).into_response()
}
