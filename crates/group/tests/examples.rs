//! The apps in `examples/`, used as a person would: published as they lie there, looked at and pressed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use group::person;
use model::trigger::{Change, Invocation, Request, Trigger};
use model::{Account, App, Ending, Files, Level, Name, Value};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use testkit::Place;
use testkit::world::ok;
use ui::{Surroundings, View};

/// The files of an example.
fn files(name: &str) -> Files {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples")).join(name);
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())
    };
    Files::new(fs::read_dir(folder).unwrap().map(read).collect()).unwrap()
}

/// A group in which somebody published an example.
fn published(name: &str) -> (Place, Account, App) {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.group.create_app(&ana, Name::parse(name).unwrap(), &files(name)).unwrap();
    place.group.publish(&ana, &app, "as it lies there").unwrap();
    let app = place.reload(&ana, &app);
    (place, ana, app)
}

/// The page as a terminal shows it.
fn page(place: &Place, app: &App, by: &Account) -> String {
    let ran = place.look(app, Some(by));
    assert_eq!(ran.ending, Ending::Done, "{}", ran.message);
    let view = View::read(&ran.answer, "").expect("a view without faults");
    assert!(view.warnings.is_empty(), "{:?}", view.warnings);
    let prose = &place.group.prose(&view, app, false);
    let seal = |_: &str, _: &Value| String::new();
    ui::view::text(&view, &Surroundings { prose, ..Surroundings::of("/@ana/example", &seal) })
}

fn press(place: &Place, app: &App, by: &Account, handler: &str, args: &[(&str, &str)]) -> Value {
    let args = Value::map(args.iter().map(|(name, text)| (*name, Value::text(*text))));
    let ran = place.press(app, by, handler, args);
    assert_eq!(ran.ending, Ending::Done, "{}", ran.message);
    ran.answer
}

#[test]
fn each_in_lua_has_a_test_here() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples"));
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("main.lua").is_file())
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    // The last one and its likes in other languages have theirs in words.rs.
    let tested = [
        "feed-to-git",
        "guestbook",
        "minutes",
        "poll",
        "reading-list",
        "reminders",
        "supper",
        "webhook",
        "words-lua",
    ];
    assert_eq!(names, tested);
}

#[test]
fn minutes_are_one_document_a_day() {
    let (place, ana, app) = published("minutes");
    assert!(page(&place, &app, &ana).contains("No meeting has minutes yet."));
    let to = press(&place, &app, &ana, "open", &[("day", "2026-11-24")]);
    let parts = to.get("parts").map(Value::items).unwrap_or_default();
    assert_eq!(parts.first().and_then(Value::as_str), Some("?day=2026-11-24"));
    let text = Change::Save { text: "Ana, Ben".into(), base: Some(0) };
    place.group.write_document(&app, Some(person(&ana)), false, "day/2026-11-24", text).unwrap();
    press(&place, &app, &ana, "saved", &[("revision", "1")]);
    let shown = page(&place, &app, &ana);
    assert!(shown.contains("2026-11-24"), "{shown}");
    assert!(shown.contains("last written by @ana"), "{shown}");
    let query = BTreeMap::from([("day".to_owned(), "2026-11-24".to_owned())]);
    let look = Trigger::View { path: "/".into(), query };
    let by = Some(person(&ana));
    let asked = Invocation { app: app.id, trigger: look, by, chain: None, draft: false };
    let ran = place.group.invoke(asked).unwrap();
    assert_eq!(ran.ending, Ending::Done, "{}", ran.message);
    let view = View::read(&ran.answer, "").expect("a view without faults");
    let documents = &place.group.library(&app, false).of_view(&view).unwrap();
    let seal = |_: &str, _: &Value| String::new();
    let around = Surroundings { documents, ..Surroundings::of("/@ana/minutes", &seal) };
    let shown = ui::view::text(&view, &around);
    assert!(shown.contains("── Minutes ──\nAna, Ben"), "{shown}");
}

#[test]
fn a_poll_counts_one_vote_a_person() {
    let (place, ana, app) = published("poll");
    let ben = place.person("ben", Level::Member);
    for (who, answer) in [(&ana, "Yes"), (&ana, "No"), (&ben, "No")] {
        press(&place, &app, who, "vote", &[("answer", answer)]);
    }
    let shown = page(&place, &app, &ana);
    let row = |answer: &str| {
        let line = shown.lines().find(|line| line.trim_start().starts_with(answer)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    assert_eq!((row("Yes").as_str(), row("No").as_str()), ("0", "2"), "{shown}");
}

#[test]
fn a_supper_takes_votes_of_people_without_an_account() {
    let (place, ana, app) = published("supper");
    let args = || Value::map([("dish", Value::text("Pie"))]);
    let trigger = |args| Trigger::Action {
        handler: "vote".into(),
        args,
        files: Vec::new(),
        form: BTreeMap::new(),
        path: "/".into(),
        query: BTreeMap::new(),
        nonce: None,
    };
    for _ in 0..2 {
        let press = Invocation {
            app: app.id,
            trigger: trigger(args()),
            by: None,
            chain: None,
            draft: false,
        };
        assert_eq!(place.group.invoke(press).unwrap().ending, Ending::Done);
    }
    let shown = page(&place, &app, &ana);
    assert!(shown.contains("Votes: 2") && shown.matches("Votes: 0").count() == 2, "{shown}");
}

#[test]
fn a_guest_book_keeps_lines() {
    let (place, ana, app) = published("guestbook");
    press(&place, &app, &ana, "sign", &[("text", "  The pears are ripe. ")]);
    let refused = press(&place, &app, &ana, "sign", &[("text", "  ")]);
    assert_eq!(refused.str_at("text"), Some("Write a line first."));
    let shown = page(&place, &app, &ana);
    assert!(shown.contains("The pears are ripe.") && shown.contains("ana"), "{shown}");
}

#[test]
fn a_reading_list_is_each_persons_own() {
    let (place, ana, app) = published("reading-list");
    let item = [("url", "https://blog.example/pears"), ("title", "On pears")];
    press(&place, &app, &ana, "add", &item);
    let refused = press(&place, &app, &ana, "add", &[("url", "pears"), ("title", "")]);
    assert!(refused.str_at("url").is_some());
    let shown = page(&place, &app, &ana);
    assert!(shown.contains("On pears") && shown.find("On pears") < shown.rfind("Read"), "{shown}");
    press(&place, &app, &ana, "toggle", &[("key", "item/000001")]);
    let shown = page(&place, &app, &ana);
    assert!(shown.contains("Unread"), "{shown}");
}

#[test]
fn a_reminder_comes_when_its_time_is_up() {
    let (place, ana, app) = published("reminders");
    press(&place, &app, &ana, "plan", &[("what", "Water the beans"), ("wait", "90m")]);
    let refused = press(&place, &app, &ana, "plan", &[("what", "x"), ("wait", "soon")]);
    assert!(refused.str_at("wait").is_some());
    place.minutes(89);
    assert!(!page(&place, &app, &ana).contains("Water the beans"));
    place.minutes(2);
    assert!(page(&place, &app, &ana).contains("Water the beans"));
    press(&place, &app, &ana, "done_with", &[("id", "1")]);
    assert!(!page(&place, &app, &ana).contains("Water the beans"));
}

#[test]
fn a_webhook_keeps_what_is_sent() {
    let (place, ana, app) = published("webhook");
    let send = |method: &str, body: &str| {
        let request = Request {
            method: method.into(),
            path: "/".into(),
            body: body.as_bytes().to_vec(),
            ..Request::default()
        };
        let trigger = Trigger::Serve(request);
        let invocation = Invocation { app: app.id, trigger, by: None, chain: None, draft: false };
        let ran = place.group.invoke(invocation).unwrap();
        assert_eq!(ran.ending, Ending::Done, "{}", ran.message);
        (
            ran.answer.get("status").and_then(Value::as_int),
            ran.answer.str_at("body").unwrap().to_owned(),
        )
    };
    assert_eq!(send("POST", "built"), (Some(201), "kept as number 1\n".into()));
    assert_eq!(send("POST", "tested"), (Some(201), "kept as number 2\n".into()));
    assert_eq!(send("GET", ""), (Some(200), "there are 2\n".into()));
    let shown = page(&place, &app, &ana);
    assert!(shown.find("tested") < shown.find("built"), "the newest comes first: {shown}");
}

#[test]
fn a_feed_is_kept_once_for_each_change() {
    let (place, ana, app) = published("feed-to-git");
    let settings = BTreeMap::from([
        ("feed".to_owned(), "https://blog.example/feed.xml".to_owned()),
        ("repo".to_owned(), "https://git.example/ana/feed.git".to_owned()),
    ]);
    let app = place.group.change_settings(&ana, &app, &settings).unwrap();
    place.allow(&ana, &app, "http.fetch", "https://blog.example/feed.xml");
    place.allow(&ana, &app, "git.write", "https://git.example/ana/feed.git");
    for (body, commits) in [("<rss>one</rss>", 1), ("<rss>one</rss>", 1), ("<rss>two</rss>", 2)] {
        place.world.answers(move |_| Ok(ok(body)));
        press(&place, &app, &ana, "save", &[]);
        assert_eq!(place.group.effects(app.id).unwrap().len(), commits, "{body}");
    }
    assert!(!page(&place, &app, &ana).contains("never"));
}
