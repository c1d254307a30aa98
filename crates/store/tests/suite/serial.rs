//! Conformance: whatever order runs interleave in, what was kept has a serial order. The proof is
//! a replay: in the order of versions, every run must have read exactly what was there before it.

use super::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// One thing a run does.
#[derive(Clone, Debug)]
enum Act {
    Read(u8),
    Scan { prefix: bool, limit: usize, reverse: bool },
    Count,
    Write(u8),
    Delete(u8),
    Commit,
}

/// What a run was told.
#[derive(Clone, Debug, PartialEq)]
enum Told {
    Value(String, Option<Vec<u8>>),
    Rows(Span, Vec<(String, Vec<u8>)>),
    Count(u64),
}

/// A run that was kept: where it stands in the serial order, what it was told, what it wrote.
struct Kept {
    /// A run that only read stands behind the version it saw.
    version: u64,
    only_read: bool,
    told: Vec<Told>,
    writes: Vec<Write>,
}

/// A run in the making.
struct Run<'a> {
    store: &'a Store,
    view: store::View,
    change: CellChange,
    told: Vec<Told>,
}

fn name(n: u8) -> String {
    format!("{}{}", if n.is_multiple_of(2) { "even/" } else { "odd/" }, n)
}

impl<'a> Run<'a> {
    fn begin(store: &'a Store, cell: &Cell) -> Run<'a> {
        let view = store.begin(cell).unwrap();
        let change = writing(cell, view.at, &[]);
        Run { store, view, change, told: vec![] }
    }

    /// Does one thing; false when the view became too old.
    fn act(&mut self, act: &Act, unique: u64) -> bool {
        match act {
            Act::Read(n) => {
                let asked = key(&name(*n));
                let seen = self
                    .store
                    .read(&self.view.cell, self.view.at, std::slice::from_ref(&asked))
                    .unwrap();
                let Seen::At(mut rows) = seen else { return false };
                let value = rows.remove(0).map(|row| row.value);
                self.told.push(Told::Value(asked.key.clone(), value));
                self.change.keys_read.push(asked);
            }
            Act::Scan { prefix, limit, reverse } => {
                let asked = span(if *prefix { "even/" } else { "" }, None, *limit, *reverse);
                let seen = self.store.scan(&self.view.cell, self.view.at, &asked).unwrap();
                let Seen::At(rows) = seen else { return false };
                self.change.spans_read.push(asked.covered(&rows));
                let pairs = rows.into_iter().map(|row| (row.key, row.value)).collect();
                self.told.push(Told::Rows(asked, pairs));
            }
            Act::Count => {
                let seen =
                    self.store.count(&self.view.cell, self.view.at, "store", "odd/").unwrap();
                let Seen::At(count) = seen else { return false };
                self.change.spans_read.push(SpanRead::prefix("store", "odd/"));
                self.told.push(Told::Count(count));
            }
            Act::Write(n) => {
                let value = Some(unique.to_string().into_bytes());
                self.change.writes.push(Write { key: key(&name(*n)), value });
            }
            Act::Delete(n) => {
                // Deleting what is not there makes no version; the note beside it does.
                let note = Some(unique.to_string().into_bytes());
                self.change.writes.push(Write { key: key(&name(*n)), value: None });
                self.change.writes.push(Write { key: key("note"), value: note });
            }
            Act::Commit => {}
        }
        true
    }

    /// Commits; `None` when it must be repeated.
    fn commit(self) -> Option<Kept> {
        let (writes, seen) = (self.change.writes.clone(), self.change.seen);
        match commit(self.store, self.change) {
            Ok(version) => {
                Some(Kept { version, only_read: writes.is_empty(), told: self.told, writes })
            }
            Err(Refused::Conflict) => {
                assert!(!writes.is_empty(), "a run that only read at {seen} is never refused");
                None
            }
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// Replays what was kept, one run after the other, and compares what each was told.
fn replay(mut kept: Vec<Kept>) {
    kept.sort_by_key(|run| (run.version, run.only_read));
    let mut data: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for run in kept {
        for told in &run.told {
            let expect = match told {
                Told::Value(key, _) => Told::Value(key.clone(), data.get(key).cloned()),
                Told::Count(_) => {
                    Told::Count(data.keys().filter(|key| key.starts_with("odd/")).count() as u64)
                }
                Told::Rows(asked, _) => {
                    let fits = data.iter().filter(|(key, _)| key.starts_with(&asked.prefix));
                    let mut rows: Vec<_> = fits.map(|(k, v)| (k.clone(), v.clone())).collect();
                    if asked.reverse {
                        rows.reverse();
                    }
                    rows.truncate(asked.limit);
                    Told::Rows(asked.clone(), rows)
                }
            };
            assert_eq!(*told, expect, "the run at version {} was told something else", run.version);
        }
        for write in run.writes {
            match write.value {
                Some(value) => data.insert(write.key.key, value),
                None => data.remove(&write.key.key),
            };
        }
    }
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (0..6u8).prop_map(Act::Read),
        2 => (any::<bool>(), 0..4usize, any::<bool>())
            .prop_map(|(prefix, limit, reverse)| Act::Scan { prefix, limit, reverse }),
        1 => Just(Act::Count),
        3 => (0..6u8).prop_map(Act::Write),
        1 => (0..6u8).prop_map(Act::Delete),
        3 => Just(Act::Commit),
    ]
}

/// Runs take turns in a random order, one act each, in one thread: failures shrink.
pub(crate) fn interleaved_runs_have_a_serial_order(s: &Scratch) {
    let app = std::cell::Cell::new(0);
    let steps = proptest::collection::vec((0..3usize, act()), 1..60);
    let config = Config { cases: 400, failure_persistence: None, ..Config::default() };
    let tested = TestRunner::new(config).run(&steps, |steps| {
        // Each case has an app of its own, so that all share one store.
        app.set(app.get() + 1);
        let cell = Cell::live(AppId::new(Moment(app.get()), [0; 10]));
        let mut runs: [Option<Run>; 3] = [None, None, None];
        let mut kept = Vec::new();
        for (unique, (slot, act)) in steps.iter().enumerate() {
            let mut run = runs[*slot].take().unwrap_or_else(|| Run::begin(s, &cell));
            if matches!(act, Act::Commit) {
                kept.extend(run.commit());
            } else if run.act(act, unique as u64) {
                runs[*slot] = Some(run);
            }
            if unique % 16 == 15 {
                s.compact().unwrap();
            }
        }
        replay(kept);
        Ok(())
    });
    tested.unwrap();
}

/// The same with real threads, which meet inside one group commit as well.
pub(crate) fn concurrent_runs_have_a_serial_order(s: &Scratch) {
    let cell = cell(1);
    let kept = Mutex::new(Vec::new());
    std::thread::scope(|all| {
        for thread in 0..4u64 {
            let (cell, kept) = (&cell, &kept);
            all.spawn(move || {
                // A fixed walk through a large odd stride: different for each thread, no dice.
                let mut dice = thread.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
                let mut roll = |sides: u64| {
                    dice = dice.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(1);
                    (dice >> 33) % sides
                };
                for round in 0..60 {
                    let mut acts = Vec::new();
                    for _ in 0..=roll(5) {
                        let n = u8::try_from(roll(6)).unwrap();
                        acts.push(match roll(8) {
                            0..=2 => Act::Read(n),
                            3 => {
                                Act::Scan { prefix: n < 3, limit: usize::from(n), reverse: n == 2 }
                            }
                            4 => Act::Count,
                            5 => Act::Delete(n),
                            _ => Act::Write(n),
                        });
                    }
                    let unique = thread * 1_000 + round;
                    let done = loop {
                        let mut run = Run::begin(s, cell);
                        if acts.iter().all(|act| run.act(act, unique))
                            && let Some(done) = run.commit()
                        {
                            break done;
                        }
                    };
                    kept.lock().unwrap().push(done);
                }
            });
        }
        all.spawn(|| (0..20).map(|_| s.compact().unwrap()).sum::<u64>());
    });
    replay(kept.into_inner().unwrap());
    s.integrity().unwrap();
}
