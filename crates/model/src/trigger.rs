//! What wakes an app, and the one value a door can make.

use crate::{AccountId, AppId, Chain, EffectId, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What woke an app.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// Someone looks: `view(ctx)`. `path` begins with `/` and is inside the app.
    View { path: String, query: BTreeMap<String, String> },
    /// A button or form: `on.NAME(ctx, args)`, then the view is drawn again.
    Action {
        handler: String,
        args: Value,
        form: BTreeMap<String, String>,
        /// Files that came with the form.
        files: Vec<Upload>,
        path: String,
        query: BTreeMap<String, String>,
        /// A press of a button that came twice runs once.
        nonce: Option<String>,
    },
    /// A raw request: `serve(ctx, request)`.
    Serve(Request),
    /// A tick of a schedule: `at.NAME(ctx, args)`.
    Schedule { name: String, args: Value },
    /// A person writes a document of the app on a page of the group: no function of the app runs.
    Document { name: String, change: Change },
    /// An effect of this app was delivered: `done(ctx, effect)`.
    Done { effect: EffectId, what: Value },
    /// An effect of this app was given up: `failed(ctx, effect)`.
    Failed { effect: EffectId, what: Value },
    /// New code takes over the data of a release of this number: `migrate(ctx, from)`.
    Migrate { from: u64 },
    /// It looks whether the data is right then: `check(ctx)`.
    Check,
}

/// A file that came with a form: its bytes lie in the store, and the run gives them a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The field of the form.
    pub field: String,
    /// As it was called where it came from, or nearly.
    pub name: String,
    /// What the browser says it is; nobody has looked.
    pub kind: String,
    /// The name in the app's `files` under which the run finds it.
    pub file: String,
    /// The blob, and its bytes.
    pub hash: String,
    pub size: i64,
}

/// What a person does to a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Keeps a text as the newest revision. `base` is the revision it was made from: what others
    /// kept since is merged in. Without it the text stands as it is.
    Save { text: String, base: Option<i64> },
    /// Keeps a text for the one who writes it, so that they find it again.
    Draft { text: String, base: i64 },
    /// Forgets that.
    Discard,
}

/// A raw HTTP request to `…/poll/-/PATH`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: BTreeMap<String, String>,
    /// Names in lower case; cookies and authorization are not among them.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Trigger {
    /// Its word in receipts and in `ctx.trigger`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Trigger::View { .. } => "view",
            Trigger::Action { .. } => "action",
            Trigger::Serve(_) => "serve",
            Trigger::Schedule { .. } => "schedule",
            Trigger::Document { .. } => "document",
            Trigger::Done { .. } => "done",
            Trigger::Failed { .. } => "failed",
            Trigger::Migrate { .. } => "migrate",
            Trigger::Check => "check",
        }
    }

    /// The trigger with its handler, as a log line names it.
    #[must_use]
    pub fn named(&self) -> String {
        match self {
            Trigger::View { path, .. } => format!("view {path}"),
            Trigger::Action { handler, .. } => format!("on.{handler}"),
            Trigger::Serve(request) => format!("serve {} {}", request.method, request.path),
            Trigger::Schedule { name, .. } => format!("at.{name}"),
            Trigger::Document { name, .. } => format!("document {name}"),
            Trigger::Done { .. } => "done".into(),
            Trigger::Failed { .. } => "failed".into(),
            Trigger::Migrate { from } => format!("migrate from {from}"),
            Trigger::Check => "check".into(),
        }
    }

    /// Whether the app woke itself, or its effects did, and nobody from outside.
    #[must_use]
    pub fn is_own(&self) -> bool {
        match self {
            Trigger::View { .. } | Trigger::Action { .. } => false,
            Trigger::Serve(_) | Trigger::Document { .. } => false,
            Trigger::Schedule { .. } | Trigger::Done { .. } | Trigger::Failed { .. } => true,
            Trigger::Migrate { .. } | Trigger::Check => true,
        }
    }

    /// Whether the run may write: looking never does.
    #[must_use]
    pub fn writes(&self) -> bool {
        match self {
            Trigger::View { .. } | Trigger::Check => false,
            Trigger::Serve(request) => !matches!(request.method.as_str(), "GET" | "HEAD"),
            _ => true,
        }
    }
}

/// Who acts, as an app may know it: an identity, never a credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: AccountId,
    pub handle: String,
    pub name: String,
    pub lang: String,
    pub tz: String,
    pub roles: Vec<String>,
}

/// What arrived, as one value. It is the only thing a door can make.
#[derive(Clone, Debug, PartialEq)]
pub struct Invocation {
    pub app: AppId,
    pub trigger: Trigger,
    /// Who acts; `None` when signed out, and for schedules.
    pub by: Option<Person>,
    /// The chain it continues; `None` begins a new one.
    pub chain: Option<Chain>,
    /// Run the draft on its own copy of the data instead of the release.
    pub draft: bool,
}
