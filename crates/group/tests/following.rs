//! A fork that follows its original: a day later, with nothing new asked, and told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Account, App, Level, Name};
use std::time::Duration;
use testkit::Place;

const MAIN: &str = "-- one\n\n\n-- two\n\n\nfunction view(ctx) return ui.page{ \"Poll\" } end\n";
const HOUR: Duration = Duration::from_secs(3600);

struct Two {
    place: Place,
    ana: Account,
    ben: Account,
    original: App,
    fork: App,
}

/// Ben's fork is published and follows ana's app.
fn two() -> Two {
    let place = Place::new();
    let (ana, ben) = (place.person("ana", Level::Member), place.person("ben", Level::Member));
    let original = place.app(&ana, "poll", MAIN);
    let fork = place.group.fork(&ben, &original, Name::parse("mine").unwrap()).unwrap();
    place.group.publish(&ben, &fork, "mine").unwrap();
    let fork = place.group.follow(&ben, &fork, true, false).unwrap();
    Two { place, ana, ben, original, fork }
}

impl Two {
    /// Publishes the original with a file replaced.
    fn release(&mut self, path: &str, from: &str, to: &str) {
        let files = self.place.group.files(&self.original.draft).unwrap();
        let text = files.text(path).unwrap().replace(from, to);
        let files = files.with(path, text.into_bytes()).unwrap();
        let app = self.place.group.save_draft(&self.ana, &self.original, &files, None).unwrap();
        self.place.group.publish(&self.ana, &app, "changed").unwrap();
        self.original = self.place.reload(&self.ana, &app);
    }

    /// Saves the fork's draft with something of `main.lua` replaced.
    fn save(&mut self, from: &str, to: &str) {
        let files = self.place.group.files(&self.fork.draft).unwrap();
        let text = files.text("main.lua").unwrap().replace(from, to);
        let files = files.with("main.lua", text.into_bytes()).unwrap();
        self.fork = self.place.group.save_draft(&self.ben, &self.fork, &files, None).unwrap();
    }

    /// Lets hours pass, with a sweep in each.
    fn hours(&mut self, hours: u32) {
        for _ in 0..hours {
            self.place.world.pass(HOUR);
            self.place.group.sweep().unwrap();
        }
        self.fork = self.place.reload(&self.ben, &self.fork);
    }

    fn news(&self) -> Vec<String> {
        let news = self.place.group.notices(&self.ben).unwrap();
        news.into_iter().map(|notice| format!("{} {}", notice.app, notice.text)).collect()
    }
}

#[test]
fn what_is_a_day_old_is_taken_and_told() {
    let mut it = two();
    it.release("main.lua", "-- two", "-- their two");
    it.hours(23);
    assert_eq!((it.fork.release_number, it.news()), (1, vec![]), "it waits a day");
    it.hours(2);
    assert_eq!(it.fork.release_number, 2);
    assert_eq!(it.fork.taken.as_ref().unwrap().number, 2);
    let news = it.news();
    assert!(news[0].starts_with("@ben/mine Release 2 of the original was taken"), "{news:?}");
    let files = it.place.group.files(&it.fork.draft).unwrap();
    assert!(files.text("main.lua").unwrap().contains("-- their two"));
    it.hours(30);
    assert_eq!((it.fork.release_number, it.news().len()), (2, 1), "once");
    it.place.group.follow(&it.ben, &it.fork, false, false).unwrap();
    it.release("main.lua", "-- their two", "-- their third two");
    it.hours(30);
    assert_eq!(it.fork.release_number, 2, "it was switched off");
}

#[test]
fn what_a_person_must_decide_is_left_and_told_once() {
    let want = "share = \"public\"\n[[want]]\nverb = \"http.fetch\"\nobject = \"https://a.example/\"\nwhy = \"To read it.\"\n";
    type Case = (&'static str, fn(&mut Two), &'static str, &'static str, &'static str);
    let cases: [(Case, &str); 5] = [
        (
            ("draft", |it| it.save("-- one", "-- mine"), "main.lua", "-- two", "-- new"),
            "changes that are not published",
        ),
        (
            (
                "conflict",
                |it| {
                    it.save("-- one", "-- mine");
                    it.place.group.publish(&it.ben, &it.fork, "").unwrap();
                },
                "main.lua",
                "-- one",
                "-- theirs",
            ),
            "both changed main.lua",
        ),
        (
            ("wants", |_| {}, "allotment.toml", "share = \"public\"\n", want),
            "asks for something new: To read it.",
        ),
        (("share", |_| {}, "allotment.toml", "\"public\"", "\"group\""), "shared with others"),
        (
            (
                "grants",
                |it| drop(it.place.allow(&it.ben, &it.fork, "http.fetch", "https://a.example/")),
                "main.lua",
                "-- two",
                "-- new",
            ),
            "holds grants",
        ),
    ];
    for ((name, prepare, path, from, to), expect) in cases {
        let mut it = two();
        prepare(&mut it);
        it.hours(1);
        let before = it.fork.release_number;
        it.release(path, from, to);
        it.hours(48);
        assert_eq!(it.fork.release_number, before, "{name}");
        let news = it.news();
        assert!(news.len() == 1 && news[0].contains(expect), "{name}: {news:?}");
        assert!(it.place.group.offer(&it.ben, &it.fork).unwrap().is_some(), "{name}: still there");
    }
}

#[test]
fn grants_are_chosen_for_the_app() {
    let mut it = two();
    it.place.allow(&it.ben, &it.fork, "http.fetch", "https://a.example/");
    let said = it.place.group.follow(&it.ben, &it.fork, true, false).unwrap_err().public;
    assert!(said.contains("holds grants"), "{said}");
    it.fork = it.place.group.follow(&it.ben, &it.fork, true, true).unwrap();
    it.release("main.lua", "-- two", "-- new");
    it.hours(26);
    assert_eq!(it.fork.release_number, 2);
    assert!(it.place.group.follow(&it.ana, &it.fork, true, true).is_err(), "not hers");
    assert!(it.place.group.follow(&it.ana, &it.original, true, true).is_err(), "no fork");
}
