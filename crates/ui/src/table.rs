//! The one table of components: what a view may be made of. Validation, drawing and the editor's
//! completion all read it; it never says how anything looks.
//!
//! A new component is a row here, an arm in `view/html/mod.rs` and in `view/text/mod.rs`, and a
//! case in `tests/cases`.

use crate::component::{Component, Kind, Object, Property};

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

static TAB: Object = Object {
    name: "tab",
    main: None,
    properties: &[must("id", Kind::Name), must("label", Kind::Text), body()],
};
static OPTION: Object = Object {
    name: "option",
    main: Some("value"),
    properties: &[
        must("value", Kind::Text),
        may("label", Kind::Text),
        may("group", Kind::Text),
        may("disabled", Kind::Truth),
    ],
};
static COLUMN: Object = Object {
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
static FACT: Object = Object {
    name: "fact",
    main: None,
    properties: &[must("label", Kind::Text), must("value", Kind::Any)],
};
static ITEM: Object = Object {
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
static PERSON: Object = Object {
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

const ACCENTS: &[&str] =
    &["blue", "green", "teal", "purple", "pink", "red", "orange", "brown", "grey"];

/// Every component there is.
pub static ALL: &[Component] = &[
    // ---- layout
    Component {
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
    },
    Component {
        name: "section",
        main: Some("title"),
        doc: "A part of a page under its own heading.",
        properties: &[may("title", Kind::Text), body(), actions()],
    },
    Component {
        name: "row",
        main: None,
        doc: "Parts side by side; they wrap when the window is narrow.",
        properties: &[
            body(),
            may("align", Kind::OneOf(&["start", "center", "end", "between"])),
            may("wrap", Kind::Truth),
        ],
    },
    Component {
        name: "grid",
        main: None,
        doc: "Parts in as many columns as fit.",
        properties: &[body(), may("min", SIZES)],
    },
    Component {
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
    },
    Component {
        name: "tabs",
        main: None,
        doc: "Several pages in one; the address says which is shown.",
        properties: &[
            must("items", Kind::List(&Kind::Object(&TAB))),
            may("selected", Kind::Name),
            may("label", Kind::Text),
        ],
    },
    Component {
        name: "details",
        main: Some("label"),
        doc: "Something to open and close.",
        properties: &[must("label", Kind::Text), may("open", Kind::Truth), body()],
    },
    Component {
        name: "divider",
        main: Some("label"),
        doc: "A line between parts.",
        properties: &[may("label", Kind::Text)],
    },
    // ---- text
    Component {
        name: "heading",
        main: Some("text"),
        doc: "A heading; its level follows from where it stands.",
        properties: &[must("text", Kind::Text), may("level", Kind::Whole)],
    },
    Component {
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
    },
    Component {
        name: "markdown",
        main: Some("text"),
        doc: "Text with **bold**, lists and links in Markdown.",
        properties: &[must("text", Kind::LongText)],
    },
    Component {
        name: "code",
        main: Some("text"),
        doc: "Text exactly as it is, in a fixed width.",
        properties: &[
            must("text", Kind::LongText),
            may("syntax", Kind::Name),
            may("label", Kind::Text),
        ],
    },
    Component {
        name: "html",
        main: Some("html"),
        doc: "HTML from somewhere else, cleaned: no scripts, styles or forms.",
        properties: &[must("html", Kind::LongText), may("label", Kind::Text)],
    },
    Component {
        name: "badge",
        main: Some("text"),
        doc: "A word or two that says how something stands.",
        properties: &[must("text", Kind::Text), may("tone", TONE)],
    },
    Component {
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
    },
    Component {
        name: "stat",
        main: None,
        doc: "A number with a label.",
        properties: &[
            must("label", Kind::Text),
            must("value", Kind::Text),
            may("change", Kind::Text),
            may("tone", TONE),
        ],
    },
    Component {
        name: "time",
        main: Some("at"),
        doc: "A point in time, shown in the reader's time zone.",
        properties: &[
            must("at", Kind::When),
            may("show", Kind::OneOf(&["relative", "date", "time", "datetime"])),
        ],
    },
    Component {
        name: "facts",
        main: None,
        doc: "Labels and their values, one below the other.",
        properties: &[must("items", Kind::List(&Kind::Object(&FACT)))],
    },
    Component {
        name: "empty",
        main: Some("text"),
        doc: "What stands where nothing is yet, with a way to begin.",
        properties: &[must("text", Kind::Text), may("hint", Kind::Text), body()],
    },
    // ---- media
    Component {
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
    },
    // ---- data
    Component {
        name: "list",
        main: None,
        doc: "A list of items, each with a title, text and buttons.",
        properties: &[
            may("items", Kind::List(&Kind::Object(&ITEM))),
            body(),
            may("ordered", Kind::Truth),
            may("label", Kind::Text),
        ],
    },
    Component {
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
    },
    Component {
        name: "progress",
        main: None,
        doc: "How much of something is done.",
        properties: &[
            must("label", Kind::Text),
            may("value", Kind::Number),
            may("max", Kind::Number),
        ],
    },
    Component {
        name: "people",
        main: None,
        doc: "A list of people.",
        properties: &[must("label", Kind::Text), must("items", Kind::List(&Kind::Object(&PERSON)))],
    },
    // ---- input
    Component {
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
    },
    Component {
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
    },
    Component {
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
    },
    Component {
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
    },
    Component {
        name: "hidden",
        main: None,
        doc: "A value that a form sends along unseen.",
        properties: &[must("name", Kind::Name), must("value", Kind::Text)],
    },
    Component {
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
    },
    Component {
        name: "link",
        main: Some("label"),
        doc: "A link inside the app, or to an address elsewhere.",
        properties: &[
            must("label", Kind::Text),
            must("href", Kind::Address),
            may("tone", Kind::OneOf(&["inline", "button"])),
        ],
    },
    Component {
        name: "menu",
        main: Some("label"),
        doc: "Buttons and links behind one word.",
        properties: &[must("label", Kind::Text), must("body", Kind::Nodes)],
    },
];
