//! The JSON face of a view as a JSON Schema (2020-12), made from the table, for whoever writes a
//! program that draws views. Authors are never judged by it: `read` tells them more.

use crate::component::{Component, Kind, LONG_TEXT_BYTES_MAX, Object, Property, TEXT_BYTES_MAX};
use crate::ops::OPS_MAX;
use crate::table::{ALL, COMMON};
use model::limit;
use serde_json::{Map, Value as Json, json};

/// The schema.
#[must_use]
pub fn schema() -> Json {
    let mut definitions = Map::new();
    let nodes: Vec<Json> = ALL.iter().map(|it| refer(it.name)).collect();
    definitions.insert("node".into(), json!({ "oneOf": nodes }));
    for component in ALL {
        definitions.insert(component.name.into(), of_component(component));
        component.properties.iter().for_each(|it| of_records(&it.kind, &mut definitions));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A view of an app, version 1",
        "type": "object",
        "required": ["v", "app", "view"],
        "properties": {
            "v": { "const": 1 },
            "app": { "type": "string" },
            "view": refer("page"),
        },
        "$defs": definitions,
    })
}

fn refer(name: &str) -> Json {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// Records stand beside the components under a name of their own.
fn record(name: &str) -> String {
    format!("record.{name}")
}

fn of_component(it: &Component) -> Json {
    let mut properties = of_properties(it.properties.iter().chain(COMMON));
    properties.insert("type".into(), json!({ "const": it.name }));
    if it.name == "document" {
        let text = "What is written, if the group has it; put there by the group.";
        properties.insert("text".into(), json!({ "type": "string", "description": text }));
    }
    json!({
        "description": it.doc,
        "type": "object",
        "required": needed(it.properties, &["type"]),
        "properties": properties,
        "additionalProperties": false,
    })
}

fn of_records(kind: &Kind, definitions: &mut Map<String, Json>) {
    match kind {
        Kind::List(inner) => of_records(inner, definitions),
        Kind::Object(object) if !definitions.contains_key(&record(object.name)) => {
            definitions.insert(record(object.name), of_record(object));
            object.properties.iter().for_each(|it| of_records(&it.kind, definitions));
        }
        _ => {}
    }
}

fn of_record(it: &Object) -> Json {
    json!({
        "type": "object",
        "required": needed(it.properties, &[]),
        "properties": of_properties(it.properties.iter()),
        "additionalProperties": false,
    })
}

/// Properties, and the token beside each that names a handler.
fn of_properties<'a>(properties: impl Iterator<Item = &'a Property>) -> Map<String, Json> {
    let mut map = Map::new();
    for property in properties {
        map.insert(property.name.into(), of_kind(&property.kind));
        if matches!(property.kind, Kind::Handler) {
            let text = "Sealed by the group. Whoever presses this part sends it back as it is.";
            map.insert("act".into(), json!({ "type": "string", "description": text }));
        }
    }
    map
}

fn needed(properties: &[Property], also: &[&str]) -> Vec<String> {
    let required = properties.iter().filter(|it| it.required).map(|it| it.name);
    also.iter().copied().chain(required).map(str::to_owned).collect()
}

fn of_kind(kind: &Kind) -> Json {
    match kind {
        Kind::Text => json!({ "type": "string", "maxLength": TEXT_BYTES_MAX }),
        Kind::LongText | Kind::Markdown | Kind::Html => {
            json!({ "type": "string", "maxLength": LONG_TEXT_BYTES_MAX })
        }
        Kind::Name | Kind::Handler | Kind::App => json!({ "type": "string", "minLength": 1 }),
        Kind::Address => json!({ "type": "string", "format": "uri-reference" }),
        Kind::Truth => json!({ "type": "boolean" }),
        Kind::Whole => json!({ "type": "integer" }),
        Kind::Number => json!({ "type": "number" }),
        Kind::When => json!({ "type": "integer", "description": "Seconds since 1970." }),
        Kind::Node => refer("node"),
        Kind::Nodes => json!({
            "type": "array", "items": refer("node"), "maxItems": limit::VIEW_NODES_MAX,
        }),
        Kind::Args => json!({ "type": ["object", "array"] }),
        Kind::Texts => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Kind::OneOf(words) => json!({ "enum": words }),
        Kind::List(inner) => json!({ "type": "array", "items": of_kind(inner) }),
        Kind::Object(object) => refer(&record(object.name)),
        Kind::Ops => json!({
            "type": "array", "maxItems": OPS_MAX,
            "items": { "type": "array", "items": { "type": ["string", "number"] }, "minItems": 1 },
        }),
        Kind::Any => json!(true),
    }
}
