//! The time of a run: CPU time of its thread, and the clock as a backstop. Waiting inside a host
//! call counts in neither.

use model::limit;
use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, Instant};

/// How often a running guest looks at its watch.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// The watch of one run.
pub(crate) struct Watch {
    computing: Duration,
    cpu_begun: Duration,
    begun: Instant,
    outside_cpu: Duration,
    outside: Duration,
}

impl Watch {
    pub(crate) fn start(computing: Duration) -> Watch {
        Watch {
            computing,
            cpu_begun: thread_cpu(),
            begun: Instant::now(),
            outside_cpu: Duration::ZERO,
            outside: Duration::ZERO,
        }
    }

    /// Whether the run has had its time.
    pub(crate) fn is_over(&self) -> bool {
        let cpu = thread_cpu().saturating_sub(self.cpu_begun).saturating_sub(self.outside_cpu);
        let clock = self.begun.elapsed().saturating_sub(self.outside);
        cpu > self.computing || clock > self.computing * limit::CLOCK_OVER_COMPUTING
    }

    /// Lets the watch stand still while the host works.
    pub(crate) fn pause(&self) -> Pause {
        Pause { cpu: thread_cpu(), clock: Instant::now() }
    }

    /// Lets it go on.
    pub(crate) fn go_on(&mut self, pause: &Pause) {
        self.outside_cpu += thread_cpu().saturating_sub(pause.cpu);
        self.outside += pause.clock.elapsed();
    }
}

/// When a pause began.
pub(crate) struct Pause {
    cpu: Duration,
    clock: Instant,
}

fn thread_cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}
