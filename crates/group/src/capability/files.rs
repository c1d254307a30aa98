//! `files`: larger things, kept as blobs by their content. The run keeps only names of them.

use super::args::{Answer, Args, error};
use super::{Call, Capability, Needs};
use crate::desk::{Desk, internal};
use model::gas::Price;
use model::{Value, limit};
use sandbox::Refusal;
use store::Key;

/// The space of an app's file names.
pub(crate) const SPACE: &str = "files";
/// Reading a blob from disk.
const READ: Price = Price { call: 20_000, byte_in: 1, byte_out: 1 };
/// Hashing and writing a blob, with its flush.
pub(crate) const WRITE: Price = Price { call: 200_000, byte_in: 6, byte_out: 0 };
/// A range of names.
const RANGE: Price = Price { call: 14_000, byte_in: 1, byte_out: 2 };

pub(super) const FAMILY: &[Capability] = &[
    Capability {
        name: "files.read",
        signature: "fun(name: string): string?",
        doc: "Reads a file whole, or nil if there is none.",
        example: "assert(files.read(\"none\") == nil)",
        price: READ,
        needs: Needs::Nothing,
        call: Call::Desk(read),
    },
    Capability {
        name: "files.write",
        signature: "fun(name: string, content: string)",
        doc: "Keeps a file of up to 64 MiB under a name.",
        example: "files.write(\"a.txt\", \"hello\"); assert(files.read(\"a.txt\") == \"hello\")",
        price: WRITE,
        needs: Needs::Writing,
        call: Call::Desk(write),
    },
    Capability {
        name: "files.delete",
        signature: "fun(name: string)",
        doc: "Deletes a file. It is no error if it is not there.",
        example: "files.delete(\"none\")",
        price: RANGE,
        needs: Needs::Writing,
        call: Call::Desk(delete),
    },
    Capability {
        name: "files.list",
        signature: "fun(prefix?: string, options?: { after?: string, limit?: integer, reverse?: boolean }): { name: string, size: integer }[]",
        doc: "Lists names and sizes of files in order of the names: those with the prefix, after a name, at most 1 000.",
        example: "files.write(\"p/x\", \"12\"); assert(files.list(\"p/\", { limit = 1 })[1].size == 2)",
        price: RANGE,
        needs: Needs::Nothing,
        call: Call::Look(list),
    },
    Capability {
        name: "files.url",
        signature: "fun(name: string): string",
        doc: "The address under which a file can be fetched by whoever may use the app.",
        example: "assert(files.url(\"a.txt\"):find(\"/f/a.txt\", 1, true))",
        price: RANGE,
        needs: Needs::Nothing,
        call: Call::Desk(url),
    },
];

fn name(args: &mut Args) -> Result<Key, Refusal> {
    let name = args.text(0, "name")?;
    model::release::check_path(&name).map_err(|problem| error(problem.public))?;
    Ok(Key::new(SPACE, name))
}

/// Hash and size of a kept file.
pub(crate) fn entry(value: &Value) -> Option<(String, i64)> {
    Some((value.str_at("hash")?.to_owned(), value.get("size")?.as_int()?))
}

fn read(desk: &mut Desk, args: &mut Args) -> Answer {
    let key = name(args)?;
    let Some((hash, _)) = desk.get(&key)?.as_ref().and_then(entry) else { return Ok(Value::Nil) };
    desk.group.blob(&hash).map(Value::Str).map_err(internal)
}

fn write(desk: &mut Desk, args: &mut Args) -> Answer {
    let key = name(args)?;
    let bytes = args.bytes(1, "content")?;
    if bytes.len() > limit::FILE_BYTES_MAX {
        return Err(error(format!(
            "a file has at most {} MiB",
            limit::FILE_BYTES_MAX / limit::MIB
        )));
    }
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let old = desk.get(&key)?.as_ref().and_then(entry).map_or(0, |(_, size)| size);
    let hash = desk.group.store.put_blob(&bytes).map_err(internal)?;
    desk.files_grow += size - old;
    desk.set(key, Some(&Value::map([("hash", Value::text(hash)), ("size", Value::Int(size))])))?;
    Ok(Value::Nil)
}

fn delete(desk: &mut Desk, args: &mut Args) -> Answer {
    let key = name(args)?;
    if let Some((_, size)) = desk.get(&key)?.as_ref().and_then(entry) {
        desk.files_grow -= size;
        desk.set(key, None)?;
    }
    Ok(Value::Nil)
}

fn list(desk: &mut Desk, args: &mut Args) -> Answer {
    let span = super::store::span(args, SPACE, limit::LIST_MAX)?;
    let rows = desk.scan(&span)?.into_iter().filter_map(|(name, value)| {
        let (_, size) = entry(&value)?;
        Some(Value::map([("name", Value::text(name)), ("size", Value::Int(size))]))
    });
    Ok(Value::List(rows.collect()))
}

fn url(desk: &mut Desk, args: &mut Args) -> Answer {
    let key = name(args)?;
    let app = &desk.ticket.app.it;
    Ok(Value::text(
        desk.group.address(&format!("/@{}/{}/f/{}", app.owner_handle, app.name, key.key)),
    ))
}
