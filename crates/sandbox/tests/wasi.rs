//! Programs that were made for WASI, as apps: a web program answers as `serve`, a command-line program
//! has a page and one handler. What WASI itself does is tested beside it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use model::{Ending, Moment, Value};
use sandbox::{Class, Outcome, Program, Run, Sandbox};
use std::collections::BTreeMap;
use std::time::Duration;
use support::component::program;
use support::{Desk, HERE, PAGE_GAS, WORKERS};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The interfaces as this repository describes them, each after those it uses.
const WIT: [&str; 8] = [
    include_str!("../wit/deps/io/package.wit"),
    include_str!("../wit/deps/clocks/package.wit"),
    include_str!("../wit/deps/random/package.wit"),
    include_str!("../wit/deps/cli/package.wit"),
    include_str!("../wit/deps/filesystem/package.wit"),
    include_str!("../wit/deps/sockets/package.wit"),
    include_str!("../wit/deps/http/package.wit"),
    include_str!("../src/component/wasi/tests/guests/worlds.wit"),
];
const IMPORTS: &str = include_str!("../src/component/wasi/tests/guests/imports.wat");
const MEMORY: &str = include_str!("../src/component/wasi/tests/guests/memory.wat");

/// Answers `hi`, after it has printed the same without an end of line.
const WEB: &str = r#"
  (data (i32.const 100) "hi")
  (func (export "wasi:http/incoming-handler@0.2.0#handle") (param $in i32) (param $out i32)
    (local $response i32) (local $body i32) (local $stream i32)
    (local.set $response (call $response (call $fields)))
    (call $response_body (local.get $response) (i32.const 0))
    (local.set $body (i32.load (i32.const 4)))
    (call $body_out (local.get $body) (i32.const 0))
    (local.set $stream (i32.load (i32.const 4)))
    (call $write (local.get $stream) (i32.const 100) (i32.const 2) (i32.const 0))
    (call $write (call $stdout) (i32.const 100) (i32.const 2) (i32.const 0))
    (;BEFORE;)
    (call $drop_output (local.get $stream))
    (call $finish (local.get $body) (i32.const 0) (i32.const 0) (i32.const 0))
    (call $answer (local.get $out) (i32.const 0) (local.get $response) (i32.const 0)
      (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))"#;

/// Asks `a.example`, and breaks down when it may not.
const ASKS: &str = r#"
    (local.set $body (call $request (call $fields)))
    (i32.store (i32.const 200) (i32.const 0x78652e61))
    (drop (call $set_authority (local.get $body) (i32.const 1) (i32.const 200) (i32.const 4)))
    (call $fetch (local.get $body) (i32.const 0) (i32.const 0) (i32.const 208))
    (call $get (i32.load (i32.const 216)) (i32.const 304))
    (if (i32.load8_u (i32.const 320)) (then unreachable))"#;

/// Writes its last argument and its input.
const TOOL: &str = r#"
  (func (export "wasi:cli/run@0.2.0#run") (result i32)
    (local $last i32)
    (call $args (i32.const 0))
    (local.set $last (i32.add (i32.load (i32.const 0))
      (i32.mul (i32.const 8) (i32.sub (i32.load (i32.const 4)) (i32.const 1)))))
    (call $write (call $stdout)
      (i32.load (local.get $last)) (i32.load offset=4 (local.get $last)) (i32.const 16))
    (call $splice (call $stdout) (call $stdin) (i64.const 1000) (i32.const 16))
    END)"#;

/// The program of this world from the functions of a core module.
fn made(world: &str, functions: &str) -> Program {
    let text = format!("(module {IMPORTS} {functions} {MEMORY})");
    let mut module = wat::parse_str(&text).unwrap_or_else(|err| panic!("{err}"));
    let mut wit = Resolve::default();
    for (at, text) in WIT.iter().enumerate() {
        wit.push_str(format!("{at}.wit"), text).expect("our own interfaces");
    }
    let package = wit.packages.iter().next_back().expect("a package").0;
    let world = wit.select_world(&[package], Some(world)).expect("a world");
    embed_component_metadata(&mut module, &wit, world, StringEncoding::UTF8).unwrap();
    let encoder = ComponentEncoder::default().module(&module).unwrap();
    program(encoder.validate(true).encode().unwrap())
}

/// One run in this sandbox, and what it printed.
fn run_in(
    sandbox: &Sandbox,
    program: &Program,
    (trigger, handler): (&str, &str),
    arg: &Value,
) -> (Outcome, Vec<String>) {
    let app = Value::map([("name", Value::text("tool")), ("title", Value::text("A tool"))]);
    let run = Run {
        program,
        trigger,
        handler,
        ctx: Value::map([("app", app)]),
        args: vec![arg.clone()],
        settings: BTreeMap::new(),
        seed: [7; 32],
        now: Moment::from_seconds(1_700_000_000),
        tz: "UTC",
        gas: PAGE_GAS,
        memory_bytes: 32 << 20,
        computing: Duration::from_secs(20),
        class: Class::Members,
    };
    let mut desk = Desk::default();
    let outcome = sandbox.run(&run, &mut desk);
    (outcome, desk.printed)
}

/// The same run here and in a worker: both come to the same end for the same gas.
fn run(program: &Program, trigger: (&str, &str), arg: &Value) -> (Outcome, Vec<String>) {
    let (here, printed) = run_in(&HERE, program, trigger, arg);
    let (there, also) = run_in(&WORKERS, program, trigger, arg);
    assert_eq!((here.ending, &here.answer, here.gas), (there.ending, &there.answer, there.gas));
    assert_eq!((&here.message, &printed), (&there.message, &also));
    (here, printed)
}

fn request() -> Value {
    Value::map([("method", Value::text("GET")), ("path", Value::text("/"))])
}

#[test]
fn a_web_program_is_serve() {
    let program = made("proxy", WEB);
    let (outcome, printed) = run(&program, ("serve", ""), &request());
    assert_eq!(outcome.ending, Ending::Done, "{} {:?}", outcome.message, outcome.internal);
    let expect = [
        ("status", Value::Int(200)),
        ("headers", Value::map::<String>([])),
        ("body", Value::text("hi")),
    ];
    assert_eq!(outcome.answer, Value::map(expect));
    assert_eq!(printed, ["hi"]);
    assert!(outcome.causes["wasi:http/types"].gas > 0);
    assert_eq!(outcome.causes["log.print"].count, 1);

    let (outcome, _) = run(&program, ("declare", ""), &Value::Nil);
    assert!(outcome.answer.get("has").is_some_and(|has| has.get("serve").is_some()));
    let (outcome, _) = run(&program, ("view", ""), &Value::Nil);
    assert_eq!(outcome.ending, Ending::Stopped);
    assert!(outcome.message.contains("answers web requests"), "{}", outcome.message);
}

#[test]
fn what_a_web_program_does_wrong_is_said_to_its_author() {
    for (before, ending, expect) in [
        ("unreachable", Ending::Stopped, "unreachable"),
        ("(call $exit (i32.const 0))", Ending::Stopped, "ended itself"),
        ("(call $drop_output (i32.const 99))", Ending::Stopped, "handle"),
        (
            "(call $write_zeroes (local.get $stream) (i64.const -1) (i32.const 0))",
            Ending::Stopped,
            "at most the 65536 bytes",
        ),
        ("(loop $again (drop (call $monotonic)) (br $again))", Ending::OutOfGas, "out of gas"),
        (ASKS, Ending::Refused, "http.fetch is not granted"),
    ] {
        let program = made("proxy", &WEB.replace("(;BEFORE;)", before));
        let (outcome, _) = run(&program, ("serve", ""), &request());
        assert_eq!(outcome.internal, None, "{before}");
        assert_eq!(outcome.ending, ending, "{before}: {}", outcome.message);
        assert!(outcome.message.contains(expect), "{before}: {}", outcome.message);
    }
}

#[test]
fn a_tool_has_a_page_and_one_handler() {
    let program = made("command", &TOOL.replace("END", "(i32.const 0)"));
    let (declared, _) = run(&program, ("declare", ""), &Value::Nil);
    let one = Value::List(vec![Value::text("run")]);
    let handlers = declared.answer.get("handlers").unwrap();
    assert_eq!((handlers.get("on"), handlers.get("at")), (Some(&one), Some(&one)));

    let (outcome, _) = run(&program, ("view", ""), &Value::Nil);
    assert_eq!(outcome.answer.str_at("title"), Some("A tool"));
    assert_eq!(outcome.answer.get("body").unwrap().items().len(), 1, "the form");

    let typed = Value::map([("args", Value::text("-a  last")), ("input", Value::text(", in"))]);
    let (outcome, printed) = run(&program, ("action", "run"), &typed);
    assert_eq!(outcome.ending, Ending::Done, "{}", outcome.message);
    let shown = &outcome.answer.get("body").unwrap().items()[1];
    assert_eq!(shown.str_at("text"), Some("last, in"));
    assert!(printed.is_empty());

    let (outcome, printed) = run(&program, ("schedule", "run"), &Value::Nil);
    assert_eq!((outcome.ending, outcome.answer), (Ending::Done, Value::Nil));
    assert_eq!(printed, ["tool"]);

    let listed = Value::map([("args", Value::List(vec![Value::text("two words")]))]);
    assert_eq!(run(&program, ("schedule", "run"), &listed).1, ["two words"]);

    let (outcome, _) = run(&program, ("action", "other"), &Value::Nil);
    assert_eq!(outcome.ending, Ending::Stopped);
    assert!(outcome.message.contains("its one handler, run"), "{}", outcome.message);
}

#[test]
fn a_tool_that_fails_keeps_nothing() {
    let program = made("command", &TOOL.replace("END", "(i32.const 1)"));
    let (outcome, _) = run(&program, ("action", "run"), &Value::Nil);
    assert_eq!((outcome.ending, outcome.answer), (Ending::Stopped, Value::Nil));
    assert!(outcome.message.contains("ended with a failure"), "{}", outcome.message);
}
