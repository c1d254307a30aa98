//! The parts that say something.

use super::records::FACT;
use super::{SIZES, TONE, body, may, must};
use crate::component::{Component, Kind};

pub(super) const HEADING: Component = Component {
    name: "heading",
    main: Some("text"),
    doc: "A heading; its level follows from where it stands.",
    properties: &[must("text", Kind::Text), may("level", Kind::Whole)],
};

pub(super) const TEXT: Component = Component {
    name: "text",
    main: Some("text"),
    doc: "A paragraph.",
    properties: &[
        must("text", Kind::LongText),
        may("tone", TONE),
        may("size", SIZES),
        may("weight", Kind::OneOf(&["normal", "bold"])),
        may("mono", Kind::Truth),
    ],
};

pub(super) const MARKDOWN: Component = Component {
    name: "markdown",
    main: Some("text"),
    doc: "Text with **bold**, lists and links in Markdown.",
    properties: &[must("text", Kind::Markdown)],
};

pub(super) const CODE: Component = Component {
    name: "code",
    main: Some("text"),
    doc: "Text exactly as it is, in a fixed width.",
    properties: &[
        must("text", Kind::LongText),
        may("syntax", Kind::Name),
        may("label", Kind::Text),
    ],
};

pub(super) const HTML: Component = Component {
    name: "html",
    main: Some("html"),
    doc: "HTML from somewhere else, cleaned: no scripts, styles or forms.",
    properties: &[must("html", Kind::Html), may("label", Kind::Text)],
};

pub(super) const BADGE: Component = Component {
    name: "badge",
    main: Some("text"),
    doc: "A word or two that says how something stands.",
    properties: &[must("text", Kind::Text), may("tone", TONE)],
};

pub(super) const NOTE: Component = Component {
    name: "note",
    main: Some("text"),
    doc: "A box for what people should not miss.",
    properties: &[
        may("title", Kind::Text),
        may("text", Kind::Text),
        may("tone", TONE),
        body(),
        may("urgent", Kind::Truth),
    ],
};

pub(super) const STAT: Component = Component {
    name: "stat",
    main: None,
    doc: "A number with a label.",
    properties: &[
        must("label", Kind::Text),
        must("value", Kind::Text),
        may("change", Kind::Text),
        may("tone", TONE),
    ],
};

pub(super) const TIME: Component = Component {
    name: "time",
    main: Some("at"),
    doc: "A point in time, shown in the reader's time zone.",
    properties: &[
        must("at", Kind::When),
        may("show", Kind::OneOf(&["relative", "date", "time", "datetime"])),
    ],
};

pub(super) const FACTS: Component = Component {
    name: "facts",
    main: None,
    doc: "Labels and their values, one below the other.",
    properties: &[must("items", Kind::List(&Kind::Object(&FACT)))],
};

pub(super) const EMPTY: Component = Component {
    name: "empty",
    main: Some("text"),
    doc: "What stands where nothing is yet, with a way to begin.",
    properties: &[must("text", Kind::Text), may("hint", Kind::Text), body()],
};
