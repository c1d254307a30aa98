//! JSON of a script's values, and of a view: the face other programs read. It never holds a
//! handler's argument that the script did not put there.

use model::Value;
use serde_json::{Map, Value as Json};

/// A script's value as JSON; bytes that are no text become U+FFFD, numbers JSON lacks become null.
#[must_use]
pub fn of_value(value: &Value) -> Json {
    match value {
        Value::Nil => Json::Null,
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Int(number) => Json::from(*number),
        Value::Float(number) => Json::from(*number),
        Value::Str(bytes) => Json::String(String::from_utf8_lossy(bytes).into_owned()),
        Value::List(items) => Json::Array(items.iter().map(of_value).collect()),
        Value::Map(map) => {
            Json::Object(map.iter().map(|(name, value)| (name.clone(), of_value(value))).collect())
        }
    }
}

/// JSON as a script's value; used by tests and by clients that send one.
#[must_use]
pub fn to_value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Float(number.as_f64().unwrap_or(0.0)),
        },
        Json::String(text) => Value::text(text.as_str()),
        Json::Array(items) => Value::List(items.iter().map(to_value).collect()),
        Json::Object(map) => Value::map(map.iter().map(|(name, json)| (name, to_value(json)))),
    }
}

/// How deep a value is nested; a text is 1 deep.
pub(crate) fn depth(value: &Value) -> usize {
    1 + match value {
        Value::List(items) => items.iter().map(depth).max().unwrap_or(0),
        Value::Map(map) => map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// A map with one pair more.
pub(crate) fn with(
    mut map: Map<String, Json>,
    name: &str,
    json: impl Into<Json>,
) -> Map<String, Json> {
    map.insert(name.to_owned(), json.into());
    map
}
