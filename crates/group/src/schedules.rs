//! Schedules: ticks of the manifest and of scripts. They live in the store, survive restarts, and
//! a tick is acknowledged by the commit of the run it woke. Missed ticks run once.

use crate::admit::Wake;
use crate::clockwork;
use crate::desk::ScriptSchedule;
use crate::group::Group;
use crate::invoke::Work;
use crate::records::{self, Found, Kept};
use crate::ticket::{Ack, Delete, Ticket};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::manifest::When;
use model::problem::{Kind as ProblemKind, Result};
use model::trigger::{Invocation, Trigger};
use model::{App, AppId, Chain, Ending, Moment, Receipt, RunId, Value};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;
use store::{Batch, Expect, Kind, Put};

/// How long a claimed tick is left alone before it counts as lost: longer than any run may last.
const LEASE: Duration = Duration::from_secs(300);
/// When a resting, stopped or safe-mode app's tick is tried again.
const REST: Duration = Duration::from_secs(600);
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

impl Group {
    /// The schedules of an app.
    pub fn schedules(&self, app: AppId) -> Result<Vec<Schedule>> {
        let kept = records::load_of(&self.store, Kind::Schedule, &app.to_string())?;
        Ok(kept.into_iter().map(|kept| kept.it).collect())
    }

    /// Runs what is due; answers how many ticks there were.
    pub fn tick(&self, limit: usize) -> Result<usize> {
        let due = self.store.claim(Kind::Schedule, self.now(), LEASE, limit)?;
        let count = due.len();
        for record in due {
            self.tick_one(&records::read(record)?)?;
        }
        Ok(count)
    }

    fn tick_one(&self, kept: &Kept<Schedule>) -> Result<()> {
        let schedule = &kept.it;
        let run = run_of(schedule);
        if self.lost_after_sending(run)? {
            // A request that may have changed something outside was sent: the owner decides.
            return self.postpone(kept, None);
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
        let ack = self.acknowledge(kept)?;
        match self.wake(Wake { invocation, ack, run: Some(run) }) {
            Ok(_) => Ok(()),
            Err(problem) if problem.kind == ProblemKind::OverQuota => {
                self.postpone(kept, Some(self.now().next_day()))
            }
            Err(problem) if problem.kind == ProblemKind::NotFound => self.forget(kept),
            Err(_) => self.postpone(kept, Some(self.now().plus(REST))),
        }
    }

    /// Whether this very run was lost after it had sent something that may not be repeated.
    fn lost_after_sending(&self, run: RunId) -> Result<bool> {
        let receipt: Option<Kept<Receipt>> =
            records::load(&self.store, Kind::Receipt, &run.to_string())?;
        Ok(receipt.is_some_and(|receipt| receipt.it.ending == Ending::Lost))
    }

    /// What the run's commit writes to move the schedule on: only if nobody else claimed it since.
    fn acknowledge(&self, kept: &Kept<Schedule>) -> Result<Ack> {
        let expect = Expect::Version(kept.version);
        let next =
            if kept.it.again { clockwork::next_tick(&kept.it.when, self.now())? } else { None };
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

    /// Moves a tick without a run: to a moment, or past this tick.
    fn postpone(&self, kept: &Kept<Schedule>, to: Option<Moment>) -> Result<()> {
        let ack = self.acknowledge(kept)?;
        let puts = match to {
            Some(due) => {
                let mut put = schedule_put(&kept.it, Expect::Version(kept.version))?;
                put.record.due = Some(due);
                vec![put]
            }
            None => ack.puts,
        };
        let deletes = if to.is_some() { vec![] } else { ack.deletes };
        self.store.commit(Batch { puts, deletes, ..Batch::new(self.now()) })?;
        Ok(())
    }

    fn forget(&self, kept: &Kept<Schedule>) -> Result<()> {
        let id = schedule_id(kept.it.app, kept.it.manifest, &kept.it.name);
        self.store.commit(Batch::new(self.now()).delete(Kind::Schedule, id, Expect::Any))?;
        Ok(())
    }

    /// What a run's script asked for, as writes beside its own.
    pub(crate) fn schedule_changes(
        &self,
        ticket: &Ticket,
        work: &Work,
        rest: Chain,
    ) -> Result<(Vec<Put>, Vec<Delete>)> {
        let (mut puts, mut deletes) = (Vec::new(), Vec::new());
        let app = ticket.app.it.id;
        let mut rest = rest;
        for (name, asked) in &work.schedules {
            let Some(asked) = asked else {
                let id = schedule_id(app, false, name);
                deletes.push((Kind::Schedule, id, Expect::Any));
                continue;
            };
            let chain = if asked.again || asked.seconds >= NEW_CHAIN_SECONDS {
                None
            } else {
                // Without budget for another run the chain ends here, as it must.
                let Ok(child) = rest.child(rest.gas_left) else { continue };
                rest.gas_left -= child.gas_left;
                Some(child)
            };
            puts.push(schedule_put(&script_schedule(ticket, name, asked, chain), Expect::Any)?);
        }
        Ok((puts, deletes))
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
    let slack = clockwork::slack(schedule.app, &schedule.name, schedule.slack_seconds);
    let found = Found {
        id: schedule_id(schedule.app, schedule.manifest, &schedule.name),
        owner: Some(schedule.app.to_string()),
        name: None,
        due: Some(schedule.tick.plus(slack)),
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
