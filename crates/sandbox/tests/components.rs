//! Components run like scripts: the same host, the same gas wherever they run, the same ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use model::{Ending, Value};
use sandbox::worker::Launch;
use sandbox::{Component, Config, Outcome, Program, Sandbox};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use support::component::{app, program};
use support::{Desk, PAGE_GAS, both, run_program};

const MEMORY_BYTES: usize = 32 << 20;

const GET: &str = r#"(import "allotment:app/store@1.0.0" "get" (func $get (param i32 i32 i32)))"#;
const FETCH: &str =
    r#"(import "allotment:app/secrets@1.0.0" "get" (func $get (param i32 i32 i32)))"#;

/// Shows what is kept under `page`.
const SHOWS: &str = r#"
  (data (i32.const 16) "page")
  (func (export "run") (param i32) (result i32)
    (call $get (i32.const 16) (i32.const 4) (i32.const 64))
    ;; result, option, text
    (if (i32.load8_u (i32.const 64)) (then unreachable))
    (if (i32.eqz (i32.load8_u (i32.const 68))) (then unreachable))
    (call $ok (i32.const 2) (i32.load (i32.const 72)) (i32.load (i32.const 76))))"#;

fn page() -> Value {
    Value::map([("type", "page".into()), ("title", "Hello".into())])
}

fn desk() -> Desk<'static> {
    Desk { kept: [("page".to_owned(), page())].into(), ..Desk::default() }
}

fn shown(program: &Program) -> Outcome {
    both(&mut desk(), program, PAGE_GAS, MEMORY_BYTES)
}

fn body(text: &str) -> Program {
    app("", &format!(r#"(func $run (export "run") (param i32) (result i32) {text})"#))
}

#[test]
fn a_component_asks_its_host_and_answers() {
    let outcome = shown(&app(GET, SHOWS));
    assert_eq!((outcome.ending, &outcome.answer), (Ending::Done, &page()), "{}", outcome.message);
    let cause = outcome.causes.get("store.get").expect("its cause");
    assert_eq!(cause.count, 1);
    assert!(outcome.gas > cause.gas, "instructions cost, too");
}

#[test]
fn the_same_release_costs_the_same_gas_everywhere() {
    let program = app(GET, SHOWS);
    let launch = Launch::of(env!("CARGO_BIN_EXE_jailed").into(), &["lua"]);
    let other = Sandbox::with_workers(Config { slots: 2, ..Config::default() }, launch).unwrap();
    let first = shown(&program);
    let again = shown(&program);
    let elsewhere = run_program(&other, &mut desk(), &program, PAGE_GAS, MEMORY_BYTES);
    assert_eq!((first.gas, &first.causes), (again.gas, &again.causes));
    assert_eq!((first.gas, &first.causes), (elsewhere.gas, &elsewhere.causes));
}

/// What a component does, how its run ends, and what is said of it.
#[test]
fn components_end_like_scripts() {
    let cases = [
        ("(loop $on (br $on)) unreachable", Ending::OutOfGas, "out of gas"),
        ("unreachable", Ending::Stopped, "unreachable"),
        ("(call $run (local.get 0))", Ending::Stopped, "stack overflow"),
        (
            "(if (i32.eq (memory.grow (i32.const 1000)) (i32.const -1)) (then unreachable)) (i32.const 0)",
            Ending::OutOfMemory,
            "out of memory",
        ),
        ("(i32.const -8)", Ending::Stopped, ""),
        ("(call $fail (i32.const 0) (i32.const 16) (i32.const 0))", Ending::Stopped, ""),
        ("(call $ok (i32.const 2) (i32.const 16) (i32.const 3))", Ending::Stopped, "no JSON"),
        ("(call $ok (i32.const 2) (i32.const -9) (i32.const 3))", Ending::Stopped, ""),
        ("(call $ok (i32.const 0) (i32.const 0) (i32.const 0))", Ending::Done, ""),
        ("(i32.div_u (i32.const 1) (i32.const 0))", Ending::Stopped, "divide by zero"),
    ];
    for (text, ending, said) in cases {
        let outcome = shown(&body(text));
        assert_eq!(outcome.ending, ending, "{text}: {outcome:?}");
        assert!(outcome.message.contains(said), "{text}: {}", outcome.message);
        assert_eq!(outcome.internal, None, "{text}");
        assert!(outcome.gas <= PAGE_GAS);
    }
}

#[test]
fn a_missing_grant_is_passed_on() {
    let asks = r#"
      (data (i32.const 16) "mail")
      (func (export "run") (param i32) (result i32)
        (call $get (i32.const 16) (i32.const 4) (i32.const 64))
        (if (i32.eqz (i32.load8_u (i32.const 64))) (then unreachable))
        (call $fail (i32.const 1) (i32.load (i32.const 72)) (i32.load (i32.const 76))))"#;
    let outcome = shown(&app(FETCH, asks));
    assert_eq!(outcome.ending, Ending::Refused, "{outcome:?}");
    assert!(outcome.message.contains("secrets.get is not here"), "{}", outcome.message);
}

#[test]
fn what_is_no_component_is_refused_in_words() {
    let module = wat::parse_str("(module)").unwrap();
    let strange =
        wat::parse_str(r#"(component (import "wasi:nn/graph@0.2.0" (instance)))"#).unwrap();
    let empty = wat::parse_str("(component)").unwrap();
    for wasm in [b"#!/bin/sh\nexit 0\n".to_vec(), module, strange, empty, vec![]] {
        let outcome = shown(&program(wasm));
        assert_eq!(outcome.ending, Ending::Stopped, "{outcome:?}");
        assert_eq!(outcome.internal, None, "{outcome:?}");
        assert!(outcome.message.contains("main.wasm"), "{}", outcome.message);
    }
}

// WASM-011
#[test]
fn what_could_not_be_compiled_is_not_tried_again() {
    let launch = Launch::of(env!("CARGO_BIN_EXE_jailed").into(), &["lua"]);
    let sandbox = Sandbox::with_workers(Config { slots: 1, ..Config::default() }, launch).unwrap();
    let reads = Arc::new(AtomicU32::new(0));
    let component = |hash| {
        let reads = reads.clone();
        let read = move || {
            reads.fetch_add(1, Ordering::SeqCst);
            Ok(b"no component".to_vec())
        };
        Component { hash: [hash; 32], read: Arc::new(read) }
    };
    assert_eq!(sandbox.shunned(&component(1)), None);
    let first = sandbox.prepare(&component(1)).unwrap_err();
    assert!(first.public.contains("is not a wasm component"), "{}", first.public);
    assert_eq!(sandbox.shunned(&component(1)), Some(first.clone()));
    assert_eq!(sandbox.prepare(&component(1)), Err(first.clone()));
    let run = |hash| {
        let program = Program::Component(component(hash));
        run_program(&sandbox, &mut desk(), &program, PAGE_GAS, MEMORY_BYTES)
    };
    assert!(run(1).message.contains("is not a wasm component"), "its runs say why");
    assert_eq!(reads.load(Ordering::SeqCst), 1);
    // Others are.
    assert!(sandbox.prepare(&component(2)).is_err());
    assert_eq!(reads.load(Ordering::SeqCst), 2);
}

/// Code that lies on disk is used by this node alone, and only as it was written.
#[test]
fn changed_code_is_compiled_again() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("code");
    let program = app(GET, SHOWS);
    let run = |seal| {
        let launch = Launch::of(env!("CARGO_BIN_EXE_jailed").into(), &["lua"]);
        let config = Config { slots: 1, cache: Some(cache.clone()), seal };
        let sandbox = Sandbox::with_workers(config, launch).unwrap();
        run_program(&sandbox, &mut desk(), &program, PAGE_GAS, MEMORY_BYTES)
    };
    let mine = || {
        let files = fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path());
        let mut sealed: Vec<_> =
            files.filter(|it| it.file_name().unwrap().to_str().unwrap().contains('-')).collect();
        assert_eq!(sealed.len(), 1, "{sealed:?}");
        sealed.remove(0)
    };
    assert_eq!(run([1; 32]).answer, page());
    let whole = fs::read(mine()).unwrap();
    for at in [0, 40, whole.len() / 2, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(mine(), &changed).unwrap();
        assert_eq!(run([1; 32]).answer, page());
        assert_eq!(fs::read(mine()).unwrap(), whole, "byte {at}");
    }
    assert_eq!(run([2; 32]).answer, page());
    assert_ne!(fs::read(mine()).unwrap()[..32], whole[..32], "another node's seal");
}
