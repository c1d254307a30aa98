//! Secrets of an app: set by its owner for one host, put into requests to that host only.

use crate::exposed::{Filled, Used};
use crate::group::Group;
use crate::records::{self, Found};
use crate::ticket::Ticket;
use crate::world::Outgoing;
use model::problem::{Problem, Result};
use model::{Account, App, Ending, Receipt, limit, sabotage};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Kind};
use url::Url;

/// A secret as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Secret {
    pub name: String,
    /// The only host that ever gets it.
    pub host: String,
    sealed: String,
}

/// The mark that stands for a secret in a script.
pub(crate) fn mark(name: &str) -> String {
    format!("{{{{secret:{name}}}}}")
}

/// Whether a text holds the mark of a secret.
pub(crate) fn is_marked(text: &str) -> bool {
    text.contains("{{secret:")
}

impl Group {
    /// Sets a secret of an app for one host.
    pub fn set_secret(
        &self,
        by: &Account,
        app: &App,
        name: &str,
        host: &str,
        value: &str,
    ) -> Result<()> {
        self.must_own(by, app)?;
        check_name(name)?;
        if value.is_empty() || value.len() > limit::SECRET_BYTES_MAX {
            return Err(Problem::invalid(format!(
                "A secret has 1 to {} characters. Nothing was kept.",
                limit::SECRET_BYTES_MAX
            )));
        }
        let url = Url::parse(&format!("https://{host}/")).ok();
        let Some(host) = url
            .as_ref()
            .and_then(Url::host_str)
            .filter(|parsed| *parsed == host.to_ascii_lowercase())
        else {
            return Err(Problem::invalid(
                "A secret belongs to one host; write it like api.example.org.",
            ));
        };
        let id = secret_id(app, name);
        let sealed = self.keys.seal(self.world.as_ref(), "secret", &id, value.as_bytes())?;
        let secret = Secret { name: name.to_owned(), host: host.to_owned(), sealed };
        let found = Found { id, owner: Some(app.id.to_string()), ..Found::default() };
        let put = records::put(Kind::Secret, found, &secret, Expect::Any)?;
        self.store.commit(Batch { puts: vec![put], ..Batch::new(self.now()) })?;
        Ok(())
    }

    /// Forgets a secret of an app.
    pub fn forget_secret(&self, by: &Account, app: &App, name: &str) -> Result<()> {
        self.must_own(by, app)?;
        let id = secret_id(app, name);
        self.store.commit(Batch::new(self.now()).delete(Kind::Secret, id, Expect::Any))?;
        Ok(())
    }

    /// The secrets of an app, without their values.
    pub fn secrets(&self, app: &App) -> Result<Vec<Secret>> {
        let kept = records::load_of(&self.store, Kind::Secret, &app.id.to_string())?;
        Ok(kept.into_iter().map(|kept| kept.it).collect())
    }

    pub(crate) fn secret_names(&self, app: &App) -> Result<Vec<String>> {
        Ok(self.secrets(app)?.into_iter().map(|secret| secret.name).collect())
    }

    /// The same for the door that carries an effect out.
    pub fn fill_in_secrets(&self, app: model::AppId, request: Outgoing) -> Result<Outgoing> {
        Ok(self.with_secrets(&self.app(app)?.it, request)?.request)
    }

    /// Puts secrets in the place of their marks, if the request goes to their own host.
    pub(crate) fn with_secrets(&self, app: &App, mut request: Outgoing) -> Result<Filled> {
        let mut secrets = Vec::new();
        let body = String::from_utf8_lossy(&request.body).into_owned();
        if !request.headers.iter().any(|(_, value)| is_marked(value)) && !is_marked(&body) {
            return Ok(Filled { request, secrets });
        }
        let host = Url::parse(&request.url).ok().and_then(|url| url.host_str().map(str::to_owned));
        for secret in self.secrets(app)? {
            let mark = mark(&secret.name);
            let used = body.contains(&mark)
                || request.headers.iter().any(|(_, value)| value.contains(&mark));
            if !used {
                continue;
            }
            let own_host = host.as_deref() == Some(secret.host.as_str());
            if !own_host && !sabotage::off("secret-host") {
                return Err(Problem::forbidden(format!(
                    "the secret “{}” goes only to {}, not to this address",
                    secret.name, secret.host
                )));
            }
            let bytes = self
                .keys
                .open("secret", &secret_id(app, &secret.name), &secret.sealed)
                .ok_or_else(|| {
                    Problem::internal(format!("secret {} does not open", secret.name))
                })?;
            let value = String::from_utf8_lossy(&bytes).into_owned();
            for (_, text) in &mut request.headers {
                *text = text.replace(&mark, &value);
            }
            if body.contains(&mark) {
                let text = String::from_utf8_lossy(&request.body).replace(&mark, &value);
                request.body = text.into_bytes();
            }
            secrets.push(Used { name: secret.name, value });
        }
        Ok(Filled { request, secrets })
    }

    /// Notes, before an unsafe request leaves, that this run must not be started again by itself.
    pub(crate) fn note_unsafe(&self, ticket: &Ticket) -> Result<()> {
        let receipt = Receipt {
            run: ticket.run,
            app: ticket.app.it.id,
            at: ticket.now,
            trigger: ticket.invocation.trigger.named(),
            by: ticket.by(),
            release: ticket.release.clone(),
            guest: ticket.guest.clone(),
            engine: ticket.engine.clone(),
            price_table: crate::capability::PRICE_TABLE,
            ending: Ending::Lost,
            message: "The server stopped after this run had sent a request that may have changed something outside. It is not repeated by itself: look there, and run it again if you wish.".into(),
            gas: ticket.spent.gas,
            causes: ticket.spent.causes.clone(),
            attempts: ticket.spent.attempts.max(1),
            bytes_written: 0,
            effects: vec![],
            grants: vec![],
            seed: model::release::hex(&ticket.seed),
            chain: ticket.chain,
        };
        let found = Found {
            id: receipt.run.to_string(),
            owner: Some(receipt.app.to_string()),
            name: None,
            due: Some(receipt.at.plus(model::limit::RECEIPT_LIFE)),
        };
        let put = records::put(Kind::Receipt, found, &receipt, Expect::Any)?;
        self.store.commit(Batch { puts: vec![put], ..Batch::new(ticket.now) })?;
        Ok(())
    }
}

/// A name that a script can write: like a handle, but nothing is reserved.
pub fn check_name(name: &str) -> Result<()> {
    let sign = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-');
    if !name.is_empty() && name.len() <= *limit::NAME_CHARS.end() && name.chars().all(sign) {
        return Ok(());
    }
    Err(Problem::invalid(format!(
        "The name of a secret has small letters, digits and hyphens, at most {}; write it like weather-key.",
        limit::NAME_CHARS.end()
    )))
}

fn secret_id(app: &App, name: &str) -> String {
    format!("{}:{name}", app.id)
}
