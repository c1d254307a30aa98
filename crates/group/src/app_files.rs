//! The files an app has kept with `files.write`, for whoever may use the app.

use crate::capability::files::{SPACE, entry};
use crate::group::Group;
use model::problem::{Problem, Result};
use model::{App, limit};
use store::{Cell, Key, Seen, Span};

impl Group {
    /// Bytes of the files that an app has kept in a cell: its storage counts them beside its rows,
    /// and gets them back when the cell is erased.
    pub(crate) fn file_bytes(&self, cell: &Cell) -> Result<u64> {
        'anew: loop {
            let view = self.store.begin(cell)?;
            let (mut bytes, mut after) = (0, None);
            loop {
                let (space, prefix) = (SPACE.into(), String::new());
                let span = Span { space, prefix, after, limit: limit::LIST_MAX, reverse: false };
                let Seen::At(rows) = self.store.scan(cell, view.at, &span)? else { continue 'anew };
                let entries = rows.iter().filter_map(|row| sandbox::decode(&row.value).ok());
                let sizes = entries.filter_map(|value| u64::try_from(entry(&value)?.1).ok());
                bytes += sizes.sum::<u64>();
                match rows.into_iter().nth(limit::LIST_MAX - 1) {
                    Some(last) => after = Some(last.key),
                    None => return Ok(bytes),
                }
            }
        }
    }

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
