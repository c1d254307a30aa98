//! What changed between two states of an app's files, line by line. It decides nothing and keeps
//! nothing; how it looks is for others.

use model::{Files, limit};
use similar::{Algorithm, TextDiff};
use std::collections::BTreeSet;

/// Lines of one file in both states that are compared: the work grows with their product.
const LINES_MAX: usize = 10_000;
/// Bytes compared for one page: somebody waits for it.
const BYTES_MAX: usize = limit::MIB;
/// Unchanged lines shown around each change, as most tools do.
const CONTEXT_LINES: usize = 3;

/// The difference in unified form. Each file begins with a line `@ PATH`; the others begin with a
/// space, `+`, `-` or `@@`. Empty if nothing changed.
#[must_use]
pub fn difference(from: &Files, to: &Files) -> String {
    let paths: BTreeSet<&str> = from.iter().chain(to.iter()).map(|(path, _)| path).collect();
    let mut bytes_left = BYTES_MAX;
    paths
        .into_iter()
        .map(|path| of_file(path, from.get(path), to.get(path), &mut bytes_left))
        .collect()
}

fn of_file(path: &str, from: Option<&[u8]>, to: Option<&[u8]>, bytes_left: &mut usize) -> String {
    if from == to {
        return String::new();
    }
    let what = match (from, to) {
        (None, _) => " · new",
        (_, None) => " · deleted",
        _ => "",
    };
    let (old, new) = (from.unwrap_or_default(), to.unwrap_or_default());
    let (Ok(old), Ok(new)) = (std::str::from_utf8(old), std::str::from_utf8(new)) else {
        return format!("@ {path}{what} · not text\n");
    };
    let bytes = old.len() + new.len();
    if bytes > *bytes_left || old.lines().count() + new.lines().count() > LINES_MAX {
        return format!("@ {path}{what} · too long to compare here\n");
    }
    *bytes_left -= bytes;
    let lines = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(old, new);
    let mut shown = lines.unified_diff();
    let shown = shown.context_radius(CONTEXT_LINES).missing_newline_hint(false);
    format!("@ {path}{what}\n{shown}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn files(pairs: &[(&str, &[u8])]) -> Files {
        Files::new(pairs.iter().map(|(path, text)| ((*path).to_owned(), text.to_vec())).collect())
            .unwrap()
    }

    #[test]
    fn what_changed_is_said_by_file() {
        for (from, to, expect) in [
            (&[("a", &b"one\n"[..])][..], &[("a", &b"one\n"[..])][..], ""),
            (&[("a", b"one\ntwo")], &[("a", b"one\n2")], "@ a\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n"),
            (&[], &[("b", b"x\n")], "@ b · new\n@@ -0,0 +1 @@\n+x\n"),
            (&[("b", b"x\n")], &[], "@ b · deleted\n@@ -1 +0,0 @@\n-x\n"),
            (&[("l", b"\xff")], &[("l", b"\xfe")], "@ l · not text\n"),
            (&[("l", b"")], &[("l", b"\xfe")], "@ l · not text\n"),
        ] {
            assert_eq!(difference(&files(from), &files(to)), expect);
        }
    }

    #[test]
    fn far_changes_are_shown_apart() {
        let lines: Vec<String> = (1..=20).map(|n| n.to_string()).collect();
        let mut changed = lines.clone();
        changed[1] = "two".into();
        changed[18] = "nineteen".into();
        let state = |lines: &[String]| files(&[("n", lines.join("\n").as_bytes())]);
        let text = difference(&state(&lines), &state(&changed));
        assert_eq!(text.matches("@@ -").count(), 2, "{text}");
        assert!(!text.contains("\n 10\n"), "{text}");
    }

    #[test]
    fn too_much_is_not_compared() {
        let long = |word: &str| format!("{word}\n").repeat(LINES_MAX);
        let text = difference(
            &files(&[("n", long("a").as_bytes())]),
            &files(&[("n", long("b").as_bytes())]),
        );
        assert_eq!(text, "@ n · too long to compare here\n");
        let large = vec![b'x'; BYTES_MAX];
        let text =
            difference(&files(&[("a", &large), ("b", b"1")]), &files(&[("a", b""), ("b", b"2")]));
        assert_eq!(
            text,
            "@ a\n@@ -1 +0,0 @@\n-".to_owned()
                + std::str::from_utf8(&large).unwrap()
                + "\n@ b · too long to compare here\n"
        );
    }
}
