//! What authors of pictures, charts and conversations are told, and what a part becomes that this
//! group does not have.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::{Value as Json, json as j};
use ui::{Fault, View, json, offers};

/// A page with one part, made in line 2.
fn page(kind: &str, props: Json) -> Json {
    let mut node = j!({ "type": kind, "line": 2, "parts": [] });
    for (name, value) in props.as_object().unwrap() {
        node[name] = value.clone();
    }
    j!({ "type": "page", "line": 1, "parts": ["T", node] })
}

fn read(view: &Json) -> Result<View, Vec<Fault>> {
    View::read_offering(&json::to_value(view), "Garden", offers::ALL)
}

fn canvas(ops: Json) -> Json {
    page("canvas", j!({ "label": "C", "describe": "D", "width": 10, "height": 10, "ops": ops }))
}

/// Each view has this fault, told with its place and line.
fn told(cases: &[(Json, &str)]) {
    for (view, expect) in cases {
        let faults = read(view).map(|_| ()).expect_err(expect);
        let first = faults[0].to_string();
        assert!(first.starts_with("line ") && first.contains("view › page.body[1] › "), "{first}");
        assert!(first.ends_with(expect), "{first}\n{expect}");
    }
}

#[test]
fn faults_say_what_is_wrong_in_a_drawing() {
    let cases = [
        (
            canvas(j!([["cirle", 1, 2, 3, "#ffffff"]])),
            "canvas.ops[1]: there is no operation “cirle” — did you mean “circle”?",
        ),
        (canvas(j!([["circle", 1, 2]])), "canvas.ops[1]: needs more: circle x y radius colour"),
        (
            canvas(j!([["clear", 1], ["circle", 1, 2, "x", 3]])),
            "canvas.ops[2]: radius: should be a number from -100000 to 100000",
        ),
        (
            canvas(j!([["clear", "red"]])),
            "canvas.ops[1]: colour: should be a colour, like \"#ff9d3b\", or a number from 0 to 15",
        ),
        (
            canvas(j!([["clear", 16]])),
            "canvas.ops[1]: colour: should be a colour, like \"#ff9d3b\", or a number from 0 to 15",
        ),
        (canvas(j!([["clear", 1, 2]])), "canvas.ops[1]: has too much: clear colour"),
        (canvas(j!([["poly", 1, 0, 0, 5]])), "canvas.ops[1]: needs more: poly colour x y [x y …]"),
        (
            canvas(j!([["image", "https://x.example/a.png", 1, 1]])),
            "canvas.ops[1]: file: should be a file of the app, like \"files/tree.png\"",
        ),
        (canvas(j!([["pop"]])), "canvas.ops[1]: there is no push before this pop"),
        (
            canvas(j!(["clear"])),
            "canvas.ops[1]: should be an operation, like { \"circle\", 80, 50, 22, \"#ff9d3b\" }",
        ),
    ];
    told(&cases);
}

#[test]
fn faults_say_what_is_wrong_with_a_record() {
    let message = j!({ "id": "a", "from": { "name": "Ana" }, "at": 1, "text": "x" });
    let cases = [
        (
            page("canvas", j!({ "label": "C", "width": 0, "height": 5000 })),
            "canvas.width: should be from 1 to 4096",
        ),
        (
            page(
                "chart",
                j!({ "kind": "bar", "label": "L", "series": [{ "name": "S", "data": [1, "two"] }] }),
            ),
            "chart.series[1].data[2]: should be a number, or false where there is none",
        ),
        (
            page("chart", j!({ "kind": "bars", "label": "L", "series": [] })),
            "chart.kind: “bars” is not one of line, bar, area, pie, spark — did you mean “bar”?",
        ),
        (
            page("map", j!({ "label": "M", "pins": [{ "lat": 91, "lon": 0, "label": "P" }] })),
            "map.pins[1].lat: should be degrees from -90 to 90",
        ),
        (
            page("messages", j!({ "label": "M", "items": [message.clone(), message.clone()] })),
            "messages.items[2].id: “a” is the id of an item before",
        ),
        (
            page("messages", j!({ "label": "M", "composer": { "lable": "x" } })),
            "messages.composer: “lable” is not a property here — did you mean “label”?",
        ),
        (
            page("timeline", j!({ "label": "M", "items": [{ "id": "a", "at": 1, "text": "x" }] })),
            "timeline.items[1]: needs author = …",
        ),
        (
            page("embed", j!({ "label": "E", "app": "ana" })),
            "embed.app: should be the address of an app, like \"@ana/poll\" or \"@ana@oak.example/poll\"",
        ),
        (
            page(
                "form",
                j!({ "on": "a", "body": [{ "type": "picker", "line": 3, "name": "d", "label": "L", "kind": "file", "why": "W" }] }),
            ),
            "form.body[1] › picker: is a form of its own and cannot stand inside a form; end the form before",
        ),
        (
            page("text", j!({ "text": "x", "requires": ["hologram"] })),
            "text.requires: requires “hologram”, which this group does not know; say what stands there else with fallback = ui.text{ … }",
        ),
    ];
    told(&cases);
}

#[test]
fn words_from_elsewhere_are_understood() {
    for (kind, given, ours) in [
        ("button", "onclick", "on"),
        ("button", "onClick", "on"),
        ("link", "url", "href"),
        ("image", "url", "src"),
        ("input", "help", "hint"),
        ("list", "data", "items"),
        ("table", "title", "caption"),
        ("select", "multiple", "many"),
        ("note", "colour", "tone"),
        ("card", "style", "tone"),
    ] {
        let told = read(&page(kind, j!({ given: "x" }))).map(|_| ()).expect_err(kind);
        let expect = format!("“{given}” is not a property here — did you mean “{ours}”?");
        assert!(told.iter().any(|fault| fault.text == expect), "{told:?}");
    }
}

#[test]
fn what_can_be_drawn_all_the_same_is_a_warning() {
    for (view, expect) in [
        (page("media", j!({ "src": "files/a.mp3", "label": "A" })), "say what is said in it"),
        (
            page(
                "media",
                j!({ "src": "https://x.example/a.mp3", "label": "A", "transcript": "t" }),
            ),
            "only files of the app itself",
        ),
        (page("chart", j!({ "kind": "bar", "label": "L", "series": [] })), "in one sentence"),
        (
            page("canvas", j!({ "label": "C", "width": 1, "height": 1, "describe": "d" })),
            "draws nothing",
        ),
        (
            page("canvas", j!({ "label": "C", "width": 1, "height": 1, "ops": [] })),
            "say what the drawing shows",
        ),
        (
            page(
                "canvas",
                j!({ "label": "C", "width": 1, "height": 1, "describe": "d", "run": "client" }),
            ),
            "only the first picture",
        ),
        (page("file", j!({ "name": "f", "label": "F" })), "stands outside a form"),
    ] {
        let view = read(&view).expect(expect);
        assert!(view.warnings.iter().any(|it| it.text.contains(expect)), "{:?}", view.warnings);
    }
}

#[test]
fn what_a_group_does_not_have_is_said_and_not_drawn() {
    for (kind, props, expect) in [
        (
            "messages",
            j!({ "label": "L", "thread": "t" }),
            "messages.thread: this group keeps no conversations yet.",
        ),
        (
            "timeline",
            j!({ "label": "L", "feed": "f" }),
            "timeline.feed: this group keeps no timelines yet.",
        ),
        (
            "timeline",
            j!({ "label": "L", "publish": "activitypub" }),
            "timeline.publish: this group sends no ActivityPub yet.",
        ),
        (
            "picker",
            j!({ "name": "n", "label": "L", "kind": "file", "why": "W" }),
            "picker.kind: in this group people cannot hand single things over yet.",
        ),
        ("compose", j!({ "label": "L" }), "compose.label: in this group people cannot send posts"),
    ] {
        let plain = json::to_value(&page(kind, props.clone()));
        let told = View::read(&plain, "T").map(|_| ()).expect_err(kind);
        assert!(told[0].to_string().contains(expect), "{told:?}");
        // With something else to show there is nothing wrong.
        let mut with = props;
        with["fallback"] = j!({ "type": "text", "line": 2, "parts": ["instead"] });
        let view = View::read(&json::to_value(&page(kind, with)), "T").expect("its fallback");
        assert_eq!(view.page.nodes("body")[0].text("text"), "instead");
        assert!(View::read_offering(&plain, "T", offers::ALL).is_ok(), "{kind}");
    }
    for publish in ["none", "atom"] {
        let view = page("timeline", j!({ "label": "L", "publish": publish }));
        assert!(View::read(&json::to_value(&view), "T").is_ok());
    }
}
