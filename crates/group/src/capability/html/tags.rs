//! Reads HTML as a row of texts and tags, in one pass whatever it holds. It builds no tree and
//! judges nothing: what comes out is for reading, never for showing.

use markup5ever::data::NAMED_ENTITIES;

/// One thing found in HTML, in order.
#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    /// Text, its characters resolved.
    Text(String),
    /// A tag that opens: its name in small letters, and where it leads if it has a `href`.
    Open { name: String, href: Option<String> },
    /// A tag that closes.
    Close { name: String },
}

/// What stands in these is not for people to read.
const UNREAD: &[&str] =
    &["script", "style", "title", "template", "noscript", "iframe", "noembed", "noframes", "xmp"];

/// The rest of the HTML that was not read yet.
pub(super) struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Pieces<'a> {
    /// Begins to read.
    pub(super) fn of(html: &'a str) -> Pieces<'a> {
        Pieces { rest: html }
    }

    /// Moves over everything up to a mark, and over the mark; over all when there is none.
    fn skip_past(&mut self, mark: &str) {
        self.rest = self.rest.split_once(mark).map_or("", |(_, after)| after);
    }

    /// Moves over what stands in an element whose text is not for reading.
    fn skip_element(&mut self, name: &str) {
        let closes = |rest: &str| {
            rest.get(2..2 + name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name))
        };
        let mut places = self.rest.match_indices("</").map(|(place, _)| place);
        let end = places.find(|place| closes(&self.rest[*place..]));
        self.rest = end.map_or("", |end| &self.rest[end..]);
    }

    fn text(&mut self) -> Piece {
        // A `<` that begins no tag is text.
        let from = usize::from(self.rest.starts_with('<'));
        let end = self.rest[from..].find('<').map_or(self.rest.len(), |end| end + from);
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        Piece::Text(resolved(text))
    }

    fn tag(&mut self) -> Option<Piece> {
        let closing = self.rest.starts_with("</");
        self.rest = &self.rest[if closing { 2 } else { 1 }..];
        let name = self.take_until(&[' ', '\t', '\n', '\r', '\x0c', '/', '>']).to_ascii_lowercase();
        let href = self.attributes()?;
        if closing {
            return Some(Piece::Close { name });
        }
        if UNREAD.contains(&name.as_str()) {
            self.skip_element(&name);
        }
        Some(Piece::Open { name, href })
    }

    /// Reads up to the end of a tag; `None` when it has no end.
    fn attributes(&mut self) -> Option<Option<String>> {
        const BLANK: &[char] = &[' ', '\t', '\n', '\r', '\x0c'];
        let mut href = None;
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r', '\x0c', '/']);
            if let Some(rest) = self.rest.strip_prefix('>') {
                self.rest = rest;
                return Some(href);
            }
            let first = self.rest.chars().next()?.len_utf8();
            let (name, _) = (&self.rest[..first], self.rest = &self.rest[first..]);
            let more = self.take_until(&[' ', '\t', '\n', '\r', '\x0c', '/', '>', '=']);
            let is_href = href.is_none()
                && name.eq_ignore_ascii_case("h")
                && more.eq_ignore_ascii_case("ref");
            let Some(after) = self.rest.trim_start_matches(BLANK).strip_prefix('=') else {
                continue;
            };
            self.rest = after.trim_start_matches(BLANK);
            let value = self.value()?;
            if is_href {
                href = Some(resolved(value));
            }
        }
    }

    fn value(&mut self) -> Option<&'a str> {
        let quote = self.rest.chars().next()?;
        if !matches!(quote, '"' | '\'') {
            return Some(self.take_until(&[' ', '\t', '\n', '\r', '\x0c', '>']));
        }
        let (value, rest) = self.rest[1..].split_once(quote)?;
        self.rest = rest;
        Some(value)
    }

    fn take_until(&mut self, marks: &[char]) -> &'a str {
        let (taken, rest) = self.rest.split_at(self.rest.find(marks).unwrap_or(self.rest.len()));
        self.rest = rest;
        taken
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            if self.rest.starts_with("<!--") {
                self.rest = &self.rest[4..];
                self.skip_past("-->");
                continue;
            }
            let mut after = self.rest.strip_prefix('<').unwrap_or("").chars();
            match after.next() {
                Some('!' | '?') => self.skip_past(">"),
                Some(letter) if letter.is_ascii_alphabetic() => return self.tag(),
                Some('/') if after.next().is_some_and(|letter| letter.is_ascii_alphabetic()) => {
                    return self.tag();
                }
                Some('/') => self.skip_past(">"),
                _ => return Some(self.text()),
            }
        }
    }
}

/// No name of a character is longer, so its end is not looked for any further.
const NAME_BYTES_MAX: usize = 33;

/// Text with its `&amp;` and `&#38;` as the characters they stand for.
fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let end = after.bytes().take(NAME_BYTES_MAX).position(|byte| byte == b';');
        let known = end.and_then(|end| Some((character(&after[..end])?, &after[end + 1..])));
        match known {
            Some((characters, after)) => {
                out.extend(characters.into_iter().filter(|c| *c != '\0'));
                rest = after;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out + rest
}

/// The one or two characters a name stands for.
fn character(name: &str) -> Option<[char; 2]> {
    let Some(number) = name.strip_prefix('#') else {
        let (first, second) = *NAMED_ENTITIES.get(format!("{name};").as_str())?;
        return Some([char::from_u32(first)?, char::from_u32(second)?]);
    };
    let number = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    Some([char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER), '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> String {
        let shown = |piece| match piece {
            Piece::Text(text) => text,
            Piece::Open { name, href: Some(href) } => format!("[{name} {href}]"),
            Piece::Open { name, href: None } => format!("[{name}]"),
            Piece::Close { name } => format!("[/{name}]"),
        };
        Pieces::of(html).map(shown).collect()
    }

    #[test]
    fn html_is_read_as_it_is_written() {
        for (html, expect) in [
            ("", ""),
            ("a < b <3 <", "a < b <3 <"),
            ("<P CLASS=x>a</P >", "[p]a[/p]"),
            ("<br/><hr />", "[br][hr]"),
            ("<a href='x>y' b>z</a>", "[a x>y]z[/a]"),
            ("<a title=\"<b href=no>\" href = yes>", "[a yes]"),
            ("<a href=1 href=2>", "[a 1]"),
            ("<a/href=\"a&amp;b&copy;\">", "[a a&b©]"),
            ("<a hreflang=de>", "[a]"),
            ("<a =x href=y>", "[a y]"),
            ("<!doctype html><!-- <b> --><?php x?>t<!-- open", "t"),
            ("</ 1>x</>y<a", "xy"),
            ("<script>if (a</b) '<p>'</SCRIPT >x", "[script][/script]x"),
            ("<style>a", "[style]"),
            ("<title>a</title><b>c", "[title][/title][b]c"),
            (
                "&lt;&#65;&#x42;&nbsp;&auml;&bogus; & &amp &#0;&#xd800;&#99999999999;",
                "<AB\u{a0}ä&bogus; & &amp \u{fffd}&#99999999999;",
            ),
        ] {
            assert_eq!(read(html), expect, "{html}");
        }
    }

    #[test]
    fn hostile_html_is_read_in_one_pass() {
        const TIMES: usize = 300_000;
        for part in [
            "<", "</", "<a ", "<!--", "&", "<script>", "</script", "<a b='", "<p>", "a=\"\"",
            "&amp", "<a b",
        ] {
            let html = part.repeat(TIMES);
            assert!(Pieces::of(&html).count() <= TIMES, "{part}");
        }
    }
}
