//! Publishing: a draft becomes a release that runs, or an older release does again. One commit
//! changes everything, so that an app has its old release or its new one and never a mix.

use crate::apps::{app_put, manifest_of, not_frozen, signed, total};
use crate::group::Group;
use crate::records::{self, Found};
use model::problem::{Kind as ProblemKind, Problem, Result};
use model::{Account, App, Files, Level, Release, limit};
use std::collections::BTreeMap;
use store::{Batch, Cell, Erase, Expect, Kind, Put};

/// Characters of a release note.
const NOTE_CHARS_MAX: usize = 500;

impl Group {
    /// Publishes the draft: checks it, signs it, and lets it run.
    pub fn publish(&self, by: &Account, app: &App, note: &str) -> Result<Release> {
        self.publish_files(by, app, &app.draft, note)
    }

    /// Publishes these files. The draft stays what it is.
    fn publish_files(
        &self,
        by: &Account,
        app: &App,
        hashes: &BTreeMap<String, String>,
        note: &str,
    ) -> Result<Release> {
        self.must_own(by, app)?;
        not_frozen(by)?;
        if by.level < Level::New {
            return Err(Problem::new(
                ProblemKind::SignIn,
                "To keep this app, join the group: choose a name and a password. Your copy stays as it is.",
            ));
        }
        let files = self.files(hashes)?;
        let manifest = manifest_of(&files)?;
        let shown = App { draft: hashes.clone(), ..app.clone() };
        let checked = self.check_app(&shown)?;
        checked.must_be_fine()?;
        let release = self.sign_release(by, &shown, &files, note)?;
        let mut released = app.clone();
        released.release = Some(release.id.clone());
        released.release_number = release.number;
        released.manifest = manifest;
        released.settings_declared = checked.settings;
        released.handlers = checked.handlers;
        self.keep_release(by, &released, &release, files.bytes())?;
        Ok(release)
    }

    fn sign_release(&self, by: &Account, app: &App, files: &Files, note: &str) -> Result<Release> {
        let mut release = Release {
            id: files.id(),
            app: app.id,
            number: app.release_number + 1,
            note: note.chars().take(NOTE_CHARS_MAX).collect(),
            at: self.now(),
            by: by.id,
            guest: self.sandbox.guest_hash().to_owned(),
            engine: self.sandbox.engine_version().to_owned(),
            price_table: crate::capability::PRICE_TABLE,
            files: app.draft.clone(),
            signature: String::new(),
        };
        release.signature =
            self.keys.sign(&by.id.to_string(), &by.sealed_key, &release.signed_text())?;
        Ok(release)
    }

    /// One commit: the release, the app that runs it, and its schedules.
    fn keep_release(&self, by: &Account, app: &App, release: &Release, bytes: u64) -> Result<()> {
        let kept = self.app(app.id)?;
        if kept.it.draft_revision != app.draft_revision {
            return Err(Problem::new(
                ProblemKind::Conflict,
                "The draft was changed elsewhere while you published. Look at it and publish again.",
            ));
        }
        let (puts, deletes) = self.manifest_schedules(app)?;
        let mut batch = Batch { puts, deletes, ..Batch::new(self.now()) };
        batch.puts.push(app_put(app, Expect::Version(kept.version))?);
        batch.puts.push(release_put(release)?);
        let allowance = limit::allowance(by.level);
        batch.spends.push(total(by, store::STORAGE, signed(bytes), allowance.storage_bytes));
        // The draft's copy of the data has served; the next draft begins with a fresh one.
        let draft = Cell::draft(app.id);
        let kept = self.file_bytes(&draft)?;
        batch.spends.push(total(by, store::STORAGE, -signed(kept), u64::MAX));
        batch.erases.push(Erase { cell: draft, account: Some(by.id.to_string()) });
        self.store.commit(batch)?;
        Ok(())
    }

    /// Publishes an older release again, as a new one. The draft stays what it is.
    pub fn go_back(&self, by: &Account, app: &App, number: u64) -> Result<Release> {
        self.must_own(by, app)?;
        let old = self
            .releases(app)?
            .into_iter()
            .find(|release| release.number == number)
            .ok_or_else(|| Problem::not_found(format!("This app has no release {number}.")))?;
        self.publish_files(by, app, &old.files, &format!("Went back to release {number}"))
    }
}

fn release_put(release: &Release) -> Result<Put> {
    let found = Found {
        // Numbers with leading zeros sort as numbers do.
        id: format!("{}:{:08}", release.app, release.number),
        owner: Some(release.app.to_string()),
        ..Found::default()
    };
    records::put(Kind::Release, found, release, Expect::New)
}
