//! The JSON face of a view, for other programs and other groups: the same tree, with a sealed
//! token wherever something can be pressed.

use super::documents::{Shown, shown};
use super::{Surroundings, View};
use crate::json::{of_value, with};
use crate::node::{Fields, Node, Prop};
use serde_json::{Map, Value as Json, json as literal};

/// The version of the format; it rises only when a meaning changes.
const VERSION: u32 = 1;

/// The view as JSON.
#[must_use]
pub fn json(view: &View, around: &Surroundings) -> Json {
    literal!({ "v": VERSION, "app": around.address, "view": node(&view.page, around) })
}

fn node(from: &Node, around: &Surroundings) -> Json {
    let mut map = with(Map::new(), "type", from.name());
    map.extend(fields(&from.fields, around));
    if let ("document", Shown::Text(text)) = (from.name(), shown(from, around.documents)) {
        map = with(map, "text", text);
    }
    Json::Object(map)
}

/// Properties that name a handler; whoever presses the part sends the token beside it. Not that of a
/// document: it runs when the group has kept a text.
const HANDLERS: [&str; 4] = ["on", "on_change", "on_sent", "on_event"];

fn fields(from: &Fields, around: &Surroundings) -> Map<String, Json> {
    let mut map: Map<String, Json> =
        from.0.iter().map(|(name, value)| ((*name).to_owned(), prop(value, around))).collect();
    if let Some(handler) = HANDLERS.iter().find_map(|name| from.some_text(name)) {
        map = with(map, "act", (around.seal)(handler, &from.args()));
    }
    map
}

fn prop(from: &Prop, around: &Surroundings) -> Json {
    match from {
        Prop::Text(text) => Json::from(text.as_str()),
        Prop::Truth(truth) => Json::from(*truth),
        Prop::Whole(number) => Json::from(*number),
        Prop::Number(number) => Json::from(*number),
        Prop::Node(inner) => node(inner, around),
        Prop::Nodes(nodes) => nodes.iter().map(|inner| node(inner, around)).collect(),
        Prop::List(items) => items.iter().map(|item| prop(item, around)).collect(),
        Prop::Object(inner) => Json::Object(fields(inner, around)),
        Prop::Table(cells) => Json::Object(
            cells.iter().map(|(name, cell)| (name.clone(), prop(cell, around))).collect(),
        ),
        Prop::Args(args) => of_value(args),
    }
}
