//! Guests that mean harm: handles that are not theirs, lies about memory, floods, and calls that would
//! make the host work or keep more than was paid for.

use super::guest::{GAS, Guest, encode, why};
use wasmtime::Trap;

/// Repeats the body for ever.
fn forever(body: &str) -> String {
    format!("(loop $again {body} (br $again)) (i64.const 0)")
}

/// A guest whose allocation is as bad as this.
fn with_allocation(body: &str) -> Guest {
    let bytes = encode(
        "one",
        &format!(
            "(module
              (import \"wasi:random/random@0.2.0\" \"get-random-bytes\" (func $random (param i64 i32)))
              (memory (export \"memory\") 1)
              (func (export \"cabi_realloc\") (param i32 i32 i32 i32) (result i32) {body})
              (func (export \"go\") (param i64) (result i64)
                (call $random (local.get 0) (i32.const 8))
                (i64.load32_u (i32.const 8))))"
        ),
    );
    Guest::load(&bytes).unwrap()
}

// COMP-003: a handle is a place in the guest's own list, checked for its type at every use.
#[test]
fn handles_cannot_be_made_up_kept_or_swapped() {
    let bad = [
        "(call $block (i32.wrap_i64 (local.get $n)))",
        "(call $drop_pollable (i32.wrap_i64 (local.get $n)))",
        "(call $write (i32.const -1) (i32.const 0) (i32.const 0) (i32.const 0))",
        // One thing as another.
        "(call $block (call $stdout))",
        "(call $drop_pollable (call $fields))",
        "(call $read (call $stdout) (i64.const 1) (i32.const 0))",
        // Dropped twice, or used after.
        "(local.set $a (call $stdout)) (call $drop_output (local.get $a)) (call $drop_output (local.get $a))",
        "(local.set $a (call $fields)) (drop (call $response (local.get $a))) (drop (call $clone (local.get $a)))",
        "(local.set $a (call $fields)) (drop (call $response (local.get $a))) (call $drop_fields (local.get $a))",
        // In a list.
        "(i32.store (i32.const 0) (i32.const 5)) (call $poll (i32.const 0) (i32.const 1) (i32.const 8))",
    ];
    for body in bad {
        for n in [0, 1, 2, 99, u64::from(u32::MAX)] {
            let (answer, _) = Guest::one(&format!("{body} (i64.const 0)")).go(n);
            assert!(why(answer).contains("handle"), "{body}");
        }
    }
}

// COMP-004, COMP-005: what a call costs is taken before its work, and a flood ends with the gas.
#[test]
fn floods_end_with_the_gas() {
    let floods = [
        "(drop (call $monotonic))",
        "(call $wall (i32.const 0))",
        "(call $drop_pollable (call $sleep (i64.const 1)))",
        "(call $drop_fields (call $fields))",
        "(drop (call $random_word))",
        // Waiting for what is ready already, again and again.
        "(i32.store (i32.const 0) (call $sleep (i64.const 0)))
         (call $poll (i32.const 0) (i32.const 1) (i32.const 8))
         (call $drop_pollable (i32.load (i32.const 0)))",
    ];
    for body in floods {
        let (answer, store) = Guest::one(&forever(body)).go(0);
        assert_eq!(answer.unwrap_err().downcast_ref(), Some(&Trap::OutOfFuel), "{body}");
        assert_eq!(store.get_fuel().unwrap(), 0, "all of it, and never more");
        let calls: u64 = store.data().causes.values().map(|noted| noted.0).sum();
        assert!(calls > 0 && calls < GAS / 100, "{body}: {calls} calls");
    }
}

// COMP-005
#[test]
fn what_cannot_be_paid_is_not_done() {
    let write = "(call $write (call $stdout) (i32.const 0) (i32.const 60000) (i32.const 0))";
    let guest = Guest::one(&format!("{write} (i64.const 0)"));
    let (answer, store) = guest.go_with(0, 20_000);
    assert_eq!(answer.unwrap_err().downcast_ref(), Some(&Trap::OutOfFuel));
    assert!(store.data().printed.is_empty());
    assert!(guest.go_with(0, 200_000).0.is_ok());
}

// COMP-007: strings that are none, and memory that is not there.
#[test]
fn lies_about_memory_end_the_run() {
    let append = |name: &str, bytes: &str| {
        format!(
            "(i32.store8 (i32.const 0) (i32.const 255))
             (call $append (call $fields) {name} {bytes} (i32.const 8) (i32.const 1) (i32.const 16))
             (i64.const 0)"
        )
    };
    for (name, bytes, expect) in [
        ("(i32.const 0)", "(i32.const 1)", "utf-8"),
        ("(i32.const 0)", "(i32.const -1)", "bounds"),
        ("(i32.const -1)", "(i32.const 2)", "bounds"),
        ("(i32.const 262143)", "(i32.const 2)", "bounds"),
    ] {
        let (answer, _) = Guest::one(&append(name, bytes)).go(0);
        let text = why(answer);
        assert!(text.contains(expect), "{name} {bytes}: {text}");
    }
    // An answer that has no place: outside, across the end, not aligned.
    for place in ["(i32.const -4)", "(i32.const 262143)", "(i32.const 3)"] {
        let body = format!("(call $random (i64.const 9) {place}) (i64.const 0)");
        assert!(Guest::one(&body).go(0).0.is_err(), "{place}");
    }
}

// COMP-007, COMP-008: the host asks a guest for memory, and gets this.
#[test]
fn allocations_that_lie_trap_or_never_end_hurt_nobody() {
    for (body, gas) in [
        ("(i32.const -16)", false),
        ("(i32.const 65535)", false),
        ("(i32.const 3) (unreachable)", false),
        ("(loop $again (br $again)) (unreachable)", true),
    ] {
        let (answer, store) = with_allocation(body).go(64);
        let trap = answer.unwrap_err().downcast_ref::<Trap>().copied();
        assert_eq!(trap == Some(Trap::OutOfFuel), gas, "{body}");
        assert_eq!(store.get_fuel().unwrap() == 0, gas, "{body}");
    }
    assert_eq!(with_allocation("(i32.const 128)").go(64).0.unwrap(), 128);
}

// WASM-014: the host calls a guest back for memory alone, and meanwhile the guest can call nobody.
#[test]
fn a_guest_that_is_asked_for_memory_cannot_call_its_host() {
    let again = "(call $random (i64.const 64) (i32.const 256)) (i32.const 128)";
    let (answer, store) = with_allocation(again).go(64);
    let text = why(answer);
    assert!(text.contains("cannot leave component instance"), "{text}");
    let calls: u64 = store.data().causes.values().map(|noted| noted.0).sum();
    assert!(calls <= 2, "one call, and the capability behind it: {calls}");
}

// COMP-021: the same bytes many times in one list would be many times as much for the host.
#[test]
fn a_list_that_is_larger_than_its_memory_is_not_read() {
    let body = |entries: u32| {
        format!(
            "(local.set $a (i32.const 131072))
             (loop $again
               (i32.store (local.get $a) (i32.const 16))
               (i32.store offset=4 (local.get $a) (i32.const 1))
               (i32.store offset=8 (local.get $a) (i32.const 1024))
               (i32.store offset=12 (local.get $a) (i32.const 60000))
               (local.set $a (i32.add (local.get $a) (i32.const 16)))
               (local.set $b (i32.add (local.get $b) (i32.const 1)))
               (br_if $again (i32.lt_u (local.get $b) (i32.const {entries}))))
             (i32.store8 (i32.const 16) (i32.const 97))
             (call $fields_from (i32.const 131072) (i32.const {entries}) (i32.const 0))
             (i64.load8_u (i32.const 0))"
        )
    };
    assert_eq!(Guest::one(&body(1)).go(0).0.unwrap(), 1, "a value with zeros is refused");
    let text = why(Guest::one(&body(1_000)).go(0).0);
    assert!(text.contains("too much data") || text.contains("fuel"), "{text}");
    // A list longer than memory is a lie.
    let lie = "(call $fields_from (i32.const 0) (i32.const 16777216) (i32.const 0)) (i64.const 0)";
    assert!(Guest::one(lie).go(0).0.is_err());
}

#[test]
fn what_is_never_dropped_has_an_end() {
    for body in [
        "(drop (call $sleep (i64.const 1)))",
        "(drop (call $stdout))",
        "(drop (call $stdin))",
        "(drop (call $fields))",
        "(drop (call $request (call $fields)))",
    ] {
        let text = why(Guest::one(&forever(body)).go(0).0);
        assert!(text.contains("handles are open"), "{body}: {text}");
    }
}

/// Fills one list of fields until it takes no more, and answers how many it took.
const FILL: &str = "
    (local.set $a (call $fields))
    (i32.store8 (i32.const 16) (i32.const 97))
    (memory.fill (i32.const 1024) (i32.const 98) (i32.const 65536))
    (block $full (loop $again
      (call $append (local.get $a)
        (i32.const 16) (i32.const 1) (i32.const 1024) (i32.wrap_i64 (local.get $n)) (i32.const 0))
      (br_if $full (i32.load8_u (i32.const 0)))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br $again)))";

// COMP-010: an error that the guest can read, not a panic.
#[test]
fn header_bombs_are_refused() {
    let guest = Guest::one(&format!("{FILL} (local.get $i)"));
    for (bytes, expect) in [(0, 256), (1_000, 61), (40_000, 1), (65_536, 0)] {
        assert_eq!(guest.go(bytes).0.unwrap(), expect, "values of {bytes} bytes");
    }
}

#[test]
fn copies_are_counted_before_they_are_made() {
    let body = format!(
        "{FILL} (loop $again (drop (call $clone (local.get $a))) (br $again)) (i64.const 0)"
    );
    let text = why(Guest::one(&body).go(30_000).0);
    assert!(text.contains("MiB"), "{text}");
    // Dropped copies count no more: this ends with the gas instead.
    let body = format!(
        "{FILL} (loop $again (call $drop_fields (call $clone (local.get $a))) (br $again)) (i64.const 0)"
    );
    let (answer, _) = Guest::one(&body).go(30_000);
    assert_eq!(answer.unwrap_err().downcast_ref(), Some(&Trap::OutOfFuel));
}
