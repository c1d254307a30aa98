//! An app as one file: what goes out comes in again, no secret leaves, nobody gets more than they
//! may, and nothing of a hostile file stays.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use group::{Allowing, person};
use model::{Account, App, Ending, Level, Value};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::path::PathBuf;
use testkit::Place;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const MAIN: &str = r#"
settings{ feed = { "Feed", kind = "url" } }
function view(ctx)
  return ui.page{ "Votes", ui.text(tostring(store.get("votes"))), ui.text(files.read("a.txt")) }
end
function on.fill(ctx)
  store.set("votes", 3); store.set("half", 0.1 + 0.2); store.set("bytes", "\255\0")
  store.set("large", ("x"):rep(100000)); store.delete("gone")
  me.set("mine", { 1, { a = true } })
  files.write("a.txt", "kept"); files.write("b.txt", "kept")
  schedule.every("1h", "look:7", { id = 7 })
end
function at.look(ctx, args) store.set("looked", args.id) end
"#;

fn contents(zip: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut found = BTreeMap::new();
    for place in 0..zip.len() {
        let mut part = zip.by_index(place).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        found.insert(part.name().unwrap().into_owned(), bytes);
    }
    found
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn exported(place: &Place, by: Option<&Account>, app: &App) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    place.group.export_app(by.map(person).as_ref(), app, &mut out).unwrap();
    out.into_inner()
}

/// An app with something of everything.
fn full(place: &Place, ana: &Account) -> App {
    let app = place.app(ana, "poll", MAIN);
    let settings = BTreeMap::from([("feed".to_owned(), "https://a.example/f".to_owned())]);
    let app = place.group.change_settings(ana, &app, &settings).unwrap();
    let ran = place.press(&app, ana, "fill", Value::Nil);
    assert_eq!(ran.ending, Ending::Done, "{}", ran.message);
    let allowing = Allowing {
        verb: "git.write".into(),
        object: "https://git.example/r".into(),
        token: Some("the-deploy-token".to_owned().into()),
        ..Allowing::default()
    };
    place.group.allow(ana, &app, allowing).unwrap();
    place.group.set_secret(ana, &app, "key", "api.example", "the-secret-value").unwrap();
    let files = place.group.files(&app.draft).unwrap();
    let second = files.with("README.md", b"second".to_vec()).unwrap();
    let app = place.group.save_draft(ana, &app, &second, None).unwrap();
    place.group.publish(ana, &app, "second").unwrap();
    let third = second.with("README.md", b"a draft".to_vec()).unwrap();
    place.group.save_draft(ana, &place.reload(ana, &app), &third, None).unwrap()
}

#[test]
fn what_went_out_comes_in_again() {
    let there = Place::new();
    let ana = there.person("ana", Level::Member);
    let file = exported(&there, Some(&ana), &full(&there, &ana));

    let here = Place::new();
    let ben = here.person("ben", Level::Member);
    let imported = here.group.import_app(&ben, Some("copy"), Cursor::new(&file)).unwrap();
    assert_eq!((imported.rows, imported.files), (5, 2));
    assert_eq!(imported.release.as_ref().map(|release| release.number), Some(1));
    let app = imported.app;
    assert_eq!(app.settings["feed"], "https://a.example/f");
    let files = |hashes| here.group.files(hashes).unwrap();
    let running = here.group.releases(&app).unwrap().remove(0).files;
    assert_eq!(files(&running).text("README.md"), Some("second"));
    assert_eq!(files(&app.draft).text("README.md"), Some("a draft"));
    assert!(here.group.grants(&app).unwrap().is_empty(), "a person gives grants, not a file");
    let schedules = here.group.schedules(app.id).unwrap();
    assert_eq!((schedules[0].name.as_str(), schedules[0].handler.as_str()), ("look:7", "look"));
    assert_eq!(here.look(&app, Some(&ben)).ending, Ending::Done, "it finds its data");

    let (one, two) = (contents(&file), contents(&exported(&here, Some(&ben), &app)));
    let rows = |all: &BTreeMap<String, Vec<u8>>, owner: &Account| {
        let text = String::from_utf8(all["data.jsonl"].clone()).unwrap();
        let line = |line: &str| {
            let mut row: Json = serde_json::from_str(line).unwrap();
            row["changed"] = Json::Null;
            row.to_string().replace(&owner.id.to_string(), "OWNER")
        };
        text.lines().map(line).collect::<Vec<_>>()
    };
    assert_eq!(rows(&one, &ana), rows(&two, &ben));
    for name in ["settings.json", "app/main.lua", "draft/README.md"] {
        assert_eq!(one[name], two[name], "{name}");
    }
}

#[test]
fn what_others_keep_stays_in_their_group() {
    let there = Place::new();
    let [ana, ben, cleo] = ["ana", "ben", "cleo"].map(|handle| there.person(handle, Level::Member));
    let app = there.app(&ana, "poll", MAIN);
    there.press(&app, &ana, "fill", Value::Nil);
    there.press(&app, &ben, "fill", Value::Nil);
    let file = exported(&there, Some(&ana), &app);
    let spaces = |place: &Place, owner: &Account, app: &App| {
        let rows = contents(&exported(place, Some(owner), app)).remove("data.jsonl").unwrap();
        let rows = String::from_utf8(rows).unwrap();
        let space = |line: &str| serde_json::from_str::<Json>(line).unwrap()["space"].to_string();
        rows.lines().map(space).filter(|space| space.contains("me:")).count()
    };
    let again = there.group.import_app(&ana, Some("again"), Cursor::new(&file)).unwrap().app;
    assert_eq!(spaces(&there, &ana, &again), 2, "here both are known");
    // The file says that it comes from elsewhere: whoever has the same id here is not the same.
    let mut parts = contents(&file);
    let about = String::from_utf8(parts.remove("about.json").unwrap()).unwrap();
    let about = about.replace("oak.example", "elm.example").into_bytes();
    parts.insert("about.json".to_owned(), about);
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, it)| (&**name, &it[..])).collect();
    let moved = there.group.import_app(&cleo, None, Cursor::new(zipped(&parts))).unwrap().app;
    assert_eq!(spaces(&there, &cleo, &moved), 1, "only what the owner had kept");
}

#[test]
fn a_copy_gets_its_name_and_nothing_else_changes() {
    let toml = "# an app\nname = \"poll\" # its name\ntitle = \"poll\"\n[[schedule]]\nname = \"poll\"\nevery = \"1h\"\n";
    let files = [("allotment.toml".to_owned(), toml.as_bytes().to_vec())].into();
    let files = model::Files::new(files).unwrap();
    let renamed = group::apps::with_name(&files, &model::Name::parse("copy").unwrap()).unwrap();
    assert_eq!(
        renamed.text("allotment.toml").unwrap(),
        "# an app\nname = \"copy\"\ntitle = \"poll\"\n[[schedule]]\nname = \"poll\"\nevery = \"1h\"\n"
    );
}

#[test]
fn no_secret_leaves() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = full(&place, &ana);
    let mut account = Cursor::new(Vec::new());
    place.group.export_account(&ana, &mut account).unwrap();
    for file in [exported(&place, Some(&ana), &app), account.into_inner()] {
        for (name, bytes) in contents(&file) {
            let text = String::from_utf8_lossy(&bytes);
            for secret in ["the-deploy-token", "the-secret-value", "sealed", "argon2", "password"] {
                assert!(!text.contains(secret), "{secret} is in {name}");
            }
        }
    }
}

#[test]
fn an_account_is_all_its_apps() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    full(&place, &ana);
    place.app(&ana, "second", MAIN);
    let mut out = Cursor::new(Vec::new());
    place.group.export_account(&ana, &mut out).unwrap();
    let parts = contents(&out.into_inner());
    for name in ["account.json", "poll/about.json", "poll/data.jsonl", "second/app/main.lua"] {
        assert!(parts.contains_key(name), "{name}");
    }
}

#[test]
fn others_get_the_files_of_the_release_only() {
    let place = Place::new();
    let (ana, ben) = (place.person("ana", Level::Member), place.person("ben", Level::Member));
    let app = full(&place, &ana);
    for by in [None, Some(&ben)] {
        let parts = contents(&exported(&place, by, &app));
        let names: Vec<&str> = parts.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            ["about.json", "app/README.md", "app/allotment.toml", "app/main.lua"],
            "{by:?}"
        );
        assert_eq!(parts["app/README.md"], b"second", "never the draft");
        place
            .group
            .import_app(&ben, Some("mine"), Cursor::new(exported(&place, by, &app)))
            .unwrap();
        place.group.delete_app(&ben, &of(&place, &ben, "mine")).unwrap();
    }
}

fn of(place: &Place, owner: &Account, name: &str) -> App {
    place.group.apps_of(owner).unwrap().into_iter().find(|app| app.name.as_str() == name).unwrap()
}

const TOML: &[u8] = b"name = \"x1\"\n";
const VIEW: &[u8] = b"function view() return ui.page{ 'x' } end";

fn about(change: impl Fn(&mut Json)) -> Vec<u8> {
    let mut about = json!({
        "allotment_export": 1, "made": 0, "group": "elm.example", "address": "@ana/poll",
        "app": "019a0000-0000-7000-8000-000000000001", "owner": "019a0000-0000-7000-8000-000000000002",
        "title": "", "licence": "", "release": 4, "fork_of": null, "whole": true,
    });
    change(&mut about);
    about.to_string().into_bytes()
}

/// Tries to bring a file in, and sees that nothing of a refused one stays.
fn refused(place: &Place, by: &Account, what: &str, file: &[u8]) -> String {
    let before = place.group.usage(by).unwrap();
    let problem = place.group.import_app(by, None, Cursor::new(file)).expect_err(what);
    let after = place.group.usage(by).unwrap();
    assert_eq!((before.storage, before.apps), (after.storage, after.apps), "{what}");
    let apps = place.group.apps_of(by).unwrap();
    assert_eq!(apps.len() as u64, after.apps.used, "{what}: an app stayed");
    problem.public
}

#[test]
fn names_with_tricks_refuse_the_whole_file() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    place.group.import_app(&ana, None, Cursor::new(with_entry(None))).expect("the base is fine");
    place.group.delete_app(&ana, &of(&place, &ana, "poll")).unwrap();
    let mut names: Vec<String> = [
        "..\\x",
        "a/../../x",
        "./x",
        "a//b",
        "..",
        "\0x",
        "con",
        "aux.txt",
        "x:stream",
        "x ",
        "/etc/passwd",
        "app/../../x",
        "app/con",
        "app//x",
        "C:\\x",
        "app/MAIN.lua",
        "ABOUT.json",
        ".bashrc",
        "app/.git/config",
    ]
    .map(str::to_owned)
    .to_vec();
    names.push("x".repeat(300));
    names.push(format!("app/{}", "x".repeat(300)));
    for name in names.iter().map(String::as_str).chain([LINK]) {
        let said = refused(&place, &ana, name, &with_entry(Some(name)));
        assert!(said.contains("no name of a plain file"), "{name:?}: {said}");
    }
}

/// Stands for an entry that is a symbolic link.
const LINK: &str = "symlink:x -> /etc/passwd";

/// A file that is fine but for one entry.
fn with_entry(name: Option<&str>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let about = about(|_| {});
    let base = [("about.json", &about[..]), ("app/allotment.toml", TOML), ("app/main.lua", VIEW)];
    for (name, bytes) in
        base.into_iter().chain(name.filter(|it| *it != LINK).map(|it| (it, &b"x"[..])))
    {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    if name == Some(LINK) {
        zip.add_symlink("app/x", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn the_full_table_of_names() {
    let Some(folder) = std::env::var_os("ALLOT_TABLES").map(PathBuf::from) else { return };
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let table = std::fs::read_to_string(folder.join("archive_names.jsonl")).unwrap();
    for line in table.lines() {
        let row: Json = serde_json::from_str(line).unwrap();
        let name = match row["entry"].as_str().unwrap() {
            // This row is a sentence: two names that differ only in capitals.
            row if row.starts_with("A vs a") => "App/main.lua",
            name => name,
        };
        refused(&place, &ana, name, &with_entry(Some(name)));
    }
}

const APP: [(&str, &[u8]); 2] = [("app/allotment.toml", TOML), ("app/main.lua", VIEW)];

/// A file that is fine so far, with more parts.
fn with(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let about = about(|_| {});
    zipped(&[&[("about.json", &about[..])], &APP[..], parts].concat())
}

/// A file with this one row of data.
fn with_row(space: &str, value: &Json) -> Vec<u8> {
    let row = json!({ "space": space, "key": "k", "value": value, "changed": 0 });
    with(&[("data.jsonl", row.to_string().as_bytes())])
}

/// Sees each of these files refused, by an account that keeps something already, so that too much
/// given back would show.
fn each_is_refused(files: &[(&str, Vec<u8>, &str)]) {
    let place = Place::new();
    let ana = place.person("ana", Level::New);
    place.app(&ana, "older", MAIN);
    for (what, file, word) in files {
        let said = refused(&place, &ana, what, file);
        assert!(said.contains(word), "{what}: {said}");
    }
}

#[test]
fn strange_files_are_refused_in_words() {
    let whole = with(&[]);
    let said = |change: &dyn Fn(&mut Json)| {
        zipped(&[&[("about.json", &about(change)[..])], &APP[..]].concat())
    };
    let fine = about(|_| {});
    each_is_refused(&[
        ("a letter", b"Dear Ana".to_vec(), "not a whole zip"),
        ("a cut file", whole[..whole.len() - 9].to_vec(), "not a whole zip"),
        ("no about", zipped(&APP), "no about.json"),
        ("a newer form", said(&|it| it["allotment_export"] = json!(2)), "newer allot"),
        ("a strange name", said(&|it| it["address"] = json!("@ana/..")), "letters a to z"),
        ("no app", zipped(&[("about.json", &fine)]), "no allotment.toml"),
        ("too large an app", with(&[("app/big", &vec![0; 11 << 20])]), "10 MiB together"),
    ]);
}

#[test]
fn strange_data_is_refused_in_words() {
    let line = |n: u32, bytes: usize| {
        let value = "x".repeat(bytes);
        json!({ "space": "store", "key": n.to_string(), "value": value, "changed": 0 }).to_string()
    };
    let many: Vec<String> = (0..50).map(|n| line(n, 1 << 19)).collect();
    let schedule = json!({
        "name": "x", "when": { "every": { "seconds": 0 } }, "again": true, "args": null, "tick": 0,
    });
    let kept = json!({
        "space": "files", "key": "a.txt", "value": { "hash": "ab", "size": 1 }, "changed": 0,
    });
    let broken = zipped(&[
        ("about.json", &about(|_| {})),
        APP[0],
        ("app/main.lua", b"function"),
        ("data.jsonl", kept.to_string().as_bytes()),
        ("blobs/ab", b"a kept file that was paid for"),
    ]);
    let lines = |text: &str| with(&[("data.jsonl", text.as_bytes())]);
    each_is_refused(&[
        ("a torn row", lines("{\"space\":"), "data.jsonl, line 1"),
        ("an endless row", lines(&line(1, 8 << 20)), "data.jsonl, line 1"),
        ("a strange value", with_row("store", &json!({ "$float": 1 })), "not as an export"),
        ("a file that is not there", lines(&kept.to_string()), "does not hold it"),
        ("a file that is none", with_row("files", &json!("x")), "not as an export"),
        ("more than one may keep", lines(&many.join("\n")), "storage"),
        (
            "a flood of ticks",
            with(&[("schedules.jsonl", schedule.to_string().as_bytes())]),
            "not as an export",
        ),
        ("code that does not run", broken, "main.lua:1"),
    ]);
}
