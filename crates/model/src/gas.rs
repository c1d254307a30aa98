//! Gas, the deterministic unit of work, and the prices of host calls in it.

use serde::{Deserialize, Serialize};

/// 1 gas is one wasm instruction of a given guest build, or its price.
pub type Gas = u64;

/// What one host call costs beside the instructions around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Gas for making the call at all.
    pub call: Gas,
    /// Gas for a byte of the arguments, as they are encoded.
    pub byte_in: Gas,
    /// Gas for a byte of the answer, as it is encoded.
    pub byte_out: Gas,
}

impl Price {
    /// The gas due before the call is made.
    #[must_use]
    pub fn before(&self, bytes_in: u64) -> Gas {
        self.call.saturating_add(self.byte_in.saturating_mul(bytes_in))
    }

    /// The gas due for the answer.
    #[must_use]
    pub fn after(&self, bytes_out: u64) -> Gas {
        self.byte_out.saturating_mul(bytes_out)
    }
}
