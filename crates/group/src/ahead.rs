//! Reads ahead: what a handler's runs read more often than not is read before the next one begins,
//! and handed to the worker with it. That saves a way to the node and back for each read, and
//! changes nothing else: a read counts as made when the guest makes it, and never before.

use crate::capability::args::Args;
use crate::capability::{Call, Capability};
use crate::desk::Desk;
use crate::host::find;
use crate::ticket::Ticket;
use model::{AppId, Value, limit};
use sandbox::Ahead;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use store::{Key, SpanRead};

/// Reads of one handler that are remembered. A page that reads more gains by a list, not by more
/// reads ahead.
const READS_MAX: usize = 32;
/// Bytes of the arguments of a remembered read: room for the longest key and a few options.
const ARGS_BYTES_MAX: usize = limit::KEY_BYTES_MAX + 128;
/// Bytes of the answers that go along with one run: what a socket takes without waiting for its
/// reader, and the price of some ten microseconds if nobody needs them.
const ANSWERS_BYTES_MAX: usize = 64 * limit::KIB;
/// Handlers that are remembered, some kilobytes each at most; above it all are forgotten, and
/// learned again in two runs.
const HANDLERS_MAX: usize = 1_000;
/// From this weight on a read is made ahead: two runs in a row made it.
const WEIGHT_TRUSTED: u8 = 2;
/// The most weight: after so many runs without it a read is forgotten.
const WEIGHT_MAX: u8 = 4;

/// What the handlers of this node's apps read lately.
#[derive(Default)]
pub(crate) struct Habits {
    of: Mutex<HashMap<Handler, Vec<Habit>>>,
}

/// Whose reads they are. Another release may read otherwise.
#[derive(PartialEq, Eq, Hash)]
struct Handler {
    app: AppId,
    release: String,
    trigger: &'static str,
    name: String,
}

/// A read that runs make.
#[derive(Clone, PartialEq)]
pub(crate) struct Read {
    /// The capability's.
    name: &'static str,
    args: Vec<Value>,
}

#[derive(Clone)]
struct Habit {
    read: Read,
    /// Rises with each run that makes it and falls with each that does not.
    weight: u8,
    /// Its answer was once too large to go along.
    large: bool,
}

/// A read that was made ahead, with what the commit must check once the guest makes it.
pub(crate) struct Made {
    read: Read,
    keys: Vec<Key>,
    spans: Vec<SpanRead>,
}

impl Habits {
    /// The reads the next run will probably make.
    fn reads(&self, ticket: &Ticket) -> Vec<Read> {
        let of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let habits = of.get(&Handler::of(ticket)).map(Vec::as_slice).unwrap_or_default();
        let trusted = habits.iter().filter(|it| it.weight >= WEIGHT_TRUSTED && !it.large);
        trusted.map(|it| it.read.clone()).collect()
    }

    /// Learns from a run what it read, and which reads are too large to be made ahead.
    pub(crate) fn learn(&self, ticket: &Ticket, read: Vec<Read>, large: &[Read]) {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let handler = Handler::of(ticket);
        if read.is_empty() && !of.contains_key(&handler) {
            return;
        }
        if of.len() >= HANDLERS_MAX && !of.contains_key(&handler) {
            of.clear();
        }
        let habits = of.entry(handler).or_default();
        learn(habits, read);
        for habit in habits.iter_mut() {
            habit.large |= large.contains(&habit.read);
        }
    }
}

/// Weighs habits anew after a run that read this.
fn learn(habits: &mut Vec<Habit>, mut read: Vec<Read>) {
    habits.retain_mut(|habit| {
        habit.weight = match read.iter().position(|it| *it == habit.read) {
            Some(place) => {
                read.remove(place);
                (habit.weight + 1).min(WEIGHT_MAX)
            }
            None => habit.weight - 1,
        };
        habit.weight > 0
    });
    let room = READS_MAX.saturating_sub(habits.len());
    habits.extend(read.into_iter().take(room).map(|read| Habit { read, weight: 1, large: false }));
}

impl Handler {
    fn of(ticket: &Ticket) -> Handler {
        Handler {
            app: ticket.app.it.id,
            release: ticket.release.clone(),
            trigger: ticket.invocation.trigger.word(),
            name: ticket.handler().to_owned(),
        }
    }
}

impl Desk<'_> {
    /// Makes the reads that this run will probably make, as it would make them now. It has neither
    /// read nor written anything yet, and has not when this is over.
    pub(crate) fn read_ahead(&mut self) -> Vec<Ahead> {
        let mut room = ANSWERS_BYTES_MAX;
        let mut ahead = Vec::new();
        self.made_ahead.clear();
        for read in self.group.habits.reads(self.ticket) {
            let Read { name, args } = read.clone();
            let answer = find(name).and_then(|it| it.call.make(self, &mut Args::new(name, args)));
            let keys = std::mem::take(&mut self.keys_read).into_iter().collect();
            let spans = std::mem::take(&mut self.spans_read);
            // What is refused now is refused again, with its reason, when the guest asks for it.
            let Ok(answer) = answer else { continue };
            let answer = sandbox::encode(&answer);
            let Some(left) = room.checked_sub(answer.len()) else {
                self.large.push(read);
                continue;
            };
            room = left;
            ahead.push(Ahead { name, args: read.args.clone(), answer });
            self.made_ahead.push(Made { read, keys, spans });
        }
        ahead
    }

    /// The guest makes a read now that was made ahead.
    pub(crate) fn used(&mut self, place: usize) {
        let Some(made) = self.made_ahead.get(place) else { return };
        self.keys_read.extend(made.keys.iter().cloned());
        self.spans_read.extend(made.spans.iter().cloned());
        let read = made.read.clone();
        self.remember(read);
    }

    /// Remembers a call for runs to come, if it is a read.
    pub(crate) fn note(&mut self, capability: &'static Capability, args: &[Value]) {
        if !matches!(capability.call, Call::Look(_)) {
            return;
        }
        let read = Read { name: capability.name, args: args.to_vec() };
        if sandbox::encode(&Value::List(read.args.clone())).len() <= ARGS_BYTES_MAX {
            self.remember(read);
        }
    }

    fn remember(&mut self, read: Read) {
        if self.looked.len() < READS_MAX && !self.looked.contains(&read) {
            self.looked.push(read);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs that read these keys, one a letter, and the keys that are trusted after each.
    fn trusted(runs: &[&str]) -> Vec<String> {
        let mut habits = Vec::new();
        let key = |key: char| Read { name: "store.get", args: vec![Value::text(key)] };
        let after = runs.iter().map(|run| {
            learn(&mut habits, run.chars().map(key).collect());
            let trusted = habits.iter().filter(|it| it.weight >= WEIGHT_TRUSTED);
            trusted.filter_map(|it| it.read.args[0].as_str()).collect()
        });
        after.collect()
    }

    #[test]
    fn what_is_read_more_often_than_not_is_trusted() {
        assert_eq!(trusted(&["ab", "ab", "a"]), ["", "ab", "a"]);
        assert_eq!(trusted(&["ax", "ay", "az"]), ["", "a", "a"], "each its own key");
        assert_eq!(trusted(&["a", "b", "a", "b"]), ["", "", "", ""], "by turns");
        let forgets = ["a", "a", "a", "a", "a", "", "", "", "", "a"];
        let kept = ["", "a", "a", "a", "a", "a", "a", "", "", ""];
        assert_eq!(trusted(&forgets), kept);
    }

    #[test]
    fn no_more_is_remembered_than_may_be() {
        let mut habits = Vec::new();
        let reads = |from: usize| {
            let read = |n| Read { name: "store.get", args: vec![Value::Int(n as i64)] };
            (from..from + READS_MAX + 5).map(read).collect::<Vec<_>>()
        };
        learn(&mut habits, reads(0));
        assert_eq!(habits.len(), READS_MAX);
        learn(&mut habits, reads(1_000));
        assert_eq!(habits.len(), READS_MAX, "the old ones made room");
        assert!(habits.iter().all(|it| it.weight == 1));
    }
}
