//! The places of the pool: a run waits for one rather than fail.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many runs may begin now.
pub(crate) struct Slots {
    all: u32,
    free: Mutex<u32>,
    freed: Condvar,
}

/// One place, given back when dropped.
pub(crate) struct Slot<'a>(&'a Slots);

impl Slots {
    pub(crate) fn new(slots: u32) -> Slots {
        let all = slots.max(1);
        Slots { all, free: Mutex::new(all), freed: Condvar::new() }
    }

    /// Waits for a free place.
    pub(crate) fn take(&self) -> Slot<'_> {
        let free = self.lock();
        let mut free =
            self.freed.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Slot(self)
    }

    fn lock(&self) -> MutexGuard<'_, u32> {
        // A count cannot be left half changed, so a thread that died with the lock hurt nothing.
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot<'_> {
    /// Whether no other place is taken at this moment.
    pub(crate) fn is_alone(&self) -> bool {
        *self.0.lock() + 1 == self.0.all
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        *self.0.lock() += 1;
        self.0.freed.notify_one();
    }
}
