//! New code and old data in the browser: rehearsed, decided, undone. And apps that run with less.

use crate::Browser;
use model::{Account, App, Level, Value};
use testkit::Place;

const OLD: &str = "function view(ctx) return ui.page{ \"Old\", ui.text(store.get(\"name\", \"none\")) } end\nfunction on.fill(ctx) store.set(\"name\", \"Ben\") end\n";
const NEW: &str = "function migrate(ctx, from) store.set(\"name\", store.get(\"name\") .. \" from \" .. from) end\nfunction view(ctx) return ui.page{ \"New\", ui.text(store.get(\"name\", \"none\")) } end\nfunction on.fill(ctx) store.set(\"name\", \"Ben\") end\n";

fn filled() -> (Place, Account, App, Browser) {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app(&ana, "names", OLD);
    place.press(&app, &ana, "fill", Value::Nil);
    let browser = Browser::with_session(&place, &ana);
    (place, ana, app, browser)
}

/// Presses Publish with this text in the editor.
fn publish(browser: &mut Browser, text: &str) -> crate::Shown {
    let revision = browser.get("/@ana/names/edit").value("revision");
    let fields =
        [("file", "main.lua"), ("text", text), ("revision", &revision), ("note", "New form")];
    browser.post("/@ana/names/edit/publish", &fields)
}

#[test]
fn a_person_sees_what_happens_to_the_data_first() {
    let (place, ana, app, mut browser) = filled();
    let page = publish(&mut browser, NEW);
    assert_eq!(page.status, 200);
    page.reads("What this does to the data");
    page.reads("- \"Ben\"");
    page.reads("+ \"Ben from 1\"");
    assert_eq!(place.reload(&ana, &app).release_number, 1, "nothing happened yet");
    browser.get("/@ana/names").reads("Old");
    assert_eq!(page.value("note"), "New form");
    browser.done("/@ana/names/edit/take-over", &[("note", "New form")]).reads("Ben from 1");
    let page = browser.get("/@ana/names/source");
    page.reads("you can go back to release 1 and its data");
    let page = browser.done("/@ana/names/edit/back-with-data", &[]);
    page.reads("Went back to release 1 with its data, as release 3.");
    let page = browser.get("/@ana/names");
    page.reads("Old");
    page.reads_not("from 1");
}

#[test]
fn what_does_not_work_out_is_told_in_the_editor() {
    let (place, ana, app, mut browser) = filled();
    let page =
        publish(&mut browser, &format!("{OLD}function check() return \"the sum is wrong\" end"));
    assert_eq!(page.status, 422);
    page.reads("the old release still runs");
    page.reads("the sum is wrong");
    assert_eq!(place.reload(&ana, &app).release_number, 1);
    let none = browser.post("/@ana/names/edit/back-with-data", &[]);
    assert_eq!(none.status, 422);
}

#[test]
fn an_app_runs_with_less_until_its_owner_decides_otherwise() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let want = "share = \"public\"\n[[want]]\nverb = \"http.fetch\"\nobject = \"https://a.example/\"\nwhy = \"To say more.\"\noptional = true\n[[want]]\nverb = \"git.write\"\nobject = \"https://git.example/r\"\nwhy = \"To keep it.\"\n";
    let main = "function view(ctx) return ui.page{ \"Less\", ui.text(store.get(\"said\", \"-\")) } end\nfunction on.look(ctx)\n  local page = http.fetch(\"https://a.example/x\")\n  store.set(\"said\", page.status .. \"[\" .. page.body .. \"]\" .. type(page.headers))\nend\n";
    let app = place.app_with(&ana, "less", want, main);
    let mut browser = Browser::with_session(&place, &ana);
    let look = |app: &App| place.press(app, &ana, "look", Value::Nil);
    assert_ne!(look(&app).message, "");
    browser.get("/@ana/less/grants").reads("Run without it");
    let fields = [("verb", "http.fetch"), ("object", "https://a.example/")];
    browser.done("/@ana/less/grants/without", &fields).reads("It runs without this, as you chose");
    assert_eq!(look(&app).message, "");
    assert!(place.page(&app, &ana).ends_with("204[]table"), "{}", place.page(&app, &ana));
    let needed = [("verb", "git.write"), ("object", "https://git.example/r")];
    assert_eq!(browser.post("/@ana/less/grants/without", &needed).status, 422);
    browser.done("/@ana/less/grants/ask-again", &fields).reads("It asks for this again.");
    assert_ne!(look(&app).message, "");
    browser.done("/@ana/less/grants/without", &fields);
    place.allow(&ana, &app, "http.fetch", "https://a.example/");
    let now = place.reload(&ana, &app);
    assert_eq!(now.without, [], "whoever grants it has changed their mind");
}

#[test]
fn a_fork_follows_its_original_if_its_owner_says_so() {
    let place = Place::new();
    let (ana, ben) = (place.person("ana", Level::Member), place.person("ben", Level::Member));
    place.app(&ana, "poll", OLD);
    let mut browser = Browser::with_session(&place, &ben);
    browser.done("/@ana/poll/fork", &[("name", "mine")]);
    browser.get("/@ben/mine/newer").reads("Take them by itself");
    browser.done("/@ben/mine/follow", &[("on", "yes")]).reads("This copy does.");
    browser.done("/@ben/mine/follow", &[("on", "")]).reads("It waits for you again.");
    let mine = place.group.apps_of(&ben).unwrap().remove(0);
    place.allow(&ben, &mine, "http.fetch", "https://a.example/");
    let refused = browser.post("/@ben/mine/follow", &[("on", "yes")]);
    assert_eq!(refused.status, 422);
    refused.reads("holds grants");
    browser.done("/@ben/mine/follow", &[("on", "yes"), ("also", "on")]).reads("This copy does.");
    browser.get("/me/news").reads("Nothing happened by itself.");
}
