//! The threat model is true: each attack it lists as covered has a test that carries its id, each id
//! in a test stands in the list, and each promise of `SECURITY.md` names tests that exist.
//! `ALLOT_TABLES=DIR` also compares the list with the full table of attacks in that folder.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use tidy::source::has_word;
use tidy::{Fault, Tree, none};

const PAGE: &str = "docs/threat-model.md";
const PROMISES: &str = "SECURITY.md";
/// What an id begins with, by the group of the full table.
const GROUPS: &[(&str, &str)] = &[
    ("sandbox.lua", "LUA"),
    ("sandbox.wasm", "WASM"),
    ("sandbox.component", "COMP"),
    ("capability", "CAP"),
];
/// Digits of an id.
const DIGITS: usize = 3;
/// What a row says instead of a test.
const NOT_COVERED: &str = "not covered: ";
/// Letters of a reason, at least.
const REASON_LEN: usize = 20;

/// One row of the page.
struct Row {
    line: usize,
    id: String,
    /// `path::name` of each test that backs it.
    tests: Vec<String>,
    last: String,
}

#[test]
fn each_covered_attack_has_a_test_with_its_id() {
    let tree = Tree::open();
    let rows = rows(&tree.text(PAGE).unwrap());
    let carriers = carriers(&tree);
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for row in &rows {
        if !seen.insert(&row.id) {
            faults.push(Fault::new(PAGE, row.line, format!("{} stands here twice", row.id)));
        }
        let rules = row_faults(&tree, &carriers, row);
        faults.extend(rules.into_iter().map(|rule| Fault::new(PAGE, row.line, rule)));
    }
    assert!(rows.len() > 100, "the page lists only {} attacks", rows.len());
    none(faults);
}

#[test]
fn each_id_in_a_test_is_on_the_page() {
    let tree = Tree::open();
    let rows = rows(&tree.text(PAGE).unwrap());
    let mut faults = Vec::new();
    for (path, ids) in carriers(&tree) {
        for (id, line) in ids {
            let row = rows.iter().find(|row| row.id == id);
            let named = row.is_some_and(|row| {
                row.tests.iter().any(|test| test.split("::").next() == Some(&path))
            });
            if !named {
                let rule = format!("{id} is here, and {PAGE} does not name this file for it");
                faults.push(Fault::new(&path, line, rule));
            }
        }
    }
    none(faults);
}

#[test]
fn each_promise_names_tests_that_exist() {
    let tree = Tree::open();
    let text = tree.text(PROMISES).unwrap();
    let promised: Vec<(usize, &str)> = text
        .lines()
        .enumerate()
        .skip_while(|(_, line)| *line != "## What we promise")
        .skip(1)
        .take_while(|(_, line)| !line.starts_with("## "))
        .filter(|(_, line)| line.starts_with("- "))
        .map(|(at, line)| (at + 1, line))
        .collect();
    let mut faults = Vec::new();
    for (line, promise) in &promised {
        let tests = tests_in(promise);
        if tests.is_empty() {
            faults.push(Fault::new(PROMISES, *line, "a promise without a test"));
        }
        for test in tests.iter().filter(|test| !exists(&tree, test)) {
            faults.push(Fault::new(PROMISES, *line, format!("names `{test}`, which is no test")));
        }
    }
    assert!(promised.len() >= 8, "only {} promises", promised.len());
    none(faults);
}

/// The rows of a table outside of the repository, when a folder of tables is named.
#[test]
fn the_full_table_is_on_the_page() {
    let Some(folder) = std::env::var_os("ALLOT_TABLES") else { return };
    let path = std::path::Path::new(&folder).join("attacks.jsonl");
    let table = std::fs::read_to_string(path).unwrap();
    let known: BTreeSet<String> =
        rows(&Tree::open().text(PAGE).unwrap()).into_iter().map(|row| row.id).collect();
    let of = |line: &str, key: &str| {
        let rest = line.split_once(&format!("\"{key}\": \""))?.1;
        Some(rest.split('"').next().unwrap_or_default().to_owned())
    };
    let mut asked = 0;
    let mut missing = Vec::new();
    for line in table.lines() {
        let (id, group) = (of(line, "id").unwrap(), of(line, "group").unwrap());
        if GROUPS.iter().any(|(name, _)| *name == group) {
            asked += 1;
            missing.extend((!known.contains(&id)).then_some(id));
        }
    }
    assert!(asked > 100, "the table has only {asked} attacks");
    assert!(missing.is_empty(), "{PAGE} lacks {missing:?}");
}

#[test]
fn what_is_false_is_found() {
    let tree = Tree::open();
    let carriers = carriers(&tree);
    let real = "crates/sandbox/tests/attacks.rs::each_ends_as_it_must";
    for (line, expect) in [
        (format!("| LUA-001 | a loop | gas | `{real}` |"), 0),
        ("| LUA-001 | a loop | gas | `crates/sandbox/tests/attacks.rs::no_such_test` |".into(), 1),
        ("| LUA-001 | a loop | gas | `crates/sandbox/tests/none.rs::x` |".into(), 2),
        (format!("| CAP-001 | a call | grant | `{real}` |"), 1),
        ("| LUA-001 | a loop | gas | |".into(), 1),
        ("| LUA-001 | a loop | gas | not covered: no |".into(), 1),
        (
            "| LUA-001 | a loop | gas | not covered: there is nothing of the kind here yet |"
                .into(),
            0,
        ),
    ] {
        let row = rows(&line).remove(0);
        let found = row_faults(&tree, &carriers, &row);
        assert_eq!(found.len(), expect, "{line}: {found:?}");
    }
    assert_eq!(ids("a LUA-001, CAP-0123, XLUA-001 and WASM-020.").len(), 2);
}

/// What is wrong with one row.
fn row_faults(tree: &Tree, carriers: &Carriers, row: &Row) -> Vec<String> {
    let mut rules = Vec::new();
    if row.tests.is_empty() {
        let reason = row.last.strip_prefix(NOT_COVERED).unwrap_or_default();
        if reason.len() < REASON_LEN {
            rules.push(format!("{} has neither a test nor a reason", row.id));
        }
    }
    for test in &row.tests {
        if !exists(tree, test) {
            rules.push(format!("names `{test}`, which is no test"));
        }
        let path = test.split("::").next().unwrap_or_default();
        if !carriers.get(path).is_some_and(|ids| ids.contains_key(&row.id)) {
            rules.push(format!("{path} does not carry {}", row.id));
        }
    }
    rules
}

/// The rows of the page's tables.
fn rows(text: &str) -> Vec<Row> {
    let is_id = |cell: &str| ids(cell).first().is_some_and(|id| id == cell);
    text.lines()
        .enumerate()
        .filter_map(|(at, line)| {
            let cells: Vec<&str> = line
                .strip_prefix('|')?
                .trim_end()
                .strip_suffix('|')?
                .split('|')
                .map(str::trim)
                .collect();
            let (id, last) = (*cells.first()?, *cells.last()?);
            is_id(id).then(|| Row {
                line: at + 1,
                id: id.to_owned(),
                tests: tests_in(last),
                last: last.to_owned(),
            })
        })
        .collect()
}

/// Every `path::name` in backticks.
fn tests_in(text: &str) -> Vec<String> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(|word| word.contains('/') && word.contains("::")).map(str::to_owned).collect()
}

/// Whether a file has a test of this name: a function, or a story of the browser.
fn exists(tree: &Tree, test: &str) -> bool {
    let Some((path, name)) = test.split_once("::") else { return false };
    let Some(text) = tree.has(path).then(|| tree.text(path)).flatten() else { return false };
    has_word(&text, &format!("fn {name}"))
        || text.contains(&format!("\"{}\"", name.replace('_', " ")))
}

/// The ids that a test file carries, and where it first does.
type Carriers = BTreeMap<String, BTreeMap<String, usize>>;

fn carriers(tree: &Tree) -> Carriers {
    let mut carriers = Carriers::new();
    let mut carry = |path: &str, line: usize, text: &str| {
        for id in ids(text) {
            carriers.entry(path.to_owned()).or_default().entry(id).or_insert(line);
        }
    };
    for source in tree.rust().iter().filter(|source| source.path != "crates/tidy/tests/threats.rs")
    {
        for (at, line) in source.numbered().filter(|(_, line)| line.test) {
            carry(&source.path, at, &format!("{} {}", line.comment, line.quoted));
        }
    }
    for path in tree.with_extension("mjs").filter(|path| path.starts_with("e2e/")) {
        for (at, line) in tree.text(path).unwrap_or_default().lines().enumerate() {
            carry(path, at + 1, line);
        }
    }
    carriers
}

/// The ids in a text: `LUA-001`.
fn ids(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words
        .filter(|word| {
            word.split_once('-').is_some_and(|(group, number)| {
                GROUPS.iter().any(|(_, it)| *it == group)
                    && number.len() == DIGITS
                    && number.bytes().all(|byte| byte.is_ascii_digit())
            })
        })
        .map(str::to_owned)
        .collect()
}
