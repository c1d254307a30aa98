//! Smart HTTP with one repository: what branches it has, their packs, and taking a commit in.
//! Fetching speaks version 2 of git's protocol, pushing the only version there is. It decides
//! nothing about commits and keeps nothing.

use super::address::{Branch, Repository};
use super::pkt::{Message, Packet, Packets};
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
/// The object name of nothing.
pub(super) const NOTHING: &str = "0000000000000000000000000000000000000000";

/// A repository that can be spoken with.
pub(super) struct Remote<'a> {
    pub(super) outside: &'a Outside,
    pub(super) repository: Repository,
    pub(super) token: Option<&'a Token>,
    pub(super) patience: Duration,
}

/// Where a branch stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tip {
    pub(super) branch: Branch,
    /// Its newest commit; `None` if there is none yet.
    pub(super) commit: Option<String>,
    /// Whether the remote can leave out the content of files.
    pub(super) filter: bool,
}

/// How much of a history is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Depth {
    pub(super) commits: usize,
    pub(super) without_content: bool,
}

/// A pack and the commits at which its history is cut off.
pub(super) struct Fetched {
    pub(super) pack: Vec<u8>,
    pub(super) shallow: Vec<String>,
}

/// What came of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Yes,
    /// The branch is not where it was thought to be.
    Moved,
    /// The remote does not want it, in its own words.
    No(String),
}

impl Remote<'_> {
    /// Where a branch stands, or the branch the remote itself calls its main one.
    pub(super) fn tip(&self, branch: Option<&Branch>) -> Result<Tip, Unreached> {
        let answer = self.ask("info/refs?service=git-upload-pack", None, LIST_BYTES_MAX)?;
        let greeting = advertised(&answer, "git-upload-pack")?;
        let lines = greeting.iter().map_while(|packet| packet.text());
        let lines: Vec<&str> = lines.collect();
        if lines.first() != Some(&"version 2") {
            return Err(bad("The remote speaks only an old version of git's protocol."));
        }
        let can = |name: &str, what: &str| {
            lines
                .iter()
                .filter_map(|line| line.strip_prefix(name)?.strip_prefix('='))
                .any(|features| features.split(' ').any(|feature| feature == what))
        };
        if lines.iter().any(|line| line.starts_with("object-format=") && !line.ends_with("=sha1")) {
            return Err(bad("The remote keeps SHA-256 objects, which cannot be written to yet."));
        }
        let wanted = branch.cloned().unwrap_or_else(Branch::main).reference();
        let message = Message::default()
            .line("command=ls-refs\n")
            .line("object-format=sha1\n")
            .delimiter()
            .line("symrefs\n");
        let message = match can("ls-refs", "unborn") {
            true => message.line("unborn\n"),
            false => message,
        };
        let message = message.line("ref-prefix HEAD\n").line(&format!("ref-prefix {wanted}\n"));
        let answer = self.ask("git-upload-pack", Some(message.flush()), LIST_BYTES_MAX)?;
        let references = references(&answer.body)?;
        tip(branch, &references, can("fetch", "filter"))
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
        fetched(&self.ask("git-upload-pack", Some(message), bytes_max)?.body)
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
        let greeting = advertised(&answer, "git-receive-pack")?;
        let reference = branch.reference();
        let (stands, can) = standing(&greeting, &reference)?;
        if stands.as_deref() != old {
            return Ok(Taken::Moved);
        }
        if !can.split(' ').any(|feature| feature == "report-status") {
            return Err(bad("The remote does not say what becomes of a commit, so none is sent."));
        }
        let old = old.unwrap_or(NOTHING);
        let command = format!("{old} {new} {reference}\0 report-status\n");
        let message = [Message::default().line(&command).flush(), pack.to_vec()].concat();
        model::crash::point("git:before-push");
        let answer = self.ask("git-receive-pack", Some(message), LIST_BYTES_MAX)?;
        model::crash::point("git:after-push");
        taken(&answer.body, &reference)
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
        let (kind, text) = match answer.status {
            401 if self.token.is_none() => (
                Denied,
                format!("{place} asks for a token and none was given. Give one on the app's page."),
            ),
            401 => (
                Denied,
                format!(
                    "The token for {place} was refused: it is wrong, has run out or was revoked. Give a new one on the app's page."
                ),
            ),
            403 if path.contains("receive-pack") => (
                Denied,
                format!(
                    "The token for {place} was refused: it may not write there. Give a new one on the app's page."
                ),
            ),
            403 => (
                Denied,
                format!(
                    "The token for {place} was refused: it may not read there. Give a new one on the app's page."
                ),
            ),
            404 | 410 => (
                Missing,
                format!(
                    "There is no repository at {place}: it was renamed or deleted, or the token may not see it. Change the setting, or give a new token."
                ),
            ),
            300..=399 => (
                Missing,
                match self.moved_to(answer) {
                    Some(new) => {
                        format!("The repository at {place} moved to {new}: change the setting.")
                    }
                    None => format!("The repository at {place} moved: change the setting."),
                },
            ),
            408 | 425 | 429 | 500.. => {
                (Later, format!("{place} has trouble of its own just now ({}).", answer.status))
            }
            _ => (
                Bad,
                format!("{place} does not answer as a git repository does ({}).", answer.status),
            ),
        };
        Unreached::new(kind, text)
    }

    fn moved_to(&self, answer: &Incoming) -> Option<Repository> {
        let location = answer.headers.iter().find(|(name, _)| name == "location")?;
        self.repository.moved_to(&location.1).filter(|new| *new != self.repository)
    }
}

/// The packets of a service's greeting, checked to be that: many sites answer every address with a page.
fn advertised<'a>(answer: &'a Incoming, service: &str) -> Result<Vec<Packet<'a>>, Unreached> {
    let kind = format!("application/x-{service}-advertisement");
    let said = answer.headers.iter().find(|(name, _)| name == "content-type");
    if said.is_none_or(|(_, value)| value != &kind) {
        return Err(bad("There is a website at this address, but no git repository."));
    }
    let mut packets = packets(&answer.body)?;
    // Version 2 may leave the name of the service out; what is there must be right.
    let named = packets.first().and_then(|packet| packet.text());
    if let Some(name) = named.and_then(|line| line.strip_prefix("# service=")) {
        if name != service || packets.get(1) != Some(&Packet::Flush) {
            return Err(garbled());
        }
        packets.drain(..2);
    }
    Ok(packets)
}

fn packets(bytes: &[u8]) -> Result<Vec<Packet<'_>>, Unreached> {
    let packets: Vec<_> = Packets::new(bytes).collect::<Result<_, _>>().map_err(|_| garbled())?;
    match packets.first().and_then(|packet| packet.text()?.strip_prefix("ERR ")) {
        Some(words) => Err(bad(format!("The remote says: “{}”.", spoken(words)))),
        None => Ok(packets),
    }
}

/// One line of `ls-refs`: name, object (`None` if unborn), and what a symbolic one stands for.
type Reference<'a> = (&'a str, Option<&'a str>, Option<&'a str>);

fn references(body: &[u8]) -> Result<Vec<Reference<'_>>, Unreached> {
    let lines = packets(body)?;
    let lines = lines.iter().take_while(|packet| **packet != Packet::Flush);
    lines.map(|packet| packet.text().and_then(reference).ok_or_else(garbled)).collect()
}

fn reference(line: &str) -> Option<Reference<'_>> {
    let mut words = line.split(' ');
    let object = words.next().filter(|word| *word == "unborn" || is_object(word))?;
    let name = words.next()?;
    let target = words.find_map(|word| word.strip_prefix("symref-target:"));
    Some((name, Some(object).filter(|word| *word != "unborn"), target))
}

fn tip(
    branch: Option<&Branch>,
    references: &[Reference<'_>],
    filter: bool,
) -> Result<Tip, Unreached> {
    let find = |name: &str| references.iter().find(|(given, ..)| *given == name);
    let head = find("HEAD");
    let branch = match (branch, head) {
        (Some(branch), _) => branch.clone(),
        // What the remote calls its main branch goes back to it in a push, so it is judged too.
        (None, Some((_, _, Some(target)))) => Branch::parse(target)?,
        (None, _) => Branch::main(),
    };
    let reference = branch.reference();
    let commit = match (find(&reference), head) {
        (Some((_, object, _)), _) => *object,
        (None, Some((_, object, Some(target)))) if *target == reference => *object,
        _ => None,
    };
    Ok(Tip { branch, commit: commit.map(str::to_owned), filter })
}

/// Takes a fetch's answer apart: where the history is cut, and the pack, which comes in bands.
fn fetched(body: &[u8]) -> Result<Fetched, Unreached> {
    let mut fetched = Fetched { pack: Vec::new(), shallow: Vec::new() };
    let mut packets = packets(body)?.into_iter();
    while let Some(packet) = packets.next() {
        match packet.text() {
            Some("shallow-info") => {}
            Some("packfile") => {
                fetched.pack = banded(packets)?;
                return Ok(fetched);
            }
            Some(line) => match line.strip_prefix("shallow ") {
                Some(commit) if is_object(commit) => fetched.shallow.push(commit.to_owned()),
                _ => return Err(garbled()),
            },
            None if packet == Packet::Delimiter => {}
            None => return Err(garbled()),
        }
    }
    Err(garbled())
}

fn banded<'a>(packets: impl Iterator<Item = Packet<'a>>) -> Result<Vec<u8>, Unreached> {
    let mut pack = Vec::new();
    for packet in packets {
        match packet {
            Packet::Line([1, data @ ..]) => pack.extend_from_slice(data),
            // Progress, which was not asked for.
            Packet::Line([2, ..]) => {}
            Packet::Line([3, words @ ..]) => {
                let words = String::from_utf8_lossy(words);
                return Err(bad(format!("The remote says: “{}”.", spoken(&words))));
            }
            Packet::Flush => return Ok(pack),
            _ => return Err(garbled()),
        }
    }
    Err(garbled())
}

/// Where a branch stands in the greeting of a push, and what the remote can do.
fn standing(
    greeting: &[Packet<'_>],
    reference: &str,
) -> Result<(Option<String>, String), Unreached> {
    let lines = greeting.iter().take_while(|packet| **packet != Packet::Flush);
    let (mut stands, mut can) = (None, None);
    for packet in lines {
        let line = packet.text().ok_or_else(garbled)?;
        let (line, features) = match line.split_once('\0') {
            Some((line, features)) => (line, Some(features)),
            None => (line, None),
        };
        if can.is_none() {
            can = Some(features.ok_or_else(garbled)?.to_owned());
        }
        match line.split_once(' ') {
            // The remote is itself cut off somewhere; that does not concern a push.
            Some(("shallow", _)) => {}
            Some((object, name)) if is_object(object) => {
                if name == reference {
                    stands = Some(object.to_owned());
                }
            }
            _ => return Err(garbled()),
        }
    }
    Ok((stands, can.ok_or_else(garbled)?))
}

/// What the report on a push says about the pack and the branch.
fn taken(body: &[u8], reference: &str) -> Result<Taken, Unreached> {
    let packets = packets(body)?;
    let lines: Vec<&str> = packets.iter().filter_map(|packet| packet.text()).collect();
    match lines.iter().find_map(|line| line.strip_prefix("unpack ")) {
        Some("ok") => {}
        Some(words) => return Ok(Taken::No(spoken(words))),
        None => return Err(garbled()),
    }
    for line in &lines {
        if line.strip_prefix("ok ") == Some(reference) {
            return Ok(Taken::Yes);
        }
        if let Some(("", words)) = line.strip_prefix("ng ").and_then(|l| l.split_once(reference)) {
            return Ok(Taken::No(spoken(words)));
        }
    }
    Err(garbled())
}

/// The name of a SHA-1 object.
fn is_object(word: &str) -> bool {
    word.len() == NOTHING.len() && word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// A remote's words, short enough and without tricks, to be quoted.
fn spoken(words: &str) -> String {
    words.trim().chars().filter(|c| !c.is_control()).take(200).collect()
}

fn bad(text: impl Into<String>) -> Unreached {
    Unreached::new(UnreachedKind::Bad, text)
}

fn garbled() -> Unreached {
    bad("The remote's answer is not what git servers say.")
}
