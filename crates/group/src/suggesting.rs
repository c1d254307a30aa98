//! Suggestions: the owner of a fork shows a change to the author of the original, who takes it into
//! the draft or declines. Nothing of the original changes before its author says so.

use crate::accounts::person;
use crate::admit::may_use;
use crate::apps::{not_frozen, signed, total, with_name};
use crate::group::Group;
use crate::merge::{Merge, Settle, merge};
use crate::moderation::{must_be_admin, reason};
use crate::records::{self, Found, Kept};
use crate::taking::Taking;
use model::app::Taken;
use model::problem::{Kind as ProblemKind, Problem, Result};
use model::trigger::Trigger;
use model::{Account, App, AppId, Became, Files, Level, Suggestion, SuggestionId, limit};
use std::collections::BTreeMap;
use store::{Batch, Expect, Kind, Page, Put, Spend};

/// Characters of a note or of a word that declines.
const NOTE_CHARS_MAX: usize = 1_000;
/// Suggestions listed at once, and removed in one commit with what they give back.
const LISTED_MAX: usize = 200;
/// The axis on which open suggestions are counted.
const OPEN: &str = "suggestions";

impl Group {
    /// Suggests the draft of a fork to the author of its original.
    pub fn suggest(&self, by: &Account, fork: &App, note: &str) -> Result<Suggestion> {
        self.must_own(by, fork)?;
        not_frozen(by)?;
        if by.level < Level::New {
            return Err(Problem::new(
                ProblemKind::SignIn,
                "To suggest a change, join the group first: its author sees who it is from.",
            ));
        }
        let original = self.original(by, fork)?;
        let Taken { release: base, number: base_number } = known_release(fork)?;
        let known = self.release(&original, &base)?.files;
        let files = with_name(&self.files(&fork.draft)?, &original.name)?;
        if files == with_name(&self.files(&known)?, &original.name)? {
            return Err(Problem::invalid(
                "Your copy is as the original is, so there is nothing to suggest yet. Change something first.",
            ));
        }
        let bytes: u64 = files
            .iter()
            .filter(|(path, _)| known.get(*path) != fork.draft.get(*path))
            .map(|(_, bytes)| bytes.len() as u64)
            .sum();
        let suggestion = Suggestion {
            id: self.new_suggestion_id(),
            app: original.id,
            fork: fork.id,
            fork_address: format!("@{}/{}", fork.owner_handle, fork.name),
            by: by.id,
            by_handle: by.handle.clone(),
            note: note.trim().chars().take(NOTE_CHARS_MAX).collect(),
            at: self.now(),
            base,
            base_number,
            files: self.keep_files(&files)?,
            bytes,
            became: Became::Open,
        };
        let mut batch = Batch::new(self.now());
        batch.puts.push(suggestion_put(&suggestion, None, Expect::New)?);
        batch.spends.push(total(by, OPEN, 1, limit::SUGGESTIONS_MAX));
        let storage = limit::allowance(by.level).storage_bytes;
        batch.spends.push(total(by, store::STORAGE, signed(bytes), storage));
        self.store.commit(batch).map_err(|refused| match refused {
            store::Refused::OverQuota { axis, max, .. } if axis == OPEN => Problem::new(
                ProblemKind::OverQuota,
                format!(
                    "{max} of your suggestions wait for an answer already. Take one back, or wait for an answer."
                ),
            ),
            other => other.into(),
        })?;
        Ok(suggestion)
    }

    /// The original of a fork, and its files as the fork knows them, under the fork's name.
    pub fn known_of_original(&self, by: &Account, fork: &App) -> Result<(App, Files)> {
        let original = self.original(by, fork)?;
        let known = self.release(&original, &known_release(fork)?.release)?;
        let files = with_name(&self.files(&known.files)?, &fork.name)?;
        Ok((original, files))
    }

    /// The original of a fork, if the fork's owner may see it.
    fn original(&self, by: &Account, fork: &App) -> Result<App> {
        let fork_of = fork.fork_of.as_ref().ok_or_else(no_fork)?;
        let look = Trigger::View { path: "/".into(), query: BTreeMap::new() };
        let seen = self.app(fork_of.app).and_then(|original| {
            may_use(&original.it, Some(&person(by)), false, &look).map(|()| original.it)
        });
        seen.map_err(|_| {
            Problem::not_found(
                "The original is gone, or not shared with you any more, so nobody can be asked.",
            )
        })
    }

    /// The suggestions for an app, newest first: all for its owner and for admins, else one's own.
    pub fn suggestions(&self, by: &Account, app: &App) -> Result<Vec<Suggestion>> {
        let all = by.id == app.owner || must_be_admin(by).is_ok();
        let kept = records::load_newest::<Suggestion>(
            &self.store,
            Kind::Suggestion,
            &app.id.to_string(),
            LISTED_MAX,
        )?;
        let mine = |it: &Suggestion| all || it.by == by.id;
        Ok(kept.into_iter().map(|kept| kept.it).filter(mine).collect())
    }

    /// What became of the suggestions of a fork, newest first.
    pub fn suggested(&self, by: &Account, fork: &App) -> Result<Vec<Suggestion>> {
        self.must_own(by, fork)?;
        let Ok(original) = self.original(by, fork) else { return Ok(Vec::new()) };
        let mut found = self.suggestions(by, &original)?;
        found.retain(|suggestion| suggestion.fork == fork.id);
        Ok(found)
    }

    /// A suggestion for an app, if this account may see it.
    pub fn suggestion(&self, by: &Account, app: &App, id: &str) -> Result<Suggestion> {
        let found = self.suggestions(by, app)?.into_iter().find(|it| it.id.to_string() == id);
        found.ok_or_else(no_suggestion)
    }

    /// What a suggestion would do to the draft of the app. Only an open one has files.
    pub fn look_at_suggestion(&self, app: &App, suggestion: &Suggestion) -> Result<Taking> {
        must_be_open(suggestion)?;
        let base = self.release(app, &suggestion.base)?;
        let base = with_name(&self.files(&base.files)?, &app.name)?;
        let theirs = with_name(&self.files(&suggestion.files)?, &app.name)?;
        let merge = merge(&base, &self.files(&app.draft)?, &theirs);
        Ok(Taking { base, theirs, merge })
    }

    /// Takes a suggestion into the draft. Without `how`, only if nothing is in conflict.
    pub fn take_suggestion(
        &self,
        by: &Account,
        app: &App,
        id: &str,
        how: Option<Settle>,
    ) -> Result<(App, Merge)> {
        self.must_own(by, app)?;
        let suggestion = self.suggestion(by, app, id)?;
        let merge = self.look_at_suggestion(app, &suggestion)?.merge;
        if let (None, Some(first)) = (how, merge.conflicts.first()) {
            return Err(Problem::new(
                ProblemKind::Conflict,
                format!(
                    "You and @{} both changed {}. Say what shall become of it: mine, theirs, or marks around both.",
                    suggestion.by_handle, first.path
                ),
            ));
        }
        let files = merge.settled(how.unwrap_or(Settle::Ours))?;
        // A crash in between leaves it open: taken again, it changes nothing more.
        let saved = self.save_draft(by, app, &files, Some(app.draft_revision))?;
        self.answer(suggestion.id, |_| Ok(Became::Taken { at: self.now() }), None)?;
        Ok((saved, merge))
    }

    /// Declines a suggestion, with a word for whoever made it.
    pub fn decline_suggestion(&self, by: &Account, app: &App, id: &str, word: &str) -> Result<()> {
        self.must_own(by, app)?;
        let suggestion = self.suggestion(by, app, id)?;
        let word: String = word.trim().chars().take(NOTE_CHARS_MAX).collect();
        let became = |_: &Suggestion| Ok(Became::Declined { at: self.now(), word: word.clone() });
        self.answer(suggestion.id, became, None)
    }

    /// Takes one's own suggestion back.
    pub fn withdraw_suggestion(&self, by: &Account, app: &App, id: &str) -> Result<()> {
        let suggestion = self.suggestion(by, app, id)?;
        let became = |it: &Suggestion| match it.by == by.id {
            true => Ok(Became::Withdrawn { at: self.now() }),
            false => Err(no_suggestion()),
        };
        self.answer(suggestion.id, became, None)
    }

    /// Removes a suggestion and its note. Only admins can, and it is written down.
    pub fn remove_suggestion(&self, by: &Account, app: &App, id: &str, why: &str) -> Result<()> {
        must_be_admin(by)?;
        let why = reason(why)?;
        let suggestion = self.suggestion(by, app, id)?;
        let what = format!(
            "removed a suggestion of @{} for @{}/{}: {why}",
            suggestion.by_handle, app.owner_handle, app.name
        );
        let became = |_: &Suggestion| Ok(Became::Removed { at: self.now(), why: why.clone() });
        self.answer(suggestion.id, became, Some(self.audit(by, &what)?))
    }

    /// Ends a suggestion: its files are let go and its account gets their bytes back.
    fn answer(
        &self,
        id: SuggestionId,
        became: impl Fn(&Suggestion) -> Result<Became>,
        audit: Option<Put>,
    ) -> Result<()> {
        loop {
            let Kept { it: before, version, .. } =
                records::load::<Suggestion>(&self.store, Kind::Suggestion, &id.to_string())?
                    .ok_or_else(no_suggestion)?;
            // An admin may also remove what was answered: its words stay readable otherwise.
            let after = became(&before)?;
            let removed = matches!(after, Became::Removed { .. });
            if !removed {
                must_be_open(&before)?;
            }
            let mut answered =
                Suggestion { files: BTreeMap::new(), bytes: 0, became: after, ..before.clone() };
            if removed {
                answered.note.clear();
            }
            let due = Some(self.now().plus(limit::SUGGESTION_LIFE));
            let mut batch = Batch::new(self.now());
            batch.puts.push(suggestion_put(&answered, due, Expect::Version(version))?);
            batch.puts.extend(audit.clone());
            batch.spends = given_back(&before);
            match self.store.commit(batch) {
                Ok(_) => return Ok(()),
                Err(store::Refused::Stale { .. }) => {}
                Err(refused) => return Err(refused.into()),
            }
        }
    }

    /// Forgets the suggestions for an app that is deleted.
    pub(crate) fn drop_suggestions(&self, app: AppId) -> Result<()> {
        loop {
            let page = Page::first(LISTED_MAX);
            let records = self.store.of_owner(Kind::Suggestion, &app.to_string(), &page)?;
            if records.is_empty() {
                return Ok(());
            }
            let mut batch = Batch::new(self.now());
            for record in records {
                let version = Expect::Version(record.version);
                batch.deletes.push((Kind::Suggestion, record.id.clone(), version));
                batch.spends.extend(given_back(&records::read::<Suggestion>(record)?.it));
            }
            match self.store.commit(batch) {
                // One was answered meanwhile: look again.
                Ok(_) | Err(store::Refused::Stale { .. }) => {}
                Err(refused) => return Err(refused.into()),
            }
        }
    }
}

/// The release of the original that a fork took last, or began as.
fn known_release(fork: &App) -> Result<Taken> {
    match (&fork.taken, &fork.fork_of) {
        (Some(taken), _) => Ok(taken.clone()),
        (None, Some(fork_of)) => {
            Ok(Taken { release: fork_of.release.clone(), number: fork_of.number })
        }
        (None, None) => Err(no_fork()),
    }
}

/// What an open suggestion holds of its account's allowances.
fn given_back(suggestion: &Suggestion) -> Vec<Spend> {
    if !suggestion.is_open() {
        return Vec::new();
    }
    let spend = |axis: &str, amount| Spend {
        account: suggestion.by.to_string(),
        axis: axis.into(),
        day: store::TOTAL,
        amount,
        max: u64::MAX,
    };
    vec![spend(OPEN, -1), spend(store::STORAGE, -signed(suggestion.bytes))]
}

fn suggestion_put(
    suggestion: &Suggestion,
    due: Option<model::Moment>,
    expect: Expect,
) -> Result<Put> {
    let (id, owner) = (suggestion.id.to_string(), Some(suggestion.app.to_string()));
    records::put(Kind::Suggestion, Found { id, owner, name: None, due }, suggestion, expect)
}

fn must_be_open(suggestion: &Suggestion) -> Result<()> {
    match suggestion.is_open() {
        true => Ok(()),
        false => Err(Problem::invalid("This suggestion was answered already.")),
    }
}

fn no_fork() -> Problem {
    Problem::invalid("This app is no fork, so there is no author to suggest anything to.")
}

fn no_suggestion() -> Problem {
    Problem::not_found("There is no such suggestion; it may have been answered long ago.")
}
