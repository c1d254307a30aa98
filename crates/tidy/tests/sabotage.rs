//! What can be left out is guarded: each defence has a place in the product, a line that names a test
//! which must fail without it, and no way into a product.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use tidy::source::has_word;
use tidy::{Fault, Member, Tree, none};

const WORDS: &str = "crates/model/src/sabotage.rs";
const TABLE: &str = "crates/testkit/sabotage.txt";
const FEATURE: &str = "sabotage";

#[test]
fn each_defence_has_its_place_and_its_guard() {
    let tree = Tree::open();
    let known = defences(&tree);
    let table = tree.text(TABLE).unwrap();
    let mut faults = Vec::new();
    let mut guarded = BTreeSet::new();
    for (at, line) in table.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let [defence, package, test] = words[..] else {
            faults.push(Fault::new(TABLE, at + 1, "a line is a defence, a package and a test"));
            continue;
        };
        guarded.insert(defence.to_owned());
        if !known.contains(defence) {
            faults.push(Fault::new(TABLE, at + 1, format!("{WORDS} does not know {defence}")));
        }
        let folder = format!("crates/{package}/");
        let files = tree.with_extension("rs").filter(|path| path.starts_with(&folder));
        if !files
            .filter_map(|path| tree.text(path))
            .any(|text| has_word(&text, &format!("fn {test}")))
        {
            faults.push(Fault::new(TABLE, at + 1, format!("{package} has no test {test}")));
        }
    }
    let used = used(&tree);
    for defence in &known {
        if !guarded.contains(defence) {
            faults.push(Fault::new(WORDS, 1, format!("{TABLE} has no line for {defence}")));
        }
        if !used.contains(defence) {
            faults.push(Fault::new(WORDS, 1, format!("nothing asks whether {defence} is off")));
        }
    }
    for defence in used.iter().filter(|defence| !known.contains(*defence)) {
        faults.push(Fault::new(
            WORDS,
            1,
            format!("somebody asks for {defence}, which is not here"),
        ));
    }
    none(faults);
}

/// A product is built with the features that are on by themselves; this one is never among them.
#[test]
fn no_product_can_leave_anything_out() {
    let tree = Tree::open();
    let mut faults = Vec::new();
    for member in Member::all(&tree) {
        let path = format!("{}/Cargo.toml", member.folder);
        let features = member.manifest.get("features").and_then(toml::Value::as_table);
        for (name, turns_on) in features.into_iter().flatten() {
            if name != FEATURE && turns_on.to_string().contains(FEATURE) {
                faults.push(Fault::new(
                    &path,
                    1,
                    format!("the feature {name} leaves defences out"),
                ));
            }
        }
        for kind in ["dependencies", "build-dependencies", "dev-dependencies"] {
            for (name, how) in member.dependencies(kind) {
                if how.to_string().contains(&format!("\"{FEATURE}\"")) {
                    faults.push(Fault::new(&path, 1, format!("{name} is used without defences")));
                }
            }
        }
    }
    if tree.text("Cargo.toml").unwrap().contains(&format!("\"{FEATURE}\"")) {
        faults.push(Fault::new("Cargo.toml", 1, "a dependency is used without defences"));
    }
    if !tree.text(WORDS).unwrap().contains("compile_error!") {
        faults.push(Fault::new(WORDS, 1, "a release build must refuse the feature"));
    }
    none(faults);
}

/// The list of defences.
fn defences(tree: &Tree) -> BTreeSet<String> {
    let text = tree.text(WORDS).unwrap();
    let list = text.split("DEFENCES: &[&str] = &[").nth(1).unwrap_or_default();
    let list = list.split("];").next().unwrap_or_default();
    let lines = list.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| line.split('"').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// The defences that the product asks about, the layers of the jail by their own words.
fn used(tree: &Tree) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for source in tree.rust() {
        for line in source.lines.iter().filter(|line| !line.test) {
            if line.code.contains("sabotage::off(\"") {
                used.extend(line.quoted.split('\n').next().map(str::to_owned));
            }
            let is_layer = source.path.ends_with("jail/mod.rs") && line.code.contains("Layer::");
            if is_layer && line.code.contains("=> \"") {
                used.extend(line.quoted.split('\n').next().map(str::to_owned));
            }
        }
    }
    used
}
