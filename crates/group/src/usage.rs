//! What an account has used of its allowances, in numbers that people can read.

use crate::group::Group;
use crate::ledger::Axis;
use crate::totals::Total;
use model::problem::Result;
use model::{Account, App, Gas, Moment, limit};

/// One bar of the usage page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    pub used: u64,
    pub max: u64,
}

impl Bar {
    /// The share in percent, at most 100.
    #[must_use]
    pub fn percent(&self) -> u64 {
        (self.used.saturating_mul(100) / self.max.max(1)).min(100)
    }

    /// Whether the person should be warned.
    #[must_use]
    pub fn is_high(&self) -> bool {
        self.percent() >= limit::WARN_PERCENT
    }
}

/// What an account has used.
#[derive(Clone, Debug)]
pub struct Usage {
    pub gas: Bar,
    pub runs: Bar,
    pub requests: Bar,
    pub storage: Bar,
    pub apps: Bar,
    /// When the daily allowances begin anew.
    pub wakes: Moment,
    /// Today's runs and gas by app.
    pub by_app: Vec<(App, Total)>,
}

impl Group {
    /// What an account has used of its allowances now.
    pub fn usage(&self, account: &Account) -> Result<Usage> {
        let allowance = limit::allowance(account.level);
        let daily = |axis: Axis| -> Result<Bar> {
            let allowed = self.allowed(account, axis);
            Ok(Bar { used: self.ledger.used(&self.store, allowed)?, max: allowed.max })
        };
        let for_life = |axis: &str, max: u64| -> Result<Bar> {
            let used = self.store.used(&account.id.to_string(), axis, store::TOTAL)?;
            Ok(Bar { used, max })
        };
        let today = self.now().day();
        let by_app = self.apps_of(account)?;
        let by_app =
            by_app.into_iter().map(|app| self.total(app.id, today).map(|total| (app, total)));
        Ok(Usage {
            gas: daily(Axis::Gas)?,
            runs: daily(Axis::Runs)?,
            requests: daily(Axis::Requests)?,
            storage: for_life(store::STORAGE, allowance.storage_bytes)?,
            apps: for_life("apps", allowance.apps)?,
            wakes: self.now().next_day(),
            by_app: by_app.collect::<Result<_>>()?,
        })
    }
}

/// Gas in words that fit a page: “1.2 M”.
#[must_use]
pub fn short_gas(gas: Gas) -> String {
    #[allow(clippy::cast_precision_loss)]
    let number = gas as f64;
    match gas {
        0..=9_999 => gas.to_string(),
        10_000..=999_999 => format!("{:.0} k", number / 1e3),
        1_000_000..=999_999_999 => format!("{:.1} M", number / 1e6),
        _ => format!("{:.1} G", number / 1e9),
    }
}
