//! The pages between a fork and its original: what differs, what is new, suggestions.

use super::{Page, Word, ago, chrome, page};
use model::{AccountId, AppId, Became, Level, Moment, Name, ReleaseId, Suggestion, SuggestionId};
use std::collections::BTreeMap;
use ui::page::app_bar::AppBar;
use ui::page::changes::Changes;
use ui::page::newer::{ConflictLine, Newer};
use ui::page::news::{News, NewsLine};
use ui::page::rehearsal::{KeyLine, RehearsalPage};
use ui::page::source::ReleaseLine;
use ui::page::suggestions::{OneSuggestion, Suggest, Suggestions};

const RANDOM: [u8; 10] = [7; 10];
const TEXT: &str = "@ main.lua\n@@ -1,3 +1,3 @@\n function view(ctx)\n-  return ui.page{ \"Feed\" }\n+  return ui.page{ \"Feed to git\" }\n end\n@ logo.png · not text\n";

pub(super) fn changes(word: Word, text: &str) -> Changes {
    Changes { from: word("release 2"), to: word("your draft"), text: text.into() }
}

fn bar(word: Word, mine: bool) -> AppBar {
    AppBar {
        owner: "ana".into(),
        name: "feed-to-git".into(),
        title: word("Feed to git"),
        release: Some(3),
        mine,
    }
}

fn conflict(word: Word) -> ConflictLine {
    ConflictLine { path: word("main.lua"), mine: Some(word("mine\n")), theirs: None }
}

fn suggestion(word: Word, became: Became) -> Suggestion {
    Suggestion {
        id: SuggestionId::new(Moment(1), RANDOM),
        app: AppId::new(Moment(1), RANDOM),
        fork: AppId::new(Moment(2), RANDOM),
        fork_address: "@ben/mine".into(),
        by: AccountId::new(Moment(1), RANDOM),
        by_handle: Name::parse("ben").unwrap(),
        note: word("It says it in German, too."),
        at: ago(90),
        base: ReleaseId::parse(&"0f".repeat(32)).unwrap(),
        base_number: 2,
        files: BTreeMap::new(),
        bytes: 0,
        became,
    }
}

pub(super) fn pages(word: Word) -> Vec<Page> {
    let me = chrome(word, Some(Level::Member), "/@ana/feed-to-git/newer");
    let eva = chrome(word, Some(Level::Admin), "/@ana/feed-to-git/suggestions");
    let original = ("/@kim/feed-keeper".to_owned(), word("@kim/feed-keeper"));
    let release = |number| ReleaseLine {
        number,
        note: word("Says more"),
        at: ago(1000),
        by: "kim".into(),
        ..ReleaseLine::default()
    };
    let newer = Newer {
        bar: bar(word, true),
        original: original.clone(),
        from: 7,
        releases: vec![release(9), release(8)],
        release: 9,
        changes: changes(word, &word(TEXT)),
        takes: vec![word("main.lua"), word("README.md")],
        conflicts: vec![conflict(word)],
        new_wants: vec![word("Read from an address (To read it.)")],
        follows: Some(false),
        has_grants: true,
        error: Some(word("You and the original both changed main.lua.")),
    };
    let at = ago(5);
    let all = [
        Became::Open,
        Became::Taken { at },
        Became::Declined { at, word: word("Not for me.") },
        Became::Withdrawn { at },
        Became::Removed { at, why: word("rude.") },
    ];
    let all: Vec<Suggestion> = all.into_iter().map(|it| suggestion(word, it)).collect();
    let one = |mine, own, it: &Suggestion| OneSuggestion {
        bar: bar(word, mine),
        it: it.clone(),
        own,
        changes: it.is_open().then(|| changes(word, &word(TEXT))),
        conflicts: if mine { vec![conflict(word)] } else { vec![] },
        error: mine.then(|| word("You both changed main.lua.")),
    };
    let suggest = Suggest {
        bar: bar(word, true),
        original,
        changes: changes(word, &word(TEXT)),
        note: word("It is quicker"),
        error: Some(word("There is nothing to suggest yet.")),
        earlier: all.clone(),
    };
    let none = Suggestions { bar: bar(word, true), list: vec![] };
    let mut pages = taken_over(word);
    pages.extend([
        page("newer", newer.draw(&me)),
        page(
            "newer-none",
            Newer { releases: vec![], follows: Some(true), ..newer.clone() }.draw(&me),
        ),
        page("suggest", suggest.draw(&me)),
        page("suggest-none", Suggest { bar: bar(word, true), ..Suggest::default() }.draw(&me)),
        page("suggestions-none", none.draw(&me)),
        page("suggestion", one(true, false, &all[0]).draw(&me)),
        page("suggestion-own", one(false, true, &all[0]).draw(&me)),
        page("suggestion-over", one(false, false, &all[2]).draw(&eva)),
        page("suggestions", Suggestions { list: all, ..none }.draw(&me)),
    ]);
    pages
}

/// Pages of releases that take data over, and of what happened meanwhile.
fn taken_over(word: Word) -> Vec<Page> {
    let me = chrome(word, Some(Level::Member), "/@ana/feed-to-git/edit");
    let key = |before: Option<&str>, after: Option<&str>| KeyLine {
        key: word("votes/1"),
        before: before.map(word),
        after: after.map(word),
    };
    let rehearsal = RehearsalPage {
        bar: bar(word, true),
        note: word("A new form"),
        back: None,
        from: 3,
        added: 1,
        changed: 40,
        deleted: 2,
        shown: vec![key(None, Some("1")), key(Some("1"), Some("2")), key(Some("1"), None)],
        gas: 1_240_000,
        printed: vec![word("took over 3")],
    };
    let news = NewsLine { at: ago(5), app: "@ben/mine".into(), text: word("Release 2 was taken.") };
    vec![
        page("rehearsal", rehearsal.draw(&me)),
        page("rehearsal-back", RehearsalPage { back: Some(2), ..rehearsal.clone() }.draw(&me)),
        page("news", News { news: vec![news] }.draw(&me)),
        page("news-none", News::default().draw(&me)),
    ]
}
