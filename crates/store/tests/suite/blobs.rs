//! Conformance: blobs and the sweep that removes the unused ones.

use super::*;
use model::limit;
use std::fs;
use std::path::PathBuf;
use store::Expect;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// A moment some days later.
fn later(days: u32) -> Moment {
    Moment(0).plus(DAY * days)
}

fn file(s: &Scratch, hash: &str) -> PathBuf {
    s.folder.path().join("blobs").join(&hash[..2]).join(&hash[2..])
}

pub(crate) fn bytes_come_back_under_their_hash(s: &Scratch) {
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(s.put_blob(b"").unwrap(), empty);
    assert_eq!(s.blob(empty).unwrap(), Some(vec![]));
    let hash = s.put_blob(b"hello").unwrap();
    assert_eq!(s.put_blob(b"hello").unwrap(), hash, "keeping twice keeps once");
    assert_eq!(s.blob(&hash).unwrap().as_deref(), Some(&b"hello"[..]));
    assert_eq!(s.blob_size(&hash).unwrap(), Some(5));
    let unknown = "0".repeat(64);
    assert_eq!((s.blob(&unknown).unwrap(), s.blob_size(&unknown).unwrap()), (None, None));
    assert_eq!((s.stats().unwrap().blobs, s.stats().unwrap().blob_bytes), (2, 5));
}

pub(crate) fn a_damaged_blob_is_an_error(s: &Scratch) {
    let hash = s.put_blob(b"hello").unwrap();
    fs::write(file(s, &hash), b"jello").unwrap();
    assert!(s.blob(&hash).unwrap_err().private().contains("damaged"));
    let value = vec![1; limit::VALUE_INLINE_MAX + 1];
    let at = commit(s, writing(&cell(1), 0, &[("v", Some(&value))])).unwrap();
    let hash = s.put_blob(&value).unwrap();
    fs::write(file(s, &hash), b"cut").unwrap();
    assert!(s.read(&cell(1), at, &[key("v")]).is_err(), "a wrong value is never an answer");
    assert!(s.integrity().unwrap_err().private().contains(&hash));
    fs::remove_file(file(s, &hash)).unwrap();
    assert!(s.integrity().is_err());
}

pub(crate) fn no_name_leaves_the_folder(s: &Scratch) {
    fs::write(s.folder.path().join("secret"), "x").unwrap();
    for name in ["../secret", "/etc/passwd", "", "..", "é", &"A".repeat(64), &"a".repeat(63)] {
        assert_eq!((s.blob(name).unwrap(), s.blob_size(name).unwrap()), (None, None), "{name:?}");
    }
}

pub(crate) fn blobs_work_on_every_thread(s: &Scratch) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let store = s.store.clone();
    let inside = async move {
        let on_a_worker = store.put_blob(b"worker").unwrap();
        let same = store.clone();
        let blocking = tokio::task::spawn_blocking(move || same.put_blob(b"blocking").unwrap());
        (on_a_worker, blocking.await.unwrap(), (store.stats().unwrap().blobs))
    };
    assert_eq!(runtime.block_on(runtime.spawn(inside)).unwrap().2, 2);
    let (folder, open) = (tempfile::tempdir().unwrap(), s.open);
    runtime.block_on(async move { drop(open(folder.path()).unwrap()) });
}

pub(crate) fn a_sweep_removes_what_was_unused_for_long(s: &Scratch) {
    let hash = s.put_blob(b"unused").unwrap();
    assert_eq!(s.sweep_blobs(later(1), DAY), Ok(0), "just put: its commit may be on the way");
    assert_eq!(s.sweep_blobs(later(2), DAY), Ok(0), "noted as unused from now on");
    assert_eq!(s.sweep_blobs(Moment(later(3).0 - 1), DAY), Ok(0), "not for long enough");
    assert_eq!(s.sweep_blobs(later(3), DAY), Ok(1));
    assert_eq!(s.blob(&hash).unwrap(), None);
    assert_eq!(s.sweep_blobs(later(4), DAY), Ok(0));
}

pub(crate) fn a_sweep_spares_what_is_named_anywhere(s: &Scratch) {
    let hashes: Vec<String> = (0..5u8).map(|n| s.put_blob(&[n; 8]).unwrap()).collect();
    let release = format!(r#"{{"files":{{"main.lua":"{}"}}}}"#, hashes[0]);
    let batch = Batch::new(Moment(1)).put(Record::new(Kind::Release, "r", release), Expect::New);
    s.commit(batch).unwrap();
    let binary = [b"\x06", hashes[1].as_bytes(), b"\xff"].concat();
    let beside_digits = format!("f{}0", hashes[2]);
    commit(s, writing(&cell(1), 0, &[("f", Some(&binary)), ("g", Some(beside_digits.as_bytes()))]))
        .unwrap();
    let large = vec![9; limit::VALUE_INLINE_MAX + 1];
    let at = commit(s, writing(&cell(1), 0, &[("v", Some(&large))])).unwrap();
    for round in 1..9 {
        s.sweep_blobs(later(round), DAY).unwrap();
    }
    let left: Vec<bool> = hashes.iter().map(|hash| s.blob(hash).unwrap().is_some()).collect();
    assert_eq!(left, [true, true, true, false, false]);
    assert!(at_view(s.read(&cell(1), at, &[key("v")]).unwrap())[0].is_some());
    remove(s, &cell(1), &["v"]);
    let gone: u64 = (10..13).map(|day| s.sweep_blobs(later(day), DAY).unwrap()).sum();
    assert_eq!(gone, 1, "the value's blob goes when the row is gone");
}

pub(crate) fn a_blob_that_is_put_again_is_spared(s: &Scratch) {
    let hash = s.put_blob(b"twice").unwrap();
    for day in 1..=2 {
        s.sweep_blobs(later(day), DAY).unwrap();
    }
    s.put_blob(b"twice").unwrap();
    assert_eq!(s.sweep_blobs(later(9), DAY), Ok(0), "somebody is about to name it");
    let body = format!(r#""{hash}""#);
    s.commit(Batch::new(Moment(1)).put(Record::new(Kind::Draft, "d", body), Expect::New)).unwrap();
    for day in 10..13 {
        assert_eq!(s.sweep_blobs(later(day), DAY), Ok(0));
    }
    assert!(s.blob(&hash).unwrap().is_some());
}
