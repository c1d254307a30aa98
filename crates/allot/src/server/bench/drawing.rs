//! What it costs to read and draw a page with every component there is, in this process, as the
//! server does it after a run. Its Markdown and HTML were cleaned before.

use super::{ROUNDS, median};
use crate::failure::{Code, Failure};
use model::Value;
use serde::Serialize;
use std::hint::black_box;
use std::time::Instant;
use ui::{Prose, Surroundings, View, json, offers, view};

/// The page, as a script would return it.
const EVERY: &str = include_str!("every.json");
/// Drawings in a round.
const DRAWINGS: u32 = 200;

/// Microseconds of one drawing, and bytes of the page.
#[derive(Serialize)]
pub(super) struct Drawing {
    read: f64,
    html: f64,
    text: f64,
    json: f64,
    bytes: usize,
}

impl Drawing {
    pub(super) fn measure() -> Result<Drawing, Failure> {
        let value = every()?;
        let read = || View::read_offering(&value, "", offers::ALL);
        let view = read().map_err(|_| Failure::new(Code::App, "The page has faults."))?;
        let seal = |handler: &str, _: &Value| handler.to_owned();
        let prose = &Prose::here(&view);
        let around = Surroundings { prose, ..Surroundings::of("/@ana/every", &seal) };
        Ok(Drawing {
            read: micros(|| drop(black_box(read()))),
            html: micros(|| drop(black_box(view::html(&view, &around)))),
            text: micros(|| drop(black_box(view::text(&view, &around)))),
            json: micros(|| drop(black_box(view::json(&view, &around)))),
            bytes: view::html(&view, &around).into_string().len(),
        })
    }

    pub(super) fn words(&self) -> String {
        let Drawing { read, html, text, json, bytes } = self;
        format!(
            "A page with all {} components, µs; {ROUNDS} rounds, medians\n  read and checked {read:.0}, drawn as HTML ({} KiB) {html:.0}, as text {text:.0}, as JSON {json:.0}\n",
            ui::table::ALL.len(),
            bytes / 1024
        )
    }
}

fn every() -> Result<Value, Failure> {
    let read = serde_json::from_str(EVERY);
    let read = read.map_err(|err| Failure::new(Code::App, format!("The page is bent: {err}.")))?;
    Ok(json::to_value(&read))
}

fn micros(work: impl Fn()) -> f64 {
    let round = |_| {
        let begun = Instant::now();
        (0..DRAWINGS).for_each(|_| work());
        begun.elapsed().as_secs_f64() * 1e6 / f64::from(DRAWINGS)
    };
    median((0..ROUNDS).map(round).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn no_component_is_missing_on_the_page() {
        for component in ui::table::ALL {
            let named = format!("\"type\": \"{}\"", component.name);
            assert!(EVERY.contains(&named), "{}", component.name);
        }
        assert!(View::read_offering(&every().unwrap(), "", offers::ALL).is_ok());
    }
}
