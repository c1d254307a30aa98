//! The causal chain a run belongs to, and how its budget is handed down.

use crate::{ChainId, Gas, limit, sabotage};
use serde::{Deserialize, Serialize};

/// A chain of runs with one remaining budget, written down with every effect that wakes a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    pub id: ChainId,
    /// 0 for the run that began it.
    pub depth: u32,
    /// Gas that this run and all it causes may still use.
    pub gas_left: Gas,
}

/// Why a chain cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainEnd {
    TooDeep,
    OutOfGas,
}

impl Chain {
    /// A new chain with the budget of its first run.
    #[must_use]
    pub fn begin(id: ChainId, gas: Gas) -> Chain {
        Chain { id, depth: 0, gas_left: gas }
    }

    /// The chain of a run that this one causes: one deeper, with at most half of what remains.
    ///
    /// Halving makes a ping-pong end even before the depth does.
    pub fn child(&self, gas_remaining: Gas) -> Result<Chain, ChainEnd> {
        if self.depth + 1 > limit::CHAIN_DEPTH_MAX && !sabotage::off("chain-depth") {
            return Err(ChainEnd::TooDeep);
        }
        let gas_left = gas_remaining / 2;
        if gas_left < limit::RUN_GAS_MIN {
            return Err(ChainEnd::OutOfGas);
        }
        Ok(Chain { id: self.id, depth: self.depth + 1, gas_left })
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;
    use crate::Moment;

    #[test]
    fn a_chain_ends_by_depth_and_by_gas() {
        let id = ChainId::new(Moment(0), [0; 10]);
        let mut chain = Chain::begin(id, u64::MAX);
        for _ in 0..limit::CHAIN_DEPTH_MAX {
            chain = chain.child(u64::MAX).expect("still within depth");
        }
        assert_eq!(chain.child(u64::MAX), Err(ChainEnd::TooDeep));
        let poor = Chain::begin(id, 10);
        assert_eq!(poor.child(10), Err(ChainEnd::OutOfGas));
        assert_eq!(Chain::begin(id, 8_000_000).child(8_000_000).map(|c| c.gas_left), Ok(4_000_000));
    }
}
