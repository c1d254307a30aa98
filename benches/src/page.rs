//! What one view of a page costs in CPU time: the poll among the examples, in a fresh metered
//! instance, beside a fresh native Lua that does the same.

use crate::clock::{median, timed};
use crate::{Failure, native};
use model::gas::Price;
use model::receipt::grouped;
use model::{Ending, Moment, Value};
use sandbox::worker::{Launch, Near, Nearby, work as work_for_node};
use sandbox::{Class, Config, Host, Outcome, Program, Refusal, Run, Sandbox, Script};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

const POLL: &str = include_str!("../../examples/poll/main.lua");
/// Views in a round; the median of the rounds is told.
const VIEWS: u32 = 1_000;
const ROUNDS: usize = 7;
/// Starts with a warm cache.
const STARTS: usize = 5;

/// The goals of the design, on a machine where a fresh native state costs 85 µs.
const GOAL_RATIO: f64 = 3.0;
const GOAL_START_MS: f64 = 100.0;

/// The word with which this program is its own worker.
pub(crate) const WORKER: &str = "worker";
/// What a call costs here; the group's table has others.
const PRICE: Price = Price { call: 1_000, byte_in: 1, byte_out: 1 };

/// Answers the poll's one question to its host.
struct Votes;

impl Host for Votes {
    fn price(&mut self, _name: &str) -> Result<Price, Refusal> {
        Ok(PRICE)
    }

    fn call(&mut self, _name: &str, _args: Vec<Value>) -> Result<Value, Refusal> {
        Ok(Value::Int(12))
    }
}

/// A worker answers nothing itself here.
impl Near for Votes {
    fn begin(&mut self, _seed: [u8; 32], _now: Moment, _tz: &str) {}

    fn price(&self, _name: &str) -> Result<Price, Refusal> {
        Ok(PRICE)
    }

    fn call(&mut self, _name: &str, args: Vec<Value>) -> Nearby {
        Nearby::Elsewhere(args)
    }

    fn changes(&self, _name: &str, _args: &[Value], _read: &str, _read_args: &[Value]) -> bool {
        true
    }
}

/// Is a worker until the bench hangs up.
pub(crate) fn work() -> Result<(), Failure> {
    Ok(work_for_node(&mut Votes)?)
}

pub(crate) fn print() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let config = Config { slots: 2, cache: Some(folder.path().join("code")), ..Config::default() };
    let sandbox = Sandbox::new(config.clone())?;
    let poll = program(POLL);
    let nothing = program("function view() end");
    let mut costs: [Vec<f64>; 5] = Default::default();
    for _ in 0..ROUNDS {
        costs[0].push(micros(|| view(&sandbox, &nothing))?);
        costs[1].push(micros(|| view(&sandbox, &poll))?);
        costs[2].push(micros(|| {
            drop(black_box(native::fresh()));
            Ok(())
        })?);
        costs[3].push(micros(|| native::page("function view() end").map(drop))?);
        costs[4].push(micros(|| native::page(POLL).map(drop))?);
    }
    let [empty, page, state, native_empty, native_page] = costs.map(median);
    println!("One view of a page, CPU µs; {ROUNDS} rounds of {VIEWS} views, medians");
    println!("{:<44} {:>8} {:>8} {:>7}", "", "guest", "native", "ratio");
    row("a fresh state with its libraries", empty, state);
    row("an empty page", empty, native_empty);
    row("the poll's page", page, native_page);
    let gas = grouped(run(&sandbox, &poll).gas);
    let over_state = page / state;
    println!("The poll's page is {gas} gas, and {over_state:.2} times a fresh native state.");
    println!("Goal: at most {GOAL_RATIO} times. {}\n", verdict(over_state <= GOAL_RATIO));
    print_worker(&config, &poll, page)?;
    print_starts(&config, &poll)
}

/// The same page as a server runs it: in a jailed process, so only the clock sees it all.
fn print_worker(config: &Config, program: &Program, here: f64) -> Result<(), Failure> {
    let launch = Launch::of(std::env::current_exe()?, &[WORKER]);
    let sandbox = Sandbox::with_workers(config.clone(), launch)?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        (0..VIEWS).try_for_each(|_| view(&sandbox, program))?;
        rounds.push(begun.elapsed().as_secs_f64() * 1e6 / f64::from(VIEWS));
    }
    let micros = median(rounds);
    println!("In a jailed worker the poll's page takes {micros:.0} µs by the clock, of which the");
    println!(
        "run is {here:.0} µs of CPU; the rest is the way there and back, for each call too.\n"
    );
    Ok(())
}

fn print_starts(config: &Config, program: &Program) -> Result<(), Failure> {
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let begun = Instant::now();
        let sandbox = Sandbox::new(config.clone())?;
        view(&sandbox, program)?;
        starts.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    let warm = median(starts);
    println!("From nothing to the first answer with a warm cache: {warm:.1} ms by the clock.");
    println!("Goal: at most {GOAL_START_MS} ms. {}\n", verdict(warm <= GOAL_START_MS));
    Ok(())
}

fn verdict(met: bool) -> &'static str {
    if met { "Met." } else { "MISSED." }
}

fn row(name: &str, guest: f64, native: f64) {
    println!("{name:<44} {guest:>8.1} {native:>8.1} {:>7.2}", guest / native);
}

/// Mean CPU time of one, in microseconds.
fn micros(one: impl Fn() -> Result<(), Failure>) -> Result<f64, Failure> {
    let (seconds, done) = timed(|| (0..VIEWS).try_for_each(|_| one()));
    done?;
    Ok(seconds * 1e6 / f64::from(VIEWS))
}

fn program(main: &str) -> Program {
    let files = [("main.lua".into(), main.into())].into();
    Program::Lua(Script { files, main: "main.lua".into() })
}

fn view(sandbox: &Sandbox, program: &Program) -> Result<(), Failure> {
    let outcome = black_box(run(sandbox, program));
    if outcome.ending == Ending::Done { Ok(()) } else { Err(format!("{outcome:?}").into()) }
}

fn run(sandbox: &Sandbox, program: &Program) -> Outcome {
    let run = Run {
        program,
        trigger: "view",
        handler: "",
        ctx: Value::map([("now", Value::Int(1_700_000_000)), ("path", Value::text("/"))]),
        args: vec![],
        settings: BTreeMap::new(),
        seed: [7; 32],
        now: Moment(1_700_000_000_000),
        tz: "UTC",
        gas: 200_000_000,
        memory_bytes: 32 << 20,
        computing: Duration::from_secs(1),
        class: Class::Members,
    };
    sandbox.run(&run, &mut Votes)
}
