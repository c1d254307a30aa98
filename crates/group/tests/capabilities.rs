//! The one table of capabilities: what it promises is written well, runs as shown, and changes only
//! on purpose.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use group::capability::{Capability, Needs, all};
use model::{Ending, Level, Value};
use std::collections::BTreeSet;
use testkit::Place;

/// The table as a person reviews it: a change of it is a change of what apps may do and pay.
const TABLE: &str = include_str!("capabilities.txt");

fn line(it: &Capability) -> String {
    let needs = match it.needs {
        Needs::Nothing => "free",
        Needs::Writing => "free, writes",
        Needs::Grant(verb) => verb,
    };
    let price = it.price;
    let costs = format!("{} + {} in + {} out", price.call, price.byte_in, price.byte_out);
    format!("{:20} {needs:14} {costs}\n", it.name)
}

#[test]
fn the_table_changes_only_on_purpose() {
    let table: String = all().map(line).collect();
    assert!(
        table == TABLE,
        "what apps may do or pay has changed; if you meant it, write this into \
         crates/group/tests/capabilities.txt and raise PRICE_TABLE if a price changed:\n{table}"
    );
}

#[test]
fn names_and_papers_are_in_order() {
    let mut names = BTreeSet::new();
    for it in all() {
        assert!(names.insert(it.name), "{} is there twice", it.name);
        let (family, name) = it.name.split_once('.').expect(it.name);
        let plain = |text: &str| {
            text.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
        };
        assert!(plain(family) && plain(name) && !name.is_empty(), "{}", it.name);
        assert!(it.signature.starts_with("fun("), "{}: {}", it.name, it.signature);
        let ends =
            it.doc.ends_with('.') && it.doc.starts_with(|c: char| c.is_uppercase() || c == '`');
        assert!(ends, "{}: its manual page is sentences: {}", it.name, it.doc);
        assert!(it.example.contains(it.name), "{} is not in its own example", it.name);
        assert!(it.price.call > 0, "{} costs nothing", it.name);
    }
}

#[test]
fn every_example_runs() {
    let examples: Vec<&Capability> =
        all().filter(|it| !matches!(it.needs, Needs::Grant(_))).collect();
    let mut main = String::from("function view(ctx) return ui.page{ 'Examples' } end\n");
    for (number, it) in examples.iter().enumerate() {
        main += &format!("function on.example{number}(ctx)\n{}\nend\n", it.example);
    }
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app(&ana, "examples", &main);
    for (number, it) in examples.iter().enumerate() {
        let ran = place.press(&app, &ana, &format!("example{number}"), Value::Nil);
        assert_eq!(ran.ending, Ending::Done, "{}: {}", it.name, ran.message);
        assert!(ran.receipt.causes.contains_key(it.name), "{} was not called", it.name);
    }
}
