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

/// Pieces of one Markdown text: a table can ask for far more cells than it has bytes.
const EVENTS_MAX: usize = 100_000;

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
    let text = &text[..text.floor_char_boundary(guard::HTML_BYTES_MAX + 1)];
    use pulldown_cmark::{Event, Options, Parser, html};
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = Parser::new_ext(text, options).map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, events.take(EVENTS_MAX));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_harm_is_gone_and_the_words_stay() {
        for (html, expect) in [
            ("<p onclick=x()>a<script>b</script></p>", "<p>a</p>"),
            ("<a href=\"javascript:x\">a</a>", "<a rel=\"noopener noreferrer nofollow ugc\">a</a>"),
            (
                "<a href=\"JAVASCRIPT&colon;x\">a</a>",
                "<a rel=\"noopener noreferrer nofollow ugc\">a</a>",
            ),
            ("<style>p{}</style><b style=x class=y id=z>b</b>", "<b>b</b>"),
            ("<img src=https://spy.example/x.gif alt=cat>", "<img alt=\"cat\">"),
            ("<img src=files/cat.png>", "<img src=\"files/cat.png\">"),
            ("<form action=/x><input name=a><button>go</button></form>", "go"),
            ("<iframe src=x></iframe><object></object><svg><a href=x>s</a></svg>", ""),
            ("<h1>big</h1><h2>fine</h2>", "big<h2>fine</h2>"),
            ("<td colspan=70000 rowspan=0>x</td>", "x"),
            ("<math><mi><style><img src=x onerror=alert(1)>", ""),
            ("a < b & c", "a &lt; b &amp; c"),
        ] {
            assert_eq!(sanitise(html), expect, "{html}");
        }
    }

    #[test]
    fn markdown_has_no_html_of_its_own() {
        assert_eq!(
            markdown("*a* <b onclick=x>b</b>\n\n<script>c</script>\n\n[d](javascript:x)"),
            "<p><em>a</em> &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n&lt;script&gt;c&lt;/script&gt;\n<p><a rel=\"noopener noreferrer nofollow ugc\">d</a></p>\n"
        );
        assert_eq!(markdown("|a|\n|-|\n|b|").matches("<td>").count(), 1);
    }

    #[test]
    fn cleaning_twice_changes_nothing() {
        for html in [
            "<p>a<b>c</p>d",
            "<a href=x>y</a>",
            "<table><td>1<td>2</table>",
            "<details open><summary>s</details>",
        ] {
            let once = sanitise(html);
            assert_eq!(sanitise(&once), once);
        }
    }

    #[test]
    fn words_of_html_have_no_tags() {
        assert_eq!(words_of("<p>a &lt;b&gt;</p><p>c<br>d</p><script>e</script>"), "a <b>\nc\nd");
    }
}
