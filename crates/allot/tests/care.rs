//! An operator's evening, on the real binary: a backup of a running group is restored and served,
//! and the doctor finds what is wrong and says how to mend it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod person;
mod support;

use person::{Person, mode};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use support::Served;

/// A served group with an app, some data and a kept file.
fn with_data() -> (Served, Person) {
    let served = Served::start(&[]);
    let ana = Person::with(served.token());
    ana.write("diary/allotment.toml", "name = \"diary\"\n");
    ana.write(
        "diary/main.lua",
        "function view() return ui.page{ 'Diary', ui.text('Entries: ' .. store.get('n', 0)), ui.button{ 'Write', on = 'write' } } end
         function on.write() store.add('n'); files.write('a.txt', ('x'):rep(100000)) end",
    );
    ana.well(&["push", "--folder", "diary", "--group", &served.url]);
    ana.well(&["do", "@ana/diary", "Write", "--group", &served.url]);
    (served, ana)
}

#[test]
fn a_backup_of_a_running_group_is_served_again() {
    let (mut served, ana) = with_data();
    let data = served.data.path().to_str().unwrap().to_owned();
    let said = ana.says(&["backup", "create", "one.allotment", "--data", &data], "");
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("1 account, 1 app, ") && said.out.contains("Verified: "), "{said:?}");
    assert!(said.err.contains("master key is not in it"), "{said:?}");
    assert_eq!(mode(&ana.path("one.allotment")), 0o600);
    let left: Vec<_> =
        fs::read_dir(ana.home.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "no scratch folder stays: {left:?}");
    let key = fs::read(served.data.path().join("master.key")).unwrap();
    let backup = fs::read(ana.path("one.allotment")).unwrap();
    assert!(!backup.windows(key.len()).any(|window| window == key), "the key is in the backup");

    // Later the machine is gone; there is the file, and the key on paper.
    ana.well(&["do", "@ana/diary", "Write", "--group", &served.url]);
    served.kill();
    let restored = tempfile::tempdir().unwrap();
    let into = restored.path().to_str().unwrap().to_owned();
    let said = ana.says(&["backup", "restore", "one.allotment", "--data", &into], "");
    assert!(said.err.contains("install -m 600"), "it says what to do about the key: {said:?}");
    fs::write(restored.path().join("master.key"), &key).unwrap();
    fs::set_permissions(restored.path().join("master.key"), fs::Permissions::from_mode(0o600))
        .unwrap();
    served.data = restored;
    served.serve(None);
    let shown = ana.well(&["show", "@ana/diary", "--group", &served.url]);
    assert!(shown.contains("Entries: 1"), "as it was when the backup was made: {shown}");
    ana.well(&["push", "--folder", "diary", "--group", &served.url]);
}

#[test]
fn a_key_that_does_not_fit_is_noticed_at_once() {
    let (served, ana) = with_data();
    let data = served.data.path().to_str().unwrap();
    ana.well(&["backup", "create", "one.allotment", "--data", data, "--no-verify"]);
    fs::create_dir(ana.path("other")).unwrap();
    fs::write(ana.path("other/master.key"), [1; 32]).unwrap();
    let said = ana.says(&["backup", "restore", "one.allotment", "--data", "other"], "");
    assert!(said.code == 0 && said.err.contains("key of another group"), "{said:?}");
    let key = fs::read(served.data.path().join("master.key")).unwrap();
    fs::create_dir(ana.path("same")).unwrap();
    fs::write(ana.path("same/master.key"), key).unwrap();
    let said = ana.says(&["backup", "restore", "one.allotment", "--data", "same"], "");
    assert!(said.err.contains("is there and fits"), "{said:?}");
}

/// What the doctor says of one thing.
fn state(person: &Person, data: &Path, name: &str, more: &[&str]) -> (String, String, i32) {
    let data = data.to_str().unwrap();
    let said = person.says(&[&["doctor", "--json", "--data", data], more].concat(), "");
    let report: Value = serde_json::from_str(&said.out).expect(&said.out);
    let checks = report["checks"].as_array().unwrap();
    let bad = checks.iter().filter(|check| check["state"] == "bad").count();
    assert_eq!(report["bad"], bad, "{report}");
    assert_eq!(said.code, i32::from(bad > 0), "the exit code says the same: {said:?}");
    let worst = |check: &&Value| check["name"] == name && check["state"] != "ok";
    let all = |check: &&Value| check["name"] == name;
    let found = checks.iter().find(worst).or_else(|| checks.iter().find(all));
    let found = found.unwrap_or_else(|| panic!("{name} is not looked at: {report}"));
    let text = |key: &str| found[key].as_str().unwrap().to_owned();
    (text("state"), text("text") + " " + &text("fix"), said.code)
}

#[test]
fn the_doctor_finds_what_is_wrong() {
    let (mut served, ana) = with_data();
    let data = served.data.path().to_owned();
    let listens = served.url.trim_start_matches("http://").to_owned();
    let chmod =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    chmod(&data, 0o700);
    let healthy = ana.json(&["doctor", "--data", data.to_str().unwrap(), "--listen", &listens]);
    for kind in ["lua: ", "parse: "] {
        let checks = healthy["checks"].as_array().unwrap();
        let walls = |it: &&Value| it["text"].as_str().is_some_and(|text| text.starts_with(kind));
        let walls = checks.iter().find(walls).expect(kind);
        assert!(walls["text"].as_str().unwrap().contains("seccomp"), "{walls}");
    }
    assert_eq!((&healthy["bad"], &healthy["warn"]), (&json!(0), &json!(0)), "{healthy}");
    let look = |name: &str| state(&ana, &data, name, &["--listen", "127.0.0.1:0"]);
    let is = |name: &str, state: &str, word: &str| {
        let found = look(name);
        assert!(found.0 == state && found.1.contains(word), "{name}: {found:?}");
    };

    let served_there = state(&ana, &data, "address", &["--listen", &listens]);
    assert!(served_there.1.contains("a group is served"), "{served_there:?}");
    is("address", "ok", "free");
    is("git", "ok", "git version");
    is("trust roots", "ok", "");
    is("clock", "ok", "UTC");
    is("migrations", "ok", "2 of 2");

    let key = data.join("master.key");
    chmod(&key, 0o644);
    is("master.key", "bad", "chmod 600");
    chmod(&key, 0o600);
    let right = fs::read(&key).unwrap();
    fs::write(&key, [7; 32]).unwrap();
    is("master.key", "bad", "another group");
    fs::remove_file(&key).unwrap();
    is("master.key", "bad", "install -m 600");
    fs::write(&key, right).unwrap();
    chmod(&key, 0o600);

    chmod(&data, 0o755);
    is("folder", "warn", "chmod 700");
    chmod(&data, 0o700);
    chmod(&data.join("code"), 0o755);
    is("code cache", "warn", "chmod 700");

    served.kill();
    let blob = first_file(&data.join("blobs"));
    fs::remove_file(blob).unwrap();
    is("blobs", "bad", "missing: ");
    assert!(look("blobs").1.contains("allot backup restore"));
    fs::write(data.join("group.db"), "of somebody else").unwrap();
    is("migrations", "bad", "");
    let none = state(&ana, &ana.path("none"), "folder", &["--listen", "127.0.0.1:0"]);
    assert!(none.0 == "bad" && none.1.contains("allot serve"), "{none:?}");
}

fn first_file(folder: &Path) -> std::path::PathBuf {
    let entry = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    if entry.is_dir() { first_file(&entry) } else { entry }
}

#[test]
fn the_doctor_looks_at_a_person_too() {
    let (served, ana) = with_data();
    let look = |person: &Person, more: &[&str]| {
        let said = person.says(&[&["doctor", "--json"], more].concat(), "");
        let report: Value = serde_json::from_str(&said.out).expect(&said.out);
        let named = |name: &str| {
            let checks = report["checks"].as_array().unwrap().iter();
            let found =
                checks.filter(|check| check["name"] == name).map(|check| check["state"].clone());
            found.collect::<Vec<_>>()
        };
        (said.code, ["login", "group", "clocks", "token"].map(|name| json!(named(name))))
    };
    let url = served.url.as_str();
    let (none, ok, bad) = (json!([]), json!(["ok"]), json!(["bad"]));
    assert_eq!(
        look(&ana, &["--group", url]),
        (0, [none.clone(), ok.clone(), ok.clone(), ok.clone()])
    );
    let nobody = Person::new();
    assert_eq!(look(&nobody, &[]), (1, [bad.clone(), none.clone(), none.clone(), none.clone()]));
    let gone = look(&ana, &["--group", "http://127.0.0.1:1"]);
    assert_eq!(gone, (1, [none.clone(), bad.clone(), none.clone(), none.clone()]));
    let revoked = Person::with("allot_revoked");
    assert_eq!(look(&revoked, &["--group", url]), (1, [none, ok.clone(), ok.clone(), bad.clone()]));
    let kept = Person::new();
    assert_eq!(kept.says(&["login", url], served.token()).code, 0);
    assert_eq!(look(&kept, &[]), (0, [ok.clone(), ok.clone(), ok.clone(), ok.clone()]));
    let logins = kept.path(".config/allot/logins.json");
    fs::set_permissions(logins, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(look(&kept, &[]), (1, [bad, ok.clone(), ok.clone(), ok]));
}
