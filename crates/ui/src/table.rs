//! The one table of components: what a view may be made of. Validation, drawing and the editor's
//! completion all read it; it never says how anything looks.
//!
//! A new component is an entry in one of the files beside, listed here; an arm in
//! `view/html/mod.rs` and in `view/text/mod.rs`; and a case in `tests/cases`. The test `papers`
//! then says how the JSON Schema, the definition for editors and the reference are made anew.

mod data;
mod input;
mod layout;
mod media;
mod records;
mod social;
mod words;

use crate::component::{Component, Kind, Property};

/// The meaning a part may carry; every face shows it with a sign and a word, never by colour alone.
pub const TONES: &[&str] = &["neutral", "info", "good", "warn", "bad"];

const TONE: Kind = Kind::OneOf(TONES);
const SIZES: Kind = Kind::OneOf(&["s", "m", "l"]);

const fn may(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, required: false }
}

const fn must(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, required: true }
}

const fn body() -> Property {
    may("body", Kind::Nodes)
}

const fn actions() -> Property {
    may("actions", Kind::Nodes)
}

/// Properties that every component has.
pub static COMMON: &[Property] = &[
    may("id", Kind::Name),
    may("key", Kind::Text),
    may("hidden", Kind::Truth),
    may("lang", Kind::Name),
    may("dir", Kind::OneOf(&["auto", "ltr", "rtl"])),
    may("fallback", Kind::Node),
    may("requires", Kind::List(&Kind::Name)),
];

/// Components that a face may leave to their `fallback`; all others every face draws.
pub const LEVEL_TWO: &[&str] = &["media", "map", "embed"];

/// Every component there is.
pub static ALL: &[Component] = &[
    layout::PAGE,
    layout::SECTION,
    layout::ROW,
    layout::GRID,
    layout::CARD,
    layout::TABS,
    layout::DETAILS,
    layout::DIVIDER,
    words::HEADING,
    words::TEXT,
    words::MARKDOWN,
    words::CODE,
    words::HTML,
    words::BADGE,
    words::NOTE,
    words::STAT,
    words::TIME,
    words::FACTS,
    words::EMPTY,
    media::IMAGE,
    media::MEDIA,
    media::MAP,
    media::CANVAS,
    media::EMBED,
    data::LIST,
    data::TABLE,
    data::CHART,
    data::PROGRESS,
    input::FORM,
    input::INPUT,
    input::SELECT,
    input::CHECK,
    input::FILE,
    input::HIDDEN,
    input::BUTTON,
    input::LINK,
    layout::MENU,
    social::PEOPLE,
    social::DOCUMENT,
    social::MESSAGES,
    social::TIMELINE,
    social::PICKER,
    social::COMPOSE,
];
