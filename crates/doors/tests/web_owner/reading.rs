//! The source page, receipts, the log, export and deleting.

use crate::Browser;
use model::{App, Level, Value};
use testkit::Place;

const ONE: &str = "function view(ctx)\n  return ui.page{ \"One\" }\nend\n\nfunction on.save(ctx)\n  print(\"saving\")\n  store.set(\"x\", 1)\nend\n\nfunction on.fail(ctx) error(\"no luck\") end\n";

/// An app with three releases, of which the newest is what the first was, and a draft.
fn changed(place: &Place) -> (model::Account, App) {
    let ana = place.person("ana", Level::Member);
    let app = place.app(&ana, "poll", ONE);
    let mut browser = Browser::with_session(place, &ana);
    let two = ONE.replace("\"One\"", "\"Two\"");
    let revision = browser.get("/@ana/poll/edit").value("revision");
    let page = browser.done(
        "/@ana/poll/edit/publish",
        &[("file", "main.lua"), ("text", &two), ("revision", &revision), ("note", "Now two")],
    );
    assert_eq!(page.status, 200);
    let app = place.reload(&ana, &app);
    (ana, app)
}

#[test]
fn everybody_reads_files_and_releases() {
    let place = Place::new();
    let (_, app) = changed(&place);
    let mut browser = Browser::new(&place);
    let page = browser.get("/@ana/poll/source");
    assert_eq!(page.status, 200);
    for text in ["main.lua", "allotment.toml", "\"Two\"", "Release 2", "Now two", "runs now"] {
        page.reads(text);
    }
    page.reads(app.release.as_ref().unwrap().short());
    page.reads_not("Go back to this");
    browser.get("/@ana/poll/source?release=1").reads("\"One\"");
    browser.get("/@ana/poll/source?file=allotment.toml").reads("name = \"poll\"");
    let difference = browser.get("/@ana/poll/source?from=1&to=2");
    difference.reads("From release 1 to release 2");
    difference.reads("In release 1: -   return ui.page{ \"One\" }");
    difference.reads("In release 2: +   return ui.page{ \"Two\" }");
    for missing in ["?release=9", "?release=x", "?file=nothing.lua", "?from=1&to=9"] {
        let page = browser.get(&format!("/@ana/poll/source{missing}"));
        assert_eq!(page.status, 404, "{missing}");
        page.reads("Choose one");
    }
}

#[test]
fn going_back_leaves_the_draft_alone() {
    let place = Place::new();
    let (ana, app) = changed(&place);
    let mut browser = Browser::with_session(&place, &ana);
    let revision = browser.get("/@ana/poll/edit").value("revision");
    let work = [("file", "main.lua"), ("text", "-- half done"), ("revision", revision.as_str())];
    browser.done("/@ana/poll/edit/save", &work).reads("Saved in the draft.");
    browser.get("/@ana/poll/source").reads("Go back to this");
    let page = browser.done("/@ana/poll/edit/back", &[("release", "1")]);
    page.reads("Release 1 runs again, as release 3. Your draft is untouched.");
    browser.get("/@ana/poll").reads("One");
    assert_eq!(browser.get("/@ana/poll/edit").value("text"), "-- half done");
    for (release, status) in [("9", 404), ("", 422), ("x", 422)] {
        let page = browser.post("/@ana/poll/edit/back", &[("release", release)]);
        assert_eq!(page.status, status, "{release}");
    }
    assert_eq!(place.reload(&ana, &app).release_number, 3);
}

#[test]
fn a_run_leaves_a_line_and_a_receipt() {
    let place = Place::new();
    let (ana, app) = changed(&place);
    let mut browser = Browser::with_session(&place, &ana);
    browser.get("/@ana/poll/receipts").reads("There are no receipts yet.");
    browser.get("/@ana/poll/log").reads("Nothing ran yet.");
    place.press(&app, &ana, "save", Value::Nil);
    let failed = place.press(&app, &ana, "fail", Value::Nil);
    let log = browser.get("/@ana/poll/log");
    for text in
        ["on.save", "by @ana", "saving", "1 write", "on.fail", "stopped", "no luck", "receipt"]
    {
        log.reads(text);
    }
    let receipts = browser.get("/@ana/poll/receipts");
    receipts.reads("on.fail: stopped");
    let to = format!("/@ana/poll/receipts/{}", failed.receipt.run);
    assert!(receipts.text.contains(&to) && log.text.contains(&to));
    let receipt = browser.get(&to);
    for text in ["Receipt of on.fail", "no luck", "main.lua:10", "Where the gas went", "100 %"] {
        receipt.reads(text);
    }
    // Of somebody else's app there is none, even under the right id.
    let ben = place.person("ben", Level::Member);
    place.app(&ben, "other", ONE);
    let strange = format!("/@ben/other/receipts/{}", failed.receipt.run);
    assert_eq!(Browser::with_session(&place, &ben).get(&strange).status, 404);
}

#[test]
fn an_app_goes_along_as_one_file() {
    let place = Place::new();
    let (ana, _) = changed(&place);
    let file = Browser::with_session(&place, &ana).get("/@ana/poll/export");
    assert_eq!(file.status, 200);
    assert_eq!(&file.bytes[..2], b"PK");
    let kept = file.headers["content-disposition"].to_str().unwrap();
    assert_eq!(kept, "attachment; filename=\"poll.allot\"");
    assert_eq!(file.headers["content-security-policy"], "sandbox; default-src 'none'");
}

#[test]
fn deleting_needs_the_name() {
    let place = Place::new();
    let (ana, app) = changed(&place);
    let mut browser = Browser::with_session(&place, &ana);
    browser.get("/@ana/poll/delete").reads("Type “poll” to delete it");
    for typed in ["", "Poll", "@ana/poll"] {
        let page = browser.post("/@ana/poll/delete", &[("confirm", typed)]);
        assert_eq!(page.status, 422, "{typed}");
        page.reads("That is not its name. Nothing was deleted");
    }
    assert_eq!(place.reload(&ana, &app), app);
    browser.done("/@ana/poll/delete", &[("confirm", "poll")]).reads("poll is deleted.");
    assert_eq!(browser.get("/@ana/poll").status, 404);
}
