//! Writes Atom (RFC 4287) for `feed.print`. Every text passes through the writer's escaping; what
//! XML cannot hold at all becomes U+FFFD.

use super::super::args::{Answer, Args, error};
use super::super::bounds::{self, Output};
use jiff::Timestamp;
use model::{Moment, Value};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use sandbox::Refusal;
use std::io;

/// The name of Atom's elements.
const ATOM: &str = "http://www.w3.org/2005/Atom";

type Xml = Writer<Output>;

pub(super) fn print(now: Moment, args: &mut Args) -> Answer {
    let feed = Value::Map(args.map(0, "feed")?);
    let items = feed.get("items").map_or(&[][..], Value::items);
    for (place, item) in items.iter().enumerate() {
        check(item, &format!("item {}", place + 1))?;
    }
    check(&feed, "the feed")?;
    let times: Vec<i64> = items.iter().filter_map(|item| item.get("at")?.as_int()).collect();
    let newest = times.iter().max().copied().unwrap_or(now.seconds());
    let mut xml = Writer::new(Output::default());
    write(&mut xml, &feed, items, newest).map_err(|err| error(format!("feed.print: {err}")))?;
    Ok(xml.into_inner().into_bytes().into())
}

/// Whether an item, or the feed, has what Atom asks for, and every part is of its kind.
fn check(it: &Value, what: &str) -> Result<(), Refusal> {
    if !matches!(it, Value::Map(_)) {
        return Err(error(format!("feed.print: {what} should be a table with names")));
    }
    for name in ["id", "link", "title", "author", "summary", "html"] {
        if it.get(name).is_some() && it.str_at(name).is_none() {
            return Err(error(format!(
                "feed.print: {name} of {what} should be a string of UTF-8 text"
            )));
        }
        bounds::fits("feed.print", it.str_at(name).map_or(0, str::len))?;
    }
    if it.get("at").is_some_and(|at| at.as_int().and_then(time).is_none()) {
        return Err(error(format!(
            "feed.print: at of {what} should be a time in seconds since 1970"
        )));
    }
    if it.str_at("title").is_none() || it.str_at("link").or(it.str_at("id")).is_none() {
        return Err(error(format!("feed.print: {what} needs a title, and a link or an id")));
    }
    Ok(())
}

fn time(seconds: i64) -> Option<String> {
    Timestamp::from_second(seconds).ok().map(|at| at.to_string())
}

fn write(xml: &mut Xml, feed: &Value, items: &[Value], newest: i64) -> io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    xml.create_element("feed").with_attribute(("xmlns", ATOM)).write_inner_content(|xml| {
        head(xml, feed, newest)?;
        // Atom wants to know who writes; a feed that does not say is written by itself.
        author(xml, feed.str_at("author").or(feed.str_at("title")))?;
        for item in items {
            xml.create_element("entry").write_inner_content(|xml| entry(xml, item, newest))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn entry(xml: &mut Xml, item: &Value, newest: i64) -> io::Result<()> {
    let at = item.get("at").and_then(Value::as_int);
    head(xml, item, at.unwrap_or(newest))?;
    if let Some(at) = at.and_then(time) {
        element(xml, "published", &[], &at)?;
    }
    author(xml, item.str_at("author"))?;
    if let Some(summary) = item.str_at("summary") {
        element(xml, "summary", &[], summary)?;
    }
    if let Some(html) = item.str_at("html") {
        element(xml, "content", &[("type", "html")], html)?;
    }
    Ok(())
}

/// What the feed and each of its items begin with.
fn head(xml: &mut Xml, it: &Value, updated: i64) -> io::Result<()> {
    let (title, link) = (it.str_at("title").unwrap_or_default(), it.str_at("link"));
    element(xml, "id", &[], it.str_at("id").or(link).unwrap_or_default())?;
    element(xml, "title", &[], title)?;
    element(xml, "updated", &[], &time(updated).unwrap_or_default())?;
    if let Some(link) = link {
        let link = lawful(link);
        xml.create_element("link").with_attribute(("href", link.as_str())).write_empty()?;
    }
    Ok(())
}

fn author(xml: &mut Xml, name: Option<&str>) -> io::Result<()> {
    let Some(name) = name else { return Ok(()) };
    xml.create_element("author").write_inner_content(|xml| element(xml, "name", &[], name))?;
    Ok(())
}

fn element(xml: &mut Xml, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
    let element = xml.create_element(name).with_attributes(attributes.iter().copied());
    element.write_text_content(BytesText::new(&lawful(text)))?;
    Ok(())
}

/// Text without the characters that XML 1.0 cannot hold.
fn lawful(text: &str) -> String {
    let lawful = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|c| if lawful(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn written(feed: Value) -> Result<String, String> {
        let mut args = Args::new("feed.print", vec![feed]);
        let answer = print(Moment::from_seconds(1_795_367_100), &mut args);
        answer.map(|text| text.shown()).map_err(|refusal| refusal.text)
    }

    fn one(item: Value) -> Value {
        let link = "https://oak.example/".into();
        Value::map([("title", "Oak".into()), ("link", link), ("items", Value::List(vec![item]))])
    }

    #[test]
    fn a_feed_is_written() {
        let item = Value::map([
            ("title", "a < b & \"c\"".into()),
            ("link", "https://oak.example/?a=\"&b='".into()),
            ("at", 0.into()),
            ("summary", "x\u{0}\u{b}\u{ffff}y".into()),
            ("html", "<p>]]>".into()),
            ("author", "Ana".into()),
        ]);
        assert_eq!(
            written(one(item)).unwrap(),
            concat!(
                r#"<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">"#,
                "<id>https://oak.example/</id><title>Oak</title><updated>1970-01-01T00:00:00Z</updated>",
                r#"<link href="https://oak.example/"/><author><name>Oak</name></author><entry>"#,
                "<id>https://oak.example/?a=&quot;&amp;b=&apos;</id><title>a &lt; b &amp; &quot;c&quot;</title>",
                "<updated>1970-01-01T00:00:00Z</updated>",
                r#"<link href="https://oak.example/?a=&quot;&amp;b=&apos;"/>"#,
                "<published>1970-01-01T00:00:00Z</published><author><name>Ana</name></author>",
                "<summary>x\u{fffd}\u{fffd}\u{fffd}y</summary>",
                r#"<content type="html">&lt;p&gt;]]&gt;</content></entry></feed>"#,
            )
        );
        let empty = Value::map([("title", "Oak".into()), ("id", "urn:x".into())]);
        assert!(written(empty).unwrap().contains("<updated>2026-11-22T17:05:00Z</updated>"));
    }

    #[test]
    fn wrong_arguments_are_named() {
        let item = |name: &str, value: Value| {
            one(Value::map([("title", "x".into()), ("id", "y".into()), (name, value)]))
        };
        let huge = || Value::from("x".repeat(bounds::BYTES_MAX + 1));
        for (feed, expect) in [
            (Value::Nil, "argument 1 (feed) should be a table"),
            (Value::List(vec![]), "the feed needs a title, and a link or an id"),
            (one("x".into()), "item 1 should be a table with names"),
            (one(Value::map([("title", "x".into())])), "item 1 needs a title, and a link or an id"),
            (item("summary", 1.into()), "summary of item 1 should be a string"),
            (item("html", vec![0xff].into()), "html of item 1 should be a string of UTF-8 text"),
            (item("at", "now".into()), "at of item 1 should be a time"),
            (item("at", i64::MAX.into()), "at of item 1 should be a time"),
            (item("html", huge()), "longer than 5 MiB"),
            (item("html", "<".repeat(2_000_000).into()), "more than 5 MiB"),
        ] {
            let said = written(feed).unwrap_err();
            assert!(said.contains(expect), "{said}");
        }
    }
}
