//! A fork and its original in the browser: what is new is taken, what was changed is suggested back.

use crate::Browser;
use model::{Account, App, Level};
use testkit::Place;

const MAIN: &str = "-- one\n\n\n-- two\n\n\nfunction view(ctx) return ui.page{ \"Poll\" } end\n";

struct Town {
    place: Place,
    ana: Account,
    original: App,
    ana_sees: Browser,
    ben_sees: Browser,
}

fn town() -> Town {
    let place = Place::new();
    let (ana, ben) = (place.person("ana", Level::Member), place.person("ben", Level::Member));
    let original = place.app(&ana, "poll", MAIN);
    let ana_sees = Browser::with_session(&place, &ana);
    let mut ben_sees = Browser::with_session(&place, &ben);
    ben_sees.done("/@ana/poll/fork", &[("name", "mine")]);
    Town { place, ana, original, ana_sees, ben_sees }
}

impl Town {
    /// Publishes the original with something of `main.lua` replaced.
    fn release(&mut self, from: &str, to: &str) {
        let files = self.place.group.files(&self.original.draft).unwrap();
        let text = files.text("main.lua").unwrap().replace(from, to);
        let files = files.with("main.lua", text.into_bytes()).unwrap();
        let app = self.place.group.save_draft(&self.ana, &self.original, &files, None).unwrap();
        self.place.group.publish(&self.ana, &app, "Better").unwrap();
        self.original = self.place.reload(&self.ana, &app);
    }
}

/// Saves `main.lua` in the editor.
fn save(browser: &mut Browser, app: &str, from: &str, to: &str) {
    let page = browser.get(&format!("{app}/edit?file=main.lua"));
    let text = page.value("text").replace(from, to);
    let revision = page.value("revision");
    let fields = [("file", "main.lua"), ("text", text.as_str()), ("revision", &revision)];
    browser.done(&format!("{app}/edit/save"), &fields);
}

#[test]
fn what_is_new_is_seen_and_taken() {
    let mut town = town();
    town.ben_sees.get("/@ben/mine/source").reads_not("newer release");
    town.ben_sees.get("/@ben/mine/newer").reads("You have everything");
    town.release("-- two", "-- their two");
    save(&mut town.ben_sees, "/@ben/mine", "-- one", "-- my one");
    let page = town.ben_sees.get("/@ben/mine/source");
    page.reads("The original has one newer release: look, take it");
    let page = town.ben_sees.get("/@ben/mine/newer");
    page.reads("Better");
    page.reads("+ -- their two");
    page.reads("It changes main.lua in your draft");
    let editor = town.ben_sees.done("/@ben/mine/newer", &[("release", "2")]);
    editor.reads("Release 2 of the original is in your draft");
    let text = editor.value("text");
    assert!(text.contains("-- their two") && text.contains("-- my one"), "{text}");

    town.release("-- one", "-- her one");
    let page = town.ben_sees.get("/@ben/mine/newer");
    page.reads("changed the same lines");
    let refused = town.ben_sees.post("/@ben/mine/newer", &[("release", "3")]);
    assert_eq!(refused.status, 409);
    refused.reads("both changed main.lua");
    let wrong = town.ben_sees.post("/@ben/mine/newer", &[("release", "3"), ("how", "x")]);
    assert_eq!(wrong.status, 422);
    let editor = town.ben_sees.done("/@ben/mine/newer", &[("release", "3"), ("how", "marks")]);
    assert!(
        editor.value("text").starts_with("<<<<<<< mine\n-- my one\n"),
        "{}",
        editor.value("text")
    );
    for path in ["/@ben/mine/newer", "/@ben/mine/suggest"] {
        assert_eq!(town.ana_sees.get(path).status, 404, "{path}: a draft is nobody else's");
    }
}

#[test]
fn two_states_are_compared() {
    let mut town = town();
    town.release("-- two", "-- second");
    town.release("-- second", "-- third");
    save(&mut town.ana_sees, "/@ana/poll", "-- third", "-- fourth");
    for (from, to, gone, new) in [
        ("1", "3", "- -- two", "+ -- third"),
        ("3", "1", "- -- third", "+ -- two"),
        ("2", "draft", "- -- second", "+ -- fourth"),
    ] {
        let page = town.ana_sees.get(&format!("/@ana/poll/source?from={from}&to={to}"));
        page.reads(gone);
        page.reads(new);
    }
    town.ana_sees.get("/@ana/poll/source?from=3&to=3").reads("Nothing changed.");
    assert_eq!(town.ben_sees.get("/@ana/poll/source?from=1&to=draft").status, 404);
    assert_eq!(town.ben_sees.get("/@ana/poll/source?from=1&to=9").status, 404);
}

#[test]
fn a_change_is_suggested_back() {
    let mut town = town();
    save(&mut town.ben_sees, "/@ben/mine", "-- one", "-- my one");
    let refused = town.ana_sees.post("/@ben/mine/suggest", &[("note", "not hers")]);
    assert_eq!(refused.status, 404);
    town.ben_sees.get("/@ben/mine/suggest").reads("+ -- my one");
    let page = town.ben_sees.done("/@ben/mine/suggest", &[("note", "Mine is nicer")]);
    page.reads("Mine is nicer");
    page.reads("waits");
    town.ana_sees.get("/@ana/poll/source").reads("One suggestion waits for your answer");
    let list = town.ana_sees.get("/@ana/poll/suggestions");
    list.reads("Mine is nicer");
    let mine = town.place.group.suggestions(&town.ana, &town.original).unwrap().remove(0);
    let id = mine.id.to_string();
    let one = town.ana_sees.get(&format!("/@ana/poll/suggestions/{id}"));
    one.reads("+ -- my one");
    one.reads("Take it into my draft");
    let own = town.ben_sees.get(&format!("/@ana/poll/suggestions/{id}"));
    own.reads("Take it back");
    own.reads_not("Take it into my draft");
    let mut kim = Browser::with_session(&town.place, &town.place.person("kim", Level::Member));
    assert_eq!(kim.get(&format!("/@ana/poll/suggestions/{id}")).status, 404);
    let taken = town.ben_sees.post("/@ana/poll/suggestions/take", &[("suggestion", &id)]);
    assert_eq!(taken.status, 403);

    save(&mut town.ana_sees, "/@ana/poll", "-- one", "-- her one");
    let conflict = town.ana_sees.post("/@ana/poll/suggestions/take", &[("suggestion", &id)]);
    assert_eq!(conflict.status, 409);
    conflict.reads("You and @ben both changed main.lua");
    let fields = [("suggestion", id.as_str()), ("how", "theirs")];
    let editor = town.ana_sees.done("/@ana/poll/suggestions/take", &fields);
    assert!(editor.value("text").starts_with("-- my one"));
    town.ben_sees.get("/@ben/mine/suggest").reads("taken");
}

#[test]
fn a_suggestion_is_declined_or_removed() {
    let mut town = town();
    save(&mut town.ben_sees, "/@ben/mine", "-- one", "-- my one");
    town.ben_sees.done("/@ben/mine/suggest", &[("note", "A rude word")]);
    let id = |town: &Town| {
        town.place.group.suggestions(&town.ana, &town.original).unwrap()[0].id.to_string()
    };
    let first = id(&town);
    let fields = [("suggestion", first.as_str()), ("word", "Another time")];
    town.ana_sees.done("/@ana/poll/suggestions/decline", &fields).reads("Another time");
    town.ben_sees.get("/@ben/mine/suggest").reads("Another time");
    let mut eva = Browser::with_session(&town.place, &town.place.person("eva", Level::Admin));
    eva.get(&format!("/@ana/poll/suggestions/{first}")).reads("Remove it, as an admin");
    let fields = [("app", "@ana/poll"), ("suggestion", first.as_str()), ("why", "rude")];
    assert_eq!(town.ana_sees.post("/admin/suggestion", &fields).status, 403);
    eva.done("/admin/suggestion", &fields).reads("removed by an admin");
    town.ben_sees.get("/@ben/mine/suggest").reads_not("A rude word");
    town.ben_sees.done("/@ben/mine/suggest", &[("note", "again")]);
    let second = id(&town);
    town.ben_sees
        .done("/@ana/poll/suggestions/withdraw", &[("suggestion", &second)])
        .reads("taken back");
}
