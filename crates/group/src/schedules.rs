//! Schedules: ticks of the manifest and of scripts. They live in the store, survive restarts, and
//! a tick is acknowledged by the commit of the run it woke. Missed ticks run once.

use crate::admit::Wake;
use crate::clockwork;
use crate::desk::ScriptSchedule;
use crate::effects::{BUSY, REST};
use crate::group::Group;
use crate::invoke::Work;
use crate::records::{self, Found, Kept};
use crate::ticket::{Ack, Delete, Ticket};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::manifest::When;
use model::problem::{Kind as ProblemKind, Problem, Result};
use model::trigger::{Invocation, Trigger};
use model::{App, AppId, Chain, Ending, Moment, Receipt, RunId, Value, limit};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;
use store::{Batch, Expect, Kind, Page, Put, Record, Refused};

/// How long a claimed tick is left alone before it counts as lost: longer than any run may last.
const LEASE: Duration = Duration::from_secs(300);
/// An `after` this long begins a chain of its own, paid from the owner's day.
const NEW_CHAIN_SECONDS: u64 = 3600;

/// One schedule of an app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    pub app: AppId,
    /// Unique in the app; a script's schedule is replaced under the same name.
    pub name: String,
    /// The `at` function it runs.
    pub handler: String,
    pub when: When,
    pub slack_seconds: u64,
    /// Whether it stands in the manifest; the others were made by a script.
    pub manifest: bool,
    /// Whether it ticks again and again.
    pub again: bool,
    /// The arguments in the sandbox's encoding, base64.
    pub args: String,
    /// The moment of the next tick, without slack.
    pub tick: Moment,
    pub chain: Option<Chain>,
}

impl Schedule {
    /// When the next tick is due: its moment, moved by the group to spread its load.
    #[must_use]
    pub fn due(&self) -> Moment {
        self.tick.plus(clockwork::slack(self.app, &self.name, self.slack_seconds))
    }
}

impl Group {
    /// The schedules of an app.
    pub fn schedules(&self, app: AppId) -> Result<Vec<Schedule>> {
        let kept = records::load_of(&self.store, Kind::Schedule, &app.to_string())?;
        Ok(kept.into_iter().map(|kept| kept.it).collect())
    }

    /// Runs what is due; answers how many ticks there were. One that cannot be run does not stop
    /// the others: it stays claimed, and comes again when its lease is over.
    pub fn tick(&self, limit: usize) -> Result<usize> {
        let due = self.store.claim(Kind::Schedule, self.now(), LEASE, limit)?;
        let count = due.len();
        let mut first_problem = Ok(count);
        for record in due {
            let ticked = records::read(record).and_then(|kept| self.tick_one(&kept));
            first_problem = first_problem.and_then(|count| ticked.map(|()| count));
        }
        first_problem
    }

    fn tick_one(&self, kept: &Kept<Schedule>) -> Result<()> {
        let schedule = &kept.it;
        let run = run_of(schedule);
        let ack = self.acknowledge(kept)?;
        if self.lost_after_sending(run)? {
            // A request that may have changed something outside was sent: the owner decides.
            return self.keep_unless_stale(ack);
        }
        let args =
            STANDARD.decode(&schedule.args).ok().and_then(|bytes| sandbox::decode(&bytes).ok());
        let invocation = Invocation {
            app: schedule.app,
            trigger: Trigger::Schedule {
                name: schedule.handler.clone(),
                args: args.unwrap_or(Value::Nil),
            },
            by: None,
            chain: schedule.chain,
            draft: false,
        };
        match self.wake(Wake { invocation, ack, run: Some(run), for_all: false }) {
            Ok(_) => Ok(()),
            Err(problem) => self.not_now(kept, problem),
        }
    }

    /// What becomes of a tick whose run was not admitted.
    fn not_now(&self, kept: &Kept<Schedule>, problem: Problem) -> Result<()> {
        let schedule = &kept.it;
        let expect = Expect::Version(kept.version);
        let due = match problem.kind {
            // All who rest until midnight do not wake in the same second.
            ProblemKind::OverQuota => self.now().next_day().plus(spread(schedule)),
            ProblemKind::NotFound => {
                let id = schedule_id(schedule.app, schedule.manifest, &schedule.name);
                let deletes = vec![(Kind::Schedule, id, expect)];
                return self.keep_unless_stale(Ack { puts: vec![], deletes });
            }
            // The account has too much to do at this moment.
            ProblemKind::Conflict => self.now().plus(BUSY),
            // A failure of ours was acknowledged with the run, or comes again after the lease.
            ProblemKind::Internal => return Err(problem),
            _ => self.now().plus(REST),
        };
        let mut put = schedule_put(schedule, expect)?;
        put.record.due = Some(due);
        self.put_unless_stale(put)
    }

    /// Whether this very run was lost after it had sent something that may not be repeated.
    pub(crate) fn lost_after_sending(&self, run: RunId) -> Result<bool> {
        let receipt: Option<Kept<Receipt>> =
            records::load(&self.store, Kind::Receipt, &run.to_string())?;
        Ok(receipt.is_some_and(|receipt| receipt.it.ending == Ending::Lost))
    }

    /// What the run's commit writes to move the schedule on: only if nobody else claimed it since.
    fn acknowledge(&self, kept: &Kept<Schedule>) -> Result<Ack> {
        let expect = Expect::Version(kept.version);
        let next = if kept.it.again {
            clockwork::following(&kept.it.when, kept.it.tick, self.now())?
        } else {
            None
        };
        Ok(match next {
            Some(tick) => {
                let schedule = Schedule { tick, ..kept.it.clone() };
                Ack { puts: vec![schedule_put(&schedule, expect)?], deletes: vec![] }
            }
            None => {
                let id = schedule_id(kept.it.app, kept.it.manifest, &kept.it.name);
                Ack { puts: vec![], deletes: vec![(Kind::Schedule, id, expect)] }
            }
        })
    }

    fn keep_unless_stale(&self, ack: Ack) -> Result<()> {
        let batch = Batch { puts: ack.puts, deletes: ack.deletes, ..Batch::new(self.now()) };
        match self.store.commit(batch) {
            // Somebody else owns the tick by now.
            Ok(_) | Err(Refused::Stale { .. }) => Ok(()),
            Err(refused) => Err(refused.into()),
        }
    }

    /// What a run's script asked for, as writes beside its own.
    pub(crate) fn planned(&self, ticket: &Ticket, work: &Work, rest: Chain) -> Result<Planned> {
        let mut planned = Planned::default();
        let app = ticket.app.it.id;
        let mut rest = rest;
        for (name, asked) in &work.schedules {
            let Some(asked) = asked else {
                planned.deletes.push(schedule_id(app, false, name));
                continue;
            };
            if ticket.invocation.draft {
                planned.not.push(format!(
                    "at.{} is not planned by a draft; publish it, and it will be.",
                    asked.handler
                ));
                continue;
            }
            if !self.has_room(app, name)? {
                planned.not.push(format!(
                    "at.{} is not planned: the app has {} schedules; cancel some.",
                    asked.handler,
                    limit::SCHEDULES_PER_APP_MAX
                ));
                continue;
            }
            let chain = if asked.again || asked.seconds >= NEW_CHAIN_SECONDS {
                None
            } else {
                let Ok(child) = rest.child(rest.gas_left) else {
                    planned.not.push(format!(
                        "This chain of runs ends here, so at.{} is not planned: {}.",
                        asked.handler,
                        chain_end(&rest)
                    ));
                    continue;
                };
                rest.gas_left -= child.gas_left;
                Some(child)
            };
            let put = schedule_put(&script_schedule(ticket, name, asked, chain), Expect::Any)?;
            planned.puts.push(put.record);
        }
        Ok(planned)
    }

    /// Whether an app may have a schedule of this name: it has one, or not too many others.
    fn has_room(&self, app: AppId, name: &str) -> Result<bool> {
        let most = limit::SCHEDULES_PER_APP_MAX;
        let id = schedule_id(app, false, name);
        Ok(self.store.record(Kind::Schedule, &id)?.is_some()
            || self.store.of_owner(Kind::Schedule, &app.to_string(), &Page::first(most))?.len()
                < most)
    }

    /// The schedules of a new release in place of those of the old one.
    pub(crate) fn manifest_schedules(&self, app: &App) -> Result<(Vec<Put>, Vec<Delete>)> {
        let old = records::load_of::<Schedule>(&self.store, Kind::Schedule, &app.id.to_string())?;
        let gone = old.iter().filter(|kept| {
            kept.it.manifest && !app.manifest.schedules.iter().any(|new| new.name == kept.it.name)
        });
        let deletes = gone
            .map(|kept| (Kind::Schedule, schedule_id(app.id, true, &kept.it.name), Expect::Any))
            .collect();
        let mut puts = Vec::new();
        for new in &app.manifest.schedules {
            let same = old.iter().any(|kept| {
                kept.it.manifest
                    && kept.it.name == new.name
                    && kept.it.when == new.when
                    && kept.it.slack_seconds == new.slack_seconds
            });
            let Some(tick) = clockwork::next_tick(&new.when, self.now())? else { continue };
            if same {
                continue;
            }
            let schedule = Schedule {
                app: app.id,
                name: new.name.clone(),
                handler: new.name.clone(),
                when: new.when.clone(),
                slack_seconds: new.slack_seconds,
                manifest: true,
                again: true,
                args: String::new(),
                tick,
                chain: None,
            };
            puts.push(schedule_put(&schedule, Expect::Any)?);
        }
        Ok((puts, deletes))
    }
}

/// What a run planned: schedules to set, schedules to forget, and what is not planned, in words.
#[derive(Default)]
pub(crate) struct Planned {
    puts: Vec<Record>,
    deletes: Vec<String>,
    pub not: Vec<String>,
}

impl Planned {
    /// Adds it to what a run wants kept. A run may plan anew the very tick it acknowledges: then
    /// its plan counts, if the tick is still its own.
    pub(crate) fn add_to(self, batch: &mut Batch) {
        for record in self.puts {
            let expect = take_out(batch, &record.id).unwrap_or(Expect::Any);
            batch.puts.push(Put { record, expect });
        }
        for id in self.deletes {
            let expect = take_out(batch, &id).unwrap_or(Expect::Any);
            batch.deletes.push((Kind::Schedule, id, expect));
        }
    }
}

/// Takes a schedule out of a batch; answers what was expected of it.
fn take_out(batch: &mut Batch, id: &str) -> Option<Expect> {
    let is_put = |put: &Put| put.record.kind == Kind::Schedule && put.record.id == id;
    if let Some(place) = batch.puts.iter().position(is_put) {
        return Some(batch.puts.remove(place).expect);
    }
    let is_delete = |delete: &Delete| delete.0 == Kind::Schedule && delete.1 == id;
    let place = batch.deletes.iter().position(is_delete)?;
    Some(batch.deletes.remove(place).2)
}

/// Why a chain cannot go on, in words.
fn chain_end(rest: &Chain) -> String {
    if rest.depth + 1 > limit::CHAIN_DEPTH_MAX {
        format!("it is {} runs deep", rest.depth)
    } else {
        "it has used its budget".to_owned()
    }
}

/// A delay of at most `REST`, always the same for one schedule.
fn spread(schedule: &Schedule) -> Duration {
    clockwork::slack(schedule.app, &schedule.name, REST.as_secs())
}

fn script_schedule(
    ticket: &Ticket,
    name: &str,
    asked: &ScriptSchedule,
    chain: Option<Chain>,
) -> Schedule {
    Schedule {
        app: ticket.app.it.id,
        name: name.to_owned(),
        handler: asked.handler.clone(),
        when: When::Every { seconds: asked.seconds },
        slack_seconds: 0,
        manifest: false,
        again: asked.again,
        args: STANDARD.encode(sandbox::encode(&asked.args)),
        tick: ticket.now.plus(Duration::from_secs(asked.seconds)),
        chain,
    }
}

pub(crate) fn schedule_put(schedule: &Schedule, expect: Expect) -> Result<Put> {
    let found = Found {
        id: schedule_id(schedule.app, schedule.manifest, &schedule.name),
        owner: Some(schedule.app.to_string()),
        name: None,
        due: Some(schedule.due()),
    };
    records::put(Kind::Schedule, found, schedule, expect)
}

fn schedule_id(app: AppId, manifest: bool, name: &str) -> String {
    format!("{app}:{}:{name}", if manifest { "manifest" } else { "script" })
}

/// The id of the run that a tick wakes: the same however often the tick is claimed.
fn run_of(schedule: &Schedule) -> RunId {
    let digest = Sha256::digest(format!("{}:{}:{}", schedule.app, schedule.name, schedule.tick.0));
    let mut random = [0; model::id::RANDOM_BYTES];
    random.copy_from_slice(&digest[..model::id::RANDOM_BYTES]);
    RunId::new(schedule.tick, random)
}
