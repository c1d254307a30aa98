//! A node of a view after it was read: its component, and its properties by name. Nothing in it is
//! unchecked, and nothing in it is HTML.

use crate::component::Component;
use model::Value;
use std::collections::BTreeMap;
use std::ops::Deref;

/// One component with its properties.
#[derive(Clone, Debug)]
pub struct Node {
    pub component: &'static Component,
    /// The line of the script that made it.
    pub line: Option<u32>,
    pub fields: Fields,
}

/// Properties by name.
#[derive(Clone, Debug, Default)]
pub struct Fields(pub BTreeMap<&'static str, Prop>);

/// The value of a property.
#[derive(Clone, Debug)]
pub enum Prop {
    Text(String),
    Truth(bool),
    Whole(i64),
    Number(f64),
    Node(Box<Node>),
    Nodes(Vec<Node>),
    List(Vec<Prop>),
    Object(Fields),
    /// A table of the script with names of its own, like a row.
    Table(BTreeMap<String, Prop>),
    Args(Value),
}

impl Deref for Node {
    type Target = Fields;

    fn deref(&self) -> &Fields {
        &self.fields
    }
}

impl Node {
    /// The name of its component.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.component.name
    }
}

impl Fields {
    /// The text of a property; empty if it is not given.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.some_text(name).unwrap_or("")
    }

    /// The text of a property, if it is given.
    #[must_use]
    pub fn some_text(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Prop::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether a truth is given and true.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        matches!(self.0.get(name), Some(Prop::Truth(true)))
    }

    /// A whole number, if it is given.
    #[must_use]
    pub fn whole(&self, name: &str) -> Option<i64> {
        match self.0.get(name) {
            Some(Prop::Whole(number)) => Some(*number),
            _ => None,
        }
    }

    /// A number, if it is given.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        self.0.get(name).and_then(Prop::number)
    }

    /// A record, if it is given.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<&Fields> {
        match self.0.get(name) {
            Some(Prop::Object(fields)) => Some(fields),
            _ => None,
        }
    }

    /// A node, if it is given.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<&Node> {
        match self.0.get(name) {
            Some(Prop::Node(node)) => Some(node),
            _ => None,
        }
    }

    /// The nodes of a property.
    #[must_use]
    pub fn nodes(&self, name: &str) -> &[Node] {
        match self.0.get(name) {
            Some(Prop::Nodes(nodes)) => nodes,
            _ => &[],
        }
    }

    /// The items of a list.
    #[must_use]
    pub fn list(&self, name: &str) -> &[Prop] {
        match self.0.get(name) {
            Some(Prop::List(items)) => items,
            _ => &[],
        }
    }

    /// The records of a list.
    pub fn objects(&self, name: &str) -> impl Iterator<Item = &Fields> {
        self.list(name).iter().filter_map(|item| match item {
            Prop::Object(fields) => Some(fields),
            _ => None,
        })
    }

    /// The arguments that are sealed into a button or form; an empty table if none are given.
    #[must_use]
    pub fn args(&self) -> Value {
        match self.0.get("args") {
            Some(Prop::Args(args)) => args.clone(),
            _ => Value::Map(BTreeMap::new()),
        }
    }
}

impl Prop {
    /// What it is as a number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Prop::Number(number) => Some(*number),
            #[allow(clippy::cast_precision_loss, reason = "what is drawn needs no more digits")]
            Prop::Whole(number) => Some(*number as f64),
            _ => None,
        }
    }

    /// What a person would read where this stands as plain text.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Prop::Text(text) => text.clone(),
            Prop::Truth(truth) => if *truth { "yes" } else { "no" }.into(),
            Prop::Whole(number) => number.to_string(),
            Prop::Number(number) => Value::Float(*number).shown(),
            Prop::List(items) => items.iter().map(Prop::shown).collect::<Vec<_>>().join(", "),
            Prop::Node(node) => {
                let main = node.component.main.unwrap_or("label");
                node.fields.0.get(main).map(Prop::shown).unwrap_or_default()
            }
            _ => String::new(),
        }
    }
}
