//! Buttons and forms: their handler and arguments are sealed by the group, so that a browser can
//! only press what it was shown, and a double click runs once.

use crate::group::Group;
use crate::records::{self, Found};
use crate::ticket::Ticket;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::problem::{Kind as ProblemKind, Problem, Result};
use model::trigger::Trigger;
use model::{App, Moment, Value, limit, sabotage};
use serde::{Deserialize, Serialize};
use store::{Expect, Kind, Put};

/// What a button holds, sealed.
#[derive(Serialize, Deserialize)]
struct Sealed {
    handler: String,
    args: String,
    release: String,
    draft: bool,
    until: Moment,
}

/// A pressed button.
#[derive(Clone, Debug, PartialEq)]
pub struct Pressed {
    pub handler: String,
    pub args: Value,
    /// The page it stood on was of this release, or of the draft.
    pub draft: bool,
    /// Whether the app was changed since the page was drawn.
    pub outdated: bool,
}

impl Group {
    /// Seals a button of an app for one viewer: an account's id, or empty for everybody signed out.
    pub fn seal_action(
        &self,
        app: &App,
        draft: bool,
        viewer: &str,
        handler: &str,
        args: &Value,
    ) -> Result<String> {
        let args = sandbox::encode(args);
        if args.len() > limit::ACTION_ARGS_BYTES_MAX {
            return Err(Problem::invalid(
                "The args of a button are at most 8 KiB; keep the rest in store and pass its key.",
            ));
        }
        let sealed = Sealed {
            handler: handler.to_owned(),
            args: STANDARD.encode(args),
            release: running(app, draft),
            draft,
            until: self.now().plus(limit::ACTION_LIFE),
        };
        let text = serde_json::to_vec(&sealed)
            .map_err(|err| Problem::internal(format!("sealing an action: {err}")))?;
        self.keys.seal(self.world.as_ref(), "action", &context(app, viewer), &text)
    }

    /// Opens a pressed button.
    pub fn open_action(&self, app: &App, viewer: &str, token: &str) -> Result<Pressed> {
        let strange = || {
            Problem::new(
                ProblemKind::Conflict,
                "This page is too old, or was drawn for somebody else. Reload it and press again.",
            )
        };
        let bytes = self.keys.open("action", &context(app, viewer), token).ok_or_else(strange)?;
        let sealed: Sealed = serde_json::from_slice(&bytes).map_err(|_| strange())?;
        if sealed.until < self.now() {
            return Err(strange());
        }
        let args =
            STANDARD.decode(&sealed.args).ok().and_then(|bytes| sandbox::decode(&bytes).ok());
        Ok(Pressed {
            handler: sealed.handler,
            args: args.ok_or_else(strange)?,
            outdated: sealed.release != running(app, sealed.draft),
            draft: sealed.draft,
        })
    }

    /// Whether this press ran already: a button that comes twice within ten minutes runs once.
    pub fn pressed_before(&self, app: &App, viewer: &str, nonce: &str) -> Result<bool> {
        let found = records::load::<()>(&self.store, Kind::Nonce, &nonce_id(app, viewer, nonce))?;
        Ok(found.is_some())
    }

    /// Remembers a press in the commit of its run; of two at once one is refused there.
    pub(crate) fn nonce_put(&self, ticket: &Ticket) -> Result<Option<Put>> {
        let Trigger::Action { nonce: Some(nonce), .. } = &ticket.invocation.trigger else {
            return Ok(None);
        };
        let by = ticket.invocation.by.as_ref();
        let viewer = by.map(|person| person.id.to_string()).unwrap_or_default();
        let found = Found {
            id: nonce_id(&ticket.app.it, &viewer, nonce),
            due: Some(ticket.now.plus(limit::NONCE_LIFE)),
            ..Found::default()
        };
        records::put(Kind::Nonce, found, &(), Expect::New).map(Some)
    }
}

fn nonce_id(app: &App, viewer: &str, nonce: &str) -> String {
    crate::keys::secret_id(&format!("{}:{viewer}:{nonce}", app.id))
}

fn context(app: &App, viewer: &str) -> String {
    if sabotage::off("button-seal") {
        return String::new();
    }
    format!("{}:{viewer}", app.id)
}

/// What runs: the release, or the draft at a revision.
fn running(app: &App, draft: bool) -> String {
    match (&app.release, draft) {
        (Some(id), false) => id.to_string(),
        _ => format!("draft {}", app.draft_revision),
    }
}
