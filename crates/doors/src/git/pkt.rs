//! git's packet lines: four hexadecimal digits of length, then the line. Reading never trusts a
//! length and never copies.

/// One packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packet<'a> {
    /// `0000`, the end of a message or of a list.
    Flush,
    /// `0001`, between the parts of a message.
    Delimiter,
    /// `0002`, the end of an answer.
    End,
    Line(&'a [u8]),
}

impl<'a> Packet<'a> {
    /// The line as text without its newline, if it is a line of text.
    pub(super) fn text(self) -> Option<&'a str> {
        let Packet::Line(line) = self else { return None };
        let text = std::str::from_utf8(line).ok()?;
        Some(text.strip_suffix('\n').unwrap_or(text))
    }
}

/// The bytes are no packet lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Garbled;

/// Reads packet after packet. After garbage it ends.
pub(super) struct Packets<'a> {
    rest: &'a [u8],
}

impl<'a> Packets<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Packets<'a> {
        Packets { rest: bytes }
    }

    fn take(&mut self) -> Option<Packet<'a>> {
        let (digits, rest) = self.rest.split_first_chunk::<4>()?;
        // `from_str_radix` alone would take a sign.
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let length = usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        let (packet, rest) = match length {
            0 => (Packet::Flush, rest),
            1 => (Packet::Delimiter, rest),
            2 => (Packet::End, rest),
            _ => {
                let (line, rest) = rest.split_at_checked(length.checked_sub(4)?)?;
                (Packet::Line(line), rest)
            }
        };
        self.rest = rest;
        Some(packet)
    }
}

impl<'a> Iterator for Packets<'a> {
    type Item = Result<Packet<'a>, Garbled>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let packet = self.take();
        if packet.is_none() {
            self.rest = &[];
        }
        Some(packet.ok_or(Garbled))
    }
}

/// A message to be sent.
#[derive(Default)]
pub(super) struct Message(Vec<u8>);

impl Message {
    /// Adds a line. Ours are far below the longest possible one of 65,516 bytes.
    pub(super) fn line(mut self, text: &str) -> Message {
        self.0.extend_from_slice(format!("{:04x}", text.len() + 4).as_bytes());
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    pub(super) fn delimiter(mut self) -> Message {
        self.0.extend_from_slice(b"0001");
        self
    }

    /// Ends the message.
    pub(super) fn flush(mut self) -> Vec<u8> {
        self.0.extend_from_slice(b"0000");
        self.0
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_read_and_garbage_ends_the_reading() {
        use Packet::{Delimiter, End, Flush, Line};
        for (bytes, expect) in [
            (&b""[..], vec![]),
            (b"0000", vec![Ok(Flush)]),
            (b"000100020004", vec![Ok(Delimiter), Ok(End), Ok(Line(b""))]),
            (b"0006a\n0005b0000", vec![Ok(Line(b"a\n")), Ok(Line(b"b")), Ok(Flush)]),
            (b"000Aabcdef", vec![Ok(Line(b"abcdef"))]),
            (b"0003", vec![Err(Garbled)]),
            (b"000", vec![Err(Garbled)]),
            (b"0009abc", vec![Err(Garbled)]),
            (b"ffffabc", vec![Err(Garbled)]),
            (b"+005a", vec![Err(Garbled)]),
            (b"-005a", vec![Err(Garbled)]),
            (b" 005a", vec![Err(Garbled)]),
            (b"<html>", vec![Err(Garbled)]),
            (b"\xff\xff\xff\xffx", vec![Err(Garbled)]),
            (b"0005axxxx0000", vec![Ok(Line(b"a")), Err(Garbled)]),
        ] {
            assert_eq!(Packets::new(bytes).collect::<Vec<_>>(), expect, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = Message::default().line("command=fetch\n").delimiter().line("done\n").flush();
        assert_eq!(bytes, b"0012command=fetch\n00010009done\n0000");
        let texts: Vec<_> =
            Packets::new(&bytes).flat_map(|packet| packet.unwrap().text()).collect();
        assert_eq!(texts, ["command=fetch", "done"]);
    }
}
