//! What is asked, read once: the address of an app, the query, the JSON body. What cannot be read,
//! or is not known here, is refused in the API's own words.

use super::answer::{Trouble, too_large};
use super::asker::sign_in;
use super::{BODY_BYTES_MAX, FILES_BYTES_MAX, Shared};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use model::{AppAddress, Problem};
use serde::de::DeserializeOwned;
use std::error::Error;

/// The app that the path names.
pub(super) struct At(pub(super) AppAddress);

impl FromRequestParts<Shared> for At {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, group: &Shared) -> Result<At, Trouble> {
        let steps = Path::<Vec<(String, String)>>::from_request_parts(parts, group).await;
        let steps = steps.map_err(|_| no_text())?.0;
        let step = |name: &str| {
            let found = steps.iter().find(|(it, _)| it == name);
            found.map(|(_, step)| step.as_str()).unwrap_or_default()
        };
        let address = AppAddress::parse(&format!("{}/{}", step("owner"), step("app")))?;
        Ok(At(address))
    }
}

fn no_text() -> Trouble {
    Trouble(Problem::invalid("This address is not text. Write an app like @ana/poll."))
}

/// The query.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Shared> for Asked<T> {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, group: &Shared) -> Result<Asked<T>, Trouble> {
        match Query::from_request_parts(parts, group).await {
            Ok(Query(query)) => Ok(Asked(query)),
            Err(err) => Err(Trouble(Problem::invalid(format!(
                "The query cannot be taken: {}. Look into docs/openapi.json for what it may hold.",
                err.body_text()
            )))),
        }
    }
}

/// The body, as JSON whatever its header says, and of so many bytes at most.
pub(super) struct Sent<T, const BYTES_MAX: usize = BODY_BYTES_MAX>(pub(super) T);

/// A body with the files of an app.
pub(super) type SentFiles<T> = Sent<T, FILES_BYTES_MAX>;

impl<T: DeserializeOwned, const BYTES_MAX: usize> FromRequest<Shared> for Sent<T, BYTES_MAX> {
    type Rejection = Response;

    async fn from_request(request: Request, _: &Shared) -> Result<Self, Response> {
        // Large bodies are taken from nobody who does not even say who sends them.
        if BYTES_MAX > BODY_BYTES_MAX && !request.headers().contains_key(AUTHORIZATION) {
            return Err(Trouble(sign_in()).into_response());
        }
        let read = Limited::new(request.into_body(), BYTES_MAX).collect().await;
        let bytes = read.map_err(|err| unread(&*err, BYTES_MAX))?.to_bytes();
        serde_json::from_slice(&bytes).map(Sent).map_err(|err| {
            let text = format!(
                "The body cannot be taken: {err}. Look into docs/openapi.json for what it holds."
            );
            Trouble(Problem::invalid(text)).into_response()
        })
    }
}

fn unread(err: &(dyn Error + Send + Sync + 'static), bytes_max: usize) -> Response {
    if err.is::<LengthLimitError>() {
        return too_large(bytes_max as u64);
    }
    Trouble(Problem::invalid("The body did not come whole. Send it again.")).into_response()
}
