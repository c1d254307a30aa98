//! What the group needs of the world around it: the time, randomness, and the one way out.
//! The group never asks a clock or opens a socket itself; doors and tests implement this.

use model::Moment;
use std::collections::BTreeMap;
use std::time::Duration;

/// The world around a group.
pub trait World: Send + Sync {
    /// The time now.
    fn now(&self) -> Moment;

    /// Fills a buffer with unpredictable bytes.
    fn random(&self, buffer: &mut [u8]);

    /// Makes one outgoing request and waits for its whole answer. Follows no redirect:
    /// whoever asks checks the next address against its grant first.
    fn fetch(&self, request: &Outgoing) -> Result<Incoming, Unreached>;

    /// The files at the tip of a git repository. No request of it may take longer than `patience`.
    fn git_files(
        &self,
        repo: &str,
        token: Option<&str>,
        patience: Duration,
    ) -> Result<GitFiles, Unreached>;
}

/// The files at a repository's tip, by path.
pub type GitFiles = BTreeMap<String, Vec<u8>>;

/// One outgoing request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub timeout: Duration,
    /// Bytes of the answer after decompression; a longer one is an error, never cut.
    pub answer_bytes_max: usize,
}

/// The answer to an outgoing request. Header names are in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incoming {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Why no answer came. The text is for people and names no address inside the group's network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreached {
    pub kind: UnreachedKind,
    pub text: String,
}

/// What kept the answer away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnreachedKind {
    /// The address policy forbids it; asking again will not help.
    Forbidden,
    /// The remote refused the credentials.
    Denied,
    /// The remote has no such thing.
    Missing,
    /// The answer is too large or not what it should be.
    Bad,
    /// It may work later: no connection, no answer in time, a 5xx.
    Later,
}

impl Unreached {
    /// A failure with its text.
    pub fn new(kind: UnreachedKind, text: impl Into<String>) -> Unreached {
        Unreached { kind, text: text.into() }
    }
}
