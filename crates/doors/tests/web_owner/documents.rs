//! Documents: writing, previewing, two people at once, history, and who may do what.

use crate::{Browser, Shown};
use model::{Account, Level};
use testkit::Place;

const MAIN: &str = r#"
function view(ctx)
  return ui.page{ "Minutes",
    ui.document{ doc = "plan", label = "Plan", edit = true, history = true, on_save = "saved",
      placeholder = "Who was there?" },
    ui.document{ doc = "plan", label = "To read" },
    ui.document{ doc = "other", label = "Other", edit = true, format = "plain" },
    ui.text("Saved: " .. store.get("said", "never")), ui.button{ "Press", on = "press" } }
end
function on.saved(ctx, args)
  if store.get("break") then error("no such luck") end
  store.set("said", args.doc .. " " .. args.revision)
  return ui.toast("Thank you for revision " .. args.revision)
end
function on.press(ctx) store.set("break", true) end
"#;

fn minutes() -> (Place, Account, Browser) {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    place.app_with(&ana, "minutes", "title = \"Minutes\"\nshare = \"group\"", MAIN);
    let browser = Browser::of(&place, "ana");
    (place, ana, browser)
}

/// Where the link of a document leads.
fn link(page: &Shown, words: &str, label: &str) -> String {
    let mark = format!(">{words}<span class=\"unseen\">: {label}</span></a>");
    let before = page.text.split(&mark).next().unwrap();
    assert!(before.len() < page.text.len(), "no link {words}: {label}\n{}", page.text);
    before.rsplit("href=\"").next().unwrap().split('"').next().unwrap().replace("&amp;", "&")
}

fn open(browser: &mut Browser, words: &str, label: &str) -> Shown {
    let page = browser.get("/@ana/minutes");
    browser.get(&link(&page, words, label))
}

/// Sends the form of the page with this text.
fn send(browser: &mut Browser, page: &Shown, text: &str, todo: &str) -> Shown {
    let (token, base) = (page.value("_a"), page.value("base"));
    let fields = [("_a", token.as_str()), ("base", &base), ("text", text), ("do", todo)];
    browser.post("/@ana/minutes/doc/edit", &fields)
}

#[track_caller]
fn save(browser: &mut Browser, page: &Shown, text: &str) -> Shown {
    let sent = send(browser, page, text, "save");
    assert_eq!(sent.status, 303, "{}", sent.words());
    browser.follow(sent)
}

#[test]
fn a_text_is_written_previewed_saved_and_shown() {
    let (_place, _, mut ana) = minutes();
    ana.get("/@ana/minutes").reads("Who was there?");
    let page = open(&mut ana, "Edit", "Plan");
    assert_eq!(page.value("text"), "");
    let preview = send(&mut ana, &page, "**Leo** & <b>Kim</b>", "preview");
    assert_eq!(preview.status, 200);
    preview.says("<strong>Leo</strong> &amp; &lt;b&gt;Kim&lt;/b&gt;");
    preview.reads("Preview: not saved yet");
    assert_eq!(preview.value("text"), "**Leo** & <b>Kim</b>");
    ana.get("/@ana/minutes").reads("Who was there?");

    let shown = save(&mut ana, &preview, "**Leo** & Kim");
    shown.reads("Thank you for revision 1");
    shown.says("<strong>Leo</strong> &amp; Kim");
    shown.reads("Saved: plan 1");
    let page = open(&mut ana, "Edit", "Other");
    let shown = save(&mut ana, &page, "**as it is**");
    shown.reads("**as it is**");
    shown.reads("Saved.");
}

#[test]
fn two_people_write_at_once() {
    let (place, _, mut ana) = minutes();
    place.person("ben", Level::Member);
    let mut ben = Browser::of(&place, "ben");
    let page = open(&mut ana, "Edit", "Plan");
    save(&mut ana, &page, "one\ntwo\nthree");
    let (for_ana, for_ben) = (open(&mut ana, "Edit", "Plan"), open(&mut ben, "Edit", "Plan"));
    save(&mut ana, &for_ana, "ONE\ntwo\nthree");
    save(&mut ben, &for_ben, "one\ntwo\nTHREE");
    let both = open(&mut ben, "Edit", "Plan");
    assert_eq!(both.value("text"), "ONE\ntwo\nTHREE");

    let for_ana = open(&mut ana, "Edit", "Plan");
    save(&mut ana, &for_ana, "ONE\ntwo by ana\nTHREE");
    let conflict = send(&mut ben, &both, "ONE\ntwo by <ben>\nTHREE", "save");
    assert_eq!(conflict.status, 422);
    conflict.reads("@ana changed the same lines");
    conflict.reads("two by ana");
    assert_eq!(conflict.value("text"), "ONE\ntwo by <ben>\nTHREE", "nothing typed is lost");
    let found = open(&mut ben, "Edit", "Plan");
    found.reads("You had begun this and not saved it.");
    assert_eq!(found.value("text"), "ONE\ntwo by <ben>\nTHREE");
    let again = send(&mut ben, &found, "ONE\ntwo by <ben>\nTHREE", "save");
    assert_eq!(again.status, 422, "who has not seen the other text does not overwrite it");
    save(&mut ben, &conflict, "ONE\ntwo by both\nTHREE").reads("two by both");
    assert_eq!(open(&mut ben, "Edit", "Plan").value("text"), "ONE\ntwo by both\nTHREE");
}

#[test]
fn what_was_begun_can_be_forgotten() {
    let (_place, _, mut ana) = minutes();
    let page = open(&mut ana, "Edit", "Plan");
    save(&mut ana, &page, "kept");
    let page = open(&mut ana, "Edit", "Plan");
    send(&mut ana, &page, "begun", "preview");
    let page = open(&mut ana, "Edit", "Plan");
    assert_eq!(page.value("text"), "begun");
    let sent = ana.press(&page, "Forget it and show what is kept", &[]);
    assert_eq!(ana.follow(sent).value("text"), "kept");
}

#[test]
fn the_history_shows_compares_and_restores() {
    let (place, _, mut ana) = minutes();
    place.person("ben", Level::Member);
    let mut ben = Browser::of(&place, "ben");
    for (browser, text) in [(&mut ana, "one\ntwo"), (&mut ben, "one\n2")] {
        let page = open(browser, "Edit", "Plan");
        save(browser, &page, text);
    }
    let page = open(&mut ana, "History", "Plan");
    page.reads("by @ben");
    page.reads("by @ana");
    let token = page.value("_a");
    let at = |more: &str| format!("/@ana/minutes/doc/history?_a={token}{more}");
    let changes = ana.get(&at("&from=1&to=2"));
    changes.reads("From revision 1 to revision 2");
    changes.reads("- two");
    changes.reads("+ 2");
    ana.get(&at("&revision=1")).reads("one\ntwo");
    for more in ["&revision=9", "&revision=x", "&from=1&to=9"] {
        assert_eq!(ana.get(&at(more)).status, 404, "{more}");
    }
    let sent = ana.press(&page, "Restore revision 1", &[]);
    ana.follow(sent).reads("Thank you for revision 3");
    assert_eq!(open(&mut ben, "Edit", "Plan").value("text"), "one\ntwo");
}

#[test]
fn only_who_was_shown_a_document_may_open_and_change_it() {
    let (place, _, mut ana) = minutes();
    place.person("ben", Level::Member);
    let mut ben = Browser::of(&place, "ben");
    let page = open(&mut ana, "Edit", "Plan");
    save(&mut ana, &page, "kept");
    let hers = page.value("_a");
    let app = ana.get("/@ana/minutes");
    let button = app.text.split("name=\"_a\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(
        Browser::new(&place).get("/@ana/minutes/doc/edit").status,
        404,
        "the app is not for all"
    );
    for token in [hers.as_str(), button, "", "x"] {
        for page in ["edit", "history"] {
            let answer = ben.get(&format!("/@ana/minutes/doc/{page}?_a={token}"));
            assert_eq!(answer.status, 409, "{page} {token}");
            answer.reads_not("kept");
        }
        let fields = [("_a", token), ("base", "1"), ("text", "bent"), ("do", "save")];
        let answer = ben.post("/@ana/minutes/doc/edit", &fields);
        assert_eq!(answer.status, 409);
        assert_eq!(answer.value("text"), "bent", "what was typed can be copied");
        let fields = [("_a", token), ("revision", "1")];
        assert_eq!(ben.post("/@ana/minutes/doc/restore", &fields).status, 409);
    }
    let own = ana.get(&format!("/@ana/minutes/doc/edit?_a={button}"));
    assert_eq!(own.status, 409, "a button's token is none of a document");
    let fields = [("_a", hers.as_str()), ("_p", "/")];
    let pressed = ana.post("/@ana/minutes/act", &fields);
    assert_eq!(pressed.status, 422, "and the other way round");
    assert_eq!(open(&mut ana, "Edit", "Plan").value("text"), "kept");
    let other = open(&mut ana, "Edit", "Other").value("_a");
    let history = ana.get(&format!("/@ana/minutes/doc/history?_a={other}"));
    assert_eq!(history.status, 403, "a document without history shows none");
}

#[test]
fn a_refused_text_stands_in_the_form_again() {
    let (place, _, mut ana) = minutes();
    let page = open(&mut ana, "Edit", "Plan");
    let long = "x".repeat(model::limit::DOCUMENT_BYTES_MAX + 1);
    for todo in ["save", "preview"] {
        let answer = send(&mut ana, &page, &long, todo);
        assert_eq!(answer.status, 422);
        answer.reads("at most 64 KiB");
        assert_eq!(answer.value("text"), long);
    }
    let eva = place.person("eva", Level::Admin);
    let address = model::AppAddress::parse("@ana/minutes").unwrap();
    let app = place.group.app_at(&address, Some(&group::person(&eva))).unwrap();
    place.group.stop_app(&eva, &app, Some("It is loud.")).unwrap();
    let answer = send(&mut ana, &page, "typed", "save");
    assert_eq!(answer.status, 403);
    assert_eq!(answer.value("text"), "typed");
    let at = format!("/@ana/minutes/doc/edit?_a={}", page.value("_a"));
    assert_eq!(ana.get(&at).status, 403, "a stopped app shows nothing");
}

#[test]
fn a_text_is_kept_even_if_its_app_fails_afterwards() {
    let (_place, _, mut ana) = minutes();
    let app = ana.get("/@ana/minutes");
    ana.press(&app, "Press", &[]);
    let page = open(&mut ana, "Edit", "Plan");
    let shown = save(&mut ana, &page, "kept all the same");
    shown.reads("What the app does after that did not work.");
    shown.reads("kept all the same");
}

#[test]
fn a_draft_of_an_app_has_documents_of_its_own() {
    let (_place, _, mut ana) = minutes();
    let page = open(&mut ana, "Edit", "Plan");
    save(&mut ana, &page, "live");
    let preview = ana.get("/@ana/minutes/edit?run=1");
    let page = ana.get(&link(&preview, "Edit", "Plan"));
    assert_eq!(page.value("text"), "");
    let shown = save(&mut ana, &page, "drafted");
    shown.reads("drafted");
    assert_eq!(open(&mut ana, "Edit", "Plan").value("text"), "live");
}
