//! Values as the interfaces have them: JSON text, text, bytes, fields.

use super::bindings::Refusal;
use super::state::Asked;
use crate::json;
use model::Value;
use std::collections::BTreeMap;

/// Text, or that it is none.
pub(super) fn text(value: Value) -> Option<String> {
    match value {
        Value::Str(bytes) => String::from_utf8(bytes).ok(),
        _ => None,
    }
}

/// Bytes, or that there are none.
pub(super) fn bytes(value: Value) -> Option<Vec<u8>> {
    match value {
        Value::Str(bytes) => Some(bytes),
        _ => None,
    }
}

/// JSON of a value; one that JSON cannot say, such as bytes that are no text, is `null`.
pub(super) fn json(value: Value) -> Option<String> {
    Some(json::write(&value).unwrap_or_else(|_| "null".into()))
}

/// Nothing was to be answered.
pub(super) fn nothing(_: Value) -> Option<()> {
    Some(())
}

/// What `nil` says, as an option.
pub(super) fn optional<T>(
    read: impl FnOnce(Value) -> Option<T>,
) -> impl FnOnce(Value) -> Option<Option<T>> {
    |value| match value {
        Value::Nil => Some(None),
        value => read(value).map(Some),
    }
}

/// Every item of a list.
pub(super) fn list<T>(
    read: impl FnMut(Value) -> Option<T>,
) -> impl FnOnce(Value) -> Option<Vec<T>> {
    |value| match value {
        Value::List(items) => items.into_iter().map(read).collect(),
        _ => None,
    }
}

/// Texts by name.
pub(super) fn fields(value: Value) -> Option<Vec<(String, String)>> {
    match value {
        Value::Map(map) => Some(map.into_iter().map(|(name, it)| (name, it.shown())).collect()),
        Value::List(items) if items.is_empty() => Some(Vec::new()),
        _ => None,
    }
}

/// Takes one entry out of a map.
pub(super) fn take(value: &mut Value, name: &str) -> Option<Value> {
    match value {
        Value::Map(map) => map.remove(name),
        _ => None,
    }
}

/// A value from the JSON of a guest.
pub(super) fn read(name: &str, text: &str) -> Result<Value, Refusal> {
    json::read(text).map_err(|err| Refusal::Error(format!("{name}: this is no JSON: {err}")))
}

/// Fields as a value; of two with one name the last one counts.
pub(super) fn map(fields: Vec<(String, String)>) -> Value {
    Value::Map(fields.into_iter().map(|(name, text)| (name, Value::text(text))).collect())
}

/// A map of what there is.
pub(super) fn options<const N: usize>(pairs: [(&str, Option<Value>); N]) -> Value {
    let there = pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Map(there.collect::<BTreeMap<_, _>>())
}

/// Text that may be left out.
pub(super) fn or_nil(text: Option<String>) -> Value {
    text.map_or(Value::Nil, Value::text)
}

/// Gives a refusal back that came up before the host was asked.
pub(super) fn refuse<T>(refusal: Refusal) -> Asked<T> {
    Ok(Err(refusal))
}
