//! What scripts may call, for the Lua language server: made from the one table of capabilities and
//! the one table of components, so that completion and help in an editor are never out of date.

use super::signature;
use group::capability::{Capability, Needs, all};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The definition file.
pub(super) fn text() -> String {
    let mut out = format!(
        "---@meta\n-- What a script may call, for completion and help in an editor. It is never run.\n-- Written by allot {}; `allot new` writes the newest.\n\n",
        env!("CARGO_PKG_VERSION")
    );
    out += include_str!("script.d.lua");
    let mut families = BTreeSet::new();
    for capability in all() {
        let family = capability.name.split('.').next().unwrap_or_default();
        if families.insert(family) {
            // A class is what makes an editor underline a name that is not in it.
            let _ = write!(out, "\n---@class {family}\n{family} = {{}}\n");
        }
        function(&mut out, capability);
    }
    out.push('\n');
    out += &ui::definition();
    out += include_str!("answers.d.lua");
    out
}

/// Lines as a comment of a definition.
fn comment(out: &mut String, text: &str) {
    for line in text.lines() {
        let _ = writeln!(out, "---{line}");
    }
}

fn function(out: &mut String, it: &Capability) {
    out.push('\n');
    comment(out, it.doc);
    match it.needs {
        Needs::Nothing => {}
        Needs::Writing => comment(out, "\nIt writes, so not in `view`."),
        Needs::Grant(verb) => comment(out, &format!("\nIt needs the grant `{verb}`.")),
    }
    comment(out, &format!("\n```lua\n{}\n```", it.example.trim()));
    // A test reads every signature of the table; one that could not be read takes anything.
    let read = signature::read(it.signature);
    let read = read.unwrap_or(signature::Signature { parameters: vec![], answers: Some("any") });
    for parameter in &read.parameters {
        let mark = if parameter.optional { "?" } else { "" };
        let _ = writeln!(out, "---@param {}{mark} {}", parameter.name, parameter.kind);
    }
    if let Some(kind) = read.answers {
        let _ = writeln!(out, "---@return {kind}");
    }
    let names: Vec<&str> = read.parameters.iter().map(|parameter| parameter.name).collect();
    let _ = writeln!(out, "function {}({}) end", it.name, names.join(", "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_capability_is_in_it_as_the_table_says() {
        let text = text();
        for it in all() {
            let read = signature::read(it.signature);
            assert!(read.is_some(), "{}: {} cannot be read", it.name, it.signature);
            let found = text.split(&format!("\nfunction {}(", it.name)).collect::<Vec<_>>();
            assert_eq!(found.len(), 2, "{} is there {} times", it.name, found.len() - 1);
            let above = found[0].rsplit("\n\n").next().unwrap_or_default();
            for line in it.doc.lines().chain(it.example.trim().lines()) {
                assert!(above.contains(&format!("---{line}")), "{}: {line}", it.name);
            }
            for parameter in read.iter().flat_map(|read| &read.parameters) {
                assert!(above.contains(&format!("---@param {}", parameter.name)), "{}", it.name);
            }
        }
    }

    #[test]
    fn what_it_names_is_defined() {
        let text = text();
        for name in text.split(|c: char| !c.is_alphanumeric() && c != '.' && c != '_') {
            let is_class = name.starts_with("ui.") && name.len() > 3 || name == "Context";
            let defined = text.contains(&format!("---@class {name}\n"))
                || text.contains(&format!("---@class {name}:"))
                || text.contains(&format!("\nfunction {name}("));
            assert!(!is_class || defined, "{name} is not defined");
        }
    }
}
