//! The memory of a run: linear memory and the heap of exceptions, counted together.

use model::sabotage;
use wasmtime::ResourceLimiter;

/// Elements a table may have: the guest has one table of functions, which never grows.
const TABLE_ELEMENTS_MAX: usize = 20_000;

/// What a run may still take.
pub(crate) struct Limits {
    left_bytes: usize,
    /// Whether memory was wanted that was not there.
    pub refused: bool,
}

impl Limits {
    pub(crate) fn new(memory_bytes: usize) -> Limits {
        Limits { left_bytes: memory_bytes, refused: false }
    }
}

impl ResourceLimiter for Limits {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        if more > self.left_bytes && !sabotage::off("memory") {
            self.refused = true;
            return Ok(false);
        }
        self.left_bytes = self.left_bytes.saturating_sub(more);
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE_ELEMENTS_MAX)
    }
}
