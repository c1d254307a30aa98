//! Folders and files of apps, on the real binary: a new app works, an editor finds what scripts may
//! call, copies and exports come whole.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod person;
mod support;

use person::Person;
use serde_json::{Value, json};
use std::io::Read;
use support::Served;

#[test]
fn a_new_app_works_and_stays_small() {
    let served = Served::start(&[]);
    let ana = Person::with(served.token());
    let made = ana.json(&["new", "rain-diary"]);
    assert_eq!(
        made["files"],
        json!([
            ".allot/lib/allotment.d.lua",
            ".luarc.json",
            "README.md",
            "allotment.toml",
            "main.lua"
        ])
    );
    let luarc: Value = serde_json::from_str(&ana.read("rain-diary/.luarc.json")).unwrap();
    assert_eq!(luarc["workspace.library"], json!([".allot/lib"]));
    ana.well(&["check", "--folder", "rain-diary"]);
    ana.well(&["push", "--folder", "rain-diary", "--group", &served.url]);
    ana.well(&["do", "@ana/rain-diary", "Press me", "--group", &served.url]);
    let shown = ana.well(&["show", "@ana/rain-diary", "--group", &served.url]);
    assert!(shown.contains("Pressed 1 times."), "{shown}");
    let copy = ana.json(&["new", "copy", "--from", "@ana/rain-diary", "--group", &served.url]);
    assert_eq!(copy["files"].as_array().unwrap().len(), 5, "hidden files were not pushed: {copy}");
    assert!(ana.read("copy/allotment.toml").contains("name = \"copy\""));
    assert_eq!(ana.read("copy/main.lua"), ana.read("rain-diary/main.lua"));
}

/// That it builds is seen where the examples are built: it is made of them.
#[test]
fn a_new_app_in_another_language_is_the_example_of_that_language() {
    let ana = Person::new();
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    for (lang, program) in
        [("rust", "main.rs"), ("js", "main.js"), ("python", "main.py"), ("c", "main.c")]
    {
        let name = format!("in-{lang}");
        let said = ana.well(&["new", &name, "--lang", lang]);
        assert!(said.contains(program), "{said}");
        for file in [program, "build.sh"] {
            let example = std::fs::read_to_string(format!("{examples}/words-{lang}/{file}"));
            assert_eq!(ana.read(&format!("{name}/{file}")), example.unwrap());
        }
        let manifest = ana.read(&format!("{name}/allotment.toml"));
        let begins = format!("name = \"{name}\"\ntitle = \"{name}\"\n");
        assert!(manifest.starts_with(&begins), "{manifest}");
        assert!(ana.read(&format!("{name}/wit/world.wit")).contains("world app"));
    }
    let both = ana.says(&["new", "trial", "--lang", "c", "--from", "@ana/poll"], "");
    assert_eq!(both.code, 2, "a copy has a language: {both:?}");
    assert_eq!(ana.says(&["new", "trial", "--lang", "cobol"], "").code, 2);
}

#[test]
fn the_definition_is_lua_and_says_what_there_is() {
    let ana = Person::new();
    ana.well(&["new", "trial"]);
    let definition = ana.read("trial/.allot/lib/allotment.d.lua");
    assert!(definition.starts_with("---@meta\n"));
    for part in [
        "function store.get(key, default) end",
        "---@param default? any",
        "---It needs the grant `http.fetch`.",
        "function ui.button(properties) end",
        "---@field tone? \"neutral\"|\"primary\"|\"danger\"|\"quiet\"",
        "function ui.toast(text) end",
    ] {
        assert!(definition.contains(part), "{part}");
    }
    // The language itself reads it: a file of the app is loaded by what `check` runs.
    ana.write("trial/definition.lua", &definition);
    ana.write(
        "trial/main.lua",
        "local view_of = ui\nrequire \"definition\"\nui = view_of\nfunction view() return ui.page{ 'x' } end\n",
    );
    ana.well(&["check", "--folder", "trial"]);
    ana.write("trial/definition.lua", "function function() end");
    assert_eq!(ana.says(&["check", "--folder", "trial"], "").code, 1, "check does load it");
}

#[test]
fn an_app_goes_from_one_group_to_another() {
    let (oak, elm) = (Served::start(&[]), Served::start(&[]));
    let ana = Person::with(oak.token());
    ana.write("poll/allotment.toml", "name = \"poll\"\nshare = \"public\"\n");
    ana.write(
        "poll/main.lua",
        "function view() return ui.page{ 'Votes: ' .. store.get('n', 0), ui.button{ 'Yes', on = 'yes' } } end
         function on.yes() store.add('n'); files.write('a.txt', 'kept') end",
    );
    ana.well(&["push", "--folder", "poll", "--group", &oak.url]);
    ana.well(&["do", "@ana/poll", "Yes", "--group", &oak.url]);
    let made = ana.json(&["export", "@ana/poll", "--group", &oak.url]);
    let length = ana.path("poll.allot").metadata().unwrap().len();
    assert_eq!((&made["file"], &made["bytes"]), (&json!("poll.allot"), &json!(length)));
    assert!(!ana.path("poll.allot.part").exists());

    let there = Person { token: Some(elm.token().to_owned()), ..ana };
    let app = there.json(&["import", "poll.allot", "--name", "moved", "--group", &elm.url]);
    assert_eq!(
        (&app["address"], &app["rows"], &app["files"]),
        (&json!("@ana/moved"), &json!(1), &json!(1))
    );
    let shown = there.well(&["show", "@ana/moved", "--group", &elm.url]);
    assert!(shown.starts_with("Votes: 1"), "{shown}");

    // Whoever may only look gets the files alone.
    let stranger = Person::new();
    stranger.well(&["export", "@ana/poll", "seen.allot", "--group", &oak.url]);
    let file = std::fs::File::open(stranger.path("seen.allot")).unwrap();
    let mut zip = zip::ZipArchive::new(file).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert!(names.iter().all(|name| name.starts_with("app/") || name == "about.json"), "{names:?}");
    let mut about = String::new();
    zip.by_name("about.json").unwrap().read_to_string(&mut about).unwrap();
    assert!(about.contains("\"whole\": false"), "{about}");
}
