//! Conformance: backups are complete, consistent, comparable, and notice every damage.

use super::*;
use model::limit;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use store::Expect;

const NOW: Moment = Moment(1_700_000_000_000);

/// Something of everything: records, counters, rows, marks, an erased cell, blobs.
fn fill(s: &Store) {
    let rich = Record::new(Kind::App, "1", r#"{"a":"ü\n"}"#)
        .owned_by("ana")
        .named("ana/poll")
        .due_at(Moment(9));
    let mut batch = Batch::new(Moment(1)).put(rich, Expect::New).spend(gas(5, 10));
    for kind in Kind::ALL {
        batch = batch.put(record(*kind, "x"), Expect::New);
    }
    s.commit(batch).unwrap();
    let large = vec![3; limit::VALUE_INLINE_MAX + 1];
    let pairs =
        [("a", Some(&b""[..])), ("b\n", Some(b"\n\0\xff")), ("c", None), ("v", Some(&large))];
    commit(s, CellChange { storage: charge(1 << 20), ..writing(&cell(1), 0, &pairs) }).unwrap();
    write(s, &Cell::draft(cell(1).app), &[("a", "draft"), ("b", "gone")]);
    remove(s, &Cell::draft(cell(1).app), &["b"]);
    write(s, &cell(2), &[("a", "erased")]);
    let erase = store::Erase { cell: cell(2), account: None };
    s.commit(Batch { erases: vec![erase], ..Batch::new(Moment(1)) }).unwrap();
    s.put_blob(b"a file that a record names").unwrap();
}

fn backup(s: &Scratch) -> PathBuf {
    let file = s.folder.path().join("one.allotment");
    s.backup(&file, NOW).unwrap();
    file
}

pub(crate) fn a_restored_store_is_equal(s: &Scratch) {
    fill(s);
    let file = backup(s);
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("new");
    let summary = Store::restore(&file, &into).unwrap();
    let count = |name: &str| summary.segments.get(name).map_or(0, |segment| segment.count);
    assert_eq!(["apps", "counters", "cells", "rows", "blobs"].map(count), [2, 2, 3, 4, 2]);
    let left: Vec<_> = fs::read_dir(&into).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "group.db and blobs, and nothing half-done: {left:?}");
    let new = (s.open)(&into).unwrap();
    new.integrity().unwrap();
    for kind in Kind::ALL {
        let page = Page::first(99);
        assert_eq!(new.all(*kind, &page).unwrap(), s.all(*kind, &page).unwrap());
    }
    for cell in [cell(1), Cell::draft(cell(1).app), cell(2), cell(3)] {
        let at = s.head(&cell).unwrap();
        assert_eq!((new.head(&cell).unwrap(), new.bytes_of(&cell)), (at, s.bytes_of(&cell)));
        let all = span("", None, 99, false);
        assert_eq!(new.scan(&cell, at, &all).unwrap(), s.scan(&cell, at, &all).unwrap());
        let old = new.read(&cell, at.saturating_sub(1), &[key("a")]).unwrap();
        assert!(at == 0 || old == Seen::Newer, "views of the old store end with it");
    }
    assert_eq!(new.used("ana", "gas", 7).unwrap(), 5);
    let again = folder.path().join("two.allotment");
    assert_eq!(new.backup(&again, NOW).unwrap(), summary);
    assert!(fs::read(&again).unwrap() == fs::read(&file).unwrap(), "byte for byte");
    assert_eq!(Store::verify(&file, folder.path()), Ok(summary));
    assert!(!folder.path().join("restored").exists(), "the scratch folder is cleared");
    assert_eq!(write(&new, &cell(1), &[("a", "goes on")]), s.head(&cell(1)).unwrap() + 1);
}

pub(crate) fn a_backup_is_one_private_file(s: &Scratch) {
    fill(s);
    let file = backup(s);
    s.backup(&file, NOW).expect("a backup replaces an older one");
    assert!(!file.with_file_name("one.allotment.part").exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o600);
        let folder = s.folder.path().join("deep/data");
        drop((s.open)(&folder).unwrap());
        assert_eq!(mode(&folder), 0o700);
    }
    let nowhere = s.folder.path().join("no/such/folder/b");
    assert!(s.backup(&nowhere, NOW).unwrap_err().public.contains("cannot be written"));
}

pub(crate) fn a_backup_is_consistent_while_the_group_goes_on(s: &Scratch) {
    let cell = cell(1);
    write(s, &cell, &[("left", "0"), ("right", "0")]);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut count = 0;
            while !stop.load(Ordering::Relaxed) {
                count += 1;
                let large = vec![u8::try_from(count % 256).unwrap(); limit::VALUE_INLINE_MAX + 1];
                let text = count.to_string();
                let pairs = [
                    ("left", Some(text.as_bytes())),
                    ("right", Some(text.as_bytes())),
                    ("large", Some(&large[..])),
                ];
                let paper = Record::new(Kind::Receipt, "count", &text);
                let change = writing(&cell, 0, &pairs);
                s.commit(Batch::new(Moment(1)).change(change).put(paper, Expect::Any)).unwrap();
            }
        });
        let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for round in 0..5 {
                let file = s.folder.path().join(format!("{round}.allotment"));
                let into = s.folder.path().join(format!("into{round}"));
                s.backup(&file, NOW).unwrap();
                Store::restore(&file, &into).unwrap();
                let copy = (s.open)(&into).unwrap();
                copy.integrity().unwrap();
                let at = copy.head(&cell).unwrap();
                let left = text(&copy, &cell, at, "left");
                assert_eq!(left, text(&copy, &cell, at, "right"));
                let paper = copy.record(Kind::Receipt, "count").unwrap();
                assert_eq!(
                    left.as_deref(),
                    paper.as_ref().map_or(Some("0"), |paper| Some(paper.body.as_str()))
                );
            }
        }));
        stop.store(true, Ordering::Relaxed);
        checked.unwrap();
    });
}

pub(crate) fn every_damage_is_noticed(s: &Scratch) {
    let batch = Batch::new(Moment(1)).put(record(Kind::App, "1"), Expect::New).spend(gas(1, 2));
    s.commit(batch).unwrap();
    write(s, &cell(1), &[("a", "1")]);
    s.put_blob(b"blob").unwrap();
    let whole = fs::read(backup(s)).unwrap();
    let file = s.folder.path().join("damaged");
    let into = s.folder.path().join("into");
    let refused = |bytes: &[u8], what: &str| {
        fs::write(&file, bytes).unwrap();
        let problem = Store::restore(&file, &into).expect_err(what);
        assert!(problem.public.contains("is damaged"), "{what}: {problem}");
        assert!(!into.exists(), "{what}: nothing is restored");
    };
    for place in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        refused(&bytes, &format!("bit flipped in byte {place}"));
    }
    for length in (0..whole.len()).step_by(7) {
        refused(&whole[..length], &format!("cut to {length} bytes"));
    }
    refused(&[&whole[..], b"x"].concat(), "longer");
    fs::write(&file, &whole).unwrap();
    Store::restore(&file, &into).expect("undamaged");
}

pub(crate) fn restoring_overwrites_nothing(s: &Scratch) {
    fill(s);
    let file = backup(s);
    let problem = Store::restore(&file, s.folder.path()).unwrap_err();
    assert!(problem.public.contains("There is data in"), "{problem}");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("master.key"), "key").unwrap();
    fs::create_dir(folder.path().join("restoring")).unwrap();
    fs::write(folder.path().join("restoring/group.db"), "left by a crash").unwrap();
    Store::restore(&file, folder.path()).expect("what a crash left is done again");
    assert_eq!(fs::read(folder.path().join("master.key")).unwrap(), b"key");
    assert!(!folder.path().join("restoring").exists());
    (s.open)(folder.path()).unwrap().integrity().unwrap();
}

pub(crate) fn a_missing_value_makes_no_backup(s: &Scratch) {
    fill(s);
    let hash = s.put_blob(&vec![3; limit::VALUE_INLINE_MAX + 1]).unwrap();
    fs::remove_file(s.folder.path().join("blobs").join(&hash[..2]).join(&hash[2..])).unwrap();
    let file = s.folder.path().join("none");
    assert!(s.backup(&file, NOW).unwrap_err().private().contains(&hash));
    let left = fs::read_dir(s.folder.path()).unwrap().map(|f| f.unwrap().file_name());
    assert!(left.filter(|name| name.to_string_lossy().starts_with("none")).count() == 0);
}

pub(crate) fn strange_files_are_refused_in_words(s: &Scratch) {
    let into = s.folder.path().join("into");
    let sealed = |text: &str| {
        use sha2::{Digest, Sha256};
        format!("{text}{}\n", model::release::hex(&Sha256::digest(text)))
    };
    let first = "{\"follows\":0,\"allotment_backup\":{\"form\":1,\"made\":0}}\n";
    for (what, text, word) in [
        ("a letter", "Dear Ana, ".repeat(20), "damaged"),
        (
            "no first line",
            sealed("{\"follows\":0,\"end\":{\"summary\":{\"made\":0,\"segments\":{}}}}\n"),
            "damaged",
        ),
        ("a newer form", sealed(&first.replace(":1,", ":2,")), "newer allot"),
        ("no end", sealed(first), "damaged"),
        (
            "an unknown kind",
            sealed(&format!(
                "{first}{{\"follows\":2,\"record\":{{\"kind\":\"cats\",\"id\":\"1\",\"owner\":null,\"name\":null,\"due\":null,\"version\":1}}}}\n{{}}\n"
            )),
            "damaged",
        ),
        (
            "a row without a cell",
            sealed(&format!(
                "{first}{{\"follows\":0,\"row\":{{\"space\":\"s\",\"key\":\"k\",\"version\":1,\"changed\":1}}}}\n"
            )),
            "damaged",
        ),
        (
            "a body that never comes",
            sealed(&format!(
                "{first}{{\"follows\":99999999999,\"blob\":{{\"sha256\":\"x\"}}}}\nabc"
            )),
            "damaged",
        ),
    ] {
        let file = s.folder.path().join("strange");
        fs::write(&file, text).unwrap();
        let problem = Store::restore(&file, &into).expect_err(what);
        assert!(problem.public.contains(word), "{what}: {problem}");
        assert!(!into.join("group.db").exists(), "{what}");
    }
    let absent = Store::restore(&s.folder.path().join("absent"), &into).unwrap_err();
    assert!(absent.public.contains("cannot be read"), "{absent}");
}
