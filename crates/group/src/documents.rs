//! Documents: texts of an app that people write together, with their revisions. They lie in the
//! app's own data, so that they are paid, exported and erased with it, and each change is part of
//! one run: a script's, or one in which only the group acts for a person.

mod merge;
mod page;
mod save;

pub use merge::changes;
pub(crate) use merge::merged;
pub use page::{Library, Written};
pub(crate) use page::{charge, run};
pub(crate) use save::{Saved, newest, save, text_at};

use crate::capability::args::error;
use model::{Value, limit};
use sandbox::Refusal;
use store::{Key, Span};

/// The newest revision of each document, without its text.
pub(crate) const HEADS: &str = "docs";
/// Each kept revision, without its text.
pub(crate) const REVISIONS: &str = "docs.revisions";
/// The texts of the revisions.
pub(crate) const TEXTS: &str = "docs.texts";
/// All that goes along when the app moves; what single people have begun stays.
pub(crate) const SPACES: &[&str] = &[HEADS, REVISIONS, TEXTS];
/// Between a name and a number in a key; no name contains it.
const MARK: char = '@';

/// Who wrote a revision, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The first one is 1.
    pub number: i64,
    /// Seconds since 1970.
    pub at: i64,
    /// The handle of who wrote it, without `@`; empty if nobody was signed in, or the app wrote it.
    pub by: String,
    /// Bytes of the text.
    pub bytes: i64,
}

/// A text that one person has begun and not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub text: String,
    /// The revision it was made from; 0 if there was none.
    pub base: i64,
}

impl Revision {
    pub(crate) fn read(value: &Value) -> Option<Revision> {
        let whole = |name: &str| value.get(name).and_then(Value::as_int);
        Some(Revision {
            number: whole("revision")?,
            at: whole("at")?,
            by: value.str_at("by").unwrap_or_default().to_owned(),
            bytes: whole("bytes")?,
        })
    }

    pub(crate) fn value(&self) -> Value {
        Value::map([
            ("revision", Value::Int(self.number)),
            ("at", Value::Int(self.at)),
            ("by", Value::text(self.by.as_str())),
            ("bytes", Value::Int(self.bytes)),
        ])
    }
}

impl Draft {
    pub(crate) fn read(value: &Value) -> Option<Draft> {
        let text = value.str_at("text")?.to_owned();
        Some(Draft { text, base: value.get("base")?.as_int()? })
    }

    pub(crate) fn value(&self) -> Value {
        Value::map([("text", Value::text(self.text.as_str())), ("base", Value::Int(self.base))])
    }
}

/// Refuses what cannot be the name of a document.
pub(crate) fn check_name(name: &str) -> Result<(), Refusal> {
    let fine = (1..=limit::DOCUMENT_NAME_BYTES_MAX).contains(&name.len())
        && !name.starts_with('_')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/'));
    if fine {
        return Ok(());
    }
    Err(error(format!(
        "a document's name has 1 to {} bytes: letters, digits, - _ . : /, and does not begin with _",
        limit::DOCUMENT_NAME_BYTES_MAX
    )))
}

/// Refuses a text that is too long to be a document.
pub(crate) fn check_text(text: &str) -> Result<(), Refusal> {
    if text.len() <= limit::DOCUMENT_BYTES_MAX {
        return Ok(());
    }
    Err(error(format!(
        "a document has at most {} KiB; this text has {} bytes. Make two of it",
        limit::DOCUMENT_BYTES_MAX / limit::KIB,
        text.len()
    )))
}

pub(crate) fn head_key(name: &str) -> Key {
    Key::new(HEADS, name)
}

/// The key of a revision in `REVISIONS` or `TEXTS`: in order of the numbers.
pub(crate) fn revision_key(space: &str, name: &str, number: i64) -> Key {
    Key::new(space, format!("{name}{MARK}{number:012}"))
}

pub(crate) fn draft_key(person: &str, name: &str) -> Key {
    Key::new(format!("docs.draft:{person}"), name)
}

/// The kept revisions of a document, newest first.
pub(crate) fn revisions_span(name: &str) -> Span {
    Span {
        space: REVISIONS.into(),
        prefix: format!("{name}{MARK}"),
        after: None,
        limit: limit::DOCUMENT_REVISIONS_MAX,
        reverse: true,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_a_page_can_speak_of() {
        for (name, fine) in [
            ("minutes-2026-11", true),
            ("a/b.c:d_e", true),
            ("Über", true),
            ("", false),
            ("_a", false),
            ("a@1", false),
            ("a b", false),
            ("a\0", false),
        ] {
            assert_eq!(check_name(name).is_ok(), fine, "{name}");
        }
        assert!(check_name(&"n".repeat(limit::DOCUMENT_NAME_BYTES_MAX)).is_ok());
        assert!(check_name(&"n".repeat(limit::DOCUMENT_NAME_BYTES_MAX + 1)).is_err());
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let revision = Revision { number: 3, at: 9, by: "ana".into(), bytes: 4 };
        assert_eq!(Revision::read(&revision.value()), Some(revision));
        let draft = Draft { text: "hi".into(), base: 2 };
        assert_eq!(Draft::read(&draft.value()), Some(draft));
        assert_eq!(Revision::read(&Value::Nil), None);
        assert_eq!(Draft::read(&Value::map([("text", Value::text("x"))])), None);
    }
}
