//! Two changes of one text, merged line by line or told apart. It keeps nothing.

use crate::difference;
use model::{Files, limit};
use std::collections::BTreeMap;

/// What two people made of one text; `None` where both changed the same lines, or where the texts
/// have too many lines to look.
pub(crate) fn merged(base: &str, theirs: &str, mine: &str) -> Option<String> {
    if theirs == base || theirs == mine {
        return Some(mine.to_owned());
    }
    if mine == base {
        return Some(theirs.to_owned());
    }
    let lines = |text: &str| text.lines().count();
    if [base, theirs, mine].into_iter().any(|text| lines(text) > limit::DOCUMENT_LINES_MAX) {
        return None;
    }
    // A last line without an end would differ from the same line with one.
    let both = diffy::merge(&ended(base), &ended(theirs), &ended(mine)).ok()?;
    let kept = if mine.ends_with('\n') { both.as_str() } else { both.trim_end_matches('\n') };
    Some(kept.to_owned())
}

fn ended(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

/// What changed from one text to another: lines that begin with a space, `+`, `-` or `@@`. Empty
/// if nothing did.
#[must_use]
pub fn changes(from: &str, to: &str) -> String {
    let lines = from.lines().count() + to.lines().count();
    if lines > 2 * limit::DOCUMENT_LINES_MAX {
        return format!(
            "@@ more than {} lines are not compared @@\n",
            2 * limit::DOCUMENT_LINES_MAX
        );
    }
    let file =
        |text: &str| Files::new(BTreeMap::from([("text".to_owned(), ended(text).into_bytes())]));
    match (file(from), file(to)) {
        (Ok(from), Ok(to)) => {
            let text = difference(&from, &to);
            text.split_once('\n').map(|(_, lines)| lines.to_owned()).unwrap_or_default()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_people_changed_in_different_places_comes_together() {
        for (base, theirs, mine, expect) in [
            ("a\nb\nc", "a\nb\nc", "a\nb\nC", Some("a\nb\nC")),
            ("a\nb\nc", "A\nb\nc", "a\nb\nc", Some("A\nb\nc")),
            ("a\nb\nc", "A\nb\nc", "A\nb\nc", Some("A\nb\nc")),
            ("a\nb\nc", "A\nb\nc", "a\nb\nC", Some("A\nb\nC")),
            ("a\nb\nc", "A\nb\nc\n", "a\nb\nC\n", Some("A\nb\nC\n")),
            ("a\nb\nc", "a\nb\nc\nd", "z\na\nb\nc", Some("z\na\nb\nc\nd")),
            ("a\nb\nc", "A\nb\nc", "Z\nb\nc", None),
            ("", "mine", "theirs", None),
            ("a\nb", "", "a\nB", None),
        ] {
            assert_eq!(
                merged(base, theirs, mine).as_deref(),
                expect,
                "{base:?} {theirs:?} {mine:?}"
            );
        }
    }

    #[test]
    fn long_texts_are_not_looked_at_for_hours() {
        let lines = |word: &str| format!("{word}\n").repeat(limit::DOCUMENT_LINES_MAX + 1);
        assert_eq!(merged(&lines("a"), &lines("b"), &lines("c")), None);
        assert_eq!(merged(&lines("a"), &lines("a"), &lines("c")), Some(lines("c")));
        assert!(changes(&lines("a"), &lines("b")).contains("are not compared"));
    }

    #[test]
    fn changes_are_told_by_line() {
        for (from, to, expect) in [
            ("a\nb", "a\nb", ""),
            ("a\nb", "a\nb\n", ""),
            ("a\nb", "a\nB", "@@ -1,2 +1,2 @@\n a\n-b\n+B\n"),
            ("", "a", "@@ -0,0 +1 @@\n+a\n"),
        ] {
            assert_eq!(changes(from, to), expect);
        }
    }
}
