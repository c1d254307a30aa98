//! `json`: JSON to Lua's values and back. It holds nothing and keeps no order of names:
//! the same value always prints as the same text.

use super::args::{Answer, Args, error};
use super::bounds::{self, BYTES_MAX, Output};
use super::{Call, Capability, Needs};
use model::gas::Price;
use model::{Value, limit};
use sandbox::json;

/// The calls of the family.
pub(super) const FAMILY: &[Capability] = &[
    Capability {
        name: "json.parse",
        signature: "fun(text: string): any",
        doc: "Reads JSON. Whole numbers stay whole, `null` becomes `nil`, and of two entries with one name the last one counts.",
        example: r#"
local it = json.parse('{"name": "Ana", "votes": [1, 2.5], "gone": null}')
assert(it.name == "Ana" and it.votes[2] == 2.5 and it.gone == nil)
assert(not pcall(json.parse, "{'name'}"))"#,
        price: Price { call: 600, byte_in: 16, byte_out: 1 },
        needs: Needs::Nothing,
        call: Call::Given(|_, args| parse(args)),
    },
    Capability {
        name: "json.print",
        signature: "fun(value: any, options?: {pretty?: boolean}): string",
        doc: "Writes JSON, names in alphabetical order, on one line or with `pretty` on many. An empty table is `[]`, since Lua has one kind of empty table.",
        example: r#"
assert(json.print({ b = { 1, 2 }, a = "x" }) == '{"a":"x","b":[1,2]}')
assert(json.print({}) == "[]")
assert(json.print({ 1 }, { pretty = true }) == "[\n  1\n]")"#,
        price: Price { call: 200, byte_in: 20, byte_out: 2 },
        needs: Needs::Nothing,
        call: Call::Given(|_, args| print(args)),
    },
];

/// Bytes of JSON with line breaks: nobody reads more.
const PRETTY_BYTES_MAX: usize = 256 * limit::KIB;

fn parse(args: &mut Args) -> Answer {
    let text = args.text(0, "text")?;
    bounds::fits("json.parse", text.len())?;
    json::read(&text).map_err(|err| error(format!("json.parse: {err}")))
}

fn print(args: &mut Args) -> Answer {
    let value = args.take(0);
    let pretty = args.opt_map(1, "options")?.get("pretty").is_some_and(Value::truthy);
    let shown = json::Shown::of(&value);
    // Indenting makes many bytes of few, so it ends sooner.
    let mut output = Output::of(if pretty { PRETTY_BYTES_MAX } else { BYTES_MAX });
    let written = match pretty {
        true => serde_json::to_writer_pretty(&mut output, &shown),
        false => serde_json::to_writer(&mut output, &shown),
    };
    written.map_err(|err| error(format!("json.print: {err}")))?;
    Ok(output.into_bytes().into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::bounds::VALUES_MAX;
    use super::super::trial::{ask, withstands};
    use super::*;

    fn parsed(text: &str) -> Result<Value, String> {
        ask("json.parse", parse, [text.into()])
    }

    fn written(value: Value) -> Result<String, String> {
        ask("json.print", print, [value]).map(|text| text.shown())
    }

    #[test]
    fn json_becomes_values() {
        for (text, value) in [
            ("null", Value::Nil),
            (" true ", true.into()),
            ("9223372036854775807", i64::MAX.into()),
            ("-9223372036854775808", i64::MIN.into()),
            ("9223372036854775808", Value::Float(9_223_372_036_854_775_808.0)),
            ("1.0", Value::Float(1.0)),
            ("1e2", Value::Float(100.0)),
            (r#""h\u00e9\n\ud83d\ude00""#, "hé\n😀".into()),
            ("[]", Value::List(vec![])),
            ("{}", Value::List(vec![])),
            (r#"{"a":null}"#, Value::List(vec![])),
            ("[1,null,2]", Value::List(vec![1.into(), Value::Nil, 2.into()])),
            (r#"{"a":1,"a":2}"#, Value::map([("a", 2.into())])),
            (
                r#"{"a":1,"a":null,"b":[{}]}"#,
                Value::map([("b", Value::List(vec![Value::List(vec![])]))]),
            ),
        ] {
            assert_eq!(parsed(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_named_with_its_place() {
        for (text, expect) in [
            ("", "line 1 column 0"),
            ("{\n 'a': 1}", "line 2 column 2"),
            ("[1,]", "trailing comma at line 1 column 4"),
            ("[1] x", "trailing characters at line 1 column 5"),
            ("1e400", "number out of range"),
            ("\"\\ud800\"", "line 1"),
            ("NaN", "line 1"),
            ("[", "EOF"),
        ] {
            let said = parsed(text).unwrap_err();
            assert!(said.starts_with("json.parse: ") && said.contains(expect), "{text}: {said}");
        }
    }

    #[test]
    fn values_become_json() {
        for (value, text) in [
            (Value::Nil, "null"),
            (Value::Int(-3), "-3"),
            (Value::Float(3.0), "3.0"),
            (Value::Float(1e300), "1e+300"),
            ("a\"\u{1}\u{2028}".into(), "\"a\\\"\\u0001\u{2028}\""),
            (Value::List(vec![]), "[]"),
            (Value::List(vec![Value::Nil, false.into()]), "[null,false]"),
            (
                Value::map([("b", 1.into()), ("a", Value::map([("c", "x".into())]))]),
                r#"{"a":{"c":"x"},"b":1}"#,
            ),
        ] {
            assert_eq!(written(value), Ok(text.to_owned()));
        }
        let pretty = ask(
            "json.print",
            print,
            [Value::List(vec![1.into()]), Value::map([("pretty", true.into())])],
        );
        assert_eq!(pretty, Ok("[\n  1\n]".into()));
    }

    #[test]
    fn wrong_arguments_are_named() {
        for (answer, expect) in [
            (ask("json.parse", parse, []), "argument 1 (text) should be a string, got nil"),
            (ask("json.parse", parse, [vec![0xff].into()]), "text is not valid UTF-8"),
            (
                ask("json.print", print, [1.into(), 2.into()]),
                "argument 2 (options) should be a table",
            ),
            (ask("json.print", print, [Value::Float(f64::NAN)]), "no nan"),
            (ask("json.print", print, [Value::Float(f64::NEG_INFINITY)]), "no infinite number"),
            (ask("json.print", print, [vec![0xff].into()]), "base64.encode"),
        ] {
            let said = answer.unwrap_err();
            assert!(said.contains(expect), "{said}");
        }
    }

    #[test]
    fn size_count_and_depth_end() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(parsed(&nested(limit::VALUE_DEPTH_MAX)).is_ok());
        assert!(
            parsed(&nested(limit::VALUE_DEPTH_MAX + 1)).unwrap_err().contains("deeper than 64")
        );
        assert!(parsed(&nested(1_000_000)).unwrap_err().contains("deeper than 64"));
        let many = format!("[{}0]", "0,".repeat(VALUES_MAX));
        assert!(parsed(&many).unwrap_err().contains("more than 400000 values"));
        assert!(
            parsed(&" ".repeat(bounds::BYTES_MAX + 1)).unwrap_err().contains("longer than 5 MiB")
        );
        let maps = format!("[{}0]", r#"{"a":0},"#.repeat(VALUES_MAX / 9));
        assert!(parsed(&maps).unwrap_err().contains("more than 400000 values"));
        let deep = (0..1_000).fold(Value::Nil, |inner, _| Value::List(vec![inner]));
        assert!(written(deep).unwrap_err().contains("deeper than 64"));
        let wide = (0..60)
            .fold(Value::List(vec![Value::Nil; 60_000]), |inner, _| Value::List(vec![inner]));
        let pretty = ask("json.print", print, [wide, Value::map([("pretty", true.into())])]);
        assert!(pretty.unwrap_err().contains("more than 256 KiB"));
    }

    #[test]
    fn nothing_panics() {
        withstands(FAMILY, &[&parse, &print]);
    }
}
