//! What a run is told, as the interfaces say it.

use super::bindings::{Context, Identity, Owner, Person, Press, Request, Tick, Trigger};
use super::values::{fields, json, text};
use crate::run::Run;
use model::Value;

/// What woke the app.
pub(super) fn trigger(run: &Run) -> Option<Trigger> {
    let first = || run.args.first().cloned().unwrap_or_default();
    Some(match run.trigger {
        "declare" => Trigger::Declare,
        "view" => Trigger::View,
        "action" => Trigger::Action(Press { name: run.handler.into(), args: object(first())? }),
        "serve" => Trigger::Serve(request(&first())?),
        "schedule" => Trigger::Schedule(Tick { name: run.handler.into(), args: json(first())? }),
        "done" => Trigger::Done(json(first())?),
        "failed" => Trigger::Failed(json(first())?),
        _ => return None,
    })
}

/// What does not change while the run lasts.
pub(super) fn context(run: &Run) -> Context {
    let ctx = &run.ctx;
    let of = |name: &str| ctx.get(name).unwrap_or(&Value::Nil);
    let own = |value: &Value, name: &str| value.str_at(name).unwrap_or_default().to_owned();
    let (owner, app) = (of("owner"), of("app"));
    Context {
        me: ctx.get("me").map(person),
        owner: Owner {
            id: own(owner, "id"),
            handle: own(owner, "handle"),
            name: own(owner, "name"),
        },
        app: Identity {
            id: own(app, "id"),
            name: own(app, "name"),
            title: own(app, "title"),
            address: own(app, "address"),
        },
        group: own(of("group"), "host"),
        now: run.now.seconds(),
        lang: own(ctx, "lang"),
        chain: own(ctx, "chain"),
        path: own(ctx, "path"),
        query: named(ctx, "query"),
        form: named(ctx, "form"),
        settings: json(Value::Map(run.settings.clone())).unwrap_or_default(),
    }
}

fn person(me: &Value) -> Person {
    let own = |name: &str| me.str_at(name).unwrap_or_default().to_owned();
    let roles = me.get("roles").map(Value::items).unwrap_or_default();
    Person {
        id: own("id"),
        handle: own("handle"),
        name: own("name"),
        lang: own("lang"),
        tz: own("tz"),
        roles: roles.iter().cloned().filter_map(text).collect(),
    }
}

fn request(value: &Value) -> Option<Request> {
    Some(Request {
        method: value.str_at("method")?.to_owned(),
        path: value.str_at("path")?.to_owned(),
        query: named(value, "query"),
        headers: named(value, "headers"),
        body: value.get("body").and_then(Value::as_bytes).unwrap_or_default().to_vec(),
    })
}

fn named(value: &Value, name: &str) -> Vec<(String, String)> {
    value.get(name).cloned().and_then(fields).unwrap_or_default()
}

/// JSON of a map: without entries it is an object all the same.
fn object(value: Value) -> Option<String> {
    match value {
        Value::Map(map) if !map.is_empty() => json(Value::Map(map)),
        _ => Some("{}".into()),
    }
}
