//! Conformance: several threads at once. What they do is fixed; only their order is not.

use super::*;
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::scope;
use store::Expect;

/// Runs the same work on several threads, each with its number.
fn threads(count: usize, work: impl Fn(usize) + Sync) {
    scope(|all| {
        for number in 0..count {
            let work = &work;
            all.spawn(move || work(number));
        }
    });
}

fn add_one(count: &AtomicUsize) {
    count.fetch_add(1, Ordering::Relaxed);
}

/// What a run read and wants to write, at one view; `None` when the view became too old.
type Attempt = Option<CellChange>;

/// Repeats a run at newer and newer views until it is kept.
fn until_kept(s: &Store, cell: &Cell, run: impl Fn(u64) -> Attempt) -> u64 {
    loop {
        let view = s.begin(cell).unwrap();
        let Some(change) = run(view.at) else { continue };
        match s.commit(Batch::new(Moment(1)).change(change)) {
            Ok(version) => return version,
            Err(Refused::Conflict) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// The number under a key, 0 when there is none; `None` when the view is too old.
fn number(s: &Store, cell: &Cell, at: u64, name: &str) -> Option<i64> {
    let Seen::At(rows) = s.read(cell, at, &[key(name)]).unwrap() else { return None };
    Some(rows[0].as_ref().map_or(0, |row| String::from_utf8_lossy(&row.value).parse().unwrap()))
}

/// A change that read keys and writes numbers.
fn numbers(cell: &Cell, at: u64, read: &[&str], write: &[(&str, i64)]) -> CellChange {
    let texts: Vec<_> = write.iter().map(|(name, number)| (*name, number.to_string())).collect();
    let pairs: Vec<_> = texts.iter().map(|(name, text)| (*name, Some(text.as_bytes()))).collect();
    let keys_read = read.iter().map(|name| key(name)).collect();
    CellChange { keys_read, ..writing(cell, at, &pairs) }
}

pub(crate) fn no_increment_is_lost(s: &Scratch) {
    let cell = cell(1);
    threads(8, |_| {
        for _ in 0..25 {
            until_kept(s, &cell, |at| {
                let count = number(s, &cell, at, "count")?;
                Some(numbers(&cell, at, &["count"], &[("count", count + 1)]))
            });
        }
    });
    assert_eq!(number(s, &cell, s.head(&cell).unwrap(), "count"), Some(200));
}

pub(crate) fn transfers_keep_the_sum(s: &Scratch) {
    const ACCOUNTS: usize = 6;
    let cell = cell(1);
    let name = |n: usize| format!("account/{}", n % ACCOUNTS);
    let all: Vec<_> = (0..ACCOUNTS).map(name).collect();
    let full: Vec<_> = all.iter().map(|name| (name.as_str(), 100)).collect();
    commit(s, numbers(&cell, 0, &[], &full)).unwrap();
    let sum = |rows: &[Row]| -> i64 {
        rows.iter().map(|row| String::from_utf8_lossy(&row.value).parse::<i64>().unwrap()).sum()
    };
    threads(6, |thread| {
        for round in 0..20 {
            let (from, to) = (name(thread * 7 + round * 3), name(thread * 5 + round + 1));
            let audit = format!("audit/{thread}/{round}");
            let asked = span("account/", None, 99, round % 2 == 0);
            until_kept(s, &cell, |at| {
                let Seen::At(rows) = s.scan(&cell, at, &asked).unwrap() else { return None };
                assert_eq!(sum(&rows), 600, "no view shows half a transfer");
                let amount = i64::try_from(round).unwrap();
                let (left, right) = (number(s, &cell, at, &from)?, number(s, &cell, at, &to)?);
                let moved = if from == to {
                    vec![(audit.as_str(), sum(&rows))]
                } else {
                    vec![
                        (from.as_str(), left - amount),
                        (to.as_str(), right + amount),
                        (&audit, sum(&rows)),
                    ]
                };
                let spans_read = vec![asked.covered(&rows)];
                Some(CellChange { spans_read, ..numbers(&cell, at, &[&from, &to], &moved) })
            });
        }
    });
    let at = s.head(&cell).unwrap();
    let rows = |prefix| at_view(s.scan(&cell, at, &span(prefix, None, 999, false)).unwrap());
    assert_eq!(sum(&rows("account/")), 600);
    assert_eq!((rows("audit/").len(), sum(&rows("audit/"))), (120, 120 * 600));
}

pub(crate) fn write_skew_is_a_conflict(s: &Scratch) {
    let cell = cell(1);
    for _ in 0..20 {
        until_kept(s, &cell, |at| Some(numbers(&cell, at, &[], &[("ana", 1), ("ben", 1)])));
        // Either may leave while the other is on call.
        threads(2, |thread| {
            let me = ["ana", "ben"][thread];
            until_kept(s, &cell, |at| {
                let both = number(s, &cell, at, "ana")? + number(s, &cell, at, "ben")?;
                let leaves: &[(&str, i64)] = if both == 2 { &[(me, 0)] } else { &[("stayed", 1)] };
                Some(numbers(&cell, at, &["ana", "ben"], leaves))
            });
        });
        let at = s.head(&cell).unwrap();
        let left = number(s, &cell, at, "ana").unwrap() + number(s, &cell, at, "ben").unwrap();
        assert_eq!(left, 1, "exactly one may leave");
    }
}

pub(crate) fn phantoms_are_a_conflict(s: &Scratch) {
    let cell = cell(1);
    for round in 0..10 {
        let seats = format!("seats/{round}/");
        threads(8, |thread| {
            let mine = format!("{seats}{thread}");
            until_kept(s, &cell, |at| {
                let Seen::At(taken) = s.count(&cell, at, "store", &seats).unwrap() else {
                    return None;
                };
                let seat: &[(&str, i64)] = if taken < 3 { &[(&mine, 1)] } else { &[("full", 1)] };
                let spans_read = vec![SpanRead::prefix("store", &seats)];
                Some(CellChange { spans_read, ..numbers(&cell, at, &[], seat) })
            });
        });
        let at = s.head(&cell).unwrap();
        assert_eq!(
            s.count(&cell, at, "store", &seats).unwrap(),
            Seen::At(3),
            "three seats, eight guests"
        );
    }
}

pub(crate) fn quotas_are_exact(s: &Scratch) {
    let kept = AtomicUsize::new(0);
    threads(16, |_| {
        for _ in 0..10 {
            match s.commit(Batch::new(Moment(1)).spend(gas(13, 1_000))) {
                Ok(_) => add_one(&kept),
                Err(Refused::OverQuota { used, max, .. }) => assert!(used + 13 > max),
                Err(other) => panic!("{other:?}"),
            }
            assert!(s.used("ana", "gas", 7).unwrap() <= 1_000);
        }
    });
    assert_eq!((kept.into_inner(), s.used("ana", "gas", 7).unwrap()), (76, 988));
    threads(8, |thread| {
        for round in 0..20 {
            let amount = if (thread + round) % 2 == 0 { -40 } else { 30 };
            let _ = s.commit(Batch::new(Moment(1)).spend(gas(amount, 1_000)));
            assert!(s.used("ana", "gas", 7).unwrap() <= 1_000, "neither above nor wrapped below");
        }
    });
}

pub(crate) fn storage_is_exact(s: &Scratch) {
    let kept = AtomicUsize::new(0);
    threads(16, |thread| {
        let cell = cell(u8::try_from(thread % 2).unwrap());
        for round in 10..20 {
            let name = format!("{thread:x}{round}");
            let value = [b'x'; 10];
            let change = CellChange {
                storage: charge(1_000),
                ..writing(&cell, 0, &[(&name, Some(&value))])
            };
            match commit(s, change) {
                Ok(_) => add_one(&kept),
                Err(Refused::OverQuota { axis, .. }) => assert_eq!(axis, store::STORAGE),
                Err(other) => panic!("{other:?}"),
            }
        }
    });
    let bytes = s.bytes_of(&cell(0)).unwrap() + s.bytes_of(&cell(1)).unwrap();
    let used = s.used("ana", store::STORAGE, store::TOTAL).unwrap();
    assert_eq!((kept.into_inner(), bytes, used), (76, 988, 988), "two cells, one account");
    s.integrity().unwrap();
}

pub(crate) fn a_name_has_one_winner(s: &Scratch) {
    for round in 0..10 {
        let won = AtomicUsize::new(0);
        let name = format!("ana{round}");
        threads(8, |thread| {
            let account = record(Kind::Account, &format!("{round}-{thread}")).named(&name);
            match s.commit(Batch::new(Moment(1)).put(account, Expect::New)) {
                Ok(_) => add_one(&won),
                Err(refused) => {
                    assert_eq!(
                        refused,
                        Refused::NameTaken { kind: Kind::Account, name: name.clone() }
                    );
                }
            }
        });
        assert_eq!(won.into_inner(), 1);
    }
}

pub(crate) fn no_work_is_claimed_twice(s: &Scratch) {
    const JOBS: usize = 200;
    for job in 0..JOBS {
        let work = record(Kind::Effect, &format!("{job:03}")).due_at(Moment(1));
        s.commit(Batch::new(Moment(1)).put(work, Expect::New)).unwrap();
    }
    let claimed = Mutex::new(Vec::new());
    threads(8, |_| {
        loop {
            let work = s.claim(Kind::Effect, Moment(5), Duration::from_secs(60), 3).unwrap();
            if work.is_empty() {
                return;
            }
            for job in work {
                claimed.lock().unwrap().push(job.id.clone());
                let done = record(Kind::Receipt, &job.id);
                let batch = Batch::new(Moment(6))
                    .delete(Kind::Effect, &job.id, Expect::Version(job.version))
                    .put(done, Expect::New)
                    .spend(gas(1, 1_000));
                s.commit(batch).expect("nobody else has it");
            }
        }
    });
    let claimed = claimed.into_inner().unwrap();
    let different: HashSet<_> = claimed.iter().collect();
    assert_eq!((claimed.len(), different.len()), (JOBS, JOBS));
    assert_eq!(s.used("ana", "gas", 7).unwrap(), JOBS as u64);
}

pub(crate) fn a_late_worker_is_refused(s: &Scratch) {
    const JOBS: usize = 40;
    for job in 0..JOBS {
        let work = record(Kind::Effect, &format!("{job:03}")).due_at(Moment(0));
        s.commit(Batch::new(Moment(0)).put(work, Expect::New)).unwrap();
    }
    let (done, late) = (AtomicUsize::new(0), AtomicUsize::new(0));
    // The clock runs a lease ahead at each look, so that every claim is soon overtaken.
    let clock = AtomicU64::new(1);
    threads(8, |_| {
        while s.next_due(Kind::Effect).unwrap().is_some() {
            let now = Moment(i64::try_from(clock.fetch_add(11, Ordering::Relaxed)).unwrap());
            let work = s.claim(Kind::Effect, now, Duration::from_millis(10), 2).unwrap();
            for job in work {
                let batch = Batch::new(now)
                    .delete(Kind::Effect, &job.id, Expect::Version(job.version))
                    .spend(gas(1, 1_000));
                match s.commit(batch) {
                    Ok(_) => add_one(&done),
                    Err(Refused::Stale { .. }) => add_one(&late),
                    Err(other) => panic!("{other:?}"),
                }
            }
        }
    });
    assert_eq!(done.into_inner(), JOBS, "each was done once, however often it was claimed");
    assert_eq!(s.used("ana", "gas", 7).unwrap(), JOBS as u64);
}

pub(crate) fn refusals_hurt_nobody_else(s: &Scratch) {
    threads(16, |thread| {
        let cell = cell(u8::try_from(thread).unwrap());
        for round in 0..20 {
            let change = writing(&cell, 0, &[("n", Some(round.to_string().as_bytes()))]);
            let mut batch = Batch::new(Moment(1)).change(change);
            if thread % 2 == 1 {
                batch = batch.spend(gas(1, 0));
            }
            assert_eq!(s.commit(batch).is_ok(), thread % 2 == 0);
        }
    });
    for thread in 0..16u8 {
        let expect = if thread % 2 == 0 { 20 } else { 0 };
        assert_eq!(s.head(&cell(thread)).unwrap(), expect, "cell {thread}");
    }
}
