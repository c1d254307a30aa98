//! The group's folder: who may read it, the database, the key, blobs, room on the disk.

use super::Check;
use crate::server::open;
use group::Keys;
use model::receipt::grouped;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use store::{Kind, Shape, Store};

/// Bytes free on the disk below which nothing goes on for long, and below which to look after it.
const FREE_BAD: u64 = 100 << 20;
const FREE_WARN: u64 = 1 << 30;
/// Seconds by which clocks of one machine may seem to jump.
const JUMP_MS: i64 = 60_000;

pub(super) fn look(data: &Path, checks: &mut Vec<Check>) {
    if !data.join(open::DATABASE).is_file() {
        checks.push(Check::bad(
            "folder",
            format!("{} has no group.", data.display()),
            format!("allot serve --data {}", data.display()),
        ));
        return;
    }
    checks.push(private("folder", data, 0o700));
    checks.push(room(data));
    match Store::shape(data) {
        Ok(shape) if shape.taken == shape.known => checks.push(Check::ok(
            "migrations",
            format!(
                "the database has the shape of this allot ({} of {})",
                shape.taken, shape.known
            ),
        )),
        Ok(Shape { taken, known }) => {
            checks.push(Check::warn(
                "migrations",
                format!("the database has taken {taken} of {known} steps; the next start takes the others"),
                format!("allot backup create before-{known}.allotment --data {}", data.display()),
            ));
            // Opening it would take them.
            return;
        }
        Err(problem) => {
            checks.push(Check::bad("migrations", words(&problem), "use the allot that wrote it"));
            return;
        }
    }
    match Store::open(data) {
        Ok(store) => inside(&store, data, checks),
        Err(problem) => checks.push(Check::bad(
            "database",
            words(&problem),
            "allot backup restore FILE --data ANOTHER-FOLDER",
        )),
    }
}

/// What only an open store can tell.
fn inside(store: &Store, data: &Path, checks: &mut Vec<Check>) {
    let restore = "allot backup restore FILE --data ANOTHER-FOLDER";
    let sizes = store.stats().map(|stats| {
        let accounts = stats.records.iter().find(|(kind, _)| *kind == Kind::Account);
        let accounts = accounts.map_or(0, |(_, count)| *count);
        let [accounts, rows, blobs] = [accounts, stats.rows, stats.blobs].map(grouped);
        format!("accounts {accounts}, rows {rows}, blobs {blobs}")
    });
    checks.push(match store.integrity() {
        Ok(()) => Check::ok(
            "database",
            format!("it is whole: {}", sizes.unwrap_or_else(|problem| problem.public)),
        ),
        Err(problem) => Check::bad("database", words(&problem), restore),
    });
    checks.push(match group::inspect::blobs(store) {
        Ok(found) if found.missing.is_empty() => {
            Check::ok("blobs", format!("all {} that apps name are there", grouped(found.named)))
        }
        Ok(found) => Check::bad("blobs", format!("missing: {}", found.missing.join(", ")), restore),
        Err(problem) => Check::bad("blobs", words(&problem), restore),
    });
    checks.push(key(store, data));
    checks.push(code(data));
    checks.push(clock(store));
}

/// The master key: there, for its owner only, and the one that fits.
fn key(store: &Store, data: &Path) -> Check {
    const NAME: &str = "master.key";
    let path = data.join(open::MASTER_KEY);
    if !path.exists() {
        return Check::bad(
            NAME,
            "it is not there: what is sealed does not open. The next start would make a new one",
            format!("install -m 600 YOUR-COPY {}", path.display()),
        );
    }
    let mode = private(NAME, &path, 0o600);
    if mode.state != super::State::Ok {
        return Check { state: super::State::Bad, ..mode };
    }
    let fits = open::master_key(data)
        .map_err(|failure| failure.text)
        .and_then(|key| group::inspect::key_fits(store, &Keys::new(key)).map_err(|it| words(&it)));
    let other = format!("install -m 600 YOUR-COPY {}", path.display());
    match fits {
        Ok(Some(true)) => Check::ok(NAME, "it fits, and only its owner can read it"),
        Ok(None) => Check::ok(NAME, "only its owner can read it; nothing is sealed yet"),
        Ok(Some(false)) => Check::bad(NAME, "it is the key of another group: nothing opens", other),
        Err(text) => Check::bad(NAME, text, other),
    }
}

/// Compiled code is loaded only where nobody else can have written.
fn code(data: &Path) -> Check {
    let folder = data.join("code");
    match folder.exists() {
        false => Check::ok("code cache", "empty; the next start compiles the guest"),
        true => private("code cache", &folder, 0o700),
    }
}

/// Whether a file or folder is its owner's alone.
fn private(name: &'static str, path: &Path, mode: u32) -> Check {
    match std::fs::metadata(path) {
        Err(err) => Check::bad(
            name,
            format!("{}: {err}", path.display()),
            format!("ls -ld {}", path.display()),
        ),
        Ok(meta) if meta.mode() & 0o077 != 0 => Check::warn(
            name,
            format!("others can read {} (mode {:o})", path.display(), meta.mode() & 0o777),
            format!("chmod {mode:o} {}", path.display()),
        ),
        Ok(_) => Check::ok(name, format!("{} is its owner's alone", path.display())),
    }
}

fn room(data: &Path) -> Check {
    let fix = "free some room on this disk, or move the folder to a larger one";
    let Ok(disk) = rustix::fs::statvfs(data) else {
        return Check::warn("disk", "the room on it is not known", "df -h");
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let text = format!("{} MiB are free", grouped(free >> 20));
    match free {
        FREE_WARN.. => Check::ok("disk", text),
        FREE_BAD.. => Check::warn("disk", text, fix),
        _ => Check::bad("disk", text, fix),
    }
}

/// A clock that stands behind what was already written would make new things old.
fn clock(store: &Store) -> Check {
    let now = crate::server::world::now();
    match group::inspect::newest(store) {
        Ok(Some(newest)) if newest.0 > now.0 + JUMP_MS => Check::bad(
            "clock",
            format!(
                "it is {} minutes behind what the group has already written",
                (newest.0 - now.0) / 60_000
            ),
            "timedatectl set-ntp true",
        ),
        Ok(_) => Check::ok("clock", format!("{} UTC", group::clockwork::date_and_time(now, "UTC"))),
        Err(problem) => Check::bad("clock", words(&problem), "allot doctor"),
    }
}

/// Both texts of a problem: who looks here is the operator.
fn words(problem: &model::Problem) -> String {
    match problem.private() {
        "" => problem.public.clone(),
        private => format!("{} ({private})", problem.public),
    }
}
