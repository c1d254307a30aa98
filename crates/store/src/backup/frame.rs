//! The form of a backup: lines of JSON, some followed by bytes, and a SHA-256 of all of it at the end.
//!
//! A person can read it with `head` and `grep -a`; nothing in it depends on an engine.

use super::{BackupSummary, Segment, damaged, with_file};
use crate::blobs::is_hash;
use model::release::hex;
use model::{Problem, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

/// The form written here. A reader refuses every other number.
pub(super) const FORM: u32 = 1;
/// Bytes of the last line: the digits of a SHA-256 and a line end.
const SEAL_BYTES: u64 = 65;
/// Bytes of a line: the longest has an id, an owner and a name.
const LINE_BYTES_MAX: u64 = 64 * 1024;

/// A line; `follows` bytes and a line end come after it.
#[derive(Serialize, Deserialize)]
struct Line {
    follows: u64,
    #[serde(flatten)]
    head: Head,
}

/// What a line tells.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Head {
    /// The first line.
    AllotmentBackup {
        form: u32,
        made: i64,
    },
    /// Its body follows.
    Record {
        kind: String,
        id: String,
        owner: Option<String>,
        name: Option<String>,
        due: Option<i64>,
        version: u64,
    },
    Counter {
        account: String,
        axis: String,
        day: i64,
        used: u64,
    },
    /// Its rows are in the next lines.
    Cell {
        app: String,
        name: String,
        version: u64,
        bytes: u64,
    },
    /// A row whose value follows.
    Row {
        space: String,
        key: String,
        version: u64,
        changed: i64,
    },
    /// A row whose value is a blob.
    BlobRow {
        space: String,
        key: String,
        version: u64,
        changed: i64,
        blob: String,
        bytes: u64,
    },
    /// Its bytes follow.
    Blob {
        sha256: String,
    },
    /// The last line before the seal.
    End {
        summary: BackupSummary,
    },
}

impl Head {
    /// The segment it counts in.
    fn segment(&self) -> Option<&str> {
        match self {
            Head::Record { kind, .. } => Some(kind),
            Head::Counter { .. } => Some("counters"),
            Head::Cell { .. } => Some("cells"),
            Head::Row { .. } | Head::BlobRow { .. } => Some("rows"),
            Head::Blob { .. } => Some("blobs"),
            Head::AllotmentBackup { .. } | Head::End { .. } => None,
        }
    }
}

/// Counts and sums up what passes.
#[derive(Default)]
struct Tally(BTreeMap<String, (u64, u64, Sha256)>);

impl Tally {
    fn add(&mut self, head: &Head, frame: &[u8]) {
        if let Some(name) = head.segment() {
            let (count, bytes, hash) = self.0.entry(name.to_owned()).or_default();
            *count += 1;
            *bytes += frame.len() as u64;
            hash.update(frame);
        }
    }

    fn segments(self) -> BTreeMap<String, Segment> {
        let segment = |(count, bytes, hash): (u64, u64, Sha256)| Segment {
            count,
            bytes,
            sha256: hex(&hash.finalize()),
        };
        self.0.into_iter().map(|(name, sums)| (name, segment(sums))).collect()
    }
}

/// Writes frames, and the seal at the end.
pub(super) struct FrameWriter<W> {
    out: W,
    path: PathBuf,
    whole: Sha256,
    tally: Tally,
}

impl<W: Write> FrameWriter<W> {
    pub(super) fn new(out: W, path: &Path) -> FrameWriter<W> {
        FrameWriter { out, path: path.to_owned(), whole: Sha256::new(), tally: Tally::default() }
    }

    pub(super) fn write(&mut self, head: Head, body: &[u8]) -> Result<()> {
        let line = Line { follows: body.len() as u64, head };
        let mut frame = serde_json::to_vec(&line)
            .map_err(|error| Problem::internal(format!("a line of a backup: {error}")))?;
        frame.push(b'\n');
        if !body.is_empty() {
            frame.extend_from_slice(body);
            frame.push(b'\n');
        }
        self.whole.update(&frame);
        self.tally.add(&line.head, &frame);
        self.put(&frame)
    }

    /// Writes the summary and the seal, and hands back what was written to.
    pub(super) fn seal(mut self, made: model::Moment) -> Result<(W, BackupSummary)> {
        let segments = std::mem::take(&mut self.tally).segments();
        let summary = BackupSummary { made, segments };
        self.write(Head::End { summary: summary.clone() }, &[])?;
        let seal = format!("{}\n", hex(&self.whole.clone().finalize()));
        self.put(seal.as_bytes())?;
        Ok((self.out, summary))
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(|error| with_file("written", &self.path, &error))
    }
}

/// Reads the frames of a file whose seal is right.
pub(super) struct FrameReader {
    file: std::io::Take<BufReader<File>>,
    path: PathBuf,
    tally: Tally,
}

impl FrameReader {
    /// Opens a backup and compares the whole file with its seal before anything is believed.
    pub(super) fn open(path: &Path) -> Result<FrameReader> {
        let failed = |error| with_file("read", path, &error);
        let open = || File::open(path).map(BufReader::new);
        let length = std::fs::metadata(path).map_err(failed)?.len();
        let body = length.checked_sub(SEAL_BYTES).ok_or_else(|| damaged(path, "it is cut off"))?;
        let mut hash = Sha256::new();
        let mut file = open().map_err(failed)?.take(body);
        loop {
            let bytes = file.fill_buf().map_err(failed)?;
            if bytes.is_empty() {
                break;
            }
            hash.update(bytes);
            let count = bytes.len();
            file.consume(count);
        }
        let mut seal = Vec::new();
        file.into_inner().read_to_end(&mut seal).map_err(failed)?;
        if seal != format!("{}\n", hex(&hash.finalize())).as_bytes() {
            return Err(damaged(path, "its checksum does not match"));
        }
        let file = open().map_err(failed)?.take(body);
        Ok(FrameReader { file, path: path.to_owned(), tally: Tally::default() })
    }

    /// The next frame, up to and with `End`.
    pub(super) fn next(&mut self) -> Result<(Head, Vec<u8>)> {
        let mut frame = Vec::new();
        self.read(|file| file.take(LINE_BYTES_MAX).read_until(b'\n', &mut frame))?;
        let line: Line = serde_json::from_slice(&frame)
            .map_err(|error| self.damaged(&format!("a line cannot be read ({error})")))?;
        let mut body = Vec::new();
        if line.follows > 0 {
            self.read(|file| file.take(line.follows + 1).read_to_end(&mut body))?;
            frame.extend_from_slice(&body);
            if body.pop() != Some(b'\n') || body.len() as u64 != line.follows {
                return Err(self.damaged("it is cut off"));
            }
        }
        self.tally.add(&line.head, &frame);
        self.check(&line.head, &body)?;
        Ok((line.head, body))
    }

    fn read(
        &mut self,
        read: impl FnOnce(&mut std::io::Take<BufReader<File>>) -> std::io::Result<usize>,
    ) -> Result<()> {
        read(&mut self.file).map(drop).map_err(|error| with_file("read", &self.path, &error))
    }

    /// Compares what names its own content with it.
    fn check(&mut self, head: &Head, body: &[u8]) -> Result<()> {
        match head {
            Head::Blob { sha256 } if crate::blobs::hash_of(body) != *sha256 => {
                Err(self.damaged("a blob is not what its name says"))
            }
            Head::BlobRow { blob, .. } if !is_hash(blob) => {
                Err(self.damaged("a row names a blob that cannot be"))
            }
            Head::End { summary } => {
                if std::mem::take(&mut self.tally).segments() == summary.segments {
                    return Ok(());
                }
                Err(self.damaged("it does not hold what its summary lists"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn damaged(&self, why: &str) -> Problem {
        damaged(&self.path, why)
    }
}
