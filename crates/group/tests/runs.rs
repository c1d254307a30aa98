//! What a run keeps, what it does not, and what it costs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use group::{Allowing, Delivered, End, Unreached, UnreachedKind};
use model::{EffectState, Ending, Level, Value};
use std::time::Duration;
use testkit::{Place, world::ok};

const NOTES: &str = r#"
function view(ctx) return ui.page{ "Notes", ui.text(tostring(store.get("n", 0))) } end
function on.add(ctx) print("adding") store.add("n") end
function on.fail(ctx) store.add("n") error("no") end
function on.burn(ctx) store.add("n") while true do end end
function on.mine(ctx) me.add("n") return { me = me.get("n") } end
function on.peek(ctx) view = nil return ui.toast "seen" end
"#;

#[test]
fn a_run_that_did_not_end_well_keeps_nothing_but_its_receipt() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app(&ana, "notes", NOTES);
    assert_eq!(place.press(&app, &ana, "add", Value::Nil).ending, Ending::Done);
    for (handler, ending) in
        [("fail", Ending::Stopped), ("burn", Ending::OutOfGas), ("none", Ending::Stopped)]
    {
        let ran = place.press(&app, &ana, handler, Value::Nil);
        assert_eq!(ran.ending, ending, "{handler}: {}", ran.message);
    }
    let shown = place.look(&app, None).answer;
    assert_eq!(
        shown.get("parts").unwrap().items()[1].get("parts").unwrap().items()[0],
        Value::text("1")
    );
    let receipts = place.group.receipts(&app, 10).unwrap();
    assert_eq!(receipts.len(), 4, "{receipts:?}");
    assert!(receipts.iter().all(|receipt| receipt.gas > 0 && receipt.gas <= 1_000_000_000));
    let log = place.group.log(app.id, 10).unwrap();
    assert!(log.iter().any(|entry| entry.printed == ["adding"]));
    assert!(log.iter().any(|entry| entry.message.contains("main.lua:4: no")), "{log:?}");
}

#[test]
fn looking_never_writes() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app(&ana, "notes", "function view(ctx) store.set('a', 1) end");
    let ran = place.look(&app, Some(&ana));
    assert_eq!(ran.ending, Ending::Stopped);
    assert!(ran.message.contains("looking changes nothing"), "{}", ran.message);
}

#[test]
fn people_do_not_see_each_others_part() {
    let place = Place::new();
    let (ana, ben) = (place.person("ana", Level::Member), place.person("ben", Level::New));
    let app = place.app(&ana, "notes", NOTES);
    for (who, n) in [(&ana, 1), (&ana, 2), (&ben, 1)] {
        assert_eq!(
            place.press(&app, who, "mine", Value::Nil).answer.get("me"),
            Some(&Value::Int(n))
        );
    }
}

#[test]
fn gas_of_a_day_is_never_exceeded() {
    let place = Place::new();
    let eve = place.person("eve", Level::New);
    let app = place.app(&eve, "notes", NOTES);
    let burn = || {
        let trigger = model::Trigger::Action {
            handler: "burn".into(),
            args: Value::Nil,
            form: [].into(),
            files: vec![],
            path: "/".into(),
            query: [].into(),
            nonce: None,
        };
        place.group.invoke(model::Invocation {
            app: app.id,
            trigger,
            by: Some(group::person(&eve)),
            chain: None,
            draft: false,
        })
    };
    let mut charged = 0;
    let problem = loop {
        match burn() {
            Ok(ran) => charged += ran.receipt.gas,
            Err(problem) => break problem,
        }
    };
    assert_eq!(problem.kind, model::Kind::OverQuota);
    let usage = place.group.usage(&eve).unwrap();
    assert!(charged <= 5_000_000_000 && usage.gas.used <= usage.gas.max, "{charged} {usage:?}");
    assert!(usage.gas.is_high());
    place.world.pass(Duration::from_secs(24 * 3600));
    assert!(burn().is_ok(), "a new day, a new allowance");
}

const FEED: &str = r#"
settings{ feed = { "Feed to keep", kind = "url", default = "https://blog.example/feed.xml" },
          repo = { "Push to", kind = "git", default = "https://git.example/ana/feeds.git" } }
function at.hourly(ctx)
  local page = http.fetch(settings.feed)
  local sum = hash.sha256(page.body)
  if page.status ~= 200 or sum == store.get("last") then return end
  store.set("last", sum)
  git.commit(settings.repo, { ["feed.xml"] = page.body }, "Saved " .. time.date(ctx.now))
end
function view(ctx) return ui.page{ "Feed", ui.text("Last saved " .. (store.changed("last") or "never")) } end
function on.save(ctx) at.hourly(ctx) end
function failed(ctx, effect) store.set("failed", effect.note) end
function done(ctx, effect) store.add("done") end
"#;
const FEED_MANIFEST: &str = "[[schedule]]\nname = \"hourly\"\nevery = \"1h\"\n[[want]]\nverb = \"http.fetch\"\nobject = \"settings.feed\"\nwhy = \"x\"\n[[want]]\nverb = \"git.write\"\nobject = \"settings.repo\"\nwhy = \"x\"";

fn allow(
    place: &Place,
    ana: &model::Account,
    app: &model::App,
    verb: &str,
    object: &str,
    setting: &str,
) {
    let allowing = Allowing {
        verb: verb.into(),
        object: object.into(),
        setting: Some(setting.into()),
        ..Allowing::default()
    };
    place.group.allow(ana, app, allowing).unwrap();
}

#[test]
fn a_feed_is_fetched_and_committed_only_by_grant() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app_with(&ana, "feed-to-git", FEED_MANIFEST, FEED);
    place.world.answers(|_| Ok(ok("<rss/>")));
    let refused = place.press(&app, &ana, "save", Value::Nil);
    assert_eq!(refused.ending, Ending::Refused, "{}", refused.message);
    assert!(refused.message.contains("http.fetch is not granted"), "{}", refused.message);
    assert_eq!(place.world.requests(), 0);
    allow(&place, &ana, &app, "http.fetch", "https://blog.example/feed.xml", "feed");
    assert_eq!(place.press(&app, &ana, "save", Value::Nil).ending, Ending::Refused);
    allow(&place, &ana, &app, "git.write", "https://git.example/ana/feeds.git", "repo");
    let ran = place.press(&app, &ana, "save", Value::Nil);
    assert_eq!(ran.ending, Ending::Done, "{}", ran.message);
    let due = place.group.due_effects(10).unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].files["feed.xml"], b"<rss/>");
    assert!(place.group.due_effects(10).unwrap().is_empty(), "claimed is claimed");
    for delivery in due {
        place.group.settle_effect(delivery, Delivered::new(End::Done, "pushed")).unwrap();
    }
    place.group.due_effects(10).unwrap();
    assert_eq!(place.group.effects(app.id).unwrap()[0].state, EffectState::Done);
    assert_eq!(place.press(&app, &ana, "save", Value::Nil).ending, Ending::Done);
    assert!(place.group.due_effects(10).unwrap().is_empty(), "an unchanged feed makes no commit");
}

#[test]
fn schedules_tick_survive_restarts_and_miss_nothing_twice() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app_with(&ana, "feed-to-git", FEED_MANIFEST, FEED);
    allow(&place, &ana, &app, "http.fetch", "https://blog.example/feed.xml", "feed");
    allow(&place, &ana, &app, "git.write", "https://git.example/ana/feeds.git", "repo");
    place.world.answers(|_| Ok(ok("one")));
    assert_eq!(place.group.tick(10).unwrap(), 0);
    place.world.pass(Duration::from_secs(3_600));
    assert_eq!(place.group.tick(10).unwrap(), 1);
    assert_eq!(place.group.tick(10).unwrap(), 0);
    place.world.pass(Duration::from_secs(5 * 3_600));
    let place = place.reopened();
    place.world.answers(|_| Err(Unreached::new(UnreachedKind::Later, "nobody")));
    assert_eq!(place.group.tick(10).unwrap(), 1, "five missed ticks run once");
    assert_eq!(place.group.tick(10).unwrap(), 0);
    let receipts = place.group.receipts(&app, 10).unwrap();
    assert_eq!(receipts.len(), 2);
}

#[test]
fn a_new_account_fetches_what_it_typed_and_pushes_nothing() {
    let place = Place::new();
    let eve = place.person("eve", Level::New);
    let app = place.app_with(&eve, "feed-to-git", FEED_MANIFEST, FEED);
    place.world.answers(|_| Ok(ok("one")));
    allow(&place, &eve, &app, "http.fetch", "https://blog.example/feed.xml", "feed");
    let push = Allowing {
        verb: "git.write".into(),
        object: "https://git.example/r".into(),
        ..Allowing::default()
    };
    let problem = place.group.allow(&eve, &app, push).unwrap_err();
    assert!(problem.public.contains("vouch"), "{}", problem.public);
}

#[test]
fn a_receipt_names_what_ran_and_says_it_in_words() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app(&ana, "notes", NOTES);
    let ran = place.press(&app, &ana, "add", Value::Nil);
    let receipt = place.group.receipt(&app, ran.receipt.run).unwrap();
    assert_eq!(receipt.release, app.release.as_ref().unwrap().to_string());
    assert_eq!(receipt.guest, place.group.sandbox().guest_hash());
    assert_eq!(receipt.engine, place.group.sandbox().engine_version());
    assert_eq!(receipt.price_table, group::capability::PRICE_TABLE);
    assert_eq!((receipt.trigger.as_str(), receipt.by.as_deref()), ("on.add", Some("@ana")));
    assert_eq!((receipt.attempts, receipt.chain.depth), (1, 0));
    assert!(receipt.bytes_written > 0 && receipt.causes["store.add"].count == 1);
    assert!(receipt.words().starts_with("on.add: done, "), "{}", receipt.words());
    let gas = model::receipt::grouped(receipt.gas);
    assert!(receipt.words().contains(&gas), "{}", receipt.words());
    let burnt = place.press(&app, &ana, "burn", Value::Nil).receipt;
    assert!(burnt.words().contains("out of gas, 1\u{202f}000\u{202f}000\u{202f}000 gas"));
}

#[test]
fn a_look_that_fails_leaves_a_receipt_and_one_that_does_not_leaves_none() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app(
        &ana,
        "notes",
        "function view(ctx) if ctx.me then error('no') end return ui.page{ 'x' } end",
    );
    place.look(&app, None);
    assert!(place.group.receipts(&app, 10).unwrap().is_empty());
    place.look(&app, Some(&ana));
    assert_eq!(place.group.receipts(&app, 10).unwrap()[0].ending, Ending::Stopped);
    assert_eq!(place.group.total(app.id, place.group.now().day()).unwrap().runs, 2);
}

#[test]
fn logs_last_a_week_and_receipts_a_month() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app(&ana, "notes", NOTES);
    place.press(&app, &ana, "add", Value::Nil);
    let left = || {
        place.group.sweep().unwrap();
        let log = place.group.log(app.id, 10).unwrap().len();
        (log, place.group.receipts(&app, 10).unwrap().len())
    };
    let day = Duration::from_secs(24 * 3600);
    place.world.pass(day * 6);
    assert_eq!(left(), (1, 1));
    place.world.pass(day * 2);
    assert_eq!(left(), (0, 1));
    place.world.pass(day * 23);
    assert_eq!(left(), (0, 0));
}

#[test]
fn the_top_level_only_declares() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let files = |call: &str| {
        let main = format!("{call}\nfunction view(ctx) return ui.page{{ 'x' }} end");
        let manifest = b"name = \"eager\"".to_vec();
        let files = [("allotment.toml".into(), manifest), ("main.lua".into(), main.into_bytes())];
        model::Files::new(files.into()).unwrap()
    };
    let name = model::Name::parse("eager").unwrap();
    let app = place.group.create_app(&ana, name, &files("local n = 1")).unwrap();
    for call in
        ["store.set('a', 1)", "http.fetch('https://a.example/')", "random.id()", "time.now()"]
    {
        let app = place.reload(&ana, &app);
        let app = place.group.save_draft(&ana, &app, &files(call), None).unwrap();
        let refused = place.group.publish(&ana, &app, "").unwrap_err().public;
        assert!(refused.contains("only declares"), "{call}: {refused}");
        let ran = place.press_draft(&app, &ana, "any");
        assert!(ran.message.contains("only declares"), "{call}: {}", ran.message);
    }
}

#[test]
fn nobody_runs_in_safe_mode() {
    let place = Place::new();
    let (ana, ada) = (place.person("ana", Level::Member), place.person("ada", Level::Admin));
    let app = place.app(&ana, "safe", "function on.go(ctx) end function view() end");
    for safe_mode in [false, true, false] {
        let settings = group::GroupSettings { safe_mode, ..place.group.settings().unwrap() };
        place.group.change_group(&ada, &settings).unwrap();
        assert_eq!(place.try_press(&app, &ana, "go").is_err(), safe_mode);
    }
}
