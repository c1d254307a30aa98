//! Apps that the first admin of a group finds installed, so that nobody begins before an empty page.

use group::Group;
use model::problem::Result;
use model::{Account, Files, Name};

/// An app that comes with the group.
#[derive(Clone, Debug)]
pub struct Example {
    pub name: &'static str,
    /// Path and text of each file.
    pub files: &'static [(&'static str, &'static str)],
}

/// Makes the examples apps of this account, and publishes them.
pub(super) fn install(group: &Group, owner: &Account, examples: &[Example]) -> Result<()> {
    for example in examples {
        let files =
            example.files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        let app =
            group.create_app(owner, Name::parse(example.name)?, &Files::new(files.collect())?)?;
        group.publish(owner, &app, "Comes with the group")?;
    }
    Ok(())
}
