//! The places of the pool: a run waits for one rather than fail.

use std::sync::{Condvar, Mutex, PoisonError};

/// How many runs may begin now.
pub(crate) struct Slots {
    free: Mutex<u32>,
    freed: Condvar,
}

/// One place, given back when dropped.
pub(crate) struct Slot<'a>(&'a Slots);

impl Slots {
    pub(crate) fn new(slots: u32) -> Slots {
        Slots { free: Mutex::new(slots.max(1)), freed: Condvar::new() }
    }

    /// Waits for a free place.
    pub(crate) fn take(&self) -> Slot<'_> {
        // A count cannot be left half changed, so a thread that died with the lock hurt nothing.
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free =
            self.freed.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Slot(self)
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}
