//! However runs interleave, there is an order in which they could have gone one after the other:
//! each saw what it would have seen then, and the data at the end is what it would be then. Real
//! Lua runs stop at each `pause` until the test lets one of them go on; the order that explains
//! what came of it is found by trying, with a model that knows neither versions nor conflicts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Account, App, Ending, Level, Value};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use testkit::{Place, world::ok};

const MAIN: &str = r#"
local function scan(prefix)
  local rows = {}
  for i, row in ipairs(store.list(prefix)) do rows[i] = row.key .. "=" .. row.value end
  return table.concat(rows, " ")
end
local steps = {
  pause = function(name, at) http.fetch("https://pause.example/" .. name .. "/" .. at) end,
  get = function(key) return store.get(key, "none") end,
  set = function(key, n) store.set(key, n) end,
  delete = function(key) store.delete(key) end,
  add = function(key, n) return store.add(key, n) end,
  move = function(from, to)
    local have = store.get(from, 0)
    store.set(from, 0)
    store.set(to, store.get(to, 0) + have)
    return have
  end,
  scan = scan,
  count = function(prefix) return store.count(prefix) end,
}
function view(ctx) return ui.page{ "Steps" } end
function on.run(ctx, program)
  local seen = {}
  for i, step in ipairs(program.steps) do
    local saw = steps[step[1]](step[2], step[3])
    seen[i] = tostring(saw)
  end
  return { seen = seen }
end
function on.clear(ctx)
  for _, row in ipairs(store.list("")) do store.delete(row.key) end
end
function on.all(ctx) return { all = scan("") } end
"#;

/// One thing a run does. Keys are few, so that runs meet.
#[derive(Clone, Debug)]
enum Step {
    Pause,
    Get(u8),
    Set(u8, i64),
    Delete(u8),
    Add(u8, i64),
    Move(u8, u8),
    Scan(&'static str),
    Count(&'static str),
}

type Program = Vec<Step>;
type Data = BTreeMap<String, i64>;

fn key(n: u8) -> String {
    format!("{}/{n}", if n.is_multiple_of(2) { "a" } else { "b" })
}

impl Step {
    /// The step as the script reads it.
    fn value(&self, program: &str, at: usize) -> Value {
        let text = |text: &str| Value::text(text);
        let int = |n: i64| Value::Int(n);
        Value::List(match self {
            Step::Pause => vec![text("pause"), text(program), int(at as i64)],
            Step::Get(k) => vec![text("get"), text(&key(*k))],
            Step::Set(k, n) => vec![text("set"), text(&key(*k)), int(*n)],
            Step::Delete(k) => vec![text("delete"), text(&key(*k))],
            Step::Add(k, n) => vec![text("add"), text(&key(*k)), int(*n)],
            Step::Move(from, to) => vec![text("move"), text(&key(*from)), text(&key(*to))],
            Step::Scan(prefix) => vec![text("scan"), text(prefix)],
            Step::Count(prefix) => vec![text("count"), text(prefix)],
        })
    }

    /// What the step does to data of which nobody else knows, and what it sees.
    fn alone(&self, data: &mut Data) -> String {
        let nil = || "nil".to_owned();
        match self {
            Step::Pause => nil(),
            Step::Get(k) => data.get(&key(*k)).map_or("none".to_owned(), i64::to_string),
            Step::Set(k, n) => {
                data.insert(key(*k), *n);
                nil()
            }
            Step::Delete(k) => {
                data.remove(&key(*k));
                nil()
            }
            Step::Add(k, n) => {
                let sum = data.entry(key(*k)).or_default();
                *sum += n;
                sum.to_string()
            }
            Step::Move(from, to) => {
                let have = data.insert(key(*from), 0).unwrap_or(0);
                *data.entry(key(*to)).or_default() += have;
                have.to_string()
            }
            Step::Scan(prefix) => scan(data, prefix),
            Step::Count(prefix) => {
                data.keys().filter(|key| key.starts_with(prefix)).count().to_string()
            }
        }
    }
}

fn scan(data: &Data, prefix: &str) -> String {
    let rows = data.iter().filter(|(key, _)| key.starts_with(prefix));
    rows.fold(String::new(), |mut text, (key, n)| {
        let gap = if text.is_empty() { "" } else { " " };
        write!(text, "{gap}{key}={n}").unwrap();
        text
    })
}

fn step() -> impl Strategy<Value = Step> {
    let prefix = || prop::sample::select(vec!["", "a/", "b/"]);
    prop_oneof![
        4 => Just(Step::Pause),
        2 => (0..4_u8).prop_map(Step::Get),
        2 => (0..4_u8, 0..100_i64).prop_map(|(k, n)| Step::Set(k, n)),
        1 => (0..4_u8).prop_map(Step::Delete),
        3 => (0..4_u8, 1..10_i64).prop_map(|(k, n)| Step::Add(k, n)),
        3 => (0..4_u8, 0..4_u8).prop_map(|(from, to)| Step::Move(from, to)),
        2 => prefix().prop_map(Step::Scan),
        1 => prefix().prop_map(Step::Count),
    ]
}

/// A run that ended: what it saw, and when it went, in turns of the test.
struct Ended {
    program: Program,
    seen: Vec<String>,
    begun: usize,
    over: usize,
}

/// Whether the runs could have gone one after the other, none before one that was over when it
/// began, so that `at_the_end` came of it.
fn in_some_order(runs: &[Ended], left: &mut Vec<usize>, data: &Data, at_the_end: &str) -> bool {
    if left.is_empty() {
        return scan(data, "") == at_the_end;
    }
    (0..left.len()).any(|place| {
        let run = &runs[left[place]];
        if left.iter().any(|other| runs[*other].over < run.begun) {
            return false;
        }
        let mut data = data.clone();
        let as_seen =
            run.program.iter().zip(&run.seen).all(|(step, seen)| step.alone(&mut data) == *seen);
        if !as_seen {
            return false;
        }
        let taken = left.remove(place);
        let found = in_some_order(runs, left, &data, at_the_end);
        left.insert(place, taken);
        found
    })
}

/// What a thread tells the test.
enum Said {
    Paused,
    /// With what its steps saw, or why the run failed.
    Over(Result<Vec<String>, String>),
}

/// Threads that run programs, of which one goes at a time. The last letter of a program's name is
/// the number of its thread.
struct Stage {
    place: Place,
    ana: Account,
    app: App,
    /// How a paused run is let go, by thread.
    go: Arc<Mutex<Vec<Option<Receiver<()>>>>>,
    said: Arc<Mutex<Vec<Option<Sender<Said>>>>>,
}

/// Runs at once: as many as one account may have waiting for outside.
const THREADS: usize = model::limit::WAITING_RUNS_PER_ACCOUNT;

impl Stage {
    fn new() -> Stage {
        let place = Place::new();
        let ana = place.person("ana", Level::Admin);
        let app = place.app(&ana, "steps", MAIN);
        place.allow(&ana, &app, "http.fetch", "https://pause.example/");
        let empty = || (0..THREADS).map(|_| None).collect::<Vec<_>>();
        let go: Arc<Mutex<Vec<Option<Receiver<()>>>>> = Arc::new(Mutex::new(empty()));
        let said: Arc<Mutex<Vec<Option<Sender<Said>>>>> =
            Arc::new(Mutex::new((0..THREADS).map(|_| None).collect()));
        let (paused_go, paused_said) = (go.clone(), said.clone());
        place.world.answers(move |request| {
            let thread: usize = request.url.split('/').nth(3).unwrap().parse().unwrap();
            let mine = paused_go.lock().unwrap()[thread].take().unwrap();
            paused_said.lock().unwrap()[thread].as_ref().unwrap().send(Said::Paused).unwrap();
            mine.recv().unwrap();
            paused_go.lock().unwrap()[thread] = Some(mine);
            Ok(ok(""))
        });
        Stage { place, ana, app, go, said }
    }

    /// Runs one program on a thread of the stage.
    fn run(&self, thread: usize, program: &Program) -> Result<Vec<String>, String> {
        let name = thread.to_string();
        let steps = program.iter().enumerate().map(|(at, step)| step.value(&name, at));
        let args = Value::map([("steps", Value::List(steps.collect()))]);
        let ran = self.place.press(&self.app, &self.ana, "run", args);
        let seen = ran.answer.get("seen").map(Value::items).unwrap_or_default();
        match ran.ending {
            Ending::Done => Ok(seen.iter().map(|it| it.as_str().unwrap().to_owned()).collect()),
            _ => Err(ran.message),
        }
    }

    fn all(&self) -> String {
        let ran = self.place.press(&self.app, &self.ana, "all", Value::Nil);
        ran.answer.get("all").unwrap().as_str().unwrap().to_owned()
    }

    /// Lets the threads take turns as the choices say, until all programs are over.
    fn play(&self, programs: &[Vec<Program>], choices: &[u8]) -> Vec<Ended> {
        let mut ended = Vec::new();
        std::thread::scope(|scope| {
            // Dropped when the test fails, so that no thread waits for ever.
            let mut turns = Vec::new();
            for (thread, programs) in programs.iter().enumerate() {
                let (go, may_go) = channel();
                let (say, heard) = channel();
                self.go.lock().unwrap()[thread] = Some(may_go);
                self.said.lock().unwrap()[thread] = Some(say.clone());
                turns.push(Turns { go, heard, left: programs.clone(), begun: None });
                scope.spawn(move || {
                    for program in programs {
                        // Between two runs nobody else holds this thread's end of the channel.
                        let mine = self.go.lock().unwrap()[thread].take().unwrap();
                        if mine.recv().is_err() {
                            return;
                        }
                        self.go.lock().unwrap()[thread] = Some(mine);
                        say.send(Said::Over(self.run(thread, program))).unwrap();
                    }
                });
            }
            let mut choices = choices.iter().copied().chain(std::iter::repeat(0));
            for now in 0.. {
                let waiting: Vec<usize> =
                    (0..turns.len()).filter(|thread| !turns[*thread].left.is_empty()).collect();
                if waiting.is_empty() {
                    break;
                }
                let chosen = usize::from(choices.next().unwrap()) % waiting.len();
                ended.extend(turns[waiting[chosen]].take_one(now));
            }
        });
        ended
    }
}

/// The test's side of one thread.
struct Turns {
    go: Sender<()>,
    heard: Receiver<Said>,
    /// The programs that are not over, the running one first.
    left: Vec<Program>,
    begun: Option<usize>,
}

impl Turns {
    /// Lets the thread go until its next pause or the end of its run.
    fn take_one(&mut self, now: usize) -> Option<Ended> {
        let begun = *self.begun.get_or_insert(now);
        self.go.send(()).unwrap();
        match self.heard.recv().unwrap() {
            Said::Paused => None,
            Said::Over(seen) => {
                self.begun = None;
                let program = self.left.remove(0);
                Some(Ended { program, seen: seen.unwrap(), begun, over: now })
            }
        }
    }
}

#[test]
fn every_interleaving_has_a_serial_order() {
    let stage = Stage::new();
    let program = prop::collection::vec(step(), 1..7);
    let programs = prop::collection::vec(prop::collection::vec(program, 1..3), 2..=THREADS);
    let choices = prop::collection::vec(any::<u8>(), 40);
    let cases = if std::env::var_os("ALLOT_LONG").is_some() { 5_000 } else { 150 };
    let config = Config { failure_persistence: None, ..Config::with_cases(cases) };
    let tried = TestRunner::new(config).run(&(programs, choices), |(programs, choices)| {
        stage.place.press(&stage.app, &stage.ana, "clear", Value::Nil);
        let runs = stage.play(&programs, &choices);
        let all = stage.all();
        let mut left: Vec<usize> = (0..runs.len()).collect();
        if in_some_order(&runs, &mut left, &Data::new(), &all) {
            return Ok(());
        }
        let told: Vec<String> = runs
            .iter()
            .map(|run| format!("{}..{} {:?} saw {:?}", run.begun, run.over, run.program, run.seen))
            .collect();
        Err(TestCaseError::fail(format!("no order explains\n{}\nand {all}", told.join("\n"))))
    });
    if let Err(failed) = tried {
        panic!("{failed}");
    }
}
