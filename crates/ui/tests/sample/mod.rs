//! Made-up data for every page, for the gallery and the tests. `word` makes each text that people
//! or scripts could have written, so that a test can make it hostile.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod apps;
mod documents;
mod forks;
mod group;
mod views;

#[allow(unused_imports, reason = "only the gallery shows them")]
pub use views::views;

use maud::Markup;
use model::{Level, Moment, Value};
use serde_json::json;
use ui::{Chrome, Flash, Me, Prose, Surroundings, View, stamp, view};

/// 2026-11-24 10:40 UTC.
pub const NOW: Moment = Moment(1_795_516_800_000);

/// Turns a text of the sample into what a test wants to see.
pub type Word<'a> = &'a dyn Fn(&str) -> String;

/// A page with its name as a file.
pub struct Page {
    pub name: &'static str,
    pub html: String,
}

pub(crate) fn page(name: &'static str, html: Markup) -> Page {
    Page { name, html: html.into_string() }
}

pub(crate) fn ago(minutes: i64) -> Moment {
    Moment(NOW.0 - minutes * 60_000)
}

/// The frame for somebody; `None` is signed out.
pub fn chrome(word: Word, level: Option<Level>, path: &str) -> Chrome {
    Chrome {
        group_name: word("Oak Lane"),
        signed_in: level.map(|level| Me { handle: "ana".into(), name: word("Ana"), level }),
        flash: None,
        path: path.into(),
        draft: (level == Some(Level::Visitor)).then(|| "/@visitor-1/poll".into()),
        may_join: true,
        safe_mode: false,
        reader: stamp::Reader { now: NOW, tz: "Europe/Berlin".into() },
        lang: ui::Lang::English,
        theme: String::new(),
        reading: ui::Reading::default(),
    }
}

pub(crate) fn flashed(chrome: &Chrome, flash: Flash) -> Chrome {
    Chrome { flash: Some(flash), ..chrome.clone() }
}

/// A poll, drawn as its app would be.
pub fn poll(word: Word, heading: u8) -> Markup {
    let button = |label: &str, key: &str, tone: &str| json!({"type": "button", "parts": [word(label)], "on": "vote", "args": {"dish": key}, "tone": tone});
    let dish = |name: &str, votes: i64, key: &str| {
        json!({"type": "card", "parts": [word(name),
            {"type": "progress", "parts": [], "label": word(&format!("{votes} votes")), "value": votes, "max": 12},
            button("Vote", key, "primary")]})
    };
    let view = json!({"type": "page", "parts": [word("What shall we cook on Friday?"),
        {"type": "text", "parts": [word("Vote once; you can change your mind until Thursday night.")]},
        {"type": "grid", "parts": [dish("Pumpkin soup", 7, "soup"), dish("Apple pie", 4, "pie"), dish("Lentil stew", 1, "stew")]},
        {"type": "form", "on": "suggest", "submit": "Suggest", "parts": [
            {"type": "input", "parts": [word("Another idea")], "name": "idea", "max_length": 60, "hint": word("Something we can cook in one pot.")}]}]});
    drawn(&view, heading)
}

pub(crate) fn drawn(view: &serde_json::Value, heading: u8) -> Markup {
    let view = View::read(&ui::json::to_value(view), "App").expect("a view");
    let seal = |handler: &str, _: &Value| format!("sealed-{handler}");
    let reader = stamp::Reader { now: NOW, tz: "Europe/Berlin".into() };
    let prose = &Prose::here(&view);
    let around = Surroundings {
        nonce: "n1",
        heading,
        reader,
        prose,
        ..Surroundings::of("/@ana/poll", &seal)
    };
    view::html(&view, &around)
}

/// The first buttons of a page, as a card of home shows them.
pub(crate) fn presses(word: Word) -> Markup {
    let button = |label: &str| json!({"type": "button", "parts": [word(label)], "on": "vote"});
    let page = json!({"type": "page", "parts": [word("Friday"), button("Soup"), button("Pie"), button("Stew")]});
    let view = View::read(&ui::json::to_value(&page), "App").expect("a view");
    let seal = |handler: &str, _: &Value| format!("sealed-{handler}");
    view::presses(&view, &Surroundings { nonce: "n2", ..Surroundings::of("/@ana/poll", &seal) })
}

/// Every page that the group itself draws.
pub fn pages(word: Word) -> Vec<Page> {
    let mut all = group::pages(word);
    all.extend(apps::pages(word));
    all.extend(forks::pages(word));
    all.extend(documents::pages(word));
    all
}
