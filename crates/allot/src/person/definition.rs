//! What scripts may call, for the Lua language server: made from the one table of capabilities and
//! the one table of components, so that completion and help in an editor are never out of date.

use super::signature;
use group::capability::{Capability, Needs, all};
use std::collections::BTreeSet;
use std::fmt::Write;
use ui::component::{Component, Kind, Object, Property};
use ui::table::{ALL, COMMON};

/// The definition file.
pub(super) fn text() -> String {
    let mut out = format!(
        "---@meta\n-- What a script may call, for completion and help in an editor. It is never run.\n-- Written by allot {}; `allot new` writes the newest.\n\n",
        env!("CARGO_PKG_VERSION")
    );
    out += include_str!("script.d.lua");
    let mut families = BTreeSet::new();
    for capability in all() {
        let family = capability.name.split('.').next().unwrap_or_default();
        if families.insert(family) {
            // A class is what makes an editor underline a name that is not in it.
            let _ = write!(out, "\n---@class {family}\n{family} = {{}}\n");
        }
        function(&mut out, capability);
    }
    out += "\n---@class ui\nui = {}\n";
    common(&mut out);
    let mut objects = BTreeSet::new();
    for component in ALL {
        for property in component.properties {
            object_of(&mut out, &property.kind, &mut objects);
        }
        constructor(&mut out, component);
    }
    out += include_str!("answers.d.lua");
    out
}

/// Lines as a comment of a definition.
fn comment(out: &mut String, text: &str) {
    for line in text.lines() {
        let _ = writeln!(out, "---{line}");
    }
}

fn function(out: &mut String, it: &Capability) {
    out.push('\n');
    comment(out, it.doc);
    match it.needs {
        Needs::Nothing => {}
        Needs::Writing => comment(out, "\nIt writes, so not in `view`."),
        Needs::Grant(verb) => comment(out, &format!("\nIt needs the grant `{verb}`.")),
    }
    comment(out, &format!("\n```lua\n{}\n```", it.example.trim()));
    // A test reads every signature of the table; one that could not be read takes anything.
    let read = signature::read(it.signature);
    let read = read.unwrap_or(signature::Signature { parameters: vec![], answers: Some("any") });
    for parameter in &read.parameters {
        let mark = if parameter.optional { "?" } else { "" };
        let _ = writeln!(out, "---@param {}{mark} {}", parameter.name, parameter.kind);
    }
    if let Some(kind) = read.answers {
        let _ = writeln!(out, "---@return {kind}");
    }
    let names: Vec<&str> = read.parameters.iter().map(|parameter| parameter.name).collect();
    let _ = writeln!(out, "function {}({}) end", it.name, names.join(", "));
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
    comment(out, it.doc);
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
        Kind::Ops => "any[][]".into(),
        Kind::Truth => "boolean".into(),
        Kind::Whole => "integer".into(),
        Kind::Number => "number".into(),
        Kind::When => "integer|string".into(),
        Kind::Node => "ui.Node".into(),
        Kind::Nodes => "(ui.Node|string)[]".into(),
        Kind::Args => "table<string, any>".into(),
        Kind::Texts => "table<string, string|number>".into(),
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
    fn every_capability_is_in_it_as_the_table_says() {
        let text = text();
        for it in all() {
            let read = signature::read(it.signature);
            assert!(read.is_some(), "{}: {} cannot be read", it.name, it.signature);
            let found = text.split(&format!("\nfunction {}(", it.name)).collect::<Vec<_>>();
            assert_eq!(found.len(), 2, "{} is there {} times", it.name, found.len() - 1);
            let above = found[0].rsplit("\n\n").next().unwrap_or_default();
            for line in it.doc.lines().chain(it.example.trim().lines()) {
                assert!(above.contains(&format!("---{line}")), "{}: {line}", it.name);
            }
            for parameter in read.iter().flat_map(|read| &read.parameters) {
                assert!(above.contains(&format!("---@param {}", parameter.name)), "{}", it.name);
            }
        }
    }

    #[test]
    fn every_component_is_in_it_as_the_table_says() {
        let text = text();
        for it in ALL {
            let start = format!("\n---@class ui.{}.Properties: ui.Common\n", it.name);
            let found = text.split(&start).nth(1).unwrap_or_default();
            let own = found.split("\nfunction ").next().unwrap_or_default();
            assert!(
                found.contains(&format!("function ui.{}(properties) end", it.name)),
                "{}",
                it.name
            );
            assert!(own.contains(&format!("---{}", it.doc)), "{}", it.name);
            for property in it.properties {
                let optional = !property.required || it.main == Some(property.name);
                let mark = if optional { "?" } else { "" };
                let line = format!("---@field {}{mark} {}\n", property.name, kind(&property.kind));
                assert!(own.contains(&line), "{}: {line}", it.name);
            }
        }
    }

    #[test]
    fn what_it_names_is_defined() {
        let text = text();
        for name in text.split(|c: char| !c.is_alphanumeric() && c != '.' && c != '_') {
            let is_class = name.starts_with("ui.") && name.len() > 3 || name == "Context";
            let defined = text.contains(&format!("---@class {name}\n"))
                || text.contains(&format!("---@class {name}:"))
                || text.contains(&format!("\nfunction {name}("));
            assert!(!is_class || defined, "{name} is not defined");
        }
    }
}
