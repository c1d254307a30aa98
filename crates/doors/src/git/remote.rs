//! Smart HTTP with one repository: what branches it has, their packs, and taking a commit in.
//! Fetching speaks version 2 of git's protocol, pushing the only version there is. It decides
//! nothing about commits and keeps nothing.

use super::address::{Branch, Repository};
use super::pkt::Message;
use super::reply::{self, Fetched, Greeting, NOTHING, Taken, Tip, bad};
use super::token::Token;
use crate::outside::{Agent, Outside};
use group::world::{Incoming, Outgoing, Unreached, UnreachedKind};
use model::limit;
use std::time::Duration;

/// Time for one request: a pack of the largest size takes half a minute on a slow line.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes of a list of references: a remote with ten thousand branches still fits.
const LIST_BYTES_MAX: usize = 2 * limit::MIB;
/// Bytes of the rest of a pack's answer: its progress messages and packet lengths.
const WRAPPING_BYTES_MAX: usize = limit::MIB;
/// A repository that can be spoken with.
pub(super) struct Remote<'a> {
    pub(super) outside: &'a Outside,
    pub(super) repository: Repository,
    pub(super) token: Option<&'a Token>,
    pub(super) patience: Duration,
}

/// How much of a history is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Depth {
    pub(super) commits: usize,
    pub(super) without_content: bool,
}

impl Remote<'_> {
    /// Where a branch stands, or the branch the remote itself calls its main one.
    pub(super) fn tip(&self, branch: Option<&Branch>) -> Result<Tip, Unreached> {
        let answer = self.ask("info/refs?service=git-upload-pack", None, LIST_BYTES_MAX)?;
        let greeting = Greeting::of(&answer, "git-upload-pack")?;
        greeting.check_version_2()?;
        let wanted = branch.cloned().unwrap_or_else(Branch::main).reference();
        let message = Message::default()
            .line("command=ls-refs\n")
            .line("object-format=sha1\n")
            .delimiter()
            .line("symrefs\n");
        let message = match greeting.can("ls-refs", "unborn") {
            true => message.line("unborn\n"),
            false => message,
        };
        let message = message.line("ref-prefix HEAD\n").line(&format!("ref-prefix {wanted}\n"));
        let answer = self.ask("git-upload-pack", Some(message.flush()), LIST_BYTES_MAX)?;
        reply::tip(branch, &answer.body, greeting.can("fetch", "filter"))
    }

    /// Fetches a commit with some of its history.
    pub(super) fn fetch(&self, commit: &str, depth: Depth) -> Result<Fetched, Unreached> {
        let message = Message::default()
            .line("command=fetch\n")
            .line("object-format=sha1\n")
            .delimiter()
            .line("no-progress\n")
            .line("ofs-delta\n")
            .line(&format!("deepen {}\n", depth.commits));
        let message = match depth.without_content {
            true => message.line("filter blob:none\n"),
            false => message,
        };
        let message = message.line(&format!("want {commit}\n")).line("done\n").flush();
        let bytes_max = limit::PACK_BYTES_MAX + WRAPPING_BYTES_MAX;
        reply::fetched(&self.ask("git-upload-pack", Some(message), bytes_max)?.body)
    }

    /// Moves a branch from one commit to the next, if it still stands at the first.
    pub(super) fn push(
        &self,
        branch: &Branch,
        old: Option<&str>,
        new: &str,
        pack: &[u8],
    ) -> Result<Taken, Unreached> {
        let answer = self.ask("info/refs?service=git-receive-pack", None, LIST_BYTES_MAX)?;
        let standing = Greeting::of(&answer, "git-receive-pack")?.standing(branch)?;
        if standing.commit.as_deref() != old {
            return Ok(Taken::Moved);
        }
        if !standing.reports {
            return Err(bad("The remote does not say what becomes of a commit, so none is sent."));
        }
        let reference = branch.reference();
        let old = old.unwrap_or(NOTHING);
        let command = format!("{old} {new} {reference}\0 report-status\n");
        let message = [Message::default().line(&command).flush(), pack.to_vec()].concat();
        model::crash::point("git:before-push");
        let answer = self.ask("git-receive-pack", Some(message), LIST_BYTES_MAX)?;
        model::crash::point("git:after-push");
        reply::taken(&answer.body, &reference)
    }

    /// One request. What is posted names its service; what is not lists references.
    fn ask(
        &self,
        path: &str,
        message: Option<Vec<u8>>,
        answer_bytes_max: usize,
    ) -> Result<Incoming, Unreached> {
        let mut headers = vec![("Git-Protocol".to_owned(), "version=2".to_owned())];
        if let Some(token) = self.token {
            headers.push(("Authorization".to_owned(), token.header()));
        }
        if message.is_some() {
            headers.push(("Content-Type".to_owned(), format!("application/x-{path}-request")));
        }
        let answer = self.outside.fetch_as(
            Agent::Git,
            &Outgoing {
                method: if message.is_some() { "POST" } else { "GET" }.to_owned(),
                url: self.repository.below(path),
                headers,
                body: message.unwrap_or_default(),
                timeout: self.patience,
                answer_bytes_max,
            },
        )?;
        match answer.status {
            200 => Ok(answer),
            _ => Err(self.refusal(path, &answer)),
        }
    }

    fn refusal(&self, path: &str, answer: &Incoming) -> Unreached {
        use UnreachedKind::{Bad, Denied, Later, Missing};
        let place = &self.repository;
        let refused = |why: &str| {
            format!("The token for {place} was refused: {why}. Give a new one on the app's page.")
        };
        let (kind, text) = match answer.status {
            401 if self.token.is_none() => (
                Denied,
                format!("{place} asks for a token and none was given. Give one on the app's page."),
            ),
            401 => (Denied, refused("it is wrong, has run out or was revoked")),
            403 if path.contains("receive-pack") => (Denied, refused("it may not write there")),
            403 => (Denied, refused("it may not read there")),
            404 | 410 => (
                Missing,
                format!(
                    "There is no repository at {place}: it was renamed or deleted, or the token may not see it. Change the setting, or give a new token."
                ),
            ),
            300..=399 => {
                let new = self.moved_to(answer).map(|new| format!(" to {new}"));
                let new = new.unwrap_or_default();
                (Missing, format!("The repository at {place} moved{new}: change the setting."))
            }
            status @ (408 | 425 | 429 | 500..) => {
                (Later, format!("{place} has trouble of its own just now ({status})."))
            }
            status => {
                (Bad, format!("{place} does not answer as a git repository does ({status})."))
            }
        };
        Unreached::new(kind, text)
    }

    fn moved_to(&self, answer: &Incoming) -> Option<Repository> {
        let location = answer.headers.iter().find(|(name, _)| name == "location")?;
        self.repository.moved_to(&location.1).filter(|new| *new != self.repository)
    }
}
