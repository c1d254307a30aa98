//! What a git server said, read without trust: greetings, branches, packs and reports. Bytes in,
//! values out; nothing is asked here and no pack is opened.

use super::address::Branch;
use super::pkt::{Packet, Packets};
use group::world::{Incoming, Unreached, UnreachedKind};

/// The object name of nothing.
pub(super) const NOTHING: &str = "0000000000000000000000000000000000000000";

/// Where a branch stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tip {
    pub(super) branch: Branch,
    /// Its newest commit; `None` if there is none yet.
    pub(super) commit: Option<String>,
    /// Whether the remote can leave out the content of files.
    pub(super) filter: bool,
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

/// The first answer of a service.
pub(super) struct Greeting<'a> {
    packets: Vec<Packet<'a>>,
}

/// Where a branch stands for a push, and whether its end is reported.
pub(super) struct Standing {
    pub(super) commit: Option<String>,
    pub(super) reports: bool,
}

impl<'a> Greeting<'a> {
    /// Reads a greeting, checked to be that: many sites answer every address with a page.
    pub(super) fn of(answer: &'a Incoming, service: &str) -> Result<Greeting<'a>, Unreached> {
        let kind = format!("application/x-{service}-advertisement");
        let said = answer.headers.iter().find(|(name, _)| name == "content-type");
        if said.is_none_or(|(_, value)| *value != kind) {
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
        Ok(Greeting { packets })
    }

    /// Checks that the server speaks what we speak.
    pub(super) fn check_version_2(&self) -> Result<(), Unreached> {
        if self.lines().next() != Some("version 2") {
            return Err(bad("The remote speaks only an old version of git's protocol."));
        }
        if self.lines().any(|line| line.starts_with("object-format=") && !line.ends_with("=sha1")) {
            return Err(bad("The remote keeps SHA-256 objects, which cannot be written to yet."));
        }
        Ok(())
    }

    /// Whether a command of version 2 has a feature.
    pub(super) fn can(&self, command: &str, feature: &str) -> bool {
        self.lines()
            .filter_map(|line| line.strip_prefix(command)?.strip_prefix('='))
            .any(|features| features.split(' ').any(|given| given == feature))
    }

    fn lines(&self) -> impl Iterator<Item = &'a str> {
        self.packets.iter().map_while(|packet| packet.text())
    }

    /// Where a branch stands in the greeting of a push; features come with the first line.
    pub(super) fn standing(&self, branch: &Branch) -> Result<Standing, Unreached> {
        let reference = branch.reference();
        let first = self.packets.first().and_then(|packet| packet.text());
        let (_, features) = first.and_then(|line| line.split_once('\0')).ok_or_else(garbled)?;
        let reports = features.split(' ').any(|feature| feature == "report-status");
        let mut standing = Standing { commit: None, reports };
        for packet in self.packets.iter().take_while(|packet| **packet != Packet::Flush) {
            let line = packet.text().ok_or_else(garbled)?;
            let line = line.split_once('\0').map_or(line, |(line, _)| line);
            match line.split_once(' ') {
                // The remote is itself cut off somewhere; that does not concern a push.
                Some(("shallow", _)) => {}
                Some((object, name)) if is_object(object) => {
                    if name == reference {
                        standing.commit = Some(object.to_owned());
                    }
                }
                _ => return Err(garbled()),
            }
        }
        Ok(standing)
    }
}

/// Where a branch stands by a list of references, or the branch that the remote calls its main one.
pub(super) fn tip(branch: Option<&Branch>, list: &[u8], filter: bool) -> Result<Tip, Unreached> {
    let references = references(list)?;
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

/// Takes a fetch's answer apart: where the history is cut, and the pack, which comes in bands.
pub(super) fn fetched(body: &[u8]) -> Result<Fetched, Unreached> {
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

/// What the report on a push says about the pack and the branch.
pub(super) fn taken(body: &[u8], reference: &str) -> Result<Taken, Unreached> {
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

fn packets(bytes: &[u8]) -> Result<Vec<Packet<'_>>, Unreached> {
    let packets: Vec<_> = Packets::new(bytes).collect::<Result<_, _>>().map_err(|_| garbled())?;
    match packets.first().and_then(|packet| packet.text()?.strip_prefix("ERR ")) {
        Some(words) => Err(bad(format!("The remote says: “{}”.", spoken(words)))),
        None => Ok(packets),
    }
}

/// The name of a SHA-1 object.
fn is_object(word: &str) -> bool {
    word.len() == NOTHING.len() && word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// A remote's words, short enough and without tricks, to be quoted.
fn spoken(words: &str) -> String {
    words.trim().chars().filter(|c| !c.is_control()).take(200).collect()
}

pub(super) fn bad(text: impl Into<String>) -> Unreached {
    Unreached::new(UnreachedKind::Bad, text)
}

fn garbled() -> Unreached {
    bad("The remote's answer is not what git servers say.")
}
