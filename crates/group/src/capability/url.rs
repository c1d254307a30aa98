//! `url`: addresses taken apart and put together. It reads them as browsers do and opens none.

use super::args::{Answer, Args, error};
use super::bounds;
use super::{Call, Capability, Needs};
use model::Value;
use model::gas::Price;
use model::limit::KIB;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use sandbox::Refusal;
use std::collections::BTreeMap;
use url::{Url, form_urlencoded};

/// The calls of the family.
pub(super) const FAMILY: &[Capability] = &[
    Capability {
        name: "url.parse",
        signature: "fun(address: string): {scheme: string, host?: string, port?: integer, path: string, query: table<string, string>, fragment?: string}",
        doc: "Takes an address apart. Of two entries in `query` with one name the last one counts; `port` is there also when the address leaves it to the scheme.",
        example: r#"
local it = url.parse("https://Example.org/a%20b?q=1&q=2#top")
assert(it.scheme == "https" and it.host == "example.org" and it.port == 443)
assert(it.path == "/a%20b" and it.query.q == "2" and it.fragment == "top")"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| parse(args)),
    },
    Capability {
        name: "url.join",
        signature: "fun(base: string, address: string): string",
        doc: "Makes an address whole: what a link on the page `base` points to.",
        example: r#"
assert(url.join("https://example.org/a/b?q", "../c#d") == "https://example.org/c#d")"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| join(args)),
    },
    Capability {
        name: "url.escape",
        signature: "fun(text: string): string",
        doc: "Writes text so that it can stand anywhere in an address: everything but letters, digits and `-._~` becomes `%` and two digits.",
        example: r#"
assert(url.escape("a b/ü") == "a%20b%2F%C3%BC")"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| escape(args)),
    },
    Capability {
        name: "url.unescape",
        signature: "fun(text: string): string",
        doc: "Undoes `url.escape`; a `%` that is followed by no two digits stays.",
        example: r#"
assert(url.unescape("a%20b%2F+100%") == "a b/+100%")"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| unescape(args)),
    },
    Capability {
        name: "url.query",
        signature: "fun(values: table<string, string|number|boolean|(string|number|boolean)[]>): string",
        doc: "Writes the part of an address after the `?`, names in alphabetical order; a list gives its name once for each item.",
        example: r#"
assert(url.query({ q = "a b&c", page = 2, tag = { "x", "y" } }) == "page=2&q=a+b%26c&tag=x&tag=y")"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| query(args)),
    },
];

const PRICE: Price = Price { call: 1_000, byte_in: 30, byte_out: 1 };

/// Bytes of an address: eight times what servers take.
const ADDRESS_BYTES_MAX: usize = 64 * KIB;

/// All but the letters of RFC 3986 that never need escaping.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn address(name: &str, args: &mut Args, place: usize) -> Result<String, Refusal> {
    let text = args.text(place, "address")?;
    bounds::fits_in(name, text.len(), ADDRESS_BYTES_MAX)?;
    Ok(text)
}

fn whole(name: &str, text: &str) -> Result<Url, Refusal> {
    Url::parse(text).map_err(|err| {
        let shown: String = text.chars().take(100).collect();
        error(format!("{name}: \"{shown}\" is no whole address ({err}); write it like https://example.org/page"))
    })
}

fn parse(args: &mut Args) -> Answer {
    let address = whole("url.parse", &address("url.parse", args, 0)?)?;
    let query = address.query_pairs().map(|(name, value)| (name.into_owned(), Value::text(value)));
    let port = address.port_or_known_default().map(i64::from);
    let mut parts = BTreeMap::from([
        ("scheme".to_owned(), address.scheme().into()),
        ("path".to_owned(), address.path().into()),
        ("query".to_owned(), Value::map(query)),
    ]);
    let more = [
        ("host", address.host_str().map(Value::from)),
        ("port", port.map(Value::from)),
        ("fragment", address.fragment().map(Value::from)),
    ];
    parts.extend(more.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Ok(Value::Map(parts))
}

fn join(args: &mut Args) -> Answer {
    let base = whole("url.join", &address("url.join", args, 0)?)?;
    let joined = base.join(&address("url.join", args, 1)?);
    joined
        .map(|joined| String::from(joined).into())
        .map_err(|err| error(format!("url.join: {err}")))
}

fn escape(args: &mut Args) -> Answer {
    let text = args.bytes(0, "text")?;
    bounds::fits("url.escape", text.len())?;
    Ok(percent_encode(&text, ESCAPED).to_string().into())
}

fn unescape(args: &mut Args) -> Answer {
    let text = args.bytes(0, "text")?;
    bounds::fits("url.unescape", text.len())?;
    Ok(percent_decode(&text).collect::<Vec<u8>>().into())
}

fn query(args: &mut Args) -> Answer {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let mut bytes = 0;
    for (name, value) in args.map(0, "values")? {
        let values = if let Value::List(items) = value { items } else { vec![value] };
        for value in values {
            let value = plain(&name, &value)?;
            bytes += name.len() + value.len();
            bounds::fits("url.query", bytes)?;
            query.append_pair(&name, &value);
        }
    }
    Ok(query.finish().into())
}

fn plain(name: &str, value: &Value) -> Result<String, Refusal> {
    match value {
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_) => Ok(value.shown()),
        other => Err(error(format!(
            "url.query: {name} should be a string or a list, got {}",
            other.kind()
        ))),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::trial::{ask, withstands};
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let all = |address: &str| ask("url.parse", parse, [address.into()]).unwrap();
        let it = all("http://user:secret@[2001:db8::1]:8080/p/?a=1&b=%C3%BC+x&a=2&=c#f%20g");
        for (name, value) in [
            ("scheme", Value::from("http")),
            ("host", "[2001:db8::1]".into()),
            ("port", 8080.into()),
            ("path", "/p/".into()),
            ("fragment", "f%20g".into()),
            ("query", Value::map([("", "c".into()), ("a", "2".into()), ("b", "ü x".into())])),
        ] {
            assert_eq!(it.get(name), Some(&value), "{name}");
        }
        assert_eq!(all("https://Straße.example").str_at("host"), Some("xn--strae-oqa.example"));
        assert_eq!(all("http://0x7f.1/").str_at("host"), Some("127.0.0.1"));
        let mail = all("mailto:ana@oak.example");
        assert_eq!((mail.get("host"), mail.get("port")), (None, None));
        assert_eq!(mail.str_at("path"), Some("ana@oak.example"));
    }

    #[test]
    fn links_are_made_whole() {
        for (base, link, joined) in [
            ("https://a.example/b/c?d", "e", "https://a.example/b/e"),
            ("https://a.example/b/c", "/e", "https://a.example/e"),
            ("https://a.example/b/c", "//f.example", "https://f.example/"),
            ("https://a.example/b/c", "?q", "https://a.example/b/c?q"),
            ("https://a.example/b/c", "", "https://a.example/b/c"),
            ("https://a.example/b/c", "mailto:x@y", "mailto:x@y"),
        ] {
            assert_eq!(ask("url.join", join, [base.into(), link.into()]), Ok(joined.into()));
        }
    }

    #[test]
    fn escaping_there_and_back() {
        let all: Vec<u8> = (0..=255).collect();
        let escaped = ask("", escape, [all.clone().into()]).unwrap();
        assert_eq!(ask("", unescape, [escaped]), Ok(all.into()));
        for (text, plain) in
            [("%zz%4", "%zz%4"), ("%00", "\0"), ("a+b", "a+b"), ("%25%32%35", "%25")]
        {
            assert_eq!(ask("", unescape, [text.into()]), Ok(plain.into()));
        }
        assert_eq!(ask("", query, [Value::List(vec![])]), Ok("".into()));
    }

    #[test]
    fn wrong_arguments_are_named() {
        let long = || Value::text("a:".repeat(ADDRESS_BYTES_MAX));
        let huge = || Value::Str(vec![b'x'; bounds::BYTES_MAX + 1]);
        let nested = Value::map([("a", Value::map([("b", 1.into())]))]);
        for (answer, expect) in [
            (ask("url.parse", parse, []), "argument 1 (address) should be a string, got nil"),
            (ask("url.parse", parse, ["/page".into()]), "no whole address"),
            (ask("url.parse", parse, ["http://a b/".into()]), "no whole address"),
            (ask("url.parse", parse, ["http://a:99999/".into()]), "invalid port"),
            (ask("url.join", join, ["page".into(), "x".into()]), "no whole address"),
            (ask("url.join", join, ["https://a.example".into(), "https://[".into()]), "url.join: "),
            (ask("url.query", query, ["a=1".into()]), "argument 1 (values) should be a table"),
            (ask("url.query", query, [nested]), "a should be a string or a list, got table"),
            (ask("url.parse", parse, [long()]), "longer than 64 KiB"),
            (ask("url.join", join, [long(), "x".into()]), "longer than 64 KiB"),
            (ask("url.join", join, ["a://b".into(), long()]), "longer than 64 KiB"),
            (ask("url.escape", escape, [huge()]), "longer than 5 MiB"),
            (ask("url.unescape", unescape, [huge()]), "longer than 5 MiB"),
            (ask("url.query", query, [Value::map([("a", huge())])]), "longer than 5 MiB"),
        ] {
            let said = answer.unwrap_err();
            assert!(said.contains(expect), "{said}");
        }
    }

    #[test]
    fn nothing_panics() {
        withstands(FAMILY, &[&parse, &join, &escape, &unescape, &query]);
    }
}
