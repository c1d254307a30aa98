//! The reference of components for authors, as a page of Markdown, made from the table.

use crate::component::{Component, ITEMS_MAX, Kind, Object, Property, ROWS_MAX};
use crate::ops::{OPS, OPS_MAX, PALETTE};
use crate::table::{ALL, COMMON};
use model::limit;
use std::fmt::Write;

/// The page; `example` gives the Lua of a component and what a terminal shows for it.
#[must_use]
pub fn reference(example: &dyn Fn(&str) -> (String, String)) -> String {
    let mut out = String::from(HEAD);
    let _ = write!(
        out,
        "\nA page has at most {} parts, {} deep, and {} KiB; a table {ROWS_MAX} rows, a list {ITEMS_MAX} items, a drawing {OPS_MAX} operations, a button {} KiB of `args`. What is beyond is left out, and its author is told.\n",
        limit::VIEW_NODES_MAX,
        limit::VIEW_DEPTH_MAX,
        limit::VIEW_BYTES_MAX / limit::KIB,
        limit::ACTION_ARGS_BYTES_MAX / limit::KIB,
    );
    out.push_str("\nEvery part also takes:\n\n");
    rows(&mut out, COMMON, None);
    for component in ALL {
        entry(&mut out, component, example(component.name));
    }
    records(&mut out);
    operations(&mut out);
    out
}

const HEAD: &str = "# Components

What a page is made of. This page is made from the table of components in `crates/ui/src/table.rs`, like the [JSON Schema](view.schema.json) of views and the [definition](ui.d.lua) for editors; a test says how they are made anew.

A component is called with a table. A text without a name is the property that stands in **bold**, and the other things without a name stand inside it, one after the other. A property with `!` must be there. A mistake is told with the line that made it and, where a word is near, with the word that was meant.
";

fn entry(out: &mut String, it: &Component, (lua, terminal): (String, String)) {
    let _ = write!(out, "\n## ui.{}\n\n{}\n\n", it.name, it.doc);
    if it.level() == 2 {
        out.push_str("A face that cannot show it shows its `fallback`.\n\n");
    }
    rows(out, it.properties, it.main);
    let _ = write!(out, "\n```lua\n{lua}\n```\n\n```text\n{}\n```\n", terminal.trim_end());
}

fn rows(out: &mut String, properties: &[Property], main: Option<&str>) {
    out.push_str("| property | holds |\n|---|---|\n");
    for property in properties {
        let mark = if property.required { "!" } else { "" };
        let name = match main == Some(property.name) {
            true => format!("**`{}`**{mark}", property.name),
            false => format!("`{}`{mark}", property.name),
        };
        let _ = writeln!(out, "| {name} | {} |", words(&property.kind));
    }
}

/// What a kind is called.
fn words(kind: &Kind) -> String {
    match kind {
        Kind::Text => "text".into(),
        Kind::LongText => "long text".into(),
        Kind::Markdown => "Markdown".into(),
        Kind::Html => "HTML, which is cleaned".into(),
        Kind::Name => "name".into(),
        Kind::Address => "address: `https:`, `mailto:`, `group:`, or inside the app".into(),
        Kind::Truth => "true or false".into(),
        Kind::Whole => "whole number".into(),
        Kind::Number => "number".into(),
        Kind::When => "time: seconds since 1970, or like `\"2026-11-24T18:00:00Z\"`".into(),
        Kind::Node => "a part".into(),
        Kind::Nodes => "parts".into(),
        Kind::Handler => "name of a handler `on.NAME`".into(),
        Kind::Args => "table, which the handler gets as it is".into(),
        Kind::Texts => "table of texts by name".into(),
        Kind::OneOf(words) => {
            words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(" ")
        }
        Kind::List(Kind::Any) => "list".into(),
        Kind::List(inner) => format!("list of {}", words(inner)),
        Kind::Object(Object { name, .. }) => format!("[{name}](#record-{name})"),
        Kind::Ops => "list of [operations](#operations)".into(),
        Kind::App => "app, like `@ana/poll` or `@ana@oak.example/poll`".into(),
        Kind::Any => "anything".into(),
    }
}

fn records(out: &mut String) {
    let mut known: Vec<&Object> = Vec::new();
    for component in ALL {
        component.properties.iter().for_each(|it| collect(&it.kind, &mut known));
    }
    known.sort_by_key(|object| object.name);
    for object in known {
        let _ = write!(out, "\n## record {}\n\n", object.name);
        if let Some(main) = object.main {
            let _ = write!(out, "A text alone stands for a record with this `{main}`.\n\n");
        }
        rows(out, object.properties, object.main);
    }
}

fn collect(kind: &Kind, known: &mut Vec<&'static Object>) {
    match kind {
        Kind::List(inner) => collect(inner, known),
        Kind::Object(object) if known.iter().all(|it| it.name != object.name) => {
            known.push(*object);
            object.properties.iter().for_each(|it| collect(&it.kind, known));
        }
        _ => {}
    }
}

fn operations(out: &mut String) {
    out.push_str("\n## operations\n\nWhat a canvas is drawn with, each a list like `{ \"circle\", 80, 50, 22, \"#ff9d3b\" }`. A colour is `\"#rrggbb\"` or one of these numbers:");
    for (number, colour) in PALETTE.iter().enumerate() {
        let _ = write!(out, " {number} `{colour}`");
    }
    out.push_str(".\n\n| operation | does |\n|---|---|\n");
    for op in OPS {
        let _ = writeln!(out, "| `{}` | {} |", op.usage(), op.doc);
    }
}
