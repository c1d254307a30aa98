//! Schedules: of the manifest and of scripts, once and again, through restarts and new releases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Account, App, Files, Level, Moment, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use testkit::{Place, world::BEGIN};

const MAIN: &str = r#"
function view(ctx) return ui.page{ "Schedules", ui.text(store.get("said", "")) } end
local function say(text) store.set("said", store.get("said", "") .. text .. " ") end
function on.once(ctx) schedule.after("10m", "once:7", { text = "seven" }) end
function on.twice(ctx) schedule.after("10m", "once:7", { text = "later" }) end
function at.once(ctx, a) say(a.text) end
function on.every(ctx) schedule.every("10m", "every") end
function at.every(ctx) say("tick") if store.count("") > 0 and #store.get("said") > 12 then schedule.cancel("every") end end
function on.slower(ctx) schedule.every("10m", "slower") end
function at.slower(ctx) say("slow") schedule.every("1h", "slower") end
function on.stop(ctx) schedule.cancel("once:7") schedule.cancel("every") end
function at.morning(ctx) say(os.date("!%H:%M", ctx.now)) end
function at.hourly(ctx) say("hour") end
function on.many(ctx) for i = 1, 100 do schedule.after("2h", "once:" .. store.add("n"), { text = "" }) end end
"#;

struct Story {
    place: Place,
    ana: Account,
    app: App,
}

impl Story {
    fn begin(manifest: &str) -> Story {
        let place = Place::new();
        let ana = place.person("ana", Level::Member);
        let app =
            place.app_with(&ana, "schedules", &format!("share = \"public\"\n{manifest}"), MAIN);
        Story { place, ana, app }
    }

    fn press(&self, handler: &str) {
        let ran = self.place.press(&self.app, &self.ana, handler, Value::Nil);
        assert_eq!(ran.ending, model::Ending::Done, "{}", ran.message);
    }

    fn said(&self) -> String {
        let page = self.place.page(&self.app, &self.ana);
        page.lines().nth(1).unwrap_or_default().trim().to_owned()
    }
}

#[test]
fn a_one_shot_runs_once_with_its_arguments() {
    let story = Story::begin("");
    story.press("once");
    assert_eq!((story.place.minutes(9), story.said().as_str()), (0, ""));
    assert_eq!((story.place.minutes(60), story.said().as_str()), (1, "seven"));
    assert!(story.place.group.schedules(story.app.id).unwrap().is_empty());
}

#[test]
fn asking_again_under_a_name_replaces_and_cancelling_forgets() {
    let story = Story::begin("");
    story.press("once");
    story.place.minutes(5);
    story.press("twice");
    story.place.minutes(60);
    assert_eq!(story.said(), "later");
    story.press("once");
    story.press("every");
    story.press("stop");
    story.place.minutes(60);
    assert_eq!(story.said(), "later");
}

#[test]
fn a_tick_may_cancel_or_change_its_own_schedule() {
    let story = Story::begin("");
    story.press("every");
    story.place.minutes(100);
    assert_eq!(story.said(), "tick tick tick", "it cancelled itself");
    let story = Story::begin("");
    story.press("slower");
    assert_eq!(story.place.minutes(10 + 60 * 3), 4, "ten minutes, and then hours");
}

#[test]
fn cron_ticks_in_its_zone() {
    let story = Story::begin(
        "[[schedule]]\nname = \"morning\"\ncron = \"30 7 * * *\"\ntz = \"Asia/Kolkata\"",
    );
    // It is 03:04 UTC, and 08:34 in Kolkata: the next morning there is at 02:00 UTC.
    assert_eq!(story.place.minutes(60 * 24), 1);
    assert_eq!(story.said(), "02:00");
}

const HOURLY: &str = "[[schedule]]\nname = \"hourly\"\nevery = \"1h\"";

#[test]
fn missed_ticks_run_once_and_the_rhythm_stays() {
    let story = Story::begin(HOURLY);
    story.place.world.pass(Duration::from_secs(5 * 3600 + 600));
    let Story { place, ana, app } = story;
    let story = Story { place: place.reopened(), ana, app };
    assert_eq!(story.place.group.tick(10), Ok(1));
    assert_eq!(story.place.group.tick(10), Ok(0));
    assert_eq!(story.said(), "hour");
    let next = story.place.group.schedules(story.app.id).unwrap()[0].tick;
    assert_eq!(next, BEGIN.plus(Duration::from_secs(6 * 3600)), "the full hours since it began");
}

#[test]
fn slack_spreads_the_same_schedule_of_many_apps() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let manifest = format!("{HOURLY}\nslack = \"10m\"");
    let due: BTreeSet<Moment> = (0..12)
        .map(|n| {
            let app = place.app_with(&ana, &format!("app-{n}"), &manifest, MAIN);
            place.group.schedules(app.id).unwrap()[0].due()
        })
        .collect();
    assert!(due.len() > 6, "{due:?}");
    let hour = BEGIN.plus(Duration::from_secs(3600));
    assert!(due.iter().all(|due| (hour..=hour.plus(Duration::from_secs(600))).contains(due)));
    assert_eq!(place.minutes(60 - 1), 0, "never too early");
    assert_eq!(place.minutes(12), 12);
}

#[test]
fn a_tick_that_waits_for_its_slack_does_not_come_early_after_a_restart() {
    let story = Story::begin(&format!("{HOURLY}\nslack = \"30m\""));
    let due = story.place.group.schedules(story.app.id).unwrap()[0].due();
    story.place.world.pass(due.since(BEGIN) - Duration::from_secs(2));
    story.place.group.take_over().unwrap();
    assert_eq!(story.place.group.tick(10), Ok(0));
    story.place.world.pass(Duration::from_secs(2));
    assert_eq!(story.place.group.tick(10), Ok(1));
}

#[test]
fn a_tick_that_was_claimed_by_a_dead_server_runs_at_once() {
    let story = Story::begin(HOURLY);
    story.place.world.pass(Duration::from_secs(3600));
    let store = story.place.group.store();
    let now = story.place.group.now();
    let claimed = store.claim(store::Kind::Schedule, now, Duration::from_secs(300), 10).unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!(story.place.group.tick(10), Ok(0));
    let after = story.place.killed_now();
    assert_eq!(after.group.tick(10), Ok(1));
}

#[test]
fn a_new_release_keeps_what_is_the_same_and_forgets_what_is_gone() {
    let story = Story::begin(HOURLY);
    let publish = |manifest: &str| {
        let manifest = format!("name = \"schedules\"\n{manifest}\n");
        let files = BTreeMap::from([
            ("allotment.toml".to_owned(), manifest.into_bytes()),
            ("main.lua".to_owned(), MAIN.as_bytes().to_vec()),
        ]);
        let app = story.place.reload(&story.ana, &story.app);
        let files = Files::new(files).unwrap();
        let app = story.place.group.save_draft(&story.ana, &app, &files, None).unwrap();
        story.place.group.publish(&story.ana, &app, "next").unwrap();
        story.place.group.schedules(story.app.id).unwrap()
    };
    let first = story.place.group.schedules(story.app.id).unwrap();
    story.place.world.pass(Duration::from_secs(600));
    assert_eq!(publish(HOURLY), first, "the same schedule keeps its time");
    let changed = publish(&HOURLY.replace("1h", "2h"));
    assert_eq!(changed[0].tick, BEGIN.plus(Duration::from_secs(600 + 7200)));
    story.press("every");
    let left = publish("");
    assert_eq!(left.len(), 1, "what a script planned stays");
    assert_eq!(left[0].name, "every");
}

#[test]
fn an_app_plans_a_bounded_number() {
    let story = Story::begin("");
    for _ in 0..11 {
        story.press("many");
    }
    // What one run sets is counted together, so that the last one may go a little beyond.
    let count = story.place.group.schedules(story.app.id).unwrap().len();
    assert!((1_000..1_100).contains(&count), "{count}");
    let receipts = story.place.group.receipts(&story.app, 20).unwrap();
    let refused = "is not planned: the app has 1000 schedules";
    assert!(receipts.iter().any(|receipt| receipt.words().contains(refused)), "{receipts:?}");
}

#[test]
fn a_draft_plans_nothing_and_says_so() {
    let story = Story::begin("");
    let ran = story.place.press_draft(&story.app, &story.ana, "once");
    assert!(ran.receipt.words().contains("publish it, and it will be"), "{}", ran.receipt.words());
    assert!(story.place.group.schedules(story.app.id).unwrap().is_empty());
}
