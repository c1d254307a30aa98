//! The parts that show data.

use super::records::{COLUMN, ITEM, SERIES};
use super::{body, may, must};
use crate::component::{Component, Kind};

pub(super) const LIST: Component = Component {
    name: "list",
    main: None,
    doc: "A list of items, each with a title, text and buttons.",
    properties: &[
        may("items", Kind::List(&Kind::Object(&ITEM))),
        body(),
        may("ordered", Kind::Truth),
        may("label", Kind::Text),
    ],
};

pub(super) const TABLE: Component = Component {
    name: "table",
    main: Some("caption"),
    doc: "Rows and columns under a caption.",
    properties: &[
        must("caption", Kind::Text),
        must("columns", Kind::List(&Kind::Object(&COLUMN))),
        must("rows", Kind::List(&Kind::Any)),
        may("row_key", Kind::Name),
        may("row_href", Kind::Name),
        may("empty", Kind::Text),
        may("page", Kind::Whole),
        may("pages", Kind::Whole),
    ],
};

pub(super) const PROGRESS: Component = Component {
    name: "progress",
    main: None,
    doc: "How much of something is done.",
    properties: &[must("label", Kind::Text), may("value", Kind::Number), may("max", Kind::Number)],
};

pub(super) const CHART: Component = Component {
    name: "chart",
    main: None,
    doc: "Numbers as a drawing, with one sentence about them and the numbers as a table.",
    properties: &[
        must("kind", Kind::OneOf(&["line", "bar", "area", "pie", "spark"])),
        must("label", Kind::Text),
        may("summary", Kind::Text),
        may("x", Kind::List(&Kind::Text)),
        must("series", Kind::List(&Kind::Object(&SERIES))),
        may("unit", Kind::Text),
        may("stacked", Kind::Truth),
    ],
};
