//! A zip file, read by a parser that has no file: the node reads pieces of it and hands them over,
//! the parser says what they hold. What it says of places and lengths is held to the file's own.

use super::trade::{Inflated, Job, Part};
use super::{Parser, Parsing, Place};
use sandbox::worker::{Failed, Sitting, Trade};
use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

/// Bytes at the end of a file in which its list of parts must be: enough for the most parts that an
/// import may have, with long names.
const TAIL_BYTES: u64 = 12 << 20;
/// Bytes at the begin of a part in which its own header must be.
const HEAD_BYTES: u64 = 4 << 10;
/// Bytes of a part that are handed over at once.
const PIECE_BYTES: u64 = 256 << 10;

/// A zip file while it is read.
pub(crate) struct Reading<'p, R> {
    from: R,
    size: u64,
    reader: Reader<'p>,
}

/// Who reads.
enum Reader<'p> {
    Here(Parsing),
    Worker(Sitting<'p>),
    #[cfg(test)]
    Played(&'p super::tests::Play),
}

/// The content of a part, as it is read.
pub(crate) struct Content<'a, 'p, R> {
    reading: &'a mut Reading<'p, R>,
    /// Where its packed bytes go on, and how many are left.
    at: u64,
    left: u64,
    /// What was unpacked, from `read` on not yet read.
    out: Vec<u8>,
    read: usize,
    over: bool,
}

/// Nobody could read, whatever the file is.
#[derive(Debug)]
pub(crate) struct Unread(String);

impl Parser {
    /// Opens a zip file, and lists its parts in their order.
    pub(crate) fn read_archive<R: Read + Seek>(
        &self,
        mut from: R,
    ) -> io::Result<(Reading<'_, R>, Vec<Part>)> {
        let size = from.seek(SeekFrom::End(0))?;
        let reader = match &self.place {
            Place::Here => Reader::Here(Parsing::default()),
            Place::Workers(jobs) => Reader::Worker(jobs.sit().map_err(failed)?),
            #[cfg(test)]
            Place::Played(play) => Reader::Played(play),
        };
        let mut reading = Reading { from, size, reader };
        let tail = reading.piece(size.saturating_sub(TAIL_BYTES), TAIL_BYTES)?;
        let answer = reading.ask(&Job::Archive { size, tail: &tail })?;
        let parts: Vec<Part> = postcard::from_bytes(&answer).map_err(|_| lie())?;
        Ok((reading, parts))
    }
}

impl<'p, R: Read + Seek> Reading<'p, R> {
    /// Begins to read a part.
    pub(crate) fn part(&mut self, part: &Part) -> io::Result<Content<'_, 'p, R>> {
        let head = self.piece(part.starts, HEAD_BYTES)?;
        let answer = self.ask(&Job::Part { index: part.index, head: &head })?;
        let header: u32 = postcard::from_bytes(&answer).map_err(|_| lie())?;
        let at = part.starts.saturating_add(u64::from(header));
        let (out, read) = (Vec::new(), 0);
        Ok(Content { reading: self, at, left: part.packed, out, read, over: false })
    }

    /// So many bytes of the file from a place on, or as many as there are.
    fn piece(&mut self, at: u64, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if at < self.size {
            self.from.seek(SeekFrom::Start(at))?;
            (&mut self.from).take(most).read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    }

    fn ask(&mut self, job: &Job) -> io::Result<Vec<u8>> {
        let job = postcard::to_stdvec(job).map_err(io::Error::other)?;
        let answer = match &mut self.reader {
            Reader::Here(trade) => trade.job(&job).map_err(Failed::Refused),
            Reader::Worker(sitting) => sitting.ask(&job),
            #[cfg(test)]
            Reader::Played(play) => play(sandbox::Class::Strangers, &job),
        };
        answer.map_err(failed)
    }
}

impl<R: Read + Seek> Content<'_, '_, R> {
    /// Has the next piece unpacked. Each step uses bytes up, makes some, or is the last.
    fn step(&mut self) -> io::Result<()> {
        let piece = self.reading.piece(self.at, self.left.min(PIECE_BYTES))?;
        let answer = self.reading.ask(&Job::Inflate(&piece))?;
        let inflated = Inflated::read(&answer).ok_or_else(lie)?;
        let taken = u64::from(inflated.taken);
        let moves = taken > 0 || !inflated.bytes.is_empty() || inflated.over;
        if taken > piece.len() as u64 || !moves {
            return Err(lie());
        }
        self.at += taken;
        self.left -= taken;
        self.over = inflated.over;
        self.out = inflated.bytes.to_vec();
        self.read = 0;
        Ok(())
    }
}

impl<R: Read + Seek> Read for Content<'_, '_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.read == self.out.len() && !self.over {
            self.step()?;
        }
        let ready = &self.out[self.read..];
        let count = ready.len().min(into.len());
        into[..count].copy_from_slice(&ready[..count]);
        self.read += count;
        Ok(count)
    }
}

impl Unread {
    /// Whether an error is about the reader and not about what it read.
    pub(crate) fn is(err: &io::Error) -> bool {
        err.get_ref().is_some_and(|inner| inner.is::<Unread>())
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(&self.0)
    }
}

impl Error for Unread {}

fn failed(failed: Failed) -> io::Error {
    match failed {
        Failed::Refused(text) => io::Error::new(ErrorKind::InvalidData, text),
        Failed::TooSlow => io::Error::other(Unread("a parse worker was too slow".into())),
        Failed::Lost(why) => io::Error::other(Unread(why)),
    }
}

fn lie() -> io::Error {
    io::Error::other(Unread("a parse worker answered nonsense".into()))
}

#[cfg(test)]
mod tests;
