//! A small host for tests: a table of values, a log, and refusals by name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, unreachable_pub)]

use model::gas::Price;
use model::{Moment, Value};
use sandbox::{Config, Host, Outcome, Program, Refusal, RefusalKind, Run, Sandbox};
use std::collections::BTreeMap;
use std::sync::{Barrier, LazyLock};
use std::time::Duration;

/// What a page may use (model::limit has the same).
pub const PAGE_GAS: u64 = 200_000_000;
const PAGE_MEMORY_BYTES: usize = 32 << 20;

/// One sandbox for all tests of a file.
pub static SANDBOX: LazyLock<Sandbox> = LazyLock::new(|| sandbox(8));

/// A sandbox with this many slots.
pub fn sandbox(slots: u32) -> Sandbox {
    Sandbox::new(Config { slots, cache: None }).expect("a sandbox")
}

/// The host of these tests.
#[derive(Default)]
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

/// Runs a program's `view` with this much gas and memory.
pub fn run_with(desk: &mut Desk, files: &[(&str, &str)], gas: u64, memory_bytes: usize) -> Outcome {
    run_in(&SANDBOX, desk, files, gas, memory_bytes)
}

/// The same, in a sandbox of the test's own.
pub fn run_in(
    sandbox: &Sandbox,
    desk: &mut Desk,
    files: &[(&str, &str)],
    gas: u64,
    memory_bytes: usize,
) -> Outcome {
    let files = files.iter().map(|(p, s)| ((*p).to_owned(), (*s).to_owned())).collect();
    let program = Program { files, main: "main.lua".into() };
    let run = Run {
        program: &program,
        trigger: "view",
        handler: "",
        ctx: Value::map([("now", Value::Int(1_700_000_000))]),
        args: vec![],
        settings: BTreeMap::new(),
        seed: [7; 32],
        now: Moment::from_seconds(1_700_000_000),
        gas,
        memory_bytes,
        computing: Duration::from_secs(20),
    };
    sandbox.run(&run, desk)
}

/// Runs the body of a `view` with what a page may use.
pub fn view(body: &str) -> Outcome {
    view_in(&SANDBOX, body)
}

/// The same, in a sandbox of the test's own.
pub fn view_in(sandbox: &Sandbox, body: &str) -> Outcome {
    let main = format!("function view(ctx) {body} end");
    run_in(sandbox, &mut Desk::default(), &[("main.lua", &main)], PAGE_GAS, PAGE_MEMORY_BYTES)
}
