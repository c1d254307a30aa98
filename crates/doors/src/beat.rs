//! The heartbeat of a served group: threads that run ticks, carry effects out and tidy up, as long
//! as the process lives. There are several of each, so that a slow host outside holds up its own
//! work and nobody else's.

use crate::outbox;
use crate::outside::Outside;
use group::Group;
use model::Problem;
use model::problem::Result;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How long a thread with nothing to do waits before it looks again.
const PULSE: Duration = Duration::from_millis(500);
/// Ticks that run at once: a quarter of the usual run slots, as ticks often wait for outside.
const RUNNERS: usize = 8;
/// Effects that are carried out at once.
const CARRIERS: usize = 8;
/// Pulses between two sweeps of what has expired: about every ten minutes.
const SWEEP_PULSES: u64 = 1_200;
/// Pulses between two sweeps of blobs, which look through everything: about every six hours.
const BLOB_PULSES: u64 = 43_200;

/// What the heartbeat works on.
#[derive(Clone)]
pub struct Beat {
    pub group: Arc<Group>,
    pub outside: Arc<Outside>,
    /// Where git works; nothing in it outlives a push.
    pub scratch: PathBuf,
    /// Who hears of problems of the group's own.
    pub complain: fn(&Problem),
}

impl Beat {
    /// Starts the threads. What a server that was killed had begun goes on: its claims are due
    /// again, and its scratch folders are gone.
    pub fn begin(self) -> Result<()> {
        self.group.take_over()?;
        crate::git::sweep(&self.scratch).map_err(|err| {
            Problem::internal(format!("sweeping {}: {err}", self.scratch.display()))
        })?;
        for _ in 0..RUNNERS {
            self.thread(|beat| beat.group.tick(1));
        }
        for _ in 0..CARRIERS {
            self.thread(|beat| outbox::drain(&beat.group, &beat.outside, &beat.scratch, 1));
        }
        std::thread::spawn(move || self.tidy());
        Ok(())
    }

    /// One thread that works as long as there is something to do, and looks again a little later.
    fn thread(&self, work: fn(&Beat) -> Result<usize>) {
        let beat = self.clone();
        std::thread::spawn(move || {
            loop {
                match work(&beat) {
                    Ok(1..) => continue,
                    Ok(0) => {}
                    Err(problem) => beat.told(Err(problem)),
                }
                std::thread::sleep(PULSE);
            }
        });
    }

    /// Keeps what was gathered, and sweeps now and then.
    fn tidy(&self) {
        for pulse in 0_u64.. {
            self.told(self.group.flush());
            if pulse.is_multiple_of(SWEEP_PULSES) {
                self.told(self.group.sweep());
            }
            if pulse.is_multiple_of(BLOB_PULSES) {
                self.told(self.group.sweep_blobs().map(drop));
            }
            std::thread::sleep(PULSE);
        }
    }

    /// Tells the operator of a problem.
    fn told(&self, done: Result<()>) {
        if let Err(problem) = done {
            (self.complain)(&problem);
        }
    }
}
