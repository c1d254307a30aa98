//! The form of `poll.allot`, an app as one file: a zip whose parts a person can read with any tool.
//! It holds no secret: no token, no key, no password, no value of an app's secrets.
//!
//! `about.json` says what it is. `app/` has the files that run, `used/` what
//! they use of other apps, `draft/` the draft where it differs.
//! Only its owner's file goes on: `settings.json`, `data.jsonl` with one row a line, `schedules.jsonl`
//! that scripts made, `grants.jsonl` and `secrets.jsonl` without what is secret, `releases.jsonl` as
//! far as they are kept, and `blobs/`, what rows and releases name by its SHA-256.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::app::ForkOf;
use model::manifest::When;
use model::{AccountId, AppId, Moment, Value, limit};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value as Json, json};

/// The form written here. A reader refuses every other number.
pub(crate) const FORM: u32 = 1;
pub(crate) const ABOUT: &str = "about.json";
pub(crate) const APP: &str = "app/";
/// Code of other apps that the running release uses.
pub(crate) const USED: &str = "used/";
pub(crate) const DRAFT: &str = "draft/";
pub(crate) const SETTINGS: &str = "settings.json";
pub(crate) const DATA: &str = "data.jsonl";
pub(crate) const SCHEDULES: &str = "schedules.jsonl";
pub(crate) const GRANTS: &str = "grants.jsonl";
pub(crate) const SECRETS: &str = "secrets.jsonl";
pub(crate) const RELEASES: &str = "releases.jsonl";
pub(crate) const BLOBS: &str = "blobs/";

/// What the file is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct About {
    pub allotment_export: u32,
    pub made: Moment,
    /// The group it comes from, by its name in the world.
    pub group: String,
    pub address: String,
    pub app: AppId,
    pub owner: AccountId,
    pub title: String,
    pub licence: String,
    /// The number of the release in `app/`; `None` if those are the files of a draft.
    pub release: Option<u64>,
    pub fork_of: Option<ForkOf>,
    /// Whether data and settings are in it: only the owner's file has them.
    pub whole: bool,
}

/// One row of the app's data.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RowLine {
    /// `store`, `me:ACCOUNT`, `files`, or one of `documents::SPACES`.
    pub space: String,
    pub key: String,
    pub value: Json,
    pub changed: Moment,
}

/// One schedule that a script made; those of the manifest come with it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ScheduleLine {
    pub name: String,
    pub when: When,
    pub again: bool,
    pub args: Json,
    pub tick: Moment,
}

/// One grant, without its token. It is to be read, and never given again by itself.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct GrantLine {
    pub verb: String,
    pub object: String,
    pub setting: Option<String>,
    pub methods: Vec<String>,
    pub given: Moment,
    pub had_token: bool,
}

/// The name of a secret and the one host it was for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SecretLine {
    pub name: String,
    pub host: String,
}

/// Names that stand for what JSON cannot say: a float like infinity, and bytes that are no text.
const FLOAT: &str = "$float";
const BYTES: &str = "$bytes";
/// A table whose only name would be taken for one of these.
const TABLE: &str = "$table";

/// A kept value as JSON, so that `value_of` makes exactly it again.
pub(crate) fn json_of(value: &Value) -> Json {
    match value {
        Value::Nil => Json::Null,
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Int(number) => Json::from(*number),
        Value::Float(number) => match Number::from_f64(*number) {
            Some(json) if exactly(&json, *number) => Json::Number(json),
            _ => json!({ FLOAT: number.to_string() }),
        },
        Value::Str(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Json::from(text),
            Err(_) => json!({ BYTES: STANDARD.encode(bytes) }),
        },
        Value::List(items) => items.iter().map(json_of).collect(),
        Value::Map(map) => {
            let table: Map<_, _> = map.iter().map(|(k, v)| (k.clone(), json_of(v))).collect();
            match only_mark(&table) {
                Some(_) => json!({ TABLE: table }),
                None => Json::Object(table),
            }
        }
    }
}

/// Whether a reader of the written number gets the same bits: JSON readers may round.
fn exactly(json: &Number, number: f64) -> bool {
    let read = serde_json::from_str::<f64>(&json.to_string());
    read.is_ok_and(|read| read.to_bits() == number.to_bits())
}

/// The mark of a table that has nothing but one.
fn only_mark(table: &Map<String, Json>) -> Option<(&str, &Json)> {
    let (name, inner) = table.iter().next()?;
    (table.len() == 1 && [FLOAT, BYTES, TABLE].contains(&name.as_str()))
        .then_some((name.as_str(), inner))
}

/// The value that `json_of` wrote; `None` for what it never writes, or deeper than values are.
pub(crate) fn value_of(json: Json) -> Option<Value> {
    value_at(json, 0)
}

fn value_at(json: Json, depth: usize) -> Option<Value> {
    if depth > limit::VALUE_DEPTH_MAX {
        return None;
    }
    Some(match json {
        Json::Null => Value::Nil,
        Json::Bool(truth) => Value::Bool(truth),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Float(number.as_f64()?),
        },
        Json::String(text) => Value::text(text),
        Json::Array(items) => {
            let items = items.into_iter().map(|item| value_at(item, depth + 1));
            Value::List(items.collect::<Option<_>>()?)
        }
        Json::Object(table) => match only_mark(&table) {
            Some((FLOAT, text)) => Value::Float(text.as_str()?.parse().ok()?),
            Some((BYTES, text)) => Value::Str(STANDARD.decode(text.as_str()?).ok()?),
            Some((_, Json::Object(inner))) => table_at(inner.clone(), depth)?,
            Some(_) => return None,
            None => table_at(table, depth)?,
        },
    })
}

fn table_at(table: Map<String, Json>, depth: usize) -> Option<Value> {
    let entries = table.into_iter().map(|(name, json)| Some((name, value_at(json, depth + 1)?)));
    Some(Value::Map(entries.collect::<Option<_>>()?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn there_and_back(value: &Value) -> Option<Value> {
        let text = json_of(value).to_string();
        value_of(serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn values_that_json_cannot_say_come_back() {
        for value in [
            Value::Float(f64::INFINITY),
            Value::Float(-0.0),
            Value::Float(3.0),
            Value::Float(0.1 + 0.2),
            Value::Float(5e-324),
            Value::Int(i64::MIN),
            Value::Str(vec![0xff, 0]),
            Value::map([("$bytes", Value::from("x"))]),
            Value::map([("$table", Value::map([("$float", Value::Nil)]))]),
            Value::List(vec![]),
            Value::Map([].into()),
        ] {
            assert_eq!(there_and_back(&value), Some(value));
        }
        assert!(
            matches!(there_and_back(&Value::Float(f64::NAN)), Some(Value::Float(x)) if x.is_nan())
        );
    }

    #[test]
    fn what_is_never_written_is_refused() {
        let deep = (0..100).fold(Json::Null, |inner, _| json!([inner]));
        for json in [json!({"$float": 1}), json!({"$bytes": "?"}), json!({"$table": 1}), deep] {
            assert_eq!(value_of(json.clone()), None, "{json}");
        }
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Nil),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            prop::num::f64::NORMAL.prop_map(Value::Float),
            prop::collection::vec(any::<u8>(), 0..9).prop_map(Value::Str),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
                prop::collection::btree_map("[$a-z]{0,6}", inner, 0..6).prop_map(Value::Map),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_value_comes_back(value in any_value()) {
            prop_assert_eq!(there_and_back(&value), Some(value));
        }
    }
}
