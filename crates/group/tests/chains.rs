//! Causal chains: what a run causes goes on in its chain, on a part of its budget, and ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use group::{Delivered, End};
use model::{Ending, Level, Receipt, Value, limit};
use std::collections::BTreeSet;
use testkit::Place;

const MAIN: &str = r#"
function view(ctx) return ui.page{ "Chains" } end
function on.soon(ctx) schedule.after("1m", "soon") end
function at.soon(ctx) schedule.after("1m", "soon") end
function on.later(ctx) schedule.after("1h", "later") end
function at.later(ctx) schedule.after("1h", "later") end
function on.again(ctx) schedule.every("1m", "again") end
function at.again(ctx) store.add("again") end
function on.send(ctx) http.send{ url = "https://outside.example/" } end
function done(ctx, effect) http.send{ url = "https://outside.example/" } end
function on.both(ctx)
  schedule.after("1m", "one:1") schedule.after("1m", "one:2")
  http.send{ url = "https://outside.example/" }
end
function at.one(ctx) end
"#;

/// The receipts of an app, oldest first.
fn receipts(place: &Place, app: &model::App) -> Vec<Receipt> {
    let mut receipts = place.group.receipts(app, 500).unwrap();
    receipts.sort_by_key(|receipt| (receipt.at, receipt.chain.depth));
    receipts
}

fn story() -> (Place, model::Account, model::App) {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app(&ana, "chains", MAIN);
    place.allow(&ana, &app, "http.fetch", "https://outside.example/");
    (place, ana, app)
}

/// Whether each run of a chain had at most half of what the one before it had left.
fn halves(receipts: &[Receipt]) {
    for (depth, pair) in receipts.windows(2).enumerate() {
        assert_eq!(pair[0].chain.id, pair[1].chain.id);
        assert_eq!(pair[1].chain.depth as usize, depth + 1);
        let left = pair[0].chain.gas_left - pair[0].gas;
        assert!(pair[1].chain.gas_left <= left / 2, "{} of {left}", pair[1].chain.gas_left);
    }
}

#[test]
fn an_alarm_that_rearms_itself_within_the_hour_ends_and_says_so() {
    let (place, ana, app) = story();
    place.press(&app, &ana, "soon", Value::Nil);
    place.minutes(60);
    let receipts = receipts(&place, &app);
    assert!(receipts.len() > 3 && receipts.len() <= limit::CHAIN_DEPTH_MAX as usize + 1);
    halves(&receipts);
    let last = receipts.last().unwrap();
    assert_eq!(last.ending, Ending::Done);
    assert!(last.words().contains("This chain of runs ends here, so at.soon"), "{}", last.words());
    assert!(place.group.schedules(app.id).unwrap().is_empty());
}

#[test]
fn an_alarm_of_an_hour_begins_anew_each_time() {
    let (place, ana, app) = story();
    place.press(&app, &ana, "later", Value::Nil);
    place.minutes(60 * 20 + 5);
    let receipts = receipts(&place, &app);
    assert_eq!(receipts.len(), 21);
    let chains: BTreeSet<String> = receipts.iter().map(|it| it.chain.id.to_string()).collect();
    assert_eq!(chains.len(), 21);
    assert!(receipts.iter().all(|receipt| receipt.chain.depth == 0));
}

#[test]
fn each_tick_of_every_begins_a_chain() {
    let (place, ana, app) = story();
    place.press(&app, &ana, "again", Value::Nil);
    place.minutes(30);
    let receipts = receipts(&place, &app);
    assert_eq!(receipts.len(), 31);
    assert!(receipts.iter().all(|receipt| receipt.chain.depth == 0));
}

#[test]
fn an_app_that_answers_itself_through_outside_ends() {
    let (place, ana, app) = story();
    place.press(&app, &ana, "send", Value::Nil);
    let mut sent = 0;
    loop {
        let due = place.group.due_effects(10).unwrap();
        if due.is_empty() {
            break;
        }
        for delivery in due {
            sent += 1;
            place.group.settle_effect(delivery, Delivered::new(End::Done, "Answered.")).unwrap();
        }
    }
    let receipts = receipts(&place, &app);
    assert!(sent > 3 && sent <= limit::CHAIN_DEPTH_MAX as usize + 1, "{sent}");
    // The last one had no budget left for a run that hears of it.
    assert_eq!(receipts.len(), sent);
    halves(&receipts);
}

#[test]
fn what_a_run_causes_shares_what_it_left() {
    let (place, ana, app) = story();
    let ran = place.press(&app, &ana, "both", Value::Nil);
    let left = ran.receipt.chain.gas_left - ran.receipt.gas;
    let effect = place.group.effects(app.id).unwrap()[0].chain.unwrap();
    let mut parts = vec![effect.gas_left];
    let schedules = place.group.schedules(app.id).unwrap();
    parts.extend(schedules.iter().map(|schedule| schedule.chain.unwrap().gas_left));
    assert_eq!(parts.len(), 3);
    assert_eq!(parts[0], left / 2, "at most half");
    assert!(parts.iter().sum::<u64>() <= left, "{parts:?} of {left}");
}
