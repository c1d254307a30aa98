//! A scene: a page of an app as one person sees it, or as everybody does whose person the app never
//! asks for. It keeps the last look at it, and knows when that is old.

use crate::web::look::{Look, Looked, Place};
use axum::http::request::Parts;
use group::{Key, Reads};
use model::{AppId, Moment};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, watch};

/// Which page it is, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Sight {
    pub(super) app: AppId,
    pub(super) place: Place,
    /// Whose page: `None` for everybody's, empty for that of somebody signed out.
    pub(super) viewer: Option<String>,
}

/// The last look at a page.
pub(super) struct Seen {
    pub(super) sight: Seeing,
    pub(super) release: String,
    pub(super) reads: Reads,
}

/// What was seen.
pub(super) enum Seeing {
    Look(Look),
    /// The owner's allowance is used up, until then.
    Resting(Moment),
}

impl From<Looked> for Seen {
    fn from(looked: Looked) -> Seen {
        let Looked { look, release, reads } = looked;
        Seen { sight: Seeing::Look(look), release, reads }
    }
}

impl Seen {
    /// Whether the app rests at this moment, as far as is known.
    pub(super) fn rests(&self, now: Moment) -> bool {
        matches!(self.sight, Seeing::Resting(wakes) if now < wakes)
    }
}

/// How a look ended.
pub(super) enum Ended {
    Seen(Seen),
    /// Nothing is new.
    Same,
    /// It could not be done now; it is due again.
    NotNow,
}

/// A page that is followed, or could be.
pub(super) struct Scene {
    pub(super) sight: Sight,
    state: Mutex<State>,
    /// Counts the looks; followers wait for it.
    looks: watch::Sender<u64>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    last: Option<Arc<Seen>>,
    old: bool,
    /// A look goes on, and this was written meanwhile.
    looking: Option<Vec<Key>>,
    /// Somebody keeps it up to date.
    kept: bool,
    /// The request of somebody who follows it: whether they may is asked with every look.
    follower: Option<Parts>,
}

impl Scene {
    pub(super) fn new(sight: Sight) -> Scene {
        Scene {
            sight,
            state: Mutex::default(),
            looks: watch::Sender::new(0),
            changed: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last look, if it is not old.
    pub(super) fn fresh(&self) -> Option<Arc<Seen>> {
        let state = self.state();
        state.last.clone().filter(|_| !state.old)
    }

    /// The last look.
    pub(super) fn last(&self) -> Option<Arc<Seen>> {
        self.state().last.clone()
    }

    /// Somebody looked, and this is what they saw; `old` if it is not the newest.
    pub(super) fn note(&self, seen: Seen, old: bool) {
        let mut state = self.state();
        state.last = Some(Arc::new(seen));
        state.old = old;
    }

    /// Keys of the app's data were written.
    pub(super) fn written(&self, keys: &[Key]) {
        let mut state = self.state();
        if let Some(meanwhile) = &mut state.looking {
            meanwhile.extend_from_slice(keys);
        } else if state.last.as_ref().is_none_or(|seen| seen.reads.touched_by(keys)) {
            state.old = true;
            drop(state);
            self.changed.notify_one();
        }
    }

    /// It must be looked at anew, whatever was read.
    pub(super) fn outdate(&self) {
        self.state().old = true;
        self.changed.notify_one();
    }

    /// Follows it from now on. The second part is true for the one who has to keep it up to date.
    pub(super) fn follow(&self, request: Parts) -> (watch::Receiver<u64>, bool) {
        let mut state = self.state();
        state.follower = Some(request);
        let looks = self.looks.subscribe();
        let first = !std::mem::replace(&mut state.kept, true);
        (looks, first)
    }

    /// Whether anybody follows it.
    pub(super) fn is_followed(&self) -> bool {
        self.looks.receiver_count() > 0
    }

    /// Ends keeping it up to date if nobody follows it any more.
    pub(super) fn let_go(&self) -> bool {
        let mut state = self.state();
        state.kept = self.is_followed();
        !state.kept
    }

    /// Waits for a change; false when nobody follows it any more.
    pub(super) async fn wait(&self) -> bool {
        if self.state().old {
            return true;
        }
        tokio::select! {
            () = self.changed.notified() => true,
            () = self.looks.closed() => false,
        }
    }

    /// Begins a look, with the request of whoever follows it.
    pub(super) fn begin(&self) -> Option<Parts> {
        let mut state = self.state();
        state.old = false;
        state.looking = Some(Vec::new());
        state.follower.clone()
    }

    /// Ends a look. What was written while it went on makes it old if it had read that.
    pub(super) fn end(&self, ended: Ended) {
        let mut state = self.state();
        let meanwhile = state.looking.take().unwrap_or_default();
        let seen = match ended {
            Ended::Seen(seen) => seen,
            Ended::Same => return,
            Ended::NotNow => {
                state.old = true;
                return;
            }
        };
        state.old |= seen.reads.touched_by(&meanwhile);
        state.last = Some(Arc::new(seen));
        drop(state);
        self.looks.send_modify(|looks| *looks += 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::RANDOM_BYTES;

    fn scene() -> Scene {
        let app = AppId::new(Moment(1), [0; RANDOM_BYTES]);
        Scene::new(Sight { app, place: Place::first(), viewer: None })
    }

    fn seen() -> Seen {
        let sight = Seeing::Resting(Moment(0));
        Seen { sight, release: String::new(), reads: Reads::default() }
    }

    #[test]
    fn what_is_written_during_the_first_look_does_not_get_lost() {
        let scene = scene();
        scene.begin();
        scene.written(&[Key::new("store", "a")]);
        scene.end(Ended::Seen(seen()));
        assert!(scene.fresh().is_some(), "it had not read that");
        scene.written(&[Key::new("store", "a")]);
        assert!(scene.fresh().is_some(), "nor does it now");
        scene.outdate();
        assert!(scene.fresh().is_none() && scene.last().is_some());
    }

    #[test]
    fn one_keeps_a_scene_up_to_date_as_long_as_somebody_follows() {
        let scene = scene();
        let request = || axum::http::Request::new(()).into_parts().0;
        let (first, keeps) = scene.follow(request());
        let (second, also) = scene.follow(request());
        assert!(keeps && !also);
        drop(first);
        assert!(!scene.let_go(), "one is left");
        drop(second);
        assert!(scene.let_go());
        assert!(scene.follow(request()).1, "the next one keeps it");
    }
}
