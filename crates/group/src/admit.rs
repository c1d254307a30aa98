//! `admit`: may this run begin, and with how much? The answer is a `Ticket`, or a problem in words.

use crate::answers::Answers;
use crate::group::Group;
use crate::ledger::{Allowed, Axis, Borrowed, resting};
use crate::records::{Kept, load, load_of};
use crate::ticket::{Ack, Spent, Ticket};
use model::limit::{self, RunLimits};
use model::manifest::Share;
use model::problem::{Kind as ProblemKind, Problem, Result};
use model::trigger::{Invocation, Person, Trigger};
use model::{Account, App, Chain, Grant, Level, RunId, sabotage};
use store::Kind;

/// What wakes a run and with what: what a door made, and the work it acknowledges.
pub(crate) struct Wake {
    pub invocation: Invocation,
    pub ack: Ack,
    /// The same work has the same run id, so that a lost run is recognised.
    pub run: Option<RunId>,
    /// Whether the run is told of nobody, since what it shows is for all who may look.
    pub for_all: bool,
}

impl Group {
    /// Checks account, sanctions, grants, quota and chain, and takes the budget.
    pub(crate) fn admit(&self, wake: Wake) -> Result<Ticket> {
        let Wake { invocation, ack, run, for_all } = wake;
        let app = self.app(invocation.app)?;
        let owner = self.account(app.it.owner)?;
        self.may_run(&app.it, &owner.it, &invocation)?;
        let limits = limits_of(&invocation.trigger);
        let now = self.now();
        let run = run.unwrap_or_else(|| self.new_run_id());
        let chain_gas = invocation.chain.map_or(limits.gas, |chain| chain.gas_left.min(limits.gas));
        let grants = load_of::<Grant>(&self.store, Kind::Grant, &app.it.id.to_string())?;
        let program = self.program(&app.it, invocation.draft)?;
        if invocation.draft {
            // A release was compiled and paid when it was published.
            self.pay_for_compiling(&owner.it, &program)?;
        }
        let release = match (&app.it.release, invocation.draft) {
            (Some(id), false) => id.to_string(),
            _ => "draft".to_owned(),
        };
        let owner_id = owner.it.id;
        let may_wait = !in_background(&invocation.trigger);
        let (allowed, budget) = self.take_budget(&owner.it, chain_gas, may_wait)?;
        let chain = match invocation.chain {
            Some(chain) => Chain { gas_left: budget, ..chain },
            None => Chain::begin(self.new_chain_id(), budget),
        };
        Ok(Ticket {
            invocation,
            run,
            app,
            owner,
            program,
            release,
            guest: self.sandbox.guest_hash().to_owned(),
            engine: self.sandbox.engine_version().to_owned(),
            limits,
            budget,
            allowed,
            chain,
            now,
            seed: self.random(),
            grants: grants.into_iter().filter(|grant| grant.it.holds_at(now)).collect(),
            ack,
            spent: Spent::default(),
            answers: Answers::default(),
            behind: self.slots.is_behind(owner_id, now),
            for_all,
        })
    }

    /// Takes one run and its gas from the owner's day. With little left a run gets what is left.
    fn take_budget(&self, owner: &Account, gas: u64, may_wait: bool) -> Result<(Allowed, u64)> {
        let now = self.now();
        let runs = self.allowed(owner, Axis::Runs);
        let taken = self.ledger.take(&self.store, runs, 1, 1, now)?;
        if taken.is_none() && !sabotage::off("allowance") {
            return Err(resting(runs, now.next_day()));
        }
        let allowed = self.allowed(owner, Axis::Gas);
        let amount = (limit::RUN_GAS_MIN.min(gas), gas);
        let problem = match self.ledger.borrow(&self.store, allowed, amount, may_wait, now)? {
            Borrowed::Some(budget) => return Ok((allowed, budget)),
            Borrowed::NotNow => busy(),
            Borrowed::UsedUp => resting(allowed, now.next_day()),
        };
        self.ledger.give_back(runs, 1);
        Err(problem)
    }

    /// Whether anything forbids this app to run for this person.
    fn may_run(&self, app: &App, owner: &Account, invocation: &Invocation) -> Result<()> {
        if self.settings()?.safe_mode && !sabotage::off("safe-mode") {
            return Err(Problem::forbidden(
                "The group is in safe mode: its pages work, and people's apps rest until an admin ends it.",
            ));
        }
        if let Some(why) = &app.stopped {
            return Err(Problem::forbidden(format!(
                "An admin stopped this app: {why} Its data is kept; ask an admin of the group."
            )));
        }
        if owner.frozen.is_some() {
            return Err(Problem::forbidden(
                "The account of this app's owner is frozen, so the app rests.",
            ));
        }
        may_use(app, invocation.by.as_ref(), invocation.draft, &invocation.trigger)
    }

    /// What an account may use of one axis now.
    pub(crate) fn allowed(&self, account: &Account, axis: Axis) -> Allowed {
        let allowance = limit::allowance(account.level);
        let max = match axis {
            Axis::Gas => allowance.gas_per_day,
            Axis::Runs => allowance.runs_per_day,
            Axis::Requests => allowance.requests_per_day,
        };
        // A visitor has one allowance for life, so that midnight brings no second one.
        let day = if account.level == Level::Visitor { store::TOTAL } else { self.now().day() };
        Allowed { account: account.id, axis, day, max }
    }

    /// Loads an app by id.
    pub(crate) fn app(&self, id: model::AppId) -> Result<Kept<App>> {
        load(&self.store, Kind::App, &id.to_string())?.ok_or_else(no_app)
    }
}

/// The problem of an account with so many runs at once that another one must come later.
pub(crate) fn busy() -> Problem {
    Problem::new(
        ProblemKind::Conflict,
        "The apps of this account have very much to do at the moment. Try again in a few seconds.",
    )
}

/// Whether nobody waits for the answer of such a run.
fn in_background(trigger: &Trigger) -> bool {
    trigger.is_own()
}

/// The problem of an app that is not there, or that the asker may not know of.
pub(crate) fn no_app() -> Problem {
    Problem::not_found(
        "There is no such app here, or it is not shared with you. Look in the list of apps.",
    )
}

/// Whether a person may use an app at all. Who may not, hears that it does not exist.
pub(crate) fn may_use(
    app: &App,
    by: Option<&Person>,
    draft: bool,
    trigger: &Trigger,
) -> Result<()> {
    let is_owner = by.is_some_and(|person| person.id == app.owner);
    let inner = in_background(trigger);
    let allowed = match app.manifest.share {
        _ if is_owner || inner => true,
        _ if draft => false,
        _ if app.release.is_none() => false,
        Share::Private => false,
        Share::Group | Share::Federated => by.is_some(),
        Share::Public => true,
    };
    if allowed || sabotage::off("visibility") { Ok(()) } else { Err(no_app()) }
}

/// The limits of a run, by what woke it.
fn limits_of(trigger: &Trigger) -> RunLimits {
    match trigger {
        Trigger::View { .. } => limit::VIEW,
        Trigger::Action { .. } | Trigger::Serve(_) | Trigger::Document { .. } => limit::ACTION,
        Trigger::Schedule { .. } | Trigger::Done { .. } | Trigger::Failed { .. } => {
            limit::BACKGROUND
        }
        Trigger::Migrate { .. } | Trigger::Check => limit::MIGRATE,
    }
}
