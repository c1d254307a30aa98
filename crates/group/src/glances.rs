//! Looks at apps that stand on pages of the group: the app that runs on the landing page, the cards
//! of home. Like every look they are paid from the day of the app's owner, so what came back is kept
//! for as long as nothing changed, and nobody is made poor by a page that many people open.

use crate::group::Group;
use model::problem::Result;
use model::trigger::{Invocation, Person, Trigger};
use model::{AccountId, App, AppId, Ending, Moment, ReleaseId, Value, limit};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use store::Cell;

/// What was seen, by app and by who looked: a view may differ for each person.
#[derive(Default)]
pub(crate) struct Glances {
    kept: Mutex<BTreeMap<(AppId, Option<AccountId>), Seen>>,
}

/// One look and what it was a look at.
#[derive(Clone)]
struct Seen {
    at: Moment,
    of: Of,
    /// `None` if the app could not be shown.
    answer: Option<Value>,
}

/// All that a view depends on, but for the clock.
#[derive(Clone, PartialEq)]
struct Of {
    release: ReleaseId,
    settings: BTreeMap<String, String>,
    /// How many times its data changed.
    data: u64,
}

impl Group {
    /// What `view` of an app returns for this person, new or from a look before; `None` if it cannot
    /// be shown now. It runs at most once in `limit::GLANCE_LIFE` while nothing changes, and not at
    /// all once the day of its owner is nearly used.
    pub fn glance(&self, app: &App, by: Option<&Person>) -> Result<Option<Value>> {
        let Some(release) = app.release.clone().filter(|_| app.stopped.is_none()) else {
            return Ok(None);
        };
        let data = self.store.head(&Cell::live(app.id))?;
        let of = Of { release, settings: app.settings.clone(), data };
        let key = (app.id, by.map(|person| person.id));
        let before = self.glances.lock().get(&key).filter(|seen| seen.of == of).cloned();
        if let Some(seen) = before.filter(|seen| self.now() < seen.at.plus(limit::GLANCE_LIFE)) {
            return Ok(seen.answer);
        }
        if self.usage(&self.account_named(&app.owner_handle)?)?.gas.is_high() {
            return Ok(None);
        }
        let trigger = Trigger::View { path: "/".into(), query: BTreeMap::new() };
        let look = Invocation { app: app.id, trigger, by: by.cloned(), chain: None, draft: false };
        let ran = self.invoke(look).ok().filter(|ran| ran.ending == Ending::Done);
        let answer = ran.map(|ran| ran.answer);
        self.glances.keep(key, Seen { at: self.now(), of, answer: answer.clone() });
        Ok(answer)
    }

    /// A value that no other drawing of a page has, so that each button on it counts once.
    pub fn fresh(&self) -> String {
        self.new_run_id().to_string()
    }
}

impl Glances {
    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<(AppId, Option<AccountId>), Seen>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, key: (AppId, Option<AccountId>), seen: Seen) {
        let mut kept = self.lock();
        if kept.len() >= limit::GLANCES_KEPT {
            kept.retain(|_, other| seen.at < other.at.plus(limit::GLANCE_LIFE));
        }
        if kept.len() >= limit::GLANCES_KEPT {
            kept.clear();
        }
        kept.insert(key, seen);
    }
}
