//! HTML and Markdown from people, by allow-list. What comes out holds no script, no style, no form,
//! no frame and no address that could run code; too large or too deep input is refused before it
//! costs anything.

use crate::address::{self, Address};
use crate::guard;
use crate::prose::Form;
use ammonia::{Builder, UrlRelative};
use model::sabotage;
use pulldown_cmark::HeadingLevel;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The tags that stay.
pub(crate) const TAGS: &[&str] = &[
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
pub(crate) const ATTRIBUTES: &[&str] =
    &["title", "datetime", "colspan", "rowspan", "scope", "lang", "dir", "alt", "open"];

/// Pieces of one Markdown text: a table can ask for far more cells than it has bytes.
const EVENTS_MAX: usize = 100_000;

/// How a page stands to what a link of a person leads to.
pub(crate) const REL: &str = "noopener noreferrer nofollow ugc";

/// Cleans HTML; addresses inside the app stay relative until the view that shows it is drawn.
#[must_use]
pub fn sanitise(html: &str) -> String {
    clean(Form::Html, html).unwrap_or_else(|why| format!("<p>{why}</p>"))
}

/// Markdown as clean HTML; HTML written in it is shown as text.
#[must_use]
pub fn markdown(text: &str) -> String {
    clean(Form::Markdown, text).unwrap_or_else(|why| format!("<p>{why}</p>"))
}

/// A text as clean HTML, or a sentence that says why it is not shown.
pub fn clean(form: Form, text: &str) -> Result<String, String> {
    let html = match form {
        Form::Markdown => Cow::Owned(rendered(text)),
        Form::Html => Cow::Borrowed(text),
    };
    guard::check(&html)?;
    if sabotage::off("html-allow-list") {
        return Ok(html.into_owned());
    }
    Ok(builder().clean(&html).to_string())
}

/// The level below another one; there is none below the sixth.
fn below(level: HeadingLevel) -> HeadingLevel {
    HeadingLevel::try_from(level as usize + 1).unwrap_or(HeadingLevel::H6)
}

/// Renders Markdown; raw HTML becomes text.
fn rendered(text: &str) -> String {
    let text = &text[..text.floor_char_boundary(guard::HTML_BYTES_MAX + 1)];
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = Parser::new_ext(text, options).map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        // The page has its one heading of level 1 already.
        Event::Start(Tag::Heading { level, id, classes, attrs }) => {
            Event::Start(Tag::Heading { level: below(level), id, classes, attrs })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below(level))),
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, events.take(EVENTS_MAX));
    out
}

/// The words of clean HTML without its tags, for faces that have none.
pub(crate) fn words_of(clean: &str) -> String {
    let mut words = String::new();
    let mut rest = clean;
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

fn builder() -> Builder<'static> {
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
        .link_rel(Some(REL))
        .attribute_filter(|_, attribute, value| {
            let fits = match attribute {
                "href" => address::parse(value).is_some(),
                // Pictures come from the app's own files only: no other server learns who reads.
                "src" => matches!(address::parse(value), Some(Address::Inside(_))),
                _ => value_fits(attribute, value),
            };
            fits.then_some(value.into())
        });
    builder
}

/// Whether an attribute other than an address may have this value.
pub(crate) fn value_fits(attribute: &str, value: &str) -> bool {
    match attribute {
        "dir" => matches!(value, "auto" | "ltr" | "rtl"),
        "colspan" | "rowspan" => value.parse::<u8>().is_ok_and(|n| n > 0),
        _ => true,
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
    fn headings_of_markdown_stand_below_that_of_the_page() {
        for (text, expect) in
            [("# a", "<h2>a</h2>\n"), ("## a", "<h3>a</h3>\n"), ("###### a", "<h6>a</h6>\n")]
        {
            assert_eq!(markdown(text), expect);
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
        assert_eq!(words_of("<p>a &lt;b&gt;</p><p>c<br>d</p>"), "a <b>\nc\nd");
    }
}
