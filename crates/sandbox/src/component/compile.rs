//! From a component's bytes to machine code. In a server this is the trade of a worker that does
//! nothing else, since compilers have bugs and bombs are made for them.

use super::features;
use crate::shape;
use crate::worker::Trade;
use wasmtime::Engine;

/// A component of ours that traps as soon as it is instantiated, when it has written into its
/// memory: `(component (core module $m (memory 1) (data (i32.const 0) "x") (func $f (i32.store
/// (i32.const 0) (i32.const 1)) unreachable) (start $f)) (core instance (instantiate $m)))`.
pub(super) const TRIAL: &[u8] = b"\0asm\x0d\0\x01\0\
    \x01\x31\0asm\x01\0\0\0\
    \x01\x04\x01\x60\0\0\
    \x03\x02\x01\0\
    \x05\x03\x01\0\x01\
    \x08\x01\0\
    \x0a\x0c\x01\x0a\0\x41\0\x41\x01\x36\x02\0\0\x0b\
    \x0b\x07\x01\0\x41\0\x0b\x01\x78\
    \x02\x04\x01\0\0\0";

/// The trade of a compile worker: a component in, its machine code out.
#[derive(Default)]
pub struct Compiling;

impl Trade for Compiling {
    fn job(&mut self, wasm: &[u8]) -> Result<Vec<u8>, String> {
        compile(wasm)
    }
}

/// Compiles a component, or says what is wrong with it.
pub(super) fn compile(wasm: &[u8]) -> Result<Vec<u8>, String> {
    shape::check(wasm).map_err(|problem| problem.public)?;
    machine_code(wasm)
}

/// The compiler itself.
pub(super) fn machine_code(wasm: &[u8]) -> Result<Vec<u8>, String> {
    let engine = Engine::new(&features::compiling()).map_err(|err| err.to_string())?;
    engine
        .precompile_component(wasm)
        .map_err(|err| format!("main.wasm cannot be compiled: {err:#}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_trial_ends_in_its_trap() {
        let code = machine_code(TRIAL).unwrap();
        let engine = super::super::here::engine(1).unwrap();
        super::super::here::warm_up(&engine, &code).unwrap();
    }
}
