//! Which handles are taken and which are refused, as a table of our own. `ALLOT_TABLES=DIR` runs
//! the full table of that folder as well.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Level, Name};
use std::path::PathBuf;
use testkit::Place;

/// What the full table and the rule of names see differently; the rule holds. An underscore is
/// neither part of a DNS label nor of a name here, and a capital I becomes a small i, which does
/// not look like an l. A look-alike is not warned of but refused, once the other one exists.
const RULE_HOLDS: &[(&str, Option<&str>)] =
    &[("al-ice_1", None), ("aIice", Some("aiice")), ("al1ce", Some("al1ce"))];

#[test]
fn names_are_taken_or_refused() {
    for (typed, expect) in [
        ("alice", Some("alice")),
        ("ALice", Some("alice")),
        ("con", Some("con")),
        ("x-1", Some("x-1")),
        ("a", None),
        ("alice.", None),
        ("-alice", None),
        ("al_ice", None),
        ("аlice", None),
        ("alice\u{200d}", None),
        ("ﬁsh", None),
        ("a%20b", None),
        ("admin", None),
        ("outbox", None),
        ("rn0derator", None),
    ]
    .iter()
    .chain(RULE_HOLDS)
    {
        assert_eq!(Name::parse(typed).ok().as_ref().map(Name::as_str), *expect, "{typed:?}");
    }
}

#[test]
fn two_people_do_not_look_the_same() {
    let place = Place::new();
    place.person("al1ce", Level::Member);
    place.person("modern", Level::Member);
    for twin in ["allce", "AL1CE", "modem", "rnodern"] {
        let problem = place.group.add_account(twin, "a long password", Level::Member);
        assert!(problem.is_err(), "{twin} was taken beside its twin");
    }
    place.person("alice", Level::Member);
}

#[test]
fn the_full_table() {
    let Some(folder) = std::env::var_os("ALLOT_TABLES").map(PathBuf::from) else { return };
    let table = std::fs::read_to_string(folder.join("handles.jsonl")).unwrap();
    for line in table.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let (typed, said) = (row["handle"].as_str().unwrap(), row["expected"].as_str().unwrap());
        let ruled = RULE_HOLDS.iter().find(|(it, _)| *it == typed);
        let taken = Name::parse(typed).ok();
        let expect = match ruled {
            Some((_, name)) => name.map(str::to_owned),
            None if said.starts_with("deny") => None,
            None => {
                let name = said.split_once("->").map_or(typed, |(_, name)| name);
                Some(name.split([' ', ';']).next().unwrap_or(name).to_owned())
            }
        };
        assert_eq!(taken.map(|name| name.to_string()), expect, "{typed:?}: {said}");
    }
}
