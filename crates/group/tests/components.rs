//! An app in another language, from its publication to its use.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../sandbox/tests/support/component.rs"]
#[allow(dead_code, unreachable_pub)] // the sandbox's own tests use the rest
mod component;

use component::made;
use model::{Account, App, Ending, Files, Level, Name, Value};
use std::collections::BTreeMap;
use testkit::Place;

/// Declares a view and the action `keep`, shows what is kept under `page`, and keeps `text` there.
fn keeper(text: &str) -> Vec<u8> {
    let len = text.len();
    let text = text.replace('"', "\\\"");
    made(&format!(
        r#"(module
  (import "allotment:app/store@1.0.0" "get" (func $get (param i32 i32 i32)))
  (import "allotment:app/store@1.0.0" "set" (func $set (param i32 i32 i32 i32 i32)))
  {PRELUDE}
  (data (i32.const 16) "page{{}}keepview")
  (data (i32.const 128) "\16\00\00\00\04\00\00\00\1a\00\00\00\04\00\00\00")
  (data (i32.const 256) "{text}")
  (data (i32.const 512) "{{\"type\":\"page\",\"title\":\"Empty\"}}")
  (func $declare (result i32)
    (drop (call $ok (i32.const 1) (i32.const 20) (i32.const 2)))
    (i32.store (i32.const 1040) (i32.const 128))
    (i32.store (i32.const 1044) (i32.const 1))
    (i32.store (i32.const 1052) (i32.const 0))
    (i32.store (i32.const 1056) (i32.const 136))
    (i32.store (i32.const 1060) (i32.const 1))
    (i32.const 1024))
  (func $view (result i32)
    (call $get (i32.const 16) (i32.const 4) (i32.const 64))
    (if (i32.load8_u (i32.const 64)) (then unreachable))
    (if (result i32) (i32.load8_u (i32.const 68))
      (then (call $ok (i32.const 2) (i32.load (i32.const 72)) (i32.load (i32.const 76))))
      (else (call $ok (i32.const 2) (i32.const 512) (i32.const 31)))))
  (func $keep (result i32)
    (call $set (i32.const 16) (i32.const 4) (i32.const 256) (i32.const {len}) (i32.const 64))
    (if (result i32) (i32.load8_u (i32.const 64))
      (then (call $fail (i32.const 0) (i32.load (i32.const 72)) (i32.load (i32.const 76))))
      (else (call $ok (i32.const 0) (i32.const 0) (i32.const 0)))))
  (func (export "run") (param i32) (result i32)
    (if (i32.eqz (i32.load8_u (local.get 0))) (then (return (call $declare))))
    (if (i32.eq (i32.load8_u (local.get 0)) (i32.const 1)) (then (return (call $view))))
    (call $keep)))"#,
        PRELUDE = component::PRELUDE,
    ))
}

const KEPT: &str = r#"{"type":"page","title":"Kept"}"#;

fn files(wasm: Vec<u8>) -> Files {
    let manifest = "name = \"keeper\"\nmain = \"main.wasm\"\nshare = \"public\"\n";
    let files = [
        ("allotment.toml".to_owned(), manifest.as_bytes().to_vec()),
        ("main.wasm".to_owned(), wasm),
    ];
    Files::new(files.into()).unwrap()
}

fn made_by(place: &Place, owner: &Account, wasm: Vec<u8>) -> App {
    place.group.create_app(owner, Name::parse("keeper").unwrap(), &files(wasm)).unwrap()
}

fn title(place: &Place, app: &App) -> String {
    let ran = place.look(app, None);
    assert_eq!(ran.ending, Ending::Done, "{}", ran.message);
    ran.answer.str_at("title").unwrap().to_owned()
}

#[test]
fn it_is_published_used_and_keeps_what_it_was_told() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = made_by(&place, &ana, keeper(KEPT));
    place.group.publish(&ana, &app, "first").unwrap();
    let app = place.reload(&ana, &app);
    assert_eq!(app.handlers, ["on.keep", "view"]);
    assert_eq!(title(&place, &app), "Empty");
    let kept = place.press(&app, &ana, "keep", Value::Nil);
    assert_eq!(kept.ending, Ending::Done, "{}", kept.message);
    assert_eq!(kept.receipt.causes["store.set"].count, 1);
    assert_eq!(title(&place, &app), "Kept");
    let place = place.reopened();
    assert_eq!(title(&place, &place.reload(&ana, &app)), "Kept");
}

#[test]
fn to_look_writes_nothing() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    // Its view is its action: it writes when somebody looks.
    let wasm = keeper(KEPT);
    let app = made_by(&place, &ana, wasm);
    place.group.publish(&ana, &app, "first").unwrap();
    let app = place.reload(&ana, &app);
    let missing = place.press(&app, &ana, "no-such", Value::Nil);
    assert_eq!(
        missing.ending,
        Ending::Done,
        "a component sorts its own names: {}",
        missing.message
    );
    let writes = |ran: &group::Ran| ran.receipt.causes.contains_key("store.set");
    assert!(writes(&missing) && !writes(&place.look(&app, None)));
}

#[test]
fn compiling_is_paid_once() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let used = || place.group.usage(&ana).unwrap().gas.used;
    let wasm = keeper(KEPT);
    let gas = sandbox::shape::check(&wasm).unwrap().compile_gas();
    assert!(gas > 0);
    let app = made_by(&place, &ana, wasm);
    assert_eq!(used(), gas, "the check of a new app compiles it");
    place.group.publish(&ana, &app, "first").unwrap();
    assert_eq!(used(), gas);
    let app = place.reload(&ana, &app);
    place.group.publish(&ana, &app, "again").unwrap();
    assert_eq!(used(), gas, "the same bytes were compiled before");
}

#[test]
fn who_cannot_pay_gets_nothing_compiled() {
    let place = Place::new();
    let visitor = place.person("walker", Level::Visitor);
    let idle = "(func (export \"idle\") ".to_owned() + &"(nop)".repeat(150_000) + ")";
    let wasm = made(&format!(
        "(module {} {idle} (func (export \"run\") (param i32) (result i32) unreachable))",
        component::PRELUDE
    ));
    let gas = sandbox::shape::check(&wasm).unwrap().compile_gas();
    let app = made_by(&place, &visitor, wasm);
    let max = place.group.usage(&visitor).unwrap().gas.max;
    assert!(gas > max);
    let refused = place.group.check_app(&app).unwrap_err();
    assert!(refused.public.contains("computing"), "{}", refused.public);
    let looked = place.group.invoke(model::trigger::Invocation {
        app: app.id,
        trigger: model::trigger::Trigger::View { path: "/".into(), query: BTreeMap::new() },
        by: Some(group::person(&visitor)),
        chain: None,
        draft: true,
    });
    assert!(looked.unwrap_err().public.contains("computing"));
    assert_eq!(place.group.usage(&visitor).unwrap().gas.used, 0);
}

#[test]
fn what_cannot_run_is_not_published() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let script = b"print('hello')".to_vec();
    let app = made_by(&place, &ana, script);
    let refused = place.group.publish(&ana, &app, "first").unwrap_err();
    assert!(refused.public.contains("main.wasm is not a wasm component"), "{}", refused.public);
    let missing: BTreeMap<_, _> =
        [("allotment.toml".to_owned(), b"name = \"bare\"\nmain = \"main.wasm\"\n".to_vec())].into();
    let name = Name::parse("bare").unwrap();
    let app = place.group.create_app(&ana, name, &Files::new(missing).unwrap()).unwrap();
    let refused = place.group.publish(&ana, &app, "first").unwrap_err();
    assert!(refused.public.contains("There is no main.wasm. Build it"), "{}", refused.public);
}
