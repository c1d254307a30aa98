//! What authors are told about a view, and what a view may hold at most.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Value, limit};
use serde_json::{Value as Json, json as j};
use ui::{Answer, Surroundings, View, json, list_actions, view};

/// A node as the prelude of a guest makes it.
fn node(kind: &str, line: u32, parts: Json, props: Json) -> Json {
    let mut node = j!({ "type": kind, "line": line, "parts": parts });
    for (name, value) in props.as_object().unwrap() {
        node[name] = value.clone();
    }
    node
}

fn read(view: &Json) -> Result<View, Vec<ui::Fault>> {
    View::read(&json::to_value(view), "Garden")
}

fn page(parts: Json) -> Json {
    node("page", 1, parts, j!({}))
}

/// The faults as text, each with its line.
fn told(view: &Json) -> String {
    let faults = read(view).expect_err("faults");
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn faults_say_where_what_and_the_fix() {
    let button = |props: Json| node("button", 7, j!(["Yes"]), props);
    let cases = [
        (
            page(j!([
                "T",
                node("card", 3, j!(["C", button(j!({"on": "a", "colour": "red"}))]), j!({}))
            ])),
            "line 7: view › page.body[1] › card.body[1] › button: “colour” is not a property here — did you mean “tone”?",
        ),
        (
            page(j!(["T", node("note", 4, j!(["x"]), j!({"tone": "warning"}))])),
            "line 4: view › page.body[1] › note.tone: “warning” is not one of neutral, info, good, warn, bad — did you mean “warn”?",
        ),
        (
            page(j!(["T", node("link", 5, j!(["x"]), j!({"href": "javascript:alert(1)"}))])),
            "line 5: view › page.body[1] › link.href: “javascript:alert(1)” is not an allowed address (use https:, mailto:, group: or a relative path)",
        ),
        (
            page(j!(["T", node("progress", 6, j!([]), j!({}))])),
            "line 6: view › page.body[1] › progress: needs label = …",
        ),
        (
            page(j!(["T", node("buton", 8, j!(["Yes"]), j!({}))])),
            "line 8: there is no ui.buton — did you mean “button”?",
        ),
        (
            page(j!(["T", button(j!({"on": "not a name"}))])),
            "line 7: view › page.body[1] › button.on: should be the name of a handler. Write   function on.my_handler(ctx, args) … end   and   on = \"my_handler\"",
        ),
    ];
    for (view, expect) in cases {
        assert_eq!(told(&view), expect);
    }
}

#[test]
fn faults_of_shape_say_so_too() {
    let cases = [
        (
            page(j!(["T", {"x": 1}])),
            "line 1: view › page.body[1]: this is a plain table, not a part of a page; write ui.text{…}, ui.row{…} and so on",
        ),
        (
            page(j!(["T", page(j!(["U"]))])),
            "line 1: view › page.body[1] › page: a page cannot stand inside a page; use ui.section",
        ),
        (page(j!([])), "line 1: view › page: needs title = …"),
        (
            page(j!([
                "T",
                node("table", 2, j!(["C"]), j!({"columns": [{"key": "a"}], "rows": []}))
            ])),
            "line 2: view › page.body[1] › table.columns[1]: needs label = …",
        ),
        (
            page(j!([
                "T",
                node(
                    "table",
                    2,
                    j!(["C"]),
                    j!({"columns": [{"key": "a", "label": "A"}], "rows": [{"to": "data:x"}], "row_href": "to"})
                )
            ])),
            "line 2: view › page.body[1] › table.rows[1].to: “data:x” is not an allowed address (use https:, mailto:, group: or a relative path)",
        ),
        (
            page(j!(["T", node("text", 9, j!([]), j!({"text": true}))])),
            "line 9: view › page.body[1] › text.text: should be a text, not a boolean",
        ),
        (
            page(j!(["T", node("facts", 9, j!(["x"]), j!({"items": []}))])),
            "line 9: view › page.body[1] › facts: the entries belong into items = { … }",
        ),
        (
            page(j!([
                "T",
                node("form", 2, j!([node("form", 3, j!([]), j!({"on": "b"}))]), j!({"on": "a"}))
            ])),
            "line 3: view › page.body[1] › form.body[1] › form: a form cannot stand inside a form; end the first one before",
        ),
        (
            page(j!(["T", node("input", 2, j!(["L"]), j!({"name": "_a", "on_change": "x"}))])),
            "line 2: view › page.body[1] › input.name: should be a name of letters, digits, - and _, not beginning with _",
        ),
        (j!(null), "view(ctx) returned nothing; end it with   return ui.page{ \"A title\", … }"),
    ];
    for (view, expect) in cases {
        assert_eq!(told(&view), expect);
    }
}

#[test]
fn shorthands_are_understood() {
    let view = read(&page(j!([
        "Title",
        "plain text",
        [
            ["from a loop"],
            node(
                "select",
                2,
                j!(["Size"]),
                j!({"name": "s", "options": ["a", 2], "on_change": "x"})
            )
        ],
        node("list", 3, j!([]), j!({"items": ["milk"]})),
        node("button", 4, j!(["Go"]), j!({"on": "go", "args": []})),
        false,
        null
    ])))
    .expect("fine");
    let body = view.page.nodes("body");
    let names: Vec<&str> = body.iter().map(ui::node::Node::name).collect();
    assert_eq!(names, ["text", "text", "select", "list", "button"]);
    assert_eq!(body[2].objects("options").map(|o| o.text("value")).collect::<Vec<_>>(), ["a", "2"]);
    assert_eq!(body[3].objects("items").next().unwrap().text("title"), "milk");
}

#[test]
fn what_is_no_page_stands_on_one_titled_by_the_app() {
    for value in [j!("hello"), j!(["a", "b"]), node("text", 1, j!(["x"]), j!({}))] {
        let view = read(&value).expect("a view");
        assert_eq!((view.page.name(), view.title()), ("page", "Garden"), "{value}");
    }
}

#[test]
fn hidden_parts_are_gone_for_every_face() {
    let view =
        read(&page(j!(["T", node("text", 1, j!(["secret"]), j!({"hidden": true}))]))).unwrap();
    let seal = |_: &str, _: &Value| String::new();
    let around = Surroundings::of("/@a/b", &seal);
    assert!(!view::html(&view, &around).into_string().contains("secret"));
    assert!(!view::json(&view, &around).to_string().contains("secret"));
}

#[test]
fn too_much_is_cut_and_said() {
    let many = vec![j!("x"); limit::VIEW_NODES_MAX + 5];
    let long = "y".repeat(70_000);
    let bytes = vec![j!("z".repeat(60_000)); 12];
    let rows = vec![j!([1]); 600];
    let table =
        node("table", 2, j!(["C"]), j!({"columns": [{"key": "a", "label": "A"}], "rows": rows}));
    for (parts, cut, words) in [
        (j!(["T", many]), true, "at most 2000 parts"),
        (j!(["T", long]), false, "longer than 64 KiB"),
        (j!(["T", bytes]), true, "at most 512 KiB"),
        (j!(["T", table]), false, "the first 500 are shown"),
    ] {
        let view = read(&page(parts)).expect("drawn all the same");
        assert_eq!(view.cut, cut, "{words}");
        assert!(view.warnings[0].text.contains(words), "{:?}", view.warnings);
        let seal = |_: &str, _: &Value| String::new();
        let html = view::html(&view, &Surroundings::of("/@a/b", &seal)).into_string();
        assert!(html.len() < 2 * limit::VIEW_BYTES_MAX);
        assert_eq!(html.contains("The rest is left out"), cut);
    }
}

#[test]
fn nesting_and_arguments_have_an_end() {
    let mut deep = j!("x");
    for _ in 0..limit::VIEW_DEPTH_MAX + 3 {
        deep = node("row", 2, j!([deep]), j!({}));
    }
    assert!(told(&page(j!(["T", deep]))).contains("nested more than 16 deep"));
    let mut list = j!("x");
    for _ in 0..3000 {
        list = j!([list]);
    }
    assert!(told(&page(j!(["T", list]))).contains("plain list"));
    let big = "a".repeat(limit::ACTION_ARGS_BYTES_MAX);
    let button = node("button", 3, j!(["B"]), j!({"on": "b", "args": {"x": big}}));
    assert!(told(&page(j!(["T", button]))).contains("a button carries at most 8192"));
}

#[test]
fn buttons_are_found_by_label() {
    let form = node(
        "form",
        5,
        j!([
            node(
                "row",
                6,
                j!([node("input", 6, j!(["Your name"]), j!({"name": "who", "required": true}))]),
                j!({})
            ),
            node("select", 7, j!(["Size"]), j!({"name": "size", "options": ["s", "m"]})),
            node("check", 8, j!(["Remind me"]), j!({"name": "remind", "checked": true})),
            node("hidden", 9, j!([]), j!({"name": "step", "value": 2}))
        ]),
        j!({"on": "join", "submit": "Join", "values": {"who": "Ana"}}),
    );
    let yes = node(
        "button",
        3,
        j!(["Yes"]),
        j!({"on": "vote", "args": {"key": "yes"}, "confirm": "Sure?"}),
    );
    let cell = node("button", 4, j!(["Drop"]), j!({"on": "drop"}));
    let table = node(
        "table",
        4,
        j!(["C"]),
        j!({"columns": [{"key": "a", "label": "A"}], "rows": [{"a": cell}]}),
    );
    let view =
        read(&page(j!(["T", form, table, node("card", 2, j!(["C", yes]), j!({}))]))).unwrap();
    let found = list_actions(&view);
    let labels: Vec<&str> = found.iter().map(|press| press.label.as_str()).collect();
    assert_eq!(labels, ["Join", "Drop", "Yes"]);
    assert_eq!(found[2].args, Value::map([("key", Value::from("yes"))]));
    assert_eq!(found[2].confirm.as_deref(), Some("Sure?"));
    let fields: Vec<(&str, Option<&str>)> =
        found[0].fields.iter().map(|field| (field.name.as_str(), field.value.as_deref())).collect();
    assert_eq!(
        fields,
        [("who", Some("Ana")), ("size", Some("s")), ("remind", Some("on")), ("step", Some("2"))]
    );
}

#[test]
fn handlers_answer_in_five_ways() {
    let answer = |json: Json| Answer::read(&json::to_value(&json), "Garden");
    assert!(matches!(answer(j!(null)), Ok(Answer::Redraw)));
    assert!(
        matches!(answer(node("toast", 1, j!(["Saved"]), j!({}))), Ok(Answer::Toast(t)) if t == "Saved")
    );
    assert!(
        matches!(answer(node("errors", 1, j!([]), j!({"km": "Too far"}))), Ok(Answer::Errors(e)) if e["km"] == "Too far")
    );
    for fine in ["?tab=b", "list/3", "/", "#end"] {
        assert!(matches!(answer(node("go", 1, j!([fine]), j!({}))), Ok(Answer::Go(_))), "{fine}");
    }
    for bad in ["https://evil.example", "//evil.example", "group:@x/y", "javascript:x", "", "/\\x"]
    {
        assert!(answer(node("go", 1, j!([bad]), j!({}))).is_err(), "{bad}");
    }
    assert!(matches!(answer(page(j!(["Done"]))), Ok(Answer::Page(v)) if v.title() == "Done"));
    for (wrong, words) in [
        (j!(true), "a handler may return nothing"),
        (node("toats", 1, j!(["x"]), j!({})), "did you mean “toast”?"),
        (node("toast", 1, j!([]), j!({})), "needs a text"),
    ] {
        let faults = answer(wrong).expect_err("a fault");
        assert!(faults[0].to_string().contains(words), "{faults:?}");
    }
}

#[test]
fn a_failed_form_keeps_what_was_typed_and_only_that_form() {
    let form = |on: &str| {
        node(
            "form",
            2,
            j!([
                node("input", 3, j!(["Name"]), j!({"name": "who"})),
                node("check", 3, j!(["Mail"]), j!({"name": "mail", "checked": true}))
            ]),
            j!({"on": on}),
        )
    };
    let view = read(&page(j!(["T", form("join"), form("leave")]))).unwrap();
    let seal = |_: &str, _: &Value| String::new();
    let around = Surroundings {
        pressed: Some("join"),
        typed: [("who".to_owned(), "<Ana> & \"co\"".to_owned())].into(),
        errors: [("who".to_owned(), "Too <long>".to_owned())].into(),
        ..Surroundings::of("/@a/b", &seal)
    };
    let html = view::html(&view, &around).into_string();
    assert_eq!(html.matches("value=\"&lt;Ana&gt; &amp; &quot;co&quot;\"").count(), 1);
    assert_eq!(html.matches("role=\"alert\"").count(), 1);
    assert_eq!(
        html.matches(" checked").count(),
        1,
        "an unticked box stays unticked in the sent form"
    );
    assert!(html.contains("aria-invalid=\"true\"") && !html.contains("<long>"));
    let text = view::text(&view, &around);
    assert_eq!(text.matches("✘ Too <long>").count(), 1);
}
