//! The Markdown and HTML of a view, on their way to the page. Cleaning them is dear, and dangerous
//! for who does it, so it is not done where pages are drawn: a view lists its texts, somebody has
//! them cleaned elsewhere, and a page shows only what came back as `Clean`.

use crate::clean::Clean;
use crate::component::{self, Kind, Property};
use crate::node::{Fields, Node, Prop};
use crate::sanitise;
use crate::table::COMMON;
use crate::view::View;
use model::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    Markdown,
    Html,
}

/// A text that was cleaned, or a sentence that says why it is not shown.
pub type Cleaned = Result<Arc<Clean>, String>;

/// The cleaned texts of a view.
#[derive(Clone, Debug, Default)]
pub struct Prose {
    markdown: BTreeMap<String, Cleaned>,
    html: BTreeMap<String, Cleaned>,
}

/// What stands where a text was not cleaned.
pub const NOT_CLEANED: &str =
    "This part could not be made ready in time, so it is not shown. Open the page again.";

impl Form {
    /// The form of a property's text, if it has to be cleaned.
    fn of(kind: Kind) -> Option<Form> {
        match kind {
            Kind::Markdown => Some(Form::Markdown),
            Kind::Html => Some(Form::Html),
            _ => None,
        }
    }

    /// The form that the properties of a component have.
    fn of_component(name: &str) -> Option<Form> {
        component::find(name)?.properties.iter().find_map(|property| Form::of(property.kind))
    }
}

impl Prose {
    /// Of no texts at all.
    pub const NONE: &'static Prose = &Prose { markdown: BTreeMap::new(), html: BTreeMap::new() };

    /// Cleans the texts of a view in this process.
    #[must_use]
    pub fn here(view: &View) -> Prose {
        let mut prose = Prose::default();
        for (form, text) in view.prose() {
            let clean = sanitise::clean(form, text);
            prose.add(form, text, clean.and_then(|clean| checked(&clean)));
        }
        prose
    }

    /// Adds what became of a text.
    pub fn add(&mut self, form: Form, text: &str, cleaned: Cleaned) {
        let of_form = match form {
            Form::Markdown => &mut self.markdown,
            Form::Html => &mut self.html,
        };
        of_form.insert(text.to_owned(), cleaned);
    }

    /// What became of a text.
    pub(crate) fn of(&self, form: Form, text: &str) -> Result<&Clean, &str> {
        let of_form = match form {
            Form::Markdown => &self.markdown,
            Form::Html => &self.html,
        };
        match of_form.get(text) {
            Some(Ok(clean)) => Ok(clean),
            Some(Err(why)) => Err(why),
            None => Err(NOT_CLEANED),
        }
    }
}

/// What a cleaner answered, as it may stand on a page.
pub fn checked(answer: &str) -> Cleaned {
    Clean::read(answer).map(Arc::new).ok_or_else(|| NOT_CLEANED.to_owned())
}

impl View {
    /// Its Markdown and HTML, each once.
    #[must_use]
    pub fn prose(&self) -> Vec<(Form, &str)> {
        let mut found = Vec::new();
        of_node(&self.page, &mut found);
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn of_node<'v>(node: &'v Node, found: &mut Vec<(Form, &'v str)>) {
    of_fields(node.component.properties, &node.fields, found);
}

fn of_fields<'v>(
    properties: &'static [Property],
    fields: &'v Fields,
    found: &mut Vec<(Form, &'v str)>,
) {
    for property in properties.iter().chain(COMMON) {
        if let Some(prop) = fields.0.get(property.name) {
            of_prop(&property.kind, prop, found);
        }
    }
}

fn of_prop<'v>(kind: &Kind, prop: &'v Prop, found: &mut Vec<(Form, &'v str)>) {
    match (kind, prop) {
        (_, Prop::Node(node)) => of_node(node, found),
        (_, Prop::Nodes(nodes)) => nodes.iter().for_each(|node| of_node(node, found)),
        (Kind::List(of), Prop::List(items)) => {
            items.iter().for_each(|item| of_prop(of, item, found));
        }
        (Kind::Object(object), Prop::Object(fields)) => {
            of_fields(object.properties, fields, found);
        }
        (Kind::Any, Prop::List(items)) => items.iter().for_each(|item| of_prop(kind, item, found)),
        (Kind::Any, Prop::Table(table)) => {
            table.values().for_each(|item| of_prop(kind, item, found));
        }
        (_, Prop::Text(text)) => found.extend(Form::of(*kind).map(|form| (form, text.as_str()))),
        _ => {}
    }
}

/// Texts to clean, and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    pub texts: u64,
    pub bytes: u64,
}

/// What there is to clean of a form in what a script returned: its author pays for it, before
/// anybody has looked whether it is a view.
#[must_use]
pub fn weight(value: &Value, form: Form) -> Weight {
    let bytes = |value: &Value| value.as_bytes().map_or(0, |text| text.len() as u64);
    let mut weight = Weight::default();
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        match value {
            Value::List(items) => waiting.extend(items),
            Value::Map(fields) => {
                let name = value.str_at("type").unwrap_or("");
                of_records(name, value, form, &mut weight);
                if Form::of_component(name) == Some(form) {
                    weight.texts += 1;
                    let parts = value.get("parts").map(Value::items).unwrap_or_default();
                    let given = fields.iter().filter(|(name, _)| *name != "type");
                    weight.bytes +=
                        given.map(|(_, value)| value).chain(parts).map(bytes).sum::<u64>();
                }
                waiting.extend(fields.values());
            }
            _ => {}
        }
    }
    weight
}

/// Adds what the records of a component have to be cleaned, like the texts of messages.
fn of_records(name: &str, value: &Value, form: Form, weight: &mut Weight) {
    let Some(component) = component::find(name) else { return };
    for property in component.properties {
        let Kind::List(Kind::Object(object)) = property.kind else { continue };
        let texts = object.properties.iter().filter(|it| Form::of(it.kind) == Some(form));
        let names: Vec<&str> = texts.map(|property| property.name).collect();
        for record in value.get(property.name).map(Value::items).unwrap_or_default() {
            for text in names.iter().filter_map(|name| record.get(name)) {
                weight.texts += 1;
                weight.bytes += text.as_bytes().map_or(0, |text| text.len() as u64);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value(view: &serde_json::Value) -> Value {
        crate::json::to_value(view)
    }

    #[test]
    fn all_texts_of_a_view_are_found_wherever_they_stand() {
        let md = |text: &str| json!({"type": "markdown", "parts": [text]});
        let html = json!({"type": "html", "parts": ["<b>a</b>"]});
        let tree = json!({"type": "page", "parts": ["T", md("one"),
            {"type": "section", "parts": ["S", md("two"), {"type": "card", "parts": ["C", html]}]},
            {"type": "tabs", "items": [{"id": "a", "label": "A", "body": [md("three")]}]},
            {"type": "timeline", "parts": [], "label": "L", "items": [
                {"id": "p", "author": "Ana", "at": 1, "text": "four", "media": [md("five")]}]},
            md("one")]});
        let view = View::read(&value(&tree), "T").unwrap();
        let expect = [
            (Form::Markdown, "five"),
            (Form::Markdown, "four"),
            (Form::Markdown, "one"),
            (Form::Markdown, "three"),
            (Form::Markdown, "two"),
            (Form::Html, "<b>a</b>"),
        ];
        assert_eq!(view.prose(), expect);
    }

    #[test]
    fn every_text_is_weighed_with_all_its_bytes() {
        for (view, markdown, html) in [
            (json!(null), (0, 0), (0, 0)),
            (json!({"type": "text", "parts": ["abc"]}), (0, 0), (0, 0)),
            (json!({"type": "markdown", "parts": ["abc"]}), (1, 3), (0, 0)),
            (json!({"type": "html", "html": "<b>a</b>", "line": 3}), (0, 0), (1, 8)),
            (
                json!([{"type": "html", "parts": ["ab"]}, {"type": "page", "parts": ["T",
                    {"type": "markdown", "parts": ["cde"]}, {"type": "html", "parts": ["f"]}]}]),
                (1, 3),
                (2, 3),
            ),
            (
                json!({"type": "messages", "parts": [], "items": [{"id": "a", "text": "abc"},
                    {"id": "b", "text": "de", "actions": [{"type": "markdown", "parts": ["f"]}]}]}),
                (3, 6),
                (0, 0),
            ),
        ] {
            for (form, (texts, bytes)) in [(Form::Markdown, markdown), (Form::Html, html)] {
                assert_eq!(weight(&value(&view), form), Weight { texts, bytes }, "{view}");
            }
        }
    }
}
