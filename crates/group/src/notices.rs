//! News: what happened to an account's apps without its doing. They are told once, and forgotten
//! after a while.

use crate::group::Group;
use crate::records::{self, Found};
use model::problem::Result;
use model::{Account, AccountId, App, Moment};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Batch, Expect, Kind, Put};

/// How long news stay: as long as what they tell of can be undone.
const LIFE: Duration = Duration::from_secs(30 * 24 * 3600);
/// News shown at once.
const SHOWN_MAX: usize = 100;

/// One piece of news.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub at: Moment,
    /// The app's address, like `@ana/poll`.
    pub app: String,
    /// A whole sentence.
    pub text: String,
}

impl Group {
    /// The news of an account, newest first.
    pub fn notices(&self, by: &Account) -> Result<Vec<Notice>> {
        let owner = by.id.to_string();
        let kept = records::load_newest::<Notice>(&self.store, Kind::Notice, &owner, SHOWN_MAX)?;
        Ok(kept.into_iter().map(|kept| kept.it).collect())
    }

    /// Tells the owner of an app.
    pub(crate) fn tell_owner(&self, app: &App, text: &str) -> Result<()> {
        let put = self.notice_put(app.owner, app, text)?;
        self.store.commit(Batch { puts: vec![put], ..Batch::new(self.now()) })?;
        Ok(())
    }

    fn notice_put(&self, owner: AccountId, app: &App, text: &str) -> Result<Put> {
        let notice = Notice {
            at: self.now(),
            app: format!("@{}/{}", app.owner_handle, app.name),
            text: text.to_owned(),
        };
        let found = Found {
            id: self.new_run_id().to_string(),
            owner: Some(owner.to_string()),
            name: None,
            due: Some(self.now().plus(LIFE)),
        };
        records::put(Kind::Notice, found, &notice, Expect::New)
    }
}
