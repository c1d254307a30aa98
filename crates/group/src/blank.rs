//! The smallest app that does something: what *New app* and `allot new` begin with.

use crate::manifest::FILE;
use model::problem::Result;
use model::{Files, Name};

/// The files of a new app of this name.
pub fn blank(name: &Name) -> Result<Files> {
    let manifest = include_str!("blank/allotment.toml").replace("NAME", name.as_str());
    let readme =
        format!("# {name}\n\nWhat stands here is shown where people see the app's source.\n");
    let files = [
        (FILE, manifest.into_bytes()),
        ("main.lua", include_bytes!("blank/main.lua").to_vec()),
        ("README.md", readme.into_bytes()),
    ];
    Files::new(files.map(|(path, bytes)| (path.to_owned(), bytes)).into())
}
