//! What a look has read: by that a page is known to be old, and whether it is the same for everybody.

use crate::group::Group;
use crate::invoke::Work;
use crate::ticket::Ticket;
use model::App;
use model::problem::Result;
use std::collections::HashSet;
use store::{Cell, Key, News, SpanRead};

/// What a look has read.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    /// The version of the app's data that it saw.
    pub version: u64,
    /// Whether it asked for something of the person who looks.
    pub personal: bool,
    keys: HashSet<Key>,
    spans: Vec<SpanRead>,
}

impl Reads {
    pub(crate) fn of(ticket: &Ticket, work: &Work) -> Reads {
        if ticket.writes() {
            return Reads::default();
        }
        Reads {
            version: work.seen,
            personal: work.personal,
            keys: work.keys_read.iter().cloned().collect(),
            spans: work.spans_read.clone(),
        }
    }

    /// Whether the page may look otherwise now that these keys were written.
    #[must_use]
    pub fn touched_by(&self, written: &[Key]) -> bool {
        written.iter().any(|key| {
            self.keys.contains(key)
                || self.spans.iter().any(|span| span.contains(&key.space, &key.key))
        })
    }
}

impl Group {
    /// The newest version of an app's data.
    pub fn data_version(&self, app: &App) -> Result<u64> {
        self.store.head(&Cell::live(app.id))
    }

    /// Has somebody told of every commit from now on, after it is kept.
    pub fn listen(&self, listener: impl Fn(&News) + Send + Sync + 'static) {
        self.store.listen(listener);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_depends_on_what_it_read_and_on_nothing_else() {
        let reads = Reads {
            keys: HashSet::from([Key::new("store", "a")]),
            spans: vec![SpanRead::prefix("store", "vote/")],
            ..Reads::default()
        };
        for (space, key, touched) in [
            ("store", "a", true),
            ("store", "b", false),
            ("store", "vote/yes", true),
            ("store", "votes", false),
            ("me:1", "a", false),
            ("me:1", "vote/yes", false),
        ] {
            assert_eq!(reads.touched_by(&[Key::new(space, key)]), touched, "{space} {key}");
        }
        assert!(!reads.touched_by(&[]));
        assert!(reads.touched_by(&[Key::new("store", "b"), Key::new("store", "a")]));
    }
}
