//! Receipts, for the owner of an app.

use crate::group::Group;
use crate::records;
use model::problem::{Problem, Result};
use model::{App, Receipt, RunId};
use store::Kind;

impl Group {
    /// The newest receipts of an app, newest first.
    pub fn receipts(&self, app: &App, limit: usize) -> Result<Vec<Receipt>> {
        self.flush()?;
        let kept = records::load_newest(&self.store, Kind::Receipt, &app.id.to_string(), limit)?;
        Ok(kept.into_iter().map(|kept| kept.it).collect())
    }

    /// One receipt of an app.
    pub fn receipt(&self, app: &App, run: RunId) -> Result<Receipt> {
        self.flush()?;
        records::load::<Receipt>(&self.store, Kind::Receipt, &run.to_string())?
            .map(|kept| kept.it)
            .filter(|receipt| receipt.app == app.id)
            .ok_or_else(|| {
                Problem::not_found("There is no such receipt; they are kept for 30 days.")
            })
    }
}
