//! What accounts have left of their daily allowances. Slices are taken from the store before they
//! are spent, so that an allowance is never exceeded, not even by a crash; looking at pages costs
//! no flush as long as the slice lasts.

use model::problem::{Problem, Result};
use model::{AccountId, Kind as ProblemKind, Moment};
use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
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

/// The first slice is this part of an allowance, and each further one twice the last: few flushes
/// for who is busy, and a crash loses at most about as much as was used since the start.
const FIRST_SLICE_PART: u64 = 4096;
/// The largest slice, as a part of an allowance: the last of a day must not lie on one node unused.
const SLICE_PART_MAX: u64 = 16;

type Line = (AccountId, Axis, i64);

/// What was taken from the store for one allowance.
#[derive(Clone, Copy, Debug, Default)]
struct Slice {
    unspent: u64,
    /// How much is drawn next.
    next: u64,
    /// Whether anything was taken since the last sweep.
    busy: bool,
    /// Runs that have borrowed from it and will give most of it back.
    borrowers: usize,
    /// Runs that wait for those.
    waiting: usize,
}

/// The ledger of this node.
#[derive(Default)]
pub struct Ledger {
    slices: Mutex<HashMap<Line, Slice>>,
    repaid: Condvar,
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
        let slice = slices.entry((from.account, from.axis, from.day)).or_default();
        slice.busy = true;
        if slice.unspent < most {
            slice.unspent += slice.draw(store, from, most - slice.unspent, now)?;
        }
        let taken = slice.unspent.min(most);
        if taken < least {
            return Ok(None);
        }
        slice.unspent -= taken;
        Ok(Some(taken))
    }

    /// Gives back what was taken and not used.
    pub fn give_back(&self, from: Allowed, amount: u64) {
        let mut slices = self.lock();
        let slice = slices.entry((from.account, from.axis, from.day)).or_default();
        slice.unspent = slice.unspent.saturating_add(amount);
    }

    /// Takes `most` for a run that will give back what it does not use, or at the end of an
    /// allowance at least `least`. While other runs have the rest of it, nobody can say that it is
    /// used up: whoever may wait, waits for them.
    pub fn borrow(
        &self,
        store: &Store,
        from: Allowed,
        (least, most): (u64, u64),
        may_wait: bool,
        now: Moment,
    ) -> Result<Borrowed> {
        let line = (from.account, from.axis, from.day);
        let mut slices = self.lock();
        loop {
            let slice = slices.entry(line).or_default();
            slice.busy = true;
            if slice.unspent < most {
                slice.unspent += slice.draw(store, from, most - slice.unspent, now)?;
            }
            if slice.unspent < most && slice.borrowers > 0 {
                if !may_wait || slice.waiting >= WAITING_MAX {
                    return Ok(Borrowed::NotNow);
                }
                slice.waiting += 1;
                slices = self.repaid.wait(slices).unwrap_or_else(PoisonError::into_inner);
                slices.entry(line).or_default().waiting -= 1;
                continue;
            }
            let taken = slice.unspent.min(most);
            if taken < least {
                return Ok(Borrowed::UsedUp);
            }
            slice.unspent -= taken;
            slice.borrowers += 1;
            return Ok(Borrowed::Some(taken));
        }
    }

    /// Gives back what is left of what was borrowed.
    pub fn repay(&self, from: Allowed, rest: u64) {
        let mut slices = self.lock();
        let slice = slices.entry((from.account, from.axis, from.day)).or_default();
        slice.unspent = slice.unspent.saturating_add(rest);
        slice.borrowers = slice.borrowers.saturating_sub(1);
        drop(slices);
        self.repaid.notify_all();
    }

    /// What was used, as people see it: what the store counts, less what lies here unspent.
    pub fn used(&self, store: &Store, from: Allowed) -> Result<u64> {
        let slices = self.lock();
        let drawn = store.used(&from.account.to_string(), from.axis.word(), from.day)?;
        let slice = slices.get(&(from.account, from.axis, from.day)).copied().unwrap_or_default();
        Ok(drawn.saturating_sub(slice.unspent))
    }

    /// Returns all unspent slices to the store, before a shutdown.
    pub fn return_all(&self, store: &Store, now: Moment) -> Result<()> {
        let mut slices = self.lock();
        let unspent = slices.iter_mut().map(|(line, slice)| (*line, slice.give_up())).collect();
        give(store, unspent, now)
    }

    /// Returns the slices of whoever used nothing since the last sweep.
    pub fn return_idle(&self, store: &Store, now: Moment) -> Result<()> {
        let mut slices = self.lock();
        let idle =
            |_: &Line, slice: &mut Slice| !slice.busy && slice.borrowers == 0 && slice.waiting == 0;
        let idle = slices.extract_if(idle).map(|(line, mut slice)| (line, slice.give_up()));
        let unspent = idle.collect();
        slices.values_mut().for_each(|slice| slice.busy = false);
        give(store, unspent, now)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Line, Slice>> {
        self.slices.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What came of borrowing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Borrowed {
    Some(u64),
    /// Other runs have the rest, and will give most of it back in a moment.
    NotNow,
    UsedUp,
}

/// Runs of one account that wait for its allowance, at most; each holds a thread.
const WAITING_MAX: usize = 64;

impl Slice {
    /// Takes all out; later it begins small again.
    fn give_up(&mut self) -> u64 {
        self.next = 0;
        std::mem::take(&mut self.unspent)
    }

    /// Draws what is wanted and more, or what is left of the allowance if that is less.
    fn draw(&mut self, store: &Store, from: Allowed, want: u64, now: Moment) -> Result<u64> {
        let most = from.max / SLICE_PART_MAX;
        let slice = self.next.max(from.max / FIRST_SLICE_PART).min(most).max(want);
        self.next = slice.saturating_mul(2);
        let mut amount = slice;
        // A second try takes exactly what is left; a third one can only be needed when another
        // node took it in between, and then nothing is the right answer.
        for _ in 0..2 {
            match commit(store, vec![spend(from, amount)], now)? {
                None => return Ok(amount),
                Some(0) => return Ok(0),
                Some(left) => amount = left.min(slice),
            }
        }
        Ok(0)
    }
}

fn spend(from: Allowed, amount: u64) -> Spend {
    Spend {
        account: from.account.to_string(),
        axis: from.axis.word().into(),
        day: from.day,
        amount: i64::try_from(amount).unwrap_or(i64::MAX),
        max: from.max,
    }
}

/// Gives slices back to the store.
fn give(store: &Store, unspent: Vec<(Line, u64)>, now: Moment) -> Result<()> {
    let spends: Vec<Spend> = unspent
        .into_iter()
        .filter(|(_, unspent)| *unspent > 0)
        .map(|((account, axis, day), unspent)| Spend {
            account: account.to_string(),
            axis: axis.word().into(),
            day,
            amount: -i64::try_from(unspent).unwrap_or(i64::MAX),
            max: u64::MAX,
        })
        .collect();
    spends.chunks(GIVEN_AT_ONCE).try_for_each(|some| commit(store, some.to_vec(), now).map(drop))
}

/// Slices given back in one commit, below what a batch may hold.
const GIVEN_AT_ONCE: usize = 500;

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
pub fn resting(of: Allowed, wakes: Moment) -> Problem {
    let what = match of.axis {
        Axis::Gas => "computing",
        Axis::Runs => "runs",
        Axis::Requests => "outside requests",
    };
    let text = if of.day == store::TOTAL {
        format!("The share of {what} for trying things out is used up. Sign up, and it goes on.")
    } else {
        format!(
            "Today's share of {what} is used up. It rests until tomorrow, midnight UTC; its data stays readable."
        )
    };
    Problem::new(ProblemKind::OverQuota, text).privately(format!("until {}", wakes.0))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const DAY: i64 = 20_000;

    fn from(max: u64) -> Allowed {
        Allowed { account: AccountId::new(Moment(0), [1; 10]), axis: Axis::Runs, day: DAY, max }
    }

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        (folder, store)
    }

    #[test]
    fn an_allowance_is_given_out_whole_and_never_exceeded() {
        let (_folder, store) = store();
        let ledger = Ledger::default();
        let of = from(1_000);
        let takes = std::thread::scope(|scope| {
            let take = || (0..300).filter(|_| one(&ledger, &store, of)).count();
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(take)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
        });
        assert_eq!(takes, 1_000);
        assert_eq!(ledger.used(&store, of), Ok(1_000));
        ledger.give_back(of, 10);
        assert_eq!(ledger.used(&store, of), Ok(990));
        assert_eq!(ledger.take(&store, of, 11, 20, Moment(0)), Ok(None), "ten are left");
        assert_eq!(ledger.take(&store, of, 5, 20, Moment(0)), Ok(Some(10)), "the rest");
    }

    fn one(ledger: &Ledger, store: &Store, of: Allowed) -> bool {
        ledger.take(store, of, 1, 1, Moment(0)).unwrap().is_some()
    }

    #[test]
    fn nobody_rests_because_others_have_borrowed() {
        let (_folder, store) = store();
        let ledger = Ledger::default();
        let of = from(1_000);
        let borrow = |may_wait| ledger.borrow(&store, of, (10, 400), may_wait, Moment(0)).unwrap();
        assert_eq!([borrow(true), borrow(true)], [Borrowed::Some(400); 2]);
        assert_eq!(borrow(false), Borrowed::NotNow, "200 are left, and 400 come back");
        std::thread::scope(|scope| {
            let third = scope.spawn(|| borrow(true));
            ledger.repay(of, 390);
            assert_eq!(third.join().unwrap(), Borrowed::Some(400));
        });
        ledger.repay(of, 0);
        ledger.repay(of, 0);
        assert_eq!(borrow(true), Borrowed::Some(190), "what is left in the end");
        ledger.repay(of, 0);
        assert_eq!(borrow(true), Borrowed::UsedUp);
        assert_eq!(ledger.used(&store, of), Ok(1_000));
    }

    #[test]
    fn a_server_that_dies_often_does_not_eat_the_day() {
        let (_folder, store) = store();
        let of = from(200_000);
        for _ in 0..200 {
            // Dropped without returning anything, as by a crash.
            assert!(one(&Ledger::default(), &store, of));
        }
        let used = Ledger::default().used(&store, of).unwrap();
        assert!(used < 20_000, "{used} of 200 000 for 200 runs");
    }

    #[test]
    fn whoever_is_busy_draws_seldom() {
        let (_folder, store) = store();
        let ledger = Ledger::default();
        let of = from(200_000);
        let mut drawn = Vec::new();
        for _ in 0..50_000 {
            assert!(one(&ledger, &store, of));
            let counted = store.used(&of.account.to_string(), "runs", DAY).unwrap();
            if drawn.last() != Some(&counted) {
                drawn.push(counted);
            }
        }
        assert!(drawn.len() < 16, "{drawn:?}");
    }

    #[test]
    fn what_lies_idle_goes_back() {
        let (_folder, store) = store();
        let ledger = Ledger::default();
        let of = from(1_000_000);
        assert!(one(&ledger, &store, of));
        let counted = || store.used(&of.account.to_string(), "runs", DAY).unwrap();
        ledger.return_idle(&store, Moment(0)).unwrap();
        assert!(counted() > 1, "it was busy until now");
        ledger.return_idle(&store, Moment(0)).unwrap();
        assert_eq!(counted(), 1);
        assert!(one(&ledger, &store, of));
        ledger.return_all(&store, Moment(0)).unwrap();
        assert_eq!(counted(), 2);
    }
}
