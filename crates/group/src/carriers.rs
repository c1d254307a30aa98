//! Who carries effects out: few at once for one account, so that one slow host does not hold all
//! carriers.

use model::AccountId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Effects of one account that are carried out at once: one slow host must not hold all carriers.
const CARRIED_PER_ACCOUNT_MAX: usize = 2;

/// The effects that are carried out now.
#[derive(Default)]
pub(crate) struct Carriers {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    carried_of: HashMap<AccountId, usize>,
    /// Effects that found no carrier since one of their account was free.
    refused_of: HashMap<AccountId, u32>,
}

/// An effect that is carried out; over when dropped.
pub(crate) struct Carrying {
    carriers: Arc<Carriers>,
    account: AccountId,
}

impl Carriers {
    /// A place to carry an effect out. If the account has too many that are carried out now: how
    /// many were refused since one of them ended.
    pub(crate) fn carry(self: &Arc<Carriers>, account: AccountId) -> Result<Carrying, u32> {
        let mut state = self.lock();
        let carried = state.carried_of.entry(account).or_default();
        if *carried >= CARRIED_PER_ACCOUNT_MAX {
            let refused = state.refused_of.entry(account).or_default();
            *refused = refused.saturating_add(1);
            return Err(*refused);
        }
        *carried += 1;
        Ok(Carrying { carriers: self.clone(), account })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Carrying {
    fn drop(&mut self) {
        let mut state = self.carriers.lock();
        if let Some(carried) = state.carried_of.get_mut(&self.account) {
            *carried -= 1;
            if *carried == 0 {
                state.carried_of.remove(&self.account);
            }
        }
        state.refused_of.remove(&self.account);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use model::Moment;

    #[test]
    fn a_few_effects_of_an_account_are_carried_at_once() {
        let account = |n| AccountId::new(Moment(0), [n; 10]);
        let carriers = Arc::new(Carriers::default());
        let carried: Vec<_> = (0..2).map(|_| carriers.carry(account(1)).unwrap()).collect();
        assert_eq!([1, 2].map(|_| carriers.carry(account(1)).err().unwrap()), [1, 2]);
        assert!(carriers.carry(account(2)).is_ok());
        drop(carried);
        assert!(carriers.carry(account(1)).is_ok());
    }
}
