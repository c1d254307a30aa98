//! New code takes over old data: `migrate(ctx, from)` runs on the data as it is and writes nothing
//! real, `check(ctx)` looks at what came of it, and only a commit of both the release and all of its
//! writes makes it so. What was before is put aside, to go back to.

mod functions;
mod summary;

pub use summary::{ChangedKey, Rehearsal};

use crate::admit::{Wake, busy};
use crate::apps::manifest_of;
use crate::commit::{cell_change, receipt, receipt_put};
use crate::group::Group;
use crate::invoke::Work;
use crate::ticket::{Ack, Ticket};
use functions::Functions;
use model::problem::{Kind as ProblemKind, Problem, Result};
use model::trigger::{Invocation, Trigger};
use model::{Account, App, Ending, Value, limit};
use sandbox::Outcome;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Batch, Cell};

/// A migration that went well and is not real yet.
pub(crate) struct Migration {
    pub rehearsal: Rehearsal,
    ticket: Ticket,
    work: Work,
    outcome: Outcome,
}

impl Group {
    /// What publishing the draft would do to the data; `None` if it takes nothing over.
    pub fn rehearse(&self, by: &Account, app: &App) -> Result<Option<Rehearsal>> {
        self.must_own(by, app)?;
        self.rehearse_files(app, &app.draft)
    }

    /// The same for going back to a release.
    pub fn rehearse_back(&self, by: &Account, app: &App, number: u64) -> Result<Option<Rehearsal>> {
        self.must_own(by, app)?;
        self.rehearse_files(app, &self.release_number(app, number)?.files)
    }

    fn rehearse_files(
        &self,
        app: &App,
        hashes: &BTreeMap<String, String>,
    ) -> Result<Option<Rehearsal>> {
        let manifest = manifest_of(&self.files(hashes)?)?;
        let used = self.used(app.owner, &manifest)?;
        let released = App { manifest, ..app.clone() };
        let Some(migration) = self.migrate(app, &released, &joined(hashes, &used))? else {
            return Ok(None);
        };
        let Migration { rehearsal, ticket, work, outcome } = migration;
        self.close_run(&ticket, &work, &outcome)?;
        Ok(Some(rehearsal))
    }

    /// Takes the data over as new code wants it, on no data but its own; `None` if there is nothing to
    /// take over. `hashes` are the files of the new code, with those that it uses.
    pub(crate) fn migrate(
        &self,
        app: &App,
        released: &App,
        hashes: &BTreeMap<String, String>,
    ) -> Result<Option<Migration>> {
        let live = Cell::live(app.id);
        let bytes = self.store.bytes_of(&live)?;
        if app.release.is_none() || bytes == 0 {
            return Ok(None);
        }
        let Some(functions) = self.functions(released, hashes)? else { return Ok(None) };
        if bytes > limit::MIGRATE_DATA_MAX {
            return Err(Problem::invalid(format!(
                "This app has more than {} MiB of data, too much to be taken over at once. Take the old form out of the data bit by bit in a schedule, and leave out migrate and check.",
                limit::MIGRATE_DATA_MAX >> 20
            )));
        }
        let trigger = Trigger::Migrate { from: app.release_number };
        let invocation = Invocation { app: app.id, trigger, by: None, chain: None, draft: false };
        let mut ticket =
            self.admit(Wake { invocation, ack: Ack::default(), run: None, for_all: false })?;
        ticket.program = Arc::new(functions.program.clone());
        ticket.app.it = released.clone();
        ticket.release = match &released.release {
            Some(id) if released.release != app.release => id.to_string(),
            _ => "draft".to_owned(),
        };
        let Some(_place) =
            self.slots.compute(ticket.owner.it.id, ticket.owner.it.level, ticket.now)
        else {
            self.give_up(&ticket);
            return Err(busy());
        };
        self.taken_over(ticket, &functions).map(Some)
    }

    /// Runs `migrate` and then `check` on what came of it.
    fn taken_over(&self, mut ticket: Ticket, functions: &Functions) -> Result<Migration> {
        let first = ticket.invocation.trigger.clone();
        let mut work = Work { view: Some(self.store.begin(&ticket.cell())?), ..Work::default() };
        let mut outcome =
            Outcome { ending: Ending::Done, message: String::new(), ..ticket.conflicted() };
        let steps = [(functions.migrate, first.clone()), (functions.check, Trigger::Check)];
        for (_, trigger) in steps.into_iter().filter(|(is_there, _)| *is_there) {
            let Some(view) = work.view.take() else { break };
            ticket.invocation.trigger = trigger;
            let mut desk = self.desk(&ticket, view, std::mem::take(&mut work.answers));
            desk.writes = std::mem::take(&mut work.writes);
            desk.files_grow = work.files_grow;
            outcome = self.run(&ticket, &mut desk);
            let before = work;
            work = Work::of(desk);
            work.bytes_written += before.bytes_written;
            work.printed.splice(0..0, before.printed);
            ticket.count(&outcome, work.waited);
            self.must_be_done(&ticket, &work, &mut outcome)?;
        }
        ticket.invocation.trigger = first;
        let rehearsal = self.summary(&ticket, &work)?;
        Ok(Migration { rehearsal, ticket, work, outcome })
    }

    /// Ends everything where a step did not go well.
    fn must_be_done(&self, ticket: &Ticket, work: &Work, outcome: &mut Outcome) -> Result<()> {
        if outcome.restarted {
            self.close_run(ticket, &Work::default(), &ticket.conflicted())?;
            return Err(overtaken());
        }
        failed_check(ticket, outcome);
        if outcome.ending == Ending::Done {
            return Ok(());
        }
        self.close_run(ticket, work, outcome)?;
        Err(not_taken_over(ticket.invocation.trigger.word(), outcome))
    }

    /// Makes a migration real, together with what the batch has.
    pub(crate) fn with_migration(&self, batch: &mut Batch, migration: &Migration) -> Result<()> {
        let Migration { ticket, work, outcome, .. } = migration;
        batch.cell = Some(cell_change(ticket, work));
        batch.aside = Some(Cell::before(ticket.app.it.id));
        let receipt = receipt(ticket, work, outcome);
        batch.puts.push(receipt_put(&receipt)?);
        batch.puts.extend(self.log_put(ticket, work, &receipt)?);
        Ok(())
    }

    /// Settles the gas of a migration, whatever became of it.
    pub(crate) fn settle_migration(&self, migration: &Migration) {
        self.settle(&migration.ticket);
    }
}

/// The files of a release with those it uses of others.
pub(crate) fn joined(
    files: &BTreeMap<String, String>,
    used: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    used.iter().chain(files).map(|(path, hash)| (path.clone(), hash.clone())).collect()
}

/// A check that answers false, or why it does not hold, stops everything.
fn failed_check(ticket: &Ticket, outcome: &mut Outcome) {
    if ticket.invocation.trigger != Trigger::Check || outcome.ending != Ending::Done {
        return;
    }
    let why = match &outcome.answer {
        Value::Bool(false) => "check answered false".to_owned(),
        Value::Str(why) => String::from_utf8_lossy(why).into_owned(),
        _ => return,
    };
    outcome.ending = Ending::Stopped;
    outcome.message = why;
}

fn not_taken_over(what: &str, outcome: &Outcome) -> Problem {
    Problem::invalid(format!(
        "The data was not taken over, and the old release still runs: {what} was {}. {}",
        outcome.ending.words(),
        outcome.message
    ))
}

/// The data changed while it was taken over.
pub(crate) fn overtaken() -> Problem {
    Problem::new(
        ProblemKind::Conflict,
        "The app's data changed while it was taken over. Try again in a moment.",
    )
}
