//! Every ending a guest can come to, with the script's own file, line and stack.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use model::{Ending, Value};
use support::{Desk, run_with, view};

#[test]
fn endings_name_the_place() {
    for (body, ending, text) in [
        ("return 1 + 1", Ending::Done, ""),
        ("local x = nil\nreturn x.y", Ending::Stopped, "main.lua:2: attempt to index a nil value"),
        ("error('boom')", Ending::Stopped, "main.lua:1: boom"),
        ("error({ code = 7 })", Ending::Stopped, "main.lua:1: the error was a table with code"),
        ("error({ message = 'sorry' })", Ending::Stopped, "sorry"),
        ("local n = 0\nwhile true do\nn = n + 1\nend", Ending::OutOfGas, "main.lua:"),
        ("for i = 1, math.huge do end", Ending::OutOfGas, "main.lua:1: out of gas"),
        ("return string.rep('x', 1 << 30)", Ending::OutOfMemory, "out of memory"),
        (
            "return http.fetch('https://a.example')",
            Ending::Refused,
            "main.lua:1: http.fetch is not granted",
        ),
        ("return docs.waited()", Ending::TooSlow, "main.lua:1: waited its time"),
        ("return no.such()", Ending::Stopped, "main.lua:1"),
        ("return apps.such()", Ending::Stopped, "main.lua:1: apps.such is not here"),
        ("local function f() return f() + 1 end return f()", Ending::Stopped, "stack overflow"),
    ] {
        let outcome = view(body);
        assert_eq!(outcome.ending, ending, "{body}: {outcome:?}");
        assert!(outcome.message.contains(text), "{body}: {}", outcome.message);
        assert!(outcome.gas <= 200_000_000 && outcome.internal.is_none(), "{body}: {outcome:?}");
    }
}

#[test]
fn an_uncaught_error_shows_the_stack() {
    let outcome =
        view("local function deep() error('x') end\nlocal function mid() deep() end\nmid()");
    for line in ["main.lua:1: x", "in upvalue 'deep'", "in view"] {
        let shown = outcome.message.replace("in function", "in upvalue");
        assert!(shown.contains(line), "{line}: {}", outcome.message);
    }
    assert!(!outcome.message.contains("prelude"), "{}", outcome.message);
}

/// A call in the place of the last word takes the script's frame away; what called it is ours.
#[test]
fn no_message_names_the_prelude() {
    for (body, text) in [
        ("return require('ffi')", "require: this app has no file ffi.lua"),
        ("return string.rep()", "bad argument #1 to 'rep'"),
        ("return error('boom', 2)", "boom"),
        ("return settings.colour", "there is no setting colour"),
        ("return store.set(print)", "a function cannot be kept or handed over"),
    ] {
        let outcome = view(body);
        assert_eq!(outcome.ending, Ending::Stopped, "{body}: {outcome:?}");
        assert!(outcome.message.contains(text), "{body}: {}", outcome.message);
        assert!(!outcome.message.contains("prelude"), "{body}: {}", outcome.message);
    }
}

#[test]
fn a_refusal_can_be_caught() {
    let outcome = view("local ok, why = pcall(http.fetch, 'x') return { ok, why }");
    assert_eq!(outcome.ending, Ending::Done);
    assert!(outcome.answer.items()[1].shown().contains("not granted"));
}

#[test]
fn restart_and_failures_of_ours_cannot_be_caught() {
    let restarted = view("pcall(docs.restart) return 1");
    assert!(restarted.restarted && restarted.answer == Value::Nil, "{restarted:?}");
    let internal = view("pcall(docs.internal) return 1");
    assert_eq!(internal.internal.as_deref(), Some("the disk is gone"));
}

#[test]
fn the_top_level_only_declares() {
    let main = "store.set('a', 1)\nfunction view() end";
    let outcome = run_with(&mut Desk::default(), &[("main.lua", main)], 1_000_000, 32 << 20);
    assert_eq!(outcome.ending, Ending::Stopped);
    assert!(
        outcome.message.contains("main.lua:1: store.set: the top level"),
        "{}",
        outcome.message
    );
}

#[test]
fn big_strings_cross_both_ways() {
    let outcome =
        view("local s = ('abc'):rep(10000) local t = text.same(s) assert(t == s) return { t, #t }");
    assert_eq!(outcome.ending, Ending::Done, "{}", outcome.message);
    assert_eq!(outcome.answer.items()[0], Value::text("abc".repeat(10_000)));
}

#[test]
fn own_files_are_required() {
    let files = [
        ("main.lua", "local d = require 'lib.draw'\nfunction view() return d.x end"),
        ("lib/draw.lua", "return { x = 42 }"),
    ];
    let outcome = run_with(&mut Desk::default(), &files, 1_000_000, 32 << 20);
    assert_eq!(outcome.answer, Value::Int(42), "{}", outcome.message);
}

#[test]
fn gas_is_the_same_every_time() {
    let body = "local t = {} for i = 1, 1000 do t[i] = tostring(i) end table.sort(t) return table.concat(t, ',')";
    let first = view(body);
    assert_eq!(first.ending, Ending::Done);
    for _ in 0..5 {
        assert_eq!(view(body).gas, first.gas);
    }
}

#[test]
fn a_million_caught_errors_are_no_leak() {
    let main = "function view() local n = 0 for i = 1, 1000000 do if not pcall(error, i) then n = n + 1 end end return n end";
    let outcome = run_with(&mut Desk::default(), &[("main.lua", main)], 20_000_000_000, 32 << 20);
    assert_eq!(outcome.answer, Value::Int(1_000_000), "{outcome:?}");
}
