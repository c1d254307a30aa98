//! What a jailed worker adds to a run: the poll's page through the whole walk, once in this process
//! and once in workers, with one client and with many.

use super::stage::{Place, Stage, User};
use super::{ROUNDS, median, verdict};
use crate::failure::Failure;
use serde::Serialize;
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const POLL: &str = include_str!("../../../../../examples/poll/main.lua");
/// Accounts, so that no account's share is in the way; each has as many clients.
const ACCOUNTS: usize = 4;
/// Looks in a round with one client.
const LOOKS: u32 = 1_000;
/// The goals of the design, in microseconds.
const GOAL_IDLE: f64 = 60.0;
const GOAL_LOADED: f64 = 20.0;

/// Microseconds of one look.
#[derive(Serialize)]
pub(super) struct Toll {
    idle_here: f64,
    idle_worker: f64,
    /// Of all processors together, when none has a rest.
    loaded_here: f64,
    loaded_worker: f64,
}

impl Toll {
    pub(super) fn measure(round: Duration) -> Result<Toll, Failure> {
        let (here, workers) = (Stage::new(Place::Here)?, Stage::new(Place::Workers)?);
        let users = [users(&here)?, users(&workers)?];
        let (mut idle, mut loaded) = ([vec![], vec![]], [vec![], vec![]]);
        for _ in 0..ROUNDS {
            for place in 0..2 {
                idle[place].push(one_by_one(&users[place][0])?);
            }
            for place in 0..2 {
                loaded[place].push(all_at_once(&users[place], round)?);
            }
        }
        let ([idle_here, idle_worker], [loaded_here, loaded_worker]) =
            (idle.map(median), loaded.map(median));
        Ok(Toll { idle_here, idle_worker, loaded_here, loaded_worker })
    }

    pub(super) fn words(&self) -> String {
        let row = |name: &str, here: f64, worker: f64, goal: f64| {
            let more = worker - here;
            format!(
                "{name:<32}{here:>10.0}{worker:>10.0}{more:>+9.0}   goal +{goal:.0}: {}\n",
                verdict(more <= goal)
            )
        };
        let clients = ACCOUNTS * ACCOUNTS;
        format!(
            "A view of the poll, µs; {ROUNDS} rounds in turns, medians\n{:<32}{:>10}{:>10}{:>9}\n{}{}",
            "",
            "here",
            "worker",
            "more",
            row("one client, by the clock", self.idle_here, self.idle_worker, GOAL_IDLE),
            row(
                &format!("{clients} clients, of processors"),
                self.loaded_here,
                self.loaded_worker,
                GOAL_LOADED
            ),
        )
    }
}

fn users(stage: &Stage) -> Result<Vec<User>, Failure> {
    (0..ACCOUNTS).map(|n| stage.user(&format!("user{n}"), POLL)).collect()
}

/// Microseconds of a look, by the clock.
fn one_by_one(user: &User) -> Result<f64, Failure> {
    let begun = Instant::now();
    for _ in 0..LOOKS {
        user.look()?;
    }
    Ok(begun.elapsed().as_secs_f64() * 1e6 / f64::from(LOOKS))
}

/// Microseconds that the processors have for a look when clients never wait before the next.
fn all_at_once(users: &[User], round: Duration) -> Result<f64, Failure> {
    let clients: Vec<&User> = users.iter().cycle().take(users.len() * ACCOUNTS).collect();
    let begun = Instant::now();
    let looks = looks(&clients, round)?;
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    Ok(begun.elapsed().as_secs_f64() * 1e6 * processors as f64 / looks as f64)
}

/// How many pages come while all of these look again and again.
pub(super) fn looks(clients: &[&User], round: Duration) -> Result<u64, Failure> {
    let (over, count) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        let look = |user: &User| -> Result<(), Failure> {
            while !over.load(Ordering::Relaxed) {
                user.look()?;
                count.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        };
        let all: Vec<_> = clients.iter().map(|user| scope.spawn(move || look(user))).collect();
        thread::sleep(round);
        over.store(true, Ordering::Relaxed);
        all.into_iter().try_for_each(|one| one.join().unwrap_or(Ok(())))
    })?;
    Ok(count.load(Ordering::Relaxed))
}
