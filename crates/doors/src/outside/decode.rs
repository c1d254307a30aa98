//! The body of an answer as it comes in: unpacked, and never longer than allowed. A small packed
//! answer that grows without end is stopped at the limit, not after it.

use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use model::sabotage;
use std::io::{self, Write};

/// Takes in a body piece by piece.
pub(super) enum Decoder {
    /// Nothing came yet. A HEAD or 304 names the packing of a body that never comes, and the
    /// first byte tells which of its two forms `deflate` has.
    Waiting(Packing, Bounded),
    Plain(Bounded),
    Gzip(MultiGzDecoder<Bounded>),
    Zlib(ZlibDecoder<Bounded>),
    Deflate(DeflateDecoder<Bounded>),
}

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    Gzip,
    /// Means zlib, but some servers send it bare.
    Deflate,
}

/// Why a body was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spoiled {
    TooLong,
    /// It is not what its `Content-Encoding` says, or ends too early.
    Broken,
}

impl Decoder {
    /// The decoder for a `Content-Encoding`; `None` if it is one we did not ask for.
    pub(super) fn new(encoding: Option<&str>, bytes_max: usize) -> Option<Decoder> {
        let packing = match encoding.map(|name| name.trim().to_ascii_lowercase()).as_deref() {
            None | Some("" | "identity") => Packing::None,
            Some("gzip" | "x-gzip") => Packing::Gzip,
            Some("deflate") => Packing::Deflate,
            Some(_) => return None,
        };
        Some(Decoder::Waiting(packing, Bounded { bytes: Vec::new(), bytes_max }))
    }

    /// Takes the next piece.
    pub(super) fn push(self, piece: &[u8]) -> Result<Decoder, Spoiled> {
        let Some(first) = piece.first() else { return Ok(self) };
        let mut decoder = match self {
            Decoder::Waiting(Packing::None, body) => Decoder::Plain(body),
            Decoder::Waiting(Packing::Gzip, body) => Decoder::Gzip(MultiGzDecoder::new(body)),
            Decoder::Waiting(Packing::Deflate, body) => match first & 0x0f {
                ZLIB_METHOD => Decoder::Zlib(ZlibDecoder::new(body)),
                _ => Decoder::Deflate(DeflateDecoder::new(body)),
            },
            started => started,
        };
        let written = match &mut decoder {
            Decoder::Plain(body) | Decoder::Waiting(_, body) => body.write_all(piece),
            Decoder::Gzip(body) => body.write_all(piece),
            Decoder::Zlib(body) => body.write_all(piece),
            Decoder::Deflate(body) => body.write_all(piece),
        };
        written.map(|()| decoder).map_err(|why| spoiled(&why))
    }

    /// The whole body.
    pub(super) fn finish(self) -> Result<Vec<u8>, Spoiled> {
        let body = match self {
            Decoder::Plain(body) | Decoder::Waiting(_, body) => Ok(body),
            Decoder::Gzip(body) => body.finish(),
            Decoder::Zlib(body) => body.finish(),
            Decoder::Deflate(body) => body.finish(),
        };
        body.map(|body| body.bytes).map_err(|why| spoiled(&why))
    }
}

/// The compression method in the first byte of a zlib stream (RFC 1950).
const ZLIB_METHOD: u8 = 8;

/// Bytes up to a limit.
pub(super) struct Bounded {
    bytes: Vec<u8>,
    bytes_max: usize,
}

impl Write for Bounded {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let fits = self.bytes.len() + piece.len() <= self.bytes_max;
        if !fits && !sabotage::off("answer-bytes") {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn spoiled(why: &io::Error) -> Spoiled {
    match why.kind() {
        io::ErrorKind::FileTooLarge => Spoiled::TooLong,
        _ => Spoiled::Broken,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    const TEXT: &[u8] = b"The saved copies are pushed there. The saved copies are pushed there.";

    fn packed(encoding: &str) -> Vec<u8> {
        let fast = Compression::fast();
        match encoding {
            "gzip" => {
                let mut out = GzEncoder::new(Vec::new(), fast);
                out.write_all(TEXT).unwrap();
                out.finish().unwrap()
            }
            "zlib" => {
                let mut out = ZlibEncoder::new(Vec::new(), fast);
                out.write_all(TEXT).unwrap();
                out.finish().unwrap()
            }
            _ => {
                let mut out = DeflateEncoder::new(Vec::new(), fast);
                out.write_all(TEXT).unwrap();
                out.finish().unwrap()
            }
        }
    }

    fn decode(encoding: &str, bytes: &[u8], max: usize, step: usize) -> Result<Vec<u8>, Spoiled> {
        let decoder = Decoder::new(Some(encoding), max).expect("a known encoding");
        bytes.chunks(step).try_fold(decoder, Decoder::push)?.finish()
    }

    #[test]
    fn every_encoding_comes_out_whole_in_any_pieces() {
        for (name, form) in [("gzip", "gzip"), ("deflate", "zlib"), ("Deflate", "bare")] {
            for step in [1, 7, 10_000] {
                assert_eq!(decode(name, &packed(form), 1_000, step).as_deref(), Ok(TEXT), "{form}");
            }
        }
        assert!(Decoder::new(Some("br"), 1).is_none());
        assert!(Decoder::new(Some("gzip, gzip"), 1).is_none());
    }

    #[test]
    fn too_long_broken_and_cut_bodies_are_told_apart() {
        let gzip = packed("gzip");
        for (bytes, max, expect) in [
            (&gzip[..], TEXT.len(), Ok(TEXT.to_vec())),
            (&gzip[..], TEXT.len() - 1, Err(Spoiled::TooLong)),
            (&gzip[..gzip.len() - 9], 1_000, Err(Spoiled::Broken)),
            (&gzip[..gzip.len() - 1], 1_000, Err(Spoiled::Broken)),
            (b"not gzip at all", 1_000, Err(Spoiled::Broken)),
            (b"", 1_000, Ok(Vec::new())),
        ] {
            assert_eq!(decode("gzip", bytes, max, 5), expect);
        }
        let zlib = packed("zlib");
        assert_eq!(decode("deflate", &zlib[..zlib.len() - 5], 1_000, 5), Err(Spoiled::Broken));
    }
}
