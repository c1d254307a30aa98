//! What the original of a fork has published since: seen, and taken into the fork's draft. A
//! release is never made of it without a person, and what was taken is remembered.

use crate::accounts::person;
use crate::admit::may_use;
use crate::apps::with_name;
use crate::group::Group;
use crate::merge::{Merge, Settle, merge};
use model::app::Taken;
use model::problem::{Kind as ProblemKind, Problem, Result};
use model::trigger::Trigger;
use model::{Account, App, Files, Release};
use std::collections::BTreeMap;

/// What the original of a fork has to offer.
#[derive(Clone, Debug)]
pub struct Offer {
    pub original: App,
    /// The number of its release that the fork began as, or took last.
    pub from: u64,
    /// Its releases since, newest first.
    pub releases: Vec<Release>,
}

/// What taking an offer would do.
#[derive(Clone, Debug)]
pub struct Taking {
    /// The files of the original then and now.
    pub base: Files,
    pub theirs: Files,
    pub merge: Merge,
}

impl Group {
    /// The releases of the original that this fork has not taken; `None` if there are none, or if
    /// its owner may not see the original any more.
    pub fn offer(&self, by: &Account, app: &App) -> Result<Option<Offer>> {
        let Some(fork_of) = &app.fork_of else { return Ok(None) };
        let Ok(original) = self.app(fork_of.app) else { return Ok(None) };
        let original = original.it;
        let look = Trigger::View { path: "/".into(), query: BTreeMap::new() };
        if may_use(&original, Some(&person(by)), false, &look).is_err() {
            return Ok(None);
        }
        let from = app.taken.as_ref().map_or(fork_of.number, |taken| taken.number);
        let mut releases = self.releases(&original)?;
        releases.retain(|release| release.number > from);
        Ok((!releases.is_empty()).then_some(Offer { original, from, releases }))
    }

    /// What taking a release of an offer would do to the draft.
    pub fn look_at_offer(&self, app: &App, offer: &Offer, number: u64) -> Result<Taking> {
        let release = offered(offer, number)?;
        let base = self.base_of(app, &offer.original)?;
        // Both have the fork's own name, so that names are no change.
        let base = with_name(&self.files(&base)?, &app.name)?;
        let theirs = with_name(&self.files(&release.files)?, &app.name)?;
        let merge = merge(&base, &self.files(&app.draft)?, &theirs);
        Ok(Taking { base, theirs, merge })
    }

    /// Takes a release of the original into the draft. Without `how`, only if nothing is in conflict.
    pub fn take(
        &self,
        by: &Account,
        app: &App,
        number: u64,
        how: Option<Settle>,
    ) -> Result<(App, Merge)> {
        self.must_own(by, app)?;
        let offer = self.offer(by, app)?.ok_or_else(|| {
            Problem::not_found(
                "The original has nothing newer. You have all that you can see of it.",
            )
        })?;
        let Taking { merge, .. } = self.look_at_offer(app, &offer, number)?;
        if let (None, Some(first)) = (how, merge.conflicts.first()) {
            return Err(Problem::new(
                ProblemKind::Conflict,
                format!(
                    "You and the original both changed {}. Say what shall become of it: mine, theirs, or marks around both.",
                    first.path
                ),
            ));
        }
        let files = merge.settled(how.unwrap_or(Settle::Ours))?;
        let release = offered(&offer, number)?;
        let taken = Taken { release: release.id.clone(), number };
        let revision = Some(app.draft_revision);
        let app = self.save_draft_and(by, app, &files, revision, |app| {
            app.taken = Some(taken.clone());
        })?;
        Ok((app, merge))
    }

    /// The files of the original as the fork knows them: what it took last, or began as.
    fn base_of(&self, app: &App, original: &App) -> Result<BTreeMap<String, String>> {
        let began = app.fork_of.as_ref().map(|fork| &fork.release);
        let base = app.taken.as_ref().map(|taken| &taken.release).or(began);
        let base = base.ok_or_else(|| Problem::invalid("This app is no fork."))?;
        Ok(self.release(original, base)?.files)
    }
}

fn offered(offer: &Offer, number: u64) -> Result<&Release> {
    offer.releases.iter().find(|release| release.number == number).ok_or_else(|| {
        Problem::not_found(format!(
            "@{}/{} has no release {number} that you have not taken. Look at what it has.",
            offer.original.owner_handle, offer.original.name
        ))
    })
}
