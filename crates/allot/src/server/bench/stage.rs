//! A group of its own in a temporary folder, with apps whose runs are measured.

use crate::failure::{Code, Failure};
use crate::server::open;
use crate::worker::launch;
use doors::outside::{Outside, Policy};
use group::{Group, person};
use model::trigger::{Invocation, Person, Trigger};
use model::{AppId, Ending, Files, Level, Name, Value};
use std::collections::BTreeMap;
use std::sync::Arc;
use tempfile::TempDir;

/// Where the runs of a stage go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In this process, as no server does it.
    Here,
    Workers,
}

/// A group, deleted with its folder.
pub(super) struct Stage {
    group: Arc<Group>,
    _folder: TempDir,
}

/// An app, and its owner who uses it.
#[derive(Clone)]
pub(super) struct User {
    group: Arc<Group>,
    person: Person,
    app: AppId,
}

impl Stage {
    pub(super) fn new(place: Place) -> Result<Stage, Failure> {
        let failed = |err: std::io::Error| Failure::new(Code::App, format!("No folder: {err}."));
        let folder = tempfile::tempdir().map_err(failed)?;
        let outside = Arc::new(Outside::new(Policy::public("localhost"))?);
        let launch = match place {
            Place::Here => None,
            Place::Workers => Some(launch()?),
        };
        let group = open::group(folder.path(), "localhost", outside, launch)?;
        Ok(Stage { group, _folder: folder })
    }

    /// A new account with one app, whose allowances no bench uses up.
    pub(super) fn user(&self, handle: &str, main: &str) -> Result<User, Failure> {
        let owner = self.group.add_account(handle, "a password of nobody", Level::Admin)?;
        let files = BTreeMap::from([
            ("allotment.toml".to_owned(), b"name = \"measured\"\n".to_vec()),
            ("main.lua".to_owned(), main.as_bytes().to_vec()),
        ]);
        let app = self.group.create_app(&owner, Name::parse("measured")?, &Files::new(files)?)?;
        self.group.publish(&owner, &app, "")?;
        Ok(User { group: self.group.clone(), person: person(&owner), app: app.id })
    }
}

impl User {
    /// Looks at the page, which must come.
    pub(super) fn look(&self) -> Result<(), Failure> {
        let looked = Trigger::View { path: "/".into(), query: BTreeMap::new() };
        let ran = self.group.invoke(self.invocation(looked))?;
        if ran.ending == Ending::Done {
            return Ok(());
        }
        Err(Failure::new(Code::App, format!("The page did not come: {}", ran.message)))
    }

    /// Presses a button, however that ends.
    pub(super) fn press(&self, handler: &str) {
        let pressed = Trigger::Action {
            handler: handler.to_owned(),
            args: Value::Nil,
            form: BTreeMap::new(),
            files: vec![],
            path: "/".into(),
            query: BTreeMap::new(),
            nonce: None,
        };
        // A group that is too busy refuses hostile runs; that is an end as good as any.
        let _ = self.group.invoke(self.invocation(pressed));
    }

    fn invocation(&self, trigger: Trigger) -> Invocation {
        let by = Some(self.person.clone());
        Invocation { app: self.app, trigger, by, chain: None, draft: false }
    }
}
