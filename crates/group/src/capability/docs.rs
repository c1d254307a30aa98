//! `docs`: texts that people write together, with their revisions, in the app's own data. What two
//! people changed in different lines is merged; nothing is overwritten by who did not see it.

use super::args::{Answer, Args, error};
use super::{Call, Capability, Needs};
use crate::desk::Desk;
use crate::documents::{
    HEADS, Revision, Saved, changes, check_name, newest, revisions_span, save, text_at,
};
use model::gas::Price;
use model::{Value, limit};
use sandbox::Refusal;
use store::Span;

/// Two reads from an index.
const READ: Price = Price { call: 24_000, byte_in: 1, byte_out: 1 };
/// Rows without their texts, by their bytes.
const RANGE: Price = Price { call: 20_000, byte_in: 1, byte_out: 2 };
/// Three rows, and the merge of texts of as many lines as are merged: their square.
const WRITE: Price = Price { call: 1_000_000, byte_in: 16, byte_out: 0 };
/// The comparison of texts of as many lines as are compared: their square.
const DIFF: Price = Price { call: 2_000_000, byte_in: 1, byte_out: 2 };

pub(super) const FAMILY: &[Capability] = &[
    Capability {
        name: "docs.read",
        signature: "fun(name: string, options?: { revision?: integer }): { text: string, revision: integer, at: integer, by: string, bytes: integer }?",
        doc: "Reads a document with its newest revision, or the text of an older one that is still kept. nil where there is none.",
        example: "docs.write(\"plan\", \"One\"); assert(docs.read(\"plan\").text == \"One\")",
        price: READ,
        needs: Needs::Nothing,
        call: Call::Desk(read),
    },
    Capability {
        name: "docs.write",
        signature: "fun(name: string, text: string, options?: { revision?: integer }): integer",
        doc: "Keeps a text of at most 64 KiB as the newest revision and answers its number. With the revision that was read, what others changed since is merged in; where both changed the same lines it is an error, and nothing is kept.",
        example: "local n = docs.write(\"notes\", \"One\"); assert(docs.write(\"notes\", \"Two\", { revision = n }) == n + 1)",
        price: WRITE,
        needs: Needs::Writing,
        call: Call::Desk(write),
    },
    Capability {
        name: "docs.list",
        signature: "fun(prefix?: string): { name: string, revision: integer, at: integer, by: string, bytes: integer }[]",
        doc: "Lists the documents with a prefix in order of their names, without their texts.",
        example: "docs.write(\"l/1\", \"One\"); assert(docs.list(\"l/\")[1].name == \"l/1\")",
        price: RANGE,
        needs: Needs::Nothing,
        call: Call::Desk(list),
    },
    Capability {
        name: "docs.history",
        signature: "fun(name: string): { revision: integer, at: integer, by: string, bytes: integer }[]",
        doc: "Lists the revisions of a document that are kept, newest first: at most 50.",
        example: "docs.write(\"h\", \"One\"); assert(docs.history(\"h\")[1].revision == 1)",
        price: RANGE,
        needs: Needs::Nothing,
        call: Call::Desk(history),
    },
    Capability {
        name: "docs.diff",
        signature: "fun(name: string, from: integer, to: integer): string",
        doc: "What changed between two revisions, by line: lines begin with a space, +, - or @@. Empty if nothing did.",
        example: "local a = docs.write(\"d\", \"One\"); local b = docs.write(\"d\", \"Two\"); assert(docs.diff(\"d\", a, b):find(\"+Two\", 1, true))",
        price: DIFF,
        needs: Needs::Nothing,
        call: Call::Desk(diff),
    },
];

fn name(args: &mut Args) -> Result<String, Refusal> {
    let name = args.text(0, "name")?;
    check_name(&name)?;
    Ok(name)
}

/// The revision that the options at a place name.
fn revision(args: &mut Args, place: usize) -> Result<Option<i64>, Refusal> {
    match args.opt_map(place, "options")?.get("revision") {
        None | Some(Value::Nil) => Ok(None),
        Some(number) => number.as_int().map(Some).ok_or_else(|| {
            error("revision should be the whole number that docs.read answered".to_owned())
        }),
    }
}

fn read(desk: &mut Desk, args: &mut Args) -> Answer {
    let name = name(args)?;
    let Some(newest) = newest(desk, &name)? else { return Ok(Value::Nil) };
    let number = revision(args, 1)?.unwrap_or(newest.number);
    let Some(text) = text_at(desk, &name, number)? else { return Ok(Value::Nil) };
    let found = if number == newest.number { Some(newest) } else { kept(desk, &name, number)? };
    Ok(found.map_or(Value::Nil, |found| with(&found, "text", &text)))
}

/// Who wrote a revision, and when.
fn kept(desk: &mut Desk, name: &str, number: i64) -> Result<Option<Revision>, Refusal> {
    let key = crate::documents::revision_key(crate::documents::REVISIONS, name, number);
    Ok(desk.get(&key)?.as_ref().and_then(Revision::read))
}

fn with(revision: &Revision, field: &str, text: &str) -> Value {
    match revision.value() {
        Value::Map(mut fields) => {
            fields.insert(field.to_owned(), Value::text(text));
            Value::Map(fields)
        }
        other => other,
    }
}

fn write(desk: &mut Desk, args: &mut Args) -> Answer {
    let name = name(args)?;
    let text = args.text(1, "text")?;
    let base = revision(args, 2)?;
    match save(desk, &name, &text, base)? {
        Saved::Kept { revision, .. } => Ok(Value::Int(revision)),
        Saved::Conflict { revision } => Err(error(format!(
            "docs.write: somebody changed the same lines of “{name}”, so nothing was kept; read revision {revision}, put your change in, and write again"
        ))),
    }
}

fn list(desk: &mut Desk, args: &mut Args) -> Answer {
    let prefix = args.opt_text(0, "prefix")?.unwrap_or_default();
    let all =
        Span { space: HEADS.into(), prefix, after: None, limit: limit::LIST_MAX, reverse: false };
    let rows = desk.scan(&all)?.into_iter();
    let rows = rows.filter_map(|(name, value)| Some(with(&Revision::read(&value)?, "name", &name)));
    Ok(Value::List(rows.collect()))
}

fn history(desk: &mut Desk, args: &mut Args) -> Answer {
    let name = name(args)?;
    let rows = desk.scan(&revisions_span(&name))?.into_iter();
    let rows = rows.filter_map(|(_, value)| Some(Revision::read(&value)?.value()));
    Ok(Value::List(rows.collect()))
}

fn diff(desk: &mut Desk, args: &mut Args) -> Answer {
    let name = name(args)?;
    let mut text = |place: usize, what: &str| {
        let number = args.int(place, what)?;
        text_at(desk, &name, number)?.ok_or_else(|| {
            error(format!(
                "docs.diff: “{name}” has no revision {number} that is still kept; docs.history lists them"
            ))
        })
    };
    let (from, to) = (text(1, "from")?, text(2, "to")?);
    Ok(Value::text(changes(&from, &to)))
}
