//! What a run is told: `ctx` and the arguments after it. Identities, never credentials.

use crate::group::Group;
use crate::ticket::Ticket;
use crate::uploads;
use model::Value;
use model::trigger::{Person, Request, Trigger};
use std::collections::BTreeMap;

/// The `ctx` of a run.
pub(crate) fn of(group: &Group, ticket: &Ticket) -> Value {
    let app = &ticket.app.it;
    let owner = &ticket.owner.it;
    let by = ticket.person();
    let mut ctx = BTreeMap::from([
        ("trigger".to_owned(), Value::text(ticket.invocation.trigger.word())),
        ("now".to_owned(), Value::Int(ticket.now.seconds())),
        ("chain".to_owned(), Value::text(ticket.chain.id.to_string())),
        ("lang".to_owned(), Value::text(by.map_or("en", |person| person.lang.as_str()))),
        (
            "owner".to_owned(),
            Value::map([
                ("id", Value::text(owner.id.to_string())),
                ("handle", Value::text(owner.handle.as_str())),
                ("name", Value::text(owner.name.as_str())),
            ]),
        ),
        (
            "app".to_owned(),
            Value::map([
                ("id", Value::text(app.id.to_string())),
                ("name", Value::text(app.name.as_str())),
                ("title", Value::text(app.manifest.title.as_str())),
                (
                    "address",
                    Value::text(group.address(&format!("/@{}/{}", app.owner_handle, app.name))),
                ),
            ]),
        ),
        ("group".to_owned(), Value::map([("host", Value::text(group.config.host.as_str()))])),
    ]);
    if let Some(person) = by {
        ctx.insert("me".to_owned(), me(person));
    }
    add_place(&mut ctx, &ticket.invocation.trigger);
    Value::Map(ctx)
}

fn me(person: &Person) -> Value {
    Value::map([
        ("id", Value::text(person.id.to_string())),
        ("handle", Value::text(person.handle.as_str())),
        ("name", Value::text(person.name.as_str())),
        ("lang", Value::text(person.lang.as_str())),
        ("tz", Value::text(person.tz.as_str())),
        (
            "roles",
            Value::List(person.roles.iter().map(|role| Value::text(role.as_str())).collect()),
        ),
    ])
}

/// Where in the app it happens: path, query and form.
fn add_place(ctx: &mut BTreeMap<String, Value>, trigger: &Trigger) {
    let (path, query, form) = match trigger {
        Trigger::View { path, query } => (path.as_str(), Some(query), None),
        Trigger::Action { path, query, form, .. } => (path.as_str(), Some(query), Some(form)),
        Trigger::Serve(request) => (request.path.as_str(), Some(&request.query), None),
        _ => ("/", None, None),
    };
    ctx.insert("path".to_owned(), Value::text(path));
    ctx.insert("query".to_owned(), query.map_or_else(|| texts(&BTreeMap::new()), texts));
    ctx.insert("form".to_owned(), form.map_or_else(|| texts(&BTreeMap::new()), texts));
    if let Some(files) = uploads::told(trigger) {
        ctx.insert("files".to_owned(), files);
    }
}

fn texts(map: &BTreeMap<String, String>) -> Value {
    Value::Map(map.iter().map(|(key, text)| (key.clone(), Value::text(text.as_str()))).collect())
}

/// The arguments after `ctx`.
pub(crate) fn args(trigger: &Trigger) -> Vec<Value> {
    match trigger {
        Trigger::View { .. } | Trigger::Document { .. } => Vec::new(),
        Trigger::Action { args, form, .. } => vec![with_form(args, form)],
        Trigger::Serve(request) => vec![request_value(request)],
        Trigger::Schedule { args, .. } => vec![args.clone()],
        Trigger::Done { what, .. } | Trigger::Failed { what, .. } => vec![what.clone()],
        Trigger::Migrate { from } => vec![Value::Int(i64::try_from(*from).unwrap_or(i64::MAX))],
        Trigger::Check => Vec::new(),
    }
}

/// The arguments of a button together with what was typed; the sealed arguments win.
fn with_form(args: &Value, form: &BTreeMap<String, String>) -> Value {
    let Value::Map(mut all) = texts(form) else { return args.clone() };
    if let Value::Map(args) = args {
        all.extend(args.clone());
    }
    Value::Map(all)
}

fn request_value(request: &Request) -> Value {
    Value::map([
        ("method", Value::text(request.method.as_str())),
        ("path", Value::text(request.path.as_str())),
        ("query", texts(&request.query)),
        ("headers", texts(&request.headers)),
        ("body", Value::Str(request.body.clone())),
    ])
}
