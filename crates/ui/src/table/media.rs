//! The parts that are looked at or listened to.

use super::records::{ACCESS, PIN};
use super::{may, must};
use crate::component::{Component, Kind};

pub(super) const IMAGE: Component = Component {
    name: "image",
    main: Some("src"),
    doc: "A picture from the app's own files.",
    properties: &[
        must("src", Kind::Address),
        may("alt", Kind::Text),
        may("decorative", Kind::Truth),
        may("caption", Kind::Text),
        may("href", Kind::Address),
        may("width", Kind::Whole),
        may("height", Kind::Whole),
    ],
};

pub(super) const MEDIA: Component = Component {
    name: "media",
    main: Some("src"),
    doc: "A sound or a film from the app's own files.",
    properties: &[
        must("src", Kind::Address),
        may("kind", Kind::OneOf(&["audio", "video"])),
        must("label", Kind::Text),
        may("captions", Kind::Address),
        may("transcript", Kind::LongText),
    ],
};

pub(super) const MAP: Component = Component {
    name: "map",
    main: None,
    doc: "Places as pins on an empty map, and as a list.",
    properties: &[
        must("label", Kind::Text),
        must("pins", Kind::List(&Kind::Object(&PIN))),
        may("zoom", Kind::Whole),
    ],
};

pub(super) const CANVAS: Component = Component {
    name: "canvas",
    main: None,
    doc: "A drawing made of lines, shapes and words.",
    properties: &[
        must("label", Kind::Text),
        may("describe", Kind::LongText),
        must("width", Kind::Whole),
        must("height", Kind::Whole),
        may("ops", Kind::Ops),
        may("script", Kind::Name),
        may("run", Kind::OneOf(&["static", "client", "server"])),
        may("fps", Kind::Whole),
        may("input", Kind::Object(&ACCESS)),
        may("pixelated", Kind::Truth),
        may("args", Kind::Args),
        may("on_event", Kind::Handler),
    ],
};

pub(super) const EMBED: Component = Component {
    name: "embed",
    main: None,
    doc: "The way to another app, here or in another group.",
    properties: &[
        must("app", Kind::App),
        may("view", Kind::Name),
        may("args", Kind::Args),
        must("label", Kind::Text),
    ],
};
