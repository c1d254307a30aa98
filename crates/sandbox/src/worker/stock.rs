//! Workers that wait, warm, each for work of its key; and the one thread that starts them all: the
//! kernel kills a worker with the thread that started it.

use super::process::Process;
use crate::jail::{Layer, Report};
use model::problem::{Problem, Result};
use std::collections::HashMap;
use std::hash::Hash;
use std::io::{self, BufRead, BufReader, PipeReader, PipeWriter, Read};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Workers of a key that wait for work.
const WAITING_MAX: usize = 4;
/// Bytes of a line of a worker's words for the log.
const LINE_BYTES_MAX: u64 = 500;

/// Starts a worker, whose words go where they are told to.
type Start = dyn Fn(&PipeWriter) -> Result<Process> + Send;

/// The workers of a node that have nothing to do.
pub(super) struct Stock<K> {
    waiting: Waiting<K>,
    orders: Sender<Order<K>>,
    layers: Report,
}

struct Waiting<K>(Arc<Mutex<HashMap<K, Vec<Process>>>>);

/// What the thread that starts workers is asked for.
enum Order<K> {
    /// One that work waits for.
    Start(Sender<Result<Process>>),
    /// One to wait for work of this key.
    Keep(K),
}

impl<K: Copy + Eq + Hash + Send + 'static> Stock<K> {
    /// Starts the first worker, and fails if a required layer is not in force around it; then one
    /// for each key.
    pub(super) fn new(keys: &[K], require: &[Layer], start: Box<Start>) -> Result<Stock<K>> {
        let waiting = Waiting(Arc::default());
        let (orders, ordered) = channel();
        let (reader, writer) = io::pipe().map_err(|err| cannot_start(&err))?;
        let shelf = Waiting(waiting.0.clone());
        thread::Builder::new()
            .name("worker-words".into())
            .spawn(move || log_words(reader))
            .and_then(|_| {
                let work = move || start_workers(&*start, &writer, &shelf, &ordered);
                thread::Builder::new().name("workers".into()).spawn(work)
            })
            .map_err(|err| cannot_start(&err))?;
        let mut stock = Stock { waiting, orders, layers: Report::new() };
        let first = stock.start()?;
        for layer in require {
            match first.report.get(layer) {
                Some(Ok(_)) => {}
                found => return Err(not_in_force(layer.word(), found)),
            }
        }
        stock.layers = first.report.clone();
        if let Some(key) = keys.first() {
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

    /// A worker for work of a key: one that waits, rather one that suits, or a fresh one.
    pub(super) fn take(
        &self,
        key: K,
        fresh: bool,
        suits: impl Fn(&Process) -> bool,
    ) -> Result<Process> {
        if fresh {
            return self.start();
        }
        let (found, left) = {
            let mut waiting = self.waiting.lock();
            let of_key = waiting.entry(key).or_default();
            let found = match of_key.iter().rposition(suits) {
                Some(place) => Some(of_key.remove(place)),
                None => of_key.pop(),
            };
            (found, of_key.len())
        };
        if left == 0 {
            // The next work of this key shall not wait for a start.
            let _ = self.orders.send(Order::Keep(key));
        }
        found.map_or_else(|| self.start(), Ok)
    }

    fn start(&self) -> Result<Process> {
        let (give, got) = channel();
        let gone = || Problem::internal("the thread that starts workers is gone");
        self.orders.send(Order::Start(give)).map_err(|_| gone())?;
        got.recv().map_err(|_| gone())?
    }

    /// Lets a worker wait for more work; one too many is ended.
    pub(super) fn put_back(&self, key: K, process: Process) {
        let mut waiting = self.waiting.lock();
        let of_key = waiting.entry(key).or_default();
        if of_key.len() < WAITING_MAX {
            of_key.push(process);
        }
    }
}

impl<K> Waiting<K> {
    fn lock(&self) -> MutexGuard<'_, HashMap<K, Vec<Process>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts what is ordered, as long as the stock lives.
fn start_workers<K: Copy + Eq + Hash>(
    start: &Start,
    words: &PipeWriter,
    waiting: &Waiting<K>,
    ordered: &Receiver<Order<K>>,
) {
    let is_there = |key| waiting.lock().get(&key).is_some_and(|of_key| !of_key.is_empty());
    while let Ok(order) = ordered.recv() {
        match order {
            Order::Start(give) => {
                let _ = give.send(start(words));
            }
            Order::Keep(key) if is_there(key) => {}
            Order::Keep(key) => match start(words) {
                Ok(process) => waiting.lock().entry(key).or_default().push(process),
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

/// The refusal to let strangers' bytes in behind fewer walls than the operator wants.
fn not_in_force(word: &str, found: Option<&std::result::Result<String, String>>) -> Problem {
    let why = match found {
        Some(Err(why)) => why.as_str(),
        _ => "no worker puts it on",
    };
    Problem::invalid(format!(
        "The layer {word} of the sandbox is required and not in force: {why}. Mend that, or start with fewer required layers."
    ))
}
