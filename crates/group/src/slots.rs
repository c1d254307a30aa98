//! How many runs there are at once: in all, and waiting for outside. One account can never hold
//! all of them.

use model::{AccountId, limit};
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// The run slots of this node.
pub(crate) struct Slots {
    max: usize,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    running: usize,
    running_of: HashMap<AccountId, usize>,
    waiting: usize,
    waiting_of: HashMap<AccountId, usize>,
    /// Runs that wait for a slot.
    queued_of: HashMap<AccountId, usize>,
    /// Effects that are carried out.
    carried_of: HashMap<AccountId, usize>,
    /// Effects that found no carrier since one of their account was free.
    refused_of: HashMap<AccountId, u32>,
}

/// A place that is freed when dropped.
pub(crate) struct Place<'a> {
    slots: &'a Slots,
    account: AccountId,
    holds: Holds,
}

/// What a place is for.
enum Holds {
    Run,
    Wait,
}

/// An effect that is carried out; over when dropped.
pub(crate) struct Carrying {
    slots: Arc<Slots>,
    account: AccountId,
}

/// Runs of one account that wait for a slot, at most; each holds a thread.
const QUEUED_PER_ACCOUNT_MAX: usize = 64;
/// Effects of one account that are carried out at once: one slow host must not hold all carriers.
const CARRIED_PER_ACCOUNT_MAX: usize = 2;

/// How many places are taken.
pub(crate) struct Load {
    pub(crate) slots: usize,
    pub(crate) running: usize,
    pub(crate) waiting: usize,
}

impl Slots {
    pub(crate) fn new(max: usize) -> Slots {
        Slots { max: max.max(1), state: Mutex::default(), freed: Condvar::new() }
    }

    /// Waits for a place to run. An account takes at most half of the slots; `None` if too many of
    /// its runs wait already.
    pub(crate) fn run(&self, account: AccountId) -> Option<Place<'_>> {
        let share = self.max.div_ceil(2);
        let mut state = self.lock();
        let full =
            |state: &State| state.running >= self.max || of(&state.running_of, account) >= share;
        if full(&state) {
            if of(&state.queued_of, account) >= QUEUED_PER_ACCOUNT_MAX {
                return None;
            }
            *state.queued_of.entry(account).or_default() += 1;
            while full(&state) {
                state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            count_down(&mut state.queued_of, account);
        }
        state.running += 1;
        *state.running_of.entry(account).or_default() += 1;
        Some(Place { slots: self, account, holds: Holds::Run })
    }

    /// A place to carry an effect out. If the account has too many that are carried out now: how
    /// many were refused since one of them ended.
    pub(crate) fn carry(self: &Arc<Slots>, account: AccountId) -> Result<Carrying, u32> {
        let mut state = self.lock();
        if of(&state.carried_of, account) >= CARRIED_PER_ACCOUNT_MAX {
            let refused = state.refused_of.entry(account).or_default();
            *refused = refused.saturating_add(1);
            return Err(*refused);
        }
        *state.carried_of.entry(account).or_default() += 1;
        Ok(Carrying { slots: self.clone(), account })
    }

    /// A place to wait for outside, if there is one: few an account, and a quarter of the slots.
    pub(crate) fn wait_outside(&self, account: AccountId) -> Option<Place<'_>> {
        let mut state = self.lock();
        if state.waiting >= self.max.div_ceil(4)
            || of(&state.waiting_of, account) >= limit::WAITING_RUNS_PER_ACCOUNT
        {
            return None;
        }
        state.waiting += 1;
        *state.waiting_of.entry(account).or_default() += 1;
        Some(Place { slots: self, account, holds: Holds::Wait })
    }

    /// How many places are taken at this moment.
    pub(crate) fn load(&self) -> Load {
        let state = self.lock();
        Load { slots: self.max, running: state.running, waiting: state.waiting }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn of(counts: &HashMap<AccountId, usize>, account: AccountId) -> usize {
    counts.get(&account).copied().unwrap_or(0)
}

/// Counts one down; an account with none is forgotten, so that the map stays small.
fn count_down(counts: &mut HashMap<AccountId, usize>, account: AccountId) {
    if let Some(count) = counts.get_mut(&account) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&account);
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.slots.lock();
        match self.holds {
            Holds::Wait => {
                state.waiting -= 1;
                count_down(&mut state.waiting_of, self.account);
            }
            Holds::Run => {
                state.running -= 1;
                count_down(&mut state.running_of, self.account);
            }
        }
        drop(state);
        self.slots.freed.notify_all();
    }
}

impl Drop for Carrying {
    fn drop(&mut self) {
        let mut state = self.slots.lock();
        count_down(&mut state.carried_of, self.account);
        state.refused_of.remove(&self.account);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use model::Moment;

    #[test]
    fn no_account_waits_with_all_slots() {
        let account = |n| AccountId::new(Moment(0), [n; 10]);
        let slots = Slots::new(32);
        let places: Vec<_> = (0..4).map(|_| slots.wait_outside(account(1))).collect();
        assert!(places.iter().all(Option::is_some));
        assert!(slots.wait_outside(account(1)).is_none(), "four an account");
        let others: Vec<_> = (0..4).map(|_| slots.wait_outside(account(2))).collect();
        assert!(others.iter().all(Option::is_some));
        assert!(slots.wait_outside(account(3)).is_none(), "a quarter of the slots");
        drop(places);
        assert!(slots.wait_outside(account(3)).is_some());
    }

    #[test]
    fn no_account_runs_in_all_slots_or_queues_without_end() {
        let account = |n| AccountId::new(Moment(0), [n; 10]);
        let slots = Slots::new(4);
        let places: Vec<_> = (0..2).map(|_| slots.run(account(1)).unwrap()).collect();
        let other = slots.run(account(2)).unwrap();
        std::thread::scope(|scope| {
            let waiting: Vec<_> = (0..QUEUED_PER_ACCOUNT_MAX)
                .map(|_| scope.spawn(|| slots.run(account(1)).is_some()))
                .collect();
            while of(&slots.lock().queued_of, account(1)) < QUEUED_PER_ACCOUNT_MAX {
                std::thread::yield_now();
            }
            assert!(slots.run(account(1)).is_none(), "too many wait");
            assert!(slots.run(account(2)).is_some(), "of this account only");
            drop(places);
            assert!(waiting.into_iter().all(|run| run.join().unwrap()));
        });
        drop(other);
        let state = slots.lock();
        assert!(state.running == 0 && state.running_of.is_empty() && state.queued_of.is_empty());
    }

    #[test]
    fn a_few_effects_of_an_account_are_carried_at_once() {
        let account = |n| AccountId::new(Moment(0), [n; 10]);
        let slots = Arc::new(Slots::new(4));
        let carried: Vec<_> = (0..2).map(|_| slots.carry(account(1)).unwrap()).collect();
        assert_eq!([1, 2].map(|_| slots.carry(account(1)).err().unwrap()), [1, 2]);
        assert!(slots.carry(account(2)).is_ok());
        drop(carried);
        assert!(slots.carry(account(1)).is_ok());
    }
}
