//! Following: a fork takes what its original publishes by itself, if its owner switched that on. It
//! waits a day, asks for nothing new, overwrites nothing of the owner's, and tells what it did.

use crate::apps::manifest_of;
use crate::group::Group;
use crate::merge::Settle;
use crate::records::{self, Kept};
use crate::taking::{Offer, Taking};
use model::app::{Following, Taken};
use model::manifest::Manifest;
use model::problem::{Problem, Result};
use model::{Account, App, Release};
use std::time::Duration;
use store::{Batch, Cell, Erase, Kind};

/// How old a release is before it is taken by itself: time for others to find what is wrong with it.
const WAIT: Duration = Duration::from_secs(24 * 3600);
/// How often an original is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(3600);
/// Apps looked after at once, and how long nobody else does meanwhile.
const APPS_AT_ONCE: usize = 100;
const LEASE: Duration = Duration::from_secs(600);

/// What became of a look at the original.
enum Looked {
    Nothing,
    /// Taken and published.
    Done(String),
    /// Left to the owner, and why.
    Left {
        number: u64,
        why: String,
    },
}

impl Group {
    /// Switches taking by itself on or off. With grants it is off unless chosen for this app.
    pub fn follow(&self, by: &Account, app: &App, on: bool, also_with_grants: bool) -> Result<App> {
        self.must_own(by, app)?;
        if app.fork_of.is_none() {
            return Err(Problem::invalid(
                "This app is no fork, so there is no original to follow.",
            ));
        }
        if on && !also_with_grants && !self.grants(app)?.is_empty() {
            return Err(Problem::invalid(
                "This app holds grants, so new code of somebody else could use them. Choose that it may, or take the grants back first.",
            ));
        }
        let following = on.then(|| Following {
            also_with_grants,
            next: self.now().plus(LOOK_EVERY),
            left: 0,
            pending: None,
        });
        self.change_app(app.id, |app| {
            app.following.clone_from(&following);
            Ok(())
        })
    }

    /// Looks after the apps whose time has come. Says how many they were.
    pub fn tend_apps(&self) -> Result<usize> {
        let now = self.now();
        let due = self.store.claim(Kind::App, now, LEASE, APPS_AT_ONCE)?;
        let count = due.len();
        for record in due {
            let app = records::read::<App>(record)?.it;
            if app.before.as_ref().is_some_and(|before| before.until <= now) {
                self.forget_before(&app)?;
            }
            if app.following.as_ref().is_some_and(|it| it.next <= now) {
                self.look_at_original(&app)?;
            }
        }
        Ok(count)
    }

    /// Lets go of the data that was put aside.
    fn forget_before(&self, app: &App) -> Result<()> {
        let Kept { mut it, version, .. } = self.app(app.id)?;
        it.before = None;
        let put = crate::apps::app_put(&it, store::Expect::Version(version))?;
        let account = Some(it.owner.to_string());
        let erase = Erase { cell: Cell::before(it.id), account };
        let batch = Batch { puts: vec![put], erases: vec![erase], ..Batch::new(self.now()) };
        match self.store.commit(batch) {
            // Somebody changed the app meanwhile: the next look finds it again.
            Ok(_) | Err(store::Refused::Stale { .. }) => Ok(()),
            Err(refused) => Err(refused.into()),
        }
    }

    fn look_at_original(&self, app: &App) -> Result<()> {
        let looked = self.take_by_itself(app).unwrap_or_else(|problem| Looked::Left {
            number: app.following.as_ref().map_or(0, |it| it.left),
            why: problem.public,
        });
        let mut left = None;
        match looked {
            Looked::Nothing => {}
            Looked::Done(said) => self.tell_owner(app, &said)?,
            Looked::Left { number, why } => {
                // Each release is told of once.
                if app.following.as_ref().is_some_and(|it| it.left < number) {
                    let said =
                        format!("Release {number} of the original was not taken by itself: {why}");
                    self.tell_owner(app, &said)?;
                }
                left = Some(number);
            }
        }
        let next = self.now().plus(LOOK_EVERY);
        self.change_app(app.id, |app| {
            if let Some(following) = &mut app.following {
                following.next = next;
                following.left = left.unwrap_or(following.left).max(following.left);
            }
            Ok(())
        })?;
        Ok(())
    }

    fn take_by_itself(&self, app: &App) -> Result<Looked> {
        let Some(following) = &app.following else { return Ok(Looked::Nothing) };
        let owner = self.account(app.owner)?.it;
        if following.pending == Some(app.draft_revision) {
            // It was taken, and the server ended before it was published.
            return self.publish_by_itself(
                &owner,
                app,
                app.taken.as_ref().map_or(0, |it| it.number),
            );
        }
        let Some(offer) = self.offer(&owner, app)? else { return Ok(Looked::Nothing) };
        let now = self.now();
        let old_enough = |release: &&Release| release.at.plus(WAIT) <= now;
        let Some(release) = offer.releases.iter().find(old_enough).cloned() else {
            return Ok(Looked::Nothing);
        };
        let number = release.number;
        let taking = self.look_at_offer(app, &offer, number)?;
        if let Some(why) = self.why_not(app, following, &offer, &taking)? {
            return Ok(Looked::Left { number, why });
        }
        let files = taking.merge.settled(Settle::Ours)?;
        let taken = Taken { release: release.id.clone(), number };
        let saved = self.save_draft_and(&owner, app, &files, Some(app.draft_revision), |app| {
            app.taken = Some(taken.clone());
            let revision = app.draft_revision;
            if let Some(following) = &mut app.following {
                following.pending = Some(revision);
            }
        })?;
        self.publish_by_itself(&owner, &saved, number)
    }

    fn publish_by_itself(&self, owner: &Account, app: &App, number: u64) -> Result<Looked> {
        let note = format!("Taken by itself: release {number} of the original");
        let published = self.publish(owner, app, &note);
        self.change_app(app.id, |app| {
            if let Some(following) = &mut app.following {
                following.pending = None;
            }
            Ok(())
        })?;
        Ok(match published {
            Ok(release) => Looked::Done(format!(
                "Release {number} of the original was taken and runs as release {}. Its source page shows what changed, and goes back.",
                release.number
            )),
            Err(problem) => Looked::Left {
                number,
                why: format!("It is in your draft, and cannot be published: {}", problem.public),
            },
        })
    }

    /// Why the owner must decide; `None` if nothing speaks against it.
    fn why_not(
        &self,
        app: &App,
        following: &Following,
        offer: &Offer,
        taking: &Taking,
    ) -> Result<Option<String>> {
        let running = app.release.as_ref().map(|id| self.release(app, id)).transpose()?;
        let Some(running) = running else {
            return Ok(Some("Your copy has no release yet. Publish it first.".into()));
        };
        if running.files != app.draft {
            return Ok(Some("Your draft has changes that are not published.".into()));
        }
        if !following.also_with_grants && !self.grants(app)?.is_empty() {
            return Ok(Some("Your copy holds grants, and that it may was not chosen.".into()));
        }
        if let Some(conflict) = taking.merge.conflicts.first() {
            return Ok(Some(format!("You and the original both changed {}.", conflict.path)));
        }
        let wanted = manifest_of(&taking.merge.settled(Settle::Ours)?)?;
        if let Some(want) = new_wants(&app.manifest, &wanted).first() {
            return Ok(Some(format!("It asks for something new: {}", want.why)));
        }
        if wanted.share != app.manifest.share {
            return Ok(Some("It would be shared with others than now.".into()));
        }
        if offer.original.stopped.is_some() {
            return Ok(Some("An admin stopped the original.".into()));
        }
        Ok(None)
    }
}

/// What a manifest asks for and another one did not.
#[must_use]
pub fn new_wants<'m>(old: &Manifest, new: &'m Manifest) -> Vec<&'m model::Want> {
    let is_new = |want: &&model::Want| {
        !old.wants.iter().any(|it| it.verb == want.verb && it.object == want.object)
    };
    new.wants.iter().filter(is_new).collect()
}
