//! The one walk: admit, run, commit. Everything that wakes an app goes through here.

use crate::admit::{Wake, busy};
use crate::commit::Kept;
use crate::desk::Desk;
use crate::dice::Dice;
use crate::given::Given;
use crate::group::Group;
use crate::host::Bench;
use crate::ledger::Axis;
use crate::printed::Printed;
use crate::reads::Reads;
use crate::ticket::{Ack, Ticket};
use crate::{ctx, documents, parse, setting_values, uploads};
use model::problem::Result;
use model::trigger::{Invocation, Trigger};
use model::{Ending, Receipt, Value, limit};
use sandbox::{Outcome, Run};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::PoisonError;
use std::time::Duration;

/// A run that is over and, if it ended well, kept.
#[derive(Clone, Debug)]
pub struct Ran {
    pub ending: Ending,
    /// What the script's function returned; `Nil` unless the run is done.
    pub answer: Value,
    /// The error with the script's own file, line and stack; empty when done.
    pub message: String,
    pub receipt: Receipt,
    /// What it printed.
    pub printed: Vec<String>,
    /// What it has read, if it only looked.
    pub reads: Reads,
}

/// Attempts of a run that only looks, and whose view is overtaken again and again while it reads.
const RESTARTS_MAX: u32 = 100;

impl Group {
    /// Runs an app for what arrived: admit, run, commit.
    pub fn invoke(&self, invocation: Invocation) -> Result<Ran> {
        self.wake(Wake { invocation, ack: Ack::default(), run: None, for_all: false })
    }

    /// Runs an app, and acknowledges the work that woke it in the same commit.
    pub(crate) fn wake(&self, wake: Wake) -> Result<Ran> {
        let mut ticket = self.admit(wake)?;
        let owner = &ticket.owner.it;
        let Some(_place) = self.slots.compute(owner.id, owner.level, self.now()) else {
            self.give_up(&ticket);
            return Err(busy());
        };
        let turn = self.turns.of(ticket.app.it.id);
        loop {
            // Looking needs no turn: what it saw is one consistent state whatever happens beside it.
            let alone = ticket.spent.attempts > limit::REPEATS_MAX;
            let _alone = (ticket.writes() && alone)
                .then(|| turn.write().unwrap_or_else(PoisonError::into_inner));
            let _beside = (ticket.writes() && !alone)
                .then(|| turn.read().unwrap_or_else(PoisonError::into_inner));
            match self.attempt(ticket)? {
                Kept::Over(ran) => return Ok(*ran),
                Kept::Overtaken(again) => ticket = *again,
            }
        }
    }

    /// One attempt: a consistent view, the run, the commit.
    fn attempt(&self, mut ticket: Ticket) -> Result<Kept> {
        let view = match self.store.begin(&ticket.cell()) {
            Ok(view) => view,
            Err(problem) => {
                self.give_up(&ticket);
                return Err(problem);
            }
        };
        let answers = std::mem::take(&mut ticket.answers).again();
        let mut desk = self.desk(&ticket, view, answers);
        let outcome = self.run(&ticket, &mut desk);
        self.habits.learn(&ticket, std::mem::take(&mut desk.looked), &desk.large);
        // A run whose worker died is repeated once, unless it may have changed something outside.
        let again = outcome.ending == Ending::Lost && !desk.unsafe_sent && ticket.spent.lost == 0;
        let mut work = Work::of(desk);
        ticket.count(&outcome, work.waited);
        ticket.spent.lost += u32::from(outcome.ending == Ending::Lost);
        if !outcome.restarted && !again {
            return self.commit(ticket, work, outcome);
        }
        if ticket.gas_left() < limit::RUN_GAS_MIN || ticket.spent.attempts > RESTARTS_MAX {
            let overtaken = ticket.conflicted();
            return self.commit(ticket, Work::default(), overtaken);
        }
        ticket.answers = std::mem::take(&mut work.answers);
        Ok(Kept::Overtaken(Box::new(ticket)))
    }

    pub(crate) fn desk<'a>(
        &'a self,
        ticket: &'a Ticket,
        view: store::View,
        answers: crate::answers::Answers,
    ) -> Desk<'a> {
        Desk {
            given: Given {
                now: ticket.now,
                tz: ticket.owner.it.tz.clone(),
                dice: Dice::new(ticket.seed),
            },
            group: self,
            ticket,
            cell: ticket.cell(),
            view,
            keys_read: HashSet::new(),
            spans_read: Vec::new(),
            writes: BTreeMap::new(),
            bytes_written: 0,
            files_grow: 0,
            effects: Vec::new(),
            schedules: BTreeMap::new(),
            printed: Printed::default(),
            answers,
            waited: ticket.spent.waited,
            unsafe_sent: false,
            personal: false,
            grants_used: BTreeSet::new(),
            made_ahead: Vec::new(),
            looked: Vec::new(),
            large: Vec::new(),
        }
    }

    /// Runs the guest with this desk before it.
    pub(crate) fn run(&self, ticket: &Ticket, desk: &mut Desk) -> Outcome {
        let trigger = &ticket.invocation.trigger;
        let run = Run {
            program: &ticket.program,
            trigger: ticket.guest_word(),
            handler: ticket.handler(),
            ctx: ctx::of(self, ticket),
            args: ctx::args(trigger),
            settings: setting_values::of(&ticket.app.it),
            seed: ticket.seed,
            now: ticket.now,
            tz: &ticket.owner.it.tz,
            gas: ticket.gas_left(),
            memory_bytes: ticket.limits.memory_bytes,
            computing: limit::computing_time(ticket.gas_left()),
            class: ticket.class(),
        };
        if let Trigger::Document { name, change } = trigger {
            return documents::run(desk, name, change);
        }
        uploads::lay_out(desk);
        let gas = run.gas;
        let mut outcome = self.sandbox.run(&run, &mut Bench { desk });
        if matches!(trigger, Trigger::View { .. } | Trigger::Action { .. }) {
            let documents = documents::charge(desk, &outcome.answer);
            parse::charge(&mut outcome, gas, documents);
            uploads::charge(&mut outcome, trigger, gas);
        }
        outcome
    }

    /// Gives back what a run took that never began.
    pub(crate) fn give_up(&self, ticket: &Ticket) {
        self.ledger.give_back(self.allowed(&ticket.owner.it, Axis::Runs), 1);
        self.ledger.repay(ticket.allowed, ticket.gas_left());
    }
}

impl Ticket {
    /// Counts what an attempt has used.
    pub(crate) fn count(&mut self, outcome: &Outcome, waited: Duration) {
        self.spent.attempts += 1;
        self.spent.waited = waited;
        self.spent.gas = self.spent.gas.saturating_add(outcome.gas).min(self.budget);
        for (name, cause) in &outcome.causes {
            let sum = self.spent.causes.entry(name.clone()).or_default();
            sum.count += cause.count;
            sum.gas += cause.gas;
        }
    }

    /// The outcome of a run that was overtaken in every repeat.
    pub(crate) fn conflicted(&self) -> Outcome {
        Outcome {
            ending: Ending::Conflicted,
            answer: Value::Nil,
            message:
                "Others changed what this run had read, in every repeat. Try again in a moment."
                    .into(),
            gas: 0,
            causes: BTreeMap::new(),
            restarted: false,
            internal: None,
        }
    }
}

/// What a run left on its desk.
#[derive(Default)]
pub(crate) struct Work {
    pub keys_read: Vec<store::Key>,
    pub spans_read: Vec<store::SpanRead>,
    pub writes: BTreeMap<store::Key, Option<Vec<u8>>>,
    pub bytes_written: u64,
    pub files_grow: i64,
    pub effects: Vec<crate::desk::Left>,
    pub schedules: BTreeMap<String, Option<crate::desk::ScriptSchedule>>,
    pub printed: Vec<String>,
    pub answers: crate::answers::Answers,
    pub waited: Duration,
    pub grants_used: BTreeSet<String>,
    pub unsafe_sent: bool,
    pub personal: bool,
    pub seen: u64,
    /// Held until the commit: what it checks by is not compacted away before.
    pub view: Option<store::View>,
}

impl Work {
    /// Clears the desk.
    pub(crate) fn of(desk: Desk<'_>) -> Work {
        Work {
            keys_read: desk.keys_read.into_iter().collect(),
            spans_read: desk.spans_read,
            writes: desk.writes,
            bytes_written: desk.bytes_written,
            files_grow: desk.files_grow,
            effects: desk.effects,
            schedules: desk.schedules,
            printed: desk.printed.into_lines(),
            answers: desk.answers,
            waited: desk.waited,
            grants_used: desk.grants_used,
            unsafe_sent: desk.unsafe_sent,
            personal: desk.personal,
            seen: desk.view.at,
            view: Some(desk.view),
        }
    }
}
