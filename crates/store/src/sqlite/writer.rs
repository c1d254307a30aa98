//! The one writer: a thread that takes what waits in its queue and flushes it together.
//!
//! Each job has a savepoint of its own, so that a refused one takes nothing else with it. Nobody
//! hears an answer before the flush.

use super::broken;
use crate::Refused;
use model::{Problem, Result};
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// Jobs of one flush: the first of them must not wait for ever.
const GROUP_MAX: usize = 256;
/// Jobs that may wait; further callers wait to hand theirs in.
const QUEUE_MAX: usize = 1_024;

pub(super) struct Writer {
    /// `None` only while the writer is being dropped.
    queue: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    kept: AtomicU64,
    flushes: AtomicU64,
}

/// Work that waits for the writer.
trait Job: Send {
    /// Does the work inside a savepoint; says whether it is to be kept.
    fn apply(&mut self, db: &Connection) -> bool;
    /// Tells the one who waits, after the flush or after its failure.
    fn tell(self: Box<Self>, flushed: &Result<()>);
}

/// What can be asked of the writer.
pub(super) trait Work<T>: FnOnce(&Connection) -> Outcome<T> + Send + 'static {}
impl<T, F: FnOnce(&Connection) -> Outcome<T> + Send + 'static> Work<T> for F {}

type Outcome<T> = std::result::Result<T, Refused>;
type Answer<T> = Receiver<Outcome<T>>;

struct Task<F, T> {
    work: Option<F>,
    outcome: Option<Outcome<T>>,
    tell: SyncSender<Outcome<T>>,
}

impl<F: Work<T>, T: Send> Job for Task<F, T> {
    fn apply(&mut self, db: &Connection) -> bool {
        self.outcome = self.work.take().map(|work| work(db));
        matches!(self.outcome, Some(Ok(_)))
    }

    fn tell(self: Box<Self>, flushed: &Result<()>) {
        let outcome = match (self.outcome, flushed) {
            (Some(Ok(_)) | None, Err(problem)) => Err(Refused::Problem(problem.clone())),
            (Some(outcome), _) => outcome,
            (None, Ok(())) => Err(Refused::Problem(Problem::internal("a job was never done"))),
        };
        // Whoever asked may be gone by now; what was kept stays kept.
        let _ = self.tell.send(outcome);
    }
}

impl Writer {
    pub(super) fn start(db: Connection) -> Result<Writer> {
        let (queue, jobs) = sync_channel(QUEUE_MAX);
        let counts = Arc::new(Counts::default());
        let counted = Arc::clone(&counts);
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || serve(&db, &jobs, &counted))
            .map_err(|error| Problem::internal(format!("starting the writer: {error}")))?;
        Ok(Writer { queue: Some(queue), thread: Some(thread), counts })
    }

    /// Does the work in its turn and returns when it is durable, or refused and undone.
    pub(super) fn run<T: Send + 'static>(&self, work: impl Work<T>) -> Outcome<T> {
        let ended = || Problem::internal("the writer has ended");
        let (job, told) = job(work);
        let queue = self.queue.as_ref().ok_or_else(ended)?;
        queue.send(job).map_err(|_| ended())?;
        told.recv().map_err(|_| ended())?
    }

    /// Jobs kept and flushes made since the start.
    pub(super) fn counts(&self) -> (u64, u64) {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (read(&self.counts.kept), read(&self.counts.flushes))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Work in a form that can wait in the queue, and the place where its answer arrives.
fn job<T: Send + 'static>(work: impl Work<T>) -> (Box<dyn Job>, Answer<T>) {
    let (tell, told) = sync_channel(1);
    (Box::new(Task { work: Some(work), outcome: None, tell }), told)
}

fn serve(db: &Connection, jobs: &Receiver<Box<dyn Job>>, counts: &Counts) {
    while let Ok(first) = jobs.recv() {
        let mut group = Vec::new();
        let flushed = flush(db, first, jobs, &mut group, counts);
        if flushed.is_err() && !db.is_autocommit() {
            let _ = db.execute_batch("ROLLBACK");
        }
        for job in group {
            job.tell(&flushed);
        }
    }
}

/// Applies the first job and those that wait behind it, and flushes them as one transaction.
fn flush(
    db: &Connection,
    first: Box<dyn Job>,
    jobs: &Receiver<Box<dyn Job>>,
    group: &mut Vec<Box<dyn Job>>,
    counts: &Counts,
) -> Result<()> {
    let mut next = Some(first);
    let begun = db.execute_batch("BEGIN IMMEDIATE").map_err(broken);
    let before = db.total_changes();
    let mut kept = 0;
    while let Some(mut job) = next {
        let applied = begun.clone().and_then(|()| apply(db, job.as_mut()));
        group.push(job);
        kept += u64::from(applied?);
        next = if group.len() < GROUP_MAX { jobs.try_recv().ok() } else { None };
    }
    db.execute_batch("COMMIT").map_err(broken)?;
    if db.total_changes() != before {
        counts.kept.fetch_add(kept, Ordering::Relaxed);
        counts.flushes.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// Applies one job in its savepoint.
fn apply(db: &Connection, job: &mut dyn Job) -> Result<bool> {
    run(db, "SAVEPOINT job")?;
    let keep = job.apply(db);
    // A full disk makes SQLite undo the whole transaction, with the jobs before this one. Then the
    // savepoint is gone, the next step fails, and the whole group is told so.
    if !keep {
        run(db, "ROLLBACK TO job")?;
    }
    run(db, "RELEASE job")?;
    Ok(keep)
}

fn run(db: &Connection, sql: &str) -> Result<()> {
    db.prepare_cached(sql).and_then(|mut step| step.execute([])).map(drop).map_err(broken)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    /// A database with a table and little room.
    fn small() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE t (x BLOB) STRICT; PRAGMA max_page_count = 20").unwrap();
        db
    }

    fn insert(db: &Connection, bytes: usize) -> Outcome<()> {
        db.execute("INSERT INTO t VALUES (?1)", [vec![0; bytes]])?;
        Ok(())
    }

    fn count(db: &Connection) -> i64 {
        db.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap()
    }

    type Step = fn(&Connection) -> Outcome<()>;

    /// Serves work that waits already, which is one group, and returns the answers.
    fn serve_together(db: &Connection, work: &[Step]) -> Vec<Outcome<()>> {
        let (queue, jobs) = sync_channel(QUEUE_MAX);
        let mut answers = Vec::new();
        for work in work {
            let (job, told) = job(*work);
            assert!(queue.send(job).is_ok());
            answers.push(told);
        }
        drop(queue);
        serve(db, &jobs, &Counts::default());
        answers.into_iter().map(|told| told.recv().unwrap()).collect()
    }

    #[test]
    fn a_refused_job_is_undone_alone() {
        let db = small();
        let refused: Step = |db| insert(db, 1).and(Err(Refused::Conflict));
        let answers = serve_together(&db, &[|db| insert(db, 1), refused, |db| insert(db, 1)]);
        assert_eq!(answers, [Ok(()), Err(Refused::Conflict), Ok(())]);
        assert_eq!(count(&db), 2);
    }

    #[test]
    fn nobody_is_told_yes_when_the_disk_was_full() {
        let db = small();
        let answers = serve_together(
            &db,
            &[|db| insert(db, 1), |db| insert(db, 1_000_000), |db| insert(db, 2)],
        );
        assert!(answers[0].is_err(), "its row was undone together with the large one");
        assert!(answers[1].is_err());
        assert_eq!(answers[2], Ok(()), "the next group has room again");
        assert_eq!(count(&db), 1);
    }

    #[test]
    fn whoever_comes_first_is_served_first() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE t (x INTEGER PRIMARY KEY, turn INTEGER)").unwrap();
        let (queue, jobs) = sync_channel(QUEUE_MAX);
        let counts = Counts::default();
        let mut answers = Vec::new();
        for turn in 0..2 * GROUP_MAX + 1 {
            let (job, told) = job(move |db: &Connection| {
                Ok(db.execute("INSERT INTO t (turn) VALUES (?1)", [crate::signed(turn as u64)])?)
            });
            assert!(queue.send(job).is_ok());
            answers.push(told);
        }
        drop(queue);
        serve(&db, &jobs, &counts);
        assert!(answers.into_iter().all(|told| told.recv().unwrap() == Ok(1)));
        let late: i64 = db
            .query_row("SELECT count(*) FROM t WHERE turn <> x - 1", [], |row| row.get(0))
            .unwrap();
        assert_eq!(late, 0, "nobody is overtaken");
        assert_eq!(counts.flushes.into_inner(), 3, "a flush takes along what waits, up to a group");
    }

    #[test]
    fn a_failed_flush_is_told_to_all() {
        let db = small();
        db.execute_batch(
            "PRAGMA foreign_keys = ON; CREATE TABLE parent (id INTEGER PRIMARY KEY);
             CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
        )
        .unwrap();
        let orphan: Step = |db| Ok(db.execute_batch("INSERT INTO child VALUES (7)")?);
        let answers = serve_together(&db, &[|db| insert(db, 1), orphan]);
        assert!(answers.iter().all(|answer| answer.is_err()), "COMMIT failed: {answers:?}");
        assert_eq!(count(&db), 0);
        assert!(db.is_autocommit(), "the writer is ready for the next group");
    }
}
