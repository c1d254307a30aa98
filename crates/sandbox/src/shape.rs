//! Looks at a component before a compiler does: is it one, what kind, what does it import, and is it
//! built as compilers of other languages build? A compiler takes minutes for what is made to take
//! minutes, so everything it is slow at has a limit here. Reading takes time and memory in
//! proportion to the bytes; nothing is compiled and nothing runs.

mod body;
mod features;
mod imports;
mod limits;
mod module;
mod outer;
mod place;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod walk;

pub use imports::Import;
pub(crate) use imports::find;
pub use limits::Limit;

use model::Gas;
use model::problem::{Problem, Result};
use std::collections::BTreeSet;
use wasmparser::Parser;

/// Every limit, in the order of the docs.
pub const LIMITS: &[&Limit] = limits::ALL;

/// What wakes a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It exports `run` of the package in `wit/`, and may answer every trigger.
    App,
    /// It exports `wasi:http/incoming-handler`, and answers raw requests.
    Proxy,
    /// It exports `wasi:cli/run`: a program with arguments and standard input and output.
    Command,
}

/// What was found in a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    pub kind: Kind,
    /// What it imports, in its own order.
    pub imports: Vec<Import>,
    /// Bytes of the bodies of its functions.
    pub code_bytes: u64,
}

impl Shape {
    /// The gas that compiling it costs.
    #[must_use]
    pub fn compile_gas(&self) -> Gas {
        self.code_bytes.saturating_mul(limits::COMPILE_GAS_PER_BYTE)
    }

    /// The families of capabilities it imports, each once, in the order of the alphabet.
    #[must_use]
    pub fn families(&self) -> BTreeSet<&'static str> {
        self.imports.iter().map(|import| import.family).collect()
    }

    /// The verbs of the grants that it may ask for: the manifest names them as wants.
    #[must_use]
    pub fn grants(&self) -> BTreeSet<&'static str> {
        self.imports.iter().flat_map(|import| import.grants).copied().collect()
    }
}

/// Looks at a `main.wasm`.
///
/// # Errors
///
/// Its text says what is wrong, where, and what to do.
pub fn check(wasm: &[u8]) -> Result<Shape> {
    limits::BYTES.hold(wasm.len() as u64, || "main.wasm".into())?;
    if Parser::is_core_wasm(wasm) {
        return Err(Problem::invalid(
            "main.wasm is a core module; a component is needed. Build it for wasm32-wasip2, or make it one with `wasm-tools component new`.",
        ));
    }
    if !Parser::is_component(wasm) {
        return Err(Problem::invalid(
            "main.wasm is not a wasm component. Build it as docs/languages.md says.",
        ));
    }
    walk::Walk::new(wasm).walk()
}
