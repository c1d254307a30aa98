//! Jobs: the second kind of work that a jailed worker does. Bytes go in, bytes or a text of refusal
//! come out, and there are no calls back: `labour` is the worker's side, `jobs` is the node's.

mod frame;
mod jobs;
mod labour;

pub use jobs::{Failed, Jobs, Sitting};
pub use labour::{Trade, labour};

use super::Class;
use model::limit::MIB;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A kind of jobs, with what one of its workers may take.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// The kind's word on the command line and in messages.
    pub word: &'static str,
    /// Time of one job by the clock, as the node measures it.
    pub deadline: Duration,
    /// Jobs a worker does before a fresh one takes its place: what one job may have left behind in
    /// it does not last.
    pub jobs_max: u32,
    /// Jobs of one class that are done beside each other; the others wait.
    pub at_once: u32,
    /// The classes whose jobs are done in processes of their own.
    pub classes: &'static [Class],
    pub bounds: Bounds,
}

/// What the kernel, and the frames, hold a worker to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// Bytes of address space, with those of the program itself: `RLIMIT_AS`. No pool is reserved in
    /// such a worker, so this is what it can take of the machine's memory.
    pub address_bytes: u64,
    /// Seconds of processor time of the process in its life: `RLIMIT_CPU`.
    pub cpu_seconds: u64,
    /// Bytes of a job.
    pub job_bytes_max: usize,
    /// Bytes of its answer.
    pub answer_bytes_max: usize,
}

impl Kind {
    /// Parses what people and strangers wrote. A worker has one thread, so a job takes no more of
    /// the processor than of the clock: the deadline bounds both, and the limit of the process is
    /// one that no honest worker comes near.
    pub const PARSE: Kind = Kind {
        word: "parse",
        deadline: Duration::from_secs(2),
        jobs_max: 500,
        at_once: 4,
        classes: &Class::ALL,
        bounds: Bounds {
            address_bytes: 256 * MIB as u64,
            cpu_seconds: 500 * 2 + 1,
            job_bytes_max: 16 * MIB,
            answer_bytes_max: 32 * MIB,
        },
    };

    /// Compiles programs: dear jobs, a process each, so that the kernel counts the seconds of one
    /// job exactly. Python's runtime, the largest that fits, takes 12 seconds and 0.4 GiB on a slow
    /// machine. By the clock it may take twice as long, for a loaded one.
    pub const COMPILE: Kind = Kind {
        word: "compile",
        deadline: Duration::from_secs(60),
        jobs_max: 1,
        at_once: 2,
        // No two jobs share a process, so there is nothing to keep apart.
        classes: &[Class::Members],
        bounds: Bounds {
            address_bytes: 1024 * MIB as u64,
            cpu_seconds: 30,
            job_bytes_max: 64 * MIB,
            answer_bytes_max: 256 * MIB,
        },
    };
}
