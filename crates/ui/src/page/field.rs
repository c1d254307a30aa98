//! A labelled field of the group's own forms. It cannot be drawn without a label.

use maud::{Markup, html};

/// A field. `..Field::default()` leaves out what is not needed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    pub(crate) label: &'a str,
    /// The type of `<input>`, or `multiline`; empty means text.
    pub(crate) kind: &'a str,
    pub(crate) value: &'a str,
    pub(crate) hint: &'a str,
    pub(crate) error: Option<&'a str>,
    pub(crate) required: bool,
    /// Neither needed nor said to be optional: an empty setting is an answer like any other.
    pub(crate) plain: bool,
    pub(crate) autocomplete: &'a str,
    pub(crate) pattern: &'a str,
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
    pub(crate) min_length: Option<usize>,
    pub(crate) max_length: Option<usize>,
}

/// A text that is only there if it says something.
pub(crate) fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

impl Field<'_> {
    /// The ids of hint and error, for the control to point at.
    fn described(&self, id: &str) -> Option<String> {
        let hint = some(self.hint).map(|_| format!("{id}-hint"));
        let error = self.error.map(|_| format!("{id}-error"));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        some(&ids.join(" ")).map(str::to_owned)
    }

    /// Draws the field under an id that is unique on the page.
    pub(crate) fn draw(&self, id: &str) -> Markup {
        html! {
            div.field {
                label for=(id) { (self.label) @if !self.required && !self.plain { span.needed { " (optional)" } } }
                @if !self.hint.is_empty() { p.hint id=(format!("{id}-hint")) { (self.hint) } }
                (self.control(id))
                @if let Some(error) = self.error { p.error id=(format!("{id}-error")) { (error) } }
            }
        }
    }

    fn control(&self, id: &str) -> Markup {
        let described = self.described(id);
        let invalid = self.error.map(|_| "true");
        if self.kind == "multiline" {
            return html! {
                textarea id=(id) name=(self.name) rows="5" required[self.required]
                    aria-describedby=[described] aria-invalid=[invalid] { "\n" (self.value) }
            };
        }
        let kind = some(self.kind).unwrap_or("text");
        let secret = kind == "password";
        // Handles, names and addresses are not words: no capital letters, no corrections.
        let literal = secret || !self.pattern.is_empty() || kind == "url";
        html! {
            input id=(id) name=(self.name) type=(kind) value=[some(self.value).filter(|_| !secret)]
                required[self.required] autocomplete=[some(self.autocomplete)] pattern=[some(self.pattern)]
                min=[self.min] max=[self.max] step=[(kind == "number").then_some("any")]
                minlength=[self.min_length] maxlength=[self.max_length]
                autocapitalize=[literal.then_some("none")] spellcheck=[literal.then_some("false")]
                aria-describedby=[described] aria-invalid=[invalid];
        }
    }
}

/// A check box with its label.
pub(crate) fn check(id: &str, name: &str, checked: bool, label: &str, hint: &str) -> Markup {
    html! {
        div.field {
            label.option {
                input id=(id) type="checkbox" name=(name) value="on" checked[checked]
                    aria-describedby=[some(hint).map(|_| format!("{id}-hint"))];
                span { (label) }
            }
            @if !hint.is_empty() { p.hint id=(format!("{id}-hint")) { (hint) } }
        }
    }
}

/// A form of one button, with hidden fields.
pub(crate) fn press(action: &str, hidden: &[(&str, &str)], class: &str, label: &str) -> Markup {
    html! {
        form.press method="post" action=(action) {
            @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
            button class=(class) { (label) }
        }
    }
}

/// A button that asks first: opening it shows the question and the real button.
pub(crate) fn ask_first(
    question: &str,
    action: &str,
    hidden: &[(&str, &str)],
    label: &str,
) -> Markup {
    html! {
        details.confirm {
            summary.btn.quiet { (label) }
            div { p { (question) } (press(action, hidden, "btn danger", label)) }
        }
    }
}
