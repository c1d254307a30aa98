//! Who asks: nobody, or an account by its token. And where the group's work is done meanwhile.

use super::Shared;
use super::answer::{Answer, Trouble};
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use group::{Group, Scope, person};
use model::trigger::Person;
use model::{Account, App, AppAddress, Kind, Problem};

/// Nobody, or an account and what its token may do.
pub(super) struct Asker {
    account: Option<(Account, Scope)>,
}

impl Asker {
    /// The person, as apps may know them.
    pub(super) fn person(&self) -> Option<Person> {
        self.account.as_ref().map(|(account, _)| person(account))
    }

    /// The account of a token that may look.
    pub(super) fn reader(&self) -> Result<&Account, Problem> {
        self.account.as_ref().map(|(account, _)| account).ok_or_else(sign_in)
    }

    /// The account of a token that may change something.
    pub(super) fn writer(&self) -> Result<&Account, Problem> {
        match &self.account {
            Some((account, Scope::Write)) => Ok(account),
            Some(_) => {
                Err(Problem::forbidden("This token may only read. Make one that may write."))
            }
            None => Err(sign_in()),
        }
    }

    /// The app at an address, as far as the asker may know of it.
    pub(super) fn app(&self, group: &Group, at: &AppAddress) -> Result<App, Problem> {
        group.app_at(at, self.person().as_ref())
    }

    /// The app, if the asker owns it: its log, receipts and grants are nobody else's.
    pub(super) fn own_app(&self, group: &Group, at: &AppAddress) -> Result<App, Problem> {
        let account = self.reader()?;
        let app = self.app(group, at)?;
        if app.owner == account.id {
            Ok(app)
        } else {
            Err(Problem::not_found("Only its owner sees this of an app."))
        }
    }
}

pub(super) fn sign_in() -> Problem {
    Problem::new(Kind::SignIn, "This needs a token. Run   allot login   and try again.")
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
                Kind::SignIn,
                "This token is not known here; it may be revoked. Make a new one and run   allot login.",
            ))),
        }
    }
}

/// Does the group's work where it may wait.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Trouble> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(Trouble),
        Err(err) => Err(Trouble(Problem::internal(format!("a task ended badly: {err}")))),
    }
}

/// The same, with the answer as JSON.
pub(super) async fn answering(
    work: impl FnOnce() -> Result<serde_json::Value, Problem> + Send + 'static,
) -> Result<Answer, Trouble> {
    blocking(work).await.map(Answer)
}
