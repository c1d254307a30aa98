//! Publishing: a draft becomes a release that runs, or an older release does again. One commit
//! changes everything, so that an app has its old release or its new one and never a mix.

use crate::apps::{app_put, manifest_of, not_frozen, signed, total};
use crate::group::Group;
use crate::migrating::{joined, overtaken};
use crate::records::{self, Found};
use model::app::Before;
use model::problem::{Kind as ProblemKind, Problem, Result};
use model::{Account, App, Files, Level, Release, limit};
use std::collections::BTreeMap;
use std::sync::PoisonError;
use store::{Batch, Cell, Erase, Expect, Kind, Put, Refused};

/// Characters of a release note.
const NOTE_CHARS_MAX: usize = 500;
/// Times that data is taken over anew because others wrote meanwhile; the last time they wait.
const TAKE_OVERS_MAX: u32 = 3;

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
        let used = self.used(app.owner, &manifest)?;
        let release = self.sign_release(by, &shown, &files, used, note)?;
        let mut released = app.clone();
        released.release = Some(release.id.clone());
        released.release_number = release.number;
        released.manifest = manifest;
        released.settings_declared = checked.settings;
        released.handlers = checked.handlers;
        self.take_over_and_keep(by, app, released, &release, files.bytes())?;
        Ok(release)
    }

    /// Takes the data over, if the new code does, and keeps both in one commit. Runs that write
    /// meanwhile make it begin anew; the last time they wait.
    fn take_over_and_keep(
        &self,
        by: &Account,
        app: &App,
        mut released: App,
        release: &Release,
        bytes: u64,
    ) -> Result<()> {
        let code = joined(&release.files, &release.used);
        let turn = self.turns.of(app.id);
        for attempt in 1.. {
            let alone = attempt >= TAKE_OVERS_MAX;
            let _alone = alone.then(|| turn.write().unwrap_or_else(PoisonError::into_inner));
            let migration = match self.migrate(app, &released, &code) {
                Err(problem) if problem.kind == ProblemKind::Conflict && !alone => continue,
                other => other?,
            };
            if let (Some(migration), Some(old)) = (&migration, &app.release) {
                released.before = Some(Before {
                    release: old.clone(),
                    number: app.release_number,
                    at: self.now(),
                    until: self.now().plus(limit::BEFORE_LIFE),
                    keys: migration.rehearsal.keys(),
                });
            }
            let mut batch = self.release_batch(by, &released, release, bytes)?;
            if let Some(migration) = &migration {
                self.with_migration(&mut batch, migration)?;
            }
            model::crash::point("publish:before");
            let kept = self.store.commit(batch);
            if let Some(migration) = &migration {
                self.settle_migration(migration);
            }
            match kept {
                Ok(_) => break,
                Err(Refused::Conflict) if !alone => {}
                Err(Refused::Conflict) => return Err(overtaken()),
                Err(refused) => return Err(refused.into()),
            }
        }
        model::crash::point("publish:after");
        Ok(())
    }

    fn sign_release(
        &self,
        by: &Account,
        app: &App,
        files: &Files,
        used: BTreeMap<String, String>,
        note: &str,
    ) -> Result<Release> {
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
            used,
            signature: String::new(),
        };
        release.signature =
            self.keys.sign(&by.id.to_string(), &by.sealed_key, &release.signed_text())?;
        Ok(release)
    }

    /// One commit: the release, the app that runs it, and its schedules.
    fn release_batch(
        &self,
        by: &Account,
        app: &App,
        release: &Release,
        bytes: u64,
    ) -> Result<Batch> {
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
        Ok(batch)
    }

    /// Publishes an older release again, as a new one. The draft stays what it is.
    pub fn go_back(&self, by: &Account, app: &App, number: u64) -> Result<Release> {
        self.must_own(by, app)?;
        let old = self.release_number(app, number)?;
        self.publish_files(by, app, &old.files, &format!("Went back to release {number}"))
    }

    /// Goes back to the release and to the data from before the data was taken over last. What is
    /// now is put aside in turn, so that one can come back again.
    pub fn go_back_with_data(&self, by: &Account, app: &App) -> Result<Release> {
        self.must_own(by, app)?;
        not_frozen(by)?;
        let before = app.before.as_ref().filter(|before| before.until > self.now());
        let (Some(before), Some(left)) = (before, &app.release) else {
            return Err(Problem::invalid(
                "There is no data to go back to: it is kept for 30 days after new code took it over. Go back to a release without its data.",
            ));
        };
        let old = self.release_number(app, before.number)?;
        let files = self.files(&old.files)?;
        let shown = App { draft: old.files.clone(), ..app.clone() };
        let checked = self.check_app(&shown)?;
        checked.must_be_fine()?;
        let note = format!("Went back to release {} with its data", old.number);
        let release = self.sign_release(by, &shown, &files, old.used.clone(), &note)?;
        let released = App {
            release: Some(release.id.clone()),
            release_number: release.number,
            manifest: manifest_of(&files)?,
            settings_declared: checked.settings,
            handlers: checked.handlers,
            before: Some(Before {
                release: left.clone(),
                number: app.release_number,
                at: self.now(),
                until: self.now().plus(limit::BEFORE_LIFE),
                keys: before.keys,
            }),
            ..app.clone()
        };
        let mut batch = self.release_batch(by, &released, &release, files.bytes())?;
        let (live, aside) = (Cell::live(app.id), Cell::before(app.id));
        let grows = signed(self.file_bytes(&aside)?) - signed(self.file_bytes(&live)?);
        batch.spends.push(total(by, store::STORAGE, grows, u64::MAX));
        batch.exchange = Some((live, aside));
        model::crash::point("back:before");
        self.store.commit(batch)?;
        model::crash::point("back:after");
        Ok(release)
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
