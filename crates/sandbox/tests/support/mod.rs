//! A small host for tests: a table of values, a log, and refusals by name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, unreachable_pub)]

use model::gas::Price;
use model::receipt::Cause;
use model::{Ending, Moment, Value};
use sandbox::worker::Launch;
use sandbox::{Class, Config, Host, Outcome, Program, Refusal, RefusalKind, Run, Sandbox, Script};
use std::collections::BTreeMap;
use std::sync::{Barrier, LazyLock};
use std::time::Duration;

pub mod component;

/// What a page may use (model::limit has the same).
pub const PAGE_GAS: u64 = 200_000_000;
const PAGE_MEMORY_BYTES: usize = 32 << 20;

/// The same sandbox twice for all tests of a file: in this process, and in jailed workers.
pub static HERE: LazyLock<Sandbox> = LazyLock::new(|| sandbox(8));
pub static WORKERS: LazyLock<Sandbox> = LazyLock::new(|| {
    let launch = Launch::of(env!("CARGO_BIN_EXE_jailed").into(), &["lua"]);
    Sandbox::with_workers(Config { slots: 8, cache: None, ..Config::default() }, launch)
        .expect("workers")
});

/// A sandbox with this many slots.
pub fn sandbox(slots: u32) -> Sandbox {
    Sandbox::new(Config { slots, cache: None, ..Config::default() }).expect("a sandbox")
}

/// The host of these tests.
#[derive(Clone, Default)]
pub struct Desk<'a> {
    pub kept: BTreeMap<String, Value>,
    pub printed: Vec<String>,
    /// Where `docs.together` waits for the other runs.
    pub together: Option<&'a Barrier>,
}

impl Host for Desk<'_> {
    fn price(&mut self, name: &str) -> Result<Price, Refusal> {
        match name {
            "no.such" => {
                Err(Refusal { kind: RefusalKind::Error, text: "there is no no.such".into() })
            }
            _ => Ok(Price { call: 100, byte_in: 1, byte_out: 1 }),
        }
    }

    fn call(&mut self, name: &str, args: Vec<Value>) -> Result<Value, Refusal> {
        let refuse = |kind, text: &str| Err(Refusal { kind, text: text.into() });
        match name {
            "store.get" => {
                let key = args[0].shown();
                Ok(self
                    .kept
                    .get(&key)
                    .cloned()
                    .unwrap_or_else(|| args.get(1).cloned().unwrap_or_default()))
            }
            "store.set" => {
                self.kept.insert(args[0].shown(), args[1].clone());
                Ok(Value::Nil)
            }
            "log.print" => {
                self.printed.push(args[0].shown());
                Ok(Value::Nil)
            }
            "text.same" => Ok(args.into_iter().next().unwrap_or_default()),
            "http.fetch" => refuse(RefusalKind::NotGranted, "http.fetch is not granted"),
            "docs.together" => {
                self.together.expect("a barrier").wait();
                Ok(Value::Nil)
            }
            "docs.waited" => refuse(RefusalKind::Waited, "waited its time"),
            "docs.restart" => refuse(RefusalKind::Restart, ""),
            "docs.internal" => refuse(RefusalKind::Internal, "the disk is gone"),
            other => refuse(RefusalKind::Error, &format!("{other} is not here")),
        }
    }
}

/// Runs a script's `view` with this much gas and memory, here and in a worker: both must come to
/// the same end, for the same gas.
pub fn run_with(desk: &mut Desk, files: &[(&str, &str)], gas: u64, memory_bytes: usize) -> Outcome {
    both(desk, &script(files), gas, memory_bytes)
}

/// Runs a program here and in a worker.
pub fn both(desk: &mut Desk, program: &Program, gas: u64, memory_bytes: usize) -> Outcome {
    let mut same = desk.clone();
    let in_worker = run_program(&WORKERS, &mut same, program, gas, memory_bytes);
    let here = run_program(&HERE, desk, program, gas, memory_bytes);
    assert_eq!(told(&in_worker), told(&here), "a worker is no different");
    assert!(
        same.kept == desk.kept && same.printed == desk.printed,
        "it asks its host for the same"
    );
    here
}

/// What must be the same wherever a run happens.
fn told(outcome: &Outcome) -> (Ending, &Value, &str, u64, &BTreeMap<String, Cause>, bool) {
    let Outcome { ending, answer, message, gas, causes, restarted, internal: _ } = outcome;
    (*ending, answer, message, *gas, causes, *restarted)
}

/// The same, in a sandbox of the test's own.
pub fn run_in(
    sandbox: &Sandbox,
    desk: &mut Desk,
    files: &[(&str, &str)],
    gas: u64,
    memory_bytes: usize,
) -> Outcome {
    run_program(sandbox, desk, &script(files), gas, memory_bytes)
}

fn script(files: &[(&str, &str)]) -> Program {
    let files = files.iter().map(|(p, s)| ((*p).to_owned(), (*s).to_owned())).collect();
    Program::Lua(Script { files, main: "main.lua".into() })
}

/// Runs a program in a sandbox.
pub fn run_program(
    sandbox: &Sandbox,
    desk: &mut Desk,
    program: &Program,
    gas: u64,
    memory_bytes: usize,
) -> Outcome {
    let run = Run {
        program,
        trigger: "view",
        handler: "",
        ctx: Value::map([("now", Value::Int(1_700_000_000))]),
        args: vec![],
        settings: BTreeMap::new(),
        seed: [7; 32],
        now: Moment::from_seconds(1_700_000_000),
        tz: "UTC",
        gas,
        memory_bytes,
        computing: Duration::from_secs(20),
        class: Class::Members,
    };
    sandbox.run(&run, desk)
}

/// Runs the body of a `view` with what a page may use.
pub fn view(body: &str) -> Outcome {
    let main = format!("function view(ctx) {body} end");
    run_with(&mut Desk::default(), &[("main.lua", &main)], PAGE_GAS, PAGE_MEMORY_BYTES)
}

/// The same, in a sandbox of the test's own.
pub fn view_in(sandbox: &Sandbox, body: &str) -> Outcome {
    let main = format!("function view(ctx) {body} end");
    run_in(sandbox, &mut Desk::default(), &[("main.lua", &main)], PAGE_GAS, PAGE_MEMORY_BYTES)
}
