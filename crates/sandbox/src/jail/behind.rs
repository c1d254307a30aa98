//! Letting others go first: a worker whose run takes long takes a niceness once, and keeps it; and
//! slices so short that whoever goes first need not wait for the end of one.

use rustix::process::{getpriority_process, setpriority_process};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// By how much such a worker is nicer than its node: beside one other process it gets a tenth of a
/// processor. Less would starve it: the policy `SCHED_IDLE` leaves it a three hundredth.
const NICER: i32 = 10;
/// The most there is.
const NICEST: i32 = 19;
/// Nanoseconds for which a thread keeps the processor from one that goes first: the kernel's least.
/// Its default of some milliseconds is as long as ten pages.
const SLICE_NS: u64 = 100_000;

/// What this process takes when it steps back; none in one that never does.
static READY: Mutex<Option<Back>> = Mutex::new(None);
static BEHIND: AtomicBool = AtomicBool::new(false);

struct Back {
    niceness: i32,
    /// The processors it may use.
    processors: Option<CpuSet>,
}

/// The niceness of this process if it lets others go first. Behind the filter nobody can ask.
pub(super) fn niceness() -> i32 {
    (getpriority_process(None).unwrap_or(0) + NICER).min(NICEST)
}

/// From now on this process steps back when it is told to. No other process ever does.
pub(crate) fn let_step_back() {
    if let Ok(mut ready) = READY.lock() {
        *ready = Some(Back { niceness: niceness(), processors: sched_getaffinity(None).ok() });
    }
}

/// Lets others on this machine go first, if this process may, and takes any processor for that: its
/// node may have bound it to one, for runs that are short. There is no way forward again. A kernel
/// that refuses leaves everything as it is.
pub(crate) fn step_back() {
    if is_behind() {
        return;
    }
    let Some(back) = READY.lock().ok().and_then(|mut ready| ready.take()) else { return };
    BEHIND.store(true, Ordering::Relaxed);
    let _ = setpriority_process(None, back.niceness);
    if let Some(processors) = back.processors {
        let _ = sched_setaffinity(None, &processors);
    }
}

/// Whether this worker lets others go first.
pub(crate) fn is_behind() -> bool {
    BEHIND.load(Ordering::Relaxed)
}

/// Takes short slices of a processor, for this thread and all that it starts, workers too: to be
/// called before there are others. Kernels before 6.12 take no notice.
pub fn take_short_slices() {
    let attributes = Attributes {
        size: size_of::<Attributes>() as u32,
        niceness: getpriority_process(None).unwrap_or(0),
        runtime_ns: SLICE_NS,
        ..Attributes::default()
    };
    // SAFETY: a plain system call for this thread, with a struct that lives through it and says its
    // own length; the kernel only reads it.
    unsafe { libc::syscall(libc::SYS_sched_setattr, 0, &raw const attributes, 0) };
}

/// `struct sched_attr`, in its first version (linux/sched/types.h). The policy 0 is the usual one.
#[repr(C)]
#[derive(Default)]
struct Attributes {
    size: u32,
    policy: u32,
    flags: u64,
    niceness: i32,
    priority: u32,
    runtime_ns: u64,
    deadline_ns: u64,
    period_ns: u64,
}
