//! The fields of a form: input, select, check. Each has a label, keeps what was typed, and shows
//! what is wrong beside it and in a summary above.

use super::Pen;
use crate::node::{Fields, Node, Prop};
use crate::view::pressable::value_in;
use maud::{Markup, html};

/// What a field needs beside its control.
struct Frame {
    id: String,
    error: Option<String>,
    described: Option<String>,
}

impl Pen<'_> {
    /// The handler of the form that the pen is in, or of the field that is its own form.
    fn handler(&self) -> &str {
        self.form.map_or("", |(form, _)| form.some_text("on").unwrap_or(form.text("on_change")))
    }

    /// What was typed before, if this is the form that was sent.
    fn typed(&self, name: &str) -> Option<&str> {
        let again = self.around.again(self.handler());
        self.around.typed.get(name).filter(|_| again).map(String::as_str)
    }

    fn was_sent(&self) -> bool {
        !self.around.typed.is_empty() && self.around.again(self.handler())
    }

    /// What a field shows at first: what was typed, else the form's value, else its own.
    fn value(&self, node: &Node) -> String {
        let name = node.text("name");
        let of_form = || self.form.and_then(|(form, _)| value_in(form, name));
        let own = || node.0.get("value").map(Prop::shown).unwrap_or_default();
        self.typed(name).map(str::to_owned).or_else(of_form).unwrap_or_else(own)
    }

    fn error(&self, name: &str) -> Option<String> {
        let (form, _) = self.form?;
        let answered = self.around.errors.get(name).filter(|_| self.around.again(self.handler()));
        answered.cloned().or_else(|| match form.0.get("errors") {
            Some(Prop::Table(errors)) => errors.get(name).map(Prop::shown),
            _ => None,
        })
    }

    fn id_of(&self, name: &str) -> String {
        format!("u-{}-{name}", self.form.map_or(0, |(_, number)| number))
    }

    /// All that is wrong in the form, with links to the fields.
    pub(super) fn error_summary(&self) -> Markup {
        let Some((form, _)) = self.form else { return html! {} };
        let mut names: Vec<&str> = Vec::new();
        if self.around.again(self.handler()) {
            names.extend(self.around.errors.keys().map(String::as_str));
        }
        if let Some(Prop::Table(errors)) = form.0.get("errors") {
            names.extend(errors.keys().map(String::as_str));
        }
        names.sort_unstable();
        names.dedup();
        html! {
            @if !names.is_empty() {
                div.errors role="alert" tabindex="-1" {
                    p { strong { "Please check:" } }
                    ul { @for name in names {
                        li { a href=(format!("#{}", self.id_of(name))) { (self.error(name).unwrap_or_default()) } }
                    } }
                }
            }
        }
    }

    /// Draws a field.
    pub(super) fn field(&self, node: &Node) -> Markup {
        let id = self.id_of(node.text("name"));
        let error =
            node.some_text("error").map(str::to_owned).or_else(|| self.error(node.text("name")));
        let ids = [
            node.some_text("hint").map(|_| format!("{id}-hint")),
            error.as_ref().map(|_| format!("{id}-error")),
        ];
        let ids: Vec<String> = ids.into_iter().flatten().collect();
        let described = (!ids.is_empty()).then(|| ids.join(" "));
        let frame = Frame { id, error, described };
        match node.name() {
            "check" => self.check(node, &frame),
            "file" => self.labelled(node, &frame, file(node, &frame)),
            "select" if is_menu(node) => {
                self.labelled(node, &frame, self.menu_of_options(node, &frame))
            }
            "select" => self.choices(node, &frame),
            _ => self.labelled(node, &frame, self.control(node, &frame)),
        }
    }

    fn labelled(&self, node: &Node, frame: &Frame, control: Markup) -> Markup {
        html! {
            div.field {
                label for=(frame.id) {
                    (node.text("label"))
                    @if node.is("required") { span.needed { " (needed)" } }
                }
                (hint(node, frame)) (control) (error_text(frame))
            }
        }
    }

    fn control(&self, node: &Node, frame: &Frame) -> Markup {
        let value = self.value(node);
        let invalid = frame.error.as_ref().map(|_| "true");
        if node.text("kind") == "multiline" {
            return html! {
                textarea id=(frame.id) name=(node.text("name")) rows=(node.whole("rows").unwrap_or(4).clamp(1, 40))
                    placeholder=[node.some_text("placeholder")] required[node.is("required")]
                    minlength=[node.whole("min_length")] maxlength=[node.whole("max_length")]
                    aria-describedby=[frame.described.as_deref()] aria-invalid=[invalid] dir="auto" {
                    "\n" (value)
                }
            };
        }
        let kind = match node.text("kind") {
            "" => "text",
            "datetime" => "datetime-local",
            kind => kind,
        };
        // Any number of decimals is fine unless the script names a step.
        let step = node
            .number("step")
            .map(|step| step.to_string())
            .or((kind == "number").then(|| "any".into()));
        let suggest = node.list("suggest");
        let list = (!suggest.is_empty()).then(|| format!("{}-list", frame.id));
        html! {
            input id=(frame.id) name=(node.text("name")) type=(kind)
                value=[Some(value).filter(|value| !value.is_empty() && kind != "password")]
                placeholder=[node.some_text("placeholder")] required[node.is("required")]
                min=[node.some_text("min")] max=[node.some_text("max")] step=[step]
                minlength=[node.whole("min_length")] maxlength=[node.whole("max_length")]
                pattern=[node.some_text("pattern")] autocomplete=[node.some_text("autocomplete")]
                list=[list.as_deref()] aria-describedby=[frame.described.as_deref()] aria-invalid=[invalid];
            @if let Some(list) = list {
                datalist id=(list) { @for word in suggest { option value=(word.shown()) {} } }
            }
        }
    }

    fn menu_of_options(&self, node: &Node, frame: &Frame) -> Markup {
        let chosen = self.chosen(node);
        html! {
            select id=(frame.id) name=(node.text("name")) multiple[node.is("many")] required[node.is("required")]
                aria-describedby=[frame.described.as_deref()]
                aria-invalid=[frame.error.as_ref().map(|_| "true")] {
                @for option in node.objects("options") {
                    option value=(option.text("value")) selected[chosen.contains(&option.text("value").to_owned())]
                        disabled[option.is("disabled")] { (label_of(option)) }
                }
            }
        }
    }

    /// Radio buttons or checks under one legend.
    fn choices(&self, node: &Node, frame: &Frame) -> Markup {
        let chosen = self.chosen(node);
        let kind =
            if node.is("many") || node.text("as") == "checks" { "checkbox" } else { "radio" };
        html! {
            fieldset id=(frame.id) aria-describedby=[frame.described.as_deref()] tabindex="-1" {
                legend { (node.text("label")) @if node.is("required") { span.needed { " (needed)" } } }
                (hint(node, frame))
                @for option in node.objects("options") {
                    label.option {
                        input type=(kind) name=(node.text("name")) value=(option.text("value"))
                            checked[chosen.contains(&option.text("value").to_owned())]
                            required[kind == "radio" && node.is("required")] disabled[option.is("disabled")];
                        span { (label_of(option)) }
                    }
                }
                (error_text(frame))
            }
        }
    }

    /// The chosen values: several come as a list, or as lines of what was typed.
    fn chosen(&self, node: &Node) -> Vec<String> {
        let name = node.text("name");
        if self.was_sent() {
            return self.typed(name).unwrap_or("").lines().map(str::to_owned).collect();
        }
        if let Some(value) = self.form.and_then(|(form, _)| value_in(form, name)) {
            return vec![value];
        }
        match node.0.get("value") {
            Some(Prop::List(values)) => values.iter().map(Prop::shown).collect(),
            Some(value) => vec![value.shown()],
            None => vec![],
        }
    }

    fn check(&self, node: &Node, frame: &Frame) -> Markup {
        let name = node.text("name");
        let of_form = || self.form.and_then(|(form, _)| value_in(form, name));
        let checked = match self.was_sent() {
            true => self.typed(name).is_some(),
            false => of_form()
                .map_or(node.is("checked"), |value| !matches!(value.as_str(), "" | "no" | "false")),
        };
        html! {
            div.field {
                label.option {
                    input id=(frame.id) type="checkbox" name=(name) value="on" checked[checked]
                        role=[node.is("switch").then_some("switch")]
                        aria-describedby=[frame.described.as_deref()]
                        aria-invalid=[frame.error.as_ref().map(|_| "true")];
                    span { (node.text("label")) }
                }
                (hint(node, frame)) (error_text(frame))
            }
        }
    }
}

/// A field for a file. What was chosen cannot be shown again: browsers forget it.
fn file(node: &Node, frame: &Frame) -> Markup {
    let accept: Vec<String> = node.list("accept").iter().map(Prop::shown).collect();
    html! {
        input id=(frame.id) type="file" name=(node.text("name"))
            accept=[(!accept.is_empty()).then(|| accept.join(","))] multiple[node.is("many")]
            required[node.is("required")] aria-describedby=[frame.described.as_deref()]
            aria-invalid=[frame.error.as_ref().map(|_| "true")];
    }
}

fn hint(node: &Node, frame: &Frame) -> Markup {
    html! { @if let Some(hint) = node.some_text("hint") { p.hint id=(format!("{}-hint", frame.id)) { (hint) } } }
}

fn error_text(frame: &Frame) -> Markup {
    html! { @if let Some(error) = &frame.error { p.error id=(format!("{}-error", frame.id)) { (error) } } }
}

fn label_of(option: &Fields) -> &str {
    option.some_text("label").unwrap_or(option.text("value"))
}

fn is_menu(node: &Node) -> bool {
    matches!(node.text("as"), "" | "menu")
}
