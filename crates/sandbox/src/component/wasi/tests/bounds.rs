//! Streams and bodies at their limits.

use super::guest::{Guest, why};
use super::proxies::{HELLO, asked, request};
use model::limit;

/// Writes 64 KiB of zeros so often, until it is refused, and answers with what is left.
fn long_answer(writes: u32) -> std::result::Result<usize, String> {
    let body = format!(
        "(local $i i32)
         (local.set $i (i32.const {writes}))
         (block $done (loop $again
           (br_if $done (i32.eqz (local.get $i)))
           (call $write_zeroes (local.get $stream) (i64.const 65536) (i32.const 16))
           (br_if $done (i32.load8_u (i32.const 16)))
           (local.set $i (i32.sub (local.get $i) (i32.const 1)))
           (br $again)))"
    );
    let (locals, body) = body.split_once('\n').unwrap();
    let functions = HELLO
        .replace("(local $stream i32)", &format!("(local $stream i32) {locals}"))
        .replace("(;BEFORE;)", body);
    let (answer, _) = asked(&Guest::new("proxy", &functions), &request("GET", "/", &[], ""), None);
    answer.unwrap().map(|value| value.get("body").unwrap().as_bytes().unwrap().len())
}

// COMP-011: a body has an end, whatever is written to it.
#[test]
fn a_body_has_at_most_five_mebibytes() {
    let most = u32::try_from(limit::REQUEST_BYTES_MAX / 65_536).unwrap();
    assert_eq!(long_answer(most - 1), Ok((most as usize - 1) * 65_536 + "hello, /".len()));
    // One too many ends the body: what was cut is no answer.
    assert!(long_answer(most).unwrap_err().contains("not finished"));
    assert!(long_answer(100_000).unwrap_err().contains("not finished"));
}

#[test]
fn one_write_is_bounded() {
    for body in [
        "(call $write_zeroes (call $stdout) (i64.const 65537) (i32.const 0))",
        "(call $write_zeroes (call $stdout) (i64.const -1) (i32.const 0))",
        "(call $write (call $stdout) (i32.const 0) (i32.const 65537) (i32.const 0))",
    ] {
        let text = why(Guest::one(&format!("{body} (i64.const 0)")).go(0).0);
        assert!(text.contains("at most the 65536 bytes"), "{text}");
    }
    let fits = "(call $write_zeroes (call $stdout) (i64.const 65536) (i32.const 0)) (i64.load8_u (i32.const 0))";
    assert_eq!(Guest::one(fits).go(0).0.unwrap(), 0);
}

#[test]
fn a_log_is_bounded_though_a_guest_prints_for_ever() {
    let body = "(local.set $a (call $stdout))
      (loop $again
        (call $write_zeroes (local.get $a) (i64.const 65536) (i32.const 0))
        (br $again)) (i64.const 0)";
    let (answer, store) = Guest::one(body).go(0);
    assert!(answer.is_err());
    let printed: usize = store.data().printed.iter().map(String::len).sum();
    assert!(printed <= limit::LOG_BYTES_PER_RUN + 4 * limit::KIB, "{printed}");
}

#[test]
fn reading_ends_and_stays_at_its_end() {
    let body = "(local.set $a (call $stdin))
      (call $read (local.get $a) (i64.const -1) (i32.const 0))
      (call $read (local.get $a) (i64.const 0) (i32.const 16))
      ;; Both are errors, and both say that it is closed.
      (i64.add
        (i64.add (i64.load8_u (i32.const 0)) (i64.load8_u (i32.const 4)))
        (i64.add (i64.load8_u (i32.const 16)) (i64.load8_u (i32.const 20))))";
    assert_eq!(Guest::one(body).go(0).0.unwrap(), 4);
}
