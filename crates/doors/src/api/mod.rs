//! The JSON API for the command line, under `/api`. A bearer token says who asks; the group decides.

mod answer;
mod apps;
mod runs;

use answer::{Answer, Trouble};
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::routing::{delete, get, post, put};
use group::{Group, Scope, person};
use model::trigger::Person;
use model::{Account, Problem, limit};
use std::sync::Arc;

/// Bytes of a request: the files of a release in base64, and room.
const BODY_BYTES_MAX: usize = limit::RELEASE_BYTES_MAX * 3 / 2;

/// What the handlers share.
pub type Shared = Arc<Group>;

/// All routes of the API.
pub fn routes(group: Shared) -> Router {
    Router::new()
        .route("/api/health", get(|| async { "fine\n" }))
        .route("/api/me", get(apps::me))
        .route("/api/apps", get(apps::list).post(apps::create))
        .route("/api/apps/{owner}/{app}", get(apps::show).delete(apps::delete))
        .route("/api/apps/{owner}/{app}/draft", put(apps::save))
        .route("/api/apps/{owner}/{app}/check", post(apps::check))
        .route("/api/apps/{owner}/{app}/publish", post(apps::publish))
        .route("/api/apps/{owner}/{app}/fork", post(apps::fork))
        .route("/api/apps/{owner}/{app}/files", get(apps::files))
        .route("/api/apps/{owner}/{app}/settings", put(apps::settings))
        .route("/api/apps/{owner}/{app}/grants", get(apps::grants).post(apps::allow))
        .route("/api/apps/{owner}/{app}/grants/{id}", delete(apps::take_back))
        .route("/api/apps/{owner}/{app}/view", get(runs::view))
        .route("/api/apps/{owner}/{app}/press", post(runs::press))
        .route("/api/apps/{owner}/{app}/run", post(runs::run))
        .route("/api/apps/{owner}/{app}/log", get(runs::log))
        .route("/api/apps/{owner}/{app}/receipts", get(runs::receipts))
        .route("/api/apps/{owner}/{app}/effects", get(runs::effects))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(group)
}

/// Who asks: nobody, or an account by its token.
pub(crate) struct Asker {
    account: Option<(Account, Scope)>,
}

impl Asker {
    /// The person, as apps may know them.
    fn person(&self) -> Option<Person> {
        self.account.as_ref().map(|(account, _)| person(account))
    }

    /// The account of a token that may look.
    fn reader(&self) -> Result<&Account, Problem> {
        self.account.as_ref().map(|(account, _)| account).ok_or_else(sign_in)
    }

    /// The account of a token that may change something.
    fn writer(&self) -> Result<&Account, Problem> {
        match &self.account {
            Some((account, Scope::Write)) => Ok(account),
            Some(_) => {
                Err(Problem::forbidden("This token may only read. Make one that may write."))
            }
            None => Err(sign_in()),
        }
    }
}

fn sign_in() -> Problem {
    Problem::new(model::Kind::SignIn, "This needs a token. Run   allot login   and try again.")
}

impl FromRequestParts<Shared> for Asker {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, group: &Shared) -> Result<Asker, Trouble> {
        let Some(header) = parts.headers.get(AUTHORIZATION) else {
            return Ok(Asker { account: None });
        };
        let token = header.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
        let token = token.unwrap_or_default().trim().to_owned();
        let group = group.clone();
        let account = blocking(move || group.token(&token)).await?;
        match account {
            Some(account) => Ok(Asker { account: Some(account) }),
            None => Err(Trouble(Problem::new(
                model::Kind::SignIn,
                "This token is not known here; it may be revoked. Make a new one and run   allot login.",
            ))),
        }
    }
}

/// Does the group's work where it may wait.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Trouble> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(Trouble),
        Err(err) => Err(Trouble(Problem::internal(format!("a task ended badly: {err}")))),
    }
}

/// The same, with the answer as JSON.
async fn answering(
    work: impl FnOnce() -> Result<serde_json::Value, Problem> + Send + 'static,
) -> Result<Answer, Trouble> {
    blocking(work).await.map(Answer)
}
