//! Forms in plain text: fields with what they hold, what is wrong, and the button that sends them.

use super::{Term, line, wrapped};
use crate::node::{Node, Prop};
use crate::view::pressable::value_in;
use std::cell::Cell;

/// Characters of an empty field.
const FIELD: usize = 20;

impl Term<'_> {
    pub(super) fn form(&self, node: &Node) -> String {
        let inner =
            Term { around: self.around, keys: Cell::new(self.keys.get()), form: Some(node) };
        let mut rows: Vec<String> =
            inner.errors().iter().map(|error| format!("✘ {}", line(error))).collect();
        rows.push(inner.body(node));
        rows.push(inner.key(&line(node.some_text("submit").unwrap_or("Send"))));
        self.keys.set(inner.keys.get());
        rows.retain(|row| !row.is_empty());
        rows.join("\n")
    }

    fn errors(&self) -> Vec<String> {
        let Some(form) = self.form else { return vec![] };
        let mut errors = match form.0.get("errors") {
            Some(Prop::Table(errors)) => {
                errors.iter().map(|(k, v)| (k.clone(), v.shown())).collect()
            }
            _ => std::collections::BTreeMap::new(),
        };
        if self.around.again(form.text("on")) {
            errors.extend(self.around.errors.clone());
        }
        errors.into_values().collect()
    }

    pub(super) fn field(&self, node: &Node) -> String {
        let label = line(node.text("label"));
        let value = self.value_of(node);
        let mut row = match node.name() {
            "check" => {
                let checked = !matches!(value.as_str(), "" | "no" | "false");
                format!("[{}] {label}", if checked { "x" } else { " " })
            }
            "select" => {
                let chosen: Vec<&str> = value.split(", ").collect();
                let options: Vec<String> = node
                    .objects("options")
                    .map(|option| {
                        let mark = if chosen.contains(&option.text("value")) { "•" } else { " " };
                        let label = option.some_text("label").unwrap_or(option.text("value"));
                        format!("({mark}) {}", line(label))
                    })
                    .collect();
                format!("{label}: {}", options.join("  "))
            }
            _ => format!("{label}: [{value:<FIELD$}]"),
        };
        if node.is("required") {
            row += " (needed)";
        }
        if let Some(error) = node.some_text("error") {
            row += &format!("\n  ✘ {}", line(error));
        }
        if let Some(hint) = node.some_text("hint") {
            row += &format!("\n{}", wrapped(hint, 2));
        }
        row
    }

    /// What a field holds: what was typed, else the form's value, else its own. Never a password.
    fn value_of(&self, node: &Node) -> String {
        if node.text("kind") == "password" {
            return String::new();
        }
        let name = node.text("name");
        let again = self.form.is_some_and(|form| self.around.again(form.text("on")));
        let typed = self.around.typed.get(name).filter(|_| again).cloned();
        let own = || match node.is("checked") {
            true => "on".to_owned(),
            false => node.0.get("value").map(Prop::shown).unwrap_or_default(),
        };
        line(&typed.or_else(|| self.form.and_then(|form| value_in(form, name))).unwrap_or_else(own))
    }
}
