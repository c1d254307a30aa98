//! Taking an app along as one file, or all apps of an account. Whoever may see an app gets its
//! files; only its owner gets data, settings and history too. A frozen account may do it as well.

use crate::carried::{self, About, GrantLine, RowLine, ScheduleLine, SecretLine, json_of};
use crate::group::Group;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::problem::{Problem, Result};
use model::trigger::Person;
use model::{Account, App, Value};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Seek, Write};
use store::Cell;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The file's name for people: `poll.allot`.
#[must_use]
pub fn file_name(app: &App) -> String {
    format!("{}.allot", app.name)
}

impl Group {
    /// Writes an app as one file. Data is as of one moment.
    pub fn export_app(&self, by: Option<&Person>, app: &App, out: impl Write + Seek) -> Result<()> {
        let whole = by.is_some_and(|person| person.id == app.owner);
        let mut zip = Zip::new(out, String::new());
        self.write_app(&mut zip, app, whole)?;
        zip.finish()
    }

    /// Writes all apps of an account as one file, each in a folder of its name that holds what the
    /// file of this app would.
    pub fn export_account(&self, account: &Account, out: impl Write + Seek) -> Result<()> {
        let mut zip = Zip::new(out, String::new());
        let about = serde_json::json!({
            "allotment_account": carried::FORM,
            "made": self.now(),
            "group": self.config.host,
            "account": account.id,
            "handle": account.handle,
            "name": account.name,
            "lang": account.lang,
            "tz": account.tz,
            "created": account.created,
            "public_key": account.public_key,
        });
        zip.json("account.json", &about)?;
        for app in self.apps_of(account)? {
            zip.folder = format!("{}/", app.name);
            self.write_app(&mut zip, &app, true)?;
        }
        zip.finish()
    }

    fn write_app<W: Write + Seek>(&self, zip: &mut Zip<W>, app: &App, whole: bool) -> Result<()> {
        let running = match &app.release {
            Some(id) => Some(self.release(app, id)?),
            None => None,
        };
        let about = About {
            allotment_export: carried::FORM,
            made: self.now(),
            group: self.config.host.clone(),
            address: format!("@{}/{}", app.owner_handle, app.name),
            app: app.id,
            owner: app.owner,
            title: app.manifest.title.clone(),
            licence: app.manifest.licence.clone(),
            release: running.as_ref().map(|release| release.number),
            fork_of: app.fork_of.clone(),
            whole,
        };
        zip.json(carried::ABOUT, &about)?;
        let files = running.as_ref().map_or(&app.draft, |release| &release.files);
        self.write_files(zip, carried::APP, files)?;
        if let Some(release) = &running {
            self.write_files(zip, carried::USED, &release.used)?;
        }
        if !whole {
            return Ok(());
        }
        if *files != app.draft {
            self.write_files(zip, carried::DRAFT, &app.draft)?;
        }
        zip.json(carried::SETTINGS, &app.settings)?;
        let mut blobs = BTreeSet::new();
        self.write_releases(zip, app, &mut blobs)?;
        self.write_rows(zip, app, &mut blobs)?;
        self.write_papers(zip, app)?;
        for hash in blobs {
            zip.file(&format!("{}{hash}", carried::BLOBS), &self.blob(&hash)?)?;
        }
        Ok(())
    }

    fn write_files<W: Write + Seek>(
        &self,
        zip: &mut Zip<W>,
        folder: &str,
        files: &BTreeMap<String, String>,
    ) -> Result<()> {
        for (path, hash) in files {
            zip.file(&format!("{folder}{path}"), &self.blob(hash)?)?;
        }
        Ok(())
    }

    /// The history as far as it is kept, with the content that older releases had.
    fn write_releases<W: Write + Seek>(
        &self,
        zip: &mut Zip<W>,
        app: &App,
        blobs: &mut BTreeSet<String>,
    ) -> Result<()> {
        let releases = self.releases(app)?;
        for release in &releases {
            blobs.extend(release.files.values().chain(release.used.values()).cloned());
        }
        zip.lines(carried::RELEASES, releases)
    }

    fn write_rows<W: Write + Seek>(
        &self,
        zip: &mut Zip<W>,
        app: &App,
        blobs: &mut BTreeSet<String>,
    ) -> Result<()> {
        zip.start(carried::DATA)?;
        self.store.each_row(&Cell::live(app.id), |space, row| {
            let value = sandbox::decode(&row.value)
                .map_err(|_| Problem::internal(format!("a row of {} does not decode", app.id)))?;
            if let Some((hash, _)) = crate::capability::files::entry(&value)
                && space == crate::capability::files::SPACE
            {
                blobs.insert(hash);
            }
            let (space, key, changed) = (space.to_owned(), row.key, row.changed);
            zip.line(&RowLine { space, key, value: json_of(&value), changed })
        })
    }

    /// Schedules, grants and the names of secrets.
    fn write_papers<W: Write + Seek>(&self, zip: &mut Zip<W>, app: &App) -> Result<()> {
        let by_script = self.schedules(app.id)?.into_iter().filter(|schedule| !schedule.manifest);
        let schedules = by_script.map(|schedule| {
            let args = STANDARD.decode(&schedule.args).ok();
            let args = args.and_then(|args| sandbox::decode(&args).ok()).unwrap_or(Value::Nil);
            let crate::schedules::Schedule { name, when, again, tick, .. } = schedule;
            ScheduleLine { name, when, again, args: json_of(&args), tick }
        });
        zip.lines(carried::SCHEDULES, schedules)?;
        let grants = self.grants(app)?.into_iter().map(|grant| GrantLine {
            verb: grant.verb,
            object: grant.object,
            setting: grant.setting,
            methods: grant.limits.methods,
            given: grant.given,
            had_token: grant.sealed_secret.is_some(),
        });
        zip.lines(carried::GRANTS, grants)?;
        let secrets = self.secrets(app)?.into_iter();
        let secrets = secrets.map(|secret| SecretLine { name: secret.name, host: secret.host });
        zip.lines(carried::SECRETS, secrets)
    }
}

/// A zip that is being written, in a folder of it.
struct Zip<W: Write + Seek> {
    out: ZipWriter<W>,
    folder: String,
}

impl<W: Write + Seek> Zip<W> {
    fn new(out: W, folder: String) -> Zip<W> {
        Zip { out: ZipWriter::new(out).set_auto_large_file(), folder }
    }

    fn start(&mut self, name: &str) -> Result<()> {
        let name = format!("{}{name}", self.folder);
        self.out.start_file(name, SimpleFileOptions::default()).map_err(|err| broken(&err))
    }

    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.start(name)?;
        self.out.write_all(bytes).map_err(|err| broken(&err))
    }

    /// JSON that a person may want to read.
    fn json(&mut self, name: &str, it: &impl Serialize) -> Result<()> {
        let mut bytes = serde_json::to_vec_pretty(it).map_err(|err| broken(&err))?;
        bytes.push(b'\n');
        self.file(name, &bytes)
    }

    fn lines<T: Serialize>(&mut self, name: &str, all: impl IntoIterator<Item = T>) -> Result<()> {
        self.start(name)?;
        all.into_iter().try_for_each(|it| self.line(&it))
    }

    fn line(&mut self, it: &impl Serialize) -> Result<()> {
        let mut bytes = serde_json::to_vec(it).map_err(|err| broken(&err))?;
        bytes.push(b'\n');
        self.out.write_all(&bytes).map_err(|err| broken(&err))
    }

    fn finish(self) -> Result<()> {
        let mut out = self.out.finish().map_err(|err| broken(&err))?;
        out.flush().map_err(|err| broken(&err))
    }
}

fn broken(err: &impl std::fmt::Display) -> Problem {
    Problem::internal(format!("writing an export: {err}"))
}
