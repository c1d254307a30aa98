//! `store`: the app's own data, shared by everybody who uses the app. Never another app's.

use super::args::{Answer, Args, error};
use super::{Call, Capability, Needs};
use crate::clockwork;
use crate::desk::Desk;
use model::gas::Price;
use model::{Value, limit};
use sandbox::Refusal;
use std::collections::BTreeMap;
use store::{Key, Span};

/// A read of one key from an index.
const READ: Price = Price { call: 12_000, byte_in: 1, byte_out: 1 };
/// A write is paid here for its place in the commit.
const WRITE: Price = Price { call: 14_000, byte_in: 4, byte_out: 0 };
/// A range costs its rows by their bytes.
const RANGE: Price = Price { call: 14_000, byte_in: 1, byte_out: 2 };

/// Rows one `list` answers if the script names no limit.
const LIST_DEFAULT: usize = 100;

pub(super) const FAMILY: &[Capability] = &[
    Capability {
        name: "store.get",
        signature: "fun(key: string, default?: any): any",
        doc: "Reads a value. Answers the default, or nil, where nothing is kept.",
        example: "assert(store.get(\"nothing\", 7) == 7)",
        price: READ,
        needs: Needs::Nothing,
        call: Call::Look(|desk, args| get(desk, args, "store")),
    },
    Capability {
        name: "store.set",
        signature: "fun(key: string, value: any)",
        doc: "Keeps a string, number, boolean or table under a key. nil deletes it. Kept only if the run ends well.",
        example: "store.set(\"a\", { 1, 2 }); assert(store.get(\"a\")[2] == 2)",
        price: WRITE,
        needs: Needs::Writing,
        call: Call::Desk(|desk, args| set(desk, args, "store")),
    },
    Capability {
        name: "store.add",
        signature: "fun(key: string, amount?: number): number",
        doc: "Adds to a number, 1 if none is given, and answers the sum. Nobody's addition is lost.",
        example: "store.add(\"n\", 2); assert(store.add(\"n\") == 3)",
        price: WRITE,
        needs: Needs::Writing,
        call: Call::Desk(|desk, args| add(desk, args, "store")),
    },
    Capability {
        name: "store.delete",
        signature: "fun(key: string)",
        doc: "Deletes a key. It is no error if it is not there.",
        example: "store.set(\"x\", 1); store.delete(\"x\"); assert(store.get(\"x\") == nil)",
        price: WRITE,
        needs: Needs::Writing,
        call: Call::Desk(|desk, args| delete(desk, args, "store")),
    },
    Capability {
        name: "store.list",
        signature: "fun(prefix?: string, options?: { after?: string, limit?: integer, reverse?: boolean }): { key: string, value: any }[]",
        doc: "Lists keys and values in order of the keys: those with the prefix, after a key, at most 1 000.",
        example: "store.set(\"t/1\", \"a\"); store.set(\"t/2\", \"b\"); local l = store.list(\"t/\"); assert(#l == 2 and l[2].value == \"b\")",
        price: RANGE,
        needs: Needs::Nothing,
        call: Call::Look(|desk, args| list(desk, args, "store")),
    },
    Capability {
        name: "store.count",
        signature: "fun(prefix?: string): integer",
        doc: "Counts the keys with a prefix, up to 1 000.",
        example: "store.set(\"c/1\", true); assert(store.count(\"c/\") == 1)",
        price: RANGE,
        needs: Needs::Nothing,
        call: Call::Look(|desk, args| count(desk, args, "store")),
    },
    Capability {
        name: "store.changed",
        signature: "fun(key: string): string?",
        doc: "When a key was last written, as the owner's date and time, or nil if never.",
        example: "assert(store.changed(\"never\") == nil)",
        price: READ,
        needs: Needs::Nothing,
        call: Call::Look(|desk, args| changed(desk, args, "store")),
    },
];

fn key(args: &mut Args, space: &str) -> Result<Key, Refusal> {
    let key = args.text(0, "key")?;
    if key.is_empty() || key.len() > limit::KEY_BYTES_MAX || key.contains('\0') {
        return Err(error(format!("a key has 1 to {} bytes and no NUL", limit::KEY_BYTES_MAX)));
    }
    Ok(Key::new(space, key))
}

pub(super) fn get(desk: &mut Desk, args: &mut Args, space: &str) -> Answer {
    let key = key(args, space)?;
    Ok(desk.get(&key)?.unwrap_or_else(|| args.take(1)))
}

pub(super) fn set(desk: &mut Desk, args: &mut Args, space: &str) -> Answer {
    let key = key(args, space)?;
    match args.take(1) {
        Value::Nil => desk.set(key, None)?,
        value => {
            let size = sandbox::encode(&value).len();
            if size > limit::VALUE_BYTES_MAX {
                return Err(error(format!(
                    "a value has at most {} MiB; this one has {size} bytes. Use files for large things",
                    limit::VALUE_BYTES_MAX / limit::MIB
                )));
            }
            desk.set(key, Some(&value))?;
        }
    }
    Ok(Value::Nil)
}

pub(super) fn add(desk: &mut Desk, args: &mut Args, space: &str) -> Answer {
    let key = key(args, space)?;
    let amount = if args.has(1) { Value::Float(args.number(1, "amount")?) } else { Value::Int(1) };
    let amount = amount.as_int().map_or(amount, Value::Int);
    let old = desk.get(&key)?.unwrap_or(Value::Int(0));
    let sum = match (&old, &amount) {
        (Value::Int(a), Value::Int(b)) => Value::Int(a.wrapping_add(*b)),
        _ => match (old.as_float(), amount.as_float()) {
            (Some(a), Some(b)) => Value::Float(a + b),
            _ => {
                return Err(error(format!(
                    "“{}” holds a {}, so nothing can be added to it",
                    key.key,
                    old.kind()
                )));
            }
        },
    };
    desk.set(key, Some(&sum))?;
    Ok(sum)
}

pub(super) fn delete(desk: &mut Desk, args: &mut Args, space: &str) -> Answer {
    let key = key(args, space)?;
    desk.set(key, None)?;
    Ok(Value::Nil)
}

/// The names a script asks for by a prefix and options; so many if it names no limit.
pub(super) fn span(args: &mut Args, space: &str, default: usize) -> Result<Span, Refusal> {
    let prefix = args.opt_text(0, "prefix")?.unwrap_or_default();
    let options = args.opt_map(1, "options")?;
    let limit = match options.get("limit").and_then(Value::as_int) {
        Some(n) => usize::try_from(n).unwrap_or(0).min(limit::LIST_MAX),
        None => default,
    };
    Ok(Span {
        space: space.to_owned(),
        prefix,
        after: options.get("after").and_then(Value::as_str).map(str::to_owned),
        limit,
        reverse: options.get("reverse").is_some_and(Value::truthy),
    })
}

pub(super) fn list(desk: &mut Desk, args: &mut Args, space: &str) -> Answer {
    let span = span(args, space, LIST_DEFAULT)?;
    let pairs = desk.scan(&span)?;
    let rows = pairs.into_iter().map(|(key, value)| {
        Value::Map(BTreeMap::from([("key".into(), Value::text(key)), ("value".into(), value)]))
    });
    Ok(Value::List(rows.collect()))
}

pub(super) fn count(desk: &mut Desk, args: &mut Args, space: &str) -> Answer {
    let prefix = args.opt_text(0, "prefix")?.unwrap_or_default();
    let span = Span {
        space: space.to_owned(),
        prefix,
        after: None,
        limit: limit::LIST_MAX,
        reverse: false,
    };
    let keys = desk.scan(&span)?.len();
    Ok(Value::Int(i64::try_from(keys).unwrap_or(i64::MAX)))
}

pub(super) fn changed(desk: &mut Desk, args: &mut Args, space: &str) -> Answer {
    let key = key(args, space)?;
    let at = match desk.writes.get(&key) {
        Some(Some(_)) => Some(desk.given.now),
        Some(None) => None,
        None => desk.row(&key)?.map(|row| row.changed),
    };
    Ok(at.map_or(Value::Nil, |at| Value::text(clockwork::date_and_time(at, &desk.given.tz))))
}
