//! A server that is killed in the middle of a run: the run begins again by itself, unless it had
//! sent something outside that may not be sent twice. Then its owner reads of it, and decides.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use group::{Delivered, End};
use model::{Account, App, Ending, Level, Value};
use std::sync::{Arc, Mutex};
use testkit::{Place, world::ok};

const MAIN: &str = r#"
local function ask(method) http.fetch{ url = "https://outside.example/" .. method, method = method } end
function view(ctx) return ui.page{ "Lost", ui.text(tostring(store.get("n", 0))) } end
function at.get(ctx) ask("GET") store.add("n") end
function at.post(ctx) ask("POST") store.add("n") end
function on.send(ctx) http.send{ url = "https://outside.example/" } end
function done(ctx, effect) ask(store.get("how", "GET")) store.add("n") end
function on.posting(ctx) store.set("how", "POST") end
"#;

fn tick_manifest(name: &str) -> String {
    format!("share = \"public\"\n[[schedule]]\nname = \"{name}\"\nevery = \"1h\"")
}

struct Story {
    place: Arc<Place>,
    ana: Account,
    app: App,
    /// What is left of the server that was killed while it waited for an answer.
    killed: Arc<Mutex<Option<Place>>>,
}

impl Story {
    fn begin(manifest: &str) -> Story {
        let place = Arc::new(Place::new());
        let ana = place.person("ana", Level::Member);
        let app = place.app_with(&ana, "lost", manifest, MAIN);
        place.allow(&ana, &app, "http.fetch", "https://outside.example/");
        Story { place, ana, app, killed: Arc::default() }
    }

    /// The next request finds the server killed before the answer arrives.
    fn killed_while(&self, work: impl Fn(&Place)) -> Place {
        let (place, killed) = (self.place.clone(), self.killed.clone());
        self.place.world.answers(move |_| {
            killed.lock().unwrap().get_or_insert_with(|| place.killed_now());
            Ok(ok(""))
        });
        work(&self.place);
        self.killed.lock().unwrap().take().expect("it waited for an answer")
    }

    fn n(&self, place: &Place) -> String {
        place.page(&self.app, &self.ana).lines().last().unwrap().to_owned()
    }
}

/// Runs a tick; answers the server that was started after a kill in the middle of it.
fn tick_killed(name: &str) -> (Story, Place) {
    let story = Story::begin(&tick_manifest(name));
    story.place.world.pass(std::time::Duration::from_secs(3_600));
    let after = story.killed_while(|place| assert_eq!(place.group.tick(10), Ok(1)));
    (story, after)
}

#[test]
fn a_tick_that_only_looked_outside_runs_again() {
    let (story, after) = tick_killed("get");
    assert_eq!(story.n(&after), "0");
    assert_eq!(after.group.tick(10), Ok(1));
    assert_eq!(story.n(&after), "1");
    assert_eq!(after.group.tick(10), Ok(0), "once");
}

/// WASM-035: only what is safe to repeat is repeated.
#[test]
fn a_tick_that_had_sent_something_does_not_run_again_and_says_so() {
    let (story, after) = tick_killed("post");
    let asked = after.world.requests();
    assert_eq!(after.group.tick(10), Ok(1), "it is looked at");
    assert_eq!((after.world.requests(), story.n(&after).as_str()), (asked, "0"));
    let receipt = &after.group.receipts(&story.app, 10).unwrap()[0];
    assert_eq!(receipt.ending, Ending::Lost);
    assert!(receipt.words().contains("It is not repeated by itself"), "{}", receipt.words());
    after.world.pass(std::time::Duration::from_secs(3_600));
    after.world.answers(|_| Ok(ok("")));
    assert_eq!(after.group.tick(10), Ok(1));
    assert_eq!(story.n(&after), "1", "the next tick comes at its time");
}

/// Hears of an effect; answers the server that was started after a kill in the middle of it.
fn told_killed(how: &str) -> (Story, Place) {
    let story = Story::begin("share = \"public\"");
    if how == "POST" {
        story.place.press(&story.app, &story.ana, "posting", Value::Nil);
    }
    story.place.press(&story.app, &story.ana, "send", Value::Nil);
    let delivery = story.place.group.due_effects(1).unwrap().remove(0);
    story.place.group.settle_effect(delivery, Delivered::new(End::Done, "Answered.")).unwrap();
    let after = story.killed_while(|place| assert!(place.group.due_effects(1).unwrap().is_empty()));
    (story, after)
}

#[test]
fn an_app_that_did_not_hear_the_end_hears_it_again() {
    let (story, after) = told_killed("GET");
    assert!(after.group.due_effects(1).unwrap().is_empty());
    assert_eq!(story.n(&after), "1");
    assert!(after.group.due_effects(1).unwrap().is_empty());
    assert_eq!(story.n(&after), "1", "once");
}

#[test]
fn an_app_that_had_sent_something_when_it_heard_the_end_does_not_hear_it_again() {
    let (story, after) = told_killed("POST");
    let asked = after.world.requests();
    assert!(after.group.due_effects(1).unwrap().is_empty());
    assert_eq!((after.world.requests(), story.n(&after).as_str()), (asked, "0"));
    let receipts = after.group.receipts(&story.app, 10).unwrap();
    assert!(receipts.iter().any(|receipt| receipt.ending == Ending::Lost), "{receipts:?}");
}

#[test]
fn a_run_that_came_to_its_end_is_not_lost() {
    let story = Story::begin(&tick_manifest("post"));
    story.place.world.pass(std::time::Duration::from_secs(3_600));
    story.place.world.answers(|_| Ok(ok("")));
    assert_eq!(story.place.group.tick(10), Ok(1));
    let receipt = &story.place.group.receipts(&story.app, 10).unwrap()[0];
    assert_eq!(receipt.ending, Ending::Done, "{}", receipt.words());
}
