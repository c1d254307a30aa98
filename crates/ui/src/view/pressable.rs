//! What can be pressed in a view, so that a person at a command line finds a button by its label.
//! It presses nothing itself.

use super::View;
use crate::node::{Fields, Node, Prop};
use model::Value;

/// A button, or a form with its submit button.
#[derive(Clone, Debug, PartialEq)]
pub struct Pressable {
    pub label: String,
    pub handler: String,
    pub args: Value,
    /// The fields of the form; none for a button alone.
    pub fields: Vec<Field>,
    pub disabled: bool,
    /// What people are asked before it is pressed.
    pub confirm: Option<String>,
}

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub label: String,
    /// What is sent if nobody changes it; `None` for an empty choice or an open check.
    pub value: Option<String>,
    pub required: bool,
    /// The values one can choose from; empty if any text is fine.
    pub options: Vec<String>,
}

/// Everything that can be pressed, in reading order.
#[must_use]
pub fn list_actions(view: &View) -> Vec<Pressable> {
    let mut found = Vec::new();
    collect(&view.page, &mut found);
    found
}

fn collect(node: &Node, found: &mut Vec<Pressable>) {
    match node.name() {
        "button" => found.push(button(node)),
        "form" => {
            let mut fields = Vec::new();
            fields_of(node, node, &mut fields);
            found.push(Pressable {
                label: node.some_text("submit").unwrap_or("Send").to_owned(),
                handler: node.text("on").to_owned(),
                args: node.args(),
                fields,
                disabled: false,
                confirm: None,
            });
        }
        "input" | "select" | "check" if node.some_text("on_change").is_some() => {
            let fields = field(node, node).into_iter().collect();
            let handler = node.text("on_change").to_owned();
            let label = node.text("label").to_owned();
            found.push(Pressable {
                label,
                handler,
                args: node.args(),
                fields,
                disabled: false,
                confirm: None,
            });
        }
        _ => {}
    }
    found.extend(node.object("composer").map(composer));
    found.extend(node.objects("pins").filter_map(pin));
    each_child(&node.fields, &mut |child| collect(child, found));
}

/// The field of messages or a timeline to say something in.
fn composer(composer: &Fields) -> Pressable {
    let label = composer.some_text("label").unwrap_or("Text").to_owned();
    let field = Field {
        name: "text".to_owned(),
        label,
        value: composer.some_text("value").map(str::to_owned),
        required: true,
        options: vec![],
    };
    Pressable {
        label: composer.some_text("submit").unwrap_or("Send").to_owned(),
        handler: composer.text("on").to_owned(),
        args: composer.args(),
        fields: vec![field],
        disabled: false,
        confirm: None,
    }
}

/// A pin of a map that calls a handler.
fn pin(pin: &Fields) -> Option<Pressable> {
    Some(Pressable {
        label: pin.text("label").to_owned(),
        handler: pin.some_text("on")?.to_owned(),
        args: pin.args(),
        fields: vec![],
        disabled: false,
        confirm: None,
    })
}

fn button(node: &Node) -> Pressable {
    Pressable {
        label: node.text("label").to_owned(),
        handler: node.text("on").to_owned(),
        args: node.args(),
        fields: vec![],
        disabled: node.is("disabled"),
        confirm: node.some_text("confirm").map(str::to_owned),
    }
}

/// Calls back for every node that stands in these fields, in the order of the properties.
pub(crate) fn each_child<'n>(fields: &'n Fields, visit: &mut dyn FnMut(&'n Node)) {
    let order = ["actions", "body", "items", "rows"];
    let rest = fields.0.keys().copied().filter(|name| !order.contains(name) && *name != "fallback");
    for name in order.into_iter().chain(rest) {
        if let Some(prop) = fields.0.get(name) {
            each_node(prop, visit);
        }
    }
}

fn each_node<'n>(prop: &'n Prop, visit: &mut dyn FnMut(&'n Node)) {
    match prop {
        Prop::Node(node) => visit(node),
        Prop::Nodes(nodes) => nodes.iter().for_each(visit),
        Prop::List(items) => items.iter().for_each(|item| each_node(item, visit)),
        Prop::Table(cells) => cells.values().for_each(|cell| each_node(cell, visit)),
        Prop::Object(fields) => each_child(fields, visit),
        _ => {}
    }
}

fn fields_of(form: &Node, node: &Node, fields: &mut Vec<Field>) {
    each_child(&node.fields, &mut |child| {
        fields.extend(field(form, child));
        fields_of(form, child, fields);
    });
}

/// The field that a node is, with the form's own values put in.
fn field(form: &Node, node: &Node) -> Option<Field> {
    let name = node.text("name");
    let mut field = Field {
        name: name.to_owned(),
        label: node.text("label").to_owned(),
        value: value_in(form, name),
        required: node.is("required"),
        options: vec![],
    };
    match node.name() {
        "input" => field.value = field.value.or(Some(node.text("value").to_owned())),
        "hidden" => field.value = Some(node.text("value").to_owned()),
        "check" => {
            field.value = field.value.or(node.is("checked").then(|| "on".to_owned()));
            field.options = vec!["on".into()];
        }
        "select" => {
            field.options = node.objects("options").map(|o| o.text("value").to_owned()).collect();
            field.value = field.value.or(node.0.get("value").map(Prop::shown));
            if field.value.is_none() && !node.is("many") && node.text("as") != "radios" {
                field.value = field.options.first().cloned();
            }
        }
        _ => return None,
    }
    Some(field)
}

/// The value that a form's `values` gives a field.
pub(crate) fn value_in(form: &Node, name: &str) -> Option<String> {
    match form.0.get("values") {
        Some(Prop::Table(values)) => values.get(name).map(Prop::shown),
        _ => None,
    }
}
