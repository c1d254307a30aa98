//! The parts that hold others.

use super::records::TAB;
use super::{SIZES, TONE, actions, body, may, must};
use crate::component::{Component, Kind};

const ACCENTS: &[&str] =
    &["blue", "green", "teal", "purple", "pink", "red", "orange", "brown", "grey"];

pub(super) const PAGE: Component = Component {
    name: "page",
    main: Some("title"),
    doc: "The whole page of an app: a title and what follows.",
    properties: &[
        must("title", Kind::Text),
        may("subtitle", Kind::Text),
        may("summary", Kind::Text),
        body(),
        actions(),
        may("live", Kind::Truth),
        may("refresh", Kind::Whole),
        may("width", Kind::OneOf(&["narrow", "normal", "wide"])),
        may("accent", Kind::OneOf(ACCENTS)),
    ],
};

pub(super) const SECTION: Component = Component {
    name: "section",
    main: Some("title"),
    doc: "A part of a page under its own heading.",
    properties: &[may("title", Kind::Text), body(), actions()],
};

pub(super) const ROW: Component = Component {
    name: "row",
    main: None,
    doc: "Parts side by side; they wrap when the window is narrow.",
    properties: &[
        body(),
        may("align", Kind::OneOf(&["start", "center", "end", "between"])),
        may("wrap", Kind::Truth),
    ],
};

pub(super) const GRID: Component = Component {
    name: "grid",
    main: None,
    doc: "Parts in as many columns as fit.",
    properties: &[body(), may("min", SIZES)],
};

pub(super) const CARD: Component = Component {
    name: "card",
    main: Some("title"),
    doc: "A box around parts that belong together.",
    properties: &[
        may("title", Kind::Text),
        may("href", Kind::Address),
        may("tone", TONE),
        body(),
        actions(),
    ],
};

pub(super) const TABS: Component = Component {
    name: "tabs",
    main: None,
    doc: "Several pages in one; the address says which is shown.",
    properties: &[
        must("items", Kind::List(&Kind::Object(&TAB))),
        may("selected", Kind::Name),
        may("label", Kind::Text),
    ],
};

pub(super) const DETAILS: Component = Component {
    name: "details",
    main: Some("label"),
    doc: "Something to open and close.",
    properties: &[must("label", Kind::Text), may("open", Kind::Truth), body()],
};

pub(super) const DIVIDER: Component = Component {
    name: "divider",
    main: Some("label"),
    doc: "A line between parts.",
    properties: &[may("label", Kind::Text)],
};

pub(super) const MENU: Component = Component {
    name: "menu",
    main: Some("label"),
    doc: "Buttons and links behind one word.",
    properties: &[must("label", Kind::Text), must("body", Kind::Nodes)],
};
