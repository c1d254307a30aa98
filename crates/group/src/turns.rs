//! Whose turn it is in one app: writing runs go side by side, until one of them has been overtaken
//! too often and goes alone.

use model::AppId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

/// One lock an app, kept as long as somebody holds it.
#[derive(Default)]
pub(crate) struct Turns {
    apps: Mutex<HashMap<AppId, Weak<RwLock<()>>>>,
}

/// Locks that nobody holds are swept out above this count.
const SWEEP_ABOVE: usize = 1_000;

impl Turns {
    /// The lock of an app: shared by runs that go side by side, exclusive for one that goes alone.
    pub(crate) fn of(&self, app: AppId) -> Arc<RwLock<()>> {
        let mut apps = self.apps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = apps.get(&app).and_then(Weak::upgrade) {
            return lock;
        }
        if apps.len() > SWEEP_ABOVE {
            apps.retain(|_, lock| lock.strong_count() > 0);
        }
        let lock = Arc::new(RwLock::new(()));
        apps.insert(app, Arc::downgrade(&lock));
        lock
    }
}
