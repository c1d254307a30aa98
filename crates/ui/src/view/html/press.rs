//! What can be pressed: forms, buttons, links. Each button is a real form with a sealed token, so
//! that it works without a script; nothing of the token is the script's to choose.

use super::{Pen, leaves};
use crate::node::Node;
use maud::{Markup, html};
use model::Value;

impl Pen<'_> {
    /// The address that every button posts to.
    pub(super) fn act(&self) -> String {
        format!("{}/act", self.around.app)
    }

    /// The hidden fields of a press: what was pressed, that it counts once, and where it happened.
    pub(super) fn tokens(&self, handler: &str, args: &Value) -> Markup {
        let place = self.place();
        html! {
            input type="hidden" name="_a" value=((self.around.seal)(handler, args));
            input type="hidden" name="_n" value=(format!("{}-{}", self.around.nonce, self.next()));
            input type="hidden" name="_p" value=(place);
        }
    }

    /// Where the reader stands inside the app.
    pub(super) fn place(&self) -> String {
        place(self.around.path, &self.around.query)
    }

    pub(super) fn form(&self, node: &Node) -> Markup {
        let number = self.number(node.text("on"), &node.args());
        let inner = Pen { form: Some((node, number)), ..*self };
        let label = node.some_text("label");
        html! {
            form.fields method="post" action=(self.act()) aria-label=[label]
                enctype=[has(node.nodes("body"), "file").then_some("multipart/form-data")] {
                (self.tokens(node.text("on"), &node.args()))
                @if has(node.nodes("body"), "button") {
                    // Enter in a field presses the first button, and that must be the form's own.
                    button.unseen tabindex="-1" aria-hidden="true" { "Send" }
                }
                (inner.error_summary())
                (inner.nodes(node.nodes("body")))
                div.actions { button.btn.primary { (node.some_text("submit").unwrap_or("Send")) } }
            }
        }
    }

    /// A field outside any form that sends itself needs a form and a button of its own.
    pub(super) fn field_or_form(&self, node: &Node) -> Markup {
        match (self.form, node.some_text("on_change")) {
            (None, Some(handler)) => {
                let number = self.number(handler, &node.args());
                let inner = Pen { form: Some((node, number)), ..*self };
                html! {
                    form.fields.small method="post" action=(self.act()) {
                        (self.tokens(handler, &node.args()))
                        (inner.field(node))
                        button.btn { "Save" }
                    }
                }
            }
            (None, None) => {
                let number = self.number(node.text("name"), &Value::Nil);
                Pen { form: Some((node, number)), ..*self }.field(node)
            }
            _ => self.field(node),
        }
    }

    pub(super) fn button(&self, node: &Node) -> Markup {
        match node.some_text("confirm") {
            Some(question) if !node.is("disabled") => html! {
                details.confirm {
                    summary class=(class_of(node.text("tone"))) { (node.text("label")) }
                    div { p { (question) } (self.plain_button(node)) }
                }
            },
            _ => self.plain_button(node),
        }
    }

    fn plain_button(&self, node: &Node) -> Markup {
        let class = class_of(node.text("tone"));
        let disabled = node.is("disabled");
        self.pressing(node.text("on"), &node.args(), node.text("label"), class, disabled)
    }

    /// A button that calls a handler.
    pub(super) fn pressing(
        &self,
        handler: &str,
        args: &Value,
        label: &str,
        class: &str,
        disabled: bool,
    ) -> Markup {
        match self.form {
            // A form cannot stand in a form: the token of this button goes along and wins.
            Some((form, _)) if form.name() == "form" => html! {
                button class=(class) name="_b" value=((self.around.seal)(handler, args))
                    formnovalidate disabled[disabled] { (label) }
            },
            _ => html! {
                form.press method="post" action=(self.act()) {
                    (self.tokens(handler, args))
                    button class=(class) disabled[disabled] { (label) }
                }
            },
        }
    }

    pub(super) fn link(&self, node: &Node) -> Markup {
        let href = node.text("href");
        let class = if node.text("tone") == "button" { "btn" } else { "link" };
        html! { a class=(class) href=[self.href(href)] rel=[leaves(href)] dir="auto" { (node.text("label")) } }
    }
}

fn class_of(tone: &str) -> &'static str {
    match tone {
        "primary" => "btn primary",
        "danger" => "btn danger",
        "quiet" => "btn quiet",
        _ => "btn",
    }
}

/// Whether such a part stands among these, at any depth that layout allows.
fn has(nodes: &[Node], name: &str) -> bool {
    nodes.iter().any(|node| {
        let tabs = || node.objects("items").any(|item| has(item.nodes("body"), name));
        node.name() == name || has(node.nodes("body"), name) || tabs()
    })
}

/// The path and query inside the app, as one text.
fn place(path: &str, query: &std::collections::BTreeMap<String, String>) -> String {
    let mut place = path.to_owned();
    for (at, (name, value)) in query.iter().enumerate() {
        place.push(if at == 0 { '?' } else { '&' });
        place += &format!("{}={}", encoded(name), encoded(value));
    }
    place
}

/// A text as part of a query (everything but unreserved characters as %XX, RFC 3986 §2).
pub(crate) fn encoded(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(byte as char)
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
        out
    })
}
