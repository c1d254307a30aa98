//! Requests that a component sends: they are the capability `http.fetch`, with its grant and no other
//! way out.

use super::guest::{Guest, why};
use crate::host::{Refusal, RefusalKind};
use model::Value;
use wasmtime::Result;

/// Asks `web.example` and answers what came, with its status or the number of the error.
const ASK: &str = r#"
  (data (i32.const 100) "web.example/q?a=1POSTsent")
  (data (i32.const 140) "x-a")
  (func (export "go") (param $n i64) (result i64)
    (local $request i32) (local $body i32) (local $stream i32) (local $future i32) (local $fields i32)
    (local.set $fields (call $fields))
    (call $append (local.get $fields)
      (i32.const 140) (i32.const 3) (i32.const 121) (i32.const 4) (i32.const 0))
    (call $append (local.get $fields)
      (i32.const 140) (i32.const 3) (i32.const 122) (i32.const 1) (i32.const 0))
    (local.set $request (call $request (local.get $fields)))
    (drop (call $set_authority (local.get $request) (i32.const 1) (i32.const 100) (i32.const 11)))
    (drop (call $set_path (local.get $request) (i32.const 1) (i32.const 111) (i32.const 6)))
    (drop (call $set_method (local.get $request) (i32.const 2) (i32.const 0) (i32.const 0)))
    (call $request_body (local.get $request) (i32.const 0))
    (local.set $body (i32.load (i32.const 4)))
    (call $body_out (local.get $body) (i32.const 0))
    (local.set $stream (i32.load (i32.const 4)))
    (call $fetch (local.get $request) (i32.const 0) (i32.const 0) (i32.const 200))
    (if (i32.load8_u (i32.const 200)) (then (return (i64.load8_u (i32.const 208)))))
    (local.set $future (i32.load (i32.const 208)))
    (;OPEN;)
    (call $write (local.get $stream) (i32.const 121) (i32.const 4) (i32.const 0))
    (call $drop_output (local.get $stream))
    (;END;)
    (call $finish (local.get $body) (i32.const 0) (i32.const 0) (i32.const 0))
    (call $block (call $subscribe (local.get $future)))
    (call $get (local.get $future) (i32.const 304))
    (if (i32.eqz (i32.load8_u (i32.const 304))) (then (return (i64.const -1))))
    (if (i32.load8_u (i32.const 312)) (then (return (i64.const -2))))
    (if (i32.load8_u (i32.const 320)) (then (return (i64.load8_u (i32.const 328)))))
    (call $consume_response (i32.load (i32.const 328)) (i32.const 400))
    (call $body_in (i32.load (i32.const 404)) (i32.const 400))
    (call $read (i32.load (i32.const 404)) (i64.const 100) (i32.const 400))
    (i64.add
      (i64.mul (i64.const 1000) (i64.load32_u (i32.const 408)))
      (i64.extend_i32_u (call $status (i32.load (i32.const 328))))))"#;

/// Cases of WASI's error that are answered.
const REQUEST_DENIED: u64 = 15;
const INTERNAL_ERROR: u64 = 38;

/// What `go` answers when the web answers this, and what was asked of it.
fn go(functions: &str, web: std::result::Result<Value, Refusal>) -> (Result<u64>, Vec<Value>) {
    let guest = Guest::new("one", functions);
    let (answer, store) = guest.go_to(0, web);
    (answer, store.data().fetched.clone())
}

fn page() -> Value {
    Value::map([
        ("status", Value::Int(203)),
        ("headers", Value::map([("a", Value::text("b"))])),
        ("body", Value::text("seven b")),
    ])
}

#[test]
fn a_request_is_a_fetch_once_its_body_has_ended() {
    let (answer, fetched) = go(ASK, Ok(page()));
    assert_eq!(answer.unwrap(), 7_203);
    let expect = Value::map([
        ("url", Value::text("https://web.example/q?a=1")),
        ("method", Value::text("POST")),
        ("headers", Value::map([("x-a", Value::text("sent, e"))])),
        ("body", Value::text("sent")),
    ]);
    assert_eq!(fetched, [expect]);
}

#[test]
fn what_is_not_granted_is_denied_and_said_in_the_log() {
    let text = "http.fetch of web.example is not granted";
    let refusal = Refusal { kind: RefusalKind::NotGranted, text: text.into() };
    let (answer, store) = Guest::new("one", ASK).go_to(0, Err(refusal));
    assert_eq!(answer.unwrap(), REQUEST_DENIED);
    assert_eq!(store.data().printed, [text]);
}

#[test]
fn a_request_that_fails_says_so_to_the_guest() {
    let refusal = Refusal { kind: RefusalKind::Error, text: "nobody is there".into() };
    assert_eq!(go(ASK, Err(refusal)).0.unwrap(), INTERNAL_ERROR);
    // An answer that is none.
    assert_eq!(go(ASK, Ok(Value::Int(7))).0.unwrap(), 35, "HTTP-protocol-error");
}

#[test]
fn a_run_that_must_begin_again_ends_here() {
    for kind in [RefusalKind::Restart, RefusalKind::Waited, RefusalKind::Internal] {
        let refusal = Refusal { kind, text: "enough".into() };
        assert!(why(go(ASK, Err(refusal)).0).contains("enough"));
    }
}

#[test]
fn what_was_not_finished_is_not_sent() {
    let finish = "(call $finish (local.get $body) (i32.const 0) (i32.const 0) (i32.const 0))";
    // Dropped: the answer is an error, and nothing went out.
    let (answer, fetched) =
        go(&ASK.replace(finish, "(call $drop_body (local.get $body))"), Ok(page()));
    assert_eq!((answer.unwrap(), fetched.len()), (INTERNAL_ERROR, 0));
    // Left open: there will never be an answer to wait for.
    let (answer, fetched) = go(&ASK.replace(finish, ""), Ok(page()));
    assert!(why(answer).contains("finish its body"));
    assert!(fetched.is_empty());
    // Asked for too early, it is not there yet.
    let early = "(call $get (local.get $future) (i32.const 304))
      (if (i32.load8_u (i32.const 304)) (then unreachable))";
    assert_eq!(go(&ASK.replace("(;OPEN;)", early), Ok(page())).0.unwrap(), 7_203);
}

#[test]
fn addresses_are_whole_and_clean() {
    // Without an authority there is nowhere to go.
    let nowhere = ASK.replace(
        "(call $set_authority (local.get $request) (i32.const 1)",
        "(call $set_authority (local.get $request) (i32.const 0)",
    );
    assert_eq!(go(&nowhere, Ok(page())).0.unwrap(), 19, "HTTP-request-URI-invalid");
    for (data, fits) in [
        ("web.example/q?a=1", true),
        ("web exmaple/q?a=1", false),
        ("ana@web.exa/q?a=1", false),
        ("web.exam\\r\\nx/q?a=1", false),
        ("web.exampl#/q?a=1", false),
        ("127.0.0.1:1/q?a=1", true),
        ("web.example/q#a=1", false),
        ("web.example?q/a=1", false),
        ("web.example/q\\\\a=1", false),
    ] {
        let set = "(drop (call $set_authority (local.get $request) (i32.const 1) (i32.const 100) (i32.const 11)))
    (drop (call $set_path (local.get $request) (i32.const 1) (i32.const 111) (i32.const 6)))";
        assert!(ASK.contains(set));
        let checked =
            set.replace("(drop ", "(if ").replace(")))", ")) (then (return (i64.const 77))))");
        let functions = ASK.replace(set, &checked).replace("web.example/q?a=1", data);
        let expect = if fits { 7_203 } else { 77 };
        assert_eq!(go(&functions, Ok(page())).0.unwrap(), expect, "{data}");
    }
}
