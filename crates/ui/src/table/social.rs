//! The parts for people and what they write to each other.

use super::records::{COMPOSER, MESSAGE, PERSON, POST};
use super::{may, must};
use crate::component::{Component, Kind};

pub(super) const PEOPLE: Component = Component {
    name: "people",
    main: None,
    doc: "A list of people.",
    properties: &[must("label", Kind::Text), must("items", Kind::List(&Kind::Object(&PERSON)))],
};

pub(super) const DOCUMENT: Component = Component {
    name: "document",
    main: None,
    doc: "A text that people write together, with its history.",
    properties: &[
        must("doc", Kind::Name),
        must("label", Kind::Text),
        may("edit", Kind::Truth),
        may("history", Kind::Truth),
        may("format", Kind::OneOf(&["markdown", "plain"])),
        may("on_save", Kind::Handler),
        may("placeholder", Kind::Text),
    ],
};

pub(super) const MESSAGES: Component = Component {
    name: "messages",
    main: None,
    doc: "What people say to each other, oldest first, and a field to say more.",
    properties: &[
        must("label", Kind::Text),
        may("thread", Kind::Name),
        may("items", Kind::List(&Kind::Object(&MESSAGE))),
        may("composer", Kind::Object(&COMPOSER)),
        may("older", Kind::Address),
    ],
};

pub(super) const TIMELINE: Component = Component {
    name: "timeline",
    main: None,
    doc: "Posts, newest first; programs can follow them as a feed.",
    properties: &[
        must("label", Kind::Text),
        may("feed", Kind::Name),
        may("items", Kind::List(&Kind::Object(&POST))),
        may("composer", Kind::Object(&COMPOSER)),
        may("older", Kind::Address),
        may("publish", Kind::OneOf(&["none", "atom", "activitypub"])),
    ],
};

pub(super) const PICKER: Component = Component {
    name: "picker",
    main: Some("label"),
    doc: "Asks a person to hand one thing over, chosen by them.",
    properties: &[
        must("name", Kind::Name),
        must("label", Kind::Text),
        must("kind", Kind::OneOf(&["person", "document", "feed", "file", "app"])),
        may("rights", Kind::OneOf(&["read", "write"])),
        must("why", Kind::Text),
        may("on", Kind::Handler),
    ],
};

pub(super) const COMPOSE: Component = Component {
    name: "compose",
    main: Some("label"),
    doc: "A draft of a post or message that a person may look at, change and send.",
    properties: &[
        must("label", Kind::Text),
        may("kind", Kind::OneOf(&["post", "message"])),
        may("text", Kind::LongText),
        may("to", Kind::List(&Kind::Text)),
        may("cw", Kind::Text),
        may("visibility", Kind::OneOf(&["public", "followers", "group", "direct"])),
        may("on_sent", Kind::Handler),
    ],
};
