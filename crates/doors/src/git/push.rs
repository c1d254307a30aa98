//! Making a commit in a repository elsewhere, once: look whether it is there already, make it on
//! the newest state, and begin anew if somebody was faster. It only adds and changes files; it
//! never deletes one, rewrites history or makes anything but a branch.

use super::address::{Branch, Repository};
use super::path::check_paths;
use super::remote::{Depth, PATIENCE, Remote};
use super::reply::{Taken, Tip};
use super::scratch::Scratch;
use super::token::Token;
use super::tree;
use crate::outside::Outside;
use group::world::{Unreached, UnreachedKind};
use model::{Moment, limit};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// How far back a commit of this effect is looked for. Fifty is what others rarely add between a
/// lost answer and the next try; the rest is for repositories where that was not enough.
const DEPTHS: &[usize] = &[50, 1_000, 20_000];
/// Times a commit is made anew because the branch moved.
const TRIES_MAX: usize = 5;
/// Characters of an effect's id: longer than any UUID.
const EFFECT_CHARS_MAX: usize = 64;

/// One commit to be made.
#[derive(Clone, Debug)]
pub struct Push {
    /// `https://git.example/ana/feeds.git`.
    pub repo: String,
    pub token: Option<Token>,
    /// The branch; the remote's main one if none is named. One that does not exist begins empty.
    pub branch: Option<String>,
    /// Files to add or change, by path. What is not named stays as it is.
    pub files: BTreeMap<String, Vec<u8>>,
    pub message: String,
    pub author: String,
    pub author_email: String,
    /// The date of the commit: `ctx.now` of the run.
    pub date: Moment,
    /// The id by which the commit is found again.
    pub effect: String,
}

/// A commit that is in the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// Its name; empty if the repository is empty and nothing was to be added.
    pub commit: String,
    /// Nothing had to be done: this effect's commit was there, or the files were.
    pub already: bool,
}

/// Makes a commit. Making the same one again changes nothing.
pub fn push(outside: &Outside, scratch: &Path, push: &Push) -> Result<Pushed, Unreached> {
    push_within(outside, scratch, push, PATIENCE)
}

/// The same with another patience for each request.
pub fn push_within(
    outside: &Outside,
    scratch: &Path,
    push: &Push,
    patience: Duration,
) -> Result<Pushed, Unreached> {
    check(push)?;
    let branch = push.branch.as_deref().map(Branch::parse).transpose()?;
    let repository = Repository::parse(outside, &push.repo)?;
    let remote = Remote { outside, repository, token: push.token.as_ref(), patience };
    pushed(&remote, scratch, branch.as_ref(), push).map_err(|why| Token::hide(remote.token, why))
}

fn pushed(
    remote: &Remote<'_>,
    scratch: &Path,
    branch: Option<&Branch>,
    push: &Push,
) -> Result<Pushed, Unreached> {
    for _ in 0..TRIES_MAX {
        let tip = remote.tip(branch)?;
        model::crash::point("git:refs-read");
        if let Some(pushed) = attempt(remote, &Scratch::new(scratch)?, &tip, push)? {
            return Ok(pushed);
        }
    }
    Err(Unreached::new(
        UnreachedKind::Later,
        format!("Others keep changing {} at the same moment.", remote.repository),
    ))
}

/// One attempt on one state of the branch; `None` if the branch moved meanwhile.
fn attempt(
    remote: &Remote<'_>,
    scratch: &Scratch,
    tip: &Tip,
    push: &Push,
) -> Result<Option<Pushed>, Unreached> {
    let old = tip.commit.as_deref();
    if let Some(old) = old
        && let Some(commit) = look_for(remote, scratch, tip, old, push)?
    {
        return Ok(Some(Pushed { commit, already: true }));
    }
    if push.files.is_empty() {
        let commit = old.unwrap_or_default().to_owned();
        return Ok(Some(Pushed { commit, already: true }));
    }
    let commit = tree::commit(scratch, old, push)?;
    if let Some(old) = old
        && tree::same_files(scratch, old, &commit)?
    {
        return Ok(Some(Pushed { commit: old.to_owned(), already: true }));
    }
    let pack = tree::pack(scratch, old, &commit)?;
    model::crash::point("git:pack-made");
    match remote.push(&tip.branch, old, &commit, &pack)? {
        Taken::Yes => Ok(Some(Pushed { commit, already: false })),
        Taken::Moved => Ok(None),
        Taken::No(words) => moved_or_refused(remote, tip, &words),
    }
}

/// Fetches the history and looks for the commit of this effect, deeper as long as the history
/// seen does not reach back to the moment the effect was made.
fn look_for(
    remote: &Remote<'_>,
    scratch: &Scratch,
    tip: &Tip,
    old: &str,
    push: &Push,
) -> Result<Option<String>, Unreached> {
    for commits in DEPTHS {
        let depth = Depth { commits: *commits, without_content: tip.filter };
        let fetched = remote.fetch(old, depth)?;
        scratch.take_pack(&fetched.pack)?;
        scratch.set_shallow(&fetched.shallow)?;
        let found = tree::made_for(scratch, old, &push.effect)?;
        if found.is_some() || tree::reaches_back(scratch, &fetched.shallow, push.date)? {
            return Ok(found);
        }
    }
    Ok(None)
}

/// A refusal because somebody was faster is worded differently by every server, so the branch is
/// looked at instead of the words.
fn moved_or_refused(
    remote: &Remote<'_>,
    tip: &Tip,
    words: &str,
) -> Result<Option<Pushed>, Unreached> {
    let locked = words.contains("lock");
    if locked || remote.tip(Some(&tip.branch))?.commit != tip.commit {
        return Ok(None);
    }
    Err(Unreached::new(
        UnreachedKind::Denied,
        format!(
            "{} does not take commits on the branch {}: “{words}”. Allow them there, or give a token that may.",
            remote.repository, tip.branch
        ),
    ))
}

fn check(push: &Push) -> Result<(), Unreached> {
    let refused = |text: String| Err(Unreached::new(UnreachedKind::Forbidden, text));
    let id = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if push.effect.is_empty()
        || push.effect.len() > EFFECT_CHARS_MAX
        || !push.effect.chars().all(id)
    {
        return refused("The id of an effect has only letters, digits and hyphens.".to_owned());
    }
    let bytes: usize = push.files.values().map(Vec::len).sum();
    if push.files.len() > limit::RELEASE_FILES_MAX || bytes > limit::PACK_BYTES_MAX {
        return refused(format!(
            "One commit has at most {} files and {} MiB.",
            limit::RELEASE_FILES_MAX,
            limit::PACK_BYTES_MAX / limit::MIB
        ));
    }
    check_paths(&push.files)
}
