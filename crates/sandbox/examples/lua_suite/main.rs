//! Runs the test files of Lua's authors in the guest, each as an app's file in a fresh instance.
//! `guests/lua/suite.sh` fetches them, builds this and says where they lie. Changes no file.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod cuts;

use cuts::{FILES, File, LEFT_OUT};
use model::gas::Price;
use model::receipt::grouped;
use model::{Ending, Moment, Value};
use sandbox::{Config, Host, Outcome, Program, Refusal, RefusalKind, Run, Sandbox, Script};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// What a file may use; the dearest takes a tenth.
const GAS: u64 = 200_000_000_000;
/// The largest memory there is, so that a test of much ends by its own word.
const MEMORY_BYTES: usize = 128 << 20;

/// What the suite's own `all.lua` sets, and what of a host library the files take for granted.
const MAIN: &str = include_str!("main.lua");

/// Keeps nothing and answers nothing but `print`.
struct Silent;

impl Host for Silent {
    fn price(&mut self, _name: &str) -> Result<Price, Refusal> {
        Ok(Price { call: 100, byte_in: 1, byte_out: 1 })
    }

    fn call(&mut self, name: &str, _args: Vec<Value>) -> Result<Value, Refusal> {
        match name {
            "log.print" => Ok(Value::Nil),
            other => {
                Err(Refusal { kind: RefusalKind::Error, text: format!("{other} is not here") })
            }
        }
    }
}

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: lua_suite FOLDER, the folder `testes` of Lua's sources");
        return ExitCode::from(2);
    };
    let sandbox =
        Sandbox::new(Config { slots: 1, cache: None, ..Config::default() }).expect("a sandbox");
    let mut failed = 0;
    for file in FILES {
        let outcome = run(&sandbox, Path::new(&folder), file);
        let good = outcome.ending == Ending::Done && outcome.internal.is_none();
        let gas = grouped(outcome.gas);
        println!("{} {}.lua, {gas} gas", if good { "ok    " } else { "FAILED" }, file.name);
        for (from, to, why) in file.cuts {
            println!("         without lines {from} to {to}: {why}");
        }
        if !good {
            println!("{outcome:?}");
            failed += 1;
        }
    }
    for (name, why) in LEFT_OUT {
        println!("not run {name}.lua: {why}");
    }
    println!("{} passed, {failed} failed", FILES.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(sandbox: &Sandbox, folder: &Path, file: &File) -> Outcome {
    let mut files = BTreeMap::from([
        ("main.lua".to_owned(), MAIN.to_owned()),
        ("debug.lua".to_owned(), "return debug".to_owned()),
        ("string.lua".to_owned(), "return string".to_owned()),
    ]);
    for name in [file.name, "bwcoercion", "tracegc"] {
        files.insert(format!("{name}.lua"), text(folder, name));
    }
    files.insert(format!("{}.lua", file.name), without(&text(folder, file.name), file.cuts));
    let program = Program::Lua(Script { files, main: "main.lua".into() });
    let run = Run {
        program: &program,
        trigger: "view",
        handler: "",
        ctx: Value::map([("file", Value::text(file.name))]),
        args: vec![],
        settings: BTreeMap::new(),
        seed: [7; 32],
        now: Moment::from_seconds(1_700_000_000),
        gas: GAS,
        memory_bytes: MEMORY_BYTES,
        computing: Duration::from_secs(600),
        tz: "UTC",
        class: sandbox::Class::Members,
    };
    sandbox.run(&run, &mut Silent)
}

/// A file's text. An app's files are UTF-8; the few Latin-1 letters of the authors are comments and
/// strings that are compared with themselves.
fn text(folder: &Path, name: &str) -> String {
    let path = folder.join(format!("{name}.lua"));
    let bytes = std::fs::read(&path).expect("the folder has all files of the suite");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The text with these lines empty, so that the numbers of the others stay.
fn without(text: &str, cuts: &[(usize, usize, &str)]) -> String {
    let lines = text.lines().enumerate().map(|(at, line)| {
        let cut = cuts.iter().any(|(from, to, _)| (*from..=*to).contains(&(at + 1)));
        if cut { "" } else { line }
    });
    lines.collect::<Vec<_>>().join("\n")
}
