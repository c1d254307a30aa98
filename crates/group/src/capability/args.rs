//! The arguments of one call, read by position with messages that name the argument.

use model::Value;
use sandbox::{Refusal, RefusalKind};
use std::collections::BTreeMap;

/// The arguments of a call.
pub struct Args {
    name: &'static str,
    values: Vec<Value>,
}

/// What a capability answers.
pub type Answer = Result<Value, Refusal>;

/// An error the script may catch, with what to do next.
pub fn error(text: impl Into<String>) -> Refusal {
    Refusal { kind: RefusalKind::Error, text: text.into() }
}

impl Args {
    /// The arguments of a call of `name`.
    #[must_use]
    pub fn new(name: &'static str, values: Vec<Value>) -> Args {
        Args { name, values }
    }

    /// Takes an argument out; `nil` where there is none.
    pub fn take(&mut self, place: usize) -> Value {
        self.values.get_mut(place).map(std::mem::take).unwrap_or_default()
    }

    /// Whether the argument is there and not `nil`.
    #[must_use]
    pub fn has(&self, place: usize) -> bool {
        self.values.get(place).is_some_and(|value| *value != Value::Nil)
    }

    /// A required string; numbers count, as in Lua.
    pub fn text(&mut self, place: usize, what: &str) -> Result<String, Refusal> {
        match self.take(place) {
            Value::Str(bytes) => String::from_utf8(bytes)
                .map_err(|_| error(format!("{}: {what} is not valid UTF-8 text", self.name))),
            number @ (Value::Int(_) | Value::Float(_)) => Ok(number.shown()),
            other => Err(self.wrong(place, what, "a string", &other)),
        }
    }

    /// A string that may be missing.
    pub fn opt_text(&mut self, place: usize, what: &str) -> Result<Option<String>, Refusal> {
        if self.has(place) { self.text(place, what).map(Some) } else { Ok(None) }
    }

    /// A required string of any bytes.
    pub fn bytes(&mut self, place: usize, what: &str) -> Result<Vec<u8>, Refusal> {
        match self.take(place) {
            Value::Str(bytes) => Ok(bytes),
            number @ (Value::Int(_) | Value::Float(_)) => Ok(number.shown().into_bytes()),
            other => Err(self.wrong(place, what, "a string", &other)),
        }
    }

    /// A required whole number.
    pub fn int(&mut self, place: usize, what: &str) -> Result<i64, Refusal> {
        let value = self.take(place);
        value.as_int().ok_or_else(|| self.wrong(place, what, "a whole number", &value))
    }

    /// A whole number that may be missing.
    pub fn opt_int(&mut self, place: usize, what: &str) -> Result<Option<i64>, Refusal> {
        if self.has(place) { self.int(place, what).map(Some) } else { Ok(None) }
    }

    /// A required number.
    pub fn number(&mut self, place: usize, what: &str) -> Result<f64, Refusal> {
        let value = self.take(place);
        value.as_float().ok_or_else(|| self.wrong(place, what, "a number", &value))
    }

    /// A required table with names; an empty table counts.
    pub fn map(&mut self, place: usize, what: &str) -> Result<BTreeMap<String, Value>, Refusal> {
        match self.take(place) {
            Value::Map(map) => Ok(map),
            Value::List(items) if items.is_empty() => Ok(BTreeMap::new()),
            other => Err(self.wrong(place, what, "a table with names", &other)),
        }
    }

    /// A table with names that may be missing.
    pub fn opt_map(
        &mut self,
        place: usize,
        what: &str,
    ) -> Result<BTreeMap<String, Value>, Refusal> {
        if self.has(place) { self.map(place, what) } else { Ok(BTreeMap::new()) }
    }

    /// A required list; an empty table counts.
    pub fn list(&mut self, place: usize, what: &str) -> Result<Vec<Value>, Refusal> {
        match self.take(place) {
            Value::List(items) => Ok(items),
            Value::Map(map) if map.is_empty() => Ok(Vec::new()),
            other => Err(self.wrong(place, what, "a list", &other)),
        }
    }

    fn wrong(&self, place: usize, what: &str, expected: &str, got: &Value) -> Refusal {
        error(format!(
            "{}: argument {} ({what}) should be {expected}, got {}",
            self.name,
            place + 1,
            got.kind()
        ))
    }
}
