//! Suggestions: seen by the author with what they change, taken or declined, and limited.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use group::Settle;
use model::problem::Kind;
use model::{Account, App, Became, Level, Name, limit};
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
    let (ana, ben) = (place.person("ana", Level::Member), place.person("ben", Level::New));
    let original = place.app(&ana, "poll", MAIN);
    let fork = place.group.fork(&ben, &original, Name::parse("mine").unwrap()).unwrap();
    Two { place, ana, ben, original, fork }
}

impl Two {
    fn saved(&self, owner: &Account, app: &App, from: &str, to: &str) -> App {
        let files = self.place.group.files(&app.draft).unwrap();
        let text = files.text("main.lua").unwrap().replace(from, to);
        let files = files.with("main.lua", text.into_bytes()).unwrap();
        self.place.group.save_draft(owner, app, &files, None).unwrap()
    }

    fn bytes(&self) -> u64 {
        self.place.group.usage(&self.ben).unwrap().storage.used
    }

    fn became(&self) -> Vec<Became> {
        let suggested = self.place.group.suggested(&self.ben, &self.fork).unwrap();
        suggested.into_iter().map(|it| it.became).collect()
    }
}

#[test]
fn an_author_takes_a_suggestion_into_the_draft() {
    let mut it = two();
    let group = &it.place.group;
    let problem = group.suggest(&it.ben, &it.fork, "").unwrap_err();
    assert!(problem.public.contains("nothing to suggest yet"), "{}", problem.public);
    it.fork = it.saved(&it.ben, &it.fork, "-- one", "-- my one");
    let before = it.bytes();
    let made = group.suggest(&it.ben, &it.fork, " Say one nicely. ").unwrap();
    assert_eq!((made.note.as_str(), made.base_number), ("Say one nicely.", 1));
    assert!(it.bytes() > before, "the suggester keeps it");

    // The author has gone on meanwhile.
    it.original = it.saved(&it.ana, &it.original, "-- two", "-- their two");
    let listed = group.suggestions(&it.ana, &it.original).unwrap();
    assert_eq!((listed.len(), listed[0].fork_address.as_str()), (1, "@ben/mine"));
    let look = group.look_at_suggestion(&it.original, &listed[0]).unwrap();
    assert_eq!(look.merge.taken, ["main.lua"], "the fork's name is no change");
    let id = made.id.to_string();
    let release = it.original.release.clone();
    let (app, _) = group.take_suggestion(&it.ana, &it.original, &id, None).unwrap();
    let main = group.files(&app.draft).unwrap().text("main.lua").unwrap().to_owned();
    assert!(main.contains("-- my one") && main.contains("-- their two"), "{main}");
    assert_eq!(app.release, release, "a draft, and no release");
    assert!(matches!(it.became()[..], [Became::Taken { .. }]));
    assert_eq!(it.bytes(), before, "what it kept is given back");
    let again = group.take_suggestion(&it.ana, &app, &id, None).unwrap_err();
    assert!(again.public.contains("answered already"), "{}", again.public);
}

#[test]
fn a_conflict_is_settled_by_the_author() {
    let mut it = two();
    it.fork = it.saved(&it.ben, &it.fork, "-- one", "-- mine");
    let id = it.place.group.suggest(&it.ben, &it.fork, "").unwrap().id.to_string();
    it.original = it.saved(&it.ana, &it.original, "-- one", "-- hers");
    let problem = it.place.group.take_suggestion(&it.ana, &it.original, &id, None).unwrap_err();
    assert_eq!(problem.kind, Kind::Conflict);
    assert_eq!(it.became(), [Became::Open]);
    let taken =
        it.place.group.take_suggestion(&it.ana, &it.original, &id, Some(Settle::Theirs)).unwrap();
    let files = it.place.group.files(&taken.0.draft).unwrap();
    assert!(files.text("main.lua").unwrap().starts_with("-- mine"));
}

#[test]
fn everybody_does_only_what_is_theirs() {
    let mut it = two();
    it.fork = it.saved(&it.ben, &it.fork, "-- one", "-- mine");
    let kim = it.place.person("kim", Level::Member);
    let eva = it.place.person("eva", Level::Admin);
    let group = &it.place.group;
    assert!(group.suggest(&it.ana, &it.fork, "").is_err(), "not ana's fork");
    let id = group.suggest(&it.ben, &it.fork, "a rude word").unwrap().id.to_string();
    let app = &it.original;
    assert!(group.suggestions(&kim, app).unwrap().is_empty(), "between ben and ana");
    assert!(group.take_suggestion(&it.ben, app, &id, None).is_err());
    assert!(group.decline_suggestion(&it.ben, app, &id, "").is_err());
    assert!(group.withdraw_suggestion(&it.ana, app, &id).is_err());
    assert!(group.withdraw_suggestion(&kim, app, &id).is_err());
    assert!(group.remove_suggestion(&it.ana, app, &id, "x").is_err());
    assert!(group.remove_suggestion(&eva, app, &id, " ").is_err(), "it needs a reason");
    assert_eq!(it.became(), [Became::Open]);

    group.decline_suggestion(&it.ana, app, &id, "Not for me, thanks").unwrap();
    assert!(
        matches!(&it.became()[..], [Became::Declined { word, .. }] if word == "Not for me, thanks")
    );
    group.remove_suggestion(&eva, app, &id, "rude").unwrap();
    let removed = group.suggested(&it.ben, &it.fork).unwrap().remove(0);
    assert_eq!(removed.note, "");
    assert!(matches!(removed.became, Became::Removed { why, .. } if why == "rude."));
    let log = group.audit_log(&eva).unwrap();
    assert!(log[0].what.contains("removed a suggestion of @ben for @ana/poll"), "{}", log[0].what);

    let id = group.suggest(&it.ben, &it.fork, "").unwrap().id.to_string();
    group.withdraw_suggestion(&it.ben, app, &id).unwrap();
    assert!(matches!(it.became()[0], Became::Withdrawn { .. }));
}

#[test]
fn only_so_many_wait_at_once() {
    let mut it = two();
    it.fork = it.saved(&it.ben, &it.fork, "-- one", "-- mine");
    let group = &it.place.group;
    let suggest = || group.suggest(&it.ben, &it.fork, "");
    let first = suggest().unwrap();
    for _ in 1..limit::SUGGESTIONS_MAX {
        suggest().unwrap();
    }
    let problem = suggest().unwrap_err();
    assert_eq!(problem.kind, Kind::OverQuota);
    group.withdraw_suggestion(&it.ben, &it.original, &first.id.to_string()).unwrap();
    suggest().unwrap();

    // With the original they go, and what they kept is given back.
    let before = it.bytes();
    group.delete_app(&it.ana, &it.original).unwrap();
    assert!(it.bytes() < before);
    assert_eq!(group.suggested(&it.ben, &it.fork).unwrap(), []);
    assert!(suggest().unwrap_err().public.contains("is gone"));
}
