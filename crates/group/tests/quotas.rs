//! Allowances are exact, however many runs spend them at once: all of it can be used, and not a
//! bit more. At four fifths people are warned; at the end the app rests, and says until when.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Account, App, Ending, Kind, Level, Problem, Value, limit};
use std::sync::Mutex;
use std::time::Duration;
use store::{Batch, Cell, Spend};
use testkit::{Place, world::ok};

const MAIN: &str = r#"
function view(ctx) return ui.page{ "Quotas" } end
function on.nothing(ctx) store.set("seen", true) end
function on.burn(ctx) local n = 0 for i = 1, 200000 do n = n + i end store.add("n") end
function on.fetch(ctx) http.fetch("https://outside.example/") end
function on.keep(ctx) store.set(random.id(), string.rep("x", 1000000)) end
function on.file(ctx) files.write(random.id(), random.bytes(1000000)) end
function at.hourly(ctx) store.add("ticks") end
"#;
const MANIFEST: &str = "share = \"public\"\n[[schedule]]\nname = \"hourly\"\nevery = \"1h\"";
/// Threads that press at once.
const THREADS: usize = 8;

struct Story {
    place: Place,
    eve: Account,
    app: App,
}

impl Story {
    fn begin() -> Story {
        let place = Place::new();
        let eve = place.person("eve", Level::New);
        let app = place.app_with(&eve, "quotas", MANIFEST, MAIN);
        place.allow(&eve, &app, "http.fetch", "https://outside.example/");
        place.world.answers(|_| Ok(ok("")));
        Story { place, eve, app }
    }

    /// Uses up all of a daily allowance but this much.
    fn leave(&self, axis: &str, rest: u64) {
        let allowance = limit::allowance(Level::New);
        let max = match axis {
            "gas" => allowance.gas_per_day,
            "runs" => allowance.runs_per_day,
            _ => allowance.requests_per_day,
        };
        let group = &self.place.group;
        let spend = Spend {
            account: self.eve.id.to_string(),
            axis: axis.into(),
            day: group.now().day(),
            amount: i64::try_from(max - rest).unwrap(),
            max,
        };
        group.store().commit(Batch::new(group.now()).spend(spend)).unwrap();
    }

    /// Presses from many threads until nobody gets anything any more; answers the runs, and what
    /// the last presses of all were told.
    fn press_until_refused(&self, handler: &str) -> (Vec<group::Ran>, Vec<Problem>) {
        let (rans, problems) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    loop {
                        match self.place.try_press(&self.app, &self.eve, handler) {
                            Ok(ran) if ran.ending == Ending::Done => rans.lock().unwrap().push(ran),
                            Ok(ran) => {
                                rans.lock().unwrap().push(ran);
                                return;
                            }
                            Err(problem) => return problems.lock().unwrap().push(problem),
                        }
                    }
                });
            }
        });
        (rans.into_inner().unwrap(), problems.into_inner().unwrap())
    }
}

#[test]
fn runs_are_counted_exactly() {
    let story = Story::begin();
    story.leave("runs", 300);
    let (rans, problems) = story.press_until_refused("nothing");
    assert_eq!((rans.len(), problems.len()), (300, THREADS));
    let usage = story.place.group.usage(&story.eve).unwrap();
    assert_eq!(usage.runs.used, usage.runs.max);
    assert!(problems.iter().all(|problem| problem.kind == Kind::OverQuota));
    let said = &problems[0].public;
    assert!(said.contains("runs is used up. It rests until tomorrow, midnight UTC"), "{said}");
    story.place.world.pass(Duration::from_secs(24 * 3600));
    assert!(story.place.try_press(&story.app, &story.eve, "nothing").is_ok());
}

#[test]
fn gas_is_charged_as_the_receipts_say_and_never_above_the_limit() {
    let story = Story::begin();
    story.leave("gas", 1_500_000_000);
    let (rans, problems) = story.press_until_refused("burn");
    let charged: u64 = rans.iter().map(|ran| ran.receipt.gas).sum();
    let usage = story.place.group.usage(&story.eve).unwrap().gas;
    assert_eq!(usage.used, usage.max - 1_500_000_000 + charged);
    assert!(charged <= 1_500_000_000, "{charged}");
    assert!(rans.len() > 10 && problems.len() + rans.len() > THREADS, "{}", rans.len());
    assert!(usage.is_high() && usage.percent() <= 100);
}

#[test]
fn outside_requests_are_counted_exactly() {
    let story = Story::begin();
    story.leave("requests", 60);
    let (rans, _) = story.press_until_refused("fetch");
    // Some were refused because too many waited at once; those have cost no request.
    let usage = || story.place.group.usage(&story.eve).unwrap().requests;
    let asked = story.place.world.requests() as u64;
    assert_eq!(usage().used, usage().max - 60 + asked);
    while usage().used < usage().max {
        assert_eq!(
            story.place.try_press(&story.app, &story.eve, "fetch").unwrap().ending,
            Ending::Done
        );
    }
    assert_eq!(story.place.world.requests(), 60);
    let last = story.place.press(&story.app, &story.eve, "fetch", Value::Nil);
    assert!(last.message.contains("outside requests are used up"), "{}", last.message);
    assert_eq!(story.place.world.requests(), 60);
    assert!(rans.iter().filter(|ran| ran.ending == Ending::Done).count() <= 60);
}

#[test]
fn storage_is_never_exceeded_and_comes_back() {
    for (handler, least) in [("keep", 18), ("file", 18)] {
        let story = Story::begin();
        let (rans, _) = story.press_until_refused(handler);
        let done = rans.iter().filter(|ran| ran.ending == Ending::Done).count();
        let storage = || story.place.group.usage(&story.eve).unwrap().storage;
        assert!(done >= least && storage().used <= storage().max, "{done} {:?}", storage());
        assert!(storage().used >= done as u64 * 1_000_000);
        let refused = rans.iter().find(|ran| ran.ending != Ending::Done).unwrap();
        assert!(refused.message.contains("storage"), "{}", refused.message);
        let kept = story.place.group.store().bytes_of(&Cell::live(story.app.id)).unwrap();
        assert!(kept <= storage().used);
        story.place.group.delete_app(&story.eve, &story.app).unwrap();
        assert_eq!(storage().used, 0, "what is deleted counts no longer");
    }
}

#[test]
fn who_has_used_four_fifths_is_warned() {
    let story = Story::begin();
    story.leave("runs", 401);
    let usage = || story.place.group.usage(&story.eve).unwrap();
    assert!(!usage().runs.is_high());
    for _ in 0..2 {
        story.place.press(&story.app, &story.eve, "nothing", Value::Nil);
    }
    assert!(usage().runs.is_high());
    assert_eq!(usage().wakes, story.place.group.now().next_day());
}

#[test]
fn a_tick_of_a_resting_app_comes_when_it_wakes() {
    let story = Story::begin();
    story.leave("runs", 0);
    story.place.world.pass(Duration::from_secs(3_600));
    assert_eq!(story.place.group.tick(10), Ok(1), "it is put off");
    story.place.world.pass(Duration::from_secs(3_600));
    assert_eq!(story.place.group.tick(10), Ok(0));
    let midnight = story.place.group.now().next_day();
    let until = midnight.since(story.place.group.now());
    story.place.world.pass(until + Duration::from_secs(601));
    assert_eq!(story.place.group.tick(10), Ok(1));
    let receipts = story.place.group.receipts(&story.app, 10).unwrap();
    assert_eq!(receipts.len(), 1, "the missed ticks run once");
}
