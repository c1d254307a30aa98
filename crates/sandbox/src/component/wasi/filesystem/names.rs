//! What the app has under a name. Every question goes to the capability `files`, so an answer is of the
//! run's version of the app's data, with what the run has written, and is paid for as a script pays.

use super::super::Wasi;
use super::super::call::Call;
use super::super::output;
use super::paths::{Place, inside, parent};
use super::words::ErrorCode;
use crate::host::Refusal;
use model::{Value, release};
use wasmtime::Error;

/// Why a call does not do what was asked: the guest is told, or the run ends.
pub(super) enum No {
    Code(ErrorCode),
    End(Error),
}

impl From<ErrorCode> for No {
    fn from(code: ErrorCode) -> No {
        No::Code(code)
    }
}

impl From<Error> for No {
    fn from(error: Error) -> No {
        No::End(error)
    }
}

pub(super) type Done<R> = Result<R, No>;

/// Something that is there.
#[derive(Clone, Copy)]
pub(super) enum Found {
    /// A file of so many bytes.
    File(u64),
    Folder,
}

/// A name of a list, and the bytes of its file.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) bytes: u64,
}

/// Names with a prefix, after one, in order.
pub(super) fn list<T: Wasi>(
    call: &mut Call<'_, T>,
    prefix: &str,
    after: Option<&str>,
    limit: usize,
) -> Done<Vec<Row>> {
    let limit = ("limit", Value::Int(i64::try_from(limit).unwrap_or(i64::MAX)));
    let after = after.map(|after| ("after", Value::text(after)));
    let options = Value::map([limit].into_iter().chain(after));
    let Value::List(rows) = ask(call, "files.list", vec![Value::text(prefix), options])? else {
        return Err(ErrorCode::Io.into());
    };
    let row = |row: Value| {
        let bytes = u64::try_from(row.get("size")?.as_int()?).ok()?;
        Some(Row { name: row.str_at("name")?.to_owned(), bytes })
    };
    rows.into_iter().map(row).collect::<Option<_>>().ok_or(ErrorCode::Io.into())
}

/// What is under a name.
pub(super) fn find<T: Wasi>(call: &mut Call<'_, T>, name: &str) -> Done<Option<Found>> {
    if name.is_empty() {
        return Ok(Some(Found::Folder));
    }
    // Under a name that the app's files refuse there is nothing.
    if release::check_path(name).is_err() {
        return Ok(None);
    }
    let files = &mut call.wasi().files;
    if let Some(id) = files.named(name) {
        return Ok(Some(Found::File(files.get(id)?.content.len() as u64)));
    }
    let first = list(call, name, None, 1)?.into_iter().next();
    if let Some(row) = first.filter(|row| row.name == name) {
        return Ok(Some(Found::File(row.bytes)));
    }
    Ok(is_folder(call, name)?.then_some(Found::Folder))
}

/// What is at the end of a path.
pub(super) fn at<T: Wasi>(call: &mut Call<'_, T>, place: &Place) -> Done<Found> {
    match find(call, &place.name)?.ok_or(ErrorCode::NoEntry)? {
        Found::File(_) if place.is_folder => Err(ErrorCode::NotDirectory.into()),
        found => Ok(found),
    }
}

/// Whether a name is that of a folder: something is in it, or this run has made it.
pub(super) fn is_folder<T: Wasi>(call: &mut Call<'_, T>, name: &str) -> Done<bool> {
    let files = &call.wasi().files;
    let known = name.is_empty() || files.folders.contains(name) || files.has_folder_in(name);
    Ok(known || has_files(call, name)?)
}

/// Whether there are files in a folder, or further below.
pub(super) fn has_files<T: Wasi>(call: &mut Call<'_, T>, folder: &str) -> Done<bool> {
    Ok(!list(call, &inside(folder), None, 1)?.is_empty())
}

/// Whether something may be made under a name: the app's files take it, and its folder is there.
pub(super) fn may_be_made<T: Wasi>(call: &mut Call<'_, T>, name: &str) -> Done<()> {
    if let Err(problem) = release::check_path(name) {
        return told(call, ErrorCode::Invalid, problem.public);
    }
    let folder = parent(name);
    if is_folder(call, folder)? {
        return Ok(());
    }
    Err(match find(call, folder)? {
        Some(Found::File(_)) => ErrorCode::NotDirectory,
        _ => ErrorCode::NoEntry,
    }
    .into())
}

/// Asks the capability.
pub(super) fn ask<T: Wasi>(call: &mut Call<'_, T>, name: &str, args: Vec<Value>) -> Done<Value> {
    match call.ask(name, args)? {
        Ok(value) => Ok(value),
        Err(Refusal { text, .. }) => told(call, ErrorCode::InsufficientSpace, text),
    }
}

/// Answers with a code, and says in the log what the code cannot.
pub(super) fn told<T: Wasi, R>(call: &mut Call<'_, T>, code: ErrorCode, text: String) -> Done<R> {
    output::log(call, text.into_bytes())?;
    Err(code.into())
}
