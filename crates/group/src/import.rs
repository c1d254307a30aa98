//! Bringing an app in from the file that an export made, here or in another group. Nothing in the
//! file is believed: names are judged before anything is read, all that is taken in is paid for by
//! the account, and grants are given anew by a person. A file that is refused leaves nothing.

use crate::apps::total;
use crate::capability::files::{SPACE as FILES, entry};
use crate::capability::schedule::is_name as is_schedule_name;
use crate::carried::{self, About, RowLine, ScheduleLine, value_of};
use crate::clockwork;
use crate::documents;
use crate::group::Group;
use crate::opened::Opened;
use crate::schedules::Schedule;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::manifest::When;
use model::problem::{Kind as ProblemKind, Problem, Result};
use model::{Account, AccountId, App, AppAddress, Files, Level, Name, Release, limit};
use std::collections::BTreeMap;
use std::io::{Read, Seek};
use store::{Batch, Cell, CellChange, Expect, Key, StorageCharge, Write};

/// Rows in one commit: half of what a batch may have.
const ROWS_AT_ONCE: usize = limit::BATCH_OPS_MAX / 2;
/// Bytes of rows in one commit: with one more row of any size it still fits a batch.
const BYTES_AT_ONCE: usize = limit::BATCH_BYTES_MAX / 2;
/// Schedules of a script that are taken in: as many as it could have made in ten runs.
const SCHEDULES_MAX: usize = 1_000;

/// What came of a file.
#[derive(Clone, Debug)]
pub struct Imported {
    pub app: App,
    /// The release that was made of it, if it was one.
    pub release: Option<Release>,
    /// Rows of data, and files that the app had kept.
    pub rows: u64,
    pub files: u64,
}

impl Group {
    /// Makes an app of a file, under the name it had or another one.
    pub fn import_app(
        &self,
        by: &Account,
        name: Option<&str>,
        from: impl Read + Seek,
    ) -> Result<Imported> {
        if by.level < Level::New {
            return Err(Problem::new(
                ProblemKind::SignIn,
                "To bring an app in, join the group first: choose a name and a password.",
            ));
        }
        let mut file = Opened::new(&self.parser, from)?;
        let about: About = file.json(carried::ABOUT)?.ok_or_else(no_export)?;
        if about.allotment_export != carried::FORM {
            return Err(Problem::invalid(
                "This file was made by a newer allot. Bring it into a group that runs that version.",
            ));
        }
        let name = match name {
            Some(name) => Name::parse(name)?,
            None => AppAddress::parse(&about.address)?.app,
        };
        let app = self.create_app(by, name, &Files::new(file.folder(carried::APP)?)?)?;
        let mut import = Import { group: self, by, app, about };
        let filled = import.fill(&mut file);
        if filled.is_err() {
            self.delete_app(by, &import.app)?;
        }
        filled
    }
}

fn no_export() -> Problem {
    Problem::invalid(
        "This is not an app's file: it has no about.json. Make one with   allot export @ana/poll",
    )
}

/// A file that a row of the app's data speaks of.
struct KeptFile {
    name: String,
    hash: String,
}

/// An app on its way in.
struct Import<'a> {
    group: &'a Group,
    by: &'a Account,
    app: App,
    about: About,
}

impl Import<'_> {
    fn fill<R: Read + Seek>(&mut self, file: &mut Opened<'_, R>) -> Result<Imported> {
        if let Some(settings) = file.json::<BTreeMap<String, String>>(carried::SETTINGS)? {
            self.app = self.group.change_settings(self.by, &self.app, &settings)?;
        }
        let (rows, kept) = self.rows(file)?;
        let files = self.files(file, &kept)?;
        self.schedules(file)?;
        let release = match self.about.release {
            Some(number) => {
                let note = format!(
                    "From {} of {}, release {number}",
                    self.about.address, self.about.group
                );
                Some(self.group.publish(self.by, &self.app, &note)?)
            }
            None => None,
        };
        let address =
            AppAddress { owner: self.app.owner_handle.clone(), app: self.app.name.clone() };
        self.app = self.group.app_at(&address, Some(&crate::person(self.by)))?;
        let draft = file.folder(carried::DRAFT)?;
        if !draft.is_empty() {
            let draft = Files::new(draft)?;
            self.app = self.group.save_draft(self.by, &self.app, &draft, None)?;
        }
        Ok(Imported { app: self.app.clone(), release, rows, files })
    }

    /// Takes rows in, some at once. Answers their number, and the files that rows speak of.
    fn rows<R: Read + Seek>(&self, file: &mut Opened<'_, R>) -> Result<(u64, Vec<KeptFile>)> {
        let (mut count, mut bytes) = (0, 0);
        let (mut writes, mut files) = (Vec::new(), Vec::new());
        file.lines(carried::DATA, |line: RowLine| {
            let value = value_of(line.value).ok_or_else(|| unreadable("a value"))?;
            if line.space == FILES {
                let (hash, _) = entry(&value).ok_or_else(|| unreadable("a kept file"))?;
                files.push(KeptFile { name: line.key, hash });
                return Ok(());
            }
            let Some(space) = self.space(&line.space) else { return Ok(()) };
            let write =
                Write { key: Key::new(space, line.key), value: Some(sandbox::encode(&value)) };
            bytes += write.key.key.len() + write.value.as_ref().map_or(0, Vec::len);
            writes.push(write);
            count += 1;
            if writes.len() < ROWS_AT_ONCE && bytes < BYTES_AT_ONCE {
                return Ok(());
            }
            bytes = 0;
            self.keep(std::mem::take(&mut writes), 0)
        })?;
        self.keep(writes, 0)?;
        Ok((count, files))
    }

    /// Where a row goes. What a person kept elsewhere belongs to nobody here, but for the owner's.
    fn space(&self, space: &str) -> Option<String> {
        if space == "store" || documents::SPACES.contains(&space) {
            return Some(space.to_owned());
        }
        let id = AccountId::parse(space.strip_prefix("me:")?)?;
        if id == self.about.owner {
            return Some(format!("me:{}", self.by.id));
        }
        let known = self.about.group == self.group.config.host && self.group.account(id).is_ok();
        known.then(|| space.to_owned())
    }

    /// Keeps rows, and charges the account for them and for the files they speak of.
    fn keep(&self, writes: Vec<Write>, file_bytes: i64) -> Result<()> {
        let max = limit::allowance(self.by.level).storage_bytes;
        let change = CellChange {
            cell: Cell::live(self.app.id),
            seen: 0,
            keys_read: vec![],
            spans_read: vec![],
            writes,
            storage: Some(StorageCharge { account: self.by.id.to_string(), max }),
        };
        let mut batch = Batch::new(self.group.now()).change(change);
        batch.spends.push(total(self.by, store::STORAGE, file_bytes, max));
        self.group.store.commit(batch)?;
        Ok(())
    }

    /// Takes in the files that the app had kept, each under the hash it really has.
    fn files<R: Read + Seek>(&self, file: &mut Opened<'_, R>, kept: &[KeptFile]) -> Result<u64> {
        for KeptFile { name, hash } in kept {
            model::release::check_path(name)?;
            let bytes = file.blob(hash)?.ok_or_else(|| {
                Problem::invalid(format!(
                    "The file speaks of “{}” and does not hold it. Export the app again.",
                    name.escape_debug()
                ))
            })?;
            let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
            let hash = self.group.store.put_blob(&bytes)?;
            let value = model::Value::map([("hash", hash.into()), ("size", size.into())]);
            let key = Key::new(FILES, name.as_str());
            self.keep(vec![Write { key, value: Some(sandbox::encode(&value)) }], size)?;
        }
        Ok(kept.len() as u64)
    }

    fn schedules<R: Read + Seek>(&self, file: &mut Opened<'_, R>) -> Result<()> {
        let mut puts = Vec::new();
        file.lines(carried::SCHEDULES, |line: ScheduleLine| {
            if puts.len() >= SCHEDULES_MAX {
                return Err(Problem::invalid(format!(
                    "An app brings at most {SCHEDULES_MAX} schedules of its script along."
                )));
            }
            let schedule = self.schedule(line).ok_or_else(|| unreadable("a schedule"))?;
            puts.push(crate::schedules::schedule_put(&schedule, Expect::Any)?);
            Ok(())
        })?;
        for part in puts.chunks(ROWS_AT_ONCE) {
            let batch = Batch { puts: part.to_vec(), ..Batch::new(self.group.now()) };
            self.group.store.commit(batch)?;
        }
        Ok(())
    }

    /// A schedule as the script could have made it here.
    fn schedule(&self, line: ScheduleLine) -> Option<Schedule> {
        let When::Every { seconds } = line.when else { return None };
        let bounds = clockwork::EVERY_SECONDS_MIN..=clockwork::EVERY_SECONDS_MAX;
        if !bounds.contains(&seconds) || !is_schedule_name(&line.name) {
            return None;
        }
        Some(Schedule {
            app: self.app.id,
            handler: line.name.split(':').next().unwrap_or_default().to_owned(),
            name: line.name,
            when: line.when,
            slack_seconds: 0,
            manifest: false,
            again: line.again,
            args: STANDARD.encode(sandbox::encode(&value_of(line.args)?)),
            tick: line.tick.max(self.group.now()),
            chain: None,
        })
    }
}

fn unreadable(what: &str) -> Problem {
    Problem::invalid(format!(
        "{what} in this file is not as an export writes it. Export the app again."
    ))
}
