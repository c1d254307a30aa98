//! From a component's bytes to machine code. In a server this is the trade of a worker that does
//! nothing else, since compilers have bugs and bombs are made for them.

use super::features;
use wasmtime::Engine;

/// Compiles a component, or says what is wrong with it.
pub(crate) fn compile(wasm: &[u8]) -> Result<Vec<u8>, String> {
    let engine = Engine::new(&features::compiling()).map_err(|err| err.to_string())?;
    engine
        .precompile_component(wasm)
        .map_err(|err| format!("main.wasm cannot be compiled: {err:#}"))
}
