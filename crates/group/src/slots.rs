//! How many runs there are at once: in all, and waiting for outside. One account can never hold
//! all of them.

use model::{AccountId, limit};
use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

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
}

/// A place that is freed when dropped.
pub(crate) struct Place<'a> {
    slots: &'a Slots,
    account: AccountId,
    waiting: bool,
}

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

    /// Waits for a place to run. An account takes at most half of the slots.
    pub(crate) fn run(&self, account: AccountId) -> Place<'_> {
        let share = self.max.div_ceil(2);
        let mut state = self.lock();
        while state.running >= self.max || of(&state.running_of, account) >= share {
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.running += 1;
        *state.running_of.entry(account).or_default() += 1;
        Place { slots: self, account, waiting: false }
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
        Some(Place { slots: self, account, waiting: true })
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
        if self.waiting {
            state.waiting -= 1;
            count_down(&mut state.waiting_of, self.account);
        } else {
            state.running -= 1;
            count_down(&mut state.running_of, self.account);
        }
        drop(state);
        self.slots.freed.notify_all();
    }
}

#[cfg(test)]
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
}
