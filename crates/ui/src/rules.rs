//! What the table cannot say about a component: rules between its properties. Most are warnings,
//! since the page can be drawn all the same.

use crate::address;
use crate::fault::Place;
use crate::node::{Node, Prop};
use crate::ops;
use crate::read::Reader;
use crate::view::plot;
use std::collections::BTreeSet;

/// Checks the rules of one node after its properties were read.
pub(crate) fn check(reader: &mut Reader, node: &Node, outside_form: bool, at: &Place) {
    match node.name() {
        "image" if node.some_text("alt").is_none() && !node.is("decorative") => {
            reader.warn(
                at.fault("say what the picture shows with alt = \"…\", or set decorative = true"),
            );
        }
        "image" if !in_app(node.text("src")) => {
            reader.warn(
                at.fault("only pictures among the app's own files are shown; others become a link"),
            );
        }
        "input" | "select" | "check" | "hidden" | "file"
            if outside_form && node.some_text("on_change").is_none() =>
        {
            reader.warn(at.fault("stands outside a form, so nobody can send it: put it into ui.form{ on = \"…\", … }"));
        }
        "form" if !outside_form => {
            reader.fault(at.fault("a form cannot stand inside a form; end the first one before"));
        }
        "messages" | "timeline" if !outside_form && node.object("composer").is_some() => {
            reader.fault(
                at.property("composer").fault(
                    "is a form of its own and cannot stand inside a form; end the form before",
                ),
            );
        }
        "picker" | "compose" if !outside_form => {
            reader.fault(
                at.fault(
                    "is a form of its own and cannot stand inside a form; end the form before",
                ),
            );
        }
        "messages" | "timeline" => twice(reader, node, at),
        "table" => row_addresses(reader, node, at),
        "chart" => chart(reader, node, at),
        "canvas" => canvas(reader, node, at),
        "map" => pins(reader, node, at),
        "media" => media(reader, node, at),
        _ => {}
    }
}

/// Items are told apart by their ids.
fn twice(reader: &mut Reader, node: &Node, at: &Place) {
    let mut seen = BTreeSet::new();
    for (index, item) in node.objects("items").enumerate() {
        let id = item.text("id");
        if !seen.insert(id) && !id.is_empty() {
            let place = at.property("items");
            let place = place.item(index);
            reader.fault(place.property("id").fault(format!("“{id}” is the id of an item before")));
        }
    }
}

fn chart(reader: &mut Reader, node: &Node, at: &Place) {
    if node.some_text("summary").is_none() {
        reader.warn(at.fault("say in one sentence what it shows with summary = \"…\""));
    }
    for (nth, series) in node.objects("series").enumerate() {
        for (index, item) in series.list("data").iter().enumerate() {
            let is_gap = matches!(item, Prop::Truth(false));
            if !is_gap && !item.number().is_some_and(|number| plot::drawable(&number)) {
                let place = at.property("series");
                let place = place.item(nth);
                let place = place.property("data");
                let text = "should be a number, or false where there is none";
                reader.fault(place.item(index).fault(text));
            }
        }
    }
}

fn canvas(reader: &mut Reader, node: &Node, at: &Place) {
    for name in ["width", "height"] {
        if node.whole(name).is_some_and(|size| !(1..=ops::SIZE_MAX).contains(&size)) {
            let text = format!("should be from 1 to {}", ops::SIZE_MAX);
            reader.fault(at.property(name).fault(text));
        }
    }
    if node.some_text("describe").is_none() {
        reader.warn(at.fault("say what the drawing shows with describe = \"…\""));
    }
    match node.text("run") {
        "client" | "server" => reader.warn(at.property("run").fault(
            "this group draws only the first picture: give it as ops = { … }, and say with describe = \"…\" what would move",
        )),
        _ if node.list("ops").is_empty() => {
            reader.warn(at.fault("draws nothing: give ops = { { \"clear\", \"#ffffff\" }, … }"));
        }
        _ => {}
    }
}

fn pins(reader: &mut Reader, node: &Node, at: &Place) {
    for (index, pin) in node.objects("pins").enumerate() {
        for (name, most) in [("lat", 90.0), ("lon", 180.0)] {
            if pin.number(name).is_some_and(|degrees| degrees.abs() > most) {
                let place = at.property("pins");
                let place = place.item(index);
                let text = format!("should be degrees from -{most} to {most}");
                reader.fault(place.property(name).fault(text));
            }
        }
    }
}

fn media(reader: &mut Reader, node: &Node, at: &Place) {
    if node.some_text("captions").or(node.some_text("transcript")).is_none() {
        reader.warn(
            at.fault("say what is said in it with transcript = \"…\", or name a file of captions"),
        );
    }
    if !in_app(node.text("src")) {
        reader.warn(at.fault("only files of the app itself are played; others become a link"));
    }
}

/// The addresses that rows name are judged like any other.
fn row_addresses(reader: &mut Reader, node: &Node, at: &Place) {
    let Some(key) = node.some_text("row_href") else { return };
    for (index, row) in node.list("rows").iter().enumerate() {
        let Prop::Table(cells) = row else { continue };
        let Some(Prop::Text(text)) = cells.get(key) else { continue };
        if address::parse(text).is_none() {
            let shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
            reader.fault(at.property("rows").item(index).property(key).fault(format!(
                "“{shown}” is not an allowed address (use https:, mailto:, group: or a relative path)"
            )));
        }
    }
}

/// Whether an address can be one of the app's own files; which app it is, is not known here.
fn in_app(src: &str) -> bool {
    match address::parse(src) {
        Some(address::Address::Inside(_)) => true,
        Some(address::Address::Outside(text)) => text.contains("/f/"),
        _ => false,
    }
}
