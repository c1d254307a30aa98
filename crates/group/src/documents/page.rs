//! Documents on pages: what a view shows of them and what that costs its run, and the runs in which
//! the group writes for a person while no function of the app is called.

use super::{
    Draft, Revision, Saved, TEXTS, check_name, check_text, draft_key, head_key, revision_key,
    revisions_span, save,
};
use crate::desk::Desk;
use crate::group::Group;
use crate::host::find;
use model::problem::{Kind, Problem, Result};
use model::receipt::Cause;
use model::trigger::{Change, Invocation, Person, Trigger};
use model::{App, Ending, Value, limit};
use sandbox::{Outcome, Refusal, RefusalKind};
use std::collections::{BTreeMap, BTreeSet};
use store::{Cell, Key, Row, Seen};
use ui::View;
use ui::prose::Weight;

/// The documents of an app as pages read them.
pub struct Library<'g> {
    group: &'g Group,
    cell: Cell,
}

/// What came of writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// It is kept as this revision, maybe merged with what others had kept.
    Kept { revision: i64, merged: bool },
    /// Others changed the same lines meanwhile, so nothing was kept.
    Conflict,
}

impl Group {
    /// The documents of an app, or of its draft.
    #[must_use]
    pub fn library(&self, app: &App, draft: bool) -> Library<'_> {
        let cell = if draft { Cell::draft(app.id) } else { Cell::live(app.id) };
        Library { group: self, cell }
    }

    /// Writes a document for a person. Whether they may is the caller's to know; all else that
    /// holds for a run holds for this one.
    pub fn write_document(
        &self,
        app: &App,
        by: Option<Person>,
        draft: bool,
        name: &str,
        change: Change,
    ) -> Result<Written> {
        let trigger = Trigger::Document { name: name.to_owned(), change };
        let ran = self.invoke(Invocation { app: app.id, trigger, by, chain: None, draft })?;
        let revision = ran.answer.get("revision").and_then(Value::as_int);
        match (ran.ending, revision) {
            (Ending::Done, Some(revision)) => {
                let merged = ran.answer.get("merged").is_some_and(Value::truthy);
                Ok(Written::Kept { revision, merged })
            }
            (Ending::Done, None) => Ok(Written::Conflict),
            (Ending::Conflicted, _) => Err(Problem::new(Kind::Conflict, ran.message)),
            _ => Err(Problem::invalid(format!(
                "This was not kept: {}.",
                ran.message.trim_end_matches('.')
            ))),
        }
    }
}

impl Library<'_> {
    /// The newest revision of a document, with its text.
    pub fn newest(&self, name: &str) -> Result<Option<(Revision, String)>> {
        self.consistently(|at| {
            let Seen::At(head) = self.value(at, head_key(name))? else { return Ok(Seen::Newer) };
            let Some(revision) = head.as_ref().and_then(Revision::read) else {
                return Ok(Seen::At(None));
            };
            let key = revision_key(TEXTS, name, revision.number);
            let text = self.value(at, key)?;
            Ok(text.map(|text| Some((revision, text?.as_str()?.to_owned()))))
        })
    }

    /// The text of one revision, if it is kept.
    pub fn text(&self, name: &str, number: i64) -> Result<Option<String>> {
        let key = revision_key(TEXTS, name, number);
        self.consistently(|at| {
            Ok(self.value(at, key.clone())?.map(|text| Some(text?.as_str()?.to_owned())))
        })
    }

    /// The kept revisions, newest first.
    pub fn revisions(&self, name: &str) -> Result<Vec<Revision>> {
        self.consistently(|at| {
            let rows = self.group.store.scan(&self.cell, at, &revisions_span(name))?;
            Ok(rows
                .map(|rows| rows.iter().filter_map(|row| Revision::read(&decoded(row)?)).collect()))
        })
    }

    /// What a person has begun and not saved.
    pub fn draft(&self, person: &str, name: &str) -> Result<Option<Draft>> {
        self.consistently(|at| {
            Ok(self.value(at, draft_key(person, name))?.map(|it| Draft::read(&it?)))
        })
    }

    /// The texts of the documents that a view shows, by name.
    pub fn of_view(&self, view: &View) -> Result<BTreeMap<String, String>> {
        let mut texts = BTreeMap::new();
        for name in view.documents() {
            if let Some((_, text)) = self.newest(name)? {
                texts.insert(name.to_owned(), text);
            }
        }
        Ok(texts)
    }

    fn value(&self, at: u64, key: Key) -> Result<Seen<Option<Value>>> {
        let rows = self.group.store.read(&self.cell, at, &[key])?;
        Ok(rows.map(|rows| rows.into_iter().next().flatten().as_ref().and_then(decoded)))
    }

    /// Reads in one consistent state, again where that has passed.
    fn consistently<T>(&self, read: impl Fn(u64) -> Result<Seen<T>>) -> Result<T> {
        loop {
            let view = self.group.store.begin(&self.cell)?;
            if let Seen::At(found) = read(view.at)? {
                return Ok(found);
            }
        }
    }
}

fn decoded(row: &Row) -> Option<Value> {
    sandbox::decode(&row.value).ok()
}

/// The run in which a person writes a document: it costs what a script would pay for it.
pub(crate) fn run(desk: &mut Desk, name: &str, change: &Change) -> Outcome {
    let bytes = match change {
        Change::Save { text, .. } | Change::Draft { text, .. } => text.len() as u64,
        Change::Discard => 0,
    };
    let price = find("docs.write").map(|it| it.price);
    let gas = price.map_or(0, |price| price.call + price.byte_in * bytes);
    let cause = Cause { count: 1, gas };
    let outcome = Outcome {
        ending: Ending::Done,
        answer: Value::Nil,
        message: String::new(),
        gas,
        causes: BTreeMap::from([("docs.write".to_owned(), cause)]),
        restarted: false,
        internal: None,
    };
    match apply(desk, name, change) {
        Ok(answer) => Outcome { answer, ..outcome },
        Err(refusal) => refused(refusal, outcome),
    }
}

fn refused(refusal: Refusal, outcome: Outcome) -> Outcome {
    let text = refusal.text;
    match refusal.kind {
        RefusalKind::Restart => Outcome { ending: Ending::Stopped, restarted: true, ..outcome },
        RefusalKind::Internal => {
            Outcome { ending: Ending::Stopped, internal: Some(text), ..outcome }
        }
        _ => Outcome { ending: Ending::Stopped, message: text, ..outcome },
    }
}

fn apply(desk: &mut Desk, name: &str, change: &Change) -> std::result::Result<Value, Refusal> {
    check_name(name)?;
    let person = desk.ticket.invocation.by.as_ref().map(|person| person.id.to_string());
    let draft = person.map(|person| draft_key(&person, name));
    match change {
        Change::Save { text, base } => match save(desk, name, text, *base)? {
            Saved::Kept { revision, merged } => {
                forget(desk, draft)?;
                let merged = Value::Bool(merged);
                Ok(Value::map([("revision", Value::Int(revision)), ("merged", merged)]))
            }
            Saved::Conflict { .. } => Ok(Value::Nil),
        },
        Change::Draft { text, base } => {
            check_text(text)?;
            let kept = Draft { text: text.clone(), base: *base };
            if let Some(key) = draft {
                desk.set(key, Some(&kept.value()))?;
            }
            Ok(Value::map([("revision", Value::Int(*base))]))
        }
        Change::Discard => {
            forget(desk, draft)?;
            Ok(Value::map([("revision", Value::Int(0))]))
        }
    }
}

/// Forgets what a person had begun, if they had.
fn forget(desk: &mut Desk, draft: Option<Key>) -> std::result::Result<(), Refusal> {
    let Some(key) = draft else { return Ok(()) };
    if desk.get(&key)?.is_some() {
        desk.set(key, None)?;
    }
    Ok(())
}

/// What there is to clean of the documents that an answer shows: its run pays for them.
pub(crate) fn charge(desk: &mut Desk, answer: &Value) -> Weight {
    let mut names = BTreeSet::new();
    let mut waiting = vec![answer];
    while let Some(value) = waiting.pop() {
        match value {
            Value::List(items) => waiting.extend(items),
            Value::Map(fields) => {
                if value.str_at("type") == Some("document") {
                    names.extend(value.str_at("doc"));
                }
                waiting.extend(fields.values());
            }
            _ => {}
        }
    }
    let mut weight = Weight::default();
    for name in names.into_iter().filter(|name| check_name(name).is_ok()) {
        // As many as are shown; they are read, so that a page knows when one of them changes.
        let shown = weight.texts < limit::DOCUMENTS_PER_VIEW_MAX as u64;
        let head = if shown { desk.get(&head_key(name)).ok().flatten() } else { None };
        if let Some(revision) = head.as_ref().and_then(Revision::read) {
            weight.texts += 1;
            weight.bytes += u64::try_from(revision.bytes).unwrap_or(0);
        }
    }
    weight
}
