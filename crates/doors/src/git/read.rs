//! Reading the files at the tip of a repository. Nothing is kept and nothing is written there.

use super::address::Repository;
use super::remote::{Depth, Remote};
use super::scratch::Scratch;
use super::token::Token;
use super::tree;
use crate::outside::Outside;
use group::world::{GitFiles, Unreached};
use std::path::Path;
use std::time::Duration;

/// The plain files on the repository's main branch, by path; none if it is empty. No request takes
/// longer than `patience`.
pub fn files(
    outside: &Outside,
    scratch: &Path,
    repo: &str,
    token: Option<&Token>,
    patience: Duration,
) -> Result<GitFiles, Unreached> {
    let repository = Repository::parse(outside, repo)?;
    let remote = Remote { outside, repository, token, patience };
    read(&remote, scratch).map_err(|why| Token::hide(token, why))
}

fn read(remote: &Remote<'_>, scratch: &Path) -> Result<GitFiles, Unreached> {
    let Some(tip) = remote.tip(None)?.commit else { return Ok(GitFiles::new()) };
    let scratch = Scratch::new(scratch)?;
    let fetched = remote.fetch(&tip, Depth { commits: 1, without_content: false })?;
    scratch.take_pack(&fetched.pack)?;
    scratch.set_shallow(&fetched.shallow)?;
    tree::files(&scratch, &tip)
}
