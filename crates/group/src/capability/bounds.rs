//! How much a pure function takes in and makes at once. Few bytes of a guest must not become many
//! in the group's memory, where no limit of the guest's holds.

use super::args::error;
use model::limit;
use sandbox::Refusal;
pub(super) use sandbox::json::{MAP_VALUES, VALUES_MAX};
use std::io::{self, Write};

/// Bytes one call reads or makes: as much as one fetch brings.
pub(super) const BYTES_MAX: usize = limit::FETCH_BYTES_MAX;
/// Bytes of HTML or Markdown cleaned at once: of more the crate `ui` only says that it is too long.
pub(super) const HTML_BYTES_MAX: usize = 256 * limit::KIB;

/// Whether an argument is small enough.
pub(super) fn fits(name: &str, bytes: usize) -> Result<(), Refusal> {
    fits_in(name, bytes, BYTES_MAX)
}

/// Whether an argument is small enough for a function that takes less than others.
pub(super) fn fits_in(name: &str, bytes: usize, max: usize) -> Result<(), Refusal> {
    if bytes <= max {
        return Ok(());
    }
    Err(error(format!("{name}: this is longer than {}; do it in smaller pieces", size(max))))
}

/// The error of a call that would answer more values than it may.
pub(super) fn too_many(name: &str) -> Refusal {
    error(format!("{name}: this makes more than {VALUES_MAX} values; do it in smaller pieces"))
}

fn size(bytes: usize) -> String {
    match bytes {
        ..limit::MIB => format!("{} KiB", bytes / limit::KIB),
        _ => format!("{} MiB", bytes / limit::MIB),
    }
}

/// Bytes that are being written, with an end.
pub(super) struct Output {
    bytes: Vec<u8>,
    max: usize,
}

impl Output {
    /// An output of so many bytes at most.
    pub(super) fn of(max: usize) -> Output {
        Output { bytes: Vec::new(), max }
    }

    /// What was written.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl Default for Output {
    fn default() -> Output {
        Output::of(BYTES_MAX)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.max {
            return Err(io::Error::other(format!("this makes more than {}", size(self.max))));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
