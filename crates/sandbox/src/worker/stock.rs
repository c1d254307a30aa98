//! Workers that wait, warm, each for work of its key; and the one thread that starts them all: the
//! kernel kills a worker with the thread that started it.

use super::process::Process;
use crate::jail::{Layer, Report};
use model::problem::{Problem, Result};
use model::sabotage;
use std::io::{self, BufRead, BufReader, PipeReader, PipeWriter, Read};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Bytes of a line of a worker's words for the log.
const LINE_BYTES_MAX: u64 = 500;

/// Starts a worker for work of a key, whose words go where they are told to.
type Start<K> = dyn Fn(K, &PipeWriter) -> Result<Process> + Send;

/// How many workers wait for work.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// For that of one key.
    pub of_key: usize,
    /// In all; the one that has waited longest makes room.
    pub in_all: usize,
    /// Whether a fresh one is started when the last one of a key is taken.
    pub spare: bool,
}

/// The workers of a node that have nothing to do.
pub(super) struct Stock<K> {
    waiting: Waiting<K>,
    orders: Sender<Order<K>>,
    layers: Report,
    room: Room,
}

/// In the order in which they began to wait.
struct Waiting<K>(Arc<Mutex<Vec<(K, Process)>>>);

/// What the thread that starts workers is asked for.
enum Order<K> {
    /// One that work of this key waits for.
    Start(K, Sender<Result<Process>>),
    /// One to wait for work of this key.
    Keep(K),
}

impl<K: Copy + Eq + Send + 'static> Stock<K> {
    /// Starts one worker for each of these keys, and fails if a required layer is not in force
    /// around the first. None is ever used without them.
    pub(super) fn new(
        keys: &[K],
        require: Vec<Layer>,
        room: Room,
        start: Box<Start<K>>,
    ) -> Result<Stock<K>> {
        let waiting = Waiting(Arc::default());
        let (orders, ordered) = channel();
        let (reader, writer) = io::pipe().map_err(|err| cannot_start(&err))?;
        let shelf = Waiting(waiting.0.clone());
        let start = move |key, words: &PipeWriter| {
            let process = start(key, words)?;
            in_force(&process.report, &require)?;
            Ok(process)
        };
        thread::Builder::new()
            .name("worker-words".into())
            .spawn(move || log_words(reader))
            .and_then(|_| {
                let work = move || start_workers(&start, &writer, &shelf, &ordered);
                thread::Builder::new().name("workers".into()).spawn(work)
            })
            .map_err(|err| cannot_start(&err))?;
        let mut stock = Stock { waiting, orders, layers: Report::new(), room };
        if let Some(key) = keys.first() {
            let first = stock.start(*key)?;
            stock.layers = first.report.clone();
            stock.put_back(*key, first);
        }
        for key in keys {
            let _ = stock.orders.send(Order::Keep(*key));
        }
        Ok(stock)
    }

    /// The layers around the workers.
    pub(super) fn layers(&self) -> Report {
        self.layers.clone()
    }

    /// A worker for work of a key: one that waits, rather one that suits, or a fresh one. For work
    /// that is to stay behind that of others, rather one that lets others go first already.
    pub(super) fn take(
        &self,
        key: K,
        (behind, fresh): (bool, bool),
        suits: impl Fn(&Process) -> bool,
    ) -> Result<Process> {
        if fresh {
            return self.start(key);
        }
        let (found, left) = {
            let mut waiting = self.waiting.lock();
            let place = (behind.then(|| place(&waiting, key, true, &suits)).flatten())
                .or_else(|| place(&waiting, key, false, &suits));
            let found = place.map(|place| waiting.remove(place).1);
            (found, is_there(&waiting, key))
        };
        if !left && self.room.spare {
            // The next work of this key shall not wait for a start.
            let _ = self.orders.send(Order::Keep(key));
        }
        found.map_or_else(|| self.start(key), Ok)
    }

    fn start(&self, key: K) -> Result<Process> {
        let (give, got) = channel();
        let gone = || Problem::internal("the thread that starts workers is gone");
        self.orders.send(Order::Start(key, give)).map_err(|_| gone())?;
        got.recv().map_err(|_| gone())?
    }

    /// Lets a worker wait for more work; one too many is ended.
    pub(super) fn put_back(&self, key: K, process: Process) {
        let ended = {
            let mut waiting = self.waiting.lock();
            let alike = |(of, it): &&(K, Process)| *of == key && it.behind == process.behind;
            let of_key = waiting.iter().filter(alike).count();
            if of_key >= self.room.of_key {
                Some(process)
            } else {
                waiting.push((key, process));
                (waiting.len() > self.room.in_all).then(|| waiting.remove(0).1)
            }
        };
        // To collect a process takes a moment in which nobody shall wait for the others.
        drop(ended);
    }
}

impl<K> Waiting<K> {
    fn lock(&self) -> MutexGuard<'_, Vec<(K, Process)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a worker of a key waits that lets others go first or does not, rather one that suits.
fn place<K: Eq>(
    waiting: &[(K, Process)],
    key: K,
    behind: bool,
    suits: impl Fn(&Process) -> bool,
) -> Option<usize> {
    let fits = |(of, process): &(K, Process)| *of == key && process.behind == behind;
    waiting
        .iter()
        .rposition(|it| fits(it) && suits(&it.1))
        .or_else(|| waiting.iter().rposition(fits))
}

/// Whether a worker waits for any work of a key.
fn is_there<K: Eq>(waiting: &[(K, Process)], key: K) -> bool {
    place(waiting, key, false, |_| true).is_some()
}

/// Starts what is ordered, as long as the stock lives.
fn start_workers<K: Copy + Eq>(
    start: &dyn Fn(K, &PipeWriter) -> Result<Process>,
    words: &PipeWriter,
    waiting: &Waiting<K>,
    ordered: &Receiver<Order<K>>,
) {
    while let Ok(order) = ordered.recv() {
        match order {
            Order::Start(key, give) => {
                let _ = give.send(start(key, words));
            }
            Order::Keep(key) if is_there(&waiting.lock(), key) => {}
            Order::Keep(key) => match start(key, words) {
                Ok(process) => waiting.lock().push((key, process)),
                Err(problem) => eprintln!("allot: {}", problem.private()),
            },
        }
    }
    waiting.lock().clear();
}

/// Writes what workers say into the log, a bounded line at a time.
fn log_words(reader: PipeReader) {
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while (&mut reader).take(LINE_BYTES_MAX).read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
        let text: String = String::from_utf8_lossy(&line).trim_end().escape_debug().collect();
        eprintln!("allot worker: {text}");
        line.clear();
    }
}

fn cannot_start(err: &io::Error) -> Problem {
    Problem::internal(format!("workers cannot be started: {err}"))
}

/// Whether every required layer is in force; else the refusal to let strangers' bytes in behind
/// fewer walls than the operator wants.
fn in_force(report: &Report, require: &[Layer]) -> Result<()> {
    let in_force = |layer: &Layer| matches!(report.get(layer), Some(Ok(_)));
    let missing =
        require.iter().find(|layer| !in_force(layer) && !sabotage::off("required-layers"));
    let Some(layer) = missing else { return Ok(()) };
    let why = match report.get(layer) {
        Some(Err(why)) => why.as_str(),
        _ => "no worker puts it on",
    };
    Err(Problem::invalid(format!(
        "The layer {} of the sandbox is required and not in force: {why}. Mend that, or start with fewer required layers.",
        layer.word()
    )))
}
