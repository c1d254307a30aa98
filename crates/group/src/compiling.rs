//! What compiling a component costs its owner: gas by the bytes of its code, before a compiler begins.

use crate::group::Group;
use crate::ledger::{Axis, resting};
use model::Account;
use model::problem::Result;
use sandbox::{Program, shape};

impl Group {
    /// Takes the gas for compiling what somebody wrote from its owner's day. What is compiled already
    /// costs nothing; neither does what no compiler will see, since it is refused before.
    pub(crate) fn pay_for_compiling(&self, owner: &Account, program: &Program) -> Result<()> {
        let Program::Component(component) = program else { return Ok(()) };
        if self.sandbox.is_compiled(component) {
            return Ok(());
        }
        let Ok(shape) = shape::check(&(component.read)()?) else { return Ok(()) };
        let gas = shape.compile_gas();
        let allowed = self.allowed(owner, Axis::Gas);
        match self.ledger.take(&self.store, allowed, gas, gas, self.now())? {
            Some(_) => Ok(()),
            None => Err(resting(allowed, self.now().next_day())),
        }
    }
}
