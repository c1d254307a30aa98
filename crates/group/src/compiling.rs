//! What compiling a component costs its owner: gas by the bytes of its code, once a release.

use crate::check::Checked;
use crate::group::Group;
use crate::ledger::{Axis, resting};
use model::problem::Result;
use model::{Account, App};
use std::collections::BTreeMap;

impl Group {
    /// Takes the gas that compiling a component cost from its owner's day. What is compiled already
    /// costs nothing.
    pub(crate) fn pay_for_compiling(
        &self,
        by: &Account,
        app: &App,
        (main, hashes): (&str, &BTreeMap<String, String>),
        checked: &Checked,
    ) -> Result<()> {
        let Some(component) = &checked.component else { return Ok(()) };
        let released = app.release.as_ref().map(|id| self.release(app, id)).transpose()?;
        if released.is_some_and(|it| it.files.get(main) == hashes.get(main)) {
            return Ok(());
        }
        let gas = component.compile_gas();
        let allowed = self.allowed(by, Axis::Gas);
        match self.ledger.take(&self.store, allowed, gas, gas, self.now())? {
            Some(_) => Ok(()),
            None => Err(resting(allowed, self.now().next_day())),
        }
    }
}
