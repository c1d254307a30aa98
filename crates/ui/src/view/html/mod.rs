//! The HTML face of a view: a recursive function over the tree. It writes no script, no style and
//! no address that was not judged; every text is escaped.

mod canvas;
mod chart;
mod data;
mod fields;
mod layout;
mod media;
mod press;
mod social;
mod words;

pub(crate) use canvas::needs;
pub(crate) use data::percent;
pub(crate) use media::coordinates;
pub(crate) use press::encoded;

use super::{Surroundings, View, tone_sign};
use crate::node::Node;
use crate::{address, assets};
use maud::{Markup, html as markup};
use model::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

/// Numbers for forms: few enough to tell nothing of their arguments, more than a page has forms.
const FORM_NUMBERS: u64 = 65_536;

/// Where the pen stands while it draws.
#[derive(Clone, Copy)]
struct Pen<'a> {
    around: &'a Surroundings<'a>,
    /// The level of the next heading below.
    level: u8,
    /// The form that fields belong to, with its number on the page.
    form: Option<(&'a Node, u64)>,
    /// Counts what needs a number of its own: ids, nonces.
    count: &'a Cell<usize>,
    /// The numbers of forms that are taken.
    forms: &'a RefCell<BTreeSet<u64>>,
}

/// Draws a view as the inside of the app area.
#[must_use]
pub fn html(view: &View, around: &Surroundings) -> Markup {
    let (count, forms) = (Cell::new(0), RefCell::default());
    let pen =
        Pen { around, level: around.heading.clamp(1, 5), form: None, count: &count, forms: &forms };
    markup! {
        @if let Some(toast) = around.toast {
            p.toast role="status" { (toast) }
        }
        (pen.page(&view.page))
        @if view.cut {
            p.note data-tone="warn" role="note" {
                "This page is longer than a page can be. The rest is left out."
            }
        }
    }
}

/// Buttons that a card outside of the app shows: more would be the page itself.
const PRESSES_MAX: usize = 2;

/// Draws the first buttons of a page, for its card on another page.
#[must_use]
pub fn presses(view: &View, around: &Surroundings) -> Markup {
    let (count, forms) = (Cell::new(0), RefCell::default());
    let pen = Pen { around, level: 3, form: None, count: &count, forms: &forms };
    let mut buttons = Vec::new();
    for part in view.page.nodes("actions").iter().chain(view.page.nodes("body")) {
        match part.name() {
            "button" => buttons.push(part),
            "row" => buttons.extend(part.nodes("body").iter().filter(|it| it.name() == "button")),
            _ => {}
        }
    }
    markup! { @for button in buttons.iter().take(PRESSES_MAX) { (pen.button(button)) } }
}

impl Pen<'_> {
    /// Draws one node; `lang`, `dir` and `id` get a box of their own where they are given.
    fn node(&self, node: &Node) -> Markup {
        let inner = self.inner(node);
        let (id, lang, dir) = (node.some_text("id"), node.some_text("lang"), node.some_text("dir"));
        if id.or(lang).or(dir).is_none() {
            return inner;
        }
        let id = id.map(|id| format!("u-{id}"));
        markup! { div.region id=[id] lang=[lang] dir=[dir] { (inner) } }
    }

    fn inner(&self, node: &Node) -> Markup {
        match node.name() {
            "page" => self.page(node),
            "section" => self.section(node),
            "row" => self.row(node),
            "grid" => self.grid(node),
            "card" => self.card(node),
            "tabs" => self.tabs(node),
            "details" => self.details(node),
            "menu" => self.menu(node),
            "divider" => self.divider(node),
            "heading" => self.heading_node(node),
            "text" => self.text(node),
            "markdown" => self.markdown(node),
            "html" => self.user_html(node),
            "code" => self.code(node),
            "badge" => self.badge(node),
            "note" => self.note(node),
            "stat" => self.stat(node),
            "time" => self.time(node),
            "empty" => self.empty(node),
            "image" => self.image(node),
            "facts" => self.facts(node),
            "list" => self.list(node),
            "table" => self.table(node),
            "progress" => self.progress(node),
            "people" => self.people(node),
            "form" => self.form(node),
            "chart" => self.chart(node),
            "canvas" => self.canvas(node),
            "media" => self.media(node),
            "map" => self.map(node),
            "embed" => self.embed(node),
            "messages" => self.messages(node),
            "timeline" => self.timeline(node),
            "document" => self.document(node),
            "picker" => self.picker(node),
            "compose" => self.compose(node),
            "input" | "select" | "check" | "file" => self.field_or_form(node),
            "hidden" => {
                markup! { input type="hidden" name=(node.text("name")) value=(node.text("value")); }
            }
            "button" => self.button(node),
            "link" => self.link(node),
            _ => markup! {},
        }
    }

    fn nodes(&self, nodes: &[Node]) -> Markup {
        markup! { @for node in nodes { (self.node(node)) } }
    }

    /// The pen for what stands below a heading of its own.
    fn below(&self) -> Self {
        Pen { level: (self.level + 1).min(6), ..*self }
    }

    fn next(&self) -> usize {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }

    /// The number of a form: the same in every drawing, whatever else comes and goes on the page, so
    /// that a page which is drawn again keeps what was typed.
    fn number(&self, handler: &str, args: &Value) -> u64 {
        let mut taken = self.forms.borrow_mut();
        let mut number = assets::tag(format!("{handler} {args:?}").as_bytes()) % FORM_NUMBERS;
        while !taken.insert(number) {
            number += 1;
        }
        number
    }

    /// A judged address as it is written on the page; `None` if it may not be.
    fn href(&self, text: &str) -> Option<String> {
        address::parse(text).map(|address| address.on_page(self.around.app, self.around.path))
    }

    /// A heading at the pen's level.
    fn heading(&self, id: Option<&str>, text: &str) -> Markup {
        heading(self.level, id, text)
    }
}

fn heading(level: u8, id: Option<&str>, text: &str) -> Markup {
    match level {
        0 | 1 => markup! { h1 id=[id] dir="auto" { (text) } },
        2 => markup! { h2 id=[id] dir="auto" { (text) } },
        3 => markup! { h3 id=[id] dir="auto" { (text) } },
        4 => markup! { h4 id=[id] dir="auto" { (text) } },
        5 => markup! { h5 id=[id] dir="auto" { (text) } },
        _ => markup! { h6 id=[id] dir="auto" { (text) } },
    }
}

/// The sign of a tone with its word for those who do not see it.
fn sign(tone: &str) -> Markup {
    match tone_sign(tone) {
        Some((sign, word)) => markup! {
            span.sign aria-hidden="true" { (sign) } span.unseen { (word) ": " }
        },
        None => markup! {},
    }
}

/// Whether a link leaves the group.
fn leaves(text: &str) -> Option<&'static str> {
    matches!(address::parse(text), Some(address::Address::Outside(_)))
        .then_some("noopener noreferrer nofollow ugc")
}
