//! The members of the workspace in floor order, read from the root `Cargo.toml`. It never asks cargo.

use crate::tree::Tree;
use std::fmt;
use toml::{Table, Value};

/// Where a member stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Floor {
    At(u8),
    /// Tests, tools and figures: they may look at every floor, and no floor builds on them.
    Beside,
}

/// One member of the workspace with its own `Cargo.toml`.
pub struct Member {
    pub name: String,
    pub folder: String,
    pub floor: Floor,
    pub manifest: Table,
}

impl fmt::Display for Floor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Floor::At(number) => write!(f, "floor {number}"),
            Floor::Beside => f.write_str("beside"),
        }
    }
}

impl Member {
    /// Every member, in the order of the list.
    pub fn all(tree: &Tree) -> Vec<Member> {
        let root = tree.text("Cargo.toml").unwrap_or_else(|| panic!("Cargo.toml is not text"));
        listed(&root)
            .into_iter()
            .map(|(folder, floor)| {
                let path = format!("{folder}/Cargo.toml");
                let text = tree.text(&path).unwrap_or_else(|| panic!("{path} is not text"));
                let manifest: Table = text.parse().unwrap_or_else(|err| panic!("{path}: {err}"));
                let name = manifest["package"]["name"].as_str().unwrap_or_default().to_owned();
                Member { name, folder, floor, manifest }
            })
            .collect()
    }

    /// What it depends on: the name and how it is declared. `kind` is a table such as `dependencies`.
    pub fn dependencies(&self, kind: &str) -> Vec<(String, Value)> {
        let per_target = self.manifest.get("target").and_then(Value::as_table);
        let tables = per_target.into_iter().flat_map(|targets| targets.values());
        tables
            .filter_map(|target| target.get(kind))
            .chain(self.manifest.get(kind))
            .filter_map(Value::as_table)
            .flat_map(|table| table.iter().map(|(name, how)| (name.clone(), how.clone())))
            .collect()
    }
}

/// The member list with the floor that the comment behind each member gives.
pub fn listed(root: &str) -> Vec<(String, Floor)> {
    root.lines()
        .skip_while(|line| !line.starts_with("members"))
        .skip(1)
        .take_while(|line| !line.starts_with(']'))
        .map(|line| {
            let folder = line.split('"').nth(1).unwrap_or_else(|| panic!("no member in `{line}`"));
            (folder.to_owned(), floor(line))
        })
        .collect()
}

fn floor(line: &str) -> Floor {
    let comment = line.split_once('#').map_or("", |(_, comment)| comment.trim());
    let number = comment.strip_prefix("floor ").and_then(|rest| rest.split(':').next());
    match number.map(str::parse) {
        Some(Ok(number)) => Floor::At(number),
        _ if comment.starts_with("beside:") => Floor::Beside,
        _ => panic!("`{line}` must end with `# floor N: …` or `# beside: …`"),
    }
}
