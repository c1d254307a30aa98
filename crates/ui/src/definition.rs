//! The components for the Lua language server, made from the table: completion and help in an editor.

use crate::component::{Component, Kind, Object, Property};
use crate::table::{ALL, COMMON};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The definition of `ui` and all its components.
#[must_use]
pub fn definition() -> String {
    let mut out = String::from("---@class ui\nui = {}\n");
    common(&mut out);
    let mut objects = BTreeSet::new();
    for component in ALL {
        for property in component.properties {
            object_of(&mut out, &property.kind, &mut objects);
        }
        constructor(&mut out, component);
    }
    out
}

/// What all components share.
fn common(out: &mut String) {
    out.push_str("\n---A part of a page.\n---@class ui.Node\n\n---@class ui.Common\n");
    fields(out, COMMON, None);
}

fn constructor(out: &mut String, it: &Component) {
    let _ = write!(out, "\n---@class ui.{}.Properties: ui.Common\n", it.name);
    fields(out, it.properties, it.main);
    out.push_str("---@field [integer] ui.Node|string|number|boolean\n\n");
    let _ = writeln!(out, "---{}", it.doc);
    let alone = if it.main.is_some() { "|string|number" } else { "" };
    let _ = writeln!(out, "---@param properties ui.{}.Properties{alone}", it.name);
    let _ = writeln!(out, "---@return ui.Node\nfunction ui.{}(properties) end", it.name);
}

fn fields(out: &mut String, properties: &[Property], main: Option<&str>) {
    for property in properties {
        // What may stand without its name need not stand under it.
        let needed = property.required && main != Some(property.name);
        let mark = if needed { "" } else { "?" };
        let _ = writeln!(out, "---@field {}{mark} {}", property.name, kind(&property.kind));
    }
}

/// The records that a kind speaks of, each once.
fn object_of(out: &mut String, it: &Kind, done: &mut BTreeSet<&'static str>) {
    match it {
        Kind::List(inner) => object_of(out, inner, done),
        Kind::Object(object) if done.insert(object.name) => {
            for property in object.properties {
                object_of(out, &property.kind, done);
            }
            let _ = write!(out, "\n---@class ui.{}\n", object.name);
            fields(out, object.properties, object.main);
            out.push_str("---@field [integer] ui.Node|string|number|boolean\n");
        }
        _ => {}
    }
}

fn kind(it: &Kind) -> String {
    match it {
        Kind::Text | Kind::LongText | Kind::Markdown | Kind::Html => "string|number".into(),
        Kind::Name | Kind::Address | Kind::Handler | Kind::App => "string".into(),
        Kind::Truth => "boolean".into(),
        Kind::Whole => "integer".into(),
        Kind::Number => "number".into(),
        Kind::When => "integer|string".into(),
        Kind::Node => "ui.Node".into(),
        Kind::Nodes => "(ui.Node|string)[]".into(),
        Kind::Args => "table<string, any>".into(),
        Kind::Texts => "table<string, string|number>".into(),
        Kind::Ops => "(string|number)[][]".into(),
        Kind::Any => "any".into(),
        Kind::OneOf(words) => {
            words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join("|")
        }
        Kind::List(inner) => format!("({})[]", kind(inner)),
        Kind::Object(Object { name, main: Some(_), .. }) => format!("ui.{name}|string"),
        Kind::Object(Object { name, main: None, .. }) => format!("ui.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_component_is_in_it_as_the_table_says() {
        let text = definition();
        for it in ALL {
            let start = format!("\n---@class ui.{}.Properties: ui.Common\n", it.name);
            let found = text.split(&start).nth(1).unwrap_or_default();
            let own = found.split("\nfunction ").next().unwrap_or_default();
            let function = format!("function ui.{}(properties) end", it.name);
            assert!(found.contains(&function), "{}", it.name);
            assert!(own.contains(&format!("---{}", it.doc)), "{}", it.name);
            for property in it.properties {
                let optional = !property.required || it.main == Some(property.name);
                let mark = if optional { "?" } else { "" };
                let line = format!("---@field {}{mark} {}\n", property.name, kind(&property.kind));
                assert!(own.contains(&line), "{}: {line}", it.name);
            }
        }
    }
}
