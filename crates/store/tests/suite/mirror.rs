//! Conformance: random batches against a mirror in memory that is too simple to be wrong.

use super::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeMap;
use store::{Erase, Expect, Put};

/// What somebody does to the store.
#[derive(Clone, Debug)]
enum Deed {
    Begin(usize),
    Look { slot: usize, key: u8 },
    List { slot: usize, limit: usize, reverse: bool },
    Commit(Paper),
    Claim { now: i64, limit: usize },
    Expire { now: i64 },
    Compact,
}

/// A batch in small numbers.
#[derive(Clone, Debug)]
struct Paper {
    slot: usize,
    reads: Vec<u8>,
    lists: bool,
    writes: Vec<(u8, Option<usize>)>,
    puts: Vec<(u8, Option<u8>, Option<i64>, Expect)>,
    deletes: Vec<(u8, Expect)>,
    spend: Option<(i64, u64)>,
    max_bytes: Option<u64>,
    erase: bool,
}

/// The mirror. Marks are kept for ever, and a batch is tried on a copy.
#[derive(Clone, Default)]
struct Mirror {
    version: u64,
    /// Views older than this were erased.
    floor: u64,
    /// Value (`None`: a mark) and version.
    rows: BTreeMap<String, (Option<Vec<u8>>, u64)>,
    papers: BTreeMap<String, Record>,
    gas: u64,
    bytes: u64,
}

impl Mirror {
    fn look(&self, at: u64, name: &str) -> Seen<Option<Vec<u8>>> {
        match self.rows.get(name) {
            _ if at < self.floor => Seen::Newer,
            Some((_, version)) if *version > at => Seen::Newer,
            Some((value, _)) => Seen::At(value.clone()),
            None => Seen::At(None),
        }
    }

    fn list(&self, at: u64, limit: usize, reverse: bool) -> Seen<Vec<String>> {
        if at < self.floor {
            return Seen::Newer;
        }
        let mut rows: Vec<_> = self.rows.iter().filter(|(key, _)| key.starts_with('k')).collect();
        if reverse {
            rows.reverse();
        }
        let mut found = Vec::new();
        for (key, (value, version)) in rows {
            if found.len() == limit {
                break;
            }
            if *version > at {
                return Seen::Newer;
            }
            found.extend(value.is_some().then(|| key.clone()));
        }
        Seen::At(found)
    }

    fn stored_bytes(&self) -> u64 {
        self.rows.iter().filter_map(|(k, (v, _))| Some((k.len() + v.as_ref()?.len()) as u64)).sum()
    }

    fn commit(&mut self, batch: &Batch) -> Result<u64, Refused> {
        let mut next = self.clone();
        let version = batch.cell.as_ref().map_or(Ok(0), |change| next.change(change))?;
        for (kind, id, expect) in &batch.deletes {
            next.expect(*kind, id, *expect)?;
            next.papers.remove(id);
        }
        batch.puts.iter().try_for_each(|put| next.put(put))?;
        for spend in &batch.spends {
            next.gas = spent("gas", next.gas, spend.amount, spend.max)?;
        }
        if !batch.erases.is_empty() && next.version > 0 {
            next.bytes = next.bytes.saturating_sub(next.stored_bytes());
            next.version += 1;
            next.floor = next.version;
            next.rows.clear();
        }
        *self = next;
        Ok(version)
    }

    fn change(&mut self, change: &CellChange) -> Result<u64, Refused> {
        let newer =
            |key: &str| self.rows.get(key).is_some_and(|(_, version)| *version > change.seen);
        let reads = change.keys_read.iter().any(|key| newer(&key.key))
            || change
                .spans_read
                .iter()
                .any(|s| self.rows.keys().any(|k| s.contains("store", k) && newer(k)));
        let has_read = !change.keys_read.is_empty() || !change.spans_read.is_empty();
        if reads || (has_read && change.seen < self.floor) {
            return Err(Refused::Conflict);
        }
        let before = self.stored_bytes();
        let mut wrote = false;
        for write in &change.writes {
            let there = self.rows.get(&write.key.key).is_some_and(|(value, _)| value.is_some());
            if write.value.is_some() || there {
                wrote = true;
                self.rows.insert(write.key.key.clone(), (write.value.clone(), self.version + 1));
            }
        }
        self.version += u64::from(wrote);
        let growth = i64::try_from(self.stored_bytes()).unwrap() - i64::try_from(before).unwrap();
        if let Some(charge) = &change.storage {
            self.bytes = spent(store::STORAGE, self.bytes, growth, charge.max)?;
        }
        Ok(self.version)
    }

    fn expect(&self, kind: Kind, id: &str, expect: Expect) -> Result<(), Refused> {
        if expect.holds(self.papers.get(id).map(|paper| paper.version)) {
            return Ok(());
        }
        Err(Refused::Stale { kind, id: id.into() })
    }

    fn put(&mut self, put: &Put) -> Result<(), Refused> {
        let record = &put.record;
        self.expect(record.kind, &record.id, put.expect)?;
        let same = |paper: &&Record| paper.name.is_some() && paper.name == record.name;
        if self.papers.values().find(same).is_some_and(|paper| paper.id != record.id) {
            return Err(Refused::NameTaken {
                kind: record.kind,
                name: record.name.clone().unwrap(),
            });
        }
        let version = self.papers.get(&record.id).map_or(0, |paper| paper.version) + 1;
        self.papers.insert(record.id.clone(), Record { version, ..record.clone() });
        Ok(())
    }

    /// Ids that are due, the longest waiting first.
    fn due(&self, now: i64, limit: usize) -> Vec<String> {
        let mut due: Vec<_> = self
            .papers
            .values()
            .filter_map(|paper| Some((paper.due?, paper.id.clone())))
            .filter(|(due, _)| due.0 <= now)
            .collect();
        due.sort();
        due.into_iter().take(limit).map(|(_, id)| id).collect()
    }
}

fn spent(axis: &str, used: u64, amount: i64, max: u64) -> Result<u64, Refused> {
    let after = used.saturating_add_signed(amount);
    if amount > 0 && after > max {
        return Err(Refused::OverQuota { axis: axis.into(), used, max });
    }
    Ok(after)
}

fn name(n: u8) -> String {
    format!("{}{n}", if n < 4 { "k" } else { "other" })
}

/// The batch that a paper stands for, at a view.
fn batch(paper: &Paper, cell: &Cell, at: u64) -> Batch {
    let lists = span("k", None, 2, false);
    let change = CellChange {
        cell: cell.clone(),
        seen: at,
        keys_read: paper.reads.iter().map(|n| key(&name(*n))).collect(),
        spans_read: if paper.lists { vec![lists.covered(&[])] } else { vec![] },
        writes: paper
            .writes
            .iter()
            .map(|(n, bytes)| Write {
                key: key(&name(*n)),
                value: bytes.map(|bytes| vec![*n; bytes]),
            })
            .collect(),
        storage: Some(StorageCharge {
            account: "ana".into(),
            max: paper.max_bytes.unwrap_or(u64::MAX),
        }),
    };
    let mut batch = Batch::new(Moment(1)).change(change);
    for (n, called, due, expect) in &paper.puts {
        let mut record = record(Kind::Effect, &n.to_string()).owned_by("ana");
        record.name = called.map(|name| name.to_string());
        record.due = due.map(Moment);
        batch = batch.put(record, *expect);
    }
    for (n, expect) in &paper.deletes {
        batch = batch.delete(Kind::Effect, n.to_string(), *expect);
    }
    batch.spends.extend(paper.spend.map(|(amount, max)| gas(amount, max)));
    if paper.erase {
        batch.erases.push(Erase { cell: cell.clone(), account: Some("ana".into()) });
    }
    batch
}

fn expect() -> impl Strategy<Value = Expect> {
    prop_oneof![Just(Expect::Any), Just(Expect::New), (1..4u64).prop_map(Expect::Version)]
}

fn paper() -> impl Strategy<Value = Paper> {
    use proptest::collection::vec;
    use proptest::option::{of, weighted};
    let bytes = prop_oneof![4 => 0..20usize, 1 => Just(model::limit::VALUE_INLINE_MAX + 1)];
    let put = (0..4u8, of(0..3u8), of(0..50i64), expect());
    (
        (0..3usize, vec(0..6u8, 0..3), any::<bool>(), vec((0..6u8, of(bytes)), 0..4)),
        (vec(put, 0..3), vec((0..4u8, expect()), 0..2), of((-20..40i64, 0..60u64))),
        (weighted(0.3, 0..100u64), proptest::bool::weighted(0.03)),
    )
        .prop_map(
            |((slot, reads, lists, writes), (puts, deletes, spend), (max_bytes, erase))| Paper {
                slot,
                reads,
                lists,
                writes,
                puts,
                deletes,
                spend,
                max_bytes,
                erase,
            },
        )
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        2 => (0..3usize).prop_map(Deed::Begin),
        2 => (0..3usize, 0..6u8).prop_map(|(slot, key)| Deed::Look { slot, key }),
        2 => (0..3usize, 0..5usize, any::<bool>())
            .prop_map(|(slot, limit, reverse)| Deed::List { slot, limit, reverse }),
        6 => paper().prop_map(Deed::Commit),
        1 => (0..60i64, 1..3usize).prop_map(|(now, limit)| Deed::Claim { now, limit }),
        1 => (0..20i64).prop_map(|now| Deed::Expire { now }),
        1 => Just(Deed::Compact),
    ]
}

/// Does a deed to both and compares what they answer.
fn both(s: &Store, mirror: &mut Mirror, views: &mut [store::View; 3], cell: &Cell, deed: &Deed) {
    match deed {
        Deed::Begin(slot) => {
            views[*slot] = s.begin(cell).unwrap();
            assert_eq!(views[*slot].at, mirror.version);
        }
        Deed::Look { slot, key: n } => {
            let (at, name) = (views[*slot].at, name(*n));
            let seen = s.read(cell, at, &[key(&name)]).unwrap();
            let value = seen.map(|mut rows| rows.remove(0).map(|row| row.value));
            assert!(value == mirror.look(at, &name), "{name} at {at}");
        }
        Deed::List { slot, limit, reverse } => {
            let at = views[*slot].at;
            let seen = s.scan(cell, at, &span("k", None, *limit, *reverse)).unwrap();
            let found = seen.map(|rows| rows.into_iter().map(|row| row.key).collect());
            assert_eq!(found, mirror.list(at, *limit, *reverse));
        }
        Deed::Commit(paper) => {
            let batch = batch(paper, cell, views[paper.slot].at);
            let empty = batch.is_empty();
            let answer = s.commit(batch.clone());
            if empty {
                assert_eq!(answer, Ok(views[paper.slot].at));
            } else {
                assert_eq!(answer, mirror.commit(&batch));
            }
        }
        Deed::Claim { now, limit } => {
            let claimed = s.claim(Kind::Effect, Moment(*now), Duration::from_millis(5), *limit);
            let mut ids = mirror.due(*now, *limit);
            ids.sort();
            for id in &ids {
                let paper = mirror.papers.get_mut(id).unwrap();
                (paper.due, paper.version) = (Some(Moment(now + 5)), paper.version + 1);
            }
            let expect: Vec<_> = ids.iter().map(|id| mirror.papers[id].clone()).collect();
            assert_eq!(claimed.unwrap(), expect);
        }
        Deed::Expire { now } => {
            let ids = mirror.due(*now, 1);
            assert_eq!(s.expire(Kind::Effect, Moment(*now), 1), Ok(ids.len() as u64));
            ids.iter().for_each(|id| drop(mirror.papers.remove(id)));
        }
        Deed::Compact => assert!(s.compact().is_ok()),
    }
}

pub(crate) fn random_batches_do_what_the_mirror_does(s: &Scratch) {
    let deeds = proptest::collection::vec(deed(), 1..50);
    let config = Config { cases: 100, failure_persistence: None, ..Config::default() };
    let tested = TestRunner::new(config).run(&deeds, |deeds| {
        let folder = tempfile::tempdir().unwrap();
        let store = (s.open)(folder.path()).unwrap();
        let cell = cell(1);
        let mut mirror = Mirror::default();
        let mut views = [(); 3].map(|()| store.begin(&cell).unwrap());
        for deed in &deeds {
            both(&store, &mut mirror, &mut views, &cell, deed);
        }
        let papers: Vec<_> = mirror.papers.values().cloned().collect();
        assert_eq!(store.all(Kind::Effect, &Page::first(99)).unwrap(), papers);
        assert_eq!(store.used("ana", "gas", 7).unwrap(), mirror.gas);
        assert_eq!(store.used("ana", store::STORAGE, store::TOTAL).unwrap(), mirror.bytes);
        assert_eq!(store.bytes_of(&cell).unwrap(), mirror.stored_bytes());
        store.integrity().unwrap();
        Ok(())
    });
    tested.unwrap();
}
