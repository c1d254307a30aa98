//! The records inside properties, like one option of a select.

use super::{TONE, actions, body, may, must};
use crate::component::{Kind, Object};

pub(super) const TAB: Object = Object {
    name: "tab",
    main: None,
    properties: &[must("id", Kind::Name), must("label", Kind::Text), body()],
};
pub(super) const OPTION: Object = Object {
    name: "option",
    main: Some("value"),
    properties: &[
        must("value", Kind::Text),
        may("label", Kind::Text),
        may("group", Kind::Text),
        may("disabled", Kind::Truth),
    ],
};
pub(super) const COLUMN: Object = Object {
    name: "column",
    main: None,
    properties: &[
        must("key", Kind::Name),
        must("label", Kind::Text),
        may("kind", Kind::OneOf(&["text", "number", "time", "link", "node"])),
        may("align", Kind::OneOf(&["start", "center", "end"])),
        may("sort", Kind::Truth),
    ],
};
pub(super) const FACT: Object = Object {
    name: "fact",
    main: None,
    properties: &[must("label", Kind::Text), must("value", Kind::Any)],
};
pub(super) const ITEM: Object = Object {
    name: "item",
    main: Some("title"),
    properties: &[
        must("title", Kind::Text),
        may("text", Kind::Text),
        may("href", Kind::Address),
        may("image", Kind::Address),
        may("alt", Kind::Text),
        may("meta", Kind::Text),
        may("tone", TONE),
        actions(),
        may("key", Kind::Text),
    ],
};
pub(super) const PERSON: Object = Object {
    name: "person",
    main: Some("name"),
    properties: &[
        may("id", Kind::Text),
        must("name", Kind::Text),
        may("handle", Kind::Text),
        may("avatar", Kind::Address),
        may("href", Kind::Address),
    ],
};

pub(super) const SERIES: Object = Object {
    name: "series",
    main: None,
    properties: &[must("name", Kind::Text), must("data", Kind::List(&Kind::Any))],
};
pub(super) const MESSAGE: Object = Object {
    name: "message",
    main: None,
    properties: &[
        must("id", Kind::Name),
        must("from", Kind::Object(&PERSON)),
        must("at", Kind::When),
        must("text", Kind::Markdown),
        may("mine", Kind::Truth),
        may("attachments", Kind::Nodes),
        actions(),
    ],
};
pub(super) const POST: Object = Object {
    name: "post",
    main: None,
    properties: &[
        must("id", Kind::Name),
        must("author", Kind::Object(&PERSON)),
        must("at", Kind::When),
        must("text", Kind::Markdown),
        may("cw", Kind::Text),
        may("media", Kind::Nodes),
        may("boosted_by", Kind::Object(&PERSON)),
        may("reply_to", Kind::Text),
        may("href", Kind::Address),
        may("counts", Kind::Texts),
        actions(),
    ],
};
pub(super) const PIN: Object = Object {
    name: "pin",
    main: None,
    properties: &[
        must("lat", Kind::Number),
        must("lon", Kind::Number),
        must("label", Kind::Text),
        may("on", Kind::Handler),
        may("args", Kind::Args),
    ],
};
pub(super) const COMPOSER: Object = Object {
    name: "composer",
    main: None,
    properties: &[
        must("on", Kind::Handler),
        may("label", Kind::Text),
        may("placeholder", Kind::Text),
        may("submit", Kind::Text),
        may("max", Kind::Whole),
        may("attach", Kind::Truth),
        may("value", Kind::LongText),
        may("args", Kind::Args),
    ],
};
pub(super) const ACCESS: Object = Object {
    name: "access",
    main: None,
    properties: &[
        may("keys", Kind::List(&Kind::Text)),
        may("pointer", Kind::Truth),
        may("wheel", Kind::Truth),
    ],
};
