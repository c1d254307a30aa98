//! The files of the repository, as they lie on the disk, without what is built or fetched.

use crate::source::Source;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold nothing we wrote.
const NOT_OURS: &[&str] = &["target", ".git", "node_modules", "allotment-data"];

/// Every file of the repository by its path from the root, sorted.
pub struct Tree {
    root: PathBuf,
    pub paths: Vec<String>,
}

impl Tree {
    /// Reads the repository this crate lies in.
    pub fn open() -> Tree {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut paths = Vec::new();
        walk(&root, "", &mut paths);
        paths.sort();
        Tree { root, paths }
    }

    /// The text of a file; `None` when it is not text.
    pub fn text(&self, path: &str) -> Option<String> {
        let bytes = fs::read(self.root.join(path)).unwrap_or_else(|err| panic!("{path}: {err}"));
        String::from_utf8(bytes).ok()
    }

    /// The paths that end in `.extension`.
    pub fn with_extension(&self, extension: &str) -> impl Iterator<Item = &String> {
        let ending = format!(".{extension}");
        self.paths.iter().filter(move |path| path.ends_with(&ending))
    }

    /// Whether a file or folder of this path exists.
    pub fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let folder = format!("{path}/");
        self.paths.iter().any(|it| it == path || it.starts_with(&folder))
    }

    /// Every Rust file, read into its layers.
    pub fn rust(&self) -> Vec<Source> {
        let mut sources: Vec<Source> = self
            .with_extension("rs")
            .filter_map(|path| Some(Source::read(path, &self.text(path)?)))
            .collect();
        let test_modules: Vec<String> =
            sources.iter().flat_map(|source| source.test_modules.clone()).collect();
        for source in &mut sources {
            if test_modules.contains(&source.path) {
                source.lines.iter_mut().for_each(|line| line.test = true);
            }
        }
        sources
    }
}

fn walk(root: &Path, under: &str, paths: &mut Vec<String>) {
    let folder = root.join(under);
    let entries = fs::read_dir(&folder).unwrap_or_else(|err| panic!("{}: {err}", folder.display()));
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if under.is_empty() { name.clone() } else { format!("{under}/{name}") };
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !NOT_OURS.contains(&name.as_str()) => {
                walk(root, &path, paths);
            }
            Ok(kind) if kind.is_file() => paths.push(path),
            _ => {}
        }
    }
}
