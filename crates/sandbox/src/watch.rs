//! The time of a run: CPU time of its thread, and the clock as a backstop. Time inside a host call
//! does not count by the clock, and waiting there takes no CPU time.

use model::{limit, sabotage};
use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, Instant};

/// How often a running guest looks at its watch.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// CPU time of a run to which people's patience does not matter: pages take a tenth of it.
const SHORT: Duration = Duration::from_millis(10);

/// The watch of one run.
pub(crate) struct Watch {
    computing: Duration,
    cpu_begun: Duration,
    begun: Instant,
    outside: Duration,
}

impl Watch {
    pub(crate) fn start(computing: Duration) -> Watch {
        Watch { computing, cpu_begun: thread_cpu(), begun: Instant::now(), outside: Duration::ZERO }
    }

    /// Whether the run takes long, and has to let shorter ones go before it.
    pub(crate) fn is_long(&self) -> bool {
        self.computed() > SHORT
    }

    fn computed(&self) -> Duration {
        thread_cpu().saturating_sub(self.cpu_begun)
    }

    /// Whether the run has had its time.
    pub(crate) fn is_over(&self) -> bool {
        let cpu = self.computed();
        let clock = self.begun.elapsed().saturating_sub(self.outside);
        let over = cpu > self.computing || clock > self.computing * limit::CLOCK_OVER_COMPUTING;
        over && !sabotage::off("computing-time")
    }

    /// Takes the time since `from` out of the count: the host worked, or waited.
    pub(crate) fn leave_out(&mut self, from: Instant) {
        self.outside += from.elapsed();
    }
}

fn thread_cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}
