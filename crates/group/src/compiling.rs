//! Compiling components: what it costs their owner, gas by the bytes of the code before a compiler begins,
//! and that an account has one compiled at a time, whatever it sends.

use crate::group::Group;
use crate::ledger::{Axis, resting};
use model::problem::{Kind, Problem, Result};
use model::{Account, AccountId};
use sandbox::{Program, shape};
use std::collections::HashMap;
use std::sync::{Condvar, Mutex, PoisonError};

/// Compilations of one account that are under way or wait for it; each holds a thread.
const PER_ACCOUNT_MAX: usize = 4;

/// Who has something compiled now, and how many wait behind it.
#[derive(Default)]
pub(crate) struct Compilers {
    state: Mutex<HashMap<AccountId, Line>>,
    done: Condvar,
}

/// What one account wants compiled.
#[derive(Default)]
struct Line {
    wanted: usize,
    busy: bool,
}

/// An account's turn to have something compiled.
struct Turn<'c> {
    compilers: &'c Compilers,
    account: AccountId,
}

impl Compilers {
    /// Waits until nothing of this account is being compiled; refuses when too much waits already.
    fn turn(&self, account: AccountId) -> Result<Turn<'_>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let line = state.entry(account).or_default();
        if line.wanted >= PER_ACCOUNT_MAX {
            return Err(Problem::new(
                Kind::OverQuota,
                format!(
                    "{PER_ACCOUNT_MAX} programs of this account wait to be compiled already. Try again when they are done."
                ),
            ));
        }
        line.wanted += 1;
        let is_busy = |state: &mut HashMap<AccountId, Line>| {
            state.get(&account).is_some_and(|line| line.busy)
        };
        let mut state =
            self.done.wait_while(state, is_busy).unwrap_or_else(PoisonError::into_inner);
        state.entry(account).or_default().busy = true;
        Ok(Turn { compilers: self, account })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.compilers.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = state.get_mut(&self.account) {
            line.busy = false;
            line.wanted -= 1;
            if line.wanted == 0 {
                state.remove(&self.account);
            }
        }
        self.compilers.done.notify_all();
    }
}

impl Group {
    /// Has what somebody wrote compiled, and takes the gas for it from its owner's day before. What is
    /// compiled already costs nothing; neither does what no compiler will see, since it is refused
    /// before. What comes of it is for the run that needs it.
    pub(crate) fn pay_for_compiling(&self, owner: &Account, program: &Program) -> Result<()> {
        let Program::Component(component) = program else { return Ok(()) };
        if self.sandbox.is_compiled(component) {
            return Ok(());
        }
        let _turn = self.compilers.turn(owner.id)?;
        // Its turn may have come because the same was compiled meanwhile.
        if self.sandbox.is_compiled(component) || self.sandbox.shunned(component).is_some() {
            return Ok(());
        }
        let Ok(shape) = shape::check(&(component.read)()?) else { return Ok(()) };
        let gas = shape.compile_gas();
        let allowed = self.allowed(owner, Axis::Gas);
        if self.ledger.take(&self.store, allowed, gas, gas, self.now())?.is_none() {
            return Err(resting(allowed, self.now().next_day()));
        }
        // A failure is remembered, and told by the run or the check that comes now.
        let _told_later = self.sandbox.prepare(component);
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use model::Moment;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::channel;
    use std::thread;

    fn account(n: u8) -> AccountId {
        AccountId::new(Moment(0), [n; 10])
    }

    // WASM-010
    #[test]
    fn a_hundred_programs_of_one_account_are_compiled_one_by_one_and_hold_up_nobody() {
        let compilers = Compilers::default();
        let (inside, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let first = compilers.turn(account(1)).unwrap();
        let (tell, told) = channel();
        thread::scope(|scope| {
            for _ in 0..100 {
                let (tell, compilers, inside, refused) =
                    (tell.clone(), &compilers, &inside, &refused);
                scope.spawn(move || {
                    let Ok(_turn) = compilers.turn(account(1)) else {
                        refused.fetch_add(1, Ordering::SeqCst);
                        return tell.send(()).unwrap();
                    };
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                    thread::yield_now();
                    inside.fetch_sub(1, Ordering::SeqCst);
                });
            }
            // All but those that wait behind the first are refused before it is done.
            for _ in PER_ACCOUNT_MAX - 1..100 {
                told.recv().unwrap();
            }
            drop(compilers.turn(account(2)).unwrap());
            drop(first);
        });
        assert_eq!(refused.load(Ordering::SeqCst), 101 - PER_ACCOUNT_MAX);
        assert!(compilers.state.lock().unwrap().is_empty());
    }
}
