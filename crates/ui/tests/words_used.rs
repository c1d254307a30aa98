//! The keys of the group's words: every one that a page says is in the files, and every one in the files is said.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The files that speak by keys.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("lang.rs") {
            found.push(path);
        }
    }
}

/// Texts in a source that have the form of a key.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').filter(|it| {
        !it.is_empty()
            && it.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    })
}

#[test]
fn every_key_is_there_and_is_used() {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let words = fs::read_to_string(crate_folder.join("locales/en.ftl")).unwrap();
    let keys: BTreeSet<&str> = words
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| Some(line.split_once(" = ")?.0))
        .collect();
    assert!(keys.len() > 80, "{}", keys.len());
    let mut files = Vec::new();
    sources(&crate_folder.join("src"), &mut files);
    let mut used = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for after in text
            .split("say(\"")
            .skip(1)
            .chain(text.split("say_with(\"").skip(1))
            .chain(text.split("say_group(\"").skip(1))
        {
            let key = after.split('"').next().unwrap();
            assert!(keys.contains(key), "{}: no words for {key}", file.display());
        }
        used.extend(literals(&text).map(str::to_owned));
    }
    for key in keys {
        // The texts of errors are their title's key with an end of its own.
        let title = key.strip_suffix("-more").filter(|it| it.starts_with('e'));
        assert!(used.contains(title.unwrap_or(key)), "nothing says {key}");
    }
}
