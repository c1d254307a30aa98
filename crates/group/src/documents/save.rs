//! Keeping a text as the newest revision of a document, on the desk of a run. What others have kept
//! meanwhile is merged in, or nothing is kept: no text is lost by another one.

use super::{HEADS, Revision, TEXTS, check_name, check_text, head_key, merged, revision_key};
use crate::capability::args::error;
use crate::desk::Desk;
use model::{Value, limit};
use sandbox::Refusal;
use store::Span;

/// What came of keeping a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Saved {
    /// It is the newest revision, alone or merged with what others had kept.
    Kept { revision: i64, merged: bool },
    /// Others changed the same lines; nothing was kept. The number is that of the newest revision.
    Conflict { revision: i64 },
}

/// Keeps a text that was made from the revision `base`; without it, whatever is there.
pub(crate) fn save(
    desk: &mut Desk,
    name: &str,
    text: &str,
    base: Option<i64>,
) -> Result<Saved, Refusal> {
    check_name(name)?;
    check_text(text)?;
    let newest = newest(desk, name)?;
    let number = newest.as_ref().map_or(0, |newest| newest.number);
    let theirs = text_at(desk, name, number)?.unwrap_or_default();
    let (text, both) = match base {
        Some(base) if base > number || base < 0 => {
            return Err(error(format!(
                "“{name}” has no revision {base} yet; name the one that was read, the newest is {number}"
            )));
        }
        Some(base) if base < number => {
            // The first text of a document was made from nothing.
            let began = if base == 0 { Some(String::new()) } else { text_at(desk, name, base)? };
            match began.and_then(|began| merged(&began, &theirs, text)) {
                Some(both) => (both, true),
                None => return Ok(Saved::Conflict { revision: number }),
            }
        }
        _ => (text.to_owned(), false),
    };
    check_text(&text)?;
    if number > 0 && text == theirs {
        return Ok(Saved::Kept { revision: number, merged: both });
    }
    if number == 0 {
        check_room(desk)?;
    }
    keep(desk, name, number + 1, &text)?;
    Ok(Saved::Kept { revision: number + 1, merged: both })
}

/// The newest revision of a document.
pub(crate) fn newest(desk: &mut Desk, name: &str) -> Result<Option<Revision>, Refusal> {
    Ok(desk.get(&head_key(name))?.as_ref().and_then(Revision::read))
}

/// The text of a revision, if it is kept.
pub(crate) fn text_at(desk: &mut Desk, name: &str, number: i64) -> Result<Option<String>, Refusal> {
    let value = desk.get(&revision_key(TEXTS, name, number))?;
    Ok(value.as_ref().and_then(Value::as_str).map(str::to_owned))
}

/// Writes a revision, and forgets the one that is too old then.
fn keep(desk: &mut Desk, name: &str, number: i64, text: &str) -> Result<(), Refusal> {
    let by = desk.ticket.invocation.by.as_ref();
    let revision = Revision {
        number,
        at: desk.given.now.seconds(),
        by: by.map(|person| person.handle.clone()).unwrap_or_default(),
        bytes: i64::try_from(text.len()).unwrap_or(i64::MAX),
    };
    let value = revision.value();
    desk.set(head_key(name), Some(&value))?;
    desk.set(revision_key(super::REVISIONS, name, number), Some(&value))?;
    desk.set(revision_key(TEXTS, name, number), Some(&Value::text(text)))?;
    let old = number - i64::try_from(limit::DOCUMENT_REVISIONS_MAX).unwrap_or(i64::MAX);
    if old > 0 {
        desk.set(revision_key(super::REVISIONS, name, old), None)?;
        desk.set(revision_key(TEXTS, name, old), None)?;
    }
    Ok(())
}

/// Refuses one document too many.
fn check_room(desk: &mut Desk) -> Result<(), Refusal> {
    let all = Span {
        space: HEADS.into(),
        prefix: String::new(),
        after: None,
        limit: limit::DOCUMENTS_PER_APP_MAX,
        reverse: false,
    };
    if desk.scan(&all)?.len() < limit::DOCUMENTS_PER_APP_MAX {
        return Ok(());
    }
    Err(error(format!(
        "an app keeps at most {} documents; write into one that is there, or keep small texts in store",
        limit::DOCUMENTS_PER_APP_MAX
    )))
}
