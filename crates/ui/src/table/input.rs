//! The parts that people fill in and press.

use super::records::OPTION;
use super::{body, may, must};
use crate::component::{Component, Kind};

/// The kinds of `ui.input`.
const INPUT_KINDS: &[&str] = &[
    "text",
    "multiline",
    "number",
    "email",
    "url",
    "tel",
    "search",
    "password",
    "date",
    "time",
    "datetime",
    "month",
    "color",
    "range",
];

pub(super) const FORM: Component = Component {
    name: "form",
    main: None,
    doc: "Fields and a button that sends them to a handler.",
    properties: &[
        must("on", Kind::Handler),
        may("args", Kind::Args),
        body(),
        may("submit", Kind::Text),
        may("errors", Kind::Texts),
        may("values", Kind::Texts),
        may("label", Kind::Text),
    ],
};

pub(super) const INPUT: Component = Component {
    name: "input",
    main: Some("label"),
    doc: "A field to type into.",
    properties: &[
        must("name", Kind::Name),
        must("label", Kind::Text),
        may("kind", Kind::OneOf(INPUT_KINDS)),
        may("value", Kind::LongText),
        may("hint", Kind::Text),
        may("placeholder", Kind::Text),
        may("required", Kind::Truth),
        may("min", Kind::Text),
        may("max", Kind::Text),
        may("step", Kind::Number),
        may("min_length", Kind::Whole),
        may("max_length", Kind::Whole),
        may("pattern", Kind::Text),
        may("rows", Kind::Whole),
        may("suggest", Kind::List(&Kind::Text)),
        may("autocomplete", Kind::Text),
        may("error", Kind::Text),
        may("on_change", Kind::Handler),
    ],
};

pub(super) const SELECT: Component = Component {
    name: "select",
    main: Some("label"),
    doc: "A choice of one or several from a list.",
    properties: &[
        must("name", Kind::Name),
        must("label", Kind::Text),
        must("options", Kind::List(&Kind::Object(&OPTION))),
        may("value", Kind::Any),
        may("many", Kind::Truth),
        may("as", Kind::OneOf(&["menu", "radios", "checks"])),
        may("hint", Kind::Text),
        may("required", Kind::Truth),
        may("error", Kind::Text),
        may("on_change", Kind::Handler),
    ],
};

pub(super) const CHECK: Component = Component {
    name: "check",
    main: Some("label"),
    doc: "A yes or no.",
    properties: &[
        must("name", Kind::Name),
        must("label", Kind::Text),
        may("checked", Kind::Truth),
        may("switch", Kind::Truth),
        may("hint", Kind::Text),
        may("error", Kind::Text),
        may("on_change", Kind::Handler),
    ],
};

pub(super) const HIDDEN: Component = Component {
    name: "hidden",
    main: None,
    doc: "A value that a form sends along unseen.",
    properties: &[must("name", Kind::Name), must("value", Kind::Text)],
};

pub(super) const BUTTON: Component = Component {
    name: "button",
    main: Some("label"),
    doc: "A button that calls a handler.",
    properties: &[
        must("label", Kind::Text),
        must("on", Kind::Handler),
        may("args", Kind::Args),
        may("tone", Kind::OneOf(&["neutral", "primary", "danger", "quiet"])),
        may("confirm", Kind::Text),
        may("disabled", Kind::Truth),
        may("icon", Kind::Name),
        may("shortcut", Kind::Name),
    ],
};

pub(super) const LINK: Component = Component {
    name: "link",
    main: Some("label"),
    doc: "A link inside the app, or to an address elsewhere.",
    properties: &[
        must("label", Kind::Text),
        must("href", Kind::Address),
        may("tone", Kind::OneOf(&["inline", "button"])),
    ],
};

pub(super) const FILE: Component = Component {
    name: "file",
    main: Some("label"),
    doc: "A field to choose a file with, inside a form.",
    properties: &[
        must("name", Kind::Name),
        must("label", Kind::Text),
        may("accept", Kind::List(&Kind::Text)),
        may("max_bytes", Kind::Whole),
        may("many", Kind::Truth),
        may("required", Kind::Truth),
        may("hint", Kind::Text),
        may("error", Kind::Text),
    ],
};
