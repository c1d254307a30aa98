//! The group's pages: landing, home, directory, account, care, errors.

use super::{NOW, Page, Word, ago, chrome, flashed, page, poll};
use model::Level;
use ui::Flash;
use ui::page::account::{AccountPage, TokenLine};
use ui::page::admin::{Admin, CareApp, Health, PersonLine, Wrong};
use ui::page::app_line::AppLine;
use ui::page::bars::{Bar, Unit};
use ui::page::directory::Directory;
use ui::page::error::ErrorPage;
use ui::page::home::{Card, Home, Need, NewApp, OwnApp, State};
use ui::page::join::{Door, Join};
use ui::page::landing::{Landing, Shown};
use ui::page::reading::ReadingPage;
use ui::page::sign_in::SignIn;
use ui::page::usage::{AppUsage, Usage};
use ui::page::welcome::Welcome;

const VOTE: &str = "function on.vote(ctx, args)\n  local before = me.get(\"dish\")\n  if before then store.add(before, -1) end\n  me.set(\"dish\", args.dish)\n  store.add(args.dish, 1)\nend";

fn line(word: Word, owner: &str, name: &str, title: &str, summary: &str) -> AppLine {
    AppLine {
        owner: owner.into(),
        name: name.into(),
        title: word(title),
        summary: word(summary),
        ..AppLine::default()
    }
}

fn apps(word: Word) -> Vec<AppLine> {
    vec![
        AppLine {
            forks: 3,
            ..line(word, "ana", "poll", "Poll", "Ask a question, count the answers.")
        },
        AppLine {
            fork_of: Some(word("@kim/lending")),
            forks: 1,
            ..line(word, "ben", "tools", "Tool library", "Who has the ladder, and until when.")
        },
        line(
            word,
            "eva",
            "reading-list",
            "Reading list",
            "New posts of the pages you like, in one place.",
        ),
        line(word, "leo", "guestbook", "Guestbook", "Leave a line when you were here."),
        line(
            word,
            "ana",
            "feed-to-git",
            "Feed to git",
            "Keeps a copy of a feed in a repository, every hour.",
        ),
    ]
}

fn bars(gas: u64) -> Vec<Bar> {
    let bar =
        |label: &str, used, max, unit, daily| Bar { label: label.into(), used, max, unit, daily };
    vec![
        bar("Compute", gas, 5_000_000_000, Unit::Gas, true),
        bar("Storage", 3_400_000, 20 << 20, Unit::Bytes, false),
        bar("Messages", 0, 0, Unit::Count, true),
        bar("Outside requests", 168, 200, Unit::Count, true),
    ]
}

fn home_pages(word: Word) -> Vec<Page> {
    let shown = Shown {
        app: apps(word)[0].clone(),
        view: poll(word, 3),
        lines: VOTE.lines().map(word).collect(),
        lines_more: 11,
    };
    let landing = Landing {
        sentence: word("Small apps our neighbourhood makes for itself."),
        people: 212,
        apps: 148,
        shown: Some(shown),
        more: apps(word),
    };
    let out = chrome(word, None, "/");
    let me = chrome(word, Some(Level::New), "/");
    let own =
        |at: usize, state| OwnApp { app: apps(word)[at].clone(), state, last_run: Some(ago(42)) };
    let home = Home {
        needs: vec![Need {
            app: apps(word)[4].clone(),
            text: word("The last push failed: the token was refused."),
            to: "/grants",
            label: "Give a new token",
        }],
        cards: vec![Card {
            app: apps(word)[0].clone(),
            summary: word("Soup leads with 7 votes."),
            presses: super::presses(word),
        }],
        apps: vec![
            own(0, State::Live { release: 3 }),
            own(4, State::Live { release: 1 }),
            own(2, State::Resting),
            own(3, State::Draft),
        ],
        bars: bars(1_600_000_000),
        wakes: NOW.next_day(),
        templates: apps(word),
    };
    let empty =
        Home { bars: bars(0), wakes: NOW.next_day(), templates: apps(word), ..Home::default() };
    let new_app = NewApp {
        templates: apps(word),
        name: word("Tools"),
        error: Some(word("Names have small letters only.")),
    };
    let directory = Directory { search: String::new(), apps: apps(word) };
    let chosen = ui::Chrome {
        reading: ui::Reading::read("theme-dark.contrast-more.text-larger.motion-less.font-easy"),
        ..chrome(word, None, "/reading")
    };
    let nothing = Directory { search: word("umbrella"), apps: vec![] };
    vec![
        page("landing", landing.draw(&out)),
        page("landing-empty", Landing::default().draw(&out)),
        page("landing-german", landing.draw(&ui::Chrome { lang: ui::Lang::German, ..out.clone() })),
        page("home-german", home.draw(&ui::Chrome { lang: ui::Lang::German, ..me.clone() })),
        page("home", home.draw(&flashed(&me, Flash::good(word("Welcome back."))))),
        page("home-empty", empty.draw(&me)),
        page("new-app", new_app.draw(&me)),
        page("directory", directory.draw(&chrome(word, Some(Level::Member), "/apps"))),
        page("reading", ReadingPage.draw(&chrome(word, None, "/reading"))),
        page("reading-chosen", ReadingPage.draw(&chosen)),
        page("directory-nothing", nothing.draw(&chrome(word, None, "/apps?q=umbrella"))),
    ]
}

fn account_pages(word: Word) -> Vec<Page> {
    let token = |id: &str, name: &str, writes| TokenLine {
        id: id.into(),
        name: word(name),
        writes,
        created: ago(9000),
    };
    let account = AccountPage {
        address: word("@ana@oak.example"),
        name: word("Ana"),
        lang: "en".into(),
        tz: "Europe/Berlin".into(),
        tokens: vec![token("a1", "laptop", true), token("b2", "nightly build", false)],
        new_token: Some("allot_3kf9-made-up-for-the-gallery".into()),
        ..AccountPage::default()
    };
    let frozen = AccountPage {
        frozen: Some(word("too many pushes to a strange repository")),
        password_error: Some(word("That is not your password.")),
        tokens: vec![],
        new_token: None,
        ..account.clone()
    };
    let part = |path: &str, title: &str, runs, failed, gas| AppUsage {
        path: path.into(),
        title: word(title),
        runs,
        failed,
        gas,
    };
    let usage = Usage {
        bars: bars(5_000_000_000),
        wakes: NOW.next_day(),
        apps: vec![
            part("/@ana/poll", "Poll", 412, 0, 812_000_000),
            part("/@ana/feed-to-git", "Feed to git", 11, 2, 4_188_000_000),
        ],
        apps_max: 5,
    };
    let sign_in = SignIn {
        handle: word("ana"),
        next: word("/@ana/poll"),
        error: Some(word("That name and password do not belong together.")),
    };
    let join = |door: Door| Join { door, ..Join::default() };
    let wrong = Join {
        handle: word("Ana"),
        handle_error: Some(word("Small letters only.")),
        password_error: Some(word("That is too short.")),
        ..Join::default()
    };
    let me = chrome(word, Some(Level::New), "/me");
    let out = chrome(word, None, "/join");
    vec![
        page("account", account.draw(&me)),
        page("account-frozen", frozen.draw(&me)),
        page("usage", usage.draw(&chrome(word, Some(Level::New), "/me/usage"))),
        page("sign-in", sign_in.draw(&chrome(word, None, "/sign-in"))),
        page("join-open", wrong.draw(&out)),
        page(
            "join-invited",
            join(Door::Invited { invitation: word("secret"), admin: true }).draw(&out),
        ),
        page("join-needs-invitation", join(Door::NeedsInvitation).draw(&out)),
        page("join-closed", join(Door::Closed).draw(&out)),
    ]
}

fn admin(word: Word) -> Admin {
    let person = |handle: &str, name: &str, level, frozen: Option<&str>| PersonLine {
        handle: handle.into(),
        name: word(name),
        level,
        joined: ago(30_000),
        apps: 2,
        frozen: frozen.map(word),
    };
    let care = |at: usize, stopped: Option<&str>| CareApp {
        app: apps(word)[at].clone(),
        gas_today: 81_000_000,
        stopped: stopped.map(word),
    };
    let health =
        |name: &str, value: &str, good| Health { name: name.into(), value: word(value), good };
    Admin {
        search: word("oak"),
        more: (12, 1),
        people: vec![
            person("ana", "Ana", Level::Admin, None),
            person("ben", "Ben", Level::Member, None),
            person("kim", "Kim", Level::New, None),
            person("mallory", "Mallory", Level::New, Some("spam")),
        ],
        apps: vec![care(0, None), care(4, Some("it hammers a small server"))],
        group_name: word("Oak Lane"),
        sentence: word("Small apps our neighbourhood makes for itself."),
        sign_up: "invited".into(),
        theme: ui::Theme::of("#ffdd00", "round", "serif"),
        invitation: Some(word("https://oak.example/join?invitation=made-up")),
        new_password: Some(("kim".into(), word("pear-anvil-tuesday"))),
        health: vec![
            health("Disk", "41 % used", true),
            health("Outbox", "3 effects wait, the oldest for 4 minutes", false),
            health("Sandbox", "seccomp, no new privileges, limits", true),
        ],
        decisions: vec![
            (ago(300), "@ana".into(), word("made @ben member")),
            (ago(9_000), "@ana".into(), word("froze @mallory: spam")),
        ],
        wrong: Some(Wrong {
            about: "kim".into(),
            typed: word(" "),
            error: word("Say why in a few words."),
        }),
    }
}

pub fn pages(word: Word) -> Vec<Page> {
    let care = chrome(word, Some(Level::Admin), "/admin");
    let safe = ui::Chrome { safe_mode: true, ..care.clone() };
    let welcome = Welcome { name: word("Oak Lane"), apps: apps(word), ..Welcome::default() };
    let mut all = home_pages(word);
    all.extend(account_pages(word));
    all.push(page("admin", admin(word).draw(&care)));
    all.push(page("admin-safe-mode", Admin::default().draw(&safe)));
    all.push(page("welcome", welcome.draw(&chrome(word, Some(Level::Admin), "/welcome"))));
    for (name, status) in [
        ("error-403", 403),
        ("error-404", 404),
        ("error-409", 409),
        ("error-413", 413),
        ("error-422", 422),
        ("error-429", 429),
        ("error-500", 500),
    ] {
        let text = if status == 422 {
            word("The name is taken. Choose another one.")
        } else {
            String::new()
        };
        all.push(page(name, ErrorPage { status, text }.draw(&chrome(word, None, "/@ana/poll"))));
    }
    all
}
