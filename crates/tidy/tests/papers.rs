//! Papers are true: every path, link, function and command of ours that a `*.md` file names exists.

use std::collections::BTreeSet;
use tidy::source::has_word;
use tidy::{Fault, Source, Tree, none};

/// Endings by which a name in backticks is taken for a file.
const FILE_ENDINGS: &[&str] = &[
    ".rs", ".md", ".toml", ".sh", ".mjs", ".json", ".jsonl", ".lua", ".sql", ".wasm", ".c", ".css",
    ".yaml", ".yml", ".wit",
];

/// Files that an app or a group has, by contract; the repository need not hold one of each.
const FILES_OF_APPS: &[&str] = &[
    "allotment.toml",
    "main.lua",
    "main.wasm",
    "tests.lua",
    "draw.lua",
    "sample.json",
    "README.md",
    "feed.xml",
];

#[test]
fn what_papers_name_exists() {
    let tree = Tree::open();
    let code = Names::of(&tree.rust());
    let mut faults = Vec::new();
    for path in tree.with_extension("md") {
        let text = tree.text(path).unwrap_or_default();
        for (at, line) in text.lines().enumerate() {
            let rules = line_faults(&tree, &code, path, line);
            faults.extend(rules.into_iter().map(|rule| Fault::new(path, at + 1, rule)));
        }
    }
    none(faults);
}

#[test]
fn what_is_false_is_found() {
    let tree = Tree::open();
    let source = Source::read(
        "crates/group/src/invoke.rs",
        "impl Group {\n    pub fn invoke() { self.admit() }\n}\nenum Effect { Send }\n",
    );
    let code = Names::of(&[source]);
    let cases = [
        ("see `crates/tidy/Cargo.toml`", 0),
        ("see `crates/tidy/none.rs`", 1),
        ("see `crates/tidy/`", 0),
        ("see `crates/no-such-crate/`", 1),
        ("see `papers.rs` and `main.lua`", 0),
        ("see `papyrus.rs`", 1),
        ("see `tests/papers.rs`", 0),
        ("see [this](Cargo.toml) and [that](https://example.org/x.md)", 0),
        ("see [this](no-such-page.md#part)", 1),
        ("then `Group::invoke`", 0),
        ("then `Group::revoke`", 1),
        ("then `Troup::invoke`", 1),
        ("an `Effect::Send` is queued", 0),
        ("`invoke()` calls `admit()`", 1),
        ("run `cargo test -p tidy` and `./no-such-script`", 1),
        ("a page `/@ana/poll`, a folder `DATA/blobs`, `<name>/x.rs`, `*.md`", 0),
        ("`std::time::Instant::now` is not ours", 0),
    ];
    for (line, expect) in cases {
        let found = line_faults(&tree, &code, "README.md", line);
        assert_eq!(found.len(), expect, "{line}: {found:?}");
    }
}

fn line_faults(tree: &Tree, code: &Names, paper: &str, line: &str) -> Vec<String> {
    let links = links(line).into_iter().filter(|link| !link_exists(tree, paper, link));
    let mut rules: Vec<String> =
        links.map(|link| format!("links to `{link}`, which is not there")).collect();
    for quoted in line.split('`').skip(1).step_by(2) {
        for word in quoted.split_whitespace() {
            let word = word.trim_end_matches([',', '.', ';', ':']);
            if is_path(tree, word) && !path_exists(tree, paper, word) {
                rules.push(format!("names `{word}`, which is not there"));
            }
            if is_item(word) && !code.has(word) {
                rules.push(format!("names `{word}`, which is not in the source"));
            }
        }
    }
    rules
}

/// Targets of `[text](target)`.
fn links(line: &str) -> Vec<&str> {
    line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next()).collect()
}

fn link_exists(tree: &Tree, paper: &str, link: &str) -> bool {
    let path = link.split('#').next().unwrap_or_default();
    path.is_empty() || path.contains(':') || tree.has(&beside(paper, path))
}

/// A path in this repository, and not an address, a pattern or a place on somebody's machine.
fn is_path(tree: &Tree, word: &str) -> bool {
    let foreign = word.contains([':', '<', '>', '{', '*', '…', '@', '$', '(', '=', '"', '\''])
        || word.starts_with(['/', '-', '~']);
    let below_root = |word: &str| {
        word.split_once('/').is_some_and(|(first, _)| tree.has(first) || first == "crates")
    };
    !foreign
        && (word.starts_with("./")
            || below_root(word)
            || FILE_ENDINGS.iter().any(|end| word.len() > end.len() && word.ends_with(end)))
        && !word.starts_with("./allotment-data")
}

fn path_exists(tree: &Tree, paper: &str, word: &str) -> bool {
    let word = word.trim_start_matches("./");
    let ending = format!("/{word}");
    tree.has(word)
        || tree.has(&beside(paper, word))
        || tree.paths.iter().any(|path| path.ends_with(&ending))
        || FILES_OF_APPS.contains(&word)
        || word.starts_with("target/")
}

/// A path as seen from the folder of `paper`.
fn beside(paper: &str, path: &str) -> String {
    let mut parts: Vec<&str> = paper.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// `Group::invoke`, `doors::outside` or `invoke()`, but nothing of a library.
fn is_item(word: &str) -> bool {
    const LIBRARIES: &[&str] = &["std", "core", "tokio", "wasmtime", "axum", "rusqlite"];
    let name = word.trim_end_matches("()");
    let plain = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let parts: Vec<&str> = name.split("::").collect();
    parts.iter().all(|part| plain(part))
        && !LIBRARIES.contains(&parts[0])
        && (parts.len() > 1 || name != word)
}

/// What the source defines, and in which file each word stands.
struct Names {
    files: Vec<(BTreeSet<String>, String)>,
}

impl Names {
    fn of(sources: &[Source]) -> Names {
        Names { files: sources.iter().map(|source| (homes(source), code(source))).collect() }
    }

    /// Whether each part stands in a file that is at home in the part before it.
    fn has(&self, item: &str) -> bool {
        let parts: Vec<&str> = item.trim_end_matches("()").split("::").collect();
        match parts.as_slice() {
            [name] => self.files.iter().any(|(_, code)| has_word(code, &format!("fn {name}"))),
            parts => parts.windows(2).all(|pair| {
                let at_home = self.files.iter().filter(|(homes, _)| homes.contains(pair[0]));
                at_home
                    .into_iter()
                    .any(|(homes, code)| homes.contains(pair[1]) || has_word(code, pair[1]))
            }),
        }
    }
}

/// The names a file is the home of: its crate, its modules, and the types it defines or fills.
fn homes(source: &Source) -> BTreeSet<String> {
    let path = source.path.trim_end_matches(".rs");
    let mut homes: BTreeSet<String> = path.split('/').map(str::to_owned).collect();
    for line in &source.lines {
        let mut words = line.code.split(|c: char| !c.is_alphanumeric() && c != '_');
        while let Some(word) = words.next() {
            if ["struct", "enum", "trait", "impl", "for", "type", "mod"].contains(&word) {
                homes.extend(words.clone().find(|next| !next.is_empty()).map(str::to_owned));
            }
        }
    }
    homes
}

fn code(source: &Source) -> String {
    source.lines.iter().map(|line| line.code.as_str()).collect::<Vec<_>>().join("\n")
}
