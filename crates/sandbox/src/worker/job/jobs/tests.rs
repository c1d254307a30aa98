//! Workers that lie about jobs, as a test plays them.
// A test may stop at the first thing that is not as it should be.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::worker::frame::{receive_within, send_within};
use crate::worker::job::Bounds;
use model::limit::{KIB, MIB};
use std::io::{BufReader, Write};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

const KIND: Kind = Kind {
    word: "played",
    deadline: Duration::from_millis(300),
    jobs_max: 1,
    at_once: 1,
    classes: &[Class::Members],
    bounds: Bounds {
        address_bytes: 0,
        cpu_seconds: 0,
        job_bytes_max: 4 * MIB,
        answer_bytes_max: 64 * KIB,
    },
};

type Answer = io::Result<std::result::Result<Vec<u8>, String>>;

/// Lets a worker that `play` plays have a job; the answer, or why it was lost.
fn with(play: impl FnOnce(&mut UnixStream, Handle) + Send + 'static) -> Answer {
    let (mut process, mut theirs) = Process::played(KIND.bounds.caps());
    let worker = thread::spawn(move || {
        let mut from = BufReader::new(theirs.try_clone().unwrap());
        let job = receive_within(&mut from, KIND.bounds.caps().sent).unwrap();
        let ToLabourer::Job { handle, bytes } = job else { panic!("no job") };
        assert_eq!(&*bytes.0, b"a job");
        play(&mut theirs, handle);
        theirs // which stays open until the node is done with it
    });
    let answer = done(&mut process, b"a job", &KIND);
    drop(process);
    worker.join().unwrap();
    answer
}

fn answer(handle: Handle, answer: std::result::Result<&[u8], &str>) -> FromLabourer {
    let answer = answer.map(|bytes| Bytes(bytes.to_vec().into())).map_err(str::to_owned);
    FromLabourer::Done { handle, answer }
}

fn say(to: &mut UnixStream, frame: &FromLabourer) {
    send_within(to, frame, usize::MAX).unwrap();
}

#[test]
fn an_honest_worker_is_believed() {
    let yes = with(|to, handle| say(to, &answer(handle, Ok(b"done"))));
    assert_eq!(yes.unwrap(), Ok(b"done".to_vec()));
    let no = with(|to, handle| say(to, &answer(handle, Err("no"))));
    assert_eq!(no.unwrap(), Err("no".to_owned()));
}

#[test]
fn a_worker_that_lies_is_lost() {
    type Lie = fn(Handle) -> FromLabourer;
    let lies: [(&str, Lie); 3] = [
        ("another job's answer", |_| answer([0; 16], Ok(b"x"))),
        ("ready again", |_| FromLabourer::Ready { layers: Report::new() }),
        ("more than it may say", |handle| answer(handle, Ok(&[0; 80 * KIB]))),
    ];
    for (what, lie) in lies {
        let lost = with(move |to, handle| {
            let _ = send_within(to, &lie(handle), usize::MAX);
        });
        assert_eq!(lost.unwrap_err().kind(), io::ErrorKind::InvalidData, "{what}");
    }
    let lost = with(|to, _| to.write_all(&[4, 0, 0, 0, 9, 9, 9, 9]).unwrap());
    assert_eq!(lost.unwrap_err().kind(), io::ErrorKind::InvalidData, "no frame at all");
}

#[test]
fn an_answer_before_its_job_fits_none() {
    let (mut process, mut theirs) = Process::played(KIND.bounds.caps());
    let mut known = None;
    thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let mut from = BufReader::new(theirs.try_clone().unwrap());
            let job = receive_within(&mut from, KIND.bounds.caps().sent).unwrap();
            let ToLabourer::Job { handle, .. } = job else { panic!("no job") };
            say(&mut theirs, &answer(handle, Ok(b"one")));
            say(&mut theirs, &answer(handle, Ok(b"two")));
            handle
        });
        assert_eq!(done(&mut process, b"a job", &KIND).unwrap(), Ok(b"one".to_vec()));
        known = Some(worker.join().unwrap());
    });
    let lost = done(&mut process, b"another", &KIND).unwrap_err();
    assert_eq!(lost.kind(), io::ErrorKind::InvalidData);
    assert!(known.is_some_and(|it| it != handle() && handle() != handle()));
}

#[test]
fn a_worker_that_dies_or_hangs_holds_nobody_up() {
    let died = with(|to, _| to.shutdown(std::net::Shutdown::Both).unwrap());
    assert_eq!(died.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);

    let (hang, go_on) = channel::<()>();
    let hung = with(move |_, _| assert!(go_on.recv_timeout(KIND.deadline * 2).is_err()));
    drop(hang);
    assert!(is_late(&hung), "{hung:?}");

    let dripping = with(|to, _| {
        // A frame of any length that never ends, a byte at a time.
        let _ = to.write_all(&[0, 16, 0, 0]);
        while to.write_all(&[0]).is_ok() {
            thread::park_timeout(KIND.deadline / 20);
        }
    });
    assert!(is_late(&dripping), "{dripping:?}");
}

#[test]
fn a_worker_that_reads_nothing_holds_nobody_up() {
    let (mut process, _theirs) = Process::played(KIND.bounds.caps());
    let stuck = done(&mut process, &[0; 4 * MIB], &KIND);
    assert!(is_late(&stuck), "{stuck:?}");
}

fn is_late(answer: &Answer) -> bool {
    let late = [io::ErrorKind::TimedOut, io::ErrorKind::WouldBlock];
    answer.as_ref().err().is_some_and(|err| late.contains(&err.kind()))
}
