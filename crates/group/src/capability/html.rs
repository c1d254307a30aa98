//! `html`: HTML from elsewhere made safe, or read. Cleaning is the crate `ui`'s; here is no list of
//! what is allowed.

mod tags;

use super::args::{Answer, Args, error};
use super::bounds::{self, BYTES_MAX, HTML_BYTES_MAX, MAP_VALUES, VALUES_MAX};
use super::{Call, Capability, Needs};
use model::Value;
use model::gas::Price;
use sandbox::Refusal;
use tags::{Piece, Pieces};
use url::Url;

/// The calls of the family.
pub(super) const FAMILY: &[Capability] = &[
    Capability {
        name: "html.clean",
        signature: "fun(html: string): string",
        doc: "HTML of which only what is harmless is left: no scripts, styles, forms or frames. At most 256 KiB.",
        example: r#"
assert(html.clean("<b>hi</b><script>steal()</script>") == "<b>hi</b>")"#,
        price: Price { call: 30_000, byte_in: 400, byte_out: 1 },
        needs: Needs::Nothing,
        call: Call::Given(|_, args| clean(args)),
    },
    Capability {
        name: "html.text",
        signature: "fun(html: string): string",
        doc: "What a person reads of HTML: its text, with a line for each paragraph and item.",
        example: r#"
assert(html.text("<h1>Hi</h1><p>a &amp; <b>b</b><br>c</p>") == "Hi\n\na & b\nc")"#,
        price: READ_PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| text(args)),
    },
    Capability {
        name: "html.links",
        signature: "fun(html: string, base?: string): {url: string, text: string}[]",
        doc: "The links of a page in their order. With `base`, the address of the page, all of them are whole.",
        example: r#"
local links = html.links('<a href="/a">One</a>', "https://example.org/b/")
assert(links[1].url == "https://example.org/a" and links[1].text == "One")"#,
        price: READ_PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| links(args)),
    },
    Capability {
        name: "html.escape",
        signature: "fun(text: string): string",
        doc: "Writes text so that it stays text inside HTML.",
        example: r#"
assert(html.escape("a < b & c") == "a &lt; b &amp; c")"#,
        price: Price { call: 300, byte_in: 6, byte_out: 1 },
        needs: Needs::Nothing,
        call: Call::Given(|_, args| escape(args)),
    },
];

const READ_PRICE: Price = Price { call: 1_000, byte_in: 90, byte_out: 2 };

fn clean(args: &mut Args) -> Answer {
    let html = args.text(0, "html")?;
    bounds::fits_in("html.clean", html.len(), HTML_BYTES_MAX)?;
    Ok(ui::sanitise(&html).into())
}

fn page(name: &str, args: &mut Args) -> Result<String, Refusal> {
    let html = args.text(0, "html")?;
    bounds::fits(name, html.len())?;
    Ok(html)
}

fn text(args: &mut Args) -> Answer {
    Ok(plain(&page("html.text", args)?).into())
}

/// What a person reads of HTML.
pub(super) fn plain(html: &str) -> String {
    let mut lines = Lines::default();
    for piece in Pieces::of(html) {
        match piece {
            Piece::Text(text) => lines.write(&text),
            Piece::Open { name, .. } if name == "pre" => lines.kept_blanks = true,
            Piece::Close { name } if name == "pre" => lines.kept_blanks = false,
            Piece::Open { name, .. } | Piece::Close { name } => lines.end(ends(&name)),
        }
    }
    lines.out
}

/// How many lines end where this tag stands.
fn ends(name: &str) -> usize {
    match name {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "ul" | "ol" | "dl"
        | "table" | "pre" | "figure" | "hr" | "section" | "article" => 2,
        "br" | "div" | "li" | "tr" | "dt" | "dd" | "header" | "footer" | "nav" | "main"
        | "aside" | "form" | "option" | "caption" | "figcaption" | "summary" | "details"
        | "address" => 1,
        _ => 0,
    }
}

/// Text that is being written line by line.
#[derive(Default)]
struct Lines {
    out: String,
    /// Line ends and a blank that are written only when text follows.
    line_ends: usize,
    blank: bool,
    kept_blanks: bool,
}

impl Lines {
    fn end(&mut self, lines: usize) {
        self.line_ends = self.line_ends.max(lines);
    }

    fn write(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' if self.kept_blanks => self.line_ends += 1,
                c if c.is_ascii_whitespace() && !self.kept_blanks => self.blank = true,
                c => self.put(c),
            }
        }
    }

    fn put(&mut self, c: char) {
        if !self.out.is_empty() {
            (0..self.line_ends).for_each(|_| self.out.push('\n'));
            if self.blank && self.line_ends == 0 {
                self.out.push(' ');
            }
        }
        (self.line_ends, self.blank) = (0, false);
        self.out.push(c);
    }
}

fn links(args: &mut Args) -> Answer {
    let html = page("html.links", args)?;
    let base = args.opt_text(1, "base")?.map(|base| {
        Url::parse(&base)
            .map_err(|err| error(format!("html.links: base is no whole address ({err})")))
    });
    let base = base.transpose()?;
    let mut found: Vec<(String, Lines)> = Vec::new();
    let (mut open, mut bytes) = (false, 0);
    for piece in Pieces::of(&html) {
        match (piece, found.last_mut()) {
            (Piece::Open { name, href }, _) if name == "a" => {
                open = href.is_some();
                let url = href.map(|href| whole(&base, href));
                bytes += url.as_ref().map_or(0, String::len);
                found.extend(url.map(|url| (url, Lines::default())));
            }
            (Piece::Close { name }, _) if name == "a" => open = false,
            (Piece::Text(text), Some((_, lines))) if open => lines.write(&text),
            _ => {}
        }
        if found.len() > VALUES_MAX / (MAP_VALUES + 2) || bytes > BYTES_MAX {
            return Err(bounds::too_many("html.links"));
        }
    }
    let links = found
        .into_iter()
        .map(|(url, lines)| Value::map([("url", Value::from(url)), ("text", lines.out.into())]));
    Ok(Value::List(links.collect()))
}

fn whole(base: &Option<Url>, href: String) -> String {
    let joined = base.as_ref().and_then(|base| base.join(href.trim()).ok());
    joined.map_or(href, String::from)
}

fn escape(args: &mut Args) -> Answer {
    let text = page("html.escape", args)?;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    Ok(out.into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::trial::{ask, withstands};
    use super::*;

    #[test]
    fn what_is_left_is_harmless() {
        for (html, expect) in [
            ("<p onclick=x()>a</p>", "<p>a</p>"),
            ("<a href=\"javascript:x\">a</a>", "a"),
            ("<svg><script>x</script></svg>a", "a"),
        ] {
            let cleaned = ask("", clean, [html.into()]).unwrap().shown();
            assert!(cleaned.contains(expect), "{html}: {cleaned}");
            assert!(!cleaned.contains("script") && !cleaned.contains("onclick"), "{cleaned}");
        }
        let largest = "x".repeat(HTML_BYTES_MAX);
        assert_eq!(ask("", clean, [largest.as_str().into()]), Ok(largest.into()));
    }

    #[test]
    fn html_is_read() {
        for (html, expect) in [
            ("", ""),
            ("  a\n b  ", "a b"),
            ("<p>a</p>\n\n<p>b</p>", "a\n\nb"),
            ("<ul><li>a<li>b</ul>c", "a\nb\n\nc"),
            ("a<b>b</b> <i>c</i>", "ab c"),
            ("<pre>a\n  b</pre> c", "a\n  b c"),
            ("<head><title>t</title><style>p{}</style></head>x", "x"),
            ("1 &lt; 2&nbsp;&euro;", "1 < 2\u{a0}€"),
            ("<div><div><br></div></div>", ""),
        ] {
            assert_eq!(ask("", text, [html.into()]), Ok(expect.into()), "{html}");
        }
    }

    #[test]
    fn links_are_found() {
        let html = "<a href='a?x=1&amp;y'> One <b>two</b></a><a name=x>no</a> no \
                    <A HREF=https://b.example/>3<a href=\"//[bad\">";
        let read = |values: Vec<Value>| {
            let links = ask("", links, values).unwrap();
            let links = links.items().iter();
            links
                .map(|link| {
                    format!("{}={}", link.str_at("text").unwrap(), link.str_at("url").unwrap())
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(read(vec![html.into()]), ["One two=a?x=1&y", "3=https://b.example/", "=//[bad"]);
        let based = read(vec![html.into(), "https://c.example/d/e".into()]);
        assert_eq!(based[0], "One two=https://c.example/d/a?x=1&y");
    }

    #[test]
    fn escaped_text_stays_text() {
        let all = "<a b='c' d=\"e\">&amp;</a>";
        let escaped = ask("", escape, [all.into()]).unwrap();
        assert_eq!(escaped.shown(), "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;amp;&lt;/a&gt;");
        assert_eq!(ask("", text, [escaped]), Ok(all.into()));
    }

    #[test]
    fn wrong_arguments_are_named() {
        let huge = || Value::from(" ".repeat(bounds::BYTES_MAX + 1));
        let large = Value::from(" ".repeat(HTML_BYTES_MAX + 1));
        let many = Value::from("<a href=x>".repeat(VALUES_MAX));
        let few = Value::from("<a href=x>".repeat(1_000));
        let far = Value::from(format!("https://oak.example/{}", "a/".repeat(10_000)));
        for (answer, expect) in [
            (ask("html.clean", clean, []), "argument 1 (html) should be a string, got nil"),
            (ask("html.clean", clean, [vec![0xff].into()]), "html is not valid UTF-8"),
            (ask("html.clean", clean, [large]), "longer than 256 KiB"),
            (
                ask("html.text", text, [true.into()]),
                "argument 1 (html) should be a string, got boolean",
            ),
            (ask("html.text", text, [huge()]), "longer than 5 MiB"),
            (ask("html.links", links, ["".into(), "page".into()]), "base is no whole address"),
            (ask("html.links", links, [huge()]), "longer than 5 MiB"),
            (ask("html.links", links, [many]), "more than 400000 values"),
            (ask("html.links", links, [few, far]), "do it in smaller pieces"),
            (ask("html.escape", escape, [huge()]), "longer than 5 MiB"),
        ] {
            let said = answer.unwrap_err();
            assert!(said.contains(expect), "{said}");
        }
    }

    #[test]
    fn nothing_panics() {
        withstands(FAMILY, &[&clean, &text, &links, &escape]);
    }
}
