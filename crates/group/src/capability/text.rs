//! `text`: what one does to text every day and Lua's string library does not know, letters of all
//! languages included. Everything here is plain text: nothing is escaped for HTML.

use super::args::{Answer, Args, error};
use super::bounds::{self, Output, VALUES_MAX};
use super::{Call, Capability, Needs};
use model::Value;
use model::gas::Price;
use sandbox::Refusal;
use std::collections::BTreeMap;
use std::io::Write;

/// The calls of the family.
pub(super) const FAMILY: &[Capability] = &[
    Capability {
        name: "text.template",
        signature: "fun(text: string, values: table): string",
        doc: "Fills in a template: `{{name}}` becomes what `values` holds under that name, `{{ana.age}}` what a table in it holds. A name that is missing is an error.",
        example: r#"
local letter = text.template("Dear {{name}}, you are {{ana.age}}.", { name = "Ana", ana = { age = 7 } })
assert(letter == "Dear Ana, you are 7.")
assert(not pcall(text.template, "{{nobody}}", {}))"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| template(args)),
    },
    Capability {
        name: "text.trim",
        signature: "fun(text: string): string",
        doc: "Takes blanks and line breaks off both ends.",
        example: r#"
assert(text.trim("  a b\n") == "a b")"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| trim(args)),
    },
    Capability {
        name: "text.split",
        signature: "fun(text: string, between: string): string[]",
        doc: "Cuts text at every `between`, which is taken as it is written, not as a pattern.",
        example: r#"
local parts = text.split("a, b, ", ", ")
assert(#parts == 3 and parts[2] == "b" and parts[3] == "")"#,
        price: LIST_PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| split(args)),
    },
    Capability {
        name: "text.lines",
        signature: "fun(text: string): string[]",
        doc: "The lines of a text, without what ends them. A last line that is empty does not count.",
        example: r#"
local lines = text.lines("one\r\n\ntwo\n")
assert(#lines == 3 and lines[1] == "one" and lines[2] == "")"#,
        price: LIST_PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| lines(args)),
    },
    Capability {
        name: "text.starts",
        signature: "fun(text: string, start: string): boolean",
        doc: "Whether text begins with another.",
        example: r#"
assert(text.starts("https://oak.example", "https://"))"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| starts(args)),
    },
    Capability {
        name: "text.ends",
        signature: "fun(text: string, ending: string): boolean",
        doc: "Whether text ends with another.",
        example: r#"
assert(text.ends("cat.png", ".png"))"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| ends(args)),
    },
    Capability {
        name: "text.cut",
        signature: "fun(text: string, characters: integer): string",
        doc: "Text of at most so many characters; what is longer ends in `…`.",
        example: r#"
assert(text.cut("grün und blau", 5) == "grün…")
assert(text.cut("grün", 5) == "grün")"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| cut(args)),
    },
    Capability {
        name: "text.upper",
        signature: "fun(text: string): string",
        doc: "Text in capitals, in any language.",
        example: r#"
assert(text.upper("grün, straße") == "GRÜN, STRASSE")"#,
        price: CASE_PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| upper(args)),
    },
    Capability {
        name: "text.lower",
        signature: "fun(text: string): string",
        doc: "Text in small letters, in any language.",
        example: r#"
assert(text.lower("GRÜN") == "grün")"#,
        price: CASE_PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|_, args| lower(args)),
    },
];

const PRICE: Price = Price { call: 600, byte_in: 8, byte_out: 2 };
/// Letters are looked up one by one.
const CASE_PRICE: Price = Price { call: 600, byte_in: 40, byte_out: 2 };
/// A short piece costs as much as a long one, and a byte can be a piece.
const LIST_PRICE: Price = Price { call: 300, byte_in: 20, byte_out: 10 };

fn letters(name: &str, args: &mut Args) -> Result<String, Refusal> {
    let text = args.text(0, "text")?;
    bounds::fits(name, text.len())?;
    Ok(text)
}

fn template(args: &mut Args) -> Answer {
    let text = letters("text.template", args)?;
    let values = args.map(1, "values")?;
    let too_much = |err| error(format!("text.template: {err}"));
    let mut output = Output::default();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after
            .split_once("}}")
            .ok_or_else(|| error("text.template: a {{ has no }} after it"))?;
        output.write_all(before.as_bytes()).map_err(too_much)?;
        output.write_all(&found(&values, name.trim())?).map_err(too_much)?;
        rest = after;
    }
    output.write_all(rest.as_bytes()).map_err(too_much)?;
    Ok(output.into_bytes().into())
}

/// The text under a name, or under a name in a table in it.
fn found(values: &BTreeMap<String, Value>, name: &str) -> Result<Vec<u8>, Refusal> {
    let (first, inner) = match name.split_once('.') {
        Some((first, inner)) if !values.contains_key(name) => (first, Some(inner)),
        _ => (name, None),
    };
    match (values.get(first), inner) {
        (Some(Value::Map(map)), Some(inner)) => found(map, inner),
        (Some(Value::Str(bytes)), None) => Ok(bytes.clone()),
        (Some(value @ (Value::Bool(_) | Value::Int(_) | Value::Float(_))), None) => {
            Ok(value.shown().into_bytes())
        }
        (Some(Value::Map(_) | Value::List(_)), None) => Err(error(format!(
            "text.template: {} is a table; write the name of something in it",
            shown(name)
        ))),
        _ => Err(error(format!(
            "text.template: nothing is called {}; the values have {}",
            shown(name),
            names(values)
        ))),
    }
}

/// The names a script may have meant.
fn names(values: &BTreeMap<String, Value>) -> String {
    const NAMES_SHOWN: usize = 10;
    let names: Vec<String> = values.keys().take(NAMES_SHOWN).map(|name| shown(name)).collect();
    if names.is_empty() { "no names".into() } else { names.join(", ") }
}

fn shown(name: &str) -> String {
    const NAME_CHARS_SHOWN: usize = 40;
    name.chars().take(NAME_CHARS_SHOWN).flat_map(char::escape_debug).collect()
}

fn trim(args: &mut Args) -> Answer {
    Ok(args.text(0, "text")?.trim().into())
}

fn starts(args: &mut Args) -> Answer {
    Ok(args.bytes(0, "text")?.starts_with(&args.bytes(1, "start")?).into())
}

fn ends(args: &mut Args) -> Answer {
    Ok(args.bytes(0, "text")?.ends_with(&args.bytes(1, "ending")?).into())
}

fn upper(args: &mut Args) -> Answer {
    let text = letters("text.upper", args)?;
    Ok(text.chars().flat_map(char::to_uppercase).collect::<String>().into())
}

fn lower(args: &mut Args) -> Answer {
    // Letter by letter: `str::to_lowercase` looks around each sigma, which costs a hundred times more.
    let text = letters("text.lower", args)?;
    Ok(text.chars().flat_map(char::to_lowercase).collect::<String>().into())
}

fn split(args: &mut Args) -> Answer {
    let text = letters("text.split", args)?;
    let between = args.text(1, "between")?;
    if between.is_empty() {
        return Err(error("text.split: argument 2 (between) is empty; for letters use utf8.codes"));
    }
    list("text.split", text.split(between.as_str()))
}

fn lines(args: &mut Args) -> Answer {
    list("text.lines", letters("text.lines", args)?.lines())
}

fn list<'a>(name: &str, pieces: impl Iterator<Item = &'a str>) -> Answer {
    let items: Vec<Value> = pieces.take(VALUES_MAX + 1).map(Value::from).collect();
    if items.len() > VALUES_MAX { Err(bounds::too_many(name)) } else { Ok(Value::List(items)) }
}

fn cut(args: &mut Args) -> Answer {
    let mut text = letters("text.cut", args)?;
    let max = args.int(1, "characters")?;
    let max = usize::try_from(max)
        .map_err(|_| error("text.cut: argument 2 (characters) should not be below zero"))?;
    if text.chars().nth(max).is_some() {
        let kept = text.char_indices().nth(max.saturating_sub(1)).map_or(0, |(place, _)| place);
        text.truncate(kept);
        text.push_str(if max == 0 { "" } else { "…" });
    }
    Ok(text.into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::trial::{ask, withstands};
    use super::*;

    fn texts(pieces: &[&str]) -> Result<Value, String> {
        Ok(Value::List(pieces.iter().map(|piece| Value::from(*piece)).collect()))
    }

    #[test]
    fn templates_are_filled_in() {
        let values = || {
            let inner = Value::map([("age", 7.into()), ("b.c", "dot".into())]);
            Value::map([("name", "{{x}}".into()), ("yes", true.into()), ("ana", inner)])
        };
        for (template_, expect) in [
            ("", ""),
            ("no names", "no names"),
            ("{{name}}", "{{x}}"),
            ("{{ name }}, {{yes}}{{ana.age}}", "{{x}}, true7"),
            ("{ {{ana.b.c}} }}", "{ dot }}"),
        ] {
            assert_eq!(ask("", template, [template_.into(), values()]), Ok(expect.into()));
        }
        for (template_, expect) in [
            ("{{nam}}", "nothing is called nam; the values have ana, name, yes"),
            ("{{ana.ag}}", "nothing is called ag; the values have age, b.c"),
            ("{{ana}}", "ana is a table"),
            ("{{name.x}}", "nothing is called name.x"),
            ("{{name", "no }} after it"),
            ("{{}}", "nothing is called ;"),
        ] {
            let said = ask("", template, [template_.into(), values()]).unwrap_err();
            assert!(said.contains(expect), "{template_}: {said}");
        }
    }

    #[test]
    fn a_small_template_makes_no_huge_text() {
        let values = Value::map([("x", "x".repeat(1_000_000).into())]);
        let said = ask("", template, ["{{x}}".repeat(10_000).into(), values]).unwrap_err();
        assert!(said.contains("more than 5 MiB"), "{said}");
    }

    #[test]
    fn text_is_cut_into_pieces() {
        assert_eq!(ask("", split, ["a%b%".into(), "%".into()]), texts(&["a", "b", ""]));
        assert_eq!(ask("", split, ["".into(), ",".into()]), texts(&[""]));
        assert_eq!(ask("", split, ["1—2—3".into(), "—".into()]), texts(&["1", "2", "3"]));
        assert_eq!(ask("", lines, ["a\r\n\nb\n".into()]), texts(&["a", "", "b"]));
        assert_eq!(ask("", lines, ["".into()]), texts(&[]));
    }

    #[test]
    fn text_is_cut_short() {
        for (text, max, expect) in [
            ("häuser", 6, "häuser"),
            ("häuser", 5, "häus…"),
            ("häuser", 1, "…"),
            ("häuser", 0, ""),
            ("", 0, ""),
            ("a", i64::MAX, "a"),
        ] {
            assert_eq!(ask("", cut, [text.into(), max.into()]), Ok(expect.into()), "{max}");
        }
    }

    #[test]
    fn small_things() {
        for (answer, expect) in [
            (ask("", trim, ["\u{a0} a b\r\n".into()]), Value::from("a b")),
            (ask("", starts, ["abc".into(), "ab".into()]), true.into()),
            (ask("", starts, ["abc".into(), "".into()]), true.into()),
            (ask("", starts, ["a".into(), "ab".into()]), false.into()),
            (ask("", ends, ["abc".into(), "bc".into()]), true.into()),
            (ask("", ends, ["abc".into(), "b".into()]), false.into()),
            (ask("", upper, ["straße".into()]), "STRASSE".into()),
            (ask("", lower, ["ÀΣ".into()]), "àσ".into()),
        ] {
            assert_eq!(answer, Ok(expect));
        }
    }

    #[test]
    fn wrong_arguments_are_named() {
        let huge = || Value::Str(vec![b'x'; bounds::BYTES_MAX + 1]);
        let many = || Value::from(",\n".repeat(VALUES_MAX + 1));
        for (answer, expect) in [
            (ask("text.trim", trim, []), "argument 1 (text) should be a string, got nil"),
            (ask("text.starts", starts, ["a".into()]), "argument 2 (start) should be a string"),
            (ask("text.ends", ends, ["a".into()]), "argument 2 (ending) should be a string"),
            (ask("text.upper", upper, [huge()]), "longer than 5 MiB"),
            (ask("text.lower", lower, [vec![0xff].into()]), "text is not valid UTF-8"),
            (ask("text.template", template, ["x".into()]), "argument 2 (values) should be a table"),
            (ask("text.template", template, [huge(), Value::List(vec![])]), "longer than 5 MiB"),
            (ask("text.split", split, ["x".into(), "".into()]), "(between) is empty"),
            (ask("text.split", split, ["x".into()]), "argument 2 (between) should be a string"),
            (ask("text.split", split, [huge(), "y".into()]), "longer than 5 MiB"),
            (ask("text.split", split, [many(), ",".into()]), "more than 400000 values"),
            (
                ask("text.lines", lines, [Value::Nil]),
                "argument 1 (text) should be a string, got nil",
            ),
            (ask("text.lines", lines, [many()]), "more than 400000 values"),
            (ask("text.cut", cut, ["x".into(), (-1).into()]), "should not be below zero"),
            (ask("text.cut", cut, ["x".into(), Value::Float(1.5)]), "should be a whole number"),
            (ask("text.cut", cut, [huge(), 1.into()]), "longer than 5 MiB"),
        ] {
            let said = answer.unwrap_err();
            assert!(said.contains(expect), "{said}");
        }
    }

    #[test]
    fn nothing_panics() {
        withstands(
            FAMILY,
            &[&template, &trim, &split, &lines, &starts, &ends, &cut, &upper, &lower],
        );
    }
}
