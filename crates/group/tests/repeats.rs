//! A run that others overtook goes again, as if for the first time: the same time, the same chance,
//! the same answers from outside. What its attempts cost is summed up and stays below its limit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Account, App, Ending, Level, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;
use testkit::{Place, world::ok};

/// Each handler reads `n`, and then asks outside while others change it.
const MAIN: &str = r#"
local function ask(what) return http.fetch("https://outside.example/" .. what).body end
function view(ctx) return ui.page{ "Repeats", ui.text(tostring(store.get("n", 0))) } end
function on.bump(ctx) store.add("n") end
function on.once(ctx)
  local n = store.get("n", 0)
  local said = ask("once/" .. random.id() .. "/" .. ctx.now)
  store.set("n", n + 10)
  return { said = said }
end
function on.changes_its_mind(ctx)
  ask("first")
  local n = store.get("n", 0)
  ask("seen/" .. n)
  ask("last")
  store.set("n", n + 10)
end
function on.never_content(ctx)
  local n = store.get("n", 0)
  ask("attempt/" .. n)
  store.set("n", n + 100)
end
function on.dear(ctx)
  local n = store.get("n", 0)
  for i = 1, 2000000 do n = n + 0 end
  ask("dear/" .. n)
  store.set("n", n + 1)
end
"#;

struct Story {
    place: Arc<Place>,
    ana: Account,
    app: App,
}

impl Story {
    fn begin() -> Story {
        let place = Arc::new(Place::new());
        let ana = place.person("ana", Level::Member);
        let app = place.app(&ana, "repeats", MAIN);
        place.allow(&ana, &app, "http.fetch", "https://outside.example/");
        Story { place, ana, app }
    }

    /// Somebody else presses `bump`, in a thread of their own.
    fn bump(&self) -> impl Fn() -> std::thread::JoinHandle<()> + Send + Sync + use<> {
        let (place, ana, app) = (self.place.clone(), self.ana.clone(), self.app.clone());
        move || {
            let (place, ana, app) = (place.clone(), ana.clone(), app.clone());
            std::thread::spawn(move || {
                assert_eq!(place.press(&app, &ana, "bump", Value::Nil).ending, Ending::Done);
            })
        }
    }

    /// Others bump while a request that contains this text is answered for the first time.
    fn bumped_once_while(&self, text: &'static str) {
        let bump = self.bump();
        let done = AtomicBool::new(false);
        self.place.world.answers(move |request| {
            if request.url.contains(text) && !done.swap(true, Ordering::SeqCst) {
                bump().join().unwrap();
            }
            Ok(ok("hello"))
        });
    }

    /// Others bump while any request is answered, at most `times`.
    fn bumped_while_waiting(&self, times: usize) {
        let bump = self.bump();
        let count = AtomicUsize::new(0);
        self.place.world.answers(move |_| {
            if count.fetch_add(1, Ordering::SeqCst) < times {
                bump().join().unwrap();
            }
            Ok(ok(""))
        });
    }

    fn asked(&self) -> Vec<String> {
        let asked = self.place.world.asked.lock().unwrap();
        asked.iter().map(|request| request.url.replace("https://outside.example/", "")).collect()
    }

    fn n(&self) -> String {
        self.place.page(&self.app, &self.ana).lines().last().unwrap().to_owned()
    }

    fn press(&self, handler: &str) -> group::Ran {
        self.place.press(&self.app, &self.ana, handler, Value::Nil)
    }
}

#[test]
fn a_repeat_keeps_time_and_chance_and_asks_nobody_twice() {
    let story = Story::begin();
    story.bumped_once_while("once");
    let ran = story.press("once");
    assert_eq!((ran.ending, ran.receipt.attempts), (Ending::Done, 2), "{}", ran.message);
    // Another time or another chance would have made another address.
    assert_eq!(story.asked().len(), 1, "{:?}", story.asked());
    assert_eq!(ran.answer.get("said"), Some(&Value::text("hello")));
    assert_eq!(story.n(), "11");
}

#[test]
fn the_first_other_request_drops_the_answers_behind_it() {
    let story = Story::begin();
    story.bumped_once_while("last");
    let ran = story.press("changes_its_mind");
    assert_eq!((ran.ending, ran.receipt.attempts), (Ending::Done, 2), "{}", ran.message);
    assert_eq!(story.asked(), ["first", "seen/0", "last", "seen/1", "last"]);
    assert_eq!(story.n(), "11");
}

#[test]
fn after_five_repeats_a_run_goes_alone() {
    let story = Story::begin();
    let bump = story.bump();
    let (tell, told) = channel();
    let count = AtomicUsize::new(0);
    story.place.world.answers(move |_| {
        let other = bump();
        if count.fetch_add(1, Ordering::SeqCst) < 6 {
            other.join().unwrap();
        } else {
            // The other one must stand still until this run is over. If it does not, it is over
            // long before this wait is.
            let (gone, waits) = channel();
            let tell = tell.clone();
            std::thread::spawn(move || {
                other.join().unwrap();
                let _ = gone.send(());
                let _ = tell.send(());
            });
            assert!(waits.recv_timeout(Duration::from_millis(300)).is_err(), "it is not alone");
        }
        Ok(ok(""))
    });
    let ran = story.press("never_content");
    assert_eq!((ran.ending, ran.receipt.attempts), (Ending::Done, 7), "{}", ran.message);
    let attempts: Vec<String> = (0..7).map(|n| format!("attempt/{n}")).collect();
    assert_eq!(story.asked(), attempts);
    told.recv().unwrap();
    assert_eq!(story.n(), "107", "six bumps, the run, and the one that had to wait");
}

#[test]
fn all_attempts_are_paid_and_never_more_than_the_limit() {
    let story = Story::begin();
    let used = || story.place.group.usage(&story.ana).unwrap().gas.used;
    let before = used();
    story.bumped_while_waiting(0);
    let single = story.press("dear");
    assert_eq!(single.ending, Ending::Done, "{}", single.message);
    let single = single.receipt.gas;
    story.bumped_while_waiting(1);
    let double = story.press("dear");
    assert_eq!(double.receipt.attempts, 2);
    let twice = double.receipt.gas;
    assert!(twice > single * 19 / 10 && twice < single * 21 / 10, "{single} and {twice}");
    assert!(double.receipt.words().contains("2 attempts"), "{}", double.receipt.words());
    // So many attempts do not fit into the limit of one run.
    story.bumped_while_waiting(100);
    let last = story.press("dear");
    assert_eq!(last.ending, Ending::OutOfGas, "{}", last.message);
    assert!(last.receipt.attempts > 2 && last.receipt.gas == 1_000_000_000, "{:?}", last.receipt);
    let receipts = story.place.group.receipts(&story.app, 100).unwrap();
    let charged: u64 = receipts.iter().map(|receipt| receipt.gas).sum();
    assert_eq!(used() - before, charged, "what receipts say is what was taken");
}
