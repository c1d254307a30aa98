//! What accounts have left of their daily allowances. Slices are taken from the store before they
//! are spent, so that an allowance is never exceeded, not even by a crash; looking at pages costs
//! no flush as long as the slice lasts.

use model::problem::{Problem, Result};
use model::{AccountId, Kind as ProblemKind, Moment};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use store::{Batch, Refused, Spend, Store};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Axis {
    Gas,
    Runs,
    Requests,
}

impl Axis {
    /// The axis in the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Axis::Gas => "gas",
            Axis::Runs => "runs",
            Axis::Requests => "requests",
        }
    }
}

/// The part of an allowance that is taken from the store at once: fewer flushes, little locked away.
const SLICE_PARTS: u64 = 16;

type Line = (AccountId, Axis, i64);

/// The ledger of this node.
#[derive(Default)]
pub struct Ledger {
    /// What was taken from the store and is not spent.
    slices: Mutex<HashMap<Line, u64>>,
}

/// One allowance at one time.
#[derive(Clone, Copy, Debug)]
pub struct Allowed {
    pub account: AccountId,
    pub axis: Axis,
    /// The quota day, or -1 for an allowance for life.
    pub day: i64,
    pub max: u64,
}

impl Ledger {
    /// Takes at least `least` and at most `most`; what was taken is spent unless given back.
    /// `None` when less than `least` is left of the allowance.
    pub fn take(
        &self,
        store: &Store,
        from: Allowed,
        least: u64,
        most: u64,
        now: Moment,
    ) -> Result<Option<u64>> {
        let mut slices = self.lock();
        let line = (from.account, from.axis, from.day);
        let have = slices.get(&line).copied().unwrap_or(0);
        let have = if have < most { have + draw(store, from, most - have, now)? } else { have };
        let taken = have.min(most);
        if taken < least {
            slices.insert(line, have);
            return Ok(None);
        }
        slices.insert(line, have - taken);
        Ok(Some(taken))
    }

    /// Gives back what was taken and not used.
    pub fn give_back(&self, from: Allowed, amount: u64) {
        let mut slices = self.lock();
        let have = slices.entry((from.account, from.axis, from.day)).or_default();
        *have = have.saturating_add(amount);
    }

    /// What was used, as people see it: what the store counts, less what lies here unspent.
    pub fn used(&self, store: &Store, from: Allowed) -> Result<u64> {
        let slices = self.lock();
        let drawn = store.used(&from.account.to_string(), from.axis.word(), from.day)?;
        let unspent = slices.get(&(from.account, from.axis, from.day)).copied().unwrap_or(0);
        Ok(drawn.saturating_sub(unspent))
    }

    /// Returns all unspent slices to the store, before a shutdown.
    pub fn return_all(&self, store: &Store, now: Moment) -> Result<()> {
        let mut slices = self.lock();
        let spends = slices
            .drain()
            .filter(|(_, amount)| *amount > 0)
            .map(|((account, axis, day), amount)| Spend {
                account: account.to_string(),
                axis: axis.word().into(),
                day,
                amount: -i64::try_from(amount).unwrap_or(i64::MAX),
                max: u64::MAX,
            })
            .collect();
        commit(store, spends, now).map(|_| ())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Line, u64>> {
        self.slices.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Draws a slice, or what is left of the allowance if that is less.
fn draw(store: &Store, from: Allowed, want: u64, now: Moment) -> Result<u64> {
    let slice = want.max(from.max / SLICE_PARTS);
    let mut amount = slice;
    // A second try takes exactly what is left; a third one can only be needed when another node
    // took it in between, and then nothing is the right answer.
    for _ in 0..2 {
        let spend = Spend {
            account: from.account.to_string(),
            axis: from.axis.word().into(),
            day: from.day,
            amount: i64::try_from(amount).unwrap_or(i64::MAX),
            max: from.max,
        };
        match commit(store, vec![spend], now)? {
            None => return Ok(amount),
            Some(0) => return Ok(0),
            Some(left) => amount = left.min(slice),
        }
    }
    Ok(0)
}

/// Commits spends; answers what is left when they were refused.
fn commit(store: &Store, spends: Vec<Spend>, now: Moment) -> Result<Option<u64>> {
    match store.commit(Batch { spends, now, ..Batch::default() }) {
        Ok(_) => Ok(None),
        Err(Refused::OverQuota { used, max, .. }) => Ok(Some(max.saturating_sub(used))),
        Err(refused) => Err(Problem::internal(format!("ledger: {refused:?}"))),
    }
}

/// The problem of an allowance that is used up.
#[must_use]
pub fn resting(axis: Axis, wakes: Moment) -> Problem {
    let what = match axis {
        Axis::Gas => "computing",
        Axis::Runs => "runs",
        Axis::Requests => "outside requests",
    };
    Problem::new(
        ProblemKind::OverQuota,
        format!("Today's share of {what} is used up. It rests until tomorrow, midnight UTC; its data stays readable."),
    )
    .privately(format!("until {}", wakes.0))
}
