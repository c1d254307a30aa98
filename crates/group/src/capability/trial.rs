//! Tests of the pure functions: how the tests beside them ask, and one that throws everything at
//! all of them.

use super::args::{Answer, Args};
use model::Value;

/// Calls a function as a guest would; an error is its text.
pub(super) fn ask(
    name: &'static str,
    call: fn(&mut Args) -> Answer,
    values: impl Into<Vec<Value>>,
) -> Result<Value, String> {
    call(&mut Args::new(name, values.into())).map_err(|refusal| refusal.text)
}
