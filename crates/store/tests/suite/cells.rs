//! Conformance: views of a cell, validation of what was read, sizes, erasing, compaction.

use super::*;
use model::limit;

pub(crate) fn a_row_is_read_where_it_was_written(s: &Scratch) {
    let (one, two) = (cell(1), cell(2));
    let at = write(s, &one, &[("a", "1"), ("b", "2")]);
    assert_eq!((at, s.head(&one).unwrap(), s.head(&two).unwrap()), (1, 1, 0));
    assert_eq!(text(s, &one, at, "a").as_deref(), Some("1"));
    assert_eq!(text(s, &one, at, "c"), None);
    assert_eq!(text(s, &two, 0, "a"), None, "cells do not see each other");
    let draft = Cell::draft(one.app);
    assert_eq!(text(s, &draft, 0, "a"), None, "nor does the draft's copy");
    let other = s.read(&one, at, &[Key::new("me:ana", "a")]).unwrap();
    assert_eq!(at_view(other), vec![None], "nor do spaces");
    let both = at_view(s.read(&one, at, &[key("b"), key("x"), key("a")]).unwrap());
    let found: Vec<_> = both.iter().map(|row| row.as_ref().map(|row| row.key.as_str())).collect();
    assert_eq!(found, [Some("b"), None, Some("a")], "answers come in the order of the keys");
}

pub(crate) fn rows_carry_version_and_moment(s: &Scratch) {
    let cell = cell(1);
    write(s, &cell, &[("a", "1"), ("b", "1")]);
    let at = write(s, &cell, &[("b", "2")]);
    let rows = at_view(s.scan(&cell, at, &span("", None, 9, false)).unwrap());
    let seen: Vec<_> =
        rows.iter().map(|row| (row.key.as_str(), row.version, row.changed)).collect();
    assert_eq!(seen, [("a", 1, Moment(1_000)), ("b", 2, Moment(1_000))]);
}

pub(crate) fn a_view_never_tears(s: &Scratch) {
    let cell = cell(1);
    write(s, &cell, &[("a", "1"), ("b", "1"), ("p/1", "1")]);
    let view = s.begin(&cell).unwrap();
    write(s, &cell, &[("b", "2"), ("p/2", "2")]);
    assert_eq!(
        text(s, &cell, view.at, "a").as_deref(),
        Some("1"),
        "what did not change is readable"
    );
    assert_eq!(s.read(&cell, view.at, &[key("a"), key("b")]).unwrap(), Seen::Newer);
    assert_eq!(s.scan(&cell, view.at, &span("p", None, 9, false)).unwrap(), Seen::Newer);
    assert_eq!(s.count(&cell, view.at, "store", "p").unwrap(), Seen::Newer);
    let first = at_view(s.scan(&cell, view.at, &span("p", None, 1, false)).unwrap());
    assert_eq!(keys(&first), ["p/1"], "a cut scan does not meet what lies beyond");
    assert_eq!(
        s.read(&cell, view.at + 9, &[key("a")]).unwrap(),
        Seen::Newer,
        "no view of the future"
    );
}

pub(crate) fn a_deleted_row_leaves_a_mark(s: &Scratch) {
    let cell = cell(1);
    write(s, &cell, &[("a", "1")]);
    let view = s.begin(&cell).unwrap();
    let at = remove(s, &cell, &["a"]);
    assert_eq!(text(s, &cell, at, "a"), None);
    assert_eq!(s.count(&cell, at, "store", "").unwrap(), Seen::At(0));
    assert_eq!(s.read(&cell, view.at, &[key("a")]).unwrap(), Seen::Newer, "gone since the view");
    assert_eq!(s.scan(&cell, view.at, &span("", None, 9, false)).unwrap(), Seen::Newer);
    assert_eq!(remove(s, &cell, &["a", "never"]), at, "deleting nothing changes nothing");
}

pub(crate) fn spans_are_read_in_both_directions(s: &Scratch) {
    let cell = cell(1);
    let at =
        write(s, &cell, &[("a", ""), ("p", ""), ("p/1", ""), ("p/2", ""), ("p/3", ""), ("q", "")]);
    let at = remove(s, &cell, &["p/2"]).max(at);
    for (asked, expect) in [
        (span("p", None, 9, false), vec!["p", "p/1", "p/3"]),
        (span("p/", None, 9, true), vec!["p/3", "p/1"]),
        (span("p", Some("p"), 9, false), vec!["p/1", "p/3"]),
        (span("p", Some("p/3"), 9, true), vec!["p/1", "p"]),
        (span("p", Some("p/2"), 1, false), vec!["p/3"]),
        (span("p", Some("zzz"), 9, false), vec![]),
        (span("p", Some("a"), 2, false), vec!["p", "p/1"]),
        (span("", None, 2, true), vec!["q", "p/3"]),
        (span("x", None, 9, false), vec![]),
        (span("", None, 0, false), vec![]),
    ] {
        assert_eq!(keys(&at_view(s.scan(&cell, at, &asked).unwrap())), expect, "{asked:?}");
    }
    assert_eq!(at_view(s.scan(&super::cell(9), 0, &span("", None, 9, false)).unwrap()), []);
}

pub(crate) fn counting_sees_prefixes_only(s: &Scratch) {
    let cell = cell(1);
    let at = write(s, &cell, &[("a", ""), ("a%", ""), ("a_", ""), ("b", ""), ("é", "")]);
    for (prefix, expect) in [("", 5), ("a", 3), ("a%", 1), ("_", 0), ("é", 1), ("è", 0)] {
        assert_eq!(s.count(&cell, at, "store", prefix).unwrap(), Seen::At(expect), "{prefix:?}");
    }
}

pub(crate) fn reads_are_validated(s: &Scratch) {
    let cell = cell(1);
    let seen = write(s, &cell, &[("a", "1"), ("b", "1")]);
    write(s, &cell, &[("b", "2")]);
    assert!(commit(s, having_read(&cell, seen, &["a"], vec![])).is_ok(), "a is as it was");
    assert_eq!(commit(s, having_read(&cell, seen, &["a", "b"], vec![])), Err(Refused::Conflict));
    let seen = s.head(&cell).unwrap();
    remove(s, &cell, &["a"]);
    write(s, &cell, &[("new", "1")]);
    assert_eq!(
        commit(s, having_read(&cell, seen, &["a"], vec![])),
        Err(Refused::Conflict),
        "deleted"
    );
    assert_eq!(
        commit(s, having_read(&cell, seen, &["new"], vec![])),
        Err(Refused::Conflict),
        "was absent"
    );
    assert_eq!(commit(s, having_read(&cell, 99, &["b"], vec![])), Err(Refused::Conflict), "future");
    let only_records = CellChange { writes: vec![], ..having_read(&cell, seen, &["a"], vec![]) };
    let batch = Batch::new(Moment(1))
        .change(only_records)
        .put(record(Kind::Effect, "e"), store::Expect::New);
    assert_eq!(s.commit(batch), Err(Refused::Conflict), "effects rest on what was read, too");
    assert_eq!(s.record(Kind::Effect, "e").unwrap(), None);
}

pub(crate) fn an_overtaken_span_is_a_conflict(s: &Scratch) {
    let cell = cell(1);
    write(s, &cell, &[("p/1", ""), ("p/3", ""), ("p/5", "")]);
    // (what somebody else does, span, limit, is a conflict)
    for (other, remove_it, limit, conflict) in [
        ("p/2", false, 9, true),
        ("p/4", false, 2, false),
        ("p/2", true, 2, true),
        ("p/1", true, 1, true),
        ("q/1", false, 9, false),
        ("p/6", false, 9, true),
    ] {
        let asked = span("p/", None, limit, false);
        let seen = s.head(&cell).unwrap();
        let rows = at_view(s.scan(&cell, seen, &asked).unwrap());
        if remove_it {
            remove(s, &cell, &[other])
        } else {
            write(s, &cell, &[(other, "")])
        };
        let answer = commit(s, having_read(&cell, seen, &[], vec![asked.covered(&rows)]));
        assert_eq!(
            answer == Err(Refused::Conflict),
            conflict,
            "{other} {remove_it} {limit}: {answer:?}"
        );
    }
}

pub(crate) fn what_was_not_read_is_no_conflict(s: &Scratch) {
    let cell = cell(1);
    let seen = write(s, &cell, &[("a", "1")]);
    for round in 0..50 {
        write(s, &cell, &[("noise", &round.to_string())]);
    }
    let spans = vec![SpanRead::prefix("store", "a"), SpanRead::prefix("me:ana", "")];
    assert!(commit(s, having_read(&cell, seen, &["a", "z"], spans)).is_ok());
}

pub(crate) fn blind_writes_never_conflict(s: &Scratch) {
    let cell = cell(1);
    let seen = s.head(&cell).unwrap();
    write(s, &cell, &[("a", "1")]);
    assert_eq!(commit(s, writing(&cell, seen, &[("a", Some(b"2"))])), Ok(2));
    assert_eq!(text(s, &cell, 2, "a").as_deref(), Some("2"));
}

pub(crate) fn large_values_are_whole(s: &Scratch) {
    let cell = cell(1);
    for bytes in
        [0, 1, limit::VALUE_INLINE_MAX, limit::VALUE_INLINE_MAX + 1, limit::VALUE_BYTES_MAX]
    {
        let value: Vec<u8> = (0..bytes).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let at = commit(s, writing(&cell, 0, &[("v", Some(&value))])).unwrap();
        let rows = at_view(s.read(&cell, at, &[key("v")]).unwrap());
        assert!(rows[0].as_ref().unwrap().value == value, "{bytes} bytes came back changed");
        assert_eq!(s.bytes_of(&cell).unwrap(), bytes as u64 + 1, "counted with the key");
    }
    assert_eq!(s.stats().unwrap().blobs, 2, "only what is over the inline limit is a blob");
    s.integrity().unwrap();
}

pub(crate) fn limits_refuse_in_words(s: &Scratch) {
    let cell = cell(1);
    let long = "k".repeat(limit::KEY_BYTES_MAX + 1);
    let fits = "k".repeat(limit::KEY_BYTES_MAX);
    let big = vec![0; limit::VALUE_BYTES_MAX + 1];
    let one = vec![0; limit::VALUE_BYTES_MAX];
    let names: Vec<String> = (0..=limit::BATCH_OPS_MAX).map(|n| n.to_string()).collect();
    let many: Vec<_> = names.iter().map(|n| (n.as_str(), Some(&b""[..]))).collect();
    let heavy: Vec<_> = names[..17].iter().map(|n| (n.as_str(), Some(&one[..]))).collect();
    for (what, pairs) in [
        ("a long key", vec![(long.as_str(), Some(&b""[..]))]),
        ("a big value", vec![("k", Some(&big[..]))]),
        ("too many", many),
        ("too heavy", heavy),
    ] {
        let refused = commit(s, writing(&cell, 0, &pairs)).expect_err(what);
        assert!(matches!(refused, Refused::TooLarge(_)), "{what}: {refused:?}");
        assert!(refused.to_string().contains("at most"), "{refused}");
    }
    assert!(commit(s, writing(&cell, 0, &[("a\0b", Some(b""))])).is_err(), "NUL is in no key");
    assert_eq!(s.head(&cell).unwrap(), 0, "a refused batch changes nothing");
    assert!(
        commit(s, writing(&cell, 0, &[(&fits, Some(&one))])).is_ok(),
        "the limits themselves fit"
    );
}

pub(crate) fn nothing_written_flushes_nothing(s: &Scratch) {
    let cell = cell(1);
    let at = write(s, &cell, &[("a", "1")]);
    let before = s.stats().unwrap();
    let only_read = CellChange { writes: vec![], ..having_read(&cell, at, &["a"], vec![]) };
    assert_eq!(commit(s, only_read), Ok(at));
    assert_eq!(s.commit(Batch::new(Moment(1))), Ok(0));
    assert_eq!(s.claim(Kind::Effect, Moment(9), Duration::from_secs(1), 9), Ok(vec![]));
    assert_eq!(s.expire(Kind::Log, Moment(9), 9), Ok(0));
    let after = s.stats().unwrap();
    assert_eq!((before.commits, before.flushes), (after.commits, after.flushes));
}

pub(crate) fn storage_is_charged_exactly(s: &Scratch) {
    let cell = cell(1);
    let used = || s.used("ana", store::STORAGE, store::TOTAL).unwrap();
    let charged = |pairs: &[(&str, Option<&[u8]>)], max| {
        commit(s, CellChange { storage: charge(max), ..writing(&cell, 0, pairs) })
    };
    for (pairs, max, kept, bytes) in [
        (vec![("key", Some(&b"12345"[..]))], 8, true, 8),
        (vec![("key", Some(&b"123456"[..]))], 8, false, 8),
        (vec![("x", Some(&b""[..]))], 8, false, 8),
        (vec![("key", Some(&b"1"[..])), ("two", Some(&b"1"[..]))], 8, true, 8),
        (vec![("key", None), ("key", Some(&b"12"[..])), ("key", Some(&b"1"[..]))], 8, true, 8),
        (vec![("two", None), ("nothing", None)], 0, true, 4),
        (vec![("key", Some(&b""[..]))], 0, true, 3),
    ] {
        let answer = charged(&pairs, max);
        assert_eq!(answer.is_ok(), kept, "{pairs:?}: {answer:?}");
        assert_eq!((used(), s.bytes_of(&cell).unwrap()), (bytes, bytes), "{pairs:?}");
    }
    let over = charged(&[("k", Some(b"123456789"))], 9).expect_err("over");
    assert_eq!(over, Refused::OverQuota { axis: "storage".into(), used: 3, max: 9 });
    s.integrity().unwrap();
}

pub(crate) fn erasing_empties_at_once(s: &Scratch) {
    let cell = cell(1);
    commit(s, CellChange { storage: charge(99), ..writing(&cell, 0, &[("a", Some(b"12"))]) })
        .unwrap();
    let view = s.begin(&cell).unwrap();
    let erase = store::Erase { cell: cell.clone(), account: Some("ana".into()) };
    s.commit(Batch { erases: vec![erase], ..Batch::new(Moment(1)) }).unwrap();
    assert_eq!(
        (s.bytes_of(&cell).unwrap(), s.used("ana", store::STORAGE, store::TOTAL).unwrap()),
        (0, 0)
    );
    assert!(
        s.head(&cell).unwrap() > view.at,
        "versions go on, so that no old view is taken for a new one"
    );
    assert_eq!(s.read(&cell, view.at, &[key("a")]).unwrap(), Seen::Newer);
    assert_eq!(commit(s, having_read(&cell, view.at, &["a"], vec![])), Err(Refused::Conflict));
    assert_eq!(text(s, &cell, s.head(&cell).unwrap(), "a"), None);
    let at = write(s, &cell, &[("b", "1")]);
    assert_eq!(s.compact().unwrap(), 1, "the erased row is removed");
    assert_eq!(text(s, &cell, at, "b").as_deref(), Some("1"), "and nothing else");
    s.integrity().unwrap();
}

pub(crate) fn data_is_put_aside_and_comes_back(s: &Scratch) {
    let cell = cell(1);
    let before = Cell::before(cell.app);
    let aside = |seen, pairs: &[(&str, Option<&[u8]>)]| {
        let change = CellChange { storage: charge(99), ..writing(&cell, seen, pairs) };
        s.commit(Batch { aside: Some(before.clone()), ..Batch::new(Moment(1)).change(change) })
    };
    let used = || s.used("ana", store::STORAGE, store::TOTAL).unwrap();
    let now = |of: &Cell, name: &str| text(s, of, s.head(of).unwrap(), name);
    commit(
        s,
        CellChange {
            storage: charge(99),
            ..writing(&cell, 0, &[("a", Some(b"1")), ("b", Some(b"1")), ("c", Some(b"1"))])
        },
    )
    .unwrap();
    let old = s.begin(&cell).unwrap();
    assert_eq!(aside(0, &[("a", Some(b"2"))]), Err(Refused::Conflict), "it was not seen so");
    aside(1, &[("a", Some(b"2")), ("b", None)]).unwrap();
    assert_eq!(
        ["a", "b", "c"].map(|name| now(&cell, name)),
        [Some("2"), None, Some("1")].map(|it| it.map(str::to_owned))
    );
    assert_eq!(
        ["a", "b"].map(|name| now(&before, name)),
        [Some("1".to_owned()), Some("1".to_owned())]
    );
    assert_eq!((used(), s.bytes_of(&cell).unwrap(), s.bytes_of(&before).unwrap()), (10, 4, 6));
    assert_eq!(text(s, &cell, old.at, "c").as_deref(), Some("1"), "what did not change is seen");
    assert_eq!(s.read(&cell, old.at, &[key("a")]).unwrap(), Seen::Newer);
    assert_eq!(commit(s, having_read(&cell, old.at, &["a"], vec![])), Err(Refused::Conflict));
    s.integrity().unwrap();

    // Back again: no view of the one is taken for one of the other.
    let view = s.begin(&cell).unwrap();
    let exchange =
        || Batch { exchange: Some((cell.clone(), before.clone())), ..Batch::new(Moment(1)) };
    s.commit(exchange()).unwrap();
    assert_eq!((now(&cell, "a"), now(&before, "a")), (Some("1".into()), Some("2".into())));
    assert_eq!(s.read(&cell, view.at, &[key("c")]).unwrap(), Seen::Newer);
    assert_eq!(commit(s, having_read(&cell, view.at, &["c"], vec![])), Err(Refused::Conflict));
    s.commit(exchange()).unwrap();
    assert_eq!((now(&cell, "a"), used()), (Some("2".into()), 10));

    // The next time what was put aside is gone, and paid for no longer.
    aside(s.head(&cell).unwrap(), &[("d", Some(b"1"))]).unwrap();
    assert_eq!((now(&before, "b"), now(&before, "a")), (None, Some("2".to_owned())));
    assert_eq!((used(), s.bytes_of(&cell).unwrap(), s.bytes_of(&before).unwrap()), (10, 6, 4));
    s.compact().unwrap();
    s.integrity().unwrap();
    let none = Cell::before(super::cell(2).app);
    let nothing = Batch { exchange: Some((super::cell(2), none)), ..Batch::new(Moment(1)) };
    assert!(s.commit(nothing).is_err(), "there is nothing to change places with");
}

pub(crate) fn compaction_spares_views(s: &Scratch) {
    let cell = cell(1);
    write(s, &cell, &[("a", ""), ("b", ""), ("c", "")]);
    remove(s, &cell, &["a"]);
    let view = s.begin(&cell).unwrap();
    remove(s, &cell, &["b"]);
    assert_eq!(s.compact().unwrap(), 1, "only the mark that is older than the view goes");
    assert_eq!(text(s, &cell, view.at, "a"), None);
    assert_eq!(
        s.read(&cell, view.at, &[key("b")]).unwrap(),
        Seen::Newer,
        "its mark is still there"
    );
    assert_eq!(commit(s, having_read(&cell, view.at, &["b"], vec![])), Err(Refused::Conflict));
    assert!(commit(s, having_read(&cell, view.at, &["a", "c"], vec![])).is_ok());
    drop(view);
    assert_eq!(s.compact().unwrap(), 1);
    assert_eq!(s.stats().unwrap().marks, 0);
}

pub(crate) fn compaction_closes_old_views(s: &Scratch) {
    let cell = cell(1);
    let seen = write(s, &cell, &[("a", ""), ("b", "")]);
    remove(s, &cell, &["a"]);
    assert_eq!(s.compact().unwrap(), 1);
    // A view that nobody pinned, as another node might have.
    assert_eq!(s.read(&cell, seen, &[key("a")]).unwrap(), Seen::Newer);
    assert_eq!(s.scan(&cell, seen, &span("", None, 9, false)).unwrap(), Seen::Newer);
    assert_eq!(s.count(&cell, seen, "store", "").unwrap(), Seen::Newer);
    assert_eq!(commit(s, having_read(&cell, seen, &["a"], vec![])), Err(Refused::Conflict));
}

pub(crate) fn keys_sort_by_bytes(s: &Scratch) {
    let cell = cell(1);
    let at = write(
        s,
        &cell,
        &[
            ("ä", ""),
            ("Z", ""),
            ("a", ""),
            ("10", ""),
            ("9", ""),
            ("a b", ""),
            ("😀", ""),
            ("\u{ffff}", ""),
        ],
    );
    let rows = at_view(s.scan(&cell, at, &span("", None, 99, false)).unwrap());
    assert_eq!(keys(&rows), ["10", "9", "Z", "a", "a b", "ä", "\u{ffff}", "😀"]);
}

pub(crate) fn a_whole_cell_is_handed_over(s: &Scratch) {
    let large = vec![3; limit::VALUE_INLINE_MAX + 1];
    let pairs = [("b", Some(&b"1"[..])), ("a", Some(&large)), ("gone", Some(b"x"))];
    commit(s, writing(&cell(1), 0, &pairs)).unwrap();
    let other = Key::new("me:1", "a");
    let change = CellChange {
        writes: vec![Write { key: other, value: Some(b"2".to_vec()) }],
        ..writing(&cell(1), 0, &[])
    };
    commit(s, change).unwrap();
    remove(s, &cell(1), &["gone"]);
    write(s, &cell(2), &[("a", "of another app")]);
    let mut found = Vec::new();
    s.each_row(&cell(1), |space, row| {
        found.push((space.to_owned(), row.key, row.value));
        Ok(())
    })
    .unwrap();
    let found: Vec<_> = found.iter().map(|(s, k, v)| (s.as_str(), k.as_str(), &v[..])).collect();
    let expect = [("me:1", "a", &b"2"[..]), ("store", "a", &large), ("store", "b", b"1")];
    assert_eq!(found, expect);
    s.each_row(&cell(9), |_, _| panic!("a cell that is not there has no rows")).unwrap();
    let refused = s.each_row(&cell(1), |_, _| Err(model::Problem::invalid("enough")));
    assert_eq!(refused.unwrap_err().public, "enough");
}
