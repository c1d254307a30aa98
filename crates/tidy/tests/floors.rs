//! Imports go down: a crate depends only on lower floors, and tests may stand in the testkit.

#![allow(clippy::unwrap_used)]

use tidy::{Fault, Floor, Member, Tree, none};

/// Floors whose crates do not know each other. Higher floors have one crate each.
const STRANGERS: Floor = Floor::At(1);

#[test]
fn imports_go_down() {
    let members = Member::all(&Tree::open());
    let floor_of = |name: &str| members.iter().find(|it| it.name == name).map(|it| it.floor);
    let mut faults = Vec::new();
    for member in &members {
        let path = format!("{}/Cargo.toml", member.folder);
        for kind in ["dependencies", "build-dependencies", "dev-dependencies"] {
            for (name, _) in member.dependencies(kind) {
                let Some(floor) = floor_of(&name) else { continue };
                let in_tests = kind == "dev-dependencies";
                if !may_import(member.floor, floor, in_tests) {
                    let text = said((&member.name, member.floor), (&name, floor));
                    faults.push(Fault::new(&path, 1, text));
                }
            }
        }
    }
    none(faults);
}

#[test]
fn members_stand_in_floor_order() {
    let rank = |floor| match floor {
        Floor::At(number) => number,
        Floor::Beside => u8::MAX,
    };
    let order: Vec<u8> = Member::all(&Tree::open()).iter().map(|it| rank(it.floor)).collect();
    assert!(order.is_sorted(), "the members in Cargo.toml do not stand in floor order: {order:?}");
}

/// Pure floors forbid what is impure, each with a reason, so that clippy says it while one types.
#[test]
fn pure_floors_forbid_clock_file_and_socket() {
    const FORBIDDEN: &[&str] = &[
        "std::time::SystemTime::now",
        "std::time::Instant::now",
        "std::fs::read",
        "std::fs::write",
        "std::net::TcpStream::connect",
        "std::env::var",
    ];
    let tree = Tree::open();
    let mut faults = Vec::new();
    for pure in ["model", "ui", "wire"] {
        let path = format!("crates/{pure}/clippy.toml");
        if !tree.has(&format!("crates/{pure}")) {
            continue;
        }
        let rules: toml::Table = match tree.has(&path).then(|| tree.text(&path)).flatten() {
            Some(text) => text.parse().unwrap(),
            None => toml::Table::new(),
        };
        let none = Vec::new();
        let methods = rules.get("disallowed-methods").and_then(|it| it.as_array()).unwrap_or(&none);
        for method in FORBIDDEN {
            let named = |it: &&toml::Value| it["path"].as_str() == Some(method);
            let reason = methods.iter().find(named).and_then(|it| it.get("reason"));
            if reason.is_none() {
                faults.push(Fault::new(&path, 1, format!("must forbid `{method}` with a reason")));
            }
        }
    }
    none(faults);
}

#[test]
fn what_may_import_what() {
    use Floor::{At, Beside};
    let cases = [
        (At(1), At(0), false, true),
        (At(1), At(2), false, false),
        (At(1), At(1), false, false),
        (At(4), At(3), false, true),
        (At(2), Beside, false, false),
        (At(2), Beside, true, true),
        (At(1), At(2), true, false),
        (Beside, At(4), false, true),
        (Beside, Beside, true, true),
    ];
    for (from, to, in_tests, expect) in cases {
        assert_eq!(
            may_import(from, to, in_tests),
            expect,
            "{from} imports {to}, tests: {in_tests}"
        );
    }
    assert_eq!(said(("ui", At(1)), ("group", At(2))), "`ui` (floor 1) imports `group` (floor 2)");
}

fn may_import(from: Floor, to: Floor, in_tests: bool) -> bool {
    match (from, to) {
        (Floor::Beside, _) => true,
        (_, Floor::Beside) => in_tests,
        (from, to) if from == to => from != STRANGERS && in_tests,
        (Floor::At(from), Floor::At(to)) => to < from,
    }
}

fn said(from: (&str, Floor), to: (&str, Floor)) -> String {
    format!("`{}` ({}) imports `{}` ({})", from.0, from.1, to.0, to.1)
}
