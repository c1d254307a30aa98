//! Commits and files in a scratch repository, made and read by git. Objects go in and come out;
//! no working folder is ever written, so no name in a repository can do harm here.

use super::author::{TRAILER, message, signature};
use super::push::Push;
use super::scratch::Scratch;
use group::world::{Unreached, UnreachedKind};
use model::{Moment, limit};
use std::collections::BTreeMap;

/// Files of a repository that are read.
const FILES_MAX: usize = 10_000;
/// Bytes of all files of a repository that are read.
const FILES_BYTES_MAX: usize = 32 * limit::MIB;
/// Bytes of one line of a list of files: mode, name, size and the longest path.
const LINE_BYTES_MAX: usize = 512;
/// The branch inside the scratch repository on which commits are made.
const WORK: &str = "refs/heads/work";

/// The commit in this history that was made for an effect.
pub(super) fn made_for(
    scratch: &Scratch,
    tip: &str,
    effect: &str,
) -> Result<Option<String>, Unreached> {
    let pattern = format!("--grep=^{TRAILER}: {effect}$");
    let found = scratch.text(&["rev-list", "--max-count=1", &pattern, tip], b"")?;
    Ok(Some(found).filter(|commit| !commit.is_empty()))
}

/// Whether every end of the fetched history is older than a moment, so that a commit made then
/// would have been seen.
pub(super) fn reaches_back(
    scratch: &Scratch,
    shallow: &[String],
    to: Moment,
) -> Result<bool, Unreached> {
    let mut ends = shallow.chunks(ENDS_AT_ONCE);
    ends.try_fold(true, |before, some| {
        let mut args = vec!["log", "--no-walk", "--format=%ct"];
        args.extend(some.iter().map(String::as_str));
        let dates = scratch.text(&args, b"")?;
        let older = |date: &str| date.parse::<i64>().is_ok_and(|seconds| seconds < to.seconds());
        Ok(before && dates.lines().all(older))
    })
}

/// Names on one command line: far below what systems take.
const ENDS_AT_ONCE: usize = 500;

/// Makes the commit on top of `tip` and answers with its name.
pub(super) fn commit(
    scratch: &Scratch,
    tip: Option<&str>,
    push: &Push,
) -> Result<String, Unreached> {
    scratch.run(&["fast-import", "--quiet", "--done"], &stream(tip, push), limit::KIB)?;
    scratch.text(&["rev-parse", "--verify", WORK], b"")
}

/// Whether two commits hold the same files.
pub(super) fn same_files(scratch: &Scratch, one: &str, other: &str) -> Result<bool, Unreached> {
    let tree = |commit: &str| scratch.text(&["rev-parse", &format!("{commit}^{{tree}}")], b"");
    Ok(tree(one)? == tree(other)?)
}

/// The pack of what a commit has and the tip has not.
pub(super) fn pack(scratch: &Scratch, tip: Option<&str>, new: &str) -> Result<Vec<u8>, Unreached> {
    let without = tip.map(|tip| format!("^{tip}\n")).unwrap_or_default();
    let args = ["pack-objects", "--revs", "--stdout", "-q"];
    scratch.run(&args, format!("{new}\n{without}").as_bytes(), limit::PACK_BYTES_MAX)
}

/// All plain files of a commit. Links and submodules are left out: they only point elsewhere.
pub(super) fn files(scratch: &Scratch, tip: &str) -> Result<BTreeMap<String, Vec<u8>>, Unreached> {
    let list = scratch.run(&["ls-tree", "-r", "-z", "-l", tip], b"", FILES_MAX * LINE_BYTES_MAX)?;
    let mut paths = Vec::new();
    let mut bytes = 0;
    for line in list.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
        let (object, size, path) = entry(line).ok_or_else(unreadable)?;
        if let Some(object) = object {
            bytes += size;
            paths.push((object, path));
        }
    }
    if paths.len() > FILES_MAX || bytes > FILES_BYTES_MAX {
        return Err(Unreached::new(
            UnreachedKind::Bad,
            format!(
                "The repository has more than {FILES_MAX} files or {} MiB, too much to be read here.",
                FILES_BYTES_MAX / limit::MIB
            ),
        ));
    }
    let wanted: String = paths.iter().map(|(object, _)| format!("{object}\n")).collect();
    let output_max = bytes + paths.len() * LINE_BYTES_MAX;
    let contents = scratch.run(&["cat-file", "--batch"], wanted.as_bytes(), output_max)?;
    let mut rest = &contents[..];
    let mut files = BTreeMap::new();
    for (object, path) in paths {
        let (content, after) = blob(rest, &object).ok_or_else(unreadable)?;
        rest = after;
        files.insert(path, content.to_vec());
    }
    Ok(files)
}

/// What `git fast-import` reads: one commit with the files of a push, nothing else.
fn stream(tip: Option<&str>, push: &Push) -> Vec<u8> {
    let who = signature(&push.author, &push.author_email, push.date);
    let why = message(&push.message, &push.effect);
    let mut stream =
        format!("commit {WORK}\nauthor {who}\ncommitter {who}\ndata {}\n{why}\n", why.len())
            .into_bytes();
    if let Some(tip) = tip {
        stream.extend_from_slice(format!("from {tip}\n").as_bytes());
    }
    for (path, content) in &push.files {
        let path = path.replace('\\', "\\\\").replace('"', "\\\"");
        let head = format!("M 100644 inline \"{path}\"\ndata {}\n", content.len());
        stream.extend_from_slice(head.as_bytes());
        stream.extend_from_slice(content);
        stream.push(b'\n');
    }
    stream.extend_from_slice(b"done\n");
    stream
}

/// `mode type object size<TAB>path`; no object if it is not a plain file with a readable path.
fn entry(line: &[u8]) -> Option<(Option<String>, usize, String)> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let head = std::str::from_utf8(&line[..tab]).ok()?;
    let mut words = head.split_ascii_whitespace();
    let (mode, _, object, size) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let plain = matches!(mode, "100644" | "100755" | "100664");
    match std::str::from_utf8(&line[tab + 1..]) {
        Ok(path) if plain => Some((Some(object.to_owned()), size.parse().ok()?, path.to_owned())),
        _ => Some((None, 0, String::new())),
    }
}

/// `object blob size<NEWLINE>content<NEWLINE>`, and what comes after.
fn blob<'a>(output: &'a [u8], object: &str) -> Option<(&'a [u8], &'a [u8])> {
    let end = output.iter().position(|byte| *byte == b'\n')?;
    let head = std::str::from_utf8(&output[..end]).ok()?;
    let size = head.strip_prefix(object)?.strip_prefix(" blob ")?.parse().ok()?;
    let (content, rest) = output[end + 1..].split_at_checked(size)?;
    Some((content, rest.strip_prefix(b"\n")?))
}

fn unreadable() -> Unreached {
    Unreached::new(UnreachedKind::Bad, "The repository has files that git cannot read.")
}
