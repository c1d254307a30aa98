//! Cells, the data of one app, and what it means to read one at a version.
//!
//! Nothing here touches a database: these are the words of a read and the ranges it covered.

use model::{AppId, Moment};

/// The data of one app: the live data, or a copy beside it such as the draft's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cell {
    pub app: AppId,
    /// Empty for the live data, `draft` for the draft's copy, `before` for what was put aside.
    pub name: String,
}

impl Cell {
    /// The live data of an app.
    #[must_use]
    pub fn live(app: AppId) -> Cell {
        Cell { app, name: String::new() }
    }

    /// The copy that the app's draft works on.
    #[must_use]
    pub fn draft(app: AppId) -> Cell {
        Cell { app, name: "draft".into() }
    }

    /// The data as it was before the last change of its shape.
    #[must_use]
    pub fn before(app: AppId) -> Cell {
        Cell { app, name: "before".into() }
    }
}

/// Where a value lies inside a cell.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// `store`, `me:ACCOUNT`, `files` and the like; spaces do not see each other.
    pub space: String,
    pub key: String,
}

impl Key {
    /// A key in a space.
    pub fn new(space: impl Into<String>, key: impl Into<String>) -> Key {
        Key { space: space.into(), key: key.into() }
    }
}

/// A value that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub key: String,
    pub value: Vec<u8>,
    /// The version of the cell that wrote it.
    pub version: u64,
    pub changed: Moment,
}

/// What a read of a view met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen<T> {
    /// The answer as of the view.
    At(T),
    /// A row or a deletion mark is newer than the view: repeat the run at a newer one.
    Newer,
}

impl<T> Seen<T> {
    /// Changes the answer and leaves `Newer` as it is.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Seen<U> {
        match self {
            Seen::At(answer) => Seen::At(change(answer)),
            Seen::Newer => Seen::Newer,
        }
    }
}

/// A question for keys in order: those with the prefix, strictly beyond `after` in the direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub space: String,
    pub prefix: String,
    pub after: Option<String>,
    /// At most `model::limit::LIST_MAX` are answered.
    pub limit: usize,
    pub reverse: bool,
}

impl Span {
    /// The rows one answer may have.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit.min(model::limit::LIST_MAX)
    }

    /// The whole range that is asked for.
    #[must_use]
    pub fn asked(&self) -> SpanRead {
        let mut range = SpanRead::prefix(&self.space, &self.prefix);
        match &self.after {
            Some(after) if self.reverse => range.end_at(after.clone()),
            Some(after) => range.begin_at(just_after(after)),
            None => {}
        }
        range
    }

    /// The range that an answer really covered, which is what `commit` must find unchanged.
    ///
    /// An answer that the limit cut says nothing about the keys beyond its last row.
    #[must_use]
    pub fn covered(&self, rows: &[Row]) -> SpanRead {
        let mut range = self.asked();
        if rows.len() < self.limit() {
            return range;
        }
        match rows.last() {
            Some(last) if self.reverse => range.begin_at(last.key.clone()),
            Some(last) => range.end_at(just_after(&last.key)),
            None => range.end_at(range.from.clone()),
        }
        range
    }
}

/// A range of keys that a run has read: from `from` up to, not including, `to`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpanRead {
    pub space: String,
    pub from: String,
    /// `None` reaches to the end of the space.
    pub to: Option<String>,
}

impl SpanRead {
    /// All keys with a prefix.
    #[must_use]
    pub fn prefix(space: &str, prefix: &str) -> SpanRead {
        SpanRead { space: space.into(), from: prefix.into(), to: after_prefix(prefix) }
    }

    /// Whether a key lies inside.
    #[must_use]
    pub fn contains(&self, space: &str, key: &str) -> bool {
        self.space == space
            && self.from.as_str() <= key
            && self.to.as_deref().is_none_or(|to| key < to)
    }

    /// Narrows the range from below; it never widens.
    fn begin_at(&mut self, from: String) {
        if from > self.from {
            self.from = from;
        }
    }

    /// Narrows the range from above; it never widens.
    fn end_at(&mut self, to: String) {
        if self.to.as_ref().is_none_or(|old| to < *old) {
            self.to = Some(to);
        }
    }
}

/// The first key after this one, in byte order.
fn just_after(key: &str) -> String {
    format!("{key}\0")
}

/// The first key after all that begin with the prefix; `None` when there is no such key.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut rest = prefix.to_owned();
    while let Some(last) = rest.pop() {
        let next = match last {
            // The numbers in between are surrogates, which are no characters.
            '\u{d7ff}' => Some('\u{e000}'),
            other => char::from_u32(other as u32 + 1),
        };
        if let Some(next) = next {
            rest.push(next);
            return Some(rest);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_before_its_next_character() {
        for (prefix, end) in [
            ("", None),
            ("a", Some("b")),
            ("a/", Some("a0")),
            ("é", Some("ê")),
            ("a\u{d7ff}", Some("a\u{e000}")),
            ("a\u{10ffff}", Some("b")),
            ("\u{10ffff}", None),
        ] {
            assert_eq!(after_prefix(prefix).as_deref(), end, "{prefix:?}");
        }
    }

    fn row(key: &str) -> Row {
        Row { key: key.into(), value: vec![], version: 1, changed: Moment(0) }
    }

    #[test]
    fn a_cut_answer_covers_only_what_it_showed() {
        let span = |after: Option<&str>, limit, reverse| Span {
            space: "store".into(),
            prefix: "p".into(),
            after: after.map(Into::into),
            limit,
            reverse,
        };
        // (question, rows, keys inside, keys outside)
        for (span, rows, inside, outside) in [
            (span(None, 9, false), vec!["pa"], vec!["p", "pa", "pz"], vec!["o", "q"]),
            (span(None, 1, false), vec!["pb"], vec!["p", "pa", "pb"], vec!["pb\0", "pc"]),
            (span(Some("pa"), 1, false), vec!["pc"], vec!["pb", "pc"], vec!["pa", "pd"]),
            (span(None, 1, true), vec!["py"], vec!["py", "pz"], vec!["px", "q"]),
            (span(Some("py"), 9, true), vec![], vec!["p", "px"], vec!["py", "pz"]),
            (span(None, 0, false), vec![], vec![], vec!["p", "pa"]),
        ] {
            let rows: Vec<Row> = rows.into_iter().map(row).collect();
            let covered = span.covered(&rows);
            for key in inside {
                assert!(covered.contains("store", key), "{span:?} should cover {key:?}");
                assert!(!covered.contains("me:1", key), "spaces do not see each other");
            }
            for key in outside {
                assert!(!covered.contains("store", key), "{span:?} should not cover {key:?}");
            }
        }
    }
}
