//! Random trees, hostile ones, through every face: nothing panics, and no byte of a script reaches
//! a page or a terminal as anything but text.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod strict;

use model::Value;
use proptest::prelude::*;
use std::collections::BTreeMap;
use ui::component::{Kind, Property};
use ui::ops::{Arg, OPS};
use ui::{Answer, Clean, Prose, Surroundings, View, list_actions, table, view};

/// Texts that break careless drawing.
const HOSTILE: &[&str] = &[
    "<x-evil>",
    "</article><script>x()</script>",
    "\" onload=\"x()",
    "' onload='x()",
    "&lt;b&gt;",
    "<!--",
    "]]>",
    "\u{1b}[31mred\u{7}",
    "\u{202e}txet",
    "javascript:x()",
    "",
    "a",
    "line\nline",
    "**bold** <b onclick=x()>b</b> [l](javascript:x) ![i](https://spy.example/i)",
    "https://x.example/\"><x-evil>",
    "files/a.png",
    "?tab=<x-evil>",
];

fn text() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => prop::sample::select(HOSTILE).prop_map(Value::from),
        1 => any::<String>().prop_map(Value::from),
        1 => prop::collection::vec(any::<u8>(), 0..20).prop_map(Value::Str),
    ]
}

fn plain() -> impl Strategy<Value = Value> {
    prop_oneof![
        text(),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_map(Value::Float),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Nil),
    ]
}

/// A value that mostly fits the kind, so that the reader gets far.
fn fitting(kind: Kind, node: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let list =
        |of: BoxedStrategy<Value>| prop::collection::vec(of, 0..4).prop_map(Value::List).boxed();
    match kind {
        Kind::Text | Kind::LongText | Kind::Markdown | Kind::Html => text().boxed(),
        Kind::App => Just(Value::from("@ben@elm.example/poll")).boxed(),
        Kind::Ops => ops(),
        Kind::Name => "[a-z]{1,8}".prop_map(Value::from).boxed(),
        Kind::Handler => "[a-z_]{1,8}".prop_map(Value::from).boxed(),
        Kind::Address => prop::sample::select(vec![
            "files/a.png",
            "?tab=x&y=\"",
            "https://x.example/?a=1&b=2",
            "group:@ana/x",
            "#a",
            "mailto:a@b.example",
        ])
        .prop_map(Value::from)
        .boxed(),
        Kind::Truth => any::<bool>().prop_map(Value::Bool).boxed(),
        Kind::Whole | Kind::When => any::<i32>().prop_map(|n| Value::Int(n.into())).boxed(),
        Kind::Number => any::<i16>().prop_map(|n| Value::Float(f64::from(n) / 7.0)).boxed(),
        Kind::OneOf(words) => prop::sample::select(words).prop_map(Value::from).boxed(),
        Kind::Node => node,
        Kind::Nodes => list(node),
        Kind::List(of) => list(fitting(*of, node)),
        Kind::Object(object) => properties(object.properties, node).prop_map(Value::Map).boxed(),
        Kind::Args | Kind::Texts => {
            prop::collection::btree_map("[a-z<]{1,5}", text(), 0..3).prop_map(Value::Map).boxed()
        }
        Kind::Any => prop_oneof![
            plain(),
            node,
            prop::collection::btree_map("[a-z]{1,2}", plain(), 0..3).prop_map(Value::Map)
        ]
        .boxed(),
    }
}

/// Operations of a canvas, most of them with what they need.
fn ops() -> BoxedStrategy<Value> {
    let argument = |arg: &Arg| match arg {
        Arg::Number(_) => {
            prop_oneof![(-200_i64..200).prop_map(Value::Int), (-2.0..2.0).prop_map(Value::Float),]
                .boxed()
        }
        Arg::Colour => prop_oneof![
            (0_i64..17).prop_map(Value::Int),
            prop::sample::select(vec!["#ff0000", "#00FF00", "#12345", "red\"><x-evil>"])
                .prop_map(Value::from),
        ]
        .boxed(),
        Arg::Words => text().boxed(),
        Arg::File => prop::sample::select(vec!["files/a.png", "a\"b.png", "https://x.example/a"])
            .prop_map(Value::from)
            .boxed(),
    };
    let one = OPS.iter().map(|op| {
        let args: Vec<_> = op.needs.iter().chain(op.may).map(argument).collect();
        args.prop_map(|mut args| {
            args.insert(0, Value::from(op.name));
            Value::List(args)
        })
        .boxed()
    });
    let one = proptest::strategy::Union::new(one.collect::<Vec<_>>());
    prop::collection::vec(one, 0..6).prop_map(Value::List).boxed()
}

fn properties(
    all: &'static [Property],
    node: BoxedStrategy<Value>,
) -> BoxedStrategy<BTreeMap<String, Value>> {
    let mut built = Just(BTreeMap::new()).boxed();
    for property in all {
        let chance = if property.required { 0.98 } else { 0.4 };
        let value = prop::option::weighted(chance, fitting(property.kind, node.clone()));
        built = (built, value)
            .prop_map(|(mut map, value)| {
                map.extend(value.map(|value| (property.name.to_owned(), value)));
                map
            })
            .boxed();
    }
    built
}

fn leaf() -> BoxedStrategy<Value> {
    text().boxed()
}

fn node_over(inner: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let nodes = table::ALL.iter().filter(|component| component.name != "page").map(|component| {
        let parts = prop::collection::vec(inner.clone(), 0..2).prop_map(Value::List);
        (properties(component.properties, inner.clone()), parts).prop_map(|(mut map, parts)| {
            map.insert("type".into(), Value::from(component.name));
            if component.property("body").is_some() {
                map.insert("parts".into(), parts);
            } else {
                map.insert("parts".into(), Value::List(vec![]));
            }
            map.insert("line".into(), Value::Int(3));
            Value::Map(map)
        })
    });
    proptest::strategy::Union::new(nodes.collect::<Vec<_>>()).boxed()
}

fn tree() -> impl Strategy<Value = Value> {
    let one = node_over(leaf());
    node_over(prop_oneof![one, leaf()].boxed())
}

fn drawn(view: &View) {
    let seal = |handler: &str, _: &Value| format!("{handler}\"<x-evil>");
    let around = Surroundings {
        path: "/<x-evil>",
        nonce: "\"<x-evil>",
        toast: Some("<x-evil>"),
        query: [("tab".into(), "\"<x-evil>".into())].into(),
        typed: [("a".into(), "\"<x-evil>".into())].into(),
        errors: [("a".into(), "\"<x-evil>".into())].into(),
        prose: &Prose::here(view),
        ..Surroundings::of("/@ana/garden", &seal)
    };
    let html = view::html(view, &around).into_string();
    // A label may be missing where a script left it empty; all else must hold.
    let elements = strict::read(&html).unwrap_or_else(|why| panic!("{why}\n{html}"));
    assert!(
        elements
            .iter()
            .all(|element| !matches!(element.name.as_str(), "script" | "style" | "iframe"))
    );
    let text = view::text(view, &around);
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    // A page has no character that XML cannot hold, and no line of gemtext is a script's to begin.
    if let Some(feed) = view::atom(view, &around, "https://oak.example") {
        let body = feed.split_once("?>\n").expect("a declaration").1;
        assert!(body.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()), "{body:?}");
        strict::xml(body).unwrap_or_else(|why| panic!("{why}\n{body}"));
    }
    let gemtext = view::gemtext(view, &around, "https://oak.example");
    assert!(gemtext.chars().all(|c| c == '\n' || !c.is_control()), "{gemtext:?}");
    for line in gemtext.lines().filter_map(|line| line.strip_prefix("=>")) {
        let to = line.trim_start().split(' ').next().unwrap_or("");
        let fine =
            ["https://", "http://", "mailto:", "#"].iter().any(|start| to.starts_with(start));
        assert!(fine, "{line}");
    }
    let json = view::json(view, &around);
    assert_eq!(json["view"]["type"], "page");
    let _ = list_actions(view);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fitting_trees_are_drawn(tree in tree()) {
        if let Ok(view) = View::read_offering(&tree, "<x-evil>", ui::offers::ALL) {
            drawn(&view);
        }
    }

    #[test]
    fn each_component_alone_is_read_without_faults_most_of_the_time(tree in node_over(leaf())) {
        let read = View::read_offering(&tree, "T", ui::offers::ALL);
        if let Ok(view) = &read {
            drawn(view);
        }
        for fault in read.err().unwrap_or_default() {
            prop_assert!(!fault.text.is_empty() && fault.text.len() < 500);
        }
    }

    #[test]
    fn any_value_at_all_is_read(value in plain().prop_recursive(6, 60, 6, |inner| prop_oneof![
        prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
        prop::collection::btree_map(prop_oneof!["[a-z]{1,6}", Just("type".into()), Just("parts".into()), Just("body".into())], inner, 0..6).prop_map(Value::Map),
    ])) {
        if let Ok(view) = View::read(&value, "T") {
            drawn(&view);
        }
        let _ = Answer::read(&value, "T");
    }

    #[test]
    fn cleaned_html_is_well_formed(html in prop::collection::vec(prop::sample::select(vec![
        "<b>", "</b>", "<p>", "</p>", "<a href=x>", "<a href='javascript:x'>", "<svg>", "<math>", "<style>", "</style>",
        "<table>", "<td>", "<img src=x onerror=y>", "<!--", "-->", "<title>", "<form>", "\"", "'", "<", ">", "&", "text",
        "<noscript>", "<template>", "<select><option>", "<details open>", "<summary>", "<li>", "<x y=\"<b>\">",
    ]), 0..30)) {
        let clean = ui::sanitise(&html.concat());
        prop_assert!(Clean::read(&clean).is_some(), "a page would not take {clean}");
        // The serialiser leaves > bare in text; that is fine in HTML, and the strict reader must not mind.
        if let Err(why) = strict::read(&clean.replace("&gt;", "")) {
            prop_assert!(false, "{why}: {clean}");
        }
        for bad in ["<script", "<style", "<form", "<svg", "<math", "onerror", "javascript:"] {
            prop_assert!(!clean.contains(bad) || clean.contains("&lt;"), "{clean}");
        }
    }
}
