//! Real workers of jobs: good jobs, bad ones, and a kill in the middle.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use sandbox::worker::{Bounds, Class, Failed, Jobs, Kind, Launch};
use std::process::Command;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// Small, and patient with a loaded machine: what ends a job here is never the clock, where it need
/// not be.
const KIND: Kind = Kind {
    word: "test",
    deadline: Duration::from_secs(60),
    jobs_max: 3,
    at_once: 2,
    classes: &Class::ALL,
    bounds: Bounds {
        address_bytes: 512 << 20,
        cpu_seconds: 20,
        job_bytes_max: 8 << 20,
        answer_bytes_max: 8 << 20,
    },
};

fn launch() -> Launch {
    Launch::of(env!("CARGO_BIN_EXE_jailed").into(), &["job"])
}

fn jobs(kind: Kind) -> Jobs {
    Jobs::new(launch(), kind).expect("workers")
}

fn is_lost(answer: &Result<Vec<u8>, Failed>, with: &str) -> bool {
    matches!(answer, Err(Failed::Lost(why)) if why.contains(with))
}

/// Kills all workers of this test; whether there was one.
fn kill_workers() -> bool {
    let parent = std::process::id().to_string();
    let kill = ["-KILL", "-P", &parent, "jailed"];
    Command::new("pkill").args(kill).status().unwrap().success()
}

#[test]
fn jobs_are_done() {
    let jobs = jobs(KIND);
    assert_eq!(jobs.ask(Class::Members, b"turn abc"), Ok(b"cba ".to_vec()));
    assert_eq!(jobs.ask(Class::Members, b"refuse"), Err(Failed::Refused("No.".into())));
    let mut large = vec![b'y'; 8 << 20];
    large[..5].copy_from_slice(b"turn ");
    assert_eq!(jobs.ask(Class::Members, &large).map(|it| it.len()), Ok((8 << 20) - 4));
    large.push(b'y');
    assert!(
        matches!(jobs.ask(Class::Members, &large), Err(Failed::Refused(text)) if text.contains("8388608"))
    );
    let Err(Failed::Refused(text)) = jobs.ask(Class::Members, b"swell") else { panic!("it fits") };
    assert!(text.contains("larger than 8388608"), "{text}");
}

#[test]
fn a_worker_has_its_jobs_and_no_more() {
    let jobs = jobs(KIND);
    let counts: Vec<Vec<u8>> =
        (0..7).map(|_| jobs.ask(Class::Members, b"count").unwrap()).collect();
    assert!(counts.iter().all(|count| [b"1", b"2", b"3"].iter().any(|it| count == it)));
    assert!(counts.iter().filter(|count| *count == b"1").count() >= 3, "{counts:?}");
}

#[test]
fn no_class_shares_a_worker_with_another() {
    let jobs = jobs(Kind { at_once: 1, jobs_max: 100, ..KIND });
    // How many jobs the worker of an answer has had: with another class's it were more than this
    // class has sent. A spare one may have had fewer.
    let count = |class| -> u32 {
        String::from_utf8(jobs.ask(class, b"count").unwrap()).unwrap().parse().unwrap()
    };
    for sent in 1..=5 {
        for class in Class::ALL {
            assert!(count(class) <= sent, "{class:?}");
        }
    }
    // One that is lost takes no other class's worker along.
    assert!(is_lost(&jobs.ask(Class::New, b"leave"), "exit status: 0"));
    assert!(count(Class::Members) <= 6 && count(Class::New) <= 6);
}

#[test]
fn who_sits_has_a_worker_alone_until_it_is_lost() {
    let jobs = jobs(Kind { at_once: 1, ..KIND });
    let mut sitting = jobs.sit().unwrap();
    for count in ["1", "2", "3", "4"] {
        assert_eq!(sitting.ask(b"count"), Ok(count.into()));
    }
    assert_eq!(sitting.ask(b"refuse"), Err(Failed::Refused("No.".into())));
    assert_eq!(
        jobs.ask(Class::Members, b"count"),
        Ok(b"1".to_vec()),
        "others have their own, and are not kept"
    );
    assert!(is_lost(&sitting.ask(b"leave"), "exit status: 0"));
    assert!(is_lost(&sitting.ask(b"count"), "gone"));
    drop(sitting);
    assert_eq!(jobs.sit().unwrap().ask(b"count"), Ok(b"1".to_vec()));
}

// WASM-011: the last of these is a panic.
#[test]
fn bad_jobs_end_and_the_next_is_done() {
    let jobs = jobs(KIND);
    for (job, signal) in [
        ("eat", "signal: 6"),
        ("dig", "signal: 6"),
        ("open", "signal: 31"),
        ("leave", "exit status: 0"),
        ("no such word", "exit status: 101"),
    ] {
        let answer = jobs.ask(Class::Members, job.as_bytes());
        assert!(is_lost(&answer, signal), "{job}: {answer:?}");
        assert_eq!(jobs.ask(Class::Members, b"turn ab"), Ok(b"ba ".to_vec()), "after {job}");
    }
}

#[test]
fn a_job_that_goes_on_is_ended_by_clock_and_by_processor() {
    let by_clock = Kind { deadline: Duration::from_millis(500), ..KIND };
    let jobs_by_clock = jobs(by_clock);
    assert_eq!(jobs_by_clock.ask(Class::Members, b"loop"), Err(Failed::TooSlow));
    let by_processor = Kind { bounds: Bounds { cpu_seconds: 1, ..KIND.bounds }, ..KIND };
    let jobs_by_processor = jobs(by_processor);
    assert_eq!(jobs_by_processor.ask(Class::Members, b"loop"), Err(Failed::TooSlow));
    assert_eq!(jobs_by_processor.ask(Class::Members, b"turn ab"), Ok(b"ba ".to_vec()));
}

#[test]
fn a_killed_worker_is_replaced() {
    let jobs = jobs(KIND);
    for _ in 0..3 {
        // One that waits: nobody notices.
        assert_eq!(jobs.ask(Class::Members, b"turn ab"), Ok(b"ba ".to_vec()));
        assert!(kill_workers());
        assert_eq!(jobs.ask(Class::Members, b"turn ab"), Ok(b"ba ".to_vec()));
    }
    // One that works, and the next that is given the job.
    let (over, is_over) = channel::<()>();
    let lost = thread::scope(|scope| {
        scope.spawn(move || {
            let often = Duration::from_millis(100);
            while is_over.recv_timeout(often) == Err(RecvTimeoutError::Timeout) {
                kill_workers();
            }
        });
        let lost = jobs.ask(Class::Members, b"loop");
        drop(over);
        lost
    });
    assert!(matches!(lost, Err(Failed::Lost(_))), "{lost:?}");
    assert_eq!(jobs.ask(Class::Members, b"turn ab"), Ok(b"ba ".to_vec()));
}

#[test]
fn the_layers_are_told_and_a_missing_one_that_is_required_is_no_start() {
    let layers = jobs(KIND).layers();
    let words = |layer: &str| {
        let found = layers.iter().find(|(it, _)| it.word() == layer);
        found.and_then(|(_, found)| found.clone().ok()).unwrap_or_default()
    };
    assert!(words("rlimits").contains("512 MiB of addresses, 20 s"), "{layers:?}");
    assert!(words("seccomp").contains("system calls"), "{layers:?}");

    let mut lacking = launch();
    lacking.layers.retain(|layer| layer.word() != "seccomp");
    let refused = Jobs::new(lacking, KIND).err().expect("a refusal");
    assert!(refused.public.contains("seccomp"), "{}", refused.public);
    let strange = Jobs::new(Launch::of("/bin/true".into(), &[]), KIND).err().expect("a failure");
    assert!(strange.private().contains("a worker does not start"), "{}", strange.private());
}
