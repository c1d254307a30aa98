//! Whether one account can take another one's time: a well-behaved app beside one that burns all it
//! may, and well-behaved clients among hostile ones.

use super::stage::{Place, Stage, User};
use super::toll::looks;
use super::{ROUNDS, median, verdict};
use crate::failure::Failure;
use serde::Serialize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What a well-behaved app does: it keeps a number and shows ten rows.
const PAGE: &str = r#"
function view(ctx)
  local n = store.get("n", 0)
  local rows = {}
  for i = 1, 10 do rows[i] = { name = "<row> & " .. i, n = n + i } end
  return ui.page{ "Ten rows", ui.table{ rows = rows, columns = {
    { key = "name", label = "Name" }, { key = "n", label = "Number", kind = "number" } } } }
end
"#;
/// What hostile apps do, a button each.
const HOSTILE: &str = r#"
function view(ctx) return ui.page{ "Hostile" } end
function on.burn() while true do end end
function on.grow() local t = {} while true do t[#t + 1] = ("x"):rep(100000) .. #t end end
function on.nest() local function f() return f() + 1 end f() end
function on.match() (("a"):rep(30000)):find((".-"):rep(30) .. "b") end
"#;
const BUTTONS: [&str; 4] = ["burn", "grow", "match", "nest"];
/// Runs that the burning account wants at once.
const BURNING: usize = 16;
/// Well-behaved and hostile clients: one in ten is hostile.
const BEHAVED: usize = 18;
const HOSTILES: usize = 2;
/// Accounts of the well-behaved clients.
const ACCOUNTS: usize = 3;
/// How long a person waits before the next look.
const PACE: Duration = Duration::from_millis(2);
/// The goals: how much longer the slowest hundredth may take, and how much must still be done.
const GOAL_SLOWER: f64 = 2.0;
const GOAL_DONE: f64 = 0.9;

/// The same measurement in peace and with others.
#[derive(Serialize)]
pub(super) struct Crowd {
    what: &'static str,
    unit: &'static str,
    alone: f64,
    beside: f64,
    ratio: f64,
    goal: f64,
    met: bool,
}

impl Crowd {
    /// The time of the slowest hundredth of one person's looks, by the clock.
    pub(super) fn beside_a_burner(round: Duration) -> Result<Crowd, Failure> {
        let stage = Stage::new(Place::Workers)?;
        let (ana, bob) = (stage.user("ana", PAGE)?, stage.user("bob", HOSTILE)?);
        let burners = vec![&bob; BURNING];
        let [alone, beside] = in_turns(&burners, &["burn"], || slowest(&ana, round))?;
        let what = "the slowest hundredth of looks, beside an account that burns all it may";
        Ok(Crowd::new(what, "µs", (alone, beside), GOAL_SLOWER, |ratio, goal| ratio <= goal))
    }

    /// The looks of well-behaved clients that never rest.
    pub(super) fn among_hostile(round: Duration) -> Result<Crowd, Failure> {
        let stage = Stage::new(Place::Workers)?;
        let users: Vec<User> = (0..ACCOUNTS)
            .map(|n| stage.user(&format!("user{n}"), PAGE))
            .collect::<Result<_, _>>()?;
        let mallory = stage.user("mallory", HOSTILE)?;
        let clients: Vec<&User> = users.iter().cycle().take(BEHAVED).collect();
        let hostiles = vec![&mallory; HOSTILES];
        let [alone, beside] = in_turns(&hostiles, &BUTTONS, || {
            Ok(looks(&clients, round)? as f64 / round.as_secs_f64())
        })?;
        let what = "looks of well-behaved clients, with one hostile client in ten";
        Ok(Crowd::new(what, "/s", (alone, beside), GOAL_DONE, |ratio, goal| ratio >= goal))
    }

    fn new(
        what: &'static str,
        unit: &'static str,
        (alone, beside): (f64, f64),
        goal: f64,
        is_met: fn(f64, f64) -> bool,
    ) -> Crowd {
        let ratio = beside / alone;
        Crowd { what, unit, alone, beside, ratio, goal, met: is_met(ratio, goal) }
    }

    pub(super) fn words(&self) -> String {
        let Crowd { what, unit, alone, beside, ratio, goal, met } = self;
        format!(
            "{what}\n  alone {alone:.0} {unit}, beside {beside:.0} {unit}: {ratio:.2} times; goal {goal}: {}\n",
            verdict(*met)
        )
    }
}

/// Measures in peace and while others press these buttons, in turns; answers the medians.
fn in_turns(
    others: &[&User],
    buttons: &[&str],
    measure: impl Fn() -> Result<f64, Failure>,
) -> Result<[f64; 2], Failure> {
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.push(measure()?);
        beside.push(while_they_press(others, buttons, &measure)?);
    }
    Ok([median(alone), median(beside)])
}

fn while_they_press(
    others: &[&User],
    buttons: &[&str],
    measure: impl Fn() -> Result<f64, Failure>,
) -> Result<f64, Failure> {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for (nth, other) in others.iter().enumerate() {
            let over = &over;
            scope.spawn(move || {
                for button in buttons.iter().cycle().skip(nth) {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    other.press(button);
                }
            });
        }
        let measured = measure();
        over.store(true, Ordering::Relaxed);
        measured
    })
}

/// Microseconds that the slowest hundredth of a person's looks take at least.
fn slowest(user: &User, round: Duration) -> Result<f64, Failure> {
    let begun = Instant::now();
    let mut times = Vec::new();
    while begun.elapsed() < round {
        let from = Instant::now();
        user.look()?;
        times.push(from.elapsed());
        thread::sleep(PACE);
    }
    times.sort_unstable();
    let place = times.len() * 99 / 100;
    Ok(times.get(place).map_or(f64::NAN, |time| time.as_secs_f64() * 1e6))
}
