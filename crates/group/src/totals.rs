//! Runs and gas by app and day, summed for ever. Gathered in memory and kept in batches.

use crate::group::Group;
use crate::records::{self, Found, Kept};
use model::problem::Result;
use model::{App, AppId, Gas};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use store::{Batch, Expect, Kind, Refused};

/// What one app used on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    pub runs: u64,
    pub gas: Gas,
}

/// Sums that wait to be kept.
#[derive(Default)]
pub(crate) struct Totals {
    waiting: Mutex<HashMap<(AppId, i64), Total>>,
}

impl Totals {
    /// Counts one run.
    pub(crate) fn add(&self, app: &App, day: i64, gas: Gas) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let total = waiting.entry((app.id, day)).or_default();
        total.runs += 1;
        total.gas = total.gas.saturating_add(gas);
    }
}

impl Group {
    /// What an app used on one day.
    pub fn total(&self, app: AppId, day: i64) -> Result<Total> {
        self.flush_totals()?;
        Ok(self.kept_total(app, day)?.map(|kept| kept.it).unwrap_or_default())
    }

    /// Adds what was gathered to what is kept.
    pub(crate) fn flush_totals(&self) -> Result<()> {
        let waiting = {
            let mut waiting = self.totals.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *waiting)
        };
        waiting.into_iter().try_for_each(|((app, day), add)| self.add_total(app, day, add))
    }

    fn kept_total(&self, app: AppId, day: i64) -> Result<Option<Kept<Total>>> {
        records::load(&self.store, Kind::Usage, &format!("{app}:{day}"))
    }

    fn add_total(&self, app: AppId, day: i64, add: Total) -> Result<()> {
        loop {
            let kept = self.kept_total(app, day)?;
            let expect = kept.as_ref().map_or(Expect::New, |kept| Expect::Version(kept.version));
            let old = kept.map(|kept| kept.it).unwrap_or_default();
            let sum = Total { runs: old.runs + add.runs, gas: old.gas.saturating_add(add.gas) };
            let found = Found {
                id: format!("{app}:{day}"),
                owner: Some(app.to_string()),
                ..Found::default()
            };
            let put = records::put(Kind::Usage, found, &sum, expect)?;
            match self.store.commit(Batch { puts: vec![put], ..Batch::new(self.now()) }) {
                Ok(_) => return Ok(()),
                // Another node added to the same sum: read it again.
                Err(Refused::Stale { .. }) => {}
                Err(refused) => return Err(refused.into()),
            }
        }
    }
}
