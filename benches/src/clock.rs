//! CPU time of this thread, and medians: what the other modules measure with.

use rustix::time::{ClockId, clock_gettime};

/// CPU time that this thread has used, in seconds.
pub(crate) fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// The CPU time that some work takes, in seconds, and what came of it.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let begun = cpu_seconds();
    let done = work();
    (cpu_seconds() - begun, done)
}

/// The middle one.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The mean of ratios.
pub(crate) fn geometric_mean(figures: &[f64]) -> f64 {
    let logs: f64 = figures.iter().map(|it| it.ln()).sum();
    (logs / figures.len() as f64).exp()
}
