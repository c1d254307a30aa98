//! Two people changed the same files since a common state: both changes together, file by file and
//! line by line. Where both changed the same lines nothing is decided here: that is a conflict, and
//! a person says what becomes of it.

use diffy::{ConflictStyle, MergeOptions};
use model::problem::Result;
use model::{Files, limit};
use std::collections::{BTreeMap, BTreeSet};

/// Lines of one file in all three states that are merged: the work grows with their product.
const LINES_MAX: usize = 15_000;
/// Bytes of one file in all three states that are merged: somebody waits for it.
const BYTES_MAX: usize = limit::MIB;

/// What became of two changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merge {
    /// Both changes together. Files in conflict are here as ours has them.
    files: BTreeMap<String, Vec<u8>>,
    /// The files that are otherwise than in ours, or gone.
    pub taken: Vec<String>,
    /// The files where both changed the same lines.
    pub conflicts: Vec<Conflict>,
}

/// A file in which both changed the same lines, or that one deleted and the other changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub path: String,
    /// `None` if it was deleted.
    pub ours: Option<Vec<u8>>,
    pub theirs: Option<Vec<u8>>,
    /// Both versions with marks around what is in conflict; `None` if it is not text, or deleted.
    marked: Option<String>,
}

/// What a person wants of the files in conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settle {
    /// They stay as ours has them.
    Ours,
    /// They become what theirs has.
    Theirs,
    /// Both versions, with marks; what cannot be marked stays as ours has it.
    Marked,
}

impl Settle {
    /// Reads the word of a form or a request.
    #[must_use]
    pub fn parse(word: &str) -> Option<Settle> {
        match word {
            "mine" => Some(Settle::Ours),
            "theirs" => Some(Settle::Theirs),
            "marks" => Some(Settle::Marked),
            _ => None,
        }
    }
}

/// Puts the changes from `base` to `theirs` into `ours`.
#[must_use]
pub fn merge(base: &Files, ours: &Files, theirs: &Files) -> Merge {
    let paths: BTreeSet<&str> =
        [base, ours, theirs].into_iter().flat_map(Files::iter).map(|(path, _)| path).collect();
    let mut merge = Merge::default();
    for path in paths {
        merge.file(path, base.get(path), ours.get(path), theirs.get(path));
    }
    merge
}

impl Merge {
    fn file(
        &mut self,
        path: &str,
        base: Option<&[u8]>,
        ours: Option<&[u8]>,
        theirs: Option<&[u8]>,
    ) {
        let merged = if ours == theirs || theirs == base {
            Ok(ours.map(<[u8]>::to_vec))
        } else if ours == base {
            Ok(theirs.map(<[u8]>::to_vec))
        } else {
            lines(base, ours, theirs).map(Some)
        };
        let merged = merged.unwrap_or_else(|marked| {
            let [ours, theirs] = [ours, theirs].map(|side| side.map(<[u8]>::to_vec));
            self.conflicts.push(Conflict {
                path: path.to_owned(),
                ours: ours.clone(),
                theirs,
                marked,
            });
            ours
        });
        if merged.as_deref() != ours {
            self.taken.push(path.to_owned());
        }
        if let Some(bytes) = merged {
            self.files.insert(path.to_owned(), bytes);
        }
    }

    /// The files, with those in conflict as the person wants them.
    pub fn settled(&self, how: Settle) -> Result<Files> {
        let mut files = self.files.clone();
        for Conflict { path, theirs, marked, .. } in &self.conflicts {
            let becomes = match how {
                Settle::Ours => continue,
                Settle::Theirs => theirs.clone(),
                Settle::Marked => match marked {
                    Some(text) => Some(text.clone().into_bytes()),
                    None => continue,
                },
            };
            match becomes {
                Some(bytes) => drop(files.insert(path.clone(), bytes)),
                None => drop(files.remove(path)),
            }
        }
        Files::new(files)
    }
}

/// Merges a text by line. The error has both versions with marks, where there can be any.
fn lines(
    base: Option<&[u8]>,
    ours: Option<&[u8]>,
    theirs: Option<&[u8]>,
) -> std::result::Result<Vec<u8>, Option<String>> {
    // A file that both made has an empty text behind both.
    let (Some(ours), Some(theirs)) = (ours, theirs) else { return Err(None) };
    let text = |bytes| std::str::from_utf8(bytes).map_err(|_| None);
    let texts = [text(base.unwrap_or_default())?, text(ours)?, text(theirs)?];
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    if bytes > BYTES_MAX || texts.iter().map(|text| text.lines().count()).sum::<usize>() > LINES_MAX
    {
        return Err(None);
    }
    let [base, ours, theirs] = texts;
    let mut options = MergeOptions::new();
    let merged = options.set_conflict_style(ConflictStyle::Merge).merge(base, ours, theirs);
    merged.map(String::into_bytes).map_err(|marked| Some(named(&marked)))
}

/// Marks that say whose version they begin and end.
fn named(marked: &str) -> String {
    let mark = |line: &str| match line {
        "<<<<<<< ours" => "<<<<<<< mine\n".to_owned(),
        ">>>>>>> theirs" => ">>>>>>> the other one\n".to_owned(),
        other => format!("{other}\n"),
    };
    marked.lines().map(mark).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn files(pairs: &[(&str, &str)]) -> Files {
        let pairs = pairs.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        Files::new(pairs.collect()).unwrap()
    }

    /// One file in three states, `-` for none; what it becomes, and whether that is a conflict.
    #[test]
    fn both_changes_come_together() {
        for (base, ours, theirs, expect, conflict) in [
            ("1\n2\n3\n", "1\n2\n3\n", "1\n2\n3\n", "1\n2\n3\n", false),
            ("1\n2\n3\n", "one\n2\n3\n", "1\n2\n3\n", "one\n2\n3\n", false),
            ("1\n2\n3\n", "1\n2\n3\n", "1\n2\nthree\n", "1\n2\nthree\n", false),
            ("1\n2\n3\n", "one\n2\n3\n", "1\n2\nthree\n", "one\n2\nthree\n", false),
            ("1\n2\n3\n", "1\ntwo\n3\n", "1\ntwo\n3\n", "1\ntwo\n3\n", false),
            ("1\n2\n3\n", "1\ntwo\n3\n", "1\nzwei\n3\n", "1\ntwo\n3\n", true),
            ("-", "-", "new\n", "new\n", false),
            ("-", "mine\n", "-", "mine\n", false),
            ("-", "mine\n", "theirs\n", "mine\n", true),
            ("old\n", "-", "old\n", "-", false),
            ("old\n", "old\n", "-", "-", false),
            ("old\n", "-", "-", "-", false),
            ("old\n", "-", "new\n", "-", true),
            ("old\n", "new\n", "-", "new\n", true),
        ] {
            let state = |text: &str| match text {
                "-" => files(&[]),
                text => files(&[("f", text)]),
            };
            let merge = merge(&state(base), &state(ours), &state(theirs));
            let settled = merge.settled(Settle::Ours).unwrap();
            let what = format!("{base:?} {ours:?} {theirs:?}");
            assert_eq!(settled.text("f").unwrap_or("-"), expect, "{what}");
            assert_eq!(!merge.conflicts.is_empty(), conflict, "{what}");
            assert_eq!(!merge.taken.is_empty(), expect != ours, "{what}");
        }
    }

    #[test]
    fn a_person_says_what_becomes_of_a_conflict() {
        let base = files(&[("a", "1\n2\n"), ("gone", "x\n")]);
        let ours = files(&[("a", "1\nmine\n"), ("gone", "y\n")]);
        let theirs = files(&[("a", "1\nother\n")]);
        let merge = merge(&base, &ours, &theirs);
        let settled = |how| merge.settled(how).unwrap();
        assert_eq!(settled(Settle::Ours), ours);
        assert_eq!(settled(Settle::Theirs), theirs);
        let marked = settled(Settle::Marked);
        assert_eq!(
            marked.text("a"),
            Some("1\n<<<<<<< mine\nmine\n=======\nother\n>>>>>>> the other one\n")
        );
        assert_eq!(marked.text("gone"), Some("y\n"), "nothing of it can be marked");
    }

    #[test]
    fn what_is_no_text_or_too_long_is_a_conflict_as_a_whole() {
        let long = |word: &str| format!("{word}\n").repeat(LINES_MAX / 2 + 1);
        for (base, ours, theirs) in [
            (b"\xff1".to_vec(), b"\xff2".to_vec(), b"\xff3".to_vec()),
            (Vec::new(), long("a").into_bytes(), long("b").into_bytes()),
            (Vec::new(), vec![b'x'; BYTES_MAX], b"y".to_vec()),
        ] {
            let state = |bytes: &[u8]| Files::new([("f".to_owned(), bytes.to_vec())].into());
            let merge =
                merge(&state(&base).unwrap(), &state(&ours).unwrap(), &state(&theirs).unwrap());
            assert_eq!(merge.conflicts.len(), 1);
            assert_eq!(merge.settled(Settle::Marked).unwrap().get("f"), Some(ours.as_slice()));
        }
    }
}
