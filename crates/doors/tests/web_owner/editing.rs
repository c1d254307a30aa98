//! The editor: saving, two editors, checking, running a draft on data of its own, publishing.

use crate::Browser;
use model::{Account, App, Level, Value};
use testkit::Place;

const COUNT: &str = "function view(ctx)\n  return ui.page{ \"Count\",\n    ui.text(\"It is \" .. store.get(\"n\", 0)),\n    ui.button{ \"Add one\", on = \"add\" } }\nend\n\nfunction on.add(ctx)\n  store.add(\"n\", 1)\nend\n";
const EDIT: &str = "/@ana/count/edit";

fn begun() -> (Place, Account, App, Browser) {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app(&ana, "count", COUNT);
    let browser = Browser::with_session(&place, &ana);
    (place, ana, app, browser)
}

/// Presses a button of the editor with this text in the open file.
fn press(browser: &mut Browser, button: &str, text: &str) -> crate::Shown {
    let revision = browser.get(EDIT).value("revision");
    let fields =
        [("file", "main.lua"), ("text", text), ("revision", &revision), ("note", "A note")];
    browser.post(&format!("{EDIT}/{button}"), &fields)
}

#[test]
fn what_was_saved_is_there() {
    let (place, ana, app, mut browser) = begun();
    let page = browser.get(EDIT);
    assert_eq!(page.value("text"), COUNT);
    let text = format!("\n{COUNT}-- <b>\"'&amp;</b>\n\n");
    let saved = press(&mut browser, "save", &text);
    assert_eq!(saved.status, 303);
    assert_eq!(saved.to(), "/@ana/count/edit?file=main.lua");
    let page = browser.follow(saved);
    page.reads("Saved in the draft.");
    assert_eq!(page.value("text"), text);
    let now = place.reload(&ana, &app);
    assert_eq!(now.release, app.release, "nothing was published");
    // Saving the same again changes nothing.
    press(&mut browser, "save", &text);
    assert_eq!(place.reload(&ana, &app).draft_revision, now.draft_revision);
}

#[test]
fn two_editors_do_not_overwrite_each_other() {
    let (_place, _, _, mut browser) = begun();
    let revision = browser.get(EDIT).value("revision");
    let theirs = COUNT.replace("Count", "Theirs");
    press(&mut browser, "save", &theirs);
    for button in ["save", "check", "run", "publish"] {
        let mine = COUNT.replace("Count", "Mine");
        let fields = [
            ("file", "main.lua"),
            ("text", mine.as_str()),
            ("revision", &revision),
            ("note", "My note"),
        ];
        let page = browser.post(&format!("{EDIT}/{button}"), &fields);
        assert_eq!(page.status, 409, "{button}");
        page.reads("saved somewhere else meanwhile");
        page.reads(&theirs);
        assert_eq!(page.value("text"), mine);
        assert_eq!(page.value("note"), "My note");
        assert_eq!(browser.get(EDIT).value("text"), theirs, "{button} saved all the same");
    }
    // Another file is nobody's conflict, and with the new revision mine wins.
    let other = [("file", "README.md"), ("text", "Hello"), ("revision", "")];
    assert_eq!(browser.post(&format!("{EDIT}/save"), &other).status, 303);
    assert_eq!(press(&mut browser, "save", COUNT).status, 303);
}

#[test]
fn files_come_and_go() {
    let (_place, _, _, mut browser) = begun();
    for (typed, says) in [
        ("../x", "not a path inside an app"),
        ("/etc/passwd", "not a path inside an app"),
        ("", "not a path inside an app"),
        ("main.lua", "a file of this name already"),
    ] {
        let page = browser.post(&format!("{EDIT}/new"), &[("file", typed)]);
        assert_eq!(page.status, 422, "{typed}");
        page.reads(says);
        assert!(
            page.values("file").contains(&typed.to_owned()),
            "{typed}: {:?}",
            page.values("file")
        );
    }
    let page = browser.done(&format!("{EDIT}/new"), &[("file", "files/help text.txt")]);
    assert_eq!(page.value("text"), "");
    let page = browser.done(&format!("{EDIT}/delete"), &[("file", "files/help text.txt")]);
    page.reads("is deleted from the draft");
    for (file, status) in [("main.lua", 422), ("allotment.toml", 422), ("nothing", 404)] {
        assert_eq!(browser.post(&format!("{EDIT}/delete"), &[("file", file)]).status, status);
    }
    assert_eq!(browser.get(&format!("{EDIT}?file=nothing")).status, 404);
}

#[test]
fn a_check_names_the_line() {
    let (_place, _, _, mut browser) = begun();
    let page =
        press(&mut browser, "check", "function view(ctx)\n  return ui.page{ \"Count\"\nend\n");
    assert_eq!(page.status, 200);
    page.reads("One thing to mend:");
    page.reads("main.lua:3:");
    press(&mut browser, "check", COUNT).reads("Checked: this can be published.");
}

#[test]
fn a_draft_runs_on_data_of_its_own() {
    let (place, ana, app, mut browser) = begun();
    place.press(&app, &ana, "add", Value::Nil);
    let page = press(&mut browser, "run", &COUNT.replace("It is ", "The draft has "));
    assert_eq!(page.status, 200);
    page.reads("Your draft, running");
    page.reads("The draft has 0");
    assert!(page.text.contains("<h3 dir=\"auto\">Count</h3>"), "{}", page.text);
    let sealed = page.value("_a");
    let fields = [("_a", sealed.as_str()), ("_n", &page.value("_n")), ("_p", "/")];
    let pressed = browser.post("/@ana/count/act", &fields);
    assert_eq!(pressed.to(), "/@ana/count/edit?run=1#ran");
    browser.get("/@ana/count/edit?run=1").reads("The draft has 1");
    browser.get("/@ana/count").reads("It is 1");
    let broken = press(&mut browser, "run", &COUNT.replace("store.get(\"n\", 0)", "nothing.here"));
    broken.reads("The run was stopped.");
    broken.reads("main.lua:3:");
    press(&mut browser, "run", "function view(ctx) return ui.page{ \"x\", ui.buton{ \"y\" } } end")
        .reads("line 1: there is no ui.buton — did you mean “button”?");
}

#[test]
fn what_cannot_run_is_not_published() {
    let (place, ana, app, mut browser) = begun();
    let page = press(&mut browser, "publish", "function view(");
    assert_eq!(page.status, 422);
    page.reads("main.lua:1:");
    assert_eq!(page.value("text"), "function view(");
    assert_eq!(page.value("note"), "A note");
    assert_eq!(place.reload(&ana, &app).release_number, 1);
    let published = press(&mut browser, "publish", &COUNT.replace("\"Count\"", "\"Counter\""));
    assert_eq!(published.status, 303);
    assert_eq!(published.to(), "/@ana/count");
    let page = browser.get("/@ana/count");
    page.reads("Release 2 runs now");
    page.reads("Counter");
    browser.get("/@ana/count/source").reads("A note");
}

#[test]
fn too_much_is_refused_with_the_text_kept() {
    let place = Place::new();
    let kim = place.person("kim", Level::Member);
    let app = place.app(&kim, "count", COUNT);
    let large = place.group.files(&app.draft).unwrap().with("large", vec![b'x'; 9 << 20]).unwrap();
    place.group.save_draft(&kim, &app, &large, None).unwrap();
    let mut browser = Browser::with_session(&place, &kim);
    let edit = "/@kim/count/edit";
    let text = "-- ".to_owned() + &"x".repeat(2 << 20);
    let revision = browser.get(edit).value("revision");
    let fields = [("file", "main.lua"), ("text", text.as_str()), ("revision", &revision)];
    let page = browser.post(&format!("{edit}/save"), &fields);
    assert_eq!(page.status, 422);
    page.reads("at most 10 MiB together");
    assert!(page.value("text") == text, "the text is lost");
}

#[test]
fn a_new_want_is_said_before_it_is_published() {
    let (_place, _, _, mut browser) = begun();
    browser.get(EDIT).reads_not("newly asks for");
    let page = browser.get(&format!("{EDIT}?file=allotment.toml"));
    let manifest = page.value("text")
        + "[[want]]\nverb = \"http.fetch\"\nobject = \"https://news.example/\"\nwhy = \"To read the news.\"\n";
    let fields = [
        ("file", "allotment.toml"),
        ("text", manifest.as_str()),
        ("revision", &page.value("revision")),
    ];
    browser
        .done(&format!("{EDIT}/save"), &fields)
        .reads("This release newly asks for: Read from an address (To read the news.)");
}

#[test]
fn a_frozen_account_keeps_its_text() {
    let (place, ana, app, mut browser) = begun();
    let eva = place.person("eva", Level::Admin);
    place.group.freeze(&eva, &ana.handle, Some("spam")).unwrap();
    let page = press(&mut browser, "save", "-- mine");
    assert_eq!(page.status, 403);
    page.reads("Your account is frozen: spam. You can still look at everything and export it.");
    assert_eq!(page.value("text"), "-- mine");
    assert_eq!(place.reload(&ana, &app).draft, app.draft);
}
