//! Prints what a fresh, metered run of a small page costs: CPU time, page faults, gas.
//! `cargo run --release -p sandbox --example page_run`
#![allow(clippy::unwrap_used, clippy::expect_used)]

use model::gas::Price;
use model::{Ending, Moment, Value};
use rustix::time::{ClockId, clock_gettime};
use sandbox::{Config, Host, Program, Refusal, Run, Sandbox};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Duration;

/// Runs in a round; the median of the rounds is told.
const RUNS: u32 = 2_000;
const ROUNDS: usize = 5;

const PAGE: &str = r#"
settings{ title = { "Title", default = "Ten rows" } }
function view(ctx)
  local rows = {}
  for i = 1, 10 do
    local row = store.get("row" .. i)
    rows[i] = ui.row{ ui.text(row.name), ui.text("score " .. row.score),
                      ui.button{ "Up", on = "up", args = { key = "row" .. i } } }
  end
  return ui.page{ settings.title, ui.heading "Scores", ui.section{ "Rows", table.unpack(rows) } }
end
function on.up(ctx, args) store.add(args.key, 1) end
"#;

struct Rows;

impl Host for Rows {
    fn price(&mut self, _name: &str) -> Result<Price, Refusal> {
        Ok(Price { call: 1_000, byte_in: 1, byte_out: 1 })
    }

    fn call(&mut self, _name: &str, _args: Vec<Value>) -> Result<Value, Refusal> {
        Ok(Value::map([("name", Value::text("Ana")), ("score", Value::Int(12))]))
    }
}

fn main() {
    let sandbox = Sandbox::new(Config { slots: 4, cache: None }).expect("a sandbox");
    for (name, source) in [("empty", "function view() end"), ("page of ten rows", PAGE)] {
        let program = Program {
            files: [("main.lua".to_owned(), source.to_owned())].into(),
            main: "main.lua".into(),
        };
        let mut costs: Vec<(f64, f64, u64)> =
            (0..ROUNDS).map(|_| round(&sandbox, &program)).collect();
        costs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (micros, faults, gas) = costs[ROUNDS / 2];
        println!("{name}: {micros:.1} µs CPU, {faults:.1} page faults, {gas} gas");
    }
}

fn round(sandbox: &Sandbox, program: &Program) -> (f64, f64, u64) {
    let mut gas = 0;
    let (cpu, faults) = (cpu_micros(), page_faults());
    for _ in 0..RUNS {
        let run = Run {
            program,
            trigger: "view",
            handler: "",
            ctx: Value::map([("now", Value::Int(1_700_000_000)), ("path", Value::text("/"))]),
            args: vec![],
            settings: BTreeMap::new(),
            seed: [7; 32],
            now: Moment(1_700_000_000_000),
            gas: 200_000_000,
            memory_bytes: 32 << 20,
            computing: Duration::from_secs(1),
            tz: "UTC",
            class: sandbox::Class::Members,
        };
        let outcome = black_box(sandbox.run(&run, &mut Rows));
        assert_eq!(outcome.ending, Ending::Done, "{}", outcome.message);
        gas = outcome.gas;
    }
    let runs = f64::from(RUNS);
    ((cpu_micros() - cpu) / runs, (page_faults() - faults) / runs, gas)
}

/// CPU time of this thread.
fn cpu_micros() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

/// Page faults of this process that needed no disk: the tenth field of its `stat`.
fn page_faults() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    stat.split(' ').nth(9).and_then(|field| field.parse().ok()).unwrap_or(f64::NAN)
}
