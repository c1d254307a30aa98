//! The Atom face of a page (RFC 4287): the posts of its published timelines, newest first as the
//! page has them. A page that publishes none has no such face.

use super::pressable::each_child;
use super::{Surroundings, View};
use crate::address;
use crate::node::{Fields, Node};
use crate::prose::Form;
use crate::stamp::exact;
use maud::{Markup, PreEscaped, html};
use model::Moment;

/// Characters of a title that is made of a post's first words.
const TITLE_CHARS_MAX: usize = 80;

/// The feed of a view, as XML; `None` if it publishes nothing. `origin` is where the group is, like
/// `https://oak.example`.
#[must_use]
pub fn atom(view: &View, around: &Surroundings, origin: &str) -> Option<String> {
    let mut timelines = Vec::new();
    published(&view.page, &mut timelines);
    let first = timelines.first()?;
    let title = match timelines.as_slice() {
        [one] => one.text("label"),
        _ => view.title(),
    };
    let page = format!("{origin}{}", address::page_of(around.app, around.path));
    let posts: Vec<&Fields> =
        timelines.iter().flat_map(|timeline| timeline.objects("items")).collect();
    let newest = posts.iter().filter_map(|post| post.whole("at")).max().unwrap_or(0);
    let older = first.some_text("older").and_then(address::parse);
    let older = older.map(|it| absolute(&it.on_page(around.app, around.path), origin));
    let feed = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"))
        feed xmlns="http://www.w3.org/2005/Atom" xml:base=(format!("{page}/")) {
            id { (page) }
            title { (plain(title)) }
            updated { (exact(Moment::from_seconds(newest))) }
            (link("alternate", &page))
            @if let Some(older) = older { (link("next", &older)) }
            @for post in posts { (entry(post, around, &page, origin)) }
        }
    };
    Some(feed.into_string())
}

/// The published timelines at and below a node.
fn published<'n>(node: &'n Node, found: &mut Vec<&'n Node>) {
    if node.name() == "timeline" && node.text("publish") == "atom" {
        found.push(node);
    }
    each_child(&node.fields, &mut |child| published(child, found));
}

fn entry(post: &Fields, around: &Surroundings, page: &str, origin: &str) -> Markup {
    let at = exact(Moment::from_seconds(post.whole("at").unwrap_or(0)));
    let here = post.some_text("href").and_then(address::parse);
    let here = here.map(|it| absolute(&it.on_page(around.app, around.path), origin));
    let author = post.object("author");
    let text = post.text("text");
    html! {
        entry {
            id { (page) "#" (plain(post.text("id"))) }
            updated { (at) }
            @if let Some(author) = author { author { name { (plain(author.text("name"))) } } }
            (link("alternate", here.as_deref().unwrap_or(page)))
            // What somebody hid behind a word stays there: a feed cannot fold.
            @match post.some_text("cw") {
                Some(warning) => {
                    title { (plain(warning)) }
                    summary { "Hidden: " (plain(warning)) }
                }
                None => {
                    title { (first_words(text)) }
                    @match around.prose.of(Form::Markdown, text) {
                        Ok(clean) => content type="html" { (plain(&clean.on_page(around.app, around.path).into_string())) },
                        Err(_) => content { (plain(text)) },
                    }
                }
            }
        }
    }
}

/// XML has no elements without an end.
fn link(rel: &str, href: &str) -> Markup {
    html! { link rel=(rel) href=(href) {} }
}

/// An address on a page, as programs elsewhere need it.
pub(super) fn absolute(address: &str, origin: &str) -> String {
    if address.starts_with('/') { format!("{origin}{address}") } else { address.to_owned() }
}

/// Text without the characters that XML cannot hold at all.
fn plain(text: &str) -> String {
    let fine = |c: &char| {
        matches!(c, '\n' | '\t') || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
    };
    text.chars().filter(fine).collect()
}

fn first_words(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("").trim();
    let mut words: String = plain(line).chars().take(TITLE_CHARS_MAX).collect();
    if line.chars().count() > TITLE_CHARS_MAX {
        words.push('…');
    }
    words
}
