//! `git`: commits are effects, pushed after the run is kept; reading waits inside the run.

use super::args::{Answer, Args, error};
use super::{Call, Capability, Needs, http};
use crate::answers;
use crate::desk::{Desk, internal};
use crate::grants::{self, Asked};
use crate::without;
use crate::world::GitFiles;
use model::effect::Intent;
use model::gas::Price;
use model::{Value, limit};
use sandbox::{Refusal, RefusalKind};
use std::collections::BTreeMap;

/// Writing blobs and a record; the push itself is not the run's.
const COMMIT: Price = Price { call: 500_000, byte_in: 10, byte_out: 0 };
/// Fetching a pack and reading it.
const READ: Price = Price { call: 5_000_000, byte_in: 1, byte_out: 4 };
/// Bytes of a commit message.
const MESSAGE_BYTES_MAX: usize = 8 * limit::KIB;

pub(super) const FAMILY: &[Capability] = &[
    Capability {
        name: "git.commit",
        signature: "fun(repo: string, files: table<string, string>, message: string): string",
        doc: "Commits files to a repository and pushes it, after this run is kept. Answers the id of the effect.",
        example: "local ok, why = pcall(git.commit, \"https://git.example/r\", { [\"a.txt\"] = \"x\" }, \"Saved\"); assert(not ok and why:find(\"not granted\"))",
        price: COMMIT,
        needs: Needs::Grant("git.write"),
        call: Call::Desk(commit),
    },
    Capability {
        name: "git.read",
        signature: "fun(repo: string, path: string): string?",
        doc: "Reads a file at the tip of a repository, or nil if it has none.",
        example: "local ok, why = pcall(git.read, \"https://git.example/r\", \"a.txt\"); assert(not ok and why:find(\"not granted\"))",
        price: READ,
        needs: Needs::Grant("git.read"),
        call: Call::Desk(read),
    },
    Capability {
        name: "git.list",
        signature: "fun(repo: string): string[]",
        doc: "Lists the paths of the files at the tip of a repository.",
        example: "local ok, why = pcall(git.list, \"https://git.example/r\"); assert(not ok and why:find(\"not granted\"))",
        price: READ,
        needs: Needs::Grant("git.read"),
        call: Call::Desk(list),
    },
];

fn commit(desk: &mut Desk, args: &mut Args) -> Answer {
    desk.may_write("git.commit")?;
    let repo = args.text(0, "repo")?;
    let files = args.map(1, "files")?;
    let message = args.text(2, "message")?;
    let asked = Asked { verb: "git.write", object: &repo, method: "" };
    if let Some(nothing) = without::instead(desk, &asked, without::no_effect) {
        return Ok(nothing);
    }
    granted(desk, "git.write", &repo)?;
    if files.is_empty() || message.trim().is_empty() || message.len() > MESSAGE_BYTES_MAX {
        return Err(error("git.commit needs at least one file and a message of at most 8 KiB"));
    }
    let (mut hashes, mut size) = (BTreeMap::new(), 0);
    for (path, content) in files {
        model::release::check_path(&path).map_err(|problem| error(problem.public))?;
        let Value::Str(bytes) = content else {
            return Err(error(format!("git.commit: the content of {path} should be a string")));
        };
        size += bytes.len();
        hashes.insert(path, desk.group.store.put_blob(&bytes).map_err(internal)?);
    }
    let app = &desk.ticket.app.it;
    let intent = Intent::GitCommit {
        repo,
        files: hashes,
        message,
        author: app.manifest.title.clone(),
        author_email: format!(
            "{}.{}@{}",
            app.owner_handle,
            app.name,
            host_name(&desk.group.config.host)
        ),
    };
    desk.leave(intent, size).map(|id| Value::text(id.to_string()))
}

/// A host without its port, as a mail address needs it.
fn host_name(host: &str) -> &str {
    host.split(':').next().unwrap_or(host)
}

fn read(desk: &mut Desk, args: &mut Args) -> Answer {
    let repo = args.text(0, "repo")?;
    let path = args.text(1, "path")?;
    tip(desk, &repo)?.remove(&path).map_or(Ok(Value::Nil), |bytes| Ok(Value::Str(bytes)))
}

fn list(desk: &mut Desk, args: &mut Args) -> Answer {
    let repo = args.text(0, "repo")?;
    Ok(Value::List(tip(desk, &repo)?.into_keys().map(Value::text).collect()))
}

/// The files at the tip, fetched once a run.
fn tip(desk: &mut Desk, repo: &str) -> Result<GitFiles, Refusal> {
    let asked = Asked { verb: "git.read", object: repo, method: "" };
    if without::instead(desk, &asked, || Value::Nil).is_some() {
        return Ok(GitFiles::new());
    }
    let token = granted(desk, "git.read", repo)?;
    let digest = answers::digest(&[b"git", repo.as_bytes()]);
    if let Some(Value::Map(files)) = desk.answers.replay(&digest) {
        return Ok(files
            .into_iter()
            .map(|(path, bytes)| (path, bytes.as_bytes().unwrap_or_default().to_vec()))
            .collect());
    }
    let files = http::waiting(desk, "git.read", |world, left| {
        world.git_files(repo, token.as_ref().map(|token| token.as_str()), left)
    })?;
    let answer = files.iter().map(|(path, bytes)| (path.clone(), Value::Str(bytes.clone())));
    desk.answers.record(digest, Value::Map(answer.collect()));
    Ok(files)
}

/// Checks the grant, and answers its token.
fn granted(
    desk: &mut Desk,
    verb: &str,
    repo: &str,
) -> Result<Option<zeroize::Zeroizing<String>>, Refusal> {
    let asked = Asked { verb, object: repo, method: "" };
    let grant = grants::find(&desk.ticket.grants, &desk.ticket.owner.it, &asked)
        .map_err(|text| Refusal { kind: RefusalKind::NotGranted, text })?;
    desk.grants_used.insert(grant.it.id.to_string());
    let sealed = grant.it.sealed_secret.as_deref();
    Ok(sealed.and_then(|sealed| desk.group.open_grant_secret(&grant.it, sealed)))
}
