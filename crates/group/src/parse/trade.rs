//! What a parse worker does: its jobs and their answers, as bytes. It knows no group.

use super::zipped::Zipped;
use sandbox::worker::Trade;
use serde::{Deserialize, Serialize};
use ui::Form;

/// A job for a parse worker.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Job<'a> {
    /// Cleans texts; the answer has for each its markup, or a sentence that says why there is none.
    #[serde(borrow)]
    Clean(Vec<Text<'a>>),
    /// Begins with a zip file of this size and end; the answer lists its parts.
    Archive { size: u64, tail: &'a [u8] },
    /// Begins with a part of it, of which this is the begin; the answer is the length of its header.
    Part { index: u32, head: &'a [u8] },
    /// Unpacks the next bytes of the part; the answer is an `Inflated`.
    Inflate(&'a [u8]),
}

/// A part of a zip file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) index: u32,
    pub(crate) name: String,
    pub(crate) folder: bool,
    /// Neither a link nor encrypted.
    pub(crate) plain: bool,
    /// Where it begins in the file, and its bytes there.
    pub(crate) starts: u64,
    pub(crate) packed: u64,
}

/// A piece of a part, unpacked: how many bytes were used up, whether it was the last, and what came
/// of it. It is written by hand, since it is large and often.
pub(super) struct Inflated<'a> {
    pub(super) taken: u32,
    pub(super) over: bool,
    pub(super) bytes: &'a [u8],
}

impl Inflated<'_> {
    const HEAD_BYTES: usize = 5;

    pub(super) fn read(answer: &[u8]) -> Option<Inflated<'_>> {
        let (head, bytes) = answer.split_first_chunk::<{ Inflated::HEAD_BYTES }>()?;
        let [over, taken @ ..] = *head;
        Some(Inflated { taken: u32::from_le_bytes(taken), over: over != 0, bytes })
    }

    /// An answer whose bytes are still to be written.
    pub(super) fn begin(room: usize) -> Vec<u8> {
        let mut answer = Vec::with_capacity(Inflated::HEAD_BYTES + room);
        answer.resize(Inflated::HEAD_BYTES, 0);
        answer
    }

    pub(super) fn end(answer: &mut Vec<u8>, taken: u64, over: bool) -> Option<Vec<u8>> {
        answer[0] = u8::from(over);
        answer[1..Inflated::HEAD_BYTES].copy_from_slice(&u32::try_from(taken).ok()?.to_le_bytes());
        Some(std::mem::take(answer))
    }
}

/// A text to clean.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Text<'a> {
    Markdown(&'a str),
    Html(&'a str),
}

/// The trade of parse workers. Between jobs it remembers a zip file, for who asked for it.
#[derive(Default)]
pub struct Parsing {
    zipped: Zipped,
}

impl<'a> Text<'a> {
    pub(super) fn new(form: Form, text: &'a str) -> Text<'a> {
        match form {
            Form::Markdown => Text::Markdown(text),
            Form::Html => Text::Html(text),
        }
    }

    fn clean(&self) -> Result<String, String> {
        match self {
            Text::Markdown(text) => ui::sanitise::clean(Form::Markdown, text),
            Text::Html(html) => ui::sanitise::clean(Form::Html, html),
        }
    }
}

impl Trade for Parsing {
    fn job(&mut self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let words = |err: postcard::Error| format!("this is no job for a parser: {err}");
        match postcard::from_bytes(bytes).map_err(words)? {
            Job::Clean(texts) => {
                let answers: Vec<_> = texts.iter().map(Text::clean).collect();
                postcard::to_stdvec(&answers).map_err(words)
            }
            Job::Archive { size, tail } => {
                let (zipped, parts) = Zipped::list(size, tail)?;
                self.zipped = zipped;
                postcard::to_stdvec(&parts).map_err(words)
            }
            Job::Part { index, head } => {
                postcard::to_stdvec(&self.zipped.part(index, head)?).map_err(words)
            }
            Job::Inflate(piece) => self.zipped.inflate(piece),
        }
    }
}
