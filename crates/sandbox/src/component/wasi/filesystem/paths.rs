//! Paths of a guest as names of the app's files. It is words alone: no path leads out of the folder it
//! starts from, and none is looked up here.

use super::words::ErrorCode;
use model::limit;

/// Where a path leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Steps between slashes; empty is the folder of all files.
    pub(super) name: String,
    /// The path can only mean a folder: it ends with a slash or a dot.
    pub(super) is_folder: bool,
}

impl Place {
    /// Follows a path from a folder. `..` goes up by words, as nothing is a link, and never above
    /// the folder.
    pub(super) fn of(folder: &str, path: &str) -> Result<Place, ErrorCode> {
        if path.is_empty() {
            return Err(ErrorCode::NoEntry);
        }
        if path.contains('\0') {
            return Err(ErrorCode::IllegalByteSequence);
        }
        if path.starts_with('/') {
            return Err(ErrorCode::NotPermitted);
        }
        let mut steps = Vec::new();
        let mut is_folder = false;
        for step in path.split('/') {
            is_folder = matches!(step, "" | "." | "..");
            match step {
                "" | "." => {}
                ".." => drop(steps.pop().ok_or(ErrorCode::NotPermitted)?),
                step => steps.push(step),
            }
        }
        let start = (!folder.is_empty()).then_some(folder);
        let name: Vec<&str> = start.into_iter().chain(steps).collect();
        let name = name.join("/");
        match name.len() > limit::PATH_BYTES_MAX {
            true => Err(ErrorCode::NameTooLong),
            false => Ok(Place { name, is_folder }),
        }
    }
}

/// The folder that a name is in.
pub(super) fn parent(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What the names of everything in a folder begin with.
pub(super) fn inside(folder: &str) -> String {
    if folder.is_empty() { String::new() } else { format!("{folder}/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder, a path, and the name with whether it is a folder's, or why there is none.
    type Case<'a> = (&'a str, &'a str, Result<(&'a str, bool), ErrorCode>);

    #[test]
    fn paths_stay_below_their_folder() {
        let long = "x".repeat(limit::PATH_BYTES_MAX);
        let too_long = format!("{long}x");
        let cases: [Case; 24] = [
            ("", "a", Ok(("a", false))),
            ("", "a/b.txt", Ok(("a/b.txt", false))),
            ("sub", "a", Ok(("sub/a", false))),
            ("", ".", Ok(("", true))),
            ("sub", ".", Ok(("sub", true))),
            ("", "./a", Ok(("a", false))),
            ("", "a/", Ok(("a", true))),
            ("", "a//b", Ok(("a/b", false))),
            ("", "a/./b/.", Ok(("a/b", true))),
            ("", "a/..", Ok(("", true))),
            ("", "a/../b", Ok(("b", false))),
            ("sub", "a/../../a", Err(ErrorCode::NotPermitted)),
            ("sub", "..", Err(ErrorCode::NotPermitted)),
            ("sub", "../sub/a", Err(ErrorCode::NotPermitted)),
            ("", "..", Err(ErrorCode::NotPermitted)),
            ("", "../../etc/passwd", Err(ErrorCode::NotPermitted)),
            ("", "/", Err(ErrorCode::NotPermitted)),
            ("", "/a", Err(ErrorCode::NotPermitted)),
            ("", "//a", Err(ErrorCode::NotPermitted)),
            ("", "", Err(ErrorCode::NoEntry)),
            ("", "a\0b", Err(ErrorCode::IllegalByteSequence)),
            ("", &long, Ok((&long, false))),
            ("", &too_long, Err(ErrorCode::NameTooLong)),
            ("a", &long, Err(ErrorCode::NameTooLong)),
        ];
        for (folder, path, expect) in cases {
            let expect = expect.map(|(name, is_folder)| Place { name: name.to_owned(), is_folder });
            assert_eq!(Place::of(folder, path), expect, "{folder:?} {path:?}");
        }
    }

    #[test]
    fn folders_are_part_of_names() {
        assert_eq!((parent("a"), parent("a/b/c")), ("", "a/b"));
        assert_eq!((inside(""), inside("a/b")), (String::new(), "a/b/".to_owned()));
    }
}
