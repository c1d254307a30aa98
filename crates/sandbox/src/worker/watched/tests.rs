//! Workers that lie, as a test plays them: what the node believes of them, and what it does not.
// A test may stop at the first thing that is not as it should be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::worker::frame::{receive, send};
use crate::worker::pool::{CAPS, Class};
use model::Moment;
use model::gas::Price;
use std::collections::BTreeMap;
use std::io::BufReader;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::channel;
use std::thread;

/// A host with one capability; it is called as often as it counts.
#[derive(Default)]
struct Counting {
    calls: u32,
    /// The places of those of its two answers ahead that were used.
    used: Vec<usize>,
    refuse: Option<RefusalKind>,
}

impl Host for Counting {
    fn price(&mut self, name: &str) -> std::result::Result<Price, Refusal> {
        match name {
            "store.get" => Ok(Price { call: 400, byte_in: 1, byte_out: 1 }),
            _ => Err(Refusal { kind: RefusalKind::Error, text: "unknown".into() }),
        }
    }

    fn call(&mut self, _: &str, _: Vec<Value>) -> std::result::Result<Value, Refusal> {
        self.calls += 1;
        match self.refuse {
            Some(kind) => Err(Refusal { kind, text: "the disk is gone".into() }),
            None => Ok(Value::Int(7)),
        }
    }

    fn ahead(&mut self) -> Vec<crate::host::Ahead> {
        let ahead = |n| crate::host::Ahead {
            name: "store.get",
            args: vec![Value::Int(n)],
            answer: encode(&Value::Int(n)),
        };
        vec![ahead(0), ahead(1)]
    }

    fn used(&mut self, place: usize) {
        self.used.push(place);
    }
}

/// Lets a worker that `play` plays have one run of 1 000 gas; the outcome, or why it was lost.
fn with(
    host: &mut Counting,
    play: impl FnOnce(&mut UnixStream, Begin) + Send + 'static,
) -> io::Result<Outcome> {
    let (mut process, mut theirs) = Process::played(CAPS);
    let worker = thread::spawn(move || {
        let mut from = BufReader::new(theirs.try_clone().unwrap());
        let Ok(ToWorker::Begin(begin)) = receive(&mut from) else { panic!("no run") };
        play(&mut theirs, *begin);
        theirs // which stays open until the node is done with it
    });
    let program = Program::Lua(Script { files: BTreeMap::new(), main: "main.lua".into() });
    let run = Run {
        program: &program,
        trigger: "view",
        handler: "",
        ctx: Value::Nil,
        args: vec![],
        settings: BTreeMap::new(),
        seed: [3; 32],
        now: Moment(0),
        tz: "UTC",
        gas: 1_000,
        memory_bytes: 1 << 20,
        computing: Duration::from_millis(1),
        class: Class::Members,
    };
    let mut watched = Watched::new(host);
    let outcome = watched.run(&mut process, &run).map(|over| watched.outcome(over, &run));
    drop(process);
    worker.join().unwrap();
    outcome
}

fn call(handle: Handle, name: &str, args: &Value) -> FromWorker {
    FromWorker::Call { handle, later: vec![], name: name.into(), args: Bytes::from(encode(args)) }
}

fn over(handle: Handle) -> Over {
    Over {
        handle,
        later: vec![],
        ending: Ending::Done,
        answer: Bytes::from(encode(&Value::Int(1))),
        message: String::new(),
        gas: 900,
        causes: BTreeMap::new(),
        internal: None,
        behind: false,
    }
}

fn end(to: &mut UnixStream, over: Over) {
    send(to, &FromWorker::Over(Box::new(over))).unwrap();
}

#[test]
fn an_honest_worker_is_believed() {
    let mut host = Counting::default();
    let outcome = with(&mut host, |to, begin| {
        send(to, &call(begin.handle, "store.get", &Value::List(vec![]))).unwrap();
        let mut from = BufReader::new(to.try_clone().unwrap());
        let Ok(ToWorker::Answer(answer)) = receive(&mut from) else { panic!("no answer") };
        assert_eq!(decode(&answer.value.unwrap().0).unwrap(), Value::Int(7));
        end(to, over(begin.handle));
    });
    let outcome = outcome.unwrap();
    assert_eq!((outcome.ending, outcome.gas, host.calls), (Ending::Done, 900, 1));
}

/// COMP-003: the handle of another run, among other lies.
#[test]
fn a_worker_that_lies_is_lost() {
    type Lie = fn(Begin) -> FromWorker;
    let lies: [(&str, Lie); 5] = [
        ("another run's end", |_| FromWorker::Over(Box::new(over([0; 16])))),
        ("another run's call", |_| call([0; 16], "store.get", &Value::List(vec![]))),
        ("an unknown name", |begin| call(begin.handle, "master.key", &Value::List(vec![]))),
        ("arguments that are none", |begin| call(begin.handle, "store.get", &Value::Int(1))),
        ("ready again", |_| FromWorker::Ready { layers: BTreeMap::new() }),
    ];
    for (what, lie) in lies {
        let mut host = Counting::default();
        let lost = with(&mut host, move |to, begin| send(to, &lie(begin)).unwrap());
        assert_eq!(lost.unwrap_err().kind(), io::ErrorKind::InvalidData, "{what}");
        assert_eq!(host.calls, 0, "{what}");
    }
}

/// COMP-004: a flood of calls is paid for.
#[test]
fn calls_are_paid_whatever_a_worker_counts() {
    let mut host = Counting::default();
    let lost = with(&mut host, |to, begin| {
        for _ in 0..3 {
            let _ = send(to, &call(begin.handle, "store.get", &Value::List(vec![])));
        }
    });
    assert!(lost.unwrap_err().to_string().contains("without paying"));
    assert_eq!(host.calls, 2, "1 000 gas pay two calls of 400");

    let mut host = Counting::default();
    let outcome = with(&mut host, |to, begin| {
        send(to, &call(begin.handle, "store.get", &Value::List(vec![]))).unwrap();
        end(to, Over { gas: 0, ..over(begin.handle) });
    });
    assert_eq!(outcome.unwrap().gas, 400, "a worker that reports nothing still pays its calls");

    let mut host = Counting::default();
    let outcome =
        with(&mut host, |to, begin| end(to, Over { gas: u64::MAX, ..over(begin.handle) }));
    assert_eq!(outcome.unwrap().gas, 1_000, "nobody pays above the limit");
}

#[test]
fn an_answer_ahead_counts_once_it_is_used() {
    let later = |places: &[u32]| places.iter().map(|it| Later::Ahead(*it)).collect::<Vec<_>>();
    let mut host = Counting::default();
    let outcome = with(&mut host, move |to, begin| {
        assert_eq!(begin.ahead.len(), 2);
        assert_eq!(begin.ahead[1].answer.0, encode(&Value::Int(1)));
        end(to, Over { later: later(&[1]), gas: 0, ..over(begin.handle) });
    });
    assert_eq!((outcome.unwrap().gas, host.calls), (400, 0), "it is paid by the node's count");
    assert_eq!(host.used, [1]);

    type Lie = (&'static str, &'static [u32]);
    let lies: [Lie; 2] = [("made up an answer", &[2]), ("without paying", &[0, 1, 0])];
    for (what, places) in lies {
        let lost = with(&mut Counting::default(), move |to, begin| {
            send(to, &FromWorker::Later { handle: begin.handle, later: later(places) }).unwrap();
        });
        assert!(lost.unwrap_err().to_string().contains(what), "{what}");
    }
}

#[test]
fn who_was_cut_off_is_over() {
    let mut host = Counting { refuse: Some(RefusalKind::Restart), ..Counting::default() };
    let outcome = with(&mut host, |to, begin| {
        send(to, &call(begin.handle, "store.get", &Value::List(vec![]))).unwrap();
        end(to, over(begin.handle));
    });
    let outcome = outcome.unwrap();
    assert!(outcome.restarted && outcome.ending != Ending::Done, "{outcome:?}");

    let mut host = Counting { refuse: Some(RefusalKind::Internal), ..Counting::default() };
    let outcome = with(&mut host, |to, begin| {
        send(to, &call(begin.handle, "store.get", &Value::List(vec![]))).unwrap();
        let mut from = BufReader::new(to.try_clone().unwrap());
        let Ok(ToWorker::Answer(answer)) = receive(&mut from) else { panic!("no answer") };
        let told = Refusal::from(answer.value.unwrap_err());
        assert_eq!(told.text, "", "what happened inside is no worker's business");
        end(to, over(begin.handle));
    });
    assert_eq!(outcome.unwrap().internal.as_deref(), Some("the disk is gone"));

    let mut host = Counting { refuse: Some(RefusalKind::Waited), ..Counting::default() };
    let lost = with(&mut host, |to, begin| {
        for _ in 0..2 {
            let _ = send(to, &call(begin.handle, "store.get", &Value::List(vec![])));
        }
    });
    assert!(lost.unwrap_err().to_string().contains("went on"));
    assert_eq!(host.calls, 1);
}

/// COMP-016: an answer that is too much, or none.
#[test]
fn what_a_worker_claims_is_bounded() {
    let mut host = Counting::default();
    let outcome = with(&mut host, |to, begin| {
        let causes = (0..10_000).map(|n| (format!("cause {n}"), Default::default())).collect();
        let message = "ä".repeat(limit::ERROR_BYTES_MAX);
        let ending = Ending::Lost;
        end(
            to,
            Over {
                message,
                causes,
                ending,
                answer: Bytes::from(vec![255; 9]),
                ..over(begin.handle)
            },
        );
    });
    let outcome = outcome.unwrap();
    assert!(outcome.message.len() <= limit::ERROR_BYTES_MAX);
    assert_eq!(outcome.causes.len(), CAUSES_MAX);
    assert_eq!((outcome.ending, outcome.answer), (Ending::Stopped, Value::Nil));
}

/// WASM-030, COMP-017: the node waits for no worker.
#[test]
fn a_worker_that_dies_or_hangs_holds_nobody_up() {
    let mut host = Counting::default();
    let died = with(&mut host, |to, _| to.shutdown(std::net::Shutdown::Both).unwrap());
    assert_eq!(died.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);

    let (hang, go_on) = channel::<()>();
    let hung = with(&mut host, move |_, _| assert!(go_on.recv_timeout(GRACE * 2).is_err()));
    drop(hang);
    let kind = hung.unwrap_err().kind();
    assert!(matches!(kind, io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut), "{kind:?}");
}
