//! Cleaned markup as it came back from who cleaned it, believed in nothing: it is read by the narrow
//! grammar that our cleaner writes, and whatever else is in it makes all of it void. So a cleaner
//! that was broken by a hostile text can say something false, but nothing that a page may not hold.

use crate::address::{self, Address};
use crate::guard::DEPTH_MAX;
use crate::sanitise::{ATTRIBUTES, REL, TAGS, value_fits};
use maud::{Markup, PreEscaped};

/// Tags that have no end.
const VOID: &[&str] = &["br", "hr", "img", "col"];
/// How special characters are written in an attribute.
const ENTITIES: &[(&str, char)] =
    &[("&amp;", '&'), ("&quot;", '"'), ("&lt;", '<'), ("&gt;", '>'), ("&nbsp;", '\u{a0}')];

/// Markup of people that may stand on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clean {
    pieces: Vec<Piece>,
    /// Bytes of what it was read from.
    bytes: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Markup(String),
    /// An address of a link, and one of a picture: they lead somewhere else on each page.
    Href(String),
    Src(String),
}

impl Clean {
    /// Reads cleaned markup; `None` if there is anything in it that our cleaner does not write.
    #[must_use]
    pub fn read(markup: &str) -> Option<Clean> {
        let mut reader = Reader { rest: markup, open: Vec::new(), pieces: Vec::new() };
        while !reader.rest.is_empty() {
            reader.step()?;
        }
        reader.open.is_empty().then_some(Clean { pieces: reader.pieces, bytes: markup.len() })
    }

    /// Bytes it takes, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// As it is drawn on a page of an app: `app` is the app's own address, `path` the reader's place
    /// in it.
    pub(crate) fn on_page(&self, app: &str, path: &str) -> Markup {
        let mut out = String::with_capacity(self.bytes);
        for piece in &self.pieces {
            match piece {
                Piece::Markup(markup) => out += markup,
                Piece::Href(href) => {
                    let to = address::parse(href).map(|address| address.on_page(app, path));
                    attribute(&mut out, "href", to);
                }
                Piece::Src(src) => {
                    let file = address::parse(src).and_then(|address| address.of_file(app));
                    attribute(&mut out, "src", file);
                }
            }
        }
        PreEscaped(out)
    }
}

/// Writes an attribute, if it has a value.
fn attribute(out: &mut String, name: &str, value: Option<String>) {
    let Some(value) = value else { return };
    *out += &format!(" {name}=\"");
    for c in value.chars() {
        match ENTITIES.iter().find(|(_, special)| *special == c) {
            Some((entity, _)) => *out += entity,
            None => out.push(c),
        }
    }
    out.push('"');
}

/// Reads markup piece by piece; each step answers `None` where it is not what the cleaner writes.
struct Reader<'m> {
    rest: &'m str,
    /// The tags that are open.
    open: Vec<&'m str>,
    pieces: Vec<Piece>,
}

impl<'m> Reader<'m> {
    /// Text up to a tag, and the tag.
    fn step(&mut self) -> Option<()> {
        let text = self.until(self.rest.find('<').unwrap_or(self.rest.len()));
        self.write(text);
        if self.rest.is_empty() {
            return Some(());
        }
        if self.take("</") {
            let name = self.name();
            self.write(&format!("</{name}>"));
            return (self.take(">") && self.open.pop() == Some(name)).then_some(());
        }
        self.take("<");
        let name = self.name();
        if !TAGS.contains(&name) {
            return None;
        }
        self.write(&format!("<{name}"));
        while self.take(" ") {
            self.attribute(name)?;
        }
        if !VOID.contains(&name) {
            self.open.push(name);
        }
        self.write(">");
        (self.take(">") && self.open.len() <= DEPTH_MAX).then_some(())
    }

    fn attribute(&mut self, tag: &str) -> Option<()> {
        let name = self.name();
        if !self.take("=\"") {
            return None;
        }
        let value = decoded(self.until(self.rest.find('"')?))?;
        self.take("\"");
        let piece = match (tag, name) {
            ("a", "href") => Piece::Href(address::parse(&value).is_some().then_some(value)?),
            ("img", "src") => {
                let inside = matches!(address::parse(&value), Some(Address::Inside(_)));
                Piece::Src(inside.then_some(value)?)
            }
            ("a", "rel") if value == REL => written(name, value),
            _ if ATTRIBUTES.contains(&name) && value_fits(name, &value) => written(name, value),
            _ => return None,
        };
        match piece {
            Piece::Markup(markup) => self.write(&markup),
            address => self.pieces.push(address),
        }
        Some(())
    }

    /// A name of a tag or an attribute; empty if there is none.
    fn name(&mut self) -> &'m str {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric());
        self.until(end.unwrap_or(self.rest.len()))
    }

    fn until(&mut self, end: usize) -> &'m str {
        let (before, after) = self.rest.split_at(end);
        self.rest = after;
        before
    }

    fn take(&mut self, wanted: &str) -> bool {
        let after = self.rest.strip_prefix(wanted);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn write(&mut self, markup: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Markup(last)) => *last += markup,
            _ => self.pieces.push(Piece::Markup(markup.to_owned())),
        }
    }
}

fn written(name: &str, value: String) -> Piece {
    let mut markup = String::new();
    attribute(&mut markup, name, Some(value));
    Piece::Markup(markup)
}

/// The value of an attribute; the cleaner writes no other entities.
fn decoded(value: &str) -> Option<String> {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(start) = rest.find('&') {
        out += &rest[..start];
        rest = &rest[start..];
        let (entity, special) = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity))?;
        out.push(*special);
        rest = &rest[entity.len()..];
    }
    Some(out + rest)
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn what_the_cleaner_writes_is_read() {
        for (markup, expect) in [
            ("", ""),
            ("a &lt; b &amp; c", "a &lt; b &amp; c"),
            ("<p>a<br>b</p><hr>", "<p>a<br>b</p><hr>"),
            ("<td colspan=\"2\" dir=\"rtl\">x</td>", "<td colspan=\"2\" dir=\"rtl\">x</td>"),
            ("<p title=\"a<b&quot;&amp;lt;\">x</p>", "<p title=\"a&lt;b&quot;&amp;lt;\">x</p>"),
            ("<a href=\"x?a=1&amp;b=2\">y</a>", "<a href=\"/@ana/poll/p/x?a=1&amp;b=2\">y</a>"),
            ("<a href=\"?tab=b\">y</a>", "<a href=\"/@ana/poll/p/list?tab=b\">y</a>"),
            ("<img src=\"../a.png\" alt=\"A\">", "<img src=\"/@ana/poll/-/a.png\" alt=\"A\">"),
            ("<img src=\"#a\">", "<img>"),
            ("<details open=\"\">x</details>", "<details open=\"\">x</details>"),
        ] {
            let clean = Clean::read(markup).expect(markup);
            assert_eq!(clean.on_page("/@ana/poll", "/list").into_string(), expect);
        }
    }

    #[test]
    fn what_it_does_not_write_is_void() {
        let deep = format!("{}{}", "<b>".repeat(DEPTH_MAX + 1), "</b>".repeat(DEPTH_MAX + 1));
        for markup in [
            "<script>x</script>",
            "<svg></svg>",
            "<math></math>",
            "<style>x</style>",
            "<form></form>",
            "<iframe></iframe>",
            "<B>x</B>",
            "<b>x",
            "x</b>",
            "</div><div>",
            "<b><i></b></i>",
            "<b/>",
            "<b >x</b>",
            "<b\n>x</b>",
            "<!-- x -->",
            "<![CDATA[x]]>",
            "<?x?>",
            "a < b",
            "<",
            "<b onclick=\"x\">y</b>",
            "<b style=\"x\">y</b>",
            "<b class=\"x\">y</b>",
            "<b id=\"x\">y</b>",
            "<b href=\"x\">y</b>",
            "<b title>y</b>",
            "<b title=x>y</b>",
            "<b title='x'>y</b>",
            "<b title=\"x>y</b>",
            "<b title=\"&#x41;\">y</b>",
            "<b title=\"x\"lang=\"y\">y</b>",
            "<td colspan=\"70000\">x</td>",
            "<b dir=\"up\">x</b>",
            "<a href=\"javascript:x\">y</a>",
            "<a href=\"JAVASCRIPT&colon;x\">y</a>",
            "<a href=\"data:text/html,x\">y</a>",
            "<a href=\"//evil.example\">y</a>",
            "<a rel=\"opener\">y</a>",
            "<img src=\"https://spy.example/x.gif\">",
            "<img></img>",
            deep.as_str(),
        ] {
            assert_eq!(Clean::read(markup), None, "{markup}");
        }
    }
}
