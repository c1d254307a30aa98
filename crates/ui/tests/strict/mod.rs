//! A reader of HTML far stricter than a browser: what it takes is well formed, holds nothing that
//! could run, and can be used with a keyboard and a screen reader.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

/// One element with what stands in it left out.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    /// The names of the elements around it, outermost first.
    pub(crate) around: Vec<String>,
    /// The text right after the start tag.
    pub(crate) text: String,
}

impl Element {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

const TAGS: &str = " html head meta title link body a abbr article b blockquote br button caption cite \
    code col colgroup datalist dd del details div dl dt em fieldset figcaption figure footer form h1 h2 \
    h3 h4 h5 h6 header hr i img input ins kbd label legend li main mark meter nav ol optgroup option p pre progress \
    q s samp section select small span strong sub summary sup table tbody td textarea tfoot th thead \
    time tr u ul var audio video track svg g rect circle line polygon polyline path text image desc clipPath ";
/// Only the frame of a page has these, in its head, and only like this.
const OF_THE_HEAD: &str = " script noscript ";
const VOID: &str = " meta link br col hr img input track ";
const ATTRIBUTES: &str = " action alt aria-busy aria-current aria-describedby aria-hidden aria-invalid aria-label \
    aria-labelledby autocomplete charset checked class colspan content cols data-accent data-again data-ago data-align \
    data-contrast data-font data-for data-job data-level data-live data-min data-mono data-motion data-refresh \
    data-rev data-said data-size data-state data-syntax data-text data-theme data-tone data-weight data-width datetime dir \
    disabled for formaction formnovalidate height high href id lang list loading low max maxlength method min \
    minlength multiple name open optimum pattern placeholder readonly rel required role rowspan rows scope \
    selected spellcheck src step tabindex title type value width wrap autocapitalize autocorrect inputmode \
    accept aria-posinset aria-setsize controls preload kind default enctype viewBox fill stroke stroke-width opacity \
    transform points x y x1 y1 x2 y2 cx cy r d font-size text-anchor clip-path shape-rendering ";

fn listed(list: &str, word: &str) -> bool {
    list.contains(&format!(" {word} ")) && !word.contains(' ')
}

/// Reads HTML; anything our own drawing would never write is an error.
pub(crate) fn read(html: &str) -> Result<Vec<Element>, String> {
    read_with(html, TAGS, ATTRIBUTES, VOID)
}

fn read_with(html: &str, tags: &str, known: &str, void: &str) -> Result<Vec<Element>, String> {
    let mut elements: Vec<Element> = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = html.strip_prefix("<!DOCTYPE html>").unwrap_or(html);
    while let Some(at) = rest.find('<') {
        let text = &rest[..at];
        if text.contains('>') {
            return Err(format!("a bare > in {text:?}"));
        }
        if let Some(last) = elements.last_mut().filter(|last| last.text.is_empty()) {
            last.text = text.trim().to_owned();
        }
        rest = &rest[at + 1..];
        if let Some(end) = rest.strip_prefix('/') {
            let (name, after) = end.split_once('>').ok_or("an end tag without end")?;
            match open.pop() {
                Some(top) if top == name => rest = after,
                top => return Err(format!("</{name}> closes {top:?}")),
            }
            continue;
        }
        let (element, after) = tag(rest, &open, tags, known)?;
        if !listed(void, &element.name) {
            open.push(element.name.clone());
        }
        elements.push(element);
        rest = after;
    }
    match open.is_empty() {
        true => Ok(elements),
        false => Err(format!("never closed: {open:?}")),
    }
}

fn tag<'a>(
    text: &'a str,
    open: &[String],
    tags: &str,
    known: &str,
) -> Result<(Element, &'a str), String> {
    let end = text.find([' ', '>']).ok_or("a tag without end")?;
    let name = &text[..end];
    let in_head = listed(OF_THE_HEAD, name) && open == ["html", "head"];
    if !listed(tags, name) && !in_head {
        return Err(format!("<{name}> is not ours"));
    }
    let mut attributes = Vec::new();
    let mut rest = &text[end..];
    loop {
        if let Some(after) = rest.strip_prefix('>') {
            of_the_head(name, &attributes, open)?;
            let element = Element {
                name: name.into(),
                attributes,
                around: open.to_vec(),
                text: String::new(),
            };
            return Ok((element, after));
        }
        rest = rest.strip_prefix(' ').ok_or_else(|| format!("odd tag {:.80}", text))?;
        let end = rest.find(['=', ' ', '>']).ok_or("an attribute without end")?;
        let (key, after) = rest.split_at(end);
        if !listed(known, key) && !listed(" defer http-equiv ", key) {
            return Err(format!("<{name} {key}> is not ours"));
        }
        let (value, after) = match after.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').ok_or("an open quote")?,
            None => ("", after),
        };
        attributes.push((key.to_owned(), value.to_owned()));
        rest = after;
    }
}

/// The one script is ours, and only a head sends a browser on.
fn of_the_head(name: &str, attributes: &[(String, String)], open: &[String]) -> Result<(), String> {
    let keys: Vec<&str> = attributes.iter().map(|(key, _)| key.as_str()).collect();
    let ours = match name {
        "script" => keys == ["src", "defer"] && attributes[0].1 == ui::assets::SCRIPT.address(),
        "meta" if keys.contains(&"http-equiv") => {
            attributes[0].1 == "refresh"
                && attributes[1].1.parse::<u32>().is_ok()
                && open.starts_with(&["html".to_owned(), "head".to_owned()])
        }
        _ => !keys.iter().any(|key| ["defer", "http-equiv"].contains(key)),
    };
    if ours { Ok(()) } else { Err(format!("<{name} {keys:?}> is not ours")) }
}

/// Elements and attributes of a feed.
const FEED: &str = " feed id title updated link entry author name summary content ";
const FEED_ATTRIBUTES: &str = " xmlns xml:base rel href type ";

/// Reads XML of ours, which is written like our HTML but has other names.
pub(crate) fn xml(feed: &str) -> Result<Vec<Element>, String> {
    read_with(feed, FEED, FEED_ATTRIBUTES, "")
}

/// What every fragment must keep, also one inside a page.
pub(crate) fn fragment(html: &str) -> Vec<Element> {
    let elements = read(html).unwrap_or_else(|why| panic!("{why}\n{html:.4000}"));
    let mut ids = BTreeSet::new();
    for element in &elements {
        if let Some(id) = element.get("id") {
            assert!(ids.insert(id.to_owned()), "the id {id} stands twice");
        }
        for address in
            ["href", "src", "action", "formaction"].iter().filter_map(|key| element.get(key))
        {
            let scheme = address.split(['/', '?', '#']).next().unwrap_or("");
            let fine = !scheme.contains(':')
                || ["https:", "http:", "mailto:"]
                    .iter()
                    .any(|s| scheme.to_lowercase().starts_with(s));
            assert!(fine && !address.starts_with("//"), "the address {address}");
        }
    }
    for element in &elements {
        labelled(element, &elements);
        for key in ["for", "aria-labelledby", "list"] {
            let Some(names) = element.get(key) else { continue };
            assert!(names.split(' ').all(|id| ids.contains(id)), "{key}={names} leads nowhere");
        }
        if let Some(names) = element.get("aria-describedby") {
            assert!(
                names.split(' ').all(|id| ids.contains(id)),
                "describedby {names} leads nowhere"
            );
        }
        let nested = element.name == "form" && element.around.iter().any(|name| name == "form");
        assert!(!nested, "a form in a form");
    }
    elements
}

/// Every control has a name that a screen reader can say.
fn labelled(element: &Element, all: &[Element]) {
    if !matches!(element.name.as_str(), "input" | "select" | "textarea" | "progress" | "meter") {
        return;
    }
    let by_id =
        |id: &str| all.iter().any(|label| label.name == "label" && label.get("for") == Some(id));
    let fine = element.get("type") == Some("hidden")
        || element.around.iter().any(|name| name == "label")
        || element.get("aria-label").is_some()
        || element.get("id").is_some_and(by_id);
    assert!(fine, "no label: {element:?}");
}

/// What a whole page must keep.
pub(crate) fn page(html: &str) -> Vec<Element> {
    assert!(html.starts_with("<!DOCTYPE html>"), "no doctype");
    let elements = fragment(html);
    let count = |name: &str| elements.iter().filter(|element| element.name == name).count();
    for (name, expect) in [
        ("h1", 1),
        ("main", 1),
        ("title", 1),
        ("header", usize::from(count("header") > 0) * count("header")),
    ] {
        assert_eq!(count(name), expect, "<{name}>");
    }
    let levels = elements.iter().filter_map(|element| match element.name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    });
    let mut last = 0;
    for level in levels {
        assert!(level <= last + 1, "the heading level jumps from {last} to {level}");
        last = level;
    }
    let skip = elements.iter().find(|element| element.name == "a").expect("a link");
    assert_eq!(skip.get("href"), Some("#main"), "the first link skips to the content");
    for element in elements
        .iter()
        .filter(|element| matches!(element.name.as_str(), "button" | "a" | "summary"))
    {
        let silent = element.get("aria-hidden") == Some("true");
        assert!(
            silent || !element.text.is_empty() || has_more(element, &elements),
            "says nothing: {element:?}"
        );
    }
    elements
}

/// Whether other elements stand inside, which then say something.
fn has_more(element: &Element, all: &[Element]) -> bool {
    let depth = element.around.len();
    all.iter().any(|inner| inner.around.len() > depth && inner.around[depth] == element.name)
}
