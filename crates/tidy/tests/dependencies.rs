//! What we stand on: each dependency has one line with a reason, and heavy ones have one home.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use tidy::{Fault, Member, Tree, none};

/// Libraries that belong to one place, and who may use them.
const HOMES: &[(&str, &[&str])] = &[
    ("wasmtime", &["sandbox", "guest-snapshot"]),
    ("rusqlite", &["store"]),
    ("object_store", &["store"]),
    ("maud", &["ui"]),
    ("ammonia", &["ui"]),
    ("pulldown-cmark", &["ui"]),
    ("axum", &["doors"]),
    ("hyper", &["doors"]),
    ("tokio-rustls", &["doors"]),
    ("clap", &["allot"]),
    ("ureq", &["allot"]),
    ("mlua", &["benches"]),
];

/// Named only so that cargo fetches their sources.
const FETCHED: &[&str] = &["lua-src"];

/// Sections of the root manifest whose lines need no reason: our own crates.
const OURS: &str = "path = \"crates/";

#[test]
fn each_dependency_has_its_reason() {
    let tree = Tree::open();
    none(unreasoned(&tree.text("Cargo.toml").unwrap()));
}

#[test]
fn members_name_dependencies_by_the_workspace() {
    let mut faults = Vec::new();
    for member in Member::all(&Tree::open()) {
        let path = format!("{}/Cargo.toml", member.folder);
        for kind in ["dependencies", "build-dependencies", "dev-dependencies"] {
            for (name, how) in member.dependencies(kind) {
                let by_workspace = how.get("workspace").is_some();
                if !by_workspace {
                    let rule = format!("`{name}` must be `{name}.workspace = true`");
                    faults.push(Fault::new(&path, 1, rule));
                }
                let home = HOMES.iter().find(|(it, _)| *it == name && kind == "dependencies");
                if let Some((_, homes)) = home.filter(|(_, it)| !it.contains(&&*member.name)) {
                    let rule = format!("`{name}` belongs to {homes:?}, not to `{}`", member.name);
                    faults.push(Fault::new(&path, 1, rule));
                }
            }
        }
    }
    none(faults);
}

/// What is declared is used: in the member that names it, and in the workspace that lists it.
#[test]
fn no_dependency_is_idle() {
    let tree = Tree::open();
    let (members, sources) = (Member::all(&tree), tree.rust());
    let mut named = BTreeSet::new();
    let mut faults = Vec::new();
    for member in &members {
        let home = format!("{}/", member.folder);
        let own = || sources.iter().filter(|it| it.path.starts_with(&home));
        let borrowed: Vec<String> = own()
            .flat_map(|it| it.lines.iter().filter_map(|line| borrowed(&it.path, line)))
            .collect();
        let lines = || {
            let with = sources.iter().filter(|it| borrowed.contains(&it.path));
            own().chain(with).flat_map(|it| &it.lines)
        };
        for kind in ["dependencies", "build-dependencies", "dev-dependencies"] {
            for (name, _) in member.dependencies(kind) {
                let used = lines().any(|line| line.says(&name.replace('-', "_")));
                if !used && !FETCHED.contains(&name.as_str()) {
                    let path = format!("{home}Cargo.toml");
                    faults.push(Fault::new(&path, 1, format!("`{name}` is not used")));
                }
                named.insert(name);
            }
        }
    }
    let root: toml::Table = tree.text("Cargo.toml").unwrap().parse().unwrap();
    let listed = root["workspace"]["dependencies"].as_table().unwrap();
    for name in listed.keys().filter(|name| !named.contains(*name)) {
        faults.push(Fault::new("Cargo.toml", 1, format!("no member uses `{name}`")));
    }
    none(faults);
}

/// The file of another member that a line takes as a module: `#[path = "…"]`.
fn borrowed(path: &str, line: &tidy::Line) -> Option<String> {
    let relative = line.code.contains("#[path").then(|| line.quoted.trim())?;
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[test]
fn a_line_without_a_reason_is_found() {
    let text = "[workspace.dependencies]\nours = { path = \"crates/ours\" }\na = \"1\" # why\nb = \"1\"\n[x]\nc = 1\n";
    let found = unreasoned(text);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].line, 4);
}

fn unreasoned(manifest: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut inside = false;
    for (at, line) in manifest.lines().enumerate() {
        if line.starts_with('[') {
            inside = line == "[workspace.dependencies]";
        }
        let declares = inside && line.contains(" = ") && !line.starts_with('#');
        let reason = line.rsplit_once('#').map_or("", |(_, reason)| reason.trim());
        if declares && !line.contains(OURS) && reason.is_empty() {
            faults.push(Fault::new("Cargo.toml", at + 1, "a dependency needs a `#` reason"));
        }
    }
    faults
}
