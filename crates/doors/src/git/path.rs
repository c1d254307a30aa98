//! Which paths an app may write in a repository: nothing hidden, nothing that any file system
//! would take for git's own folder or for a device when somebody checks it out.

use group::world::{Unreached, UnreachedKind};
use std::collections::BTreeMap;

/// Characters that HFS+ ignores in names, so that `.g\u{200c}it` is `.git` on a Mac.
const IGNORED: &[char] = &[
    '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}',
    '\u{202e}', '\u{206a}', '\u{206b}', '\u{206c}', '\u{206d}', '\u{206e}', '\u{206f}', '\u{feff}',
];

/// Names that are devices on Windows, with any ending.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Checks one path.
pub fn check_path(path: &str) -> Result<(), Unreached> {
    model::release::check_path(path).map_err(|why| refused(why.public))?;
    match path.split('/').all(is_harmless) {
        true => Ok(()),
        false => Err(refused(format!(
            "“{}” cannot be a file of a repository: some systems keep its name for themselves.",
            path.escape_debug()
        ))),
    }
}

/// Checks all paths of a commit, also against each other.
pub(super) fn check_paths(files: &BTreeMap<String, Vec<u8>>) -> Result<(), Unreached> {
    for path in files.keys() {
        check_path(path)?;
        for (end, _) in path.match_indices('/') {
            if files.contains_key(&path[..end]) {
                return Err(refused(format!(
                    "“{}” cannot be a file and a folder at once.",
                    &path[..end]
                )));
            }
        }
    }
    Ok(())
}

fn is_harmless(step: &str) -> bool {
    let seen: String = step.chars().filter(|c| !IGNORED.contains(c)).collect();
    let seen = seen.to_lowercase();
    let bare = seen.trim_end_matches(['.', ' ']);
    let stem = bare.split('.').next().unwrap_or_default().trim_end();
    // Nothing that begins with a dot, looks like a shortened name, or loses its end on Windows.
    let hidden = seen.starts_with('.') && !matches!(step, ".luarc.json" | ".allot");
    !hidden && bare.len() == seen.len() && !is_short_name(bare) && !is_device(stem)
}

/// `git~1` is `.git` and `gi7eba~1` may be `.gitmodules` where Windows keeps short names.
fn is_short_name(name: &str) -> bool {
    let Some((start, number)) = name.split_once('~') else { return false };
    start.starts_with("gi") && number.starts_with(|c: char| c.is_ascii_digit())
}

fn is_device(stem: &str) -> bool {
    let numbered = |kind: &str| {
        stem.strip_prefix(kind).is_some_and(|n| {
            matches!(n, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        })
    };
    DEVICES.contains(&stem) || numbered("com") || numbered("lpt")
}

fn refused(text: impl Into<String>) -> Unreached {
    Unreached::new(UnreachedKind::Forbidden, text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_are_refused() {
        for path in [
            "",
            "/etc/passwd",
            "../x",
            "a/../b",
            "a//b",
            "a/",
            "./a",
            "a\\b",
            "C:x",
            "a\0b",
            "a\nb",
            ".git",
            ".git/config",
            ".GIT/config",
            "a/.Git/hooks/x",
            ".gitmodules",
            ".gitattributes",
            ".g\u{200c}it/config",
            "\u{200d}.git/config",
            "\u{feff}.gitmodules",
            "git~1",
            "GIT~1/config",
            "gitmod~1",
            "gi7eba~1",
            ".git./x",
            "a./b",
            "a /b",
            "a.",
            "x ",
            "git~1.",
            ".git::$INDEX_ALLOCATION",
            "con",
            "NUL",
            "aux.txt",
            "a/COM1.log",
            "lpt9",
            "com¹",
            "CON .txt",
            "conin$",
        ] {
            assert!(check_path(path).is_err(), "{path:?} was taken");
        }
        assert!(check_path(&"a".repeat(300)).is_err());
    }

    #[test]
    fn paths_that_are_taken() {
        for path in [
            "feed.xml",
            "a/b/c.txt",
            "git",
            "gitlog.md",
            "a.git",
            "x~1",
            "digit~1",
            "console",
            "com10",
            "null.txt",
            "ä ö.txt",
            "-x",
            "a b",
            "\"quoted\"",
        ] {
            assert!(check_path(path).is_ok(), "{path:?} was refused");
        }
    }

    #[test]
    fn a_file_is_no_folder() {
        let files = |paths: &[&str]| {
            check_paths(&paths.iter().map(|path| ((*path).to_owned(), vec![])).collect())
        };
        assert!(files(&["a", "a/b"]).is_err());
        assert!(files(&["a/b", "a/b/c/d"]).is_err());
        assert!(files(&["a", "ab", "b/a"]).is_ok());
    }
}
