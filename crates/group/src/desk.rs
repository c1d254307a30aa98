//! The desk of one run: what it may read, and what it wants written and done.
//! Nothing on it is real before `commit` takes it.

use crate::ahead::{Made, Read};
use crate::answers::Answers;
use crate::given::Given;
use crate::group::Group;
use crate::printed::Printed;
use crate::ticket::Ticket;
use model::effect::Intent;
use model::{EffectId, Value};
use sandbox::{Refusal, RefusalKind};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Duration;
use store::{Cell, Key, Row, Seen, Span, SpanRead, View};

/// The desk of one run.
pub struct Desk<'a> {
    pub given: Given,
    pub(crate) group: &'a Group,
    pub(crate) ticket: &'a Ticket,
    pub(crate) cell: Cell,
    pub(crate) view: View,
    pub(crate) keys_read: HashSet<Key>,
    pub(crate) spans_read: Vec<SpanRead>,
    /// Values are in the sandbox's encoding; `None` deletes.
    pub(crate) writes: BTreeMap<Key, Option<Vec<u8>>>,
    pub(crate) bytes_written: u64,
    /// By how much the blobs of `files` grow.
    pub(crate) files_grow: i64,
    pub(crate) effects: Vec<Left>,
    pub(crate) schedules: BTreeMap<String, Option<ScriptSchedule>>,
    pub(crate) printed: Printed,
    pub(crate) answers: Answers,
    pub(crate) waited: Duration,
    pub(crate) unsafe_sent: bool,
    /// Whether it asked for something of the person who acts.
    pub(crate) personal: bool,
    pub(crate) grants_used: BTreeSet<String>,
    /// Reads whose answers the worker was given when it began.
    pub(crate) made_ahead: Vec<Made>,
    /// Reads this run has made, for those to come.
    pub(crate) looked: Vec<Read>,
    /// Reads that were too large to be made ahead.
    pub(crate) large: Vec<Read>,
}

/// An effect that is left to be carried out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Left {
    pub id: EffectId,
    pub intent: Intent,
    /// Bytes of its contents.
    pub bytes: u64,
    /// The one before it in its lane.
    pub after: Option<EffectId>,
}

/// A schedule that a script asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ScriptSchedule {
    /// The `at` function to run.
    pub handler: String,
    pub args: Value,
    pub seconds: u64,
    /// Whether it ticks again and again.
    pub again: bool,
}

/// A problem of ours while a guest runs: the run is aborted, the guest does not see it.
pub(crate) fn internal(problem: model::Problem) -> Refusal {
    Refusal {
        kind: RefusalKind::Internal,
        text: format!("{}: {}", problem.public, problem.private()),
    }
}

/// The view this run reads is too old: it begins again at a newer one.
fn restart() -> Refusal {
    Refusal { kind: RefusalKind::Restart, text: String::new() }
}

impl Desk<'_> {
    /// Reads a value: what this run wrote, or what was there when it began.
    pub(crate) fn get(&mut self, key: &Key) -> Result<Option<Value>, Refusal> {
        if let Some(written) = self.writes.get(key) {
            return written.as_deref().map(decode).transpose();
        }
        self.row(key)?.map(|row| decode(&row.value)).transpose()
    }

    /// Reads what was there when the run began, with the moment of its last change.
    pub(crate) fn row(&mut self, key: &Key) -> Result<Option<Row>, Refusal> {
        let keys = std::slice::from_ref(key);
        let seen = self.group.store.read(&self.cell, self.view.at, keys).map_err(internal)?;
        self.keys_read.insert(key.clone());
        match seen {
            Seen::At(mut rows) => Ok(rows.pop().flatten()),
            Seen::Newer => Err(restart()),
        }
    }

    /// Writes a value, or deletes it.
    pub(crate) fn set(&mut self, key: Key, value: Option<&Value>) -> Result<(), Refusal> {
        let bytes = value.map(sandbox::encode);
        self.bytes_written += (key.key.len() + bytes.as_ref().map_or(0, Vec::len)) as u64;
        let max = self.ticket.limits.written_bytes_max;
        if self.bytes_written > max {
            return Err(Refusal {
                kind: RefusalKind::Error,
                text: format!(
                    "this run wrote more than its {} MiB; write less at once, or keep large things in files",
                    max >> 20
                ),
            });
        }
        self.writes.insert(key, bytes);
        Ok(())
    }

    /// Lists keys and values in order, with this run's own writes among them.
    pub(crate) fn scan(&mut self, span: &Span) -> Result<Vec<(String, Value)>, Refusal> {
        let asked = span.asked();
        let own: BTreeMap<&str, Option<&[u8]>> = self
            .writes
            .iter()
            .filter(|(key, _)| asked.contains(&key.space, &key.key))
            .map(|(key, value)| (key.key.as_str(), value.as_deref()))
            .collect();
        // What this run deleted must not shorten the answer, so that many more are read.
        let wide = Span { limit: span.limit().saturating_add(own.len()), ..span.clone() };
        let rows = match self.group.store.scan(&self.cell, self.view.at, &wide).map_err(internal)? {
            Seen::At(rows) => rows,
            Seen::Newer => return Err(restart()),
        };
        self.spans_read.push(wide.covered(&rows));
        let mut found: BTreeMap<&str, &[u8]> =
            rows.iter().map(|row| (row.key.as_str(), row.value.as_slice())).collect();
        for (key, value) in own {
            match value {
                Some(bytes) => found.insert(key, bytes),
                None => found.remove(key),
            };
        }
        let pairs: Vec<_> = found.into_iter().collect();
        let ordered: Vec<_> = if span.reverse { pairs.into_iter().rev().collect() } else { pairs };
        ordered
            .into_iter()
            .take(span.limit())
            .map(|(key, bytes)| Ok((key.to_owned(), decode(bytes)?)))
            .collect()
    }

    /// Whether this run may change anything; the error says what to do instead.
    pub(crate) fn may_write(&self, name: &str) -> Result<(), Refusal> {
        if self.ticket.writes() {
            return Ok(());
        }
        Err(Refusal {
            kind: RefusalKind::Error,
            text: format!(
                "{name}: looking changes nothing. Write in a handler instead:   function on.save(ctx, args) … end   and   ui.button{{ \"Save\", on = \"save\" }}"
            ),
        })
    }

    /// Leaves an effect with so many bytes of contents to be carried out after this run is kept;
    /// answers its id.
    pub(crate) fn leave(&mut self, intent: Intent, bytes: usize) -> Result<EffectId, Refusal> {
        let max = self.ticket.limits.effects_max;
        if self.effects.len() >= max {
            return Err(Refusal {
                kind: RefusalKind::Error,
                text: format!(
                    "a run like this leaves at most {max} effects; spread them over several runs"
                ),
            });
        }
        let id = self.ticket.effect_id(self.effects.len());
        let after = match intent.lane() {
            Some(lane) => self.join_lane(&lane, id)?,
            None => None,
        };
        self.effects.push(Left { id, intent, bytes: bytes as u64, after });
        Ok(id)
    }
}

fn decode(bytes: &[u8]) -> Result<Value, Refusal> {
    sandbox::decode(bytes)
        .map_err(|err| internal(model::Problem::internal(format!("a stored value: {err:?}"))))
}
