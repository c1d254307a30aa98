//! How many durable commits a second the store keeps at 1, 16 and 64 clients.
//!
//! A commit is what a writing run leaves: two keys read, three rows, a receipt, an effect and a
//! counter. The folder of temporary files decides which disk is measured.
// A client's thread has nobody to hand a failure to; it ends the program.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::Failure;
use model::{AppId, Moment};
use std::time::{Duration, Instant};
use store::{
    Batch, Cell, CellChange, Expect, Key, Kind, Record, Refused, Spend, StorageCharge, Store, Write,
};

/// How long each count of clients is measured.
const MEASURED: Duration = Duration::from_secs(3);
/// Bytes of a value, as in the design's own measurements.
const VALUE_BYTES: usize = 200;

pub(crate) fn print() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    println!("Durable commits, {} s each", MEASURED.as_secs());
    println!(
        "{:>8} {:>12} {:>10} {:>10} {:>14}",
        "clients", "commits/s", "p50 ms", "p99 ms", "commits/flush"
    );
    for clients in [1, 16, 64] {
        let store = Store::open(&folder.path().join(clients.to_string()))?;
        let mut waits = measure(&store, clients);
        waits.sort_unstable();
        let at = |share: usize| waits[(waits.len() - 1) * share / 100].as_secs_f64() * 1e3;
        let stats = store.stats()?;
        println!(
            "{clients:>8} {:>12.0} {:>10.2} {:>10.2} {:>14.1}",
            waits.len() as f64 / MEASURED.as_secs_f64(),
            at(50),
            at(99),
            stats.commits as f64 / stats.flushes as f64,
        );
    }
    println!();
    Ok(())
}

/// Lets clients commit until the time is over; returns how long each commit took.
fn measure(store: &Store, clients: u64) -> Vec<Duration> {
    let end = Instant::now() + MEASURED;
    std::thread::scope(|all| {
        let client = |number| move || one_client(store, number, end);
        let threads: Vec<_> = (0..clients).map(|number| all.spawn(client(number))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

fn one_client(store: &Store, number: u64, end: Instant) -> Vec<Duration> {
    let cell = Cell::live(AppId::new(Moment(i64::try_from(number).unwrap()), [0; 10]));
    let mut waits = Vec::new();
    for round in 0.. {
        let begun = Instant::now();
        if begun >= end {
            break;
        }
        let view = store.begin(&cell).unwrap();
        let keys = [Key::new("store", "count"), Key::new("store", "last")];
        store.read(&cell, view.at, &keys).unwrap();
        let change = CellChange {
            cell: cell.clone(),
            seen: view.at,
            keys_read: keys.to_vec(),
            spans_read: vec![],
            writes: writes(round),
            storage: Some(StorageCharge { account: format!("account {number}"), max: u64::MAX }),
        };
        match store.commit(batch(change, number, round)) {
            Ok(_) => waits.push(begun.elapsed()),
            Err(Refused::Conflict) => {}
            Err(other) => panic!("{other}"),
        }
    }
    waits
}

fn writes(round: u64) -> Vec<Write> {
    let item = format!("item/{}", round % 1_000);
    ["count", "last", &item]
        .map(|name| Write { key: Key::new("store", name), value: Some(vec![b'x'; VALUE_BYTES]) })
        .into()
}

fn batch(change: CellChange, number: u64, round: u64) -> Batch {
    let id = format!("{number:04}-{round:08}");
    let account = format!("account {number}");
    Batch::new(Moment(1))
        .change(change)
        .put(Record::new(Kind::Receipt, &id, r#"{"gas":1}"#).owned_by(&account), Expect::New)
        .put(Record::new(Kind::Effect, &id, "{}").owned_by(&account).due_at(Moment(9)), Expect::New)
        .spend(Spend { account, axis: "gas".into(), day: 1, amount: 7, max: u64::MAX })
}
