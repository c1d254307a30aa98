//! The parse worker's side of a zip file: it lists the parts from the end of the file, and unpacks
//! them piece by piece.

use super::trade::{Inflated, Part};
use flate2::{Crc, Decompress, FlushDecompress, Status};
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use zip::{CompressionMethod, ZipArchive};

/// Bytes that are unpacked at once.
const OUT_BYTES: usize = 1 << 20;
/// The fixed part of a header, and what it begins with (APPNOTE.TXT 4.3.7).
const HEADER_BYTES: usize = 30;
const SIGNATURE: &[u8] = b"PK\x03\x04";

/// A zip file of which the end is known.
#[derive(Default)]
pub(super) struct Zipped {
    parts: Vec<Listed>,
    unpacking: Option<Unpacking>,
}

/// A part as the file's list has it.
struct Listed {
    raw_name: Vec<u8>,
    method: CompressionMethod,
    packed: u64,
    crc: u32,
}

/// A part that is being unpacked.
struct Unpacking {
    /// Nothing where it is stored as it is.
    inflate: Option<Decompress>,
    left: u64,
    crc: Crc,
    expect: u32,
}

impl Zipped {
    /// Reads the list of parts.
    pub(super) fn list(size: u64, tail: &[u8]) -> Result<(Zipped, Vec<Part>), String> {
        let words = |err: zip::result::ZipError| err.to_string();
        let archive = ZipArchive::new(Tail::new(size, tail)).map_err(words)?;
        let (mut zipped, mut parts) = (Zipped::default(), Vec::new());
        for place in 0..archive.len() {
            let it = archive.by_index_data(place).map_err(words)?;
            parts.push(Part {
                index: u32::try_from(place).map_err(|err| err.to_string())?,
                name: it.name().map_err(words)?.into_owned(),
                folder: it.is_dir(),
                plain: !it.is_symlink() && !it.encrypted(),
                starts: it.header_start(),
                packed: it.compressed_size(),
            });
            zipped.parts.push(Listed {
                raw_name: it.name_raw().to_vec(),
                method: it.compression(),
                packed: it.compressed_size(),
                crc: it.crc32(),
            });
        }
        Ok((zipped, parts))
    }

    /// Begins with a part; answers the bytes of its header, which must say the same as the list:
    /// else other programs would read another file.
    pub(super) fn part(&mut self, index: u32, head: &[u8]) -> Result<u32, String> {
        let part = self.parts.get(index as usize).ok_or("there is no such part")?;
        let short = |at: usize| -> Result<usize, String> {
            let bytes = head.get(at..at + 2).ok_or("a header is cut off")?;
            Ok(usize::from(bytes[0]) | usize::from(bytes[1]) << 8)
        };
        let (method, name, extra) = (short(8)?, short(26)?, short(28)?);
        let inflate = match part.method {
            CompressionMethod::Stored if method == 0 => None,
            CompressionMethod::Deflated if method == 8 => Some(Decompress::new(false)),
            _ => return Err("a part is packed in an unknown way".into()),
        };
        let named = head.get(HEADER_BYTES..HEADER_BYTES + name) == Some(&part.raw_name[..]);
        if !head.starts_with(SIGNATURE) || !named || short(6)? & 1 != 0 {
            return Err("a part is not what the list says".into());
        }
        let crc = Crc::new();
        self.unpacking = Some(Unpacking { inflate, left: part.packed, crc, expect: part.crc });
        u32::try_from(HEADER_BYTES + name + extra).map_err(|err| err.to_string())
    }

    /// Unpacks the next piece of the part.
    pub(super) fn inflate(&mut self, piece: &[u8]) -> Result<Vec<u8>, String> {
        let part = self.unpacking.as_mut().ok_or("no part was begun")?;
        let room = OUT_BYTES.min(part.left.try_into().unwrap_or(OUT_BYTES));
        let mut out = Inflated::begin(OUT_BYTES);
        let head = out.len();
        let (taken, over) = match &mut part.inflate {
            Some(inflate) => {
                let before = inflate.total_in();
                let status = inflate.decompress_vec(piece, &mut out, FlushDecompress::None);
                let status = status.map_err(|err| err.to_string())?;
                (inflate.total_in() - before, status == Status::StreamEnd)
            }
            None => {
                let taken = piece.len().min(room);
                out.extend_from_slice(&piece[..taken]);
                (taken as u64, part.left == taken as u64)
            }
        };
        part.crc.update(&out[head..]);
        part.left = part.left.checked_sub(taken).ok_or("a part is longer than the list says")?;
        let stuck = taken == 0 && out.len() == head && !over;
        if stuck || over && part.crc.sum() != part.expect {
            return Err("a part is torn".into());
        }
        Inflated::end(&mut out, taken, over).ok_or_else(|| "a piece is too large".into())
    }
}

/// A file of which only the end is there.
struct Tail<'t> {
    tail: Cursor<&'t [u8]>,
    /// Where it begins.
    starts: u64,
}

impl<'t> Tail<'t> {
    fn new(size: u64, tail: &'t [u8]) -> Tail<'t> {
        Tail { tail: Cursor::new(tail), starts: size.saturating_sub(tail.len() as u64) }
    }
}

impl Read for Tail<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.tail.read(into)
    }
}

impl Seek for Tail<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => {
                let before = || io::Error::new(io::ErrorKind::InvalidInput, "before the end part");
                SeekFrom::Start(at.checked_sub(self.starts).ok_or_else(before)?)
            }
            relative => relative,
        };
        Ok(self.tail.seek(to)?.saturating_add(self.starts))
    }
}
