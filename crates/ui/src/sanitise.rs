//! HTML and Markdown from people, by allow-list. What comes out holds no script, no style, no form,
//! no frame and no address that could run code; too large or too deep input is refused before it
//! costs anything.

use crate::address::{self, Address};
use crate::guard;
use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The tags that stay.
const TAGS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "var",
];

/// The attributes that stay on any tag.
const ATTRIBUTES: &[&str] =
    &["title", "datetime", "colspan", "rowspan", "scope", "lang", "dir", "alt", "open"];

/// Where relative addresses lead: into an app, or nowhere yet.
struct Base {
    app: String,
    path: String,
}

/// Cleans HTML; addresses inside the app stay relative until the view that shows it is drawn.
#[must_use]
pub fn sanitise(html: &str) -> String {
    clean(html, None)
}

/// Markdown as clean HTML; HTML written in it is shown as text.
#[must_use]
pub fn markdown(text: &str) -> String {
    clean(&rendered(text), None)
}

pub(crate) fn html_in(html: &str, app: &str, path: &str) -> String {
    clean(html, Some(Base { app: app.into(), path: path.into() }))
}

pub(crate) fn markdown_in(text: &str, app: &str, path: &str) -> String {
    clean(&rendered(text), Some(Base { app: app.into(), path: path.into() }))
}

/// Renders Markdown; raw HTML becomes text.
fn rendered(text: &str) -> String {
    use pulldown_cmark::{Event, Options, Parser, html};
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = Parser::new_ext(text, options).map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

/// The words of HTML without its tags, for faces that have none.
pub(crate) fn words_of(html: &str) -> String {
    let clean = sanitise(html);
    let mut words = String::new();
    let mut rest = clean.as_str();
    while let Some(start) = rest.find('<') {
        words += &rest[..start];
        let Some(end) = rest[start..].find('>') else { break };
        let tag = rest[start + 1..start + end].trim_start_matches('/');
        if matches!(tag, "p" | "br" | "li" | "tr" | "div" | "h2" | "h3" | "h4") {
            words.push('\n');
        }
        rest = &rest[start + end + 1..];
    }
    words += rest;
    let decoded = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", " "), ("&amp;", "&")]
        .iter()
        .fold(words, |words, (entity, text)| words.replace(entity, text));
    decoded.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

fn clean(html: &str, base: Option<Base>) -> String {
    match guard::check(html) {
        Ok(()) => builder(base).clean(html).to_string(),
        Err(why) => format!("<p>{why}</p>"),
    }
}

fn builder(base: Option<Base>) -> Builder<'static> {
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.iter().copied().collect())
        .clean_content_tags(HashSet::from(["script", "style", "title", "noscript", "template"]))
        .generic_attributes(ATTRIBUTES.iter().copied().collect())
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("img", HashSet::from(["src"])),
        ]))
        .url_schemes(HashSet::from(["https", "http", "mailto", "group"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer nofollow ugc"))
        .attribute_filter(move |element, attribute, value| match (element, attribute) {
            (_, "href") => href(value, base.as_ref()).map(Cow::Owned),
            (_, "src") => src(value, base.as_ref()).map(Cow::Owned),
            (_, "dir") => matches!(value, "auto" | "ltr" | "rtl").then_some(value.into()),
            (_, "colspan" | "rowspan") => {
                (value.parse::<u8>().is_ok_and(|n| n > 0)).then_some(value.into())
            }
            _ => Some(value.into()),
        });
    builder
}

fn href(value: &str, base: Option<&Base>) -> Option<String> {
    let address = address::parse(value)?;
    Some(match base {
        Some(base) => address.on_page(&base.app, &base.path),
        None => value.to_owned(),
    })
}

/// Pictures come from the app's own files only, so that no other server learns who reads.
fn src(value: &str, base: Option<&Base>) -> Option<String> {
    let address = address::parse(value)?;
    match base {
        Some(base) => address.of_file(&base.app),
        None => matches!(address, Address::Inside(_)).then(|| value.to_owned()),
    }
}
