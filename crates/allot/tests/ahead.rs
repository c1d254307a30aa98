//! Reads ahead change nothing that a run sees, pays or is checked for: the same runs go once in
//! this process, where nothing is read ahead, and once in real workers, and leave the same behind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Account, App, Ending, Level, Value};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sandbox::Sandbox;
use sandbox::worker::Launch;
use std::sync::{Arc, Mutex};
use testkit::{Place, world::ok};

const MAIN: &str = r#"
function view(ctx) return ui.page{ "Steps" } end
local steps = {
  get = function(key) return store.get(key, "none") end,
  set = function(key, n) store.set(key, n) end,
  delete = function(key) store.delete(key) end,
  add = function(key, n) return store.add(key, n) end,
  changed = function(key) return store.changed(key) end,
  count = function(prefix) return store.count(prefix) end,
  list = function(prefix, n) return store.list(prefix, { limit = n, reverse = n % 2 == 0 }) end,
  mine = function(key) return me.get(key) end,
  keep = function(key, n) me.set(key, n) end,
  files = function(prefix) return files.list(prefix) end,
  write = function(name, n) files.write(name, ("x"):rep(n)) end,
  print = function(key) print(key, store.get(key)) end,
  fail = function(key) pcall(error, key) pcall(store.get) pcall(store.get, {}) end,
}
function on.run(ctx, program)
  local seen = {}
  for i, step in ipairs(program) do seen[i] = { saw = steps[step[1]](step[2], step[3]) } end
  return { seen = seen }
end
local function pause() http.fetch("https://pause.example/") end
function on.copy(ctx, how)
  local from = how.which and store.get("from", 0)
  pause()
  store.set("to", from or 0)
end
function on.change(ctx) store.add("from") end
function on.look(ctx)
  pause()
  return { from = store.get("from") }
end
"#;

/// A group with one app and its owner.
struct Story {
    place: Place,
    ana: Account,
    app: App,
}

impl Story {
    fn begin(sandbox: Sandbox) -> Arc<Story> {
        let place = Place::running_in(sandbox);
        let ana = place.person("ana", Level::Admin);
        let app = place.app(&ana, "steps", MAIN);
        place.allow(&ana, &app, "http.fetch", "https://pause.example/");
        place.world.answers(|_| Ok(ok("")));
        Arc::new(Story { place, ana, app })
    }

    /// The same in this process and in workers.
    fn both() -> [Arc<Story>; 2] {
        let launch = Launch::of(env!("CARGO_BIN_EXE_allot").into(), &["worker", "lua"]);
        let here = Sandbox::new(Place::sandboxing()).unwrap();
        let workers = Sandbox::with_workers(Place::sandboxing(), launch).unwrap();
        [Story::begin(here), Story::begin(workers)]
    }

    /// Presses `copy`, and `change` while it waits.
    fn copy_while_it_changes(self: &Arc<Story>, which: bool) -> group::Ran {
        self.meanwhile(|story| {
            story.place.press(&story.app, &story.ana, "change", Value::Nil);
        });
        self.copy(which)
    }

    fn copy(&self, which: bool) -> group::Ran {
        let how = Value::map([("which", Value::Bool(which))]);
        self.place.press(&self.app, &self.ana, "copy", how)
    }

    /// Does something while the next run waits for outside.
    fn meanwhile(self: &Arc<Story>, act: impl Fn(&Story) + Send + Sync + 'static) {
        let story = Arc::downgrade(self);
        let act = Mutex::new(Some(act));
        self.place.world.answers(move |_| {
            if let (Some(act), Some(story)) = (act.lock().unwrap().take(), story.upgrade()) {
                act(&story);
            }
            Ok(ok(""))
        });
    }
}

/// A step as the script reads it. Keys are few and begin alike, so that steps meet.
fn step() -> impl Strategy<Value = Value> {
    let key = || prop::sample::select(vec!["a", "a/1", "a/2", "b/1"]);
    let prefix = || prop::sample::select(vec!["", "a", "a/", "b/"]);
    let number = 1..4_i64;
    let step = |name: &'static str| move |(key, n): (&str, i64)| (name, key.to_owned(), n);
    prop_oneof![
        4 => (key(), number.clone()).prop_map(step("get")),
        2 => (key(), number.clone()).prop_map(step("set")),
        1 => (key(), number.clone()).prop_map(step("delete")),
        1 => (key(), number.clone()).prop_map(step("add")),
        1 => (key(), number.clone()).prop_map(step("changed")),
        2 => (prefix(), number.clone()).prop_map(step("count")),
        3 => (prefix(), number.clone()).prop_map(step("list")),
        2 => (key(), number.clone()).prop_map(step("mine")),
        1 => (key(), number.clone()).prop_map(step("keep")),
        1 => (prefix(), number.clone()).prop_map(step("files")),
        1 => (key(), number.clone()).prop_map(step("write")),
        1 => (key(), number.clone()).prop_map(step("print")),
        1 => (key(), number).prop_map(step("fail")),
    ]
    .prop_map(|(name, key, n)| {
        Value::List(vec![Value::text(name), Value::text(key), Value::Int(n)])
    })
}

#[test]
fn runs_leave_the_same_behind() {
    let [here, workers] = Story::both();
    let program = || prop::collection::vec(step(), 1..9).prop_map(Value::List);
    let cases = if std::env::var_os("ALLOT_LONG").is_some() { 2_000 } else { 60 };
    let config = Config { failure_persistence: None, ..Config::with_cases(cases) };
    let tried = TestRunner::new(config).run(&(program(), program()), |(one, other)| {
        // The third time the first one's reads are made ahead, and the other one finds them, too.
        for program in [&one, &one, &one, &other, &one] {
            let run =
                |story: &Story| story.place.press(&story.app, &story.ana, "run", program.clone());
            // Ids, seeds and moments are drawn and told by the test's world: they are the same.
            prop_assert_eq!(format!("{:?}", run(&workers)), format!("{:?}", run(&here)));
        }
        Ok(())
    });
    if let Err(failed) = tried {
        panic!("{failed}");
    }
}

#[test]
fn what_was_read_ahead_and_changes_before_the_commit_is_a_conflict() {
    for story in Story::both() {
        for _ in 0..3 {
            assert_eq!(story.copy(true).receipt.attempts, 1);
        }
        let ran = story.copy_while_it_changes(true);
        assert_eq!((ran.ending, ran.receipt.attempts), (Ending::Done, 2));
        let to = story.place.group.store();
        let key = store::Key::new("store", "to");
        let cell = store::Cell::live(story.app.id);
        let at = to.head(&cell).unwrap();
        let store::Seen::At(rows) = to.read(&cell, at, &[key]).unwrap() else { panic!("newer") };
        let row = rows[0].as_ref().unwrap();
        assert_eq!(sandbox::decode(&row.value).unwrap(), Value::Int(1), "what was there at last");
    }
}

#[test]
fn what_was_read_ahead_and_not_used_is_no_conflict() {
    for story in Story::both() {
        for _ in 0..3 {
            story.copy(true);
        }
        let ran = story.copy_while_it_changes(false);
        assert_eq!((ran.ending, ran.receipt.attempts), (Ending::Done, 1));
    }
}

#[test]
fn a_run_reads_ahead_what_runs_before_it_read() {
    let [here, workers] = Story::both();
    let looked = |story: &Arc<Story>| {
        let look = || story.place.press(&story.app, &story.ana, "look", Value::Nil);
        for _ in 0..2 {
            look();
        }
        story.meanwhile(|story| {
            story.place.press(&story.app, &story.ana, "change", Value::Nil);
        });
        let ran = look();
        assert_eq!(ran.ending, Ending::Done, "{}", ran.message);
        (ran.receipt.attempts, ran.answer.get("from").cloned())
    };
    assert_eq!(looked(&here), (2, Some(Value::Int(1))), "what it asks for is newer: it goes again");
    assert_eq!(looked(&workers), (1, None), "it was read when the run began");
}
