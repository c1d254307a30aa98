//! What a handler may answer. Everything that is not an answer is a fault, told to the author.

use crate::address::{self, Address};
use crate::fault::{Fault, Place, did_you_mean};
use crate::view::View;
use model::Value;
use std::collections::BTreeMap;

/// The answer of a handler `on.NAME`.
#[derive(Debug)]
pub enum Answer {
    /// Nothing was returned: the view is drawn again.
    Redraw,
    /// A short message above the view.
    Toast(String),
    /// What is wrong in the form, by field; the form keeps what was typed.
    Errors(BTreeMap<String, String>),
    /// Another address inside the app, like `?tab=b` or `list/3`.
    Go(String),
    /// A page that answers once.
    Page(View),
}

/// What a handler may return, for messages.
const ALLOWED: &str = "a handler may return nothing, ui.toast\"…\", ui.errors{ field = \"…\" }, ui.go\"…\" or ui.page{ … }";

impl Answer {
    /// Reads what a handler returned; `title` names the app on a page that has none.
    pub fn read(value: &Value, title: &str) -> Result<Answer, Vec<Fault>> {
        let at = Place::root("answer");
        let kind = match value {
            Value::Nil => return Ok(Answer::Redraw),
            _ => value.str_at("type").unwrap_or(""),
        };
        match kind {
            "toast" => word(value, &["text", "label"])
                .map(Answer::Toast)
                .ok_or_else(|| vec![at.fault("ui.toast needs a text: ui.toast\"Saved\"")]),
            "errors" => Ok(Answer::Errors(errors(value))),
            "go" => go(value),
            "page" => View::read(value, title).map(Answer::Page),
            "" => Err(vec![at.bare_fault(ALLOWED)]),
            other => {
                let known = ["toast", "errors", "go", "page"];
                let hint = did_you_mean(other, known.into_iter());
                Err(vec![at.bare_fault(format!("ui.{other} is not an answer: {ALLOWED}{hint}"))])
            }
        }
    }
}

/// The one text of an answer, positional or by name.
fn word(value: &Value, names: &[&str]) -> Option<String> {
    let first = value.get("parts").and_then(|parts| parts.items().first());
    let named = names.iter().find_map(|name| value.get(name));
    match first.or(named)? {
        text @ (Value::Str(_) | Value::Int(_) | Value::Float(_)) => Some(text.shown()),
        _ => None,
    }
}

fn errors(value: &Value) -> BTreeMap<String, String> {
    let Value::Map(map) = value else { return BTreeMap::new() };
    map.iter()
        .filter(|(name, _)| !matches!(name.as_str(), "type" | "line" | "parts"))
        .map(|(name, text)| (name.clone(), text.shown()))
        .collect()
}

fn go(value: &Value) -> Result<Answer, Vec<Fault>> {
    let to = word(value, &["to", "href"]).unwrap_or_default();
    match address::parse(&to) {
        Some(Address::Inside(_)) => Ok(Answer::Go(to)),
        _ => {
            let shown: String = to.chars().take(60).flat_map(char::escape_debug).collect();
            Err(vec![Place::root("answer").fault(format!(
                "ui.go “{shown}” does not stay in the app; write a relative address like \"?tab=b\" or \"list/3\""
            ))])
        }
    }
}
