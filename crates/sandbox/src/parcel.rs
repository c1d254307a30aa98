//! Values as frames of bytes: the one encoding between guest and host, and of what is kept.
//!
//! guests/lua/glue/parcel.c reads and writes the same. Strings from `BIG_STRING` on go around the
//! frame when they cross: it says where they lie, and they are copied once. Bytes from a guest are
//! never believed: reading them ends in a value or in an error, whatever they are.

use model::{Value, limit};
use std::collections::BTreeMap;

/// Strings this long are copied straight from or to their place.
pub(crate) const BIG_STRING: usize = 4 * limit::KIB;
/// Bytes of a frame that a guest writes: a page, a value to keep, a table to print all fit.
pub(crate) const FRAME_BYTES_MAX: usize = 4 * limit::MIB;
/// Bytes of all strings of a guest's frame: a whole file and its name. One string of a guest's
/// memory can be named many times, so that the memory itself is no bound.
const STRINGS_BYTES_MAX: usize = limit::FILE_BYTES_MAX + limit::MIB;
/// Values in a frame: each takes some 40 bytes here, however little it took in the frame.
const VALUES_MAX: usize = 500_000;
/// Items a frame may announce at most before they are seen: nothing is allocated on a promise.
const TRUSTED_ITEMS: usize = 1_024;

const NIL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const INT: u8 = 3;
const FLOAT: u8 = 4;
const STRING: u8 = 5;
const LIST: u8 = 6;
const MAP: u8 = 7;
const BIG: u8 = 8;

/// Why bytes are not a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// They end too early, or go on after the value.
    Length,
    /// More than `VALUES_MAX` values, or than `STRINGS_BYTES_MAX` of strings.
    TooMuch,
    /// A tag or a name that does not exist.
    Form,
    /// Tables nested deeper than `limit::VALUE_DEPTH_MAX`.
    Depth,
    /// A string that lies outside of the guest's memory.
    Place,
}

impl Unreadable {
    /// What is wrong with a guest's frame, in the words its author reads.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Unreadable::TooMuch => {
                "more was handed over than crosses at once; hand over less, or in parts"
            }
            Unreadable::Depth => "tables in tables were handed over that are nested too deeply",
            Unreadable::Length | Unreadable::Form | Unreadable::Place => {
                "what was handed over cannot be read"
            }
        }
    }
}

/// Writes a value as a frame that stands alone.
#[must_use]
pub fn encode(value: &Value) -> Vec<u8> {
    let mut writer = Writer { bytes: Vec::new(), big: None };
    writer.value(value);
    writer.bytes
}

/// Reads a frame that stands alone.
pub fn decode(bytes: &[u8]) -> Result<Value, Unreadable> {
    read(bytes, None).map(|(value, _)| value)
}

/// A frame for a guest, with the big strings that it fetches one by one.
pub(crate) struct Parcel {
    pub frame: Vec<u8>,
    pub big: Vec<Vec<u8>>,
}

impl Parcel {
    /// Bytes that cross: what is paid for.
    pub(crate) fn bytes(&self) -> u64 {
        (self.frame.len() + self.big.iter().map(Vec::len).sum::<usize>()) as u64
    }
}

/// Writes a value for a guest.
pub(crate) fn pack(value: Value) -> Parcel {
    let mut writer = Writer { bytes: Vec::new(), big: Some(Vec::new()) };
    writer.owned(value);
    Parcel { frame: writer.bytes, big: writer.big.unwrap_or_default() }
}

/// Reads a frame that a guest wrote; its big strings lie in its memory. Tells the bytes that
/// crossed, too.
pub(crate) fn unpack(frame: &[u8], memory: &[u8]) -> Result<(Value, u64), Unreadable> {
    if frame.len() > FRAME_BYTES_MAX {
        return Err(Unreadable::TooMuch);
    }
    read(frame, Some(memory))
}

struct Writer {
    bytes: Vec<u8>,
    /// Big strings that go around the frame, where they may.
    big: Option<Vec<Vec<u8>>>,
}

impl Writer {
    fn count(&mut self, mut n: u64) {
        while n >= 128 {
            self.bytes.push((n & 127) as u8 | 128);
            n >>= 7;
        }
        self.bytes.push(n as u8);
    }

    fn text(&mut self, bytes: &[u8]) {
        self.count(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Str(bytes) => {
                self.bytes.push(STRING);
                self.text(bytes);
            }
            Value::List(items) => {
                self.bytes.push(LIST);
                self.count(items.len() as u64);
                items.iter().for_each(|item| self.value(item));
            }
            Value::Map(map) => {
                self.bytes.push(MAP);
                self.count(map.len() as u64);
                for (name, item) in map {
                    self.text(name.as_bytes());
                    self.value(item);
                }
            }
            plain => self.plain(plain),
        }
    }

    /// As `value`, but big strings are moved, not copied.
    fn owned(&mut self, value: Value) {
        match value {
            Value::Str(bytes) if bytes.len() >= BIG_STRING && self.big.is_some() => {
                let big = self.big.get_or_insert_default();
                let index = big.len() as u64;
                let len = bytes.len() as u64;
                big.push(bytes);
                self.bytes.push(BIG);
                self.count(index);
                self.count(len);
            }
            Value::List(items) => {
                self.bytes.push(LIST);
                self.count(items.len() as u64);
                items.into_iter().for_each(|item| self.owned(item));
            }
            Value::Map(map) => {
                self.bytes.push(MAP);
                self.count(map.len() as u64);
                for (name, item) in map {
                    self.text(name.as_bytes());
                    self.owned(item);
                }
            }
            other => self.value(&other),
        }
    }

    fn plain(&mut self, value: &Value) {
        match value {
            Value::Bool(truth) => self.bytes.push(if *truth { TRUE } else { FALSE }),
            Value::Int(n) => {
                self.bytes.push(INT);
                self.count(((n << 1) ^ (n >> 63)).cast_unsigned());
            }
            Value::Float(x) => {
                self.bytes.push(FLOAT);
                self.bytes.extend_from_slice(&x.to_le_bytes());
            }
            _ => self.bytes.push(NIL),
        }
    }
}

fn read(frame: &[u8], memory: Option<&[u8]>) -> Result<(Value, u64), Unreadable> {
    let mut reader = Reader { rest: frame, memory, strings: 0, values: 0 };
    let value = reader.value(0)?;
    let bytes = (frame.len() + reader.strings) as u64;
    if reader.rest.is_empty() { Ok((value, bytes)) } else { Err(Unreadable::Length) }
}

struct Reader<'a> {
    rest: &'a [u8],
    memory: Option<&'a [u8]>,
    /// Bytes of big strings so far.
    strings: usize,
    /// Values so far.
    values: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Unreadable> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(Unreadable::Length)?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Unreadable> {
        Ok(self.take(1)?[0])
    }

    fn count(&mut self) -> Result<u64, Unreadable> {
        let mut n = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            n |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Ok(n);
            }
        }
        Err(Unreadable::Form)
    }

    fn size(&mut self) -> Result<usize, Unreadable> {
        usize::try_from(self.count()?).map_err(|_| Unreadable::Length)
    }

    fn text(&mut self) -> Result<&'a [u8], Unreadable> {
        let len = self.size()?;
        self.take(len)
    }

    fn value(&mut self, depth: usize) -> Result<Value, Unreadable> {
        if depth > limit::VALUE_DEPTH_MAX {
            return Err(Unreadable::Depth);
        }
        self.values += 1;
        if self.values > VALUES_MAX {
            return Err(Unreadable::TooMuch);
        }
        Ok(match self.byte()? {
            NIL => Value::Nil,
            FALSE => Value::Bool(false),
            TRUE => Value::Bool(true),
            INT => {
                let n = self.count()?;
                Value::Int((n >> 1).cast_signed() ^ -((n & 1).cast_signed()))
            }
            FLOAT => {
                let mut bytes = [0; 8];
                bytes.copy_from_slice(self.take(8)?);
                Value::Float(f64::from_le_bytes(bytes))
            }
            STRING => Value::Str(self.text()?.to_vec()),
            BIG => Value::Str(self.big()?),
            LIST => {
                let len = self.size()?;
                let mut items = Vec::with_capacity(len.min(TRUSTED_ITEMS));
                for _ in 0..len {
                    items.push(self.value(depth + 1)?);
                }
                Value::List(items)
            }
            MAP => self.map(depth)?,
            _ => return Err(Unreadable::Form),
        })
    }

    /// Names that are not UTF-8 are shown as such: a view and JSON have no other.
    fn map(&mut self, depth: usize) -> Result<Value, Unreadable> {
        let mut map = BTreeMap::new();
        for _ in 0..self.size()? {
            let name = String::from_utf8_lossy(self.text()?).into_owned();
            map.insert(name, self.value(depth + 1)?);
        }
        Ok(Value::Map(map))
    }

    fn big(&mut self) -> Result<Vec<u8>, Unreadable> {
        let (start, len) = (self.size()?, self.size()?);
        let memory = self.memory.ok_or(Unreadable::Form)?;
        self.strings = self.strings.saturating_add(len);
        if self.strings > STRINGS_BYTES_MAX {
            return Err(Unreadable::TooMuch);
        }
        let end = start.checked_add(len).ok_or(Unreadable::Place)?;
        memory.get(start..end).map(<[u8]>::to_vec).ok_or(Unreadable::Place)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Nil),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            (-1e300..1e300).prop_map(Value::Float),
            proptest::collection::vec(any::<u8>(), 0..40).prop_map(Value::Str),
            Just(Value::Str(vec![7; BIG_STRING + 3])),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
                proptest::collection::btree_map("[a-zé]{0,6}", inner, 0..6).prop_map(Value::Map),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(value in any_value()) {
            prop_assert_eq!(decode(&encode(&value)), Ok(value));
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
            let _ = unpack(&bytes, &[1, 2, 3]);
        }

        #[test]
        fn what_is_cut_is_refused(value in any_value(), cut in 1_usize..40) {
            let bytes = encode(&value);
            let short = &bytes[..bytes.len().saturating_sub(cut)];
            prop_assert!(decode(short).is_err());
        }
    }

    #[test]
    fn big_strings_go_around_the_frame() {
        let value = Value::List(vec![Value::Str(vec![1; BIG_STRING]), Value::text("small")]);
        let parcel = pack(value);
        assert_eq!(parcel.big.len(), 1);
        assert!(parcel.frame.len() < 20);
    }

    /// COMP-007: lengths and places that a guest made up.
    #[test]
    fn a_guest_is_not_believed() {
        for (frame, expect) in [
            (vec![BIG, 100, 1], Unreadable::Place),
            (vec![BIG, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 9], Unreadable::Place),
            (vec![NIL; FRAME_BYTES_MAX + 1], Unreadable::TooMuch),
            ([vec![LIST, 255, 255, 127], vec![NIL; 2_097_151]].concat(), Unreadable::TooMuch),
            (vec![BIG, 0, 255, 255, 255, 255, 127], Unreadable::TooMuch),
            (vec![LIST, 255, 255, 255, 127], Unreadable::Length),
            (vec![99], Unreadable::Form),
            (vec![NIL, NIL], Unreadable::Length),
            ([LIST, 1].repeat(100), Unreadable::Depth),
        ] {
            assert_eq!(unpack(&frame, &[0; 8]), Err(expect), "{:?}", frame.get(..12));
        }
    }
}
