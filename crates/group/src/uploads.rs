//! Files that came with a form. Their bytes are kept before the run, under no name; the run gives
//! them one, and if it is not kept they are forgotten like everything else it did.

use crate::capability::files::{SPACE, WRITE};
use crate::desk::Desk;
use crate::group::Group;
use model::problem::Result;
use model::trigger::{Trigger, Upload};
use model::{Ending, Value, limit, release};
use sandbox::Outcome;
use std::collections::BTreeMap;
use std::fmt::Write;
use store::Key;

/// The folder of an app's `files` where they arrive.
const FOLDER: &str = "uploads";
/// Bytes of the part of a name that makes it the only one.
const ID_BYTES: usize = 9;
/// Characters of a name that are kept.
const NAME_CHARS_MAX: usize = 80;
/// Characters of what a browser says a file is.
const KIND_CHARS_MAX: usize = 100;
/// Its name in receipts.
const CAUSE: &str = "files.upload";

/// A file as a form sent it.
pub struct Sent<'a> {
    pub field: &'a str,
    /// As it was called where it came from.
    pub name: &'a str,
    /// The content type that the browser gave it; nobody has looked whether it is true.
    pub kind: &'a str,
    pub bytes: &'a [u8],
}

impl Group {
    /// Keeps the bytes of a file that a form sent, for the run that is to begin.
    pub fn take_upload(&self, sent: &Sent) -> Result<Upload> {
        let mut id = [0; ID_BYTES];
        self.world.random(&mut id);
        let id = id.iter().fold(String::new(), |mut id, byte| {
            let _ = write!(id, "{byte:02x}");
            id
        });
        let name = plain_name(sent.name);
        Ok(Upload {
            field: sent.field.to_owned(),
            file: format!("{FOLDER}/{id}/{name}"),
            name,
            kind: sent.kind.chars().filter(char::is_ascii_graphic).take(KIND_CHARS_MAX).collect(),
            hash: self.store.put_blob(sent.bytes)?,
            size: i64::try_from(sent.bytes.len()).unwrap_or(i64::MAX),
        })
    }
}

/// The last step of a name, without what a path may not have.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    let odd = |c: char| c.is_control() || matches!(c, ':' | '?' | '#' | '%' | '"' | '<' | '>');
    let plain: String = last.chars().map(|c| if odd(c) || c == ' ' { '-' } else { c }).collect();
    let plain = plain.trim_matches(['.', '-']);
    // A long name loses its beginning, so that its ending still says what it is.
    let from = plain.char_indices().rev().nth(NAME_CHARS_MAX - 1).map_or(0, |(at, _)| at);
    let plain = plain[from..].trim_start_matches('.');
    match release::check_path(plain) {
        Ok(()) => plain.to_owned(),
        Err(_) => "file".to_owned(),
    }
}

/// Gives the files of a press their names in the app's `files`.
pub(crate) fn lay_out(desk: &mut Desk) {
    for upload in of(&desk.ticket.invocation.trigger) {
        let entry = Value::map([
            ("hash", Value::text(upload.hash.as_str())),
            ("size", Value::Int(upload.size)),
        ]);
        let key = Key::new(SPACE, upload.file.clone());
        desk.writes.insert(key, Some(sandbox::encode(&entry)));
        desk.files_grow += upload.size;
    }
}

/// Charges a run for the files that came with it, as if it had written them itself.
pub(crate) fn charge(outcome: &mut Outcome, trigger: &Trigger, gas_max: u64) {
    let uploads = of(trigger);
    if uploads.is_empty() {
        return;
    }
    let bytes: u64 = uploads.iter().map(|upload| upload.size.unsigned_abs()).sum();
    let count = uploads.len() as u64;
    let gas = WRITE.call.saturating_mul(count).saturating_add(WRITE.byte_in.saturating_mul(bytes));
    let cause = outcome.causes.entry(CAUSE.to_owned()).or_default();
    cause.count += count;
    cause.gas = cause.gas.saturating_add(gas);
    if outcome.ending == Ending::Done && gas > gas_max.saturating_sub(outcome.gas) {
        outcome.ending = Ending::OutOfGas;
        outcome.answer = Value::Nil;
        outcome.message =
            "out of gas: the files of this form cost more to keep than was left. Send fewer at once."
                .into();
    }
    outcome.gas = outcome.gas.saturating_add(gas).min(gas_max);
}

/// What a script is told of them: by field, a list each; nothing if there are none.
pub(crate) fn told(trigger: &Trigger) -> Option<Value> {
    let mut fields: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for upload in of(trigger) {
        let told = Value::map([
            ("file", Value::text(upload.file.as_str())),
            ("name", Value::text(upload.name.as_str())),
            ("size", Value::Int(upload.size)),
            ("type", Value::text(upload.kind.as_str())),
        ]);
        fields.entry(upload.field.clone()).or_default().push(told);
    }
    let fields = fields.into_iter().map(|(field, list)| (field, Value::List(list)));
    (!of(trigger).is_empty()).then(|| Value::Map(fields.collect()))
}

fn of(trigger: &Trigger) -> &[Upload] {
    match trigger {
        Trigger::Action { files, .. } => files,
        _ => &[],
    }
}

const _: () = assert!(limit::UPLOAD_BYTES_MAX <= limit::FILE_BYTES_MAX);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_become_steps_of_a_path() {
        for (name, expect) in [
            ("cat.jpg", "cat.jpg"),
            ("C:\\Users\\ana\\cat.jpg", "cat.jpg"),
            ("../../etc/passwd", "passwd"),
            (".htaccess", "htaccess"),
            ("my cat?.jpg", "my-cat-.jpg"),
            ("кот.jpg", "кот.jpg"),
            ("a\r\nb.txt", "a--b.txt"),
            ("con.txt", "file"),
            ("..", "file"),
            ("", "file"),
        ] {
            assert_eq!(plain_name(name), expect, "{name:?}");
        }
        let long = format!("{}.jpg", "x".repeat(500));
        assert_eq!(plain_name(&long).chars().count(), NAME_CHARS_MAX);
        assert!(plain_name(&long).ends_with(".jpg"));
    }
}
