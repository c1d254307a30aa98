//! What is made from the table and lies in `docs/`: the reference, the JSON Schema and the definition
//! for editors. `UPDATE_GOLDEN=1 cargo nextest run -p ui` makes them anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

use serde_json::Value as Json;
use std::path::{Path, PathBuf};
use ui::component::find;
use ui::table;

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn compare(name: &str, made: &str) {
    let path = folder("../../docs").join(name);
    let read = || std::fs::read_to_string(&path).unwrap_or_default();
    if std::env::var("UPDATE_GOLDEN").is_ok() && read() != made {
        std::fs::write(&path, made).unwrap();
    }
    let kept = read();
    assert_eq!(kept, made, "docs/{name} is old: UPDATE_GOLDEN=1 cargo nextest run -p ui");
}

/// A value of a case, as an author writes it.
fn lua(value: &Json, indent: usize) -> String {
    match value {
        Json::Null => "nil".into(),
        Json::Bool(_) | Json::Number(_) => value.to_string(),
        Json::String(text) => text_of(text),
        Json::Array(items) => {
            wrapped("{", items.iter().map(|it| lua(it, indent + 1)).collect(), indent)
        }
        Json::Object(map) => match map.get("type").and_then(Json::as_str) {
            Some(kind) => {
                let parts = map["parts"].as_array().unwrap().iter();
                let mut parts: Vec<String> = parts.map(|it| lua(it, indent + 1)).collect();
                let named = map
                    .iter()
                    .filter(|(name, _)| !matches!(name.as_str(), "type" | "line" | "parts"));
                // What is named stands before what stands inside.
                let first = usize::from(
                    find(kind).is_some_and(|it| it.main.is_some()) && !parts.is_empty(),
                );
                let at = first.min(parts.len());
                let named = named.map(|(name, it)| pair(name, it, indent + 1)).collect::<Vec<_>>();
                parts.splice(at..at, named);
                wrapped(&format!("ui.{kind}{{"), parts, indent)
            }
            None => wrapped(
                "{",
                map.iter().map(|(name, it)| pair(name, it, indent + 1)).collect(),
                indent,
            ),
        },
    }
}

fn text_of(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

fn pair(name: &str, value: &Json, indent: usize) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let name = if plain { name.to_owned() } else { format!("[{}]", text_of(name)) };
    format!("{name} = {}", lua(value, indent))
}

/// Parts on one line if they fit, else one a line.
fn wrapped(open: &str, parts: Vec<String>, indent: usize) -> String {
    let one = format!("{open} {} }}", parts.join(", "));
    if parts.is_empty() {
        return format!("{open}}}");
    }
    if one.chars().count() + indent * 2 <= 100 && !one.contains('\n') {
        return one;
    }
    let space = "  ".repeat(indent + 1);
    format!("{open}\n{space}{}\n{}}}", parts.join(&format!(",\n{space}")), "  ".repeat(indent))
}

/// The first part of a case, and the block of its text that a terminal shows.
fn example(name: &str) -> (String, String) {
    let case = folder("tests/cases").join(name);
    let view: Json =
        serde_json::from_str(&std::fs::read_to_string(case.join("view.json")).unwrap()).unwrap();
    let text = std::fs::read_to_string(case.join("out.txt")).unwrap();
    let shown = text.strip_prefix("Garden\n══════\n").map_or(text.as_str(), str::trim_start);
    if name == "page" {
        return (lua(&view, 0), text);
    }
    let parts = view["parts"].as_array().unwrap();
    let parts: Vec<String> = parts[1..].iter().map(|part| lua(part, 0)).collect();
    (parts.join("\n"), shown.to_owned())
}

#[test]
fn the_reference_is_as_the_table_says() {
    compare("components.md", &ui::reference(&example));
}

#[test]
fn the_definition_is_as_the_table_says() {
    let text = format!(
        "---@meta\n-- Made from the table of components; see components.md.\n\n{}",
        ui::definition()
    );
    compare("ui.d.lua", &text);
}

#[test]
fn the_schema_is_as_the_table_says_and_takes_every_view() {
    let schema = ui::schema();
    compare("view.schema.json", &(serde_json::to_string_pretty(&schema).unwrap() + "\n"));
    for component in table::ALL {
        let out = folder("tests/cases").join(component.name).join("out.json");
        let view: Json = serde_json::from_str(&std::fs::read_to_string(out).unwrap()).unwrap();
        fits(&schema, &schema, &view).unwrap_or_else(|why| panic!("{}: {why}", component.name));
    }
    let bent = serde_json::json!({ "v": 1, "app": "a", "view": { "type": "page" } });
    assert!(fits(&schema, &schema, &bent).is_err());
}

/// Whether a value fits what of JSON Schema our schema uses.
fn fits(root: &Json, schema: &Json, value: &Json) -> Result<(), String> {
    if let Some(path) = schema["$ref"].as_str() {
        let name = path.strip_prefix("#/$defs/").expect("a reference of ours");
        let known = root["$defs"].get(name).unwrap_or_else(|| panic!("no {name}"));
        return fits(root, known, value);
    }
    if let Some(options) = schema["oneOf"].as_array() {
        let fitting = options.iter().filter(|it| fits(root, it, value).is_ok()).count();
        return if fitting == 1 { Ok(()) } else { Err(format!("{fitting} fit {value}")) };
    }
    let is = |kind: &str| match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        other => panic!("no kind {other}"),
    };
    let kinds: Vec<&str> = match &schema["type"] {
        Json::String(kind) => vec![kind],
        Json::Array(kinds) => kinds.iter().filter_map(Json::as_str).collect(),
        _ => vec![],
    };
    if !kinds.is_empty() && !kinds.iter().any(|kind| is(kind)) {
        return Err(format!("{value} is no {kinds:?}"));
    }
    let is_other = schema.get("const").is_some_and(|it| it != value)
        || schema["enum"].as_array().is_some_and(|words| !words.contains(value));
    if is_other {
        return Err(format!("{value} is not allowed"));
    }
    for item in value.as_array().into_iter().flatten().filter(|_| schema.get("items").is_some()) {
        fits(root, &schema["items"], item)?;
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if value.get(name.as_str().unwrap()).is_none() {
            return Err(format!("lacks {name}"));
        }
    }
    for (name, inner) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(known) => fits(root, known, inner).map_err(|why| format!("{name}: {why}"))?,
            None if schema["additionalProperties"] == false => return Err(format!("has {name}")),
            None => {}
        }
    }
    Ok(())
}
