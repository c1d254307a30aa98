//! Forking: by members, and by somebody who is not signed in, whose copy is theirs for a day.

use crate::Browser;
use model::{Level, Name};
use std::time::Duration;
use testkit::Place;
use testkit::world::ok;

const COUNT: &str = "function view(ctx)\n  return ui.page{ \"Count\",\n    ui.text(\"It is \" .. store.get(\"n\", 0)),\n    ui.button{ \"Add one\", on = \"add\" } }\nend\n\nfunction on.add(ctx)\n  store.add(\"n\", 1)\nend\n";

fn people(place: &Place) -> usize {
    place.group.all_accounts().unwrap().len()
}

#[test]
fn a_member_gets_a_copy_with_a_free_name() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let ben = place.person("ben", Level::New);
    place.app_with(&ana, "count", "licence = \"MIT\"\ntitle = \"Counter\"", COUNT);
    let mut browser = Browser::with_session(&place, &ben);
    let page = browser.get("/@ana/count/fork");
    assert_eq!(page.value("name"), "count");
    page.reads("all 2 files and the settings");
    page.reads("MIT");
    let editor = browser.done("/@ana/count/fork", &[("name", "count")]);
    editor.reads("This is your own copy.");
    editor.reads("This is a draft: only you see it");
    assert_eq!(editor.value("text"), COUNT);
    browser.get("/@ben/count/source").reads("This is a fork of @ana/count, release 1.");
    let page = browser.get("/@ana/count/fork");
    assert_eq!(page.value("name"), "count-2");
    for (typed, says) in [
        ("count", "You have an app named count already"),
        ("Two words", "only the letters a to z"),
        ("", "2 to 30 characters"),
        ("admin", "kept for the group itself"),
    ] {
        let page = browser.post("/@ana/count/fork", &[("name", typed)]);
        assert_eq!(page.status, 422, "{typed}");
        page.reads(says);
        assert_eq!(page.value("name"), typed);
    }
    for copy in ["count-2", "count-3", "count-4", "count-5"] {
        assert_eq!(browser.get("/@ana/count/fork").value("name"), copy);
        assert_eq!(browser.post("/@ana/count/fork", &[("name", copy)]).status, 303);
    }
    let full = browser.post("/@ana/count/fork", &[("name", "count-6")]);
    assert_eq!(full.status, 422);
    full.reads("Your account may have 5 apps.");
}

#[test]
fn a_draft_shows_its_own_settings_before_it_is_published() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    place.app(&ana, "count", COUNT);
    let mut browser = Browser::with_session(&place, &ana);
    browser.done("/@ana/count/fork", &[("name", "mine")]).reads_not("Fill in the settings");
    let text = format!("settings{{ step = {{ \"Step width\", default = 2 }} }}\n{COUNT}");
    let revision = browser.get("/@ana/mine/edit").value("revision");
    let fields = [("file", "main.lua"), ("text", text.as_str()), ("revision", &revision)];
    browser.done("/@ana/mine/edit/save", &fields).reads("Fill in the settings");
    browser.get("/@ana/mine/settings").reads("Step width");
    browser.done("/@ana/mine/settings", &[("set.step", "3")]).reads("run and publish it");
    assert_eq!(browser.get("/@ana/mine/settings").value("set.step"), "3");
}

#[test]
fn a_visitor_tries_a_copy_and_keeps_it_by_joining() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    place.app(&ana, "count", COUNT);
    let mut browser = Browser::new(&place);
    browser.get("/@ana/count/fork").reads("You are not signed in. You can try your copy for a day");
    let before = people(&place);
    let wrong = browser.post("/@ana/count/fork", &[("name", "Two words")]);
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.value("name"), "Two words");
    let forked = browser.post("/@ana/count/fork", &[("name", "mine")]);
    assert_eq!(forked.status, 303);
    assert_eq!(people(&place), before, "a visitor is nobody yet");
    let edit = forked.to();
    let home = edit.strip_suffix("/edit").expect("the editor of the copy").to_owned();
    let page = browser.get(&edit);
    page.reads("This is your copy for a day.");
    page.reads("This draft is yours for a day.");
    page.reads_not("Publish release");
    let ran = browser.post(&format!("{edit}/run"), &[("file", "main.lua"), ("text", COUNT)]);
    ran.reads("It is 0");
    let press = [("_a", ran.value("_a")), ("_n", ran.value("_n")), ("_p", "/".into())];
    let press: Vec<_> = press.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(browser.post(&format!("{home}/act"), &press).status, 303);
    browser.get(&format!("{edit}?run=1")).reads("It is 1");
    let refused =
        browser.post(&format!("{edit}/publish"), &[("file", "main.lua"), ("text", COUNT)]);
    assert_eq!(refused.status, 401);
    refused.reads("To keep this app, join the group");
    browser.get("/apps").reads("My copy");
    let second = browser.post("/@ana/count/fork", &[("name", "again")]);
    assert_eq!(second.status, 422);
    second.reads("one copy at a time without an account");
    assert_eq!(Browser::new(&place).get(&edit).status, 303, "nobody else sees it");
    let joining = [("handle", "kim"), ("password", "a long password"), ("name", "Kim")];
    assert_eq!(browser.post("/join", &joining).status, 303);
    let editor = browser.get("/@kim/mine/edit");
    editor.reads("Publish release 1");
    editor.reads_not("My copy");
    place.world.pass(Duration::from_secs(48 * 3600));
    place.group.sweep().unwrap();
    assert_eq!(editor.value("text"), COUNT);
    let publish = [("file", "main.lua"), ("text", COUNT), ("note", "Mine now")];
    browser.done("/@kim/mine/edit/publish", &publish).reads("Release 1 runs now");
    assert_eq!(browser.get(&edit).status, 404, "the visitor's address is gone");
    let kim = place.group.account_named(&Name::parse("kim").unwrap()).unwrap();
    assert_eq!(kim.level, Level::New);
}

#[test]
fn a_visitors_draft_stays_within_its_allowance() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let busy = "function view(ctx)\n  local n = 0\n  for i = 1, 200000 do n = n + i end\n  return ui.page{ \"Busy\" }\nend\nfunction on.look(ctx) http.fetch(\"https://news.example/\") end\n";
    place.app(&ana, "busy", busy);
    let eva = place.person("eva", Level::Admin);
    place.world.answers(|_| Ok(ok("news")));
    let mut browser = Browser::new(&place);
    let edit = browser.post("/@ana/busy/fork", &[("name", "mine")]).to();
    let run = |browser: &mut Browser| {
        browser.post(&format!("{edit}/run"), &[("file", "main.lua"), ("text", busy)])
    };
    let first = run(&mut browser);
    first.reads("It runs on data of its own.");
    let mut last = first;
    for _ in 0..40 {
        last = run(&mut browser);
        if last.words().contains("not begun") {
            break;
        }
    }
    last.reads("The run was not begun.");
    last.reads("used up");
    // Midnight brings no second allowance.
    place.world.pass(Duration::from_secs(20 * 3600));
    run(&mut browser).reads("used up");
    assert_eq!(place.world.requests(), 0);
    // And after a day there is nobody any more, and nothing is left.
    place.world.pass(Duration::from_secs(5 * 3600));
    assert_eq!(run(&mut browser).status, 401);
    place.group.sweep().unwrap();
    let apps = place.group.all_apps(&eva).unwrap();
    assert_eq!(apps.len(), 1, "the draft is still there");
    assert_eq!(apps[0].owner, ana.id);
}

#[test]
fn what_has_no_release_is_not_forked() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    place.app(&ana, "count", COUNT);
    let mut browser = Browser::with_session(&place, &ana);
    browser.done("/@ana/count/fork", &[("name", "mine")]);
    let page = browser.post("/@ana/mine/fork", &[("name", "again")]);
    assert_eq!(page.status, 422);
    page.reads("no release yet, so there is nothing to fork");
}
