//! `commit`: the only function that makes a run real. One transaction: what was read is still so,
//! what was written is kept, effects are queued, gas is settled, the receipt is written.

use crate::desk::Left;
use crate::group::Group;
use crate::invoke::{Ran, Work};
use crate::lanes::{self, effect_put};
use crate::log::LogEntry;
use crate::reads::Reads;
use crate::records::{self, Found};
use crate::ticket::Ticket;
use model::limit;
use model::problem::{Problem, Result};
use model::{Chain, Effect, EffectState, Ending, Receipt, Value};
use sandbox::Outcome;
use store::{Batch, CellChange, Expect, Kind, Put, Refused, Spend, StorageCharge, Write};

/// What came of an attempt.
pub(crate) enum Kept {
    /// The run is over: kept, or ended with nothing to keep.
    Over(Box<Ran>),
    /// Others changed what it had read: the same run goes again.
    Overtaken(Box<Ticket>),
}

impl Group {
    /// Keeps a run that ended well, or only the receipt of one that did not.
    pub(crate) fn commit(&self, ticket: Ticket, work: Work, outcome: Outcome) -> Result<Kept> {
        if let Some(why) = &outcome.internal {
            let lost = Outcome { ending: Ending::Lost, ..outcome.clone() };
            self.close_run(&ticket, &Work::default(), &lost)?;
            return Err(Problem::internal(why.clone()));
        }
        if outcome.ending != Ending::Done {
            return self.close_run(&ticket, &work, &outcome);
        }
        let mut receipt = receipt(&ticket, &work, &outcome);
        let batch = self.batch(&ticket, &work, &mut receipt)?;
        if batch.is_empty() {
            self.settle(&ticket);
            self.log_later(&ticket, &work, &receipt)?;
            let reads = Reads::of(&ticket, &work);
            return Ok(Kept::Over(Box::new(ran(outcome, receipt, work.printed, reads))));
        }
        model::crash::point("commit:before");
        match self.store.commit(batch) {
            Ok(_) => {
                model::crash::point("commit:after");
                self.settle(&ticket);
                self.touch_grants(&ticket, &work);
                let reads = Reads::of(&ticket, &work);
                Ok(Kept::Over(Box::new(ran(outcome, receipt, work.printed, reads))))
            }
            // After so many repeats one more goes alone; it is refused only if another node is faster.
            Err(Refused::Conflict) if ticket.spent.attempts <= limit::REPEATS_MAX + 1 => {
                Ok(Kept::Overtaken(Box::new(Ticket { answers: work.answers, ..ticket })))
            }
            Err(refused) => {
                let outcome = refused_outcome(&ticket, refused)?;
                self.close_run(&ticket, &work, &outcome)
            }
        }
    }

    /// Ends a run that keeps nothing but its gas, its receipt and the work it acknowledges.
    pub(crate) fn close_run(
        &self,
        ticket: &Ticket,
        work: &Work,
        outcome: &Outcome,
    ) -> Result<Kept> {
        let nothing = Work { grants_used: work.grants_used.clone(), ..Work::default() };
        let receipt = receipt(ticket, &nothing, outcome);
        let mut puts = vec![receipt_put(&receipt)?];
        puts.extend(self.log_put(ticket, work, &receipt)?);
        if work.unsafe_sent {
            // A press that comes again would send it once more.
            puts.extend(self.nonce_put(ticket)?.map(|put| Put { expect: Expect::Any, ..put }));
        }
        self.settle(ticket);
        if ticket.writes() {
            puts.extend(ticket.ack.puts.iter().cloned());
            let deletes = ticket.ack.deletes.clone();
            match self.store.commit(Batch { puts, deletes, ..Batch::new(ticket.now) }) {
                // Somebody else owns the work by now, and accounts for it.
                Ok(_) | Err(Refused::Stale { .. }) => {}
                Err(refused) => return Err(refused.into()),
            }
        } else {
            self.note_down(puts)?;
        }
        let printed = work.printed.clone();
        let reads = Reads::of(ticket, work);
        Ok(Kept::Over(Box::new(ran(outcome.clone(), receipt, printed, reads))))
    }

    /// Everything a run wants kept, as one batch. A run that only read wants nothing kept.
    fn batch(&self, ticket: &Ticket, work: &Work, receipt: &mut Receipt) -> Result<Batch> {
        let mut batch = Batch::new(ticket.now);
        batch.puts.extend(ticket.ack.puts.iter().cloned());
        batch.deletes.extend(ticket.ack.deletes.iter().cloned());
        let (effects, effects_chain) = effect_puts(ticket, work)?;
        batch.puts.extend(effects);
        let planned = self.planned(ticket, work, effects_chain)?;
        receipt.message = planned.not.join(" ");
        planned.add_to(&mut batch);
        if !work.writes.is_empty() {
            batch.cell = Some(cell_change(ticket, work));
        }
        batch.spends.extend(files_spend(ticket, work));
        if work.unsafe_sent || !batch.is_empty() {
            // Effects must rest on what is still so, even where nothing was written.
            batch.cell = batch.cell.or_else(|| Some(cell_change(ticket, work)));
            batch.puts.push(receipt_put(receipt)?);
            batch.puts.extend(self.log_put(ticket, work, receipt)?);
            batch.puts.extend(self.nonce_put(ticket)?);
        }
        Ok(batch)
    }

    /// Gives the gas back that was taken and not used, and counts the run.
    pub(crate) fn settle(&self, ticket: &Ticket) {
        self.ledger.repay(ticket.allowed, ticket.gas_left());
        self.slots.took(ticket.owner.it.id, ticket.spent.gas, self.now());
        self.totals.add(&ticket.app.it, ticket.now.day(), ticket.spent.gas);
    }

    /// A run that changed nothing costs no flush: its receipt and log line are kept a little later.
    /// Of a look that ended well only what it printed is kept.
    fn log_later(&self, ticket: &Ticket, work: &Work, receipt: &Receipt) -> Result<()> {
        let mut puts = Vec::new();
        if ticket.writes() {
            puts.push(receipt_put(receipt)?);
        }
        if ticket.writes() || !work.printed.is_empty() {
            puts.extend(self.log_put(ticket, work, receipt)?);
        }
        if puts.is_empty() { Ok(()) } else { self.note_down(puts) }
    }

    /// The run's line in the app's event log.
    pub(crate) fn log_put(
        &self,
        ticket: &Ticket,
        work: &Work,
        receipt: &Receipt,
    ) -> Result<Option<Put>> {
        let entry = LogEntry {
            at: ticket.now,
            run: receipt.run,
            draft: ticket.invocation.draft,
            event: receipt.trigger.clone(),
            by: receipt.by.clone(),
            ending: receipt.ending,
            message: receipt.message.clone(),
            gas: receipt.gas,
            writes: work.writes.keys().filter(|key| key.space != lanes::SPACE).count() as u64,
            printed: work.printed.clone(),
        };
        let found = Found {
            id: receipt.run.to_string(),
            owner: Some(receipt.app.to_string()),
            name: None,
            due: Some(ticket.now.plus(limit::LOG_LIFE)),
        };
        records::put(Kind::Log, found, &entry, Expect::Any).map(Some)
    }
}

fn ran(outcome: Outcome, receipt: Receipt, printed: Vec<String>, reads: Reads) -> Ran {
    Ran {
        ending: outcome.ending,
        answer: outcome.answer,
        message: outcome.message,
        receipt,
        printed,
        reads,
    }
}

/// How a run ends whose commit was refused for good.
fn refused_outcome(ticket: &Ticket, refused: Refused) -> Result<Outcome> {
    let (ending, message) = match refused {
        Refused::Conflict => return Ok(ticket.conflicted()),
        Refused::Stale { .. } => {
            (Ending::Lost, "Somebody else did this work meanwhile.".to_owned())
        }
        Refused::Problem(problem) => return Err(problem),
        other => (Ending::Stopped, other.to_string()),
    };
    Ok(Outcome { ending, message, answer: Value::Nil, ..ticket.conflicted() })
}

pub(crate) fn receipt(ticket: &Ticket, work: &Work, outcome: &Outcome) -> Receipt {
    Receipt {
        run: ticket.run,
        app: ticket.app.it.id,
        at: ticket.now,
        trigger: ticket.invocation.trigger.named(),
        by: ticket.by(),
        release: ticket.release.clone(),
        guest: ticket.guest.clone(),
        engine: ticket.engine.clone(),
        price_table: crate::capability::PRICE_TABLE,
        ending: outcome.ending,
        message: outcome.message.clone(),
        gas: ticket.spent.gas,
        causes: ticket.spent.causes.clone(),
        attempts: ticket.spent.attempts.max(1),
        bytes_written: work.bytes_written,
        effects: work.effects.iter().map(|left| left.intent.words()).collect(),
        grants: work.grants_used.iter().cloned().collect(),
        seed: model::release::hex(&ticket.seed),
        chain: ticket.chain,
    }
}

pub(crate) fn receipt_put(receipt: &Receipt) -> Result<Put> {
    let found = Found {
        id: receipt.run.to_string(),
        owner: Some(receipt.app.to_string()),
        name: None,
        due: Some(receipt.at.plus(limit::RECEIPT_LIFE)),
    };
    records::put(Kind::Receipt, found, receipt, Expect::Any)
}

pub(crate) fn cell_change(ticket: &Ticket, work: &Work) -> CellChange {
    CellChange {
        cell: ticket.cell(),
        seen: work.seen,
        keys_read: work.keys_read.clone(),
        spans_read: work.spans_read.clone(),
        writes: work
            .writes
            .iter()
            .map(|(key, value)| Write { key: key.clone(), value: value.clone() })
            .collect(),
        storage: Some(StorageCharge {
            account: ticket.owner.it.id.to_string(),
            max: limit::allowance(ticket.owner.it.level).storage_bytes,
        }),
    }
}

/// The bytes by which the app's files grow or shrink, and those that wait to be sent.
fn files_spend(ticket: &Ticket, work: &Work) -> Option<Spend> {
    let left: u64 = work.effects.iter().map(|left| left.bytes).sum();
    let amount = work.files_grow.saturating_add_unsigned(left);
    (amount != 0).then(|| Spend {
        account: ticket.owner.it.id.to_string(),
        axis: store::STORAGE.into(),
        day: store::TOTAL,
        amount,
        max: limit::allowance(ticket.owner.it.level).storage_bytes,
    })
}

/// The effects as records, each with its part of the chain's budget, and what remains of it.
fn effect_puts(ticket: &Ticket, work: &Work) -> Result<(Vec<Put>, Chain)> {
    let mut rest = Chain { gas_left: ticket.gas_left(), ..ticket.chain };
    let mut puts = Vec::with_capacity(work.effects.len());
    for Left { id, intent, bytes, after } in &work.effects {
        let chain = rest.child(rest.gas_left).ok();
        rest.gas_left -= chain.map_or(0, |chain| chain.gas_left);
        let effect = Effect {
            id: *id,
            app: ticket.app.it.id,
            run: ticket.run,
            draft: ticket.invocation.draft,
            at: ticket.now,
            intent: intent.clone(),
            payer: ticket.owner.it.id,
            bytes: *bytes,
            state: EffectState::Queued,
            attempts: 0,
            note: String::new(),
            after: *after,
            ended: None,
            answer: None,
            chain,
        };
        puts.push(effect_put(&effect, Some(ticket.now), Expect::New)?);
    }
    Ok((puts, rest))
}
