//! `feed`: RSS, Atom and JSON Feed as one kind of table, and such a table as Atom. It fetches
//! nothing, and what stands in a feed is not cleaned.

mod atom;

use super::args::{Answer, Args, error};
use super::bounds;
use super::{Call, Capability, Needs, html};
use feed_rs::model::{Entry, Link, Person, Text};
use feed_rs::parser;
use model::Value;
use model::gas::Price;
use model::limit::KIB;
use quick_xml::Reader;
use quick_xml::encoding::DecodingReader;
use quick_xml::events::Event;
use sandbox::Refusal;
use std::collections::BTreeMap;

/// The calls of the family.
pub(super) const FAMILY: &[Capability] = &[
    Capability {
        name: "feed.parse",
        signature: "fun(bytes: string): {title?: string, link?: string, items: {id: string, title?: string, link?: string, at?: integer, summary?: string, author?: string}[]}",
        doc: "Reads RSS, Atom or JSON Feed. `at` is when an item was published, in seconds since 1970; `summary` is the summary or else the text, often in HTML: show it with `html.clean` or `html.text`. Hand over the body as it was fetched, since a feed names its own letters.",
        example: r#"
local it = feed.parse([[<rss version="2.0"><channel><title>Oak</title>
  <item><title>One</title><link>https://oak.example/1</link>
  <pubDate>Sun, 22 Nov 2026 18:05:00 +0100</pubDate></item></channel></rss>]])
assert(it.title == "Oak" and it.items[1].title == "One" and it.items[1].at == 1795367100)"#,
        price: Price { call: 20_000, byte_in: 80, byte_out: 1 },
        needs: Needs::Nothing,
        call: Call::Given(|_, args| parse(args)),
    },
    Capability {
        name: "feed.print",
        signature: "fun(feed: {title: string, link: string, id?: string, author?: string, items: {title: string, link?: string, id?: string, at?: integer, summary?: string, html?: string, author?: string}[]}): string",
        doc: "Writes an Atom feed, for `serve` to answer with. An item needs a title, and a link or an id; `summary` is plain text, `html` its whole content.",
        example: r#"
local text = feed.print{ title = "Oak", link = "https://oak.example/",
  items = { { title = "One & two", link = "https://oak.example/1", at = 1795367100 } } }
assert(feed.parse(text).items[1].title == "One & two")"#,
        price: Price { call: 3_000, byte_in: 30, byte_out: 4 },
        needs: Needs::Nothing,
        call: Call::Given(|given, args| atom::print(given.now, args)),
    },
];

/// Items of one feed: years of any feed that people read.
const ITEMS_MAX: usize = 5_000;
/// Elements of one feed: each takes some hundred bytes in memory, and can be seven in the feed.
const ELEMENTS_MAX: usize = 200_000;
/// Bytes of one tag: each of its attributes takes more in memory than in the feed.
const TAG_BYTES_MAX: usize = 64 * KIB;

fn parse(args: &mut Args) -> Answer {
    let bytes = args.bytes(0, "bytes")?;
    bounds::fits("feed.parse", bytes.len())?;
    let items = match bytes.trim_ascii_start().first() {
        Some(b'{') => json_items(&bytes)?,
        _ => xml_items(&bytes).ok_or_else(|| too_large("tags"))?,
    };
    if items > ITEMS_MAX {
        return Err(too_large("items"));
    }
    let parser = parser::Builder::new().id_generator(id).sanitize_content(false).build();
    let feed = parser
        .parse(bytes.as_slice())
        .map_err(|err| error(format!("feed.parse: this is no feed that can be read: {err}")))?;
    let items = feed.entries.iter().map(item).collect();
    Ok(table([
        ("title", feed.title.as_ref().map(plain)),
        ("link", link(&feed.links)),
        ("items", Some(Value::List(items))),
    ]))
}

fn too_large(of_what: &str) -> Refusal {
    error(format!(
        "feed.parse: this feed has more {of_what} than any that people read, so it is not read"
    ))
}

/// Counts the items of a JSON Feed; the values in it are bounded by our own reader.
fn json_items(bytes: &[u8]) -> Result<usize, Refusal> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| error("feed.parse: this is not valid UTF-8 text"))?;
    let value = sandbox::json::read(text).map_err(|err| error(format!("feed.parse: {err}")))?;
    Ok(value.get("items").map_or(0, |items| items.items().len()))
}

/// Counts the items of a feed in XML; `None` if it is built to fill the memory. The reader is the
/// one that the feed's own parser uses, so that both see the same.
fn xml_items(bytes: &[u8]) -> Option<usize> {
    let mut reader = Reader::from_reader(DecodingReader::new(bytes));
    let (mut items, mut elements, mut buffer) = (0, 0, Vec::new());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Decl(declared)) => {
                if let Some(encoding) = declared.encoder() {
                    reader.get_mut().set_encoding(encoding);
                }
            }
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                elements += 1;
                items += usize::from(matches!(tag.local_name().as_ref(), "item" | "entry"));
                if elements > ELEMENTS_MAX || tag.len() > TAG_BYTES_MAX {
                    return None;
                }
            }
            // What is wrong is the parser's to say.
            Ok(Event::Eof) | Err(_) => return Some(items),
            Ok(_) => {}
        }
    }
}

/// The id of an item that has none: its address, or else its title.
fn id(links: &[Link], title: &Option<Text>, _address: Option<&str>) -> String {
    let link = links.first().map(|link| link.href.clone());
    link.or_else(|| title.as_ref().map(|title| title.content.clone())).unwrap_or_default()
}

fn item(entry: &Entry) -> Value {
    let at = entry.published.or(entry.updated).map(|at| Value::Int(at.timestamp()));
    let body = || entry.content.as_ref().and_then(|content| content.body.as_deref());
    let summary = entry.summary.as_ref().map(|text| text.content.as_str()).or_else(body);
    let author = entry.authors.iter().filter_map(name).collect::<Vec<_>>().join(", ");
    table([
        ("id", Some(entry.id.as_str().into())),
        ("title", entry.title.as_ref().map(plain)),
        ("link", link(&entry.links)),
        ("at", at),
        ("summary", summary.map(Value::from)),
        ("author", (!author.is_empty()).then(|| author.into())),
    ])
}

fn table<const N: usize>(pairs: [(&str, Option<Value>); N]) -> Value {
    let there = pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Map(there.collect::<BTreeMap<_, _>>())
}

/// A title is one line of text, also where the feed has it in HTML.
fn plain(text: &Text) -> Value {
    match text.content_type.as_str() {
        "text/plain" => text.content.as_str().into(),
        _ => html::plain(&text.content).into(),
    }
}

fn name(person: &Person) -> Option<String> {
    person.name.clone().or_else(|| person.email.clone()).filter(|name| !name.is_empty())
}

/// The link to read at: not the one to the feed itself, to an enclosure or to replies.
fn link(links: &[Link]) -> Option<Value> {
    let to_read = |link: &&Link| link.rel.as_deref().is_none_or(|rel| rel == "alternate");
    links.iter().find(to_read).or_else(|| links.first()).map(|link| link.href.as_str().into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::trial::{ask, withstands};
    use super::*;

    const ATOM: &str = r#"<?xml version="1.0" encoding="utf-8"?>
        <feed xmlns="http://www.w3.org/2005/Atom"><title type="html">Oak &amp;amp; &lt;b&gt;ash&lt;/b&gt;</title>
        <link rel="self" href="https://oak.example/feed"/><link href="https://oak.example/"/>
        <entry><id>tag:1</id><title>One</title><link rel="alternate" href="https://oak.example/1"/>
        <published>2026-11-22T18:05:00+01:00</published><updated>2026-11-23T00:00:00Z</updated>
        <author><name>Ana</name></author><author><email>bo@oak.example</email></author>
        <content type="html">&lt;p&gt;Text&lt;/p&gt;</content></entry></feed>"#;
    const RSS: &str = r#"<rss version="2.0"><channel><title>Oak</title><link>https://oak.example/</link>
        <item><title>One</title><link>https://oak.example/1</link><description>&lt;p&gt;Text</description>
        <pubDate>Sun, 22 Nov 2026 18:05:00 +0100</pubDate></item><item><title>Two</title></item></channel></rss>"#;
    const JSON: &str = r#"{"version":"https://jsonfeed.org/version/1.1","title":"Oak","home_page_url":"https://oak.example/",
        "items":[{"id":"1","url":"https://oak.example/1","title":"One","content_html":"<p>Text","date_published":"2026-11-22T17:05:00Z"}]}"#;

    fn read(bytes: impl Into<Value>) -> Result<Value, String> {
        ask("feed.parse", parse, [bytes.into()])
    }

    #[test]
    fn three_kinds_of_feed_read_alike() {
        for (text, id, summary, items) in [
            (ATOM, "tag:1", "<p>Text</p>", 1),
            (RSS, "https://oak.example/1", "<p>Text", 2),
            (JSON, "1", "<p>Text", 1),
        ] {
            let feed = read(text).unwrap();
            assert_eq!(feed.str_at("link"), Some("https://oak.example/"));
            let list = feed.get("items").unwrap().items();
            assert_eq!(list.len(), items);
            for (name, value) in [
                ("id", id),
                ("title", "One"),
                ("link", "https://oak.example/1"),
                ("summary", summary),
            ] {
                assert_eq!(list[0].str_at(name), Some(value), "{name} of {id}");
            }
            assert_eq!(list[0].get("at"), Some(&Value::Int(1_795_367_100)));
        }
        let atom = read(ATOM).unwrap();
        assert_eq!(atom.str_at("title"), Some("Oak & ash"));
        assert_eq!(
            atom.get("items").unwrap().items()[0].str_at("author"),
            Some("Ana, bo@oak.example")
        );
        assert_eq!(read(RSS).unwrap().get("items").unwrap().items()[1].str_at("id"), Some("Two"));
    }

    #[test]
    fn a_feed_names_its_own_letters() {
        let mut bytes =
            br#"<?xml version="1.0" encoding="ISO-8859-1"?><rss version="2.0"><channel><title>"#
                .to_vec();
        bytes.extend(b"Gr\xfcn</title></channel></rss>");
        assert_eq!(read(bytes).unwrap().str_at("title"), Some("Grün"));
    }

    #[test]
    fn reading_twice_gives_the_same() {
        let nameless = "<rss version=\"2.0\"><channel><item/><item/></channel></rss>";
        for text in [ATOM, RSS, JSON, nameless] {
            assert_eq!(read(text), read(text));
        }
    }

    #[test]
    fn what_is_no_feed_is_refused() {
        let many =
            |part: &str, times| format!("<rss version=\"2.0\"><channel>{}", part.repeat(times));
        let items = format!("{{\"items\":[{}0]}}", "{},".repeat(ITEMS_MAX));
        for (value, expect) in [
            (Value::Nil, "argument 1 (bytes) should be a string, got nil"),
            ("".into(), "no feed that can be read"),
            ("<html>".into(), "no feed that can be read"),
            ("{\"title\":1}".into(), "no feed that can be read"),
            ("{".into(), "EOF"),
            (vec![b'{', 0xff].into(), "not valid UTF-8"),
            (Value::Str(vec![b' '; bounds::BYTES_MAX + 1]), "longer than 5 MiB"),
            (many("<item/>", ITEMS_MAX + 1).into(), "more items"),
            (many("<x:item/>", ITEMS_MAX + 1).into(), "more items"),
            (items.into(), "more items"),
            (many("<link/>", ELEMENTS_MAX).into(), "more tags"),
            (many(&format!("<a {}>", "a=''".repeat(TAG_BYTES_MAX)), 1).into(), "more tags"),
        ] {
            let said = read(value).unwrap_err();
            assert!(said.contains(expect), "{expect}: {said}");
        }
    }

    #[test]
    fn nothing_panics() {
        let print = |args: &mut Args| atom::print(model::Moment(0), args);
        withstands(FAMILY, &[&parse, &print]);
    }
}
