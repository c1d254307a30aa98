//! Every member takes the common rules of the workspace, and nobody switches one off without a word.

#![allow(clippy::unwrap_used)]

use tidy::{Fault, Member, Source, Tree, none};

/// Lines of a function, for clippy: more than this does not fit in the eye.
const FUNCTION_LINES_MAX: i64 = 70;

/// Rules of clippy that hold outside tests.
const LINTS: &[&str] = &["unwrap_used", "expect_used", "panic", "too_many_lines", "dead_code"];

#[test]
fn members_take_the_common_lints() {
    let without = |member: &Member| {
        let lints = member.manifest.get("lints").and_then(|it| it.get("workspace"));
        lints.and_then(|it| it.as_bool()) != Some(true)
    };
    let members = Member::all(&Tree::open());
    let faults = members.iter().filter(|member| without(member)).map(|member| {
        let path = format!("{}/Cargo.toml", member.folder);
        Fault::new(&path, 1, "must say `[lints] workspace = true`")
    });
    none(faults.collect());
}

/// A crate's own `clippy.toml` hides the one of the root, so each repeats the threshold.
#[test]
fn functions_fit_in_the_eye() {
    let tree = Tree::open();
    let mut faults = Vec::new();
    for path in tree.paths.iter().filter(|path| path.ends_with("clippy.toml")) {
        let rules: toml::Table = tree.text(path).unwrap().parse().unwrap();
        let lines = rules.get("too-many-lines-threshold").and_then(|it| it.as_integer());
        if lines != Some(FUNCTION_LINES_MAX) {
            let rule = format!("must say `too-many-lines-threshold = {FUNCTION_LINES_MAX}`");
            faults.push(Fault::new(path, 1, rule));
        }
    }
    none(faults);
}

#[test]
fn no_rule_is_switched_off_without_a_word() {
    none(Tree::open().rust().iter().flat_map(silenced).collect());
}

#[test]
fn silence_that_is_found() {
    let cases = [
        ("#[allow(clippy::panic)]\nfn a() {}\n", 1),
        ("// A test crate may panic.\n#![allow(clippy::panic)]\n", 0),
        ("#[expect(clippy::too_many_lines, reason = \"one table\")]\n", 0),
        ("#[cfg(test)]\n#[allow(clippy::unwrap_used)]\nmod tests {\n}\n", 0),
        ("#[allow(clippy::type_complexity)]\n", 0),
    ];
    for (text, expect) in cases {
        assert_eq!(silenced(&Source::read("src/a.rs", text)).len(), expect, "{text}");
    }
}

fn silenced(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut comment_above = false;
    for (at, line) in source.numbered() {
        let switches = line.code.contains("allow(") || line.code.contains("expect(");
        let lint = LINTS.iter().find(|lint| switches && line.code.contains("#") && line.says(lint));
        let reasoned = comment_above || !line.comment.is_empty() || line.says("reason");
        if let Some(lint) = lint.filter(|_| !line.test && !reasoned) {
            let rule = format!("switches `{lint}` off: say why on the line above");
            faults.push(Fault::new(&source.path, at, rule));
        }
        comment_above = !line.comment.is_empty() && !line.comment.starts_with('!');
    }
    faults
}
