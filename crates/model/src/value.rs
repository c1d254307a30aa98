//! Values that cross between guest and group, are kept in a store, or shown in a view.

use std::collections::BTreeMap;

/// What a script can hand over: Lua's plain data, or JSON's with binary strings.
///
/// Strings are bytes, as in Lua; text faces show what is not UTF-8 as U+FFFD.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    #[default]
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Vec<u8>),
    /// A table with the keys 1 to n, or an empty table.
    List(Vec<Value>),
    /// A table with string keys.
    Map(BTreeMap<String, Value>),
}

impl Value {
    /// A string value.
    pub fn text(text: impl Into<String>) -> Value {
        Value::Str(text.into().into_bytes())
    }

    /// A map value from pairs.
    pub fn map<K: Into<String>>(pairs: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Map(pairs.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// The string, if it is one and is UTF-8.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// The bytes, if it is a string.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Str(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The whole number, if it is one; a float without fraction counts.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(n) => Some(*n),
            #[allow(clippy::cast_possible_truncation)]
            Value::Float(x) if x.fract() == 0.0 && x.abs() < 9.0e15 => Some(*x as i64),
            _ => None,
        }
    }

    /// The number as a float, if it is one.
    #[must_use]
    pub fn as_float(&self) -> Option<f64> {
        match self {
            #[allow(clippy::cast_precision_loss)]
            Value::Int(n) => Some(*n as f64),
            Value::Float(x) => Some(*x),
            _ => None,
        }
    }

    /// Lua's truth: everything but `nil` and `false`.
    #[must_use]
    pub fn truthy(&self) -> bool {
        !matches!(self, Value::Nil | Value::Bool(false))
    }

    /// The value under a name, if this is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(map) => map.get(key),
            _ => None,
        }
    }

    /// The string under a name.
    #[must_use]
    pub fn str_at(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Value::as_str)
    }

    /// The items, if this is a list; an empty table is an empty list and an empty map.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        match self {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// What a person would read: text as it is, numbers as Lua prints them.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Value::Nil => String::new(),
            Value::Bool(b) => b.to_string(),
            Value::Int(n) => n.to_string(),
            Value::Float(x) => shown_float(*x),
            Value::Str(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Value::List(items) => format!("a list of {}", items.len()),
            Value::Map(map) => format!("a table of {}", map.len()),
        }
    }

    /// The name of its Lua type, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Nil => "nil",
            Value::Bool(_) => "boolean",
            Value::Int(_) | Value::Float(_) => "number",
            Value::Str(_) => "string",
            Value::List(_) | Value::Map(_) => "table",
        }
    }
}

/// A float as Lua's `%.14g` with a `.0` where it would read as an integer.
fn shown_float(x: f64) -> String {
    if x.is_nan() {
        return if x.is_sign_negative() { "-nan".into() } else { "nan".into() };
    }
    if x.is_infinite() {
        return if x > 0.0 { "inf".into() } else { "-inf".into() };
    }
    if x.fract() == 0.0 && x.abs() < 1e15 { format!("{x:.1}") } else { format!("{x}") }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::text(text)
    }
}
impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::text(text)
    }
}
impl From<i64> for Value {
    fn from(n: i64) -> Value {
        Value::Int(n)
    }
}
impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}
impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Value {
        Value::Str(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_reads_as_lua_prints() {
        for (value, expect) in [
            (Value::Float(3.0), "3.0"),
            (Value::Float(0.5), "0.5"),
            (Value::Int(-7), "-7"),
            (Value::text("hé"), "hé"),
            (Value::Nil, ""),
        ] {
            assert_eq!(value.shown(), expect);
        }
    }

    #[test]
    fn a_float_without_fraction_is_a_whole_number() {
        assert_eq!(Value::Float(4.0).as_int(), Some(4));
        assert_eq!(Value::Float(4.5).as_int(), None);
        assert_eq!(Value::Float(f64::INFINITY).as_int(), None);
    }
}
