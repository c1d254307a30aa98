//! The programs of `benches/lua`, each natively, in the guest without metering, and in the sandbox
//! as apps run: interleaved rounds, medians, and every answer compared.

use crate::Failure;
use crate::bare::Bare;
use crate::clock::{geometric_mean, median, timed};
use crate::native::Native;
use model::gas::Price;
use model::{Ending, Moment, Value};
use sandbox::{Class, Config, Host, Program, Refusal, Run, Sandbox, Script};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Rounds of each program.
const ROUNDS: usize = 5;
/// Begins a program in the guest.
const MAIN: &str = "function view(ctx) SIZE = ctx.size return (require 'bench') end";
/// Name, size and answer of each program, as `lua5.4` gives it.
const EXPECTED: &str = include_str!("../lua/expected.txt");

/// The programs ask for nothing.
struct Nobody;

impl Host for Nobody {
    fn price(&mut self, name: &str) -> Result<Price, Refusal> {
        Err(Refusal { kind: sandbox::RefusalKind::Error, text: format!("{name} is not here") })
    }

    fn call(&mut self, _name: &str, _args: Vec<Value>) -> Result<Value, Refusal> {
        Ok(Value::Nil)
    }
}

pub(crate) fn print() -> Result<(), Failure> {
    let (native, bare) = (Native::find(), Bare::new()?);
    let sandbox = Sandbox::new(Config { slots: 1, cache: None, ..Config::default() })?;
    println!(
        "Lua programs, CPU ms; {ROUNDS} interleaved rounds, medians; native is {}",
        native.name()
    );
    println!(
        "{:<10} {:>8} {:>10} {:>9} {:>10} {:>10} {:>12}",
        "", "native", "unmetered", "metered", "metered/n", "metered/u", "gas/ms"
    );
    let mut ratios = (Vec::new(), Vec::new(), Vec::new());
    for line in EXPECTED.lines() {
        let (name, rest) = line.split_once(' ').ok_or("a line of expected.txt has three parts")?;
        let (size, answer) =
            rest.split_once(' ').ok_or("a line of expected.txt has three parts")?;
        let (path, size) = (program(name), size.parse()?);
        let (mut plain, mut unmetered, mut metered, mut gas) = (vec![], vec![], vec![], 0);
        for _ in 0..ROUNDS {
            let (native_answer, seconds) = native.run(&path, size)?;
            same(name, &native_answer, answer)?;
            plain.push(seconds);
            let (bare_answer, seconds) = bare.run(MAIN, &path, size)?;
            same(name, &bare_answer.shown(), answer)?;
            unmetered.push(seconds);
            let (metered_answer, seconds, used) = in_sandbox(&sandbox, &path, size)?;
            same(name, &metered_answer, answer)?;
            metered.push(seconds);
            gas = used;
        }
        let [n, u, m] = [plain, unmetered, metered].map(|it| median(it) * 1e3);
        println!(
            "{name:<10} {n:>8.1} {u:>10.1} {m:>9.1} {:>10.2} {:>10.2} {:>12.0}",
            m / n,
            m / u,
            gas as f64 / m
        );
        ratios.0.push(u / n);
        ratios.1.push(m / n);
        ratios.2.push(m / u);
    }
    let (u, m, cost) = (&ratios.0, &ratios.1, &ratios.2);
    println!(
        "Geometric means: unmetered {:.2} times native, metered {:.2} times, metering costs {:.2} times.\n",
        geometric_mean(u),
        geometric_mean(m),
        geometric_mean(cost)
    );
    Ok(())
}

fn program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("lua").join(format!("{name}.lua"))
}

fn same(name: &str, found: &str, expected: &str) -> Result<(), Failure> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{name} answered {found}, not {expected}").into())
}

fn in_sandbox(sandbox: &Sandbox, path: &Path, size: i64) -> Result<(String, f64, u64), Failure> {
    let files = [
        ("main.lua".to_owned(), MAIN.to_owned()),
        ("bench.lua".to_owned(), std::fs::read_to_string(path)?),
    ];
    let program = Program::Lua(Script { files: files.into(), main: "main.lua".into() });
    let run = Run {
        program: &program,
        trigger: "view",
        handler: "",
        ctx: Value::map([("size", Value::Int(size))]),
        args: vec![],
        settings: BTreeMap::new(),
        seed: [7; 32],
        now: Moment(1_700_000_000_000),
        tz: "UTC",
        gas: 400_000_000_000,
        memory_bytes: 128 << 20,
        computing: Duration::from_secs(400),
        class: Class::Members,
    };
    let (seconds, outcome) = timed(|| sandbox.run(&run, &mut Nobody));
    if outcome.ending == Ending::Done {
        Ok((outcome.answer.shown(), seconds, outcome.gas))
    } else {
        Err(format!("{outcome:?}").into())
    }
}
