//! Values as JSON and back. Nothing that a guest hands over becomes more, or deeper, in the memory
//! of its host than it may be.

use model::{Value, limit};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{self, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// Values one text may hold, all tables together: each takes up to a hundred bytes in memory.
pub const VALUES_MAX: usize = 400_000;
/// As how many values a table with names counts: it takes that much memory even when small.
pub const MAP_VALUES: usize = 8;

/// Reads JSON that holds no more and no deeper tables than a guest may hand over.
pub fn read(text: &str) -> serde_json::Result<Value> {
    let mut left = VALUES_MAX;
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Seed { depth: 0, left: &mut left }.deserialize(&mut reader)?;
    reader.end().map(|()| value)
}

/// Writes JSON on one line, names in alphabetical order.
pub fn write(value: &Value) -> serde_json::Result<String> {
    serde_json::to_string(&Shown::of(value))
}

/// Reads one value, so deep and so many at most.
struct Seed<'a> {
    depth: usize,
    left: &'a mut usize,
}

impl Seed<'_> {
    fn inner<E: Error>(&mut self) -> Result<Seed<'_>, E> {
        if self.depth == limit::VALUE_DEPTH_MAX {
            return Err(E::custom(format!("tables deeper than {}", limit::VALUE_DEPTH_MAX)));
        }
        self.count(1)?;
        Ok(Seed { depth: self.depth + 1, left: self.left })
    }

    fn count<E: Error>(&mut self, values: usize) -> Result<(), E> {
        *self.left = self.left.checked_sub(values).ok_or_else(|| {
            E::custom(format!("more than {VALUES_MAX} values; read it in smaller pieces"))
        })?;
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }

    fn visit_bool<E>(self, b: bool) -> Result<Value, E> {
        Ok(Value::Bool(b))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Value, E> {
        Ok(Value::Int(n))
    }

    fn visit_u64<E>(self, n: u64) -> Result<Value, E> {
        #[allow(clippy::cast_precision_loss)]
        Ok(i64::try_from(n).map_or(Value::Float(n as f64), Value::Int))
    }

    fn visit_f64<E>(self, x: f64) -> Result<Value, E> {
        Ok(Value::Float(x))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::text(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self.inner()?)? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Value, A::Error> {
        self.count(MAP_VALUES)?;
        let mut entries = BTreeMap::new();
        while let Some(name) = map.next_key::<String>()? {
            match map.next_value_seed(self.inner()?)? {
                Value::Nil => entries.remove(&name),
                value => entries.insert(name, value),
            };
        }
        // Lua has one kind of empty table.
        Ok(if entries.is_empty() { Value::List(Vec::new()) } else { Value::Map(entries) })
    }
}

/// A value as JSON sees it.
pub struct Shown<'a> {
    value: &'a Value,
    depth: usize,
}

impl Shown<'_> {
    /// This value, to be serialised.
    #[must_use]
    pub fn of(value: &Value) -> Shown<'_> {
        Shown { value, depth: 0 }
    }
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.depth > limit::VALUE_DEPTH_MAX {
            return Err(ser::Error::custom(format!(
                "tables deeper than {}",
                limit::VALUE_DEPTH_MAX
            )));
        }
        let inner = |value| Shown { value, depth: self.depth + 1 };
        match self.value {
            Value::Nil => to.serialize_unit(),
            Value::Bool(b) => to.serialize_bool(*b),
            Value::Int(n) => to.serialize_i64(*n),
            Value::Float(x) if x.is_finite() => to.serialize_f64(*x),
            Value::Float(_) => Err(ser::Error::custom("JSON has no infinite number and no nan")),
            Value::Str(bytes) => to.serialize_str(std::str::from_utf8(bytes).map_err(|_| {
                ser::Error::custom("a string is not valid UTF-8 text; write it with base64.encode")
            })?),
            Value::List(items) => to.collect_seq(items.iter().map(inner)),
            Value::Map(map) => to.collect_map(map.iter().map(|(name, value)| (name, inner(value)))),
        }
    }
}
