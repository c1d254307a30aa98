//! `csv`: tables as spreadsheets read and write them. Text that a spreadsheet would take for a
//! formula is written so that it stays text.

use super::args::{Answer, Args, error};
use super::bounds::{self, MAP_VALUES, Output, VALUES_MAX};
use super::{Call, Capability, Needs};
use csv::{ReaderBuilder, StringRecord, WriterBuilder};
use model::Value;
use model::gas::Price;
use sandbox::Refusal;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The calls of the family.
pub(super) const FAMILY: &[Capability] = &[
    Capability {
        name: "csv.parse",
        signature: "fun(text: string, options?: {header?: boolean, separator?: string}): table<string, string>[]|string[][]",
        doc: "Reads a table. Each row holds its cells under the names in the first line, or with `header = false` in order. Cells are strings; `separator` is a comma unless you say so.",
        example: r#"
local rows = csv.parse('name,votes\nAna,3\n"Bo, jr.",4\n')
assert(#rows == 2 and rows[1].votes == "3" and rows[2].name == "Bo, jr.")
assert(csv.parse("a;b", { header = false, separator = ";" })[1][2] == "b")"#,
        price: Price { call: 55_000, byte_in: 80, byte_out: 2 },
        needs: Needs::Nothing,
        call: Call::Given(|_, args| parse(args)),
    },
    Capability {
        name: "csv.print",
        signature: "fun(rows: table[], options?: {columns?: string[], separator?: string, formulas?: boolean}): string",
        doc: "Writes a table. Rows are lists, or tables with names, whose names become the first line: those in `columns`, or all in alphabetical order. A string that begins with `= + - @` gets a `'` before it, because spreadsheets would run it as a formula; `formulas = true` leaves it as it is.",
        example: r#"
local rows = { { name = "Ana", votes = 3 }, { name = "=1+1" } }
assert(csv.print(rows) == "name,votes\nAna,3\n'=1+1,\n")
assert(csv.print(rows, { columns = { "votes" } }) == "votes\n3\n\"\"\n")"#,
        price: Price { call: 1_000, byte_in: 40, byte_out: 10 },
        needs: Needs::Nothing,
        call: Call::Given(|_, args| print(args)),
    },
];

/// What both calls can be told.
struct Options {
    header: bool,
    separator: u8,
    columns: Option<Vec<String>>,
    formulas: bool,
}

fn options(name: &str, args: &mut Args) -> Result<Options, Refusal> {
    let map = args.opt_map(1, "options")?;
    let separator = match map.get("separator") {
        None => b',',
        Some(Value::Str(bytes))
            if matches!(bytes[..], [0x20..=0x7e | b'\t']) && bytes[0] != b'"' =>
        {
            bytes[0]
        }
        Some(_) => {
            return Err(error(format!("{name}: separator should be one character, like \";\"")));
        }
    };
    let columns = match map.get("columns") {
        None => None,
        Some(columns) => Some(column_names(name, columns)?),
    };
    Ok(Options {
        header: map.get("header").is_none_or(Value::truthy),
        separator,
        columns,
        formulas: map.get("formulas").is_some_and(Value::truthy),
    })
}

fn column_names(name: &str, columns: &Value) -> Result<Vec<String>, Refusal> {
    let names = columns.items().iter().map(|column| column.as_str().map(str::to_owned));
    let names: Option<Vec<String>> = names.collect();
    names.filter(|names| !names.is_empty()).ok_or_else(|| {
        error(format!("{name}: columns should be a list of names, like {{ \"name\" }}"))
    })
}

fn parse(args: &mut Args) -> Answer {
    let text = args.text(0, "text")?;
    bounds::fits("csv.parse", text.len())?;
    let options = options("csv.parse", args)?;
    let mut reader = ReaderBuilder::new()
        .has_headers(options.header)
        .delimiter(options.separator)
        .flexible(true)
        .from_reader(text.as_bytes());
    let wrong = |err: csv::Error| error(format!("csv.parse: {err}"));
    let header = if options.header { Some(reader.headers().map_err(wrong)?.clone()) } else { None };
    let (mut rows, mut cells) = (Vec::new(), 0);
    for record in reader.records() {
        let record = record.map_err(wrong)?;
        cells += record.len() + MAP_VALUES;
        if cells > VALUES_MAX {
            return Err(bounds::too_many("csv.parse"));
        }
        rows.push(match &header {
            Some(header) => named(header, &record, rows.len())?,
            None => Value::List(record.iter().map(Value::from).collect()),
        });
    }
    Ok(Value::List(rows))
}

/// A row under the names of the first line; a short row leaves the last names out.
fn named(header: &StringRecord, record: &StringRecord, row: usize) -> Answer {
    if record.len() > header.len() {
        return Err(error(format!(
            "csv.parse: row {} has {} cells, but the first line names {}; with header = false rows are lists",
            row + 1,
            record.len(),
            header.len()
        )));
    }
    Ok(Value::map(header.iter().zip(record.iter().map(Value::from))))
}

fn print(args: &mut Args) -> Answer {
    let rows = args.list(0, "rows")?;
    let options = options("csv.print", args)?;
    let mut writer = WriterBuilder::new()
        .delimiter(options.separator)
        .flexible(true)
        .from_writer(Output::default());
    let wrong = |err: csv::Error| error(format!("csv.print: {err}"));
    let columns = options.columns.clone().or_else(|| all_names(&rows));
    if let Some(columns) = &columns {
        let header = columns.iter().map(|column| guarded(column.as_bytes(), &options));
        writer.write_record(header.collect::<Vec<_>>()).map_err(wrong)?;
    }
    if rows.len().saturating_mul(columns.as_ref().map_or(0, Vec::len)) > VALUES_MAX {
        return Err(bounds::too_many("csv.print"));
    }
    for (place, row) in rows.iter().enumerate() {
        let cells = match (row, &columns) {
            (Value::Map(map), Some(columns)) => columns.iter().map(|name| map.get(name)).collect(),
            (Value::List(items), _) => items.iter().map(Some).collect::<Vec<_>>(),
            _ => {
                return Err(error(format!(
                    "csv.print: row {} should be a table, got {}",
                    place + 1,
                    row.kind()
                )));
            }
        };
        let cells = cells.into_iter().map(|value| cell(value, &options));
        let cells = cells.collect::<Option<Vec<_>>>().ok_or_else(|| {
            error(format!(
                "csv.print: row {} has a table in a cell; a cell holds text or a number",
                place + 1
            ))
        })?;
        writer.write_record(&cells).map_err(wrong)?;
    }
    let output = writer.into_inner().map_err(|err| wrong(err.into_error().into()))?;
    Ok(output.into_bytes().into())
}

/// The names of all rows, if rows have names.
fn all_names(rows: &[Value]) -> Option<Vec<String>> {
    let maps =
        rows.iter().filter_map(|row| if let Value::Map(map) = row { Some(map) } else { None });
    let names: BTreeSet<&String> = maps.flat_map(BTreeMap::keys).collect();
    (!names.is_empty()).then(|| names.into_iter().cloned().collect())
}

fn cell<'a>(value: Option<&'a Value>, options: &Options) -> Option<Cow<'a, [u8]>> {
    match value.unwrap_or(&Value::Nil) {
        Value::Str(bytes) => Some(guarded(bytes, options)),
        Value::List(_) | Value::Map(_) => None,
        plain => Some(plain.shown().into_bytes().into()),
    }
}

/// Text that no spreadsheet takes for a formula.
fn guarded<'a>(text: &'a [u8], options: &Options) -> Cow<'a, [u8]> {
    match text.first() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r') if !options.formulas => {
            [b"'", text].concat().into()
        }
        _ => text.into(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::trial::{ask, withstands};
    use super::*;

    fn list<const N: usize>(cells: [&str; N]) -> Value {
        Value::List(cells.into_iter().map(Value::from).collect())
    }

    #[test]
    fn tables_are_read() {
        let plain = || Value::map([("header", false.into())]);
        for (text, options, rows) in [
            ("", Value::Nil, vec![]),
            ("a,b\n", Value::Nil, vec![]),
            ("\u{feff}a\r\n1\r\n", Value::Nil, vec![Value::map([("a", "1".into())])]),
            ("a,b\n1\n", Value::Nil, vec![Value::map([("a", "1".into())])]),
            ("a,a\n1,2\n", Value::Nil, vec![Value::map([("a", "2".into())])]),
            ("a,\"b\n\"\"c\"\n1\n", plain(), vec![list(["a", "b\n\"c"]), list(["1"])]),
            (
                "a\tb",
                Value::map([("header", false.into()), ("separator", "\t".into())]),
                vec![list(["a", "b"])],
            ),
        ] {
            assert_eq!(ask("", parse, [text.into(), options]), Ok(Value::List(rows)), "{text}");
        }
    }

    #[test]
    fn tables_are_written() {
        let row = |name: &str, n: i64| Value::map([("name", name.into()), ("n", n.into())]);
        let columns = |names| Value::map([("columns", names)]);
        for (rows, options, text) in [
            (vec![], Value::Nil, ""),
            (vec![row("a,\"b\"", -1)], Value::Nil, "n,name\n-1,\"a,\"\"b\"\"\"\n"),
            (vec![row("x", 1)], columns(list(["name", "none"])), "name,none\nx,\n"),
            (vec![list(["1", "2"]), list(["3"])], Value::Nil, "1,2\n3\n"),
            (vec![list(["1"])], columns(list(["a"])), "a\n1\n"),
            (
                vec![Value::List(vec![true.into(), Value::Nil, Value::Float(0.5)])],
                Value::Nil,
                "true,,0.5\n",
            ),
            (vec![list(["a", "b"])], Value::map([("separator", ";".into())]), "a;b\n"),
        ] {
            assert_eq!(ask("", print, [Value::List(rows), options]), Ok(text.into()));
        }
    }

    #[test]
    fn formulas_stay_text() {
        for (text, written) in [
            ("=HYPERLINK(1)", "'=HYPERLINK(1)\n"),
            ("+1", "'+1\n"),
            ("-1", "'-1\n"),
            ("@x", "'@x\n"),
            ("\tx", "'\tx\n"),
            ("a=1", "a=1\n"),
        ] {
            let rows = || Value::List(vec![list([text])]);
            assert_eq!(ask("", print, [rows()]), Ok(written.into()));
            let free = Value::map([("formulas", true.into())]);
            assert_eq!(ask("", print, [rows(), free]), Ok(format!("{text}\n").into()));
        }
        let named = Value::List(vec![Value::map([("=x", 1.into())])]);
        assert_eq!(ask("", print, [named]), Ok("'=x\n1\n".into()));
    }

    #[test]
    fn wrong_arguments_are_named() {
        let one = |name: &str, value: Value| Value::map([(name, value)]);
        let wide = Value::List(vec![list(["x"]); 10]);
        for (answer, expect) in [
            (ask("csv.parse", parse, []), "argument 1 (text) should be a string"),
            (
                ask("csv.parse", parse, ["a\n1,2\n".into()]),
                "row 1 has 2 cells, but the first line names 1",
            ),
            (ask("csv.parse", parse, ["a".into(), one("separator", ";;".into())]), "one character"),
            (ask("csv.parse", parse, ["a".into(), one("separator", "\"".into())]), "one character"),
            (ask("csv.parse", parse, ["a".into(), one("separator", 1.into())]), "one character"),
            (
                ask("csv.parse", parse, [" ".repeat(bounds::BYTES_MAX + 1).into()]),
                "longer than 5 MiB",
            ),
            (ask("csv.parse", parse, [",\n".repeat(VALUES_MAX).into()]), "more than 400000 values"),
            (ask("csv.print", print, ["a".into()]), "argument 1 (rows) should be a list"),
            (ask("csv.print", print, [list(["a"])]), "row 1 should be a table, got string"),
            (
                ask("csv.print", print, [Value::List(vec![Value::List(vec![wide])])]),
                "row 1 has a table in a cell",
            ),
            (
                ask("csv.print", print, [Value::List(vec![]), one("columns", 1.into())]),
                "list of names",
            ),
            (
                ask("csv.print", print, [Value::List(vec![]), one("columns", list([]))]),
                "list of names",
            ),
        ] {
            let said = answer.unwrap_err();
            assert!(said.contains(expect), "{said}");
        }
        let wide = Value::List(vec![Value::text("x"); 1_000]);
        let sparse = Value::List(vec![Value::map([("a", Value::Nil)]); 1_000]);
        let many = ask("csv.print", print, [sparse, one("columns", wide)]);
        assert!(many.unwrap_err().contains("more than 400000 values"));
        let huge = Value::List(vec![list([&"\"".repeat(1_000_000)]); 3]);
        assert!(ask("csv.print", print, [huge]).unwrap_err().contains("more than 5 MiB"));
    }

    #[test]
    fn nothing_panics() {
        withstands(FAMILY, &[&parse, &print]);
    }
}
