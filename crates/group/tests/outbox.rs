//! The life of effects: in order where order matters, tried again, given up, held back, told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use group::{Delivered, Delivery, End, GroupSettings, Incoming};
use model::{Account, App, EffectState, Ending, Intent, Level, Value, limit};
use std::sync::Arc;
use std::time::Duration;
use store::{Batch, Spend};
use testkit::{Place, world::ok};

const MAIN: &str = r#"
function view(ctx)
  return ui.page{ "Outbox", ui.text(store.get("heard", "nothing")) }
end
local function commit(repo, text)
  git.commit("https://git.example/" .. repo, { ["a.txt"] = text }, text:sub(1, 40))
end
function on.save(ctx, a) commit(a.repo, a.text) end
function on.slow(ctx) http.fetch("https://api.example/") commit("one", "slow") end
function on.two(ctx) commit("one", "first") commit("one", "second") commit("two", "other") end
function on.send(ctx)
  http.send{ url = "https://api.example/x", method = "PUT", headers = { accept = "text/plain" }, body = "hello" }
end
function done(ctx, e)
  store.set("heard", "done " .. e.what .. " " .. e.note .. " " ..
    tostring(e.status) .. " " .. tostring(e.body) .. " " .. tostring(e.headers and e.headers["x-id"]))
end
function failed(ctx, e) store.set("heard", "failed " .. e.note) end
"#;

struct Story {
    place: Place,
    ana: Account,
    app: App,
}

impl Story {
    fn begin() -> Story {
        let place = Place::new();
        let ana = place.person("ana", Level::Member);
        let app = place.app(&ana, "post-office", MAIN);
        place.allow(&ana, &app, "git.write", "https://git.example/");
        place.allow(&ana, &app, "http.fetch", "https://api.example/");
        Story { place, ana, app }
    }

    fn save(&self, repo: &str, text: &str) {
        let args = Value::map([("repo", Value::text(repo)), ("text", Value::text(text))]);
        let ran = self.place.press(&self.app, &self.ana, "save", args);
        assert_eq!(ran.ending, Ending::Done, "{}", ran.message);
    }

    fn press(&self, handler: &str) {
        let ran = self.place.press(&self.app, &self.ana, handler, Value::Nil);
        assert_eq!(ran.ending, Ending::Done, "{}", ran.message);
    }

    /// What may be carried out now.
    fn due(&self) -> Vec<Delivery> {
        self.place.group.due_effects(20).unwrap()
    }

    fn settle(&self, delivery: Delivery, end: End) {
        self.place.group.settle_effect(delivery, Delivered::new(end, "So it is.")).unwrap();
    }

    fn heard(&self) -> String {
        assert!(self.due().is_empty());
        self.place.page(&self.app, &self.ana).lines().last().unwrap().to_owned()
    }
}

/// The messages of commits, or the addresses of requests.
fn words(due: &[Delivery]) -> Vec<&str> {
    let word = |delivery: &'_ Delivery| match &delivery.effect.intent {
        Intent::GitCommit { message, .. } => message.clone(),
        Intent::HttpSend { url, .. } => url.clone(),
    };
    due.iter().map(word).map(|word| &*word.leak()).collect()
}

#[test]
fn commits_to_one_repository_go_one_after_the_other() {
    let story = Story::begin();
    story.press("two");
    story.save("one", "third");
    let mut due = story.due();
    assert_eq!(words(&due), ["first", "other"], "another repository does not wait");
    assert!(story.due().is_empty());
    story.settle(due.remove(0), End::Done);
    let mut due = story.due();
    assert_eq!(words(&due), ["second"], "in the order in which the run left them");
    story.settle(due.remove(0), End::Done);
    assert_eq!(words(&story.due()), ["third"]);
}

#[test]
fn a_newer_commit_waits_for_an_older_one_that_is_tried_again() {
    let story = Story::begin();
    story.save("one", "old");
    story.settle(story.due().remove(0), End::Later);
    story.save("one", "new");
    assert!(story.due().is_empty(), "the old one is not due, and the new one not first");
    story.place.world.pass(Duration::from_secs(31));
    let mut due = story.due();
    assert_eq!(words(&due), ["old"]);
    story.settle(due.remove(0), End::Failed);
    assert_eq!(words(&story.due()), ["new"], "what was given up holds nobody up");
}

#[test]
fn the_order_is_that_of_the_commits_whatever_the_clock_said() {
    let story = Arc::new(Story::begin());
    // The slow run begins first, and is kept last.
    let beside = story.clone();
    story.place.world.answers(move |_| {
        beside.place.world.pass(Duration::from_secs(1));
        beside.save("one", "quick");
        Ok(ok(""))
    });
    story.press("slow");
    let mut due = story.due();
    assert_eq!(words(&due), ["quick"]);
    let quick = due.remove(0);
    story.settle(quick, End::Done);
    let slow = &story.due()[0].effect;
    let quick = &story.place.group.effects(story.app.id).unwrap()[0];
    assert!(slow.at < quick.at && slow.after == Some(quick.id), "{slow:?}");
}

#[test]
fn a_late_word_about_what_somebody_else_took_up_is_dropped() {
    let story = Story::begin();
    story.save("one", "first");
    story.save("one", "second");
    let late = story.due().remove(0);
    story.place.world.pass(Duration::from_secs(200));
    let mut again = story.due();
    assert_eq!(words(&again), ["first"], "its lease has run out");
    story.settle(late, End::Done);
    assert!(story.due().is_empty());
    story.settle(again.remove(0), End::Done);
    assert_eq!(words(&story.due()), ["second"]);
}

#[test]
fn an_effect_is_tried_less_and_less_often_and_then_given_up() {
    let story = Story::begin();
    story.press("send");
    let mut waits = Vec::new();
    for attempt in 1..=limit::EFFECT_ATTEMPTS_MAX {
        let mut waited = 0;
        let delivery = loop {
            if let Some(delivery) = story.due().pop() {
                break delivery;
            }
            waited += 10;
            story.place.world.pass(Duration::from_secs(10));
        };
        waits.push(waited);
        assert_eq!(delivery.effect.attempts + 1, attempt);
        story.settle(delivery, End::Later);
    }
    assert_eq!(waits, [0, 30, 60, 120, 240, 480, 960, 1920]);
    assert_eq!(story.heard(), "failed given up after 8 tries: So it is.");
    let effect = &story.place.group.effects(story.app.id).unwrap()[0];
    assert_eq!((effect.state, effect.attempts), (EffectState::Failed, 8));
}

#[test]
fn the_answer_to_a_request_comes_back_as_done() {
    let story = Story::begin();
    story.press("send");
    let delivery = story.due().remove(0);
    assert_eq!(delivery.files["body"], b"hello");
    let answer = Incoming {
        status: 201,
        headers: vec![("x-id".into(), "7".into())],
        body: b"made".to_vec(),
    };
    let delivered =
        Delivered { answer: Some(answer), ..Delivered::new(End::Done, "Answered with 201.") };
    story.place.group.settle_effect(delivery, delivered).unwrap();
    let heard = story.heard();
    assert_eq!(heard, "done PUT https://api.example/x Answered with 201. 201 made 7");
    let effect = &story.place.group.effects(story.app.id).unwrap()[0];
    assert!(effect.answer.is_none(), "what was told is not kept any longer");
    assert!(matches!(&effect.intent, Intent::HttpSend { body: None, .. }));
}

#[test]
fn a_grant_that_was_taken_back_ends_the_effect_in_words() {
    let story = Story::begin();
    story.save("one", "text");
    for grant in story.place.group.grants(&story.app).unwrap() {
        story.place.group.take_back(&story.ana, &story.app, grant.id).unwrap();
    }
    assert!(story.due().is_empty());
    let heard = story.heard();
    assert!(heard.starts_with("failed git.write is not granted"), "{heard}");
}

#[test]
fn nothing_of_a_stopped_app_or_a_frozen_account_or_in_safe_mode_leaves() {
    let story = Story::begin();
    let group = &story.place.group;
    let admin = story.place.person("ada", Level::Admin);
    let minutes = || story.place.world.pass(Duration::from_secs(601));
    story.save("one", "text");
    group.stop_app(&admin, &story.app, Some("It floods the group.")).unwrap();
    assert!(story.due().is_empty());
    minutes();
    assert!(story.due().is_empty());
    group.stop_app(&admin, &story.app, None).unwrap();
    minutes();
    let delivery = story.due().remove(0);
    story.settle(delivery, End::Later);
    let safe = |safe_mode| {
        let settings = GroupSettings { safe_mode, ..group.settings().unwrap() };
        group.change_group(&admin, &settings).unwrap();
    };
    safe(true);
    minutes();
    assert!(story.due().is_empty());
    safe(false);
    group.freeze(&admin, &story.ana.handle, Some("A talk is needed.")).unwrap();
    assert!(story.due().is_empty());
    group.freeze(&admin, &story.ana.handle, None).unwrap();
    minutes();
    assert_eq!(words(&story.due()), ["text"]);
}

#[test]
fn effects_count_as_outside_requests_and_wait_for_the_next_day() {
    let story = Story::begin();
    let group = &story.place.group;
    let used = || group.usage(&story.ana).unwrap().requests;
    let max = used().max;
    // All but two of the day's requests are used up already.
    let spend = Spend {
        account: story.ana.id.to_string(),
        axis: "requests".into(),
        day: group.now().day(),
        amount: i64::try_from(max - 2).unwrap(),
        max,
    };
    group.store().commit(Batch::new(group.now()).spend(spend)).unwrap();
    for (repo, text) in [("one", "first"), ("two", "second"), ("three", "text")] {
        story.save(repo, text);
        story.place.world.pass(Duration::from_secs(1));
    }
    let due = story.due();
    assert_eq!(words(&due), ["first", "second"]);
    due.into_iter().for_each(|delivery| story.settle(delivery, End::Done));
    story.place.world.pass(Duration::from_secs(10));
    assert!(story.due().is_empty());
    assert_eq!(used().used, max);
    let effect = &group.effects(story.app.id).unwrap()[0];
    assert_eq!(effect.state, EffectState::Queued);
    assert!(effect.note.contains("it goes on at midnight UTC"), "{}", effect.note);
    story.place.world.pass(Duration::from_secs(24 * 3600));
    assert_eq!(words(&story.due()), ["text"]);
}

#[test]
fn a_deleted_app_leaves_nothing_to_carry_out() {
    let story = Story::begin();
    let other = story.place.app(&story.ana, "other", MAIN);
    story.place.allow(&story.ana, &other, "git.write", "https://git.example/");
    story.save("one", "gone");
    story.place.group.delete_app(&story.ana, &story.app).unwrap();
    let args = Value::map([("repo", Value::text("one")), ("text", Value::text("there"))]);
    story.place.press(&other, &story.ana, "save", args);
    assert_eq!(words(&story.due()), ["there"]);
}

#[test]
fn old_effects_are_forgotten_and_open_ones_are_not() {
    let story = Story::begin();
    story.save("one", "over");
    let delivery = story.due().remove(0);
    story.settle(delivery, End::Done);
    assert!(story.due().is_empty());
    story.save("two", "open");
    story.place.world.pass(limit::RECEIPT_LIFE + Duration::from_secs(1));
    story.place.group.sweep().unwrap();
    let left = story.place.group.effects(story.app.id).unwrap();
    assert_eq!(left.len(), 1);
    assert!(left[0].intent.words().contains("open"));
}

#[test]
fn a_draft_hears_of_its_own_effects() {
    let story = Story::begin();
    story.place.press_draft(&story.app, &story.ana, "send");
    let delivery = story.due().remove(0);
    story.settle(delivery, End::Done);
    assert_eq!(story.heard(), "nothing", "the release knows nothing of it");
    let receipts = story.place.group.receipts(&story.app, 10).unwrap();
    let told = receipts.iter().find(|receipt| receipt.trigger == "done").unwrap();
    assert_eq!((told.release.as_str(), told.ending), ("draft", Ending::Done), "{told:?}");
}

#[test]
fn contents_take_up_storage_until_the_effect_is_over() {
    let story = Story::begin();
    let used = || story.place.group.usage(&story.ana).unwrap().storage.used;
    let before = used();
    story.save("one", &"x".repeat(100_000));
    let with = used();
    assert!(with >= before + 100_000, "{before} {with}");
    let delivery = story.due().remove(0);
    story.settle(delivery, End::Done);
    assert!(used() < before + 1_000, "{before} {}", used());
    story.save("two", &"x".repeat(100_000));
    story.place.group.delete_app(&story.ana, &story.app).unwrap();
    assert_eq!(used(), 0);
}

#[test]
fn one_account_does_not_hold_all_carriers() {
    let story = Story::begin();
    for n in 0..5 {
        story.save(&format!("r{n}"), "text");
    }
    let ben = story.place.person("ben", Level::Member);
    let app = story.place.app(&ben, "other", MAIN);
    story.place.allow(&ben, &app, "git.write", "https://git.example/");
    story.place.world.pass(Duration::from_secs(1));
    let args = Value::map([("repo", Value::text("b")), ("text", Value::text("ben"))]);
    story.place.press(&app, &ben, "save", args);
    let due = story.due();
    let of_ben = due.iter().filter(|delivery| delivery.effect.app == app.id).count();
    assert_eq!((due.len(), of_ben), (3, 1));
    due.into_iter().for_each(|delivery| story.settle(delivery, End::Done));
    story.place.world.pass(Duration::from_secs(10));
    assert_eq!(story.due().len(), 2);
}

#[test]
fn contents_of_an_effect_that_is_over_are_swept() {
    let story = Story::begin();
    story.save("one", "a content of its own");
    let delivery = story.due().remove(0);
    let Intent::GitCommit { files, .. } = delivery.effect.intent.clone() else {
        panic!("a commit")
    };
    story.settle(delivery, End::Done);
    let group = &story.place.group;
    let there = || group.store().blob(&files["a.txt"]).unwrap().is_some();
    for _ in 0..3 {
        assert!(there(), "a day has to pass since it was first found unnamed");
        group.sweep_blobs().unwrap();
        story.place.world.pass(Duration::from_secs(13 * 3600));
    }
    group.sweep_blobs().unwrap();
    assert!(!there());
}
