//! Letting others go first: a worker whose run takes long takes a niceness once, and keeps it.

use rustix::process::{getpriority_process, setpriority_process};
use std::sync::atomic::{AtomicI32, Ordering};

/// By how much such a worker is nicer than its node: beside one other process it gets a tenth of a
/// processor.
const NICER: i32 = 10;
/// The most there is.
const NICEST: i32 = 19;
/// No niceness: nothing may be changed, or it was changed already.
const STAY: i32 = i32::MIN;

/// The niceness this process may take.
static NICENESS: AtomicI32 = AtomicI32::new(STAY);

/// The niceness of this process if it lets others go first. Behind the filter nobody can ask.
pub(super) fn niceness() -> i32 {
    (getpriority_process(None).unwrap_or(0) + NICER).min(NICEST)
}

/// From now on this process steps back when it is told to. No other process ever does.
pub(crate) fn let_step_back() {
    NICENESS.store(niceness(), Ordering::Relaxed);
}

/// Lets others on this machine go first, if this process may. There is no way forward again. A
/// kernel that refuses leaves everything as it is.
pub(crate) fn step_back() {
    let niceness = NICENESS.swap(STAY, Ordering::Relaxed);
    if niceness != STAY {
        let _ = setpriority_process(None, niceness);
    }
}

/// Whether this worker lets others go first.
pub(crate) fn is_behind() -> bool {
    NICENESS.load(Ordering::Relaxed) == STAY
}
