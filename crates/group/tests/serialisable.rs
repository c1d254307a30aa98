//! Runs behave as if they came one after the other, however they interleave.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Ending, Level, Value};
use std::sync::Barrier;
use testkit::Place;

const BANK: &str = r#"
function view(ctx)
  local sum = 0
  for _, row in ipairs(store.list("account/")) do sum = sum + row.value end
  return ui.page{ "Bank", ui.text(tostring(sum)) }
end
function on.open(ctx, a) for i = 1, 8 do store.set("account/" .. i, 100) end end
function on.count(ctx) store.add("n") end
function on.move(ctx, a)
  local from, to = "account/" .. a.from, "account/" .. a.to
  local have = store.get(from)
  if have < a.amount then return end
  store.set(from, have - a.amount)
  store.set(to, store.get(to) + a.amount)
end
function on.audit(ctx)
  local sum = 0
  for _, row in ipairs(store.list("account/")) do sum = sum + row.value end
  store.add("audits/" .. sum)
end
"#;

/// The work of one of several threads.
fn storm(threads: usize, each: usize, work: impl Fn(usize, usize) + Sync) {
    let barrier = Barrier::new(threads);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (barrier, work) = (&barrier, &work);
            scope.spawn(move || {
                barrier.wait();
                (0..each).for_each(|n| work(thread, n));
            });
        }
    });
}

#[test]
fn no_update_is_lost_at_32_runs_at_once() {
    let place = Place::new();
    let ana = place.person("ana", Level::Admin);
    let app = place.app(&ana, "bank", BANK);
    storm(32, 6, |_, _| {
        assert_eq!(place.press(&app, &ana, "count", Value::Nil).ending, Ending::Done);
    });
    let cell = store::Cell::live(app.id);
    let at = place.group.store().head(&cell).unwrap();
    let keys = [store::Key::new("store", "n")];
    let store::Seen::At(rows) = place.group.store().read(&cell, at, &keys).unwrap() else {
        panic!("newer")
    };
    let value = sandbox::decode(&rows[0].as_ref().unwrap().value).unwrap();
    assert_eq!(value, Value::Int(32 * 6));
}

#[test]
fn a_look_sees_one_state_whatever_is_moved_beside_it() {
    let place = Place::new();
    let ana = place.person("ana", Level::Admin);
    let app = place.app(&ana, "bank", BANK);
    place.press(&app, &ana, "open", Value::Nil);
    storm(8, 15, |thread, n| {
        if thread.is_multiple_of(2) {
            let page = place.page(&app, &ana);
            assert!(page.ends_with("800"), "half a transfer: {page}");
        } else {
            let args = Value::map([
                ("from", Value::Int((n % 8 + 1) as i64)),
                ("to", Value::Int(((n + thread) % 8 + 1) as i64)),
                ("amount", Value::Int(7)),
            ]);
            assert_eq!(place.press(&app, &ana, "move", args).ending, Ending::Done);
        }
    });
}

#[test]
fn looking_flushes_nothing() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app(&ana, "bank", BANK);
    let looks = |count| (0..count).for_each(|_| drop(place.look(&app, Some(&ana))));
    let log = || std::fs::metadata(place.folder.path().join("group.db-wal")).unwrap().len();
    // Whoever begins to look draws some of the day's allowance; then it lasts for a while.
    looks(160);
    let before = log();
    looks(100);
    assert_eq!(log(), before);
    place.press(&app, &ana, "count", Value::Nil);
    assert!(log() > before, "writing does");
}

#[test]
fn transfers_and_audits_agree() {
    let place = Place::new();
    let ana = place.person("ana", Level::Admin);
    let app = place.app(&ana, "bank", BANK);
    place.press(&app, &ana, "open", Value::Nil);
    storm(8, 12, |thread, n| {
        let ran = if n % 4 == 3 {
            place.press(&app, &ana, "audit", Value::Nil)
        } else {
            let (from, to) = ((thread + n) % 8 + 1, (thread * 3 + n * 5) % 8 + 1);
            let args = Value::map([
                ("from", Value::Int(from as i64)),
                ("to", Value::Int(if to == from { to % 8 + 1 } else { to } as i64)),
                ("amount", Value::Int((n % 7 + 1) as i64)),
            ]);
            place.press(&app, &ana, "move", args)
        };
        assert_eq!(ran.ending, Ending::Done, "{}", ran.message);
    });
    // Every audit saw a whole state: all money, never half a transfer.
    let cell = store::Cell::live(app.id);
    let at = place.group.store().head(&cell).unwrap();
    let span = store::Span {
        space: "store".into(),
        prefix: "audits/".into(),
        after: None,
        limit: 100,
        reverse: false,
    };
    let store::Seen::At(rows) = place.group.store().scan(&cell, at, &span).unwrap() else {
        panic!("newer")
    };
    let keys: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["audits/800"]);
    assert_eq!(sandbox::decode(&rows[0].value).unwrap(), Value::Int(8 * 3));
}
