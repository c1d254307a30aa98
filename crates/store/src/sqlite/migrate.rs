//! Brings a database to the newest shape, one numbered step at a time. Steps are never undone.
//!
//! A step that was taken is known by its checksum, so that nobody edits history; a database with
//! a step we do not know was written by a newer `allot`, and is left alone.

use super::broken;
use crate::blobs::hash_of;
use model::{Kind, Problem, Result};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

/// The steps in order; the number of a step is its place, from 1.
const STEPS: &[(&str, &str)] = &[
    ("0001_first", include_str!("../../migrations/sqlite/0001_first.sql")),
    ("0002_suggestions", include_str!("../../migrations/sqlite/0002_suggestions.sql")),
];

/// Bytes the log beside the database keeps after it was large, for example during a backup.
const LOG_BYTES_KEPT: i64 = 64 * 1024 * 1024;

/// Marks the file as ours, so that `allot` does not take over a stranger's database ("Alot").
const APPLICATION_ID: i32 = 0x416c_6f74;

pub(super) fn run(db: &mut Connection) -> Result<()> {
    check_owner(db)?;
    db.pragma_update(None, "journal_mode", "WAL").map_err(broken)?;
    db.pragma_update(None, "synchronous", "FULL").map_err(broken)?;
    db.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT).map_err(broken)?;
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(broken)?;
    steps(&tx, STEPS)?;
    tx.commit().map_err(broken)
}

/// How many steps a database has taken, and how many there are. Nothing is changed.
pub(super) fn shape(db: &Connection) -> Result<(usize, usize)> {
    let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i32>(0)).map_err(broken);
    if number("PRAGMA application_id")? != APPLICATION_ID {
        return Err(strangers());
    }
    let taken = taken(db).map_err(broken)?;
    check_history(STEPS, &taken)?;
    Ok((taken.len(), STEPS.len()))
}

/// Refuses a file that belongs to another program.
fn check_owner(db: &Connection) -> Result<()> {
    let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i32>(0)).map_err(broken);
    let owner = number("PRAGMA application_id")?;
    if owner == APPLICATION_ID {
        return Ok(());
    }
    if owner != 0 || number("SELECT count(*) FROM sqlite_schema")? != 0 {
        return Err(strangers());
    }
    db.pragma_update(None, "application_id", APPLICATION_ID).map_err(broken)
}

fn steps(tx: &Transaction, known: &[(&str, &str)]) -> Result<()> {
    tx.execute_batch(
        "CREATE TABLE IF NOT EXISTS migrations (
             number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL) STRICT",
    )
    .map_err(broken)?;
    let taken = taken(tx).map_err(broken)?;
    check_history(known, &taken)?;
    for (place, (name, sql)) in known.iter().enumerate().skip(taken.len()) {
        let number = crate::signed(place as u64 + 1);
        tx.execute_batch(sql)
            .and_then(|()| {
                tx.execute(
                    "INSERT INTO migrations (number, name, sha256) VALUES (?1, ?2, ?3)",
                    params![number, name, hash_of(sql.as_bytes())],
                )
            })
            .map_err(broken)?;
    }
    Ok(())
}

/// Refuses steps that this build does not know, or knows otherwise.
fn check_history(known: &[(&str, &str)], taken: &[String]) -> Result<()> {
    if taken.len() > known.len() {
        return Err(refused(
            "This data was written by a newer allot. Start that version again, or restore a backup made by this one.",
        ));
    }
    for ((name, sql), taken) in known.iter().zip(taken) {
        if hash_of(sql.as_bytes()) != *taken {
            return Err(refused("This data was written by another build of allot. Use that build, or restore a backup.")
                .privately(format!("migration {name} has another checksum")));
        }
    }
    Ok(())
}

fn strangers() -> Problem {
    refused("group.db is the database of another program. Choose another folder.")
}

/// The checksums of the steps that were taken.
fn taken(tx: &Connection) -> rusqlite::Result<Vec<String>> {
    tx.prepare("SELECT sha256 FROM migrations ORDER BY number")?
        .query_map([], |row| row.get(0))?
        .collect()
}

fn refused(public: &str) -> Problem {
    Problem::new(Kind::Invalid, public)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn step(db: &mut Connection, known: &[(&str, &str)]) -> Result<()> {
        let tx = db.transaction().expect("transaction");
        steps(&tx, known)?;
        tx.commit().map_err(broken)
    }

    #[test]
    fn steps_are_taken_once_and_their_history_is_checked() {
        let one = ("0001_one", "CREATE TABLE one (x)");
        let two = ("0002_two", "CREATE TABLE two (x)");
        let mut db = Connection::open_in_memory().expect("database");
        step(&mut db, &[one]).expect("first");
        step(&mut db, &[one]).expect("again: nothing to do");
        step(&mut db, &[one, two]).expect("second");
        let newer = step(&mut db, &[one]).expect_err("a newer database");
        assert!(newer.public.contains("newer allot"), "{newer}");
        let edited = step(&mut db, &[("0001_one", "CREATE TABLE one (y)"), two]);
        assert!(edited.expect_err("edited history").private().contains("0001_one"));
    }

    #[test]
    fn a_failing_step_leaves_nothing() {
        let mut db = Connection::open_in_memory().expect("database");
        let broken = [("0001_one", "CREATE TABLE one (x); CREATE TABLE one (x)")];
        assert!(step(&mut db, &broken).is_err());
        step(&mut db, &[("0001_one", "CREATE TABLE one (x)")]).expect("as if never tried");
    }

    #[test]
    fn commits_are_flushed_and_logged_ahead() {
        let folder = tempfile::tempdir().expect("folder");
        let mut db = Connection::open(folder.path().join("group.db")).expect("database");
        run(&mut db).expect("a new database");
        let full = 2;
        let level: i64 = db.query_row("PRAGMA synchronous", [], |row| row.get(0)).expect("level");
        let mode: String = db.query_row("PRAGMA journal_mode", [], |row| row.get(0)).expect("mode");
        assert_eq!((level, mode.as_str()), (full, "wal"));
    }

    #[test]
    fn a_shape_is_read_and_not_changed() {
        let mut db = Connection::open_in_memory().expect("database");
        assert!(shape(&db).expect_err("empty").public.contains("another program"));
        run(&mut db).expect("a new database");
        assert_eq!(shape(&db).expect("a shape"), (STEPS.len(), STEPS.len()));
        db.execute("DELETE FROM migrations", []).expect("as an older build would have left it");
        assert_eq!(shape(&db).expect("an old shape"), (0, STEPS.len()));
    }

    #[test]
    fn a_strangers_database_is_left_alone() {
        let mut db = Connection::open_in_memory().expect("database");
        db.execute_batch("CREATE TABLE theirs (x)").expect("their table");
        assert!(run(&mut db).expect_err("refused").public.contains("another program"));
    }
}
