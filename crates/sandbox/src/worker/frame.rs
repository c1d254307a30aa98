//! What node and worker say to each other: small typed frames over one socket, each with its
//! length before it. Neither side believes a length, a name or a value that the other wrote.

use super::bytes::Bytes;
use crate::host::{Refusal, RefusalKind};
use crate::jail::Layer;
use crate::run::Script;
use model::receipt::Cause;
use model::{Ending, Gas, limit, sabotage};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, BufRead, Read, Write};

/// Bytes of a frame: one file of an app with its name, the largest thing that crosses at once.
pub(crate) const FRAME_BYTES_MAX: usize = limit::FILE_BYTES_MAX + 8 * limit::MIB;
/// Bytes that are allocated before anything of a frame has come.
const TRUSTED_BYTES: usize = 64 * limit::KIB;

/// Names one run between node and worker: random, so that no run can be guessed.
pub(crate) type Handle = [u8; 16];

/// What the node says.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum ToWorker {
    /// First of all: the compiled guest, and the layers to put on before anything of a run is read.
    Setup {
        guest: Guest,
        code: Bytes<'static>,
        layers: Vec<Layer>,
    },
    Begin(Box<Begin>),
    Answer(Answer),
}

/// What a worker runs.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Guest {
    /// Scripts, in the guest that is ours; the code is the guest's.
    Lua,
    /// One component; the code is its own. `trial` is code of ours that is tried out before the
    /// jail is closed, since nothing of the component may run until then.
    Component { trial: Bytes<'static> },
}

/// One run.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Begin {
    pub handle: Handle,
    /// None where it is the script of the run before, or no script at all.
    pub script: Option<Script>,
    pub trigger: String,
    pub handler: String,
    /// Values in their own encoding: `ctx`, the list of arguments, the map of settings.
    pub ctx: Bytes<'static>,
    pub args: Bytes<'static>,
    pub settings: Bytes<'static>,
    pub seed: [u8; 32],
    /// `ctx.now` in milliseconds since 1970.
    pub now: i64,
    pub tz: String,
    pub gas: Gas,
    pub memory_bytes: u64,
    pub computing_ns: u64,
    /// Whether runs of others go first.
    pub behind: bool,
    /// Reads that this run will probably make, with their answers.
    pub ahead: Vec<AheadFrame>,
}

/// A call with its answer, which is named by its place in the list from here on.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct AheadFrame {
    pub name: String,
    pub args: Bytes<'static>,
    pub answer: Bytes<'static>,
}

/// The answer to a call: an encoded value, or why there is none.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub handle: Handle,
    pub value: Result<Bytes<'static>, Refused>,
}

/// A refusal as it crosses.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Refused {
    kind: u8,
    text: String,
}

/// What the worker says.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum FromWorker {
    /// The layers that are on, with what each found; or why the worker will not work.
    Ready {
        layers: BTreeMap<Layer, Result<String, String>>,
    },
    /// A call, and those before it that waited for no answer.
    Call {
        handle: Handle,
        later: Vec<Later>,
        name: String,
        args: Bytes<'static>,
    },
    /// Calls that waited for no answer, before they become too many.
    Later {
        handle: Handle,
        later: Vec<Later>,
    },
    Over(Box<Over>),
}

/// A call that waits for no answer.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Later {
    Call {
        name: String,
        args: Bytes<'static>,
    },
    /// The guest made the call of this place among those read ahead.
    Ahead(u32),
}

/// The end of a run.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Over {
    pub handle: Handle,
    pub later: Vec<Later>,
    pub ending: Ending,
    pub answer: Bytes<'static>,
    pub message: String,
    pub gas: Gas,
    pub causes: BTreeMap<String, Cause>,
    pub internal: Option<String>,
    /// The worker lets others go first from now on; there is no way forward again.
    pub behind: bool,
}

const KINDS: [RefusalKind; 5] = [
    RefusalKind::Error,
    RefusalKind::NotGranted,
    RefusalKind::Waited,
    RefusalKind::Restart,
    RefusalKind::Internal,
];

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Refused {
        let kind = KINDS.iter().position(|kind| *kind == refusal.kind).unwrap_or(0);
        // What happened inside is for the node's log, and no worker's business.
        let private = refusal.kind == RefusalKind::Internal;
        Refused { kind: kind as u8, text: if private { String::new() } else { refusal.text } }
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Refusal {
        let kind = KINDS.get(usize::from(refused.kind)).copied();
        Refusal { kind: kind.unwrap_or(RefusalKind::Internal), text: refused.text }
    }
}

/// Writes one frame.
pub(crate) fn send(to: &mut impl Write, frame: &impl Serialize) -> io::Result<()> {
    send_within(to, frame, FRAME_BYTES_MAX)
}

/// Writes one frame of at most so many bytes.
pub(super) fn send_within(
    to: &mut impl Write,
    frame: &impl Serialize,
    max: usize,
) -> io::Result<()> {
    let mut bytes = vec![0; 4];
    bytes = postcard::to_extend(frame, bytes).map_err(io::Error::other)?;
    let len = bytes.len() - 4;
    if len > max {
        return Err(too_long());
    }
    let head = u32::try_from(len).map_err(|_| too_long())?.to_le_bytes();
    bytes[..4].copy_from_slice(&head);
    to.write_all(&bytes)
}

/// Reads one frame; nothing is left over when it has been read.
pub(crate) fn receive<T: DeserializeOwned>(from: &mut impl BufRead) -> io::Result<T> {
    receive_within(from, FRAME_BYTES_MAX)
}

/// Reads one frame of at most so many bytes.
pub(super) fn receive_within<T: DeserializeOwned>(
    from: &mut impl BufRead,
    max: usize,
) -> io::Result<T> {
    let mut head = [0; 4];
    from.read_exact(&mut head)?;
    let len = u32::from_le_bytes(head) as usize;
    if len > max && !sabotage::off("frame-length") {
        return Err(too_long());
    }
    let mut bytes = Vec::with_capacity(len.min(TRUSTED_BYTES));
    from.take(len as u64).read_to_end(&mut bytes)?;
    if bytes.len() != len {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    match postcard::take_from_bytes(&bytes) {
        Ok((frame, [])) => Ok(frame),
        Ok(_) => Err(io::Error::new(io::ErrorKind::InvalidData, "a frame goes on after its end")),
        Err(err) => Err(io::Error::new(io::ErrorKind::InvalidData, err)),
    }
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a frame is too long")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn call(name: &str, args: Vec<u8>) -> FromWorker {
        let later = vec![Later::Ahead(3)];
        FromWorker::Call { handle: [7; 16], later, name: name.to_owned(), args: Bytes::from(args) }
    }

    #[test]
    fn what_is_sent_is_received() {
        let mut bytes = Vec::new();
        for name in ["store.get", ""] {
            send(&mut bytes, &call(name, vec![1, 2, 3])).unwrap();
        }
        let mut from = bytes.as_slice();
        assert_eq!(receive::<FromWorker>(&mut from).unwrap(), call("store.get", vec![1, 2, 3]));
        assert_eq!(receive::<FromWorker>(&mut from).unwrap(), call("", vec![1, 2, 3]));
        assert_eq!(from.len(), 0);
    }

    #[test]
    fn a_promised_length_allocates_nothing_and_a_false_one_is_refused() {
        for head in [u32::MAX, FRAME_BYTES_MAX as u32 + 1, FRAME_BYTES_MAX as u32, 5] {
            let mut bytes = head.to_le_bytes().to_vec();
            bytes.extend([0; 3]);
            let why = receive::<FromWorker>(&mut bytes.as_slice()).unwrap_err().to_string();
            assert_eq!(
                why == "a frame is too long",
                head as usize > FRAME_BYTES_MAX,
                "{head}: {why}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_bytes_bring_the_decoder_down(bytes: Vec<u8>) {
            let mut framed = u32::try_from(bytes.len()).unwrap().to_le_bytes().to_vec();
            framed.extend(&bytes);
            let _ = receive::<FromWorker>(&mut framed.as_slice());
            let _ = receive::<ToWorker>(&mut framed.as_slice());
            let _ = receive::<FromWorker>(&mut bytes.as_slice());
        }

        #[test]
        fn no_changed_byte_brings_it_down(at in 4_usize..200, to: u8) {
            let mut bytes = Vec::new();
            let over = Over {
                handle: [1; 16],
                later: vec![], ending: Ending::Done, answer: Bytes::from(vec![0; 40]), message: "m".repeat(40),
                gas: 12, causes: BTreeMap::from([("store.get".to_owned(), Cause::default())]), internal: None, behind: false,
            };
            send(&mut bytes, &FromWorker::Over(Box::new(over))).unwrap();
            let at = at.min(bytes.len() - 1);
            bytes[at] = to;
            let _ = receive::<FromWorker>(&mut bytes.as_slice());
        }
    }
}
