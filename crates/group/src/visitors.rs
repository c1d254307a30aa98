//! Visitors: people who are not signed in and try a copy of an app. Each has a day, and what is left
//! of it then is forgotten, unless they joined.

use crate::accounts::account_put;
use crate::group::Group;
use crate::records;
use model::problem::{Kind as ProblemKind, Problem, Result};
use model::{Account, Level, Moment, Name, limit};
use std::time::Duration;
use store::{Batch, Expect, Kind, Spend};

/// How long a visitor who is being forgotten is left alone by other sweeps.
const LEASE: Duration = Duration::from_secs(300);
/// Visitors forgotten in one sweep, so that it does not hold up others.
const FORGOTTEN_AT_ONCE: usize = 50;

/// Between the end of a visitor's session and the sweep: nobody joins while it goes on.
const GRACE: Duration = Duration::from_secs(3600);

/// When a visitor may be forgotten.
pub(crate) fn end_of(visitor: &Account) -> Moment {
    visitor.created.plus(limit::SIGNED_OUT_LIFE + GRACE)
}

impl Group {
    /// Makes a visitor: a signed-out person's day with one draft.
    pub fn new_visitor(&self) -> Result<Account> {
        let random: [u8; 6] = self.random();
        let handle = Name::parse(&format!("visitor-{}", model::release::hex(&random)))?;
        let account = self.blank_account(handle, Level::Visitor)?;
        let mut batch = Batch::new(self.now());
        batch.puts.push(account_put(&account, Expect::New)?);
        batch.spends.push(Spend {
            account: "visitors".into(),
            axis: "visitors".into(),
            day: self.now().day(),
            amount: 1,
            max: limit::VISITORS_PER_DAY,
        });
        self.store.commit(batch).map_err(|refused| match refused {
            store::Refused::OverQuota { .. } => Problem::new(
                ProblemKind::OverQuota,
                "Many people are trying copies without an account today. Join to make yours, or come back tomorrow.",
            ),
            other => other.into(),
        })?;
        Ok(account)
    }

    /// Forgets visitors whose day is over, with their drafts.
    pub(crate) fn forget_visitors(&self) -> Result<()> {
        for record in self.store.claim(Kind::Account, self.now(), LEASE, FORGOTTEN_AT_ONCE)? {
            let (id, version) = (record.id.clone(), record.version);
            let visitor = records::read::<Account>(record)?.it;
            for app in self.apps_of(&visitor)? {
                self.delete_app(&visitor, &app)?;
            }
            let batch = Batch::new(self.now()).delete(Kind::Account, id, Expect::Version(version));
            self.store.commit(batch)?;
        }
        Ok(())
    }
}
