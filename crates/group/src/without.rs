//! Running with less: something optional that the owner does not let an app have. The app gets an
//! empty thing of the same shape instead of an error, until the owner decides otherwise.
//!
//! `http.fetch` answers status 204 with no headers and an empty body, `git.read` nil, `git.list` an
//! empty list; `http.send` and `git.commit` leave nothing to be sent and answer an empty id.

use crate::desk::Desk;
use crate::grants::{Asked, covers, parse, setting_text, verb_covers};
use crate::group::Group;
use model::app::Without;
use model::problem::{Problem, Result};
use model::{Account, App, Grant, Value};
use std::collections::BTreeMap;

impl Group {
    /// Lets an app run without something optional that it wants, or has it ask again. `object` is as
    /// the manifest has it.
    pub fn run_without(
        &self,
        by: &Account,
        app: &App,
        verb: &str,
        object: &str,
        without: bool,
    ) -> Result<App> {
        self.must_own(by, app)?;
        let want = app.manifest.wants.iter().find(|it| it.verb == verb && it.object == object);
        if without && !want.is_some_and(|want| want.optional) {
            return Err(Problem::invalid(
                "The app cannot do without this: its manifest does not say that it is optional.",
            ));
        }
        let it = Without { verb: verb.to_owned(), object: object.to_owned() };
        self.change_app(app.id, |app| {
            app.without.retain(|other| *other != it);
            if without {
                app.without.push(it.clone());
            }
            Ok(())
        })
    }
}

impl Group {
    /// Whoever grants something has changed their mind about doing without it.
    pub(crate) fn no_longer_without(&self, app: &App, grant: &Grant) -> Result<()> {
        let meant = |it: &Without| {
            let object = match it.object.strip_prefix("settings.") {
                Some(name) => setting_text(app, name),
                None => it.object.clone(),
            };
            it.verb == grant.verb && parse(&object).is_ok_and(|url| covers(&grant.object, &url))
        };
        // The caller's copy of the app may be older than the choice.
        if !self.app(app.id)?.it.without.iter().any(meant) {
            return Ok(());
        }
        self.change_app(app.id, |app| {
            app.without.retain(|it| !meant(it));
            Ok(())
        })?;
        Ok(())
    }
}

/// Whether the owner chose that the app runs without what it asks for.
pub(crate) fn is_without(app: &App, asked: &Asked) -> bool {
    let address = parse(asked.object).ok();
    app.manifest.wants.iter().any(|want| {
        let chosen = app.without.iter().any(|it| it.verb == want.verb && it.object == want.object);
        let object = match want.object.strip_prefix("settings.") {
            Some(name) => setting_text(app, name),
            None => want.object.clone(),
        };
        // A setting that was left empty is asked for as nothing.
        let meant = match &address {
            Some(address) => covers(&object, address),
            None => object.is_empty() && asked.object.is_empty(),
        };
        want.optional && chosen && verb_covers(&want.verb, asked.verb) && meant
    })
}

/// What a call answers that the app runs without; `None` if it has the grant, or must have it.
pub(crate) fn instead(desk: &Desk, asked: &Asked, empty: fn() -> Value) -> Option<Value> {
    let ticket = desk.ticket;
    let granted = crate::grants::find(&ticket.grants, &ticket.owner.it, asked).is_ok();
    (!granted && is_without(&ticket.app.it, asked)).then(empty)
}

/// An answer of the web that says nothing.
pub(crate) fn no_answer() -> Value {
    Value::map([
        ("status", Value::Int(204)),
        ("headers", Value::Map(BTreeMap::new())),
        ("body", Value::from("")),
    ])
}

/// The id of an effect that is none.
pub(crate) fn no_effect() -> Value {
    Value::from("")
}
