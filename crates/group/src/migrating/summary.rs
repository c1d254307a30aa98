//! What a change of an app's data comes to, for a person who decides about it.

use crate::carried::json_of;
use crate::group::Group;
use crate::invoke::Work;
use crate::ticket::Ticket;
use model::problem::Result;
use model::{Gas, Trigger};
use store::{Key, Seen};

/// Keys shown one by one; the others are counted.
const SHOWN_MAX: usize = 20;
/// Characters of a value that are shown.
const VALUE_CHARS_MAX: usize = 120;
/// Keys read at once.
const KEYS_AT_ONCE: usize = 500;

/// What taking over the data does to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rehearsal {
    /// The release whose data it was.
    pub from: u64,
    pub added: u64,
    pub changed: u64,
    pub deleted: u64,
    /// The first of them.
    pub shown: Vec<ChangedKey>,
    pub gas: Gas,
    /// What it printed.
    pub printed: Vec<String>,
}

/// One key, with its value before and after; `None` where it is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedKey {
    pub space: String,
    pub key: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Group {
    /// Compares what a run wants written with what is there.
    pub(super) fn summary(&self, ticket: &Ticket, work: &Work) -> Result<Rehearsal> {
        let mut summary = Rehearsal {
            from: match &ticket.invocation.trigger {
                Trigger::Migrate { from } => *from,
                _ => 0,
            },
            gas: ticket.spent.gas,
            printed: work.printed.clone(),
            ..Rehearsal::default()
        };
        let writes: Vec<(&Key, &Option<Vec<u8>>)> = work.writes.iter().collect();
        for part in writes.chunks(KEYS_AT_ONCE) {
            let keys: Vec<Key> = part.iter().map(|(key, _)| (*key).clone()).collect();
            let Seen::At(rows) = self.store.read(&ticket.cell(), work.seen, &keys)? else {
                return Err(super::overtaken());
            };
            for ((key, after), before) in part.iter().zip(rows) {
                summary.add(key, before.map(|row| row.value), (*after).clone());
            }
        }
        Ok(summary)
    }
}

impl Rehearsal {
    fn add(&mut self, key: &Key, before: Option<Vec<u8>>, after: Option<Vec<u8>>) {
        let count = match (&before, &after) {
            (None, None) => return,
            (Some(before), Some(after)) if before == after => return,
            (None, Some(_)) => &mut self.added,
            (Some(_), Some(_)) => &mut self.changed,
            (Some(_), None) => &mut self.deleted,
        };
        *count += 1;
        if self.shown.len() < SHOWN_MAX {
            self.shown.push(ChangedKey {
                space: key.space.clone(),
                key: key.key.clone(),
                before: before.as_deref().map(shown),
                after: after.as_deref().map(shown),
            });
        }
    }

    /// How many keys are otherwise than before.
    #[must_use]
    pub fn keys(&self) -> u64 {
        self.added + self.changed + self.deleted
    }
}

/// The beginning of a value, as JSON.
fn shown(bytes: &[u8]) -> String {
    let Ok(value) = sandbox::decode(bytes) else { return "?".into() };
    let text = json_of(&value).to_string();
    match text.char_indices().nth(VALUE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
