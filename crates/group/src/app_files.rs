//! The files an app has kept with `files.write`, for whoever may use the app.

use crate::capability::files::{SPACE, entry};
use crate::group::Group;
use model::App;
use model::problem::{Problem, Result};
use store::{Cell, Key, Seen};

impl Group {
    /// A file that an app has kept under a name.
    pub fn kept_file(&self, app: &App, name: &str) -> Result<Vec<u8>> {
        let none = || Problem::not_found("The app keeps no such file.");
        let cell = Cell::live(app.id);
        let view = self.store.begin(&cell)?;
        let Seen::At(rows) = self.store.read(&cell, view.at, &[Key::new(SPACE, name)])? else {
            return Err(Problem::new(
                model::Kind::Conflict,
                "This file is being changed at the moment. Try again.",
            ));
        };
        let row = rows.into_iter().next().flatten().ok_or_else(none)?;
        let value = sandbox::decode(&row.value)
            .map_err(|_| Problem::internal("a kept file name does not decode"))?;
        let (hash, _) = entry(&value).ok_or_else(none)?;
        self.blob(&hash)
    }
}
