//! Proxy components as an app's `serve`: what goes in, what comes out, and what is no answer.

use super::super::{WasiState, serve};
use super::guest::{GAS, Guest, NOW, State, why};
use model::{Moment, Value};
use wasmtime::{Result, Store};

/// Says hello with a header and a status of its own. `(;BEFORE;)` stands before the end.
pub(super) const HELLO: &str = r#"
  (data (i32.const 100) "x-kindhello, ")
  (func (export "wasi:http/incoming-handler@0.2.0#handle") (param $in i32) (param $out i32)
    (local $fields i32) (local $response i32) (local $body i32) (local $stream i32)
    (local.set $fields (call $fields))
    (call $append (local.get $fields)
      (i32.const 100) (i32.const 6) (i32.const 106) (i32.const 5) (i32.const 0))
    (local.set $response (call $response (local.get $fields)))
    (drop (call $set_status (local.get $response) (i32.const 201)))
    (call $response_body (local.get $response) (i32.const 0))
    (local.set $body (i32.load (i32.const 4)))
    (call $body_out (local.get $body) (i32.const 0))
    (local.set $stream (i32.load (i32.const 4)))
    (call $answer (local.get $out) (i32.const 0) (local.get $response) (i32.const 0)
      (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
    (call $write (local.get $stream) (i32.const 106) (i32.const 7) (i32.const 0))
    (call $path (local.get $in) (i32.const 16))
    (call $write (local.get $stream)
      (i32.load (i32.const 20)) (i32.load (i32.const 24)) (i32.const 0))
    (call $consume (local.get $in) (i32.const 16))
    (call $body_in (i32.load (i32.const 20)) (i32.const 16))
    (call $splice (local.get $stream) (i32.load (i32.const 20)) (i64.const 1000) (i32.const 16))
    (;BEFORE;)
    (call $drop_output (local.get $stream))
    (call $finish (local.get $body) (i32.const 0) (i32.const 0) (i32.const 0)))"#;

/// A request as a run gets it.
pub(super) fn request(method: &str, path: &str, query: &[(&str, &str)], body: &str) -> Value {
    let query = query.iter().map(|(name, value)| (*name, Value::text(*value)));
    let headers = [("host", "oak.example"), ("accept", "*/*"), ("te", "trailers")];
    Value::map([
        ("method", Value::text(method)),
        ("path", Value::text(path)),
        ("query", Value::map(query)),
        ("headers", Value::map(headers.map(|(name, value)| (name, Value::text(value))))),
        ("body", Value::text(body)),
    ])
}

/// What a proxy answers, and the store as it was left.
pub(super) fn asked(
    guest: &Guest,
    request: &Value,
    web: Option<Value>,
) -> (Result<std::result::Result<Value, String>>, Store<State>) {
    let wasi = WasiState::new(Moment::from_seconds(NOW));
    let (mut store, instance) = guest.start(wasi, GAS).unwrap();
    if let Some(web) = web {
        store.data_mut().web = Ok(web);
    }
    let ctx = Value::map([
        ("app", Value::map([("address", Value::text("https://oak.example/@ana/poll"))])),
        ("group", Value::map([("host", Value::text("oak.example"))])),
    ]);
    let answer = serve(&mut store, &instance, &ctx, request);
    (answer, store)
}

#[test]
fn a_proxy_answers_as_a_script_would() {
    let guest = Guest::new("proxy", HELLO);
    let (answer, store) = asked(&guest, &request("POST", "/a b", &[("q", "ü&")], "!"), None);
    let expect = Value::map([
        ("status", Value::Int(201)),
        ("headers", Value::map([("x-kind", Value::text("hello"))])),
        ("body", Value::text("hello, /a%20b?q=%C3%BC%26!")),
    ]);
    assert_eq!(answer.unwrap().unwrap(), expect);
    let (_, again) = asked(&guest, &request("POST", "/a b", &[("q", "ü&")], "!"), None);
    assert_eq!(store.get_fuel().unwrap(), again.get_fuel().unwrap(), "the same gas");
    assert_eq!(store.data().causes, again.data().causes);
}

#[test]
fn paths_and_queries_are_addresses_again() {
    let guest = Guest::new("proxy", HELLO);
    for (path, query, expect) in [
        ("/", &[][..], "/"),
        ("/%", &[], "/%25"),
        ("/a/b:c", &[], "/a/b:c"),
        ("/\r\nx: y", &[], "/%0D%0Ax:%20y"),
        ("/", &[("a", "1"), ("b", "")], "/?a=1&b="),
        ("/", &[("a=b", "c+d")], "/?a%3Db=c%2Bd"),
    ] {
        let (answer, _) = asked(&guest, &request("GET", path, query, ""), None);
        let body = answer.unwrap().unwrap().get("body").unwrap().shown();
        assert_eq!(body, format!("hello, {expect}"), "{path}");
    }
}

#[test]
fn what_is_no_answer_says_why() {
    let finish = "(call $finish (local.get $body) (i32.const 0) (i32.const 0) (i32.const 0))";
    let drop = "(call $drop_body (local.get $body))";
    let error = "(i32.const 1) (i32.const 38) (i32.const 1) (i64.const 106)
      (i32.const 5) (i32.const 0) (i32.const 0) (i32.const 0))";
    let answer = HELLO.find("(call $answer").unwrap();
    let end = answer + HELLO[answer..].find("(call $write").unwrap();
    let without = format!("{}{}", &HELLO[..answer], &HELLO[end..]);
    let failing =
        format!("{}(call $answer (local.get $out) {error}{}", &HELLO[..answer], &HELLO[end..]);
    for (functions, expect) in [
        (HELLO.replace(finish, ""), "was not finished"),
        (HELLO.replace(finish, drop), "was not finished"),
        (without, "without an answer"),
        (failing, "answered with an error: hello"),
    ] {
        let (answer, _) =
            asked(&Guest::new("proxy", &functions), &request("GET", "/", &[], ""), None);
        let text = answer.unwrap().unwrap_err();
        assert!(text.contains(expect), "{text}");
    }
}

#[test]
fn a_promised_length_is_kept() {
    for (length, expect) in [("08", Ok("hello, /")), ("07", Err(())), ("09", Err(()))] {
        let functions = HELLO
            .replace("(data", &format!("(data (i32.const 140) \"content-length{length}\") (data"))
            .replace(
                "(i32.const 100) (i32.const 6) (i32.const 106) (i32.const 5)",
                "(i32.const 140) (i32.const 14) (i32.const 154) (i32.const 2)",
            );
        let guest = Guest::new("proxy", &functions);
        let answer = asked(&guest, &request("GET", "/", &[], ""), None).0.unwrap();
        let body = answer.as_ref().map(|value| value.str_at("body").unwrap());
        assert_eq!(body.map_err(drop), expect, "{length}");
    }
}

#[test]
fn things_that_can_be_had_once_are_had_once() {
    for (call, place) in [
        ("(call $consume (local.get $in) (i32.const 16))", 16),
        ("(call $response_body (local.get $response) (i32.const 16))", 16),
        ("(call $body_out (local.get $body) (i32.const 16))", 16),
    ] {
        let body =
            format!("{call} (if (i32.eqz (i32.load8_u (i32.const {place}))) (then unreachable))");
        // The answer is the guest's own until it is set.
        let at = if call.contains("response_body") { "(call $answer" } else { "(;BEFORE;)" };
        let functions = HELLO.replacen(at, &format!("{body} {at}"), 1);
        let (answer, _) =
            asked(&Guest::new("proxy", &functions), &request("GET", "/", &[], ""), None);
        assert!(answer.unwrap().is_ok(), "{call}");
    }
}

#[test]
fn a_status_is_one_that_an_answer_has() {
    for (status, fits) in
        [(100, false), (199, false), (200, true), (599, true), (600, false), (65535, false)]
    {
        let functions = HELLO.replace(
            "(drop (call $set_status (local.get $response) (i32.const 201)))",
            &format!(
                "(if (call $set_status (local.get $response) (i32.const {status}))
                   (then (drop (call $set_status (local.get $response) (i32.const 418)))))"
            ),
        );
        let (answer, _) =
            asked(&Guest::new("proxy", &functions), &request("GET", "/", &[], ""), None);
        let expect = if fits { status } else { 418 };
        assert_eq!(answer.unwrap().unwrap().get("status"), Some(&Value::Int(expect)));
    }
}

#[test]
fn an_accident_of_a_proxy_ends_the_run() {
    let functions = HELLO.replace("(;BEFORE;)", "unreachable");
    let guest = Guest::new("proxy", &functions);
    let (answer, _) = asked(&guest, &request("GET", "/", &[], ""), None);
    assert!(why(answer).contains("unreachable"));
}
