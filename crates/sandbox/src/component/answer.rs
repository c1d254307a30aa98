//! What a run answers, as every kind of guest answers it.

use super::bindings::{Answer, Declaration, Response};
use super::values::map;
use crate::json;
use model::Value;
use std::collections::BTreeMap;

/// The answer as a value, or what is wrong with it.
pub(super) fn value(answer: Answer) -> Result<Value, String> {
    match answer {
        Answer::Nothing => Ok(Value::Nil),
        Answer::Declaration(it) => declaration(it),
        Answer::View(text) => read("the view", &text),
        Answer::Value(text) => read("the answer", &text),
        Answer::Response(it) => Ok(response(it)),
    }
}

fn read(what: &str, text: &str) -> Result<Value, String> {
    json::read(text).map_err(|err| format!("{what} is no JSON: {err}"))
}

fn response(it: Response) -> Value {
    Value::map([
        ("status", Value::Int(it.status.into())),
        ("headers", map(it.headers)),
        ("body", Value::Str(it.body)),
    ])
}

/// What a program for the web declares: that it answers requests.
pub(super) fn of_a_proxy() -> Value {
    let none = || Value::List(Vec::new());
    Value::map([
        ("settings", Value::Map(BTreeMap::new())),
        ("handlers", Value::map([("on", none()), ("at", none())])),
        ("has", Value::map([("serve", Value::Bool(true))])),
    ])
}

/// In the form in which Lua's prelude declares.
fn declaration(it: Declaration) -> Result<Value, String> {
    let list = |names: Vec<String>| Value::List(names.into_iter().map(Value::text).collect());
    let has: BTreeMap<String, Value> =
        it.answers.into_iter().map(|name| (name, Value::Bool(true))).collect();
    Ok(Value::map([
        ("settings", read("the object of settings", &it.settings)?),
        ("handlers", Value::map([("on", list(it.actions)), ("at", list(it.schedules))])),
        ("has", Value::Map(has)),
    ]))
}
