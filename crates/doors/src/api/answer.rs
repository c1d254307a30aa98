//! Answers and troubles of the API as JSON. A private text never gets here.

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use model::{Kind, Problem};
use serde_json::json;

/// An answer.
pub(crate) struct Answer(pub serde_json::Value);

/// A problem on its way out.
pub(crate) struct Trouble(pub Problem);

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
        respond(status, &json!({ "error": { "kind": word, "message": self.0.public } }))
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

fn respond(status: StatusCode, body: &serde_json::Value) -> Response {
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    (status, headers, format!("{body}\n")).into_response()
}
