//! Who runs when there are more runs than processors: a fair queue over accounts. A busy account
//! waits behind its own runs, and never before another's.

use model::{AccountId, Gas, Level, Moment, limit};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};

/// Runs that compute at once, for each that the machine can compute at once: enough to keep it busy
/// while some of them are at the store.
const COMPUTING_PER_PROCESSOR: usize = 2;
/// Runs of one account that wait for a place, at most; each holds a thread.
const QUEUED_PER_ACCOUNT_MAX: usize = 64;

/// Gas that an account may take at once before its runs go behind those of others: a tenth of a
/// second of a processor.
const BURST_GAS: Gas = 1_000_000_000;
/// Gas it may take each second all the time: a tenth of a processor.
const STEADY_GAS: Gas = 1_000_000_000;
/// Accounts of which is known what they took lately, some hundred bytes each; above it those are
/// forgotten who took little.
const TAKEN_MAX: usize = 10_000;

/// The places of this node: to compute, and to wait for outside.
pub(crate) struct Slots {
    /// Runs there may be at once, computing and waiting.
    max: usize,
    /// Runs that may compute at once.
    computing_max: usize,
    /// Those of accounts that took much lately: one processor is left to the others. A kernel may
    /// let them wait for its next tick otherwise, four milliseconds, however nice the busy ones are.
    behind_max: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    computing: usize,
    computing_of: HashMap<AccountId, usize>,
    waiting_outside: usize,
    waiting_of: HashMap<AccountId, usize>,
    /// Who waits for a place to compute, in the order they came.
    queue: Vec<Waiter>,
    /// How many have come.
    came: u64,
    taken: HashMap<AccountId, Taken>,
    /// The last moment that was told.
    now: Moment,
}

/// What an account took lately. It runs off with time.
#[derive(Clone, Copy)]
struct Taken {
    gas: Gas,
    at: Moment,
}

impl Taken {
    fn left(self, now: Moment) -> Gas {
        let ms = u64::try_from(now.0 - self.at.0).unwrap_or(0);
        self.gas.saturating_sub(ms.saturating_mul(STEADY_GAS / 1_000))
    }
}

struct Waiter {
    number: u64,
    account: AccountId,
    weight: usize,
    /// It sleeps until it is its turn: to wake all of them for one place would take longer than
    /// most runs.
    thread: Thread,
}

/// A place to compute, freed when dropped.
pub(crate) struct Place<'a> {
    slots: &'a Slots,
    account: AccountId,
}

/// A place to wait for outside. The place to compute is free meanwhile, and taken again at the end.
pub(crate) struct Outside<'a> {
    slots: &'a Slots,
    account: AccountId,
}

/// How many places are taken, and how many runs wait for one.
pub(crate) struct Load {
    pub(crate) places: usize,
    pub(crate) computing: usize,
    pub(crate) queued: usize,
    pub(crate) waiting_outside: usize,
}

impl Slots {
    /// Places for so many runs at once, on a machine with so many processors.
    pub(crate) fn new(max: usize, processors: usize) -> Slots {
        let computing_max = (processors * COMPUTING_PER_PROCESSOR).clamp(1, max.max(1));
        let behind_max = processors.saturating_sub(1).max(1);
        Slots { max, computing_max, behind_max, state: Mutex::default() }
    }

    /// Waits for a place to compute. An account takes at most half of them, as long as there are
    /// others; of those who wait, the account that has least by its weight comes first. `None` if
    /// too many of its runs wait already.
    pub(crate) fn compute(
        &self,
        account: AccountId,
        level: Level,
        now: Moment,
    ) -> Option<Place<'_>> {
        let mut state = self.lock();
        state.now = now;
        let queued = state.queue.iter().filter(|waiter| waiter.account == account).count();
        if queued >= QUEUED_PER_ACCOUNT_MAX {
            return None;
        }
        let number = state.came;
        state.came += 1;
        state.queue.push(Waiter {
            number,
            account,
            weight: weight(level),
            thread: thread::current(),
        });
        while self.next(&state).is_none_or(|next| next.number != number) {
            drop(state);
            thread::park();
            state = self.lock();
        }
        state.queue.retain(|waiter| waiter.number != number);
        state.count_up(account);
        // There may be a place for the next one, too.
        self.wake_next(&state);
        drop(state);
        Some(Place { slots: self, account })
    }

    /// Wakes who is next after anything that may have changed who that is.
    fn wake_next(&self, state: &State) {
        if let Some(next) = self.next(state) {
            next.thread.unpark();
        }
    }

    /// Whose turn it is.
    fn next<'s>(&self, state: &'s State) -> Option<&'s Waiter> {
        if state.computing >= self.computing_max {
            return None;
        }
        let share = self.computing_max.div_ceil(2);
        let has = |waiter: &&Waiter| of(&state.computing_of, waiter.account);
        let busy = state.computing_of.iter().filter(|(account, _)| state.is_behind(**account));
        let no_more_behind = busy.map(|(_, count)| count).sum::<usize>() >= self.behind_max;
        state
            .queue
            .iter()
            .filter(|waiter| has(waiter) < share)
            .filter(|waiter| !(no_more_behind && state.is_behind(waiter.account)))
            .min_by_key(|waiter| (has(waiter) * MEMBER_WEIGHT / waiter.weight, waiter.number))
    }

    /// A place to wait for outside, if there is one: few an account, and a quarter of all runs.
    pub(crate) fn wait_outside(&self, account: AccountId) -> Option<Outside<'_>> {
        let mut state = self.lock();
        if state.waiting_outside >= self.max.div_ceil(4)
            || of(&state.waiting_of, account) >= limit::WAITING_RUNS_PER_ACCOUNT
        {
            return None;
        }
        state.waiting_outside += 1;
        *state.waiting_of.entry(account).or_default() += 1;
        state.count_down(account);
        self.wake_next(&state);
        drop(state);
        Some(Outside { slots: self, account })
    }

    /// Counts what a run of an account took.
    pub(crate) fn took(&self, account: AccountId, gas: Gas, now: Moment) {
        let mut state = self.lock();
        state.now = now;
        let left = state.left(account, now);
        state.taken.insert(account, Taken { gas: left.saturating_add(gas), at: now });
        if state.taken.len() > TAKEN_MAX {
            state.taken.retain(|_, taken| taken.left(now) > BURST_GAS);
        }
    }

    /// Whether an account took so much lately that others go first.
    pub(crate) fn is_behind(&self, account: AccountId, now: Moment) -> bool {
        self.lock().left(account, now) > BURST_GAS
    }

    /// How many places are taken at this moment.
    pub(crate) fn load(&self) -> Load {
        let state = self.lock();
        Load {
            places: self.computing_max,
            computing: state.computing,
            queued: state.queue.len(),
            waiting_outside: state.waiting_outside,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a member's run weighs.
const MEMBER_WEIGHT: usize = 2;

/// How much of the machine an account gets beside others: newcomers half of what members get.
fn weight(level: Level) -> usize {
    if level < Level::Member { 1 } else { MEMBER_WEIGHT }
}

impl State {
    fn is_behind(&self, account: AccountId) -> bool {
        self.left(account, self.now) > BURST_GAS
    }

    fn left(&self, account: AccountId, now: Moment) -> Gas {
        self.taken.get(&account).map_or(0, |taken| taken.left(now))
    }

    fn count_up(&mut self, account: AccountId) {
        self.computing += 1;
        *self.computing_of.entry(account).or_default() += 1;
    }

    fn count_down(&mut self, account: AccountId) {
        self.computing = self.computing.saturating_sub(1);
        less(&mut self.computing_of, account);
    }
}

fn of(counts: &HashMap<AccountId, usize>, account: AccountId) -> usize {
    counts.get(&account).copied().unwrap_or(0)
}

/// Counts one down; an account with none is forgotten, so that the map stays small.
fn less(counts: &mut HashMap<AccountId, usize>, account: AccountId) {
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
        state.count_down(self.account);
        self.slots.wake_next(&state);
    }
}

impl Drop for Outside<'_> {
    fn drop(&mut self) {
        let mut state = self.slots.lock();
        state.waiting_outside -= 1;
        less(&mut state.waiting_of, self.account);
        // Who comes back does not queue: others may wait for the very thing this run holds.
        state.count_up(self.account);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::thread;

    fn account(n: u8) -> AccountId {
        AccountId::new(Moment(0), [n; 10])
    }

    #[test]
    fn no_account_waits_with_all_slots() {
        let slots = Slots::new(32, 2);
        let hold = |n| {
            let place = slots.compute(account(n), Level::Member, Moment(0)).unwrap();
            let outside = slots.wait_outside(account(n));
            (outside, place)
        };
        let mut first: Vec<_> = (0..4).map(|_| hold(1)).collect();
        assert!(first.iter().all(|(outside, _)| outside.is_some()));
        assert!(slots.wait_outside(account(1)).is_none(), "four an account");
        let second: Vec<_> = (0..4).map(|_| hold(2)).collect();
        assert!(second.iter().all(|(outside, _)| outside.is_some()));
        assert!(slots.wait_outside(account(3)).is_none(), "a quarter of the slots");
        assert_eq!((slots.load().computing, slots.load().waiting_outside), (0, 8));
        first.clear();
        assert!(slots.wait_outside(account(3)).is_some());
    }

    #[test]
    fn an_account_computes_on_half_and_the_rest_is_for_others() {
        let slots = Slots::new(32, 2);
        let held: Vec<_> =
            (0..2).map(|_| slots.compute(account(1), Level::Member, Moment(0)).unwrap()).collect();
        thread::scope(|scope| {
            let (ran, order) = channel();
            let go = |name: &'static str, n| {
                let ran = ran.clone();
                let before = slots.load().queued;
                scope.spawn({
                    let slots = &slots;
                    move || {
                        let _place = slots.compute(account(n), Level::Member, Moment(0)).unwrap();
                        ran.send(name).unwrap_or_default();
                    }
                });
                before
            };
            go("busy again", 1);
            // The busy account's third run stands first in the queue, and still waits.
            while slots.load().queued < 1 {
                thread::yield_now();
            }
            go("somebody else", 2);
            assert_eq!(order.recv(), Ok("somebody else"));
            assert_eq!(slots.load().queued, 1);
            drop(held);
            assert_eq!(order.recv(), Ok("busy again"));
        });
        assert_eq!(slots.load().computing, 0);
    }

    /// WASM-033: who finds no place waits so long and no longer.
    #[test]
    fn nobody_queues_without_end() {
        let slots = Slots::new(32, 2);
        let held: Vec<_> =
            (0..2).map(|_| slots.compute(account(1), Level::Member, Moment(0))).collect();
        thread::scope(|scope| {
            let run = || slots.compute(account(1), Level::Member, Moment(0)).is_some();
            let waiting: Vec<_> = (0..QUEUED_PER_ACCOUNT_MAX).map(|_| scope.spawn(run)).collect();
            while slots.load().queued < QUEUED_PER_ACCOUNT_MAX {
                thread::yield_now();
            }
            assert!(!run(), "too many wait");
            assert!(
                slots.compute(account(2), Level::Member, Moment(0)).is_some(),
                "of this account only"
            );
            drop(held);
            assert!(waiting.into_iter().all(|run| run.join().unwrap()));
        });
        let state = slots.lock();
        assert!(state.computing == 0 && state.computing_of.is_empty() && state.queue.is_empty());
    }

    #[test]
    fn who_took_much_lately_goes_behind() {
        let slots = Slots::new(32, 2);
        let (busy, other) = (account(1), account(2));
        let is_behind = |who, ms| slots.is_behind(who, Moment(ms));
        slots.took(busy, BURST_GAS, Moment(0));
        assert!(!is_behind(busy, 0), "once it may");
        slots.took(busy, BURST_GAS, Moment(0));
        assert!(is_behind(busy, 0) && !is_behind(other, 0));
        assert!(is_behind(busy, 999) && !is_behind(busy, 1_000), "a second later it may again");
        slots.took(other, u64::MAX, Moment(0));
        slots.took(other, u64::MAX, Moment(0));
        assert!(is_behind(other, 1_000_000), "no sum wraps");
        assert!(is_behind(other, -1), "a clock that is set back frees nobody");
        for n in 0..TAKEN_MAX + 5 {
            let mut random = [0; 10];
            random[..8].copy_from_slice(&n.to_le_bytes());
            slots.took(AccountId::new(Moment(0), random), 1, Moment(0));
        }
        assert!(slots.lock().taken.len() < TAKEN_MAX && is_behind(other, 0));
    }

    #[test]
    fn those_who_took_much_leave_a_processor_to_others() {
        let slots = Slots::new(32, 2);
        for busy in [1, 2] {
            slots.took(account(busy), BURST_GAS, Moment(0));
            slots.took(account(busy), BURST_GAS, Moment(0));
        }
        let held = slots.compute(account(1), Level::Member, Moment(0)).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| drop(slots.compute(account(2), Level::Member, Moment(0))));
            while slots.load().queued < 1 {
                thread::yield_now();
            }
            assert!(slots.compute(account(3), Level::Member, Moment(0)).is_some());
            assert_eq!(slots.load().queued, 1, "the other busy one still waits");
            drop(held);
        });
        assert_eq!((slots.load().computing, slots.load().queued), (0, 0));
    }

    #[test]
    fn who_has_least_by_weight_comes_first() {
        let slots = Slots::new(32, 4);
        let mut state = State::default();
        let mut wait = |number, n, level| {
            state.queue.push(Waiter {
                number,
                account: account(n),
                weight: weight(level),
                thread: thread::current(),
            });
        };
        wait(0, 1, Level::Member);
        wait(1, 2, Level::New);
        wait(2, 3, Level::Member);
        state.count_up(account(1));
        let next = |state: &State| slots.next(state).map(|waiter| waiter.number);
        assert_eq!(next(&state), Some(1), "who has nothing yet, in the order they came");
        state.count_up(account(2));
        assert_eq!(next(&state), Some(2));
        state.count_up(account(3));
        assert_eq!(next(&state), Some(0), "one run of a newcomer weighs as two of a member");
        state.computing = slots.computing_max;
        assert_eq!(next(&state), None);
    }
}
