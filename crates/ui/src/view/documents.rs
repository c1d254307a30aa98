//! The documents that a view shows: it names them, and whoever draws it gives their texts.

use super::View;
use super::pressable::each_child;
use crate::node::Node;
use model::limit;
use std::collections::BTreeMap;

/// The handler under which a document's address is sealed begins so. No handler of an app does, so
/// that neither works as the other.
pub const SEALED: &str = "document:";

/// What a document's address lets its reader do, as it is sealed into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    pub doc: String,
    pub label: String,
    /// Whether they may change it.
    pub edit: bool,
    /// Whether they may see who changed it, and how.
    pub history: bool,
    /// Whether it is shown as it is, and not as Markdown.
    pub plain: bool,
    /// Where the app shows it: path and query inside the app.
    pub place: String,
}

impl Rights {
    /// The rights that a component gives.
    pub(crate) fn of(node: &Node, place: String) -> Rights {
        Rights {
            doc: node.text("doc").to_owned(),
            label: node.text("label").to_owned(),
            edit: node.is("edit"),
            history: node.is("history"),
            plain: node.text("format") == "plain",
            place,
        }
    }

    /// As it is sealed.
    #[must_use]
    pub fn value(&self) -> model::Value {
        use model::Value;
        Value::map([
            ("doc", Value::from(self.doc.as_str())),
            ("label", Value::from(self.label.as_str())),
            ("edit", Value::Bool(self.edit)),
            ("history", Value::Bool(self.history)),
            ("plain", Value::Bool(self.plain)),
            ("place", Value::from(self.place.as_str())),
        ])
    }

    /// What was sealed, read again.
    #[must_use]
    pub fn read(value: &model::Value) -> Option<Rights> {
        let is = |name: &str| value.get(name).is_some_and(model::Value::truthy);
        Some(Rights {
            doc: value.str_at("doc")?.to_owned(),
            label: value.str_at("label")?.to_owned(),
            edit: is("edit"),
            history: is("history"),
            plain: is("plain"),
            place: value.str_at("place")?.to_owned(),
        })
    }
}

impl View {
    /// The names of the documents it shows, in order, each once; as many as one page has.
    #[must_use]
    pub fn documents(&self) -> Vec<&str> {
        let mut found = Vec::new();
        collect(&self.page, &mut found);
        found
    }
}

fn collect<'v>(node: &'v Node, found: &mut Vec<&'v str>) {
    if node.name() == "document" {
        let name = node.text("doc");
        if !found.contains(&name) && found.len() < limit::DOCUMENTS_PER_VIEW_MAX {
            found.push(name);
        }
    }
    each_child(&node.fields, &mut |child| collect(child, found));
}

/// What a face shows of a document.
pub(crate) enum Shown<'a> {
    Text(&'a str),
    /// Nothing is written yet, or the page has too many: a sentence.
    Instead(&'a str),
}

/// What stands where a page has more documents than one can have.
const TOO_MANY: &str = "This page shows as many documents as a page can. Open this one by itself.";

/// What to show for a node, of these texts.
pub(crate) fn shown<'a>(node: &'a Node, texts: &'a BTreeMap<String, String>) -> Shown<'a> {
    match texts.get(node.text("doc")) {
        Some(text) if !text.trim().is_empty() => Shown::Text(text),
        None if texts.len() >= limit::DOCUMENTS_PER_VIEW_MAX => Shown::Instead(TOO_MANY),
        _ => {
            Shown::Instead(node.some_text("placeholder").unwrap_or("Nothing is written here yet."))
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_documents_of_a_view_are_found_wherever_they_stand() {
        let document = |name: &str| json!({"type": "document", "doc": name, "label": "L"});
        let tree = json!({"type": "page", "parts": ["T", document("b"), document("a"),
            {"type": "section", "parts": ["S", document("c"), document("b")]}]});
        let view = View::read(&crate::json::to_value(&tree), "T").unwrap();
        assert_eq!(view.documents(), ["b", "a", "c"]);
        let many: Vec<_> = (0..20).map(|n| document(&format!("d{n}"))).collect();
        let view = View::read(&crate::json::to_value(&json!(many)), "T").unwrap();
        assert_eq!(view.documents().len(), limit::DOCUMENTS_PER_VIEW_MAX);
    }

    #[test]
    fn rights_are_read_as_they_were_sealed() {
        for edit in [true, false] {
            let rights = Rights {
                doc: "a".into(),
                label: "A".into(),
                edit,
                history: !edit,
                plain: edit,
                place: "/x?y=1".into(),
            };
            assert_eq!(Rights::read(&rights.value()), Some(rights));
        }
        assert_eq!(Rights::read(&model::Value::Nil), None);
    }
}
