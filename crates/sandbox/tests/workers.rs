//! Real workers, killed while they work.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use model::gas::Price;
use model::{Ending, Moment, Value};
use sandbox::worker::Launch;
use sandbox::{Class, Config, Host, Outcome, Program, Refusal, Run, Sandbox, Script};
use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

fn launch() -> Launch {
    Launch::of(env!("CARGO_BIN_EXE_jailed").into(), &["lua"])
}

/// A host that kills all workers of this test when it is called.
struct Killer;

impl Host for Killer {
    fn price(&mut self, _: &str) -> Result<Price, Refusal> {
        Ok(Price { call: 100, byte_in: 1, byte_out: 1 })
    }

    fn call(&mut self, _: &str, _: Vec<Value>) -> Result<Value, Refusal> {
        let parent = std::process::id().to_string();
        assert!(
            Command::new("pkill")
                .args(["-KILL", "-P", &parent, "jailed"])
                .status()
                .unwrap()
                .success()
        );
        Ok(Value::Nil)
    }
}

/// A host that looks how the kernel treats the workers of this test when it is called.
#[derive(Default)]
struct Watcher {
    seen: Vec<Treated>,
    behind: bool,
}

/// How nice a worker is, and on how many processors it may run.
struct Treated {
    niceness: i32,
    processors: usize,
}

impl Host for Watcher {
    fn is_behind(&self) -> bool {
        self.behind
    }

    fn price(&mut self, _: &str) -> Result<Price, Refusal> {
        Ok(Price { call: 100, byte_in: 1, byte_out: 1 })
    }

    fn call(&mut self, _: &str, _: Vec<Value>) -> Result<Value, Refusal> {
        let parent = std::process::id().to_string();
        let ps = ["-o", "ni=,pid=", "--ppid", &parent, "--no-headers"];
        let all = String::from_utf8(Command::new("ps").args(ps).output().unwrap().stdout).unwrap();
        self.seen = all.lines().filter_map(treated).collect();
        Ok(Value::Nil)
    }
}

/// How the process of a line is treated: its niceness, its number. One that has just ended is none.
fn treated(line: &str) -> Option<Treated> {
    let (niceness, process) = line.trim().split_once(' ')?;
    let shown = Command::new("taskset").args(["-p", process.trim()]).output().ok()?;
    let shown = String::from_utf8(shown.stdout).ok()?;
    let mask = shown.rsplit(' ').next()?.trim();
    let digits = mask.chars().filter_map(|digit| digit.to_digit(16));
    let processors = digits.map(|digit| digit.count_ones() as usize).sum();
    (processors > 0).then_some(Treated { niceness: niceness.parse().ok()?, processors })
}

fn run(sandbox: &Sandbox, host: &mut dyn Host, main: &str) -> Outcome {
    let files = BTreeMap::from([("main.lua".to_owned(), main.to_owned())]);
    let program = Program::Lua(Script { files, main: "main.lua".into() });
    let run = Run {
        program: &program,
        trigger: "view",
        handler: "",
        ctx: Value::Nil,
        args: vec![],
        settings: BTreeMap::new(),
        seed: [7; 32],
        now: Moment(0),
        tz: "UTC",
        gas: 2_000_000_000,
        memory_bytes: 32 << 20,
        computing: Duration::from_secs(5),
        class: Class::Members,
    };
    sandbox.run(&run, host)
}

/// WASM-035, COMP-017: whatever kills a worker.
#[test]
fn a_killed_worker_loses_its_run_and_no_other() {
    let sandbox =
        Sandbox::with_workers(Config { slots: 4, cache: None, ..Config::default() }, launch())
            .unwrap();
    for _ in 0..3 {
        let lost = run(&sandbox, &mut Killer, "function view() return store.get(\"x\") end");
        assert_eq!((lost.ending, lost.answer), (Ending::Lost, Value::Nil));
        let fine = run(&sandbox, &mut Killer, "function view() return 42 end");
        assert_eq!((fine.ending, fine.answer), (Ending::Done, Value::Int(42)), "{}", fine.message);
    }
}

#[test]
fn a_run_that_takes_long_or_is_told_to_lets_others_go_first() {
    let short = "function view() return store.get('x') end";
    let long = "function view() for i = 1, 2e7 do end return store.get('x') end";
    for (behind, main) in [(false, long), (true, short)] {
        let config = Config { slots: 4, ..Config::default() };
        let sandbox = Sandbox::with_workers(config, launch()).unwrap();
        let nicest = |seen: Vec<Treated>| seen.iter().map(|it| it.niceness).max().unwrap();
        let before = nicest(seen(&sandbox, false, short));
        assert!(nicest(seen(&sandbox, behind, main)) > before, "one of them is behind: {main}");
        assert!(
            nicest(seen(&sandbox, false, short)) > before,
            "it waits for runs that stay behind"
        );
    }
}

#[test]
fn a_run_that_is_alone_stays_on_one_processor_until_it_takes_long() {
    let config = Config { slots: 4, ..Config::default() };
    let sandbox = Sandbox::with_workers(config, launch()).unwrap();
    let bound = |seen: Vec<Treated>| seen.iter().filter(|it| it.processors == 1).count();
    let several = std::thread::available_parallelism().unwrap().get() > 1;
    let short = "function view() return store.get('x') end";
    assert!(!several || bound(seen(&sandbox, false, short)) == 1);
    let long = "function view() for i = 1, 2e7 do end return store.get('x') end";
    assert!(!several || bound(seen(&sandbox, false, long)) == 0, "it freed itself");
}

/// How workers were treated while a run of this script asked its host.
fn seen(sandbox: &Sandbox, behind: bool, main: &str) -> Vec<Treated> {
    let mut host = Watcher { behind, ..Watcher::default() };
    let ran = run(sandbox, &mut host, main);
    assert_eq!(ran.ending, Ending::Done, "{}", ran.message);
    host.seen
}

#[test]
fn a_missing_layer_that_is_required_is_no_start() {
    let mut lacking = launch();
    lacking.layers.retain(|layer| layer.word() != "seccomp");
    let config = Config { slots: 1, cache: None, ..Config::default() };
    let refused = Sandbox::with_workers(config.clone(), lacking.clone()).err().expect("a refusal");
    assert!(refused.public.contains("seccomp"), "{}", refused.public);
    lacking.require.clear();
    let sandbox =
        Sandbox::with_workers(config, lacking).expect("it starts when nothing is required");
    assert!(!sandbox.layers().keys().any(|layer| layer.word() == "seccomp"));
}

#[test]
fn a_program_that_is_no_worker_is_a_clear_failure() {
    let strange = Launch::of("/bin/true".into(), &[]);
    let failed =
        Sandbox::with_workers(Config { slots: 1, cache: None, ..Config::default() }, strange)
            .err()
            .expect("a failure");
    assert!(failed.private().contains("a worker does not start"), "{}", failed.private());
}

#[test]
fn bubblewrap_builds_one_more_wall() {
    let mut wrapped = launch();
    let words = "bwrap --unshare-all --die-with-parent --ro-bind / / --";
    wrapped.before = words.split(' ').map(str::to_owned).collect();
    let config = Config { slots: 2, cache: None, ..Config::default() };
    let sandbox = Sandbox::with_workers(config, wrapped).expect("./test installs bubblewrap");
    let fine = run(&sandbox, &mut Killer, "function view() return 42 end");
    assert_eq!((fine.ending, fine.answer), (Ending::Done, Value::Int(42)), "{}", fine.message);
    for layer in ["seccomp", "no_new_privs", "rlimits"] {
        let found = sandbox.layers().into_iter().find(|(it, _)| it.word() == layer);
        assert!(matches!(found, Some((_, Ok(_)))), "{layer}: {found:?}");
    }
}
