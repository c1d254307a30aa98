//! What a program meets that is made for a command line: clocks, chance, output, its own end.

use super::super::{Exited, WasiState, finish_output, is_command, is_proxy, run_command};
use super::guest::{GAS, Guest, NOW, why};
use model::Moment;

/// Writes `$n` times what lies at 16 to a stream.
const PRINT: &str = r#"
  (data (i32.const 16) "a line\n")
  (func (export "go") (param $n i64) (result i64)
    (local $out i32)
    (local.set $out (call $OUT))
    (block $done (loop $again
      (br_if $done (i64.eqz (local.get $n)))
      (call $write (local.get $out) (i32.const 16) (i32.const 7) (i32.const 0))
      (local.set $n (i64.sub (local.get $n) (i64.const 1)))
      (br $again)))
    (i64.load8_u (i32.const 0)))"#;

#[test]
fn output_goes_to_the_log_line_by_line() {
    for stream in ["$stdout", "$stderr"] {
        let guest = Guest::new("one", &PRINT.replace("$OUT", stream));
        let (answer, store) = guest.go(3);
        assert_eq!(answer.unwrap(), 0);
        assert_eq!(store.data().printed, ["a line"; 3], "{stream}");
    }
}

#[test]
fn a_last_line_needs_no_end() {
    let guest = Guest::new("one", &PRINT.replace("$OUT", "$stdout").replace("\\n", "!"));
    let (_, mut store) = guest.go(2);
    assert!(store.data().printed.is_empty());
    finish_output(store.data_mut()).unwrap();
    assert_eq!(store.data().printed, ["a line!a line!"]);
}

// CAP-022: what a run could measure another by.
#[test]
fn clocks_show_the_run_and_move_by_sleep_alone() {
    let cases = [
        ("(call $wall (i32.const 0)) (i64.load (i32.const 0))", NOW),
        ("(call $monotonic)", NOW * 1_000_000_000),
        (
            "(call $block (call $sleep (i64.const 5)))
             (i64.sub (call $monotonic) (i64.const 1700000000000000000))",
            5,
        ),
        // A second sleep goes on from the first, and the wall clock does not care.
        (
            "(call $block (call $sleep (i64.const 7000000000)))
             (call $block (call $sleep (i64.const 1)))
             (call $wall (i32.const 0))
             (i64.add (i64.load (i32.const 0))
               (i64.sub (call $monotonic) (i64.const 1700000000000000000)))",
            NOW + 7_000_000_001,
        ),
        // The end of time is no overflow.
        ("(call $block (call $sleep (i64.const -1))) (call $monotonic)", -1),
        ("(i64.extend_i32_u (call $ready (call $sleep (i64.const 1))))", 0),
        ("(i64.extend_i32_u (call $ready (call $sleep (i64.const 0))))", 1),
        // Of two sleeps the shorter wakes.
        (
            "(i32.store (i32.const 0) (call $sleep (i64.const 20)))
             (i32.store (i32.const 4) (call $sleep (i64.const 10)))
             (call $poll (i32.const 0) (i32.const 2) (i32.const 8))
             (i64.add
               (i64.mul (i64.const 1000) (i64.load32_u (i32.const 12)))
               (i64.add
                 (i64.mul (i64.const 100) (i64.load32_u (i32.load (i32.const 8))))
                 (i64.sub (call $monotonic) (i64.const 1700000000000000000))))",
            1110,
        ),
    ];
    for (body, expect) in cases {
        let (answer, _) = Guest::one(body).go(0);
        #[allow(clippy::cast_sign_loss)]
        let expect = expect as u64;
        assert_eq!(answer.unwrap(), expect, "{body}");
    }
}

#[test]
fn chance_comes_from_the_run() {
    let word = Guest::one("(call $random_word)");
    assert_eq!(word.go(0).0.unwrap(), 0x0807_0605_0403_0201);
    assert_eq!(word.go(0).0.unwrap(), word.go(0).0.unwrap());
    let bytes = Guest::one(
        "(call $random (local.get $n) (i32.const 0))
         (i64.add (i64.load8_u (i32.load (i32.const 0)))
           (i64.mul (i64.const 1000) (i64.load32_u (i32.const 4))))",
    );
    assert_eq!(bytes.go(300).0.unwrap(), 300_001);
    assert!(bytes.go_with(1 << 20, GAS).0.is_ok());
    assert!(why(bytes.go((1 << 20) + 1).0).contains("at most 1 MiB"));
    assert!(why(bytes.go(u64::MAX).0).contains("at most 1 MiB"));
}

#[test]
fn there_are_no_files_and_no_sockets() {
    let folders = Guest::one("(call $folders (i32.const 0)) (i64.load32_u (i32.const 4))");
    assert_eq!(folders.go(0).0.unwrap(), 0);
    // COMP-013: the second case of the error is `access-denied`.
    let socket = Guest::one("(call $socket (i32.const 0) (i32.const 0)) (i64.load (i32.const 0))");
    assert_eq!(socket.go(0).0.unwrap() & 0xff, 1, "refused");
    assert_eq!(socket.go(0).0.unwrap() >> 32 & 0xff, 1, "access-denied");
}

/// Answers with its input in the place of the first argument's length, and ends as it is told.
const COMMAND: &str = r#"
  (func (export "wasi:cli/run@0.2.0#run") (result i32)
    (local $in i32) (local $out i32)
    (local.set $in (call $stdin))
    (local.set $out (call $stdout))
    (block $done (loop $again
      (call $read (local.get $in) (i64.const 10) (i32.const 0))
      (br_if $done (i32.load8_u (i32.const 0)))
      (call $write (local.get $out)
        (i32.load (i32.const 4)) (i32.load (i32.const 8)) (i32.const 0))
      (br $again)))
    (call $args (i32.const 0))
    (call $write (local.get $out)
      (i32.load (i32.load (i32.const 0)))
      (i32.load offset=4 (i32.load (i32.const 0)))
      (i32.const 0))
    END)"#;

#[test]
fn a_command_has_arguments_input_output_and_an_end() {
    for (end, expect) in [
        ("(i32.const 0)", Ok(())),
        ("(i32.const 1)", Err(())),
        ("(call $exit (i32.const 0)) (unreachable)", Ok(())),
        ("(call $exit (i32.const 1)) (unreachable)", Err(())),
        ("(call $exit_with (i32.const 0)) (unreachable)", Ok(())),
        ("(call $exit_with (i32.const 3)) (unreachable)", Err(())),
    ] {
        let guest = Guest::new("command", &COMMAND.replace("END", end));
        let state = WasiState::command(
            Moment::from_seconds(NOW),
            vec!["tool".to_owned(), "-v".to_owned()],
            b"fifteen bytes!\n".to_vec(),
        )
        .keep_output();
        let (mut store, instance) = guest.start(state, GAS).unwrap();
        assert_eq!(run_command(&mut store, &instance).unwrap(), expect, "{end}");
        assert_eq!(store.data_mut().wasi_mut().take_output(), b"fifteen bytes!\ntool");
    }
}

#[test]
fn an_end_by_itself_is_told_from_an_accident() {
    let guest = Guest::one("(call $exit (i32.const 0)) (i64.const 0)");
    let (answer, _) = guest.go(0);
    assert_eq!(answer.unwrap_err().downcast_ref(), Some(&Exited(Ok(()))));
    let guest = Guest::new("command", &COMMAND.replace("END", "(unreachable)"));
    let (mut store, instance) =
        guest.start(WasiState::new(Moment::from_seconds(NOW)), GAS).unwrap();
    assert!(run_command(&mut store, &instance).is_err());
}

#[test]
fn kinds_of_programs_are_told_apart() {
    for (world, functions, proxy, command) in [
        ("one", PRINT.replace("$OUT", "$stdout"), false, false),
        ("command", COMMAND.replace("END", "(i32.const 0)"), false, true),
        ("proxy", super::proxies::HELLO.to_owned(), true, false),
    ] {
        let guest = Guest::new(world, &functions);
        assert_eq!(is_proxy(guest.component()), proxy, "{world}");
        assert_eq!(is_command(guest.component()), command, "{world}");
    }
}
