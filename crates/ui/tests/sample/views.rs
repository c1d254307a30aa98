//! The views of all components, each on the page of its app: what a browser is asked to judge.

use super::{Page, apps, chrome, page};
use model::Level;
use ui::page::app_page::{About, AppPage, Area};
use ui::{Prose, Surroundings, View, json, offers, stamp, table, view};

/// One page for each component.
pub fn views() -> Vec<Page> {
    table::ALL.iter().map(|component| shown(component.name)).collect()
}

fn shown(name: &'static str) -> Page {
    let word = &str::to_owned;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
    let text = std::fs::read_to_string(format!("{folder}/{name}/view.json")).expect(name);
    let value = json::to_value(&serde_json::from_str(&text).expect(name));
    let view = View::read_offering(&value, "Garden", offers::ALL).expect(name);
    let seal = |handler: &str, _: &model::Value| format!("sealed-{handler}");
    let reader = stamp::Reader { now: super::NOW, tz: "Europe/Berlin".into() };
    let prose = &Prose::here(&view);
    let app = "/@ana/feed-to-git";
    let around = Surroundings { nonce: "n1", reader, prose, ..Surroundings::of(app, &seal) };
    let drawn = AppPage {
        bar: apps::bar(word, true),
        title: view.title().to_owned(),
        area: Area::View(view::html(&view, &around)),
        live: None,
        about: About::default(),
    };
    // A name for the length of a test is no leak to mind.
    page(format!("component-{name}").leak(), drawn.draw(&chrome(word, Some(Level::Member), app)))
}
