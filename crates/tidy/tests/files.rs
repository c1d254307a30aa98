//! Every file opens with a sentence, fits on a few screens and is named for what it is.

use tidy::{Fault, Source, Tree, none};

/// Lines of a Rust file: beyond this nobody reads it in one go.
const LINES_MAX: usize = 500;

/// Names that say nothing about what is inside.
const NAMELESS: &[&str] =
    &["utils", "util", "helpers", "helper", "manager", "misc", "common", "handler"];

#[test]
fn files_open_with_a_sentence_and_stay_short() {
    none(Tree::open().rust().iter().flat_map(shape).collect());
}

#[test]
fn files_and_modules_are_named_for_what_they_are() {
    let tree = Tree::open();
    let mut faults: Vec<Fault> = tree.paths.iter().flat_map(|path| path_name(path)).collect();
    faults.extend(tree.rust().iter().flat_map(module_names));
    none(faults);
}

/// A file that no module declares is compiled by nobody.
#[test]
fn every_file_is_declared() {
    let sources = Tree::open().rust();
    let declares = |path: &str, name: &str| {
        let home = sources.iter().filter(|source| source.path == path);
        home.flat_map(|it| &it.lines).any(|line| line.code.contains(&format!("mod {name};")))
    };
    let mut faults = Vec::new();
    for source in sources.iter().filter(|source| source.path.contains("/src/")) {
        let (folder, file) = source.path.rsplit_once('/').unwrap_or_default();
        let (folder, name) = match (file, folder.rsplit_once('/')) {
            ("lib.rs" | "main.rs", _) => continue,
            ("mod.rs", Some(above)) => above,
            _ => (folder, file.trim_end_matches(".rs")),
        };
        let homes = ["/lib.rs", "/main.rs", "/mod.rs", ".rs"].map(|end| format!("{folder}{end}"));
        if !homes.iter().any(|home| declares(home, name)) {
            faults.push(Fault::new(&source.path, 1, "no module declares this file"));
        }
    }
    none(faults);
}

/// The same words would read as well on any machine; a path of somebody's machine would not.
#[test]
fn no_path_of_a_machine() {
    let tree = Tree::open();
    let machine_paths: Vec<String> =
        ["work", "root", "tmp/bash_jobs", "Users"].iter().map(|it| format!("/{it}/")).collect();
    let mut faults = Vec::new();
    for path in &tree.paths {
        let Some(text) = tree.text(path) else { continue };
        for (at, line) in text.lines().enumerate() {
            let starts_here = |found: &str| {
                line.match_indices(found).any(|(at, _)| {
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || "/.-_@…".contains(c))
                })
            };
            if let Some(found) = machine_paths.iter().find(|it| starts_here(it)) {
                faults.push(Fault::new(
                    path,
                    at + 1,
                    format!("`{found}` is a path of one machine"),
                ));
            }
        }
    }
    none(faults);
}

#[test]
fn shapes_that_are_refused() {
    let long = format!("//! A file.\n{}", "\n".repeat(LINES_MAX));
    let cases = [
        ("//! A file that says what it is.\n", 0),
        ("#![allow(clippy::panic)]\n//! Too late.\n", 1),
        ("//!\n", 1),
        ("fn main() {}\n", 1),
        (long.as_str(), 1),
    ];
    for (text, expect) in cases {
        assert_eq!(shape(&Source::read("a.rs", text)).len(), expect, "{text:.40}");
    }
    assert_eq!(path_name("crates/group/src/utils.rs").len(), 1);
    assert_eq!(path_name("crates/common/src/lib.rs").len(), 1);
    assert_eq!(path_name("crates/group/src/uncommon.rs").len(), 0);
    assert_eq!(module_names(&Source::read("a.rs", "mod helpers {\n}\n")).len(), 1);
    assert_eq!(module_names(&Source::read("a.rs", "// mod helpers\nmod ticket;\n")).len(), 0);
}

fn shape(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    let first = source.lines.first().map_or("", |line| line.comment.as_str());
    if !first.starts_with('!') || first.trim_start_matches('!').trim().is_empty() {
        let rule = "must begin with `//!` and a sentence: what it is and what it never does";
        faults.push(Fault::new(&source.path, 1, rule));
    }
    let count = source.lines.len();
    if count > LINES_MAX {
        let rule = format!("{count} lines; more than {LINES_MAX} is two things: split it");
        faults.push(Fault::new(&source.path, 1, rule));
    }
    faults
}

fn path_name(path: &str) -> Vec<Fault> {
    path.split('/')
        .map(|part| part.split('.').next().unwrap_or(part))
        .filter(|stem| NAMELESS.contains(stem))
        .map(|stem| Fault::new(path, 1, unnamed(stem)))
        .collect()
}

fn module_names(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (at, line) in source.numbered() {
        let mut words = line.code.split(|c: char| !c.is_alphanumeric() && c != '_');
        let is_module = words.by_ref().any(|word| word == "mod");
        if let Some(name) = words.next().filter(|name| is_module && NAMELESS.contains(name)) {
            faults.push(Fault::new(&source.path, at, unnamed(name)));
        }
    }
    faults
}

fn unnamed(stem: &str) -> String {
    format!("`{stem}` says nothing: name it for what it is")
}
