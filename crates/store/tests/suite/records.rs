//! Conformance: records, expectations, names, claims, counters, and batches as wholes.

use super::*;
use store::Expect;

fn put(s: &Store, record: Record, expect: Expect) -> Result<u64, Refused> {
    s.commit(Batch::new(Moment(1)).put(record, expect))
}

pub(crate) fn a_record_is_found_by_id_name_and_owner(s: &Scratch) {
    let full = Record::new(Kind::App, "1", r#"{"a":1}"#)
        .owned_by("ana")
        .named("ana/poll")
        .due_at(Moment(5));
    put(s, full.clone(), Expect::New).unwrap();
    let stored = Record { version: 1, ..full };
    assert_eq!(s.record(Kind::App, "1").unwrap(), Some(stored.clone()));
    assert_eq!(s.named(Kind::App, "ana/poll").unwrap(), Some(stored.clone()));
    assert_eq!(s.of_owner(Kind::App, "ana", &Page::first(9)).unwrap(), [stored]);
    assert_eq!(s.record(Kind::Account, "1").unwrap(), None, "kinds do not see each other");
    assert_eq!(s.named(Kind::App, "ANA/poll").unwrap(), None);
    for kind in Kind::ALL {
        put(s, record(*kind, "same"), Expect::New).unwrap();
        assert_eq!(Kind::of_table(kind.table()), Some(*kind));
    }
    assert!(s.stats().unwrap().records.iter().all(|(_, count)| *count >= 1));
}

pub(crate) fn pages_go_both_ways(s: &Scratch) {
    for id in ["1", "2", "3", "4", "5"] {
        let owner = if id == "3" { "ben" } else { "ana" };
        put(s, record(Kind::Log, id).owned_by(owner), Expect::New).unwrap();
    }
    assert_eq!(walk(|page| s.all(Kind::Log, page).unwrap(), false), ["1", "2", "3", "4", "5"]);
    assert_eq!(walk(|page| s.all(Kind::Log, page).unwrap(), true), ["5", "4", "3", "2", "1"]);
    assert_eq!(
        walk(|page| s.of_owner(Kind::Log, "ana", page).unwrap(), false),
        ["1", "2", "4", "5"]
    );
    assert_eq!(
        walk(|page| s.of_owner(Kind::Log, "ana", page).unwrap(), true),
        ["5", "4", "2", "1"]
    );
    assert_eq!(walk(|page| s.of_owner(Kind::Log, "eve", page).unwrap(), false), [""; 0]);
}

pub(crate) fn expectations_are_checked(s: &Scratch) {
    let stale = || Err(Refused::Stale { kind: Kind::Grant, id: "g".into() });
    let version = || s.record(Kind::Grant, "g").unwrap().map(|record| record.version);
    let put = |expect| put(s, record(Kind::Grant, "g"), expect);
    let delete = |expect| s.commit(Batch::new(Moment(1)).delete(Kind::Grant, "g", expect));
    assert_eq!(put(Expect::Version(1)), stale());
    assert_eq!(delete(Expect::Version(1)), stale());
    assert_eq!(delete(Expect::Any), Ok(0), "removing nothing is fine");
    assert_eq!((put(Expect::New), version()), (Ok(0), Some(1)));
    assert_eq!((put(Expect::New), version()), (stale(), Some(1)));
    assert_eq!((put(Expect::Version(1)), version()), (Ok(0), Some(2)));
    assert_eq!((put(Expect::Version(1)), version()), (stale(), Some(2)));
    assert_eq!((put(Expect::Any), version()), (Ok(0), Some(3)));
    assert_eq!((delete(Expect::Version(2)), version()), (stale(), Some(3)));
    assert_eq!((delete(Expect::Version(3)), version()), (Ok(0), None));
}

pub(crate) fn a_name_belongs_to_one(s: &Scratch) {
    let named = |id: &str, name: &str| record(Kind::Account, id).named(name);
    put(s, named("1", "ana"), Expect::New).unwrap();
    let taken = Refused::NameTaken { kind: Kind::Account, name: "ana".into() };
    assert_eq!(put(s, named("2", "ana"), Expect::New), Err(taken.clone()));
    assert_eq!(put(s, named("1", "ana"), Expect::Any), Ok(0), "one's own name is not taken");
    put(s, named("2", "ben"), Expect::New).unwrap();
    assert_eq!(put(s, named("2", "ana"), Expect::Any), Err(taken));
    assert_eq!(s.named(Kind::Account, "ben").unwrap().unwrap().id, "2");
    put(s, named("1", "anna"), Expect::Any).unwrap();
    put(s, named("2", "ana"), Expect::Any).expect("the name became free");
    put(s, Record { kind: Kind::App, ..named("1", "ana") }, Expect::New).expect("another kind");
}

pub(crate) fn a_freed_name_can_be_given_at_once(s: &Scratch) {
    put(s, record(Kind::App, "old").named("ana/poll"), Expect::New).unwrap();
    let batch = Batch::new(Moment(1))
        .put(record(Kind::App, "new").named("ana/poll"), Expect::New)
        .delete(Kind::App, "old", Expect::Version(1));
    s.commit(batch).expect("deletes come before puts");
    assert_eq!(s.named(Kind::App, "ana/poll").unwrap().unwrap().id, "new");
}

pub(crate) fn a_batch_is_kept_whole_or_not_at_all(s: &Scratch) {
    let cell = cell(1);
    put(s, record(Kind::Session, "here"), Expect::New).unwrap();
    let fine = || {
        Batch::new(Moment(1))
            .change(CellChange { storage: charge(100), ..writing(&cell, 0, &[("a", Some(b"1"))]) })
            .put(record(Kind::Receipt, "r").named("n"), Expect::New)
            .delete(Kind::Session, "here", Expect::Any)
            .spend(gas(5, 10))
    };
    let before = s.stats().unwrap();
    let refusals = [
        fine().spend(gas(6, 10)),
        fine().put(record(Kind::Effect, "e"), Expect::Version(1)),
        fine().put(record(Kind::Receipt, "r2").named("n"), Expect::New),
        fine().delete(Kind::Grant, "g", Expect::Version(3)),
        fine().put(Record::new(Kind::Log, "l", "not json"), Expect::New),
    ];
    for batch in refusals {
        let told = format!("{batch:?}");
        assert!(s.commit(batch).is_err(), "{told}");
        let after = s.stats().unwrap();
        assert_eq!((after.records, after.rows), (before.records.clone(), before.rows), "{told}");
        assert_eq!(s.used("ana", "gas", 7).unwrap(), 0, "{told}");
        assert_eq!(s.used("ana", store::STORAGE, store::TOTAL).unwrap(), 0, "{told}");
        assert_eq!(s.head(&cell).unwrap(), 0, "{told}");
    }
    s.commit(fine()).expect("the same batch without the flaw");
    assert_eq!(s.used("ana", "gas", 7).unwrap(), 5);
    assert_eq!(s.record(Kind::Session, "here").unwrap(), None);
}

pub(crate) fn claims_fence(s: &Scratch) {
    put(s, record(Kind::Effect, "e").due_at(Moment(10)), Expect::New).unwrap();
    let lease = Duration::from_millis(100);
    assert_eq!(s.claim(Kind::Effect, Moment(9), lease, 9).unwrap(), [], "not due yet");
    let first = s.claim(Kind::Effect, Moment(10), lease, 9).unwrap();
    assert_eq!((first[0].version, first[0].due), (2, Some(Moment(110))));
    assert_eq!(s.claim(Kind::Effect, Moment(109), lease, 9).unwrap(), [], "leased");
    assert_eq!(s.next_due(Kind::Effect).unwrap(), Some(Moment(110)));
    let second = s.claim(Kind::Effect, Moment(110), lease, 9).unwrap();
    assert_eq!(second[0].version, 3, "the lease ran out");
    let done = |held: &Record| {
        let ended = Record { due: None, ..held.clone() };
        put(s, ended, Expect::Version(held.version))
    };
    assert!(
        matches!(done(&first[0]), Err(Refused::Stale { .. })),
        "the first holder comes too late"
    );
    assert_eq!(done(&second[0]), Ok(0));
    assert_eq!(s.next_due(Kind::Effect).unwrap(), None);
}

pub(crate) fn claims_hand_out_the_oldest_first(s: &Scratch) {
    for (id, due) in [("a", 30), ("b", 10), ("c", 20), ("d", 99)] {
        put(s, record(Kind::Schedule, id).due_at(Moment(due)), Expect::New).unwrap();
    }
    let ids = |records: Vec<Record>| records.into_iter().map(|r| r.id).collect::<Vec<_>>();
    let claim = || ids(s.claim(Kind::Schedule, Moment(50), Duration::from_secs(1), 2).unwrap());
    assert_eq!(
        (claim(), claim(), claim()),
        (vec!["b".into(), "c".into()], vec!["a".into()], vec![])
    );
}

pub(crate) fn what_is_over_expires(s: &Scratch) {
    for (id, due) in [("a", Some(10)), ("b", Some(20)), ("c", Some(30)), ("d", None)] {
        put(s, Record { due: due.map(Moment), ..record(Kind::Session, id) }, Expect::New).unwrap();
    }
    assert_eq!(s.expire(Kind::Session, Moment(9), 9), Ok(0));
    assert_eq!(s.expire(Kind::Session, Moment(20), 1), Ok(1), "no more than asked for");
    assert_eq!(s.expire(Kind::Session, Moment(20), 9), Ok(1));
    assert_eq!(walk(|page| s.all(Kind::Session, page).unwrap(), false), ["c", "d"]);
}

pub(crate) fn counters_stay_within_bounds(s: &Scratch) {
    let used = || s.used("ana", "gas", 7).unwrap();
    for (amount, max, kept, after) in [
        (-5, 10, true, 0),
        (6, 10, true, 6),
        (5, 10, false, 6),
        (4, 10, true, 10),
        (1, 10, false, 10),
        (0, 3, true, 10),
        (-3, 0, true, 7),
        (1, 5, false, 7),
        (-100, 10, true, 0),
        (i64::MAX, u64::MAX, true, i64::MAX.unsigned_abs()),
        (i64::MAX, u64::MAX, false, i64::MAX.unsigned_abs()),
        (i64::MIN, 0, true, 0),
    ] {
        let answer = s.commit(Batch::new(Moment(1)).spend(gas(amount, max)));
        assert_eq!((answer.is_ok(), used()), (kept, after), "{amount} of {max}: {answer:?}");
    }
    let twice = Batch::new(Moment(1)).spend(gas(6, 10)).spend(gas(6, 10));
    let over = Refused::OverQuota { axis: "gas".into(), used: 6, max: 10 };
    assert_eq!(s.commit(twice), Err(over), "spends of one batch add up");
    assert_eq!(
        (used(), s.used("ana", "gas", 8).unwrap(), s.used("ben", "gas", 7).unwrap()),
        (0, 0, 0)
    );
}

pub(crate) fn old_days_are_forgotten(s: &Scratch) {
    for day in [store::TOTAL, 5, 6, 7] {
        s.commit(Batch::new(Moment(1)).spend(Spend { day, ..gas(1, 9) })).unwrap();
    }
    assert_eq!(s.forget_days(7), Ok(2));
    let left = [store::TOTAL, 5, 6, 7].map(|day| s.used("ana", "gas", day).unwrap());
    assert_eq!(left, [1, 0, 0, 1]);
}

pub(crate) fn a_body_must_be_json(s: &Scratch) {
    for (body, fine) in [("{}", true), ("[1]", true), ("", false), ("{", false), ("{} x", false)] {
        let answer = put(s, Record::new(Kind::Setting, "x", body), Expect::Any);
        assert_eq!(answer.is_ok(), fine, "{body:?}");
    }
}

pub(crate) fn a_store_reopens_as_it_was(s: &Scratch) {
    let cell = cell(1);
    let large = vec![7; model::limit::VALUE_INLINE_MAX + 1];
    commit(s, writing(&cell, 0, &[("a", Some(b"1")), ("b", Some(&large))])).unwrap();
    put(s, record(Kind::App, "1").named("n"), Expect::New).unwrap();
    let again = (s.open)(s.folder.path()).expect("a second front of one folder");
    assert_eq!(text(&again, &cell, 1, "a").as_deref(), Some("1"));
    assert_eq!(
        at_view(again.read(&cell, 1, &[key("b")]).unwrap())[0].as_ref().unwrap().value,
        large
    );
    assert_eq!(write(&again, &cell, &[("a", "2")]), 2);
    assert_eq!(text(s, &cell, 2, "a").as_deref(), Some("2"), "and each sees what the other wrote");
}
