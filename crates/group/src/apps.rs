//! Apps: found, made by forking, changed as drafts, published as releases, and gone back.

use crate::admit::{may_use, no_app};
use crate::check::Checked;
use crate::group::Group;
use crate::manifest;
use crate::records::{self, Found, Kept};
use crate::setting_values;
use model::app::ForkOf;
use model::problem::{Kind as ProblemKind, Problem, Result};
use model::trigger::{Person, Trigger};
use model::{Account, App, AppAddress, Files, Name, Release, ReleaseId, limit};
use std::collections::BTreeMap;
use store::{Batch, Cell, Erase, Expect, Kind, Page, Put, Spend};

/// Apps listed at once.
const LISTED_MAX: usize = 500;

impl Group {
    /// The app at an address, if this person may know of it.
    pub fn app_at(&self, address: &AppAddress, by: Option<&Person>) -> Result<App> {
        let found = records::load_named::<App>(&self.store, Kind::App, &address.to_string())?;
        let app = found.ok_or_else(no_app)?.it;
        let look = Trigger::View { path: "/".into(), query: BTreeMap::new() };
        may_use(&app, by, false, &look)?;
        Ok(app)
    }

    /// The apps of an account, oldest first.
    pub fn apps_of(&self, account: &Account) -> Result<Vec<App>> {
        let kept = records::load_of(&self.store, Kind::App, &account.id.to_string())?;
        Ok(kept.into_iter().map(|kept| kept.it).collect())
    }

    /// The apps a person may use, newest first, that have the words in name, title or summary.
    pub fn directory(&self, by: Option<&Person>, search: &str) -> Result<Vec<App>> {
        let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
        let look = Trigger::View { path: "/".into(), query: BTreeMap::new() };
        let mut found = Vec::new();
        for record in self.store.all(Kind::App, &Page::newest(LISTED_MAX))? {
            let app = records::read::<App>(record)?.it;
            let text = format!(
                "{} {} {} {}",
                app.owner_handle, app.name, app.manifest.title, app.manifest.summary
            )
            .to_lowercase();
            let fits = words.iter().all(|word| text.contains(word));
            if fits && app.release.is_some() && may_use(&app, by, false, &look).is_ok() {
                found.push(app);
            }
        }
        Ok(found)
    }

    /// Makes a new app from files. The name must be free among the owner's apps.
    pub fn create_app(&self, owner: &Account, name: Name, files: &Files) -> Result<App> {
        self.new_app(owner, name, files, None, BTreeMap::new())
    }

    /// Forks a release: files and settings, never data, grants or secrets.
    pub fn fork(&self, owner: &Account, original: &App, name: Name) -> Result<App> {
        let Some(id) = &original.release else {
            return Err(Problem::invalid(
                "This app has no release yet, so there is nothing to fork.",
            ));
        };
        let release = self.release(original, id)?;
        let files = self.files(&release.files)?;
        let fork_of = ForkOf {
            app: original.id,
            address: format!("@{}/{}", original.owner_handle, original.name),
            release: id.clone(),
            number: release.number,
        };
        let app = self.new_app(owner, name, &files, Some(fork_of), original.settings.clone())?;
        self.change_app(original.id, |app| {
            app.forks += 1;
            Ok(())
        })?;
        Ok(app)
    }

    fn new_app(
        &self,
        owner: &Account,
        name: Name,
        files: &Files,
        fork_of: Option<ForkOf>,
        settings: BTreeMap<String, String>,
    ) -> Result<App> {
        not_frozen(owner)?;
        let files = with_name(files, &name)?;
        let mut app = App {
            id: self.new_app_id(),
            owner: owner.id,
            owner_handle: owner.handle.clone(),
            created: self.now(),
            draft: self.keep_files(&files)?,
            draft_revision: 1,
            release: None,
            release_number: 0,
            manifest: manifest_of(&files)?,
            settings_declared: Vec::new(),
            handlers: Vec::new(),
            settings,
            fork_of,
            forks: 0,
            taken: None,
            following: None,
            before: None,
            without: Vec::new(),
            stopped: None,
            name,
        };
        // A fork shows its settings at once; code that does not run yet has none to show.
        if let Ok(Checked { settings, handlers, .. }) = self.check_app(&app) {
            app.settings_declared = settings;
            app.handlers = handlers;
        }
        let allowance = limit::allowance(owner.level);
        let mut batch = Batch::new(self.now());
        batch.puts.push(app_put(&app, Expect::New)?);
        batch.spends.push(total(owner, "apps", 1, allowance.apps));
        batch.spends.push(total(
            owner,
            store::STORAGE,
            signed(files.bytes()),
            allowance.storage_bytes,
        ));
        self.store.commit(batch).map_err(|refused| match refused {
            store::Refused::NameTaken { .. } => Problem::new(
                ProblemKind::Conflict,
                format!("You have an app named {} already; choose another name.", app.name),
            ),
            store::Refused::OverQuota { axis, max, .. } if axis == "apps" => Problem::new(
                ProblemKind::OverQuota,
                format!(
                    "Your account may have {max} apps. Delete one first, or ask an admin for more."
                ),
            ),
            other => other.into(),
        })?;
        Ok(app)
    }

    /// Replaces the draft. `revision` is the one the editor began with; `None` overwrites.
    pub fn save_draft(
        &self,
        by: &Account,
        app: &App,
        files: &Files,
        revision: Option<u64>,
    ) -> Result<App> {
        self.save_draft_and(by, app, files, revision, |_| ())
    }

    /// The same, with something else of the app's record that changes in the same commit.
    pub(crate) fn save_draft_and(
        &self,
        by: &Account,
        app: &App,
        files: &Files,
        revision: Option<u64>,
        also: impl Fn(&mut App),
    ) -> Result<App> {
        self.must_own(by, app)?;
        not_frozen(by)?;
        let draft = self.keep_files(files)?;
        let before: u64 = self.files(&app.draft)?.bytes();
        let grows = signed(files.bytes()) - signed(before);
        let allowance = limit::allowance(by.level);
        let spend = total(by, store::STORAGE, grows, allowance.storage_bytes);
        let new_manifest = manifest_of(files).ok();
        self.change_app_with(app.id, vec![spend], |app| {
            if revision.is_some_and(|revision| revision != app.draft_revision) {
                return Err(Problem::new(
                    ProblemKind::Conflict,
                    "The draft was changed elsewhere meanwhile. Your text is still in the page: copy it, reload, and put it in again.",
                ));
            }
            app.draft.clone_from(&draft);
            app.draft_revision += 1;
            if let (None, Some(manifest)) = (&app.release, &new_manifest) {
                app.manifest = manifest.clone();
            }
            also(app);
            Ok(())
        })
        .and_then(|saved| self.show_settings(saved))
    }

    /// Lets an app that has no release yet show the settings of its draft.
    fn show_settings(&self, app: App) -> Result<App> {
        if app.release.is_some() {
            return Ok(app);
        }
        let checked = match self.check_app(&app) {
            Ok(checked) if checked.errors.is_empty() => checked,
            // It is saved all the same; who has used up the day sees its settings tomorrow.
            Err(problem) if problem.kind != ProblemKind::OverQuota => return Err(problem),
            _ => return Ok(app),
        };
        self.change_app(app.id, |app| {
            app.settings_declared.clone_from(&checked.settings);
            app.handlers.clone_from(&checked.handlers);
            Ok(())
        })
    }

    /// The releases of an app, newest first.
    pub fn releases(&self, app: &App) -> Result<Vec<Release>> {
        self.newest_releases(app, LISTED_MAX)
    }

    fn newest_releases(&self, app: &App, limit: usize) -> Result<Vec<Release>> {
        let app = app.id.to_string();
        let kept = records::load_newest::<Release>(&self.store, Kind::Release, &app, limit)?;
        Ok(kept.into_iter().map(|kept| kept.it).collect())
    }

    /// A release of an app by its number.
    pub(crate) fn release_number(&self, app: &App, number: u64) -> Result<Release> {
        let mut releases = self.releases(app)?.into_iter();
        releases
            .find(|release| release.number == number)
            .ok_or_else(|| Problem::not_found(format!("This app has no release {number}.")))
    }

    /// A release of an app by its id: the newest with these files. It mostly is the newest of all,
    /// and every run asks for it.
    pub fn release(&self, app: &App, id: &ReleaseId) -> Result<Release> {
        let is_it = |release: &Release| release.id == *id;
        if let Some(newest) = self.newest_releases(app, 1)?.into_iter().find(is_it) {
            return Ok(newest);
        }
        self.releases(app)?
            .into_iter()
            .find(is_it)
            .ok_or_else(|| Problem::not_found("This app has no such release."))
    }

    /// The files of a release or a draft.
    pub fn files(&self, hashes: &BTreeMap<String, String>) -> Result<Files> {
        let load = |(path, hash): (&String, &String)| Ok((path.clone(), self.blob(hash)?));
        Files::new(hashes.iter().map(load).collect::<Result<_>>()?)
    }

    pub(crate) fn keep_files(&self, files: &Files) -> Result<BTreeMap<String, String>> {
        files
            .iter()
            .map(|(path, bytes)| Ok((path.to_owned(), self.store.put_blob(bytes)?)))
            .collect()
    }

    /// Changes the settings of an app. A grant that a setting named falls with its old value.
    pub fn change_settings(
        &self,
        by: &Account,
        app: &App,
        values: &BTreeMap<String, String>,
    ) -> Result<App> {
        self.must_own(by, app)?;
        let mut changed = Vec::new();
        for setting in &app.settings_declared {
            let Some(new) = values.get(&setting.name) else { continue };
            if let Some(fault) = setting_values::fault(setting, new) {
                return Err(Problem::invalid(format!("{}: {fault}", setting.label)));
            }
            if new.trim() != setting_values::current(app, setting) {
                changed.push(setting.name.as_str());
            }
        }
        for grant in self.grants(app)? {
            if grant.setting.as_deref().is_some_and(|setting| changed.contains(&setting)) {
                self.take_back(by, app, grant.id)?;
            }
        }
        self.change_app(app.id, |app| {
            for setting in &app.settings_declared {
                if let Some(value) = values.get(&setting.name) {
                    app.settings.insert(setting.name.clone(), value.trim().to_owned());
                }
            }
            Ok(())
        })
    }

    /// Deletes an app with everything it kept.
    pub fn delete_app(&self, by: &Account, app: &App) -> Result<()> {
        self.must_own(by, app)?;
        let id = app.id.to_string();
        let mut bytes = self.files(&app.draft)?.bytes();
        let mut batch = Batch::new(self.now()).delete(Kind::App, id.clone(), Expect::Any);
        for release in self.releases(app)? {
            bytes += self.files(&release.files)?.bytes();
        }
        self.drop_effects(app.id)?;
        self.drop_suggestions(app.id)?;
        for kind in [Kind::Release, Kind::Grant, Kind::Schedule, Kind::Secret] {
            for record in self.store.of_owner(kind, &id, &Page::first(LISTED_MAX))? {
                batch = batch.delete(kind, record.id, Expect::Any);
            }
        }
        for cell in [Cell::live(app.id), Cell::draft(app.id), Cell::before(app.id)] {
            // Files of what was put aside are not paid for: most of them are those of now.
            if cell != Cell::before(app.id) {
                bytes += self.file_bytes(&cell)?;
            }
            batch.erases.push(Erase { cell, account: Some(app.owner.to_string()) });
        }
        batch.spends.push(total(by, "apps", -1, u64::MAX));
        batch.spends.push(total(by, store::STORAGE, -signed(bytes), u64::MAX));
        self.store.commit(batch)?;
        Ok(())
    }

    /// Whoever does not own an app does not learn that it exists.
    pub(crate) fn must_own(&self, by: &Account, app: &App) -> Result<()> {
        if by.id == app.owner { Ok(()) } else { Err(no_app()) }
    }

    /// Changes an app's record, again if somebody else changed it meanwhile.
    pub(crate) fn change_app(
        &self,
        id: model::AppId,
        change: impl Fn(&mut App) -> Result<()>,
    ) -> Result<App> {
        self.change_app_with(id, Vec::new(), change)
    }

    fn change_app_with(
        &self,
        id: model::AppId,
        spends: Vec<Spend>,
        change: impl Fn(&mut App) -> Result<()>,
    ) -> Result<App> {
        loop {
            let Kept { mut it, version, .. } = self.app(id)?;
            change(&mut it)?;
            let put = app_put(&it, Expect::Version(version))?;
            let batch = Batch { puts: vec![put], spends: spends.clone(), ..Batch::new(self.now()) };
            match self.store.commit(batch) {
                Ok(_) => return Ok(it),
                Err(store::Refused::Stale { .. }) => {}
                Err(refused) => return Err(refused.into()),
            }
        }
    }
}

/// Reads the manifest among files.
pub(crate) fn manifest_of(files: &Files) -> Result<model::Manifest> {
    let text = files.text(manifest::FILE).ok_or_else(|| {
        Problem::invalid("There is no allotment.toml. Add one with at least   name = \"my-app\".")
    })?;
    manifest::parse(text)
}

/// The files with this name in their manifest: a fork is renamed without touching anything else.
pub fn with_name(files: &Files, name: &Name) -> Result<Files> {
    manifest_of(files)?;
    let text = files.text(manifest::FILE).unwrap_or_default();
    let mut at_top = true;
    let renamed: Vec<String> = text
        .lines()
        .map(|line| {
            // Below the first table there are other names, of schedules.
            at_top &= !line.trim_start().starts_with('[');
            match line.split_once('=') {
                Some((key, _)) if at_top && key.trim() == "name" => format!("{key}= \"{name}\""),
                _ => line.to_owned(),
            }
        })
        .collect();
    files.with(manifest::FILE, (renamed.join("\n") + "\n").into_bytes())
}

pub(crate) fn not_frozen(account: &Account) -> Result<()> {
    match &account.frozen {
        None => Ok(()),
        Some(why) => Err(Problem::forbidden(format!(
            "Your account is frozen: {why} You can still look at everything and export it."
        ))),
    }
}

pub(crate) fn app_put(app: &App, expect: Expect) -> Result<Put> {
    let found = Found {
        id: app.id.to_string(),
        owner: Some(app.owner.to_string()),
        name: Some(format!("@{}/{}", app.owner_handle, app.name)),
        due: app.due(),
    };
    records::put(Kind::App, found, app, expect)
}

pub(crate) fn total(account: &Account, axis: &str, amount: i64, max: u64) -> Spend {
    Spend { account: account.id.to_string(), axis: axis.into(), day: store::TOTAL, amount, max }
}

pub(crate) fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
