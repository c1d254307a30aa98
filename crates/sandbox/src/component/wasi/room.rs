//! The bytes that the host keeps for one guest: bodies, header fields, output. All of them are
//! counted before they are kept, and given back when what holds them goes.

use model::limit::MIB;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes the host keeps for a run: a request, an answer, a fetch each way, and as much again for
/// headers and copies of them.
const HELD_BYTES_MAX: usize = 32 * MIB;

/// What is left of a run's room.
#[derive(Clone)]
pub(super) struct Room {
    left: Arc<AtomicUsize>,
    most: Full,
}

/// Some bytes of a room, given back on drop.
pub(super) struct Hold {
    room: Room,
    bytes: usize,
}

impl Room {
    pub(super) fn new() -> Room {
        Room::of("streams, bodies and headers", HELD_BYTES_MAX)
    }

    /// Room for so many bytes of some things.
    pub(super) fn of(what: &'static str, bytes: usize) -> Room {
        Room { left: Arc::new(AtomicUsize::new(bytes)), most: Full { what, bytes } }
    }

    /// A hold of nothing yet.
    pub(super) fn hold(&self) -> Hold {
        Hold { room: self.clone(), bytes: 0 }
    }
}

impl Hold {
    /// Takes more bytes, if there is room for them.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), Full> {
        let left = |left: usize| left.checked_sub(bytes);
        let taken = self.room.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left);
        taken.map_err(|_| self.full())?;
        self.bytes += bytes;
        Ok(())
    }

    /// What there is to say when there is no more room.
    pub(super) fn full(&self) -> Full {
        self.room.most
    }

    /// Gives bytes back before the end.
    pub(super) fn shrink(&mut self, bytes: usize) {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        self.room.left.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.shrink(self.bytes);
    }
}

/// There is no more room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full {
    what: &'static str,
    bytes: usize,
}

impl Full {
    /// What to do about it.
    pub(super) fn text(&self) -> String {
        format!(
            "this run keeps more than {} MiB in {}: drop those that are done",
            self.bytes / MIB,
            self.what
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_counted_and_given_back() {
        let room = Room::new();
        let mut first = room.hold();
        assert_eq!(first.grow(HELD_BYTES_MAX), Ok(()));
        let mut second = room.hold();
        let full = room.most;
        assert!(full.text().contains("more than 32 MiB in streams"), "{}", full.text());
        assert_eq!(second.grow(1), Err(full));
        first.shrink(10);
        assert_eq!(second.grow(10), Ok(()));
        assert_eq!(second.grow(1), Err(full));
        drop(first);
        assert_eq!(second.grow(HELD_BYTES_MAX - 10), Ok(()));
        second.shrink(usize::MAX);
        assert_eq!(room.hold().grow(HELD_BYTES_MAX), Ok(()));
    }
}
