//! How much a pure function takes in and makes at once. Few bytes of a guest must not become many
//! in the group's memory, where no limit of the guest's holds.

use super::args::error;
use model::limit;
use sandbox::Refusal;
use std::io::{self, Write};

/// Bytes one call reads or makes: as much as one fetch brings.
pub(super) const BYTES_MAX: usize = limit::FETCH_BYTES_MAX;
/// Values one call answers, all tables together: each takes ten times its text in memory.
pub(super) const VALUES_MAX: usize = 200_000;
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
    let unit =
        if max < limit::MIB { format!("{} KiB", max >> 10) } else { format!("{} MiB", max >> 20) };
    Err(error(format!("{name}: this is longer than {unit}; do it in smaller pieces")))
}

/// The error of a call that would answer more values than it may.
pub(super) fn too_many(name: &str) -> Refusal {
    error(format!("{name}: this makes more than {VALUES_MAX} values; do it in smaller pieces"))
}

/// Bytes that are being written, with an end.
#[derive(Default)]
pub(super) struct Output(Vec<u8>);

impl Output {
    /// Writes text; the error says that it is too much.
    pub(super) fn push(&mut self, name: &str, text: &[u8]) -> Result<(), Refusal> {
        fits(name, self.0.len() + text.len())?;
        self.0.extend_from_slice(text);
        Ok(())
    }

    /// What was written.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > BYTES_MAX {
            return Err(io::Error::other(format!("this makes more than {} MiB", BYTES_MAX >> 20)));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
