//! `docs/openapi.json` for tests: what it says of an operation, and whether a value is as a schema
//! says. Only the keywords that the document uses are known; any other fails, so none is skipped.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, unreachable_pub)]

use serde_json::Value;
use std::collections::BTreeSet;

pub struct OpenApi(pub Value);

/// What only explains.
const WORDS: &[&str] =
    &["description", "default", "format", "pattern", "contentEncoding", "contentMediaType"];

impl OpenApi {
    pub fn read() -> OpenApi {
        OpenApi(serde_json::from_str(include_str!("../../../../docs/openapi.json")).unwrap())
    }

    /// All operations: method, path and description.
    pub fn operations(&self) -> Vec<(String, String, &Value)> {
        let mut found = Vec::new();
        for (path, methods) in self.0["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                found.push((method.to_uppercase(), path.clone(), operation));
            }
        }
        found
    }

    pub fn operation(&self, method: &str, path: &str) -> &Value {
        let operation = &self.0["paths"][path][method.to_lowercase()];
        assert!(operation.is_object(), "{method} {path} is not described");
        operation
    }

    /// What a reference leads to; anything else is itself.
    pub fn follow<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(to) => self.0.pointer(to.trim_start_matches('#')).expect(to),
            None => value,
        }
    }

    /// The names of an operation's parameters that stand in the path or the query.
    pub fn parameters(&self, operation: &Value, place: &str) -> BTreeSet<String> {
        let all = operation["parameters"].as_array().into_iter().flatten();
        all.map(|parameter| self.follow(parameter))
            .filter(|parameter| parameter["in"] == place)
            .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
            .collect()
    }

    /// What is wrong with a value; a field that its schema does not list is wrong too.
    pub fn faults(&self, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        let schema = self.follow(schema);
        let mut faults = Vec::new();
        for (keyword, rule) in schema.as_object().unwrap() {
            let wrong = match keyword.as_str() {
                word if WORDS.contains(&word) => vec![],
                "required" | "additionalProperties" => vec![],
                "type" => self.wrong_kind(rule, value, at),
                "const" => wrong_unless(rule == value, at, "is not the one value"),
                "enum" => {
                    wrong_unless(rule.as_array().unwrap().contains(value), at, "is not listed")
                }
                "items" => {
                    let items = value.as_array().into_iter().flatten().enumerate();
                    items.flat_map(|(n, it)| self.faults(rule, it, &format!("{at}/{n}"))).collect()
                }
                "anyOf" | "oneOf" => {
                    let fits = |rule: &&Value| self.faults(rule, value, at).is_empty();
                    let count = rule.as_array().unwrap().iter().filter(fits).count();
                    let fine = count == 1 || (count > 1 && keyword == "anyOf");
                    wrong_unless(fine, at, &format!("fits {count} of its kinds"))
                }
                "properties" => vec![],
                other => panic!("{at}: this test does not know the keyword {other}"),
            };
            faults.extend(wrong);
        }
        faults.extend(self.wrong_fields(schema, value, at));
        faults
    }

    fn wrong_kind(&self, rule: &Value, value: &Value, at: &str) -> Vec<String> {
        let is = |kind: &Value| match kind.as_str().unwrap() {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            other => panic!("{at}: no kind {other}"),
        };
        let fine = rule.as_array().map_or_else(|| is(rule), |kinds| kinds.iter().any(is));
        wrong_unless(fine, at, &format!("is no {rule}: {value}"))
    }

    fn wrong_fields(&self, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        let Some(fields) = value.as_object() else { return vec![] };
        let mut faults = Vec::new();
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap();
            faults.extend(wrong_unless(fields.contains_key(name), at, &format!("lacks {name}")));
        }
        for (name, field) in fields {
            let below = format!("{at}/{name}");
            match (&schema["properties"][name], &schema["additionalProperties"]) {
                (Value::Null, Value::Bool(true)) => {}
                (Value::Null, Value::Null) if schema["type"].is_null() => {}
                (Value::Null, Value::Null) => faults.push(format!("{below} is not described")),
                (Value::Null, others) => faults.extend(self.faults(others, field, &below)),
                (property, _) => faults.extend(self.faults(property, field, &below)),
            }
        }
        faults
    }
}

fn wrong_unless(fine: bool, at: &str, why: &str) -> Vec<String> {
    if fine { vec![] } else { vec![format!("{at} {why}")] }
}
