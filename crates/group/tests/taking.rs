//! Forks and their originals: what is new is seen, and taken into the draft.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use group::Settle;
use model::problem::Kind;
use model::{Account, App, Level, Name};
use testkit::Place;

const MAIN: &str = "-- one\n\n\n-- two\n\n\nfunction view(ctx) return ui.page{ \"Poll\" } end\n";

struct Two {
    place: Place,
    ana: Account,
    ben: Account,
    original: App,
    fork: App,
}

fn two() -> Two {
    let place = Place::new();
    let (ana, ben) = (place.person("ana", Level::Member), place.person("ben", Level::Member));
    let original = place.app(&ana, "poll", MAIN);
    let fork = place.group.fork(&ben, &original, Name::parse("mine").unwrap()).unwrap();
    Two { place, ana, ben, original, fork }
}

impl Two {
    /// Publishes the original, or only saves the fork, with something of `main.lua` replaced.
    fn change(&mut self, of_original: bool, from: &str, to: &str) {
        let Two { place, ana, ben, original, fork } = self;
        let (owner, app) = if of_original { (ana, original) } else { (ben, fork) };
        let files = place.group.files(&app.draft).unwrap();
        let text = files.text("main.lua").unwrap().replace(from, to);
        let files = files.with("main.lua", text.into_bytes()).unwrap();
        *app = place.group.save_draft(owner, app, &files, None).unwrap();
        if of_original {
            place.group.publish(owner, app, "changed").unwrap();
            *app = place.reload(owner, app);
        }
    }

    fn main(&self) -> String {
        let files = self.place.group.files(&self.fork.draft).unwrap();
        files.text("main.lua").unwrap().to_owned()
    }
}

#[test]
fn a_fork_takes_what_its_original_published_since() {
    let mut it = two();
    assert!(it.place.group.offer(&it.ben, &it.fork).unwrap().is_none(), "nothing is newer");
    it.change(false, "-- one", "-- my one");
    it.change(true, "-- two", "-- their two");
    it.change(true, "-- their two", "-- their second two");
    let offer = it.place.group.offer(&it.ben, &it.fork).unwrap().unwrap();
    let numbers: Vec<u64> = offer.releases.iter().map(|release| release.number).collect();
    assert_eq!((offer.from, numbers), (1, vec![3, 2]));

    let (app, merge) = it.place.group.take(&it.ben, &it.fork, 3, None).unwrap();
    it.fork = app;
    assert_eq!(merge.taken, ["main.lua"]);
    assert_eq!(it.main(), MAIN.replace("-- one", "-- my one").replace("two", "their second two"));
    let files = it.place.group.files(&it.fork.draft).unwrap();
    assert!(files.text("allotment.toml").unwrap().contains("name = \"mine\""), "its own name");
    assert_eq!(it.fork.release, None, "only a person publishes");
    assert!(it.place.group.offer(&it.ben, &it.fork).unwrap().is_none(), "it is remembered");

    // What was taken is the base of the next one: no conflict with itself.
    it.change(true, "-- their second two", "-- their third two");
    let (app, _) = it.place.group.take(&it.ben, &it.fork, 4, None).unwrap();
    it.fork = app;
    assert!(it.main().contains("-- their third two") && it.main().contains("-- my one"));
    assert_eq!(it.fork.fork_of.as_ref().unwrap().number, 1, "where it came from never changes");
}

#[test]
fn a_conflict_waits_for_a_person() {
    for (how, expect) in [
        (Settle::Ours, "-- mine\n"),
        (Settle::Theirs, "-- theirs\n"),
        (Settle::Marked, "<<<<<<< mine\n-- mine\n=======\n-- theirs\n>>>>>>> the other one\n"),
    ] {
        let mut it = two();
        it.change(false, "-- one", "-- mine");
        it.change(true, "-- one", "-- theirs");
        let problem = it.place.group.take(&it.ben, &it.fork, 2, None).unwrap_err();
        assert_eq!(problem.kind, Kind::Conflict);
        assert!(problem.public.contains("main.lua"), "{}", problem.public);
        let unchanged = it.place.reload(&it.ben, &it.fork);
        assert_eq!((unchanged.taken, unchanged.draft), (None, it.fork.draft.clone()));
        it.fork = it.place.group.take(&it.ben, &it.fork, 2, Some(how)).unwrap().0;
        assert!(it.main().starts_with(expect), "{how:?}: {}", it.main());
    }
}

#[test]
fn only_its_owner_takes_and_only_what_they_may_see() {
    let mut it = two();
    it.change(true, "-- two", "-- new");
    assert!(it.place.group.take(&it.ana, &it.fork, 2, None).is_err(), "not ana's fork");
    for number in [0, 1, 3] {
        assert!(it.place.group.take(&it.ben, &it.fork, number, None).is_err(), "{number}");
    }
    // Somebody else saved the draft meanwhile: what was looked at is not what would be changed.
    let before = it.fork.clone();
    it.change(false, "-- one", "-- mine");
    let problem = it.place.group.take(&it.ben, &before, 2, None).unwrap_err();
    assert_eq!(problem.kind, Kind::Conflict);
    // The original is nobody else's any more: nothing of it is shown.
    it.change(true, "-- new", "-- secret");
    let files = it.place.group.files(&it.original.draft).unwrap();
    let hidden = "name = \"poll\"\nshare = \"private\"\n";
    let files = files.with("allotment.toml", hidden.as_bytes().to_vec()).unwrap();
    let app = it.place.group.save_draft(&it.ana, &it.original, &files, None).unwrap();
    it.place.group.publish(&it.ana, &app, "hidden").unwrap();
    assert!(it.place.group.offer(&it.ben, &it.fork).unwrap().is_none());
    // And it may be gone: the fork stays.
    it.place.group.delete_app(&it.ana, &app).unwrap();
    assert!(it.place.group.offer(&it.ben, &it.fork).unwrap().is_none());
}
