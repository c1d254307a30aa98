//! The proposals of wasm that a component may use: those which the engine for components has on, and
//! no other. Most holes found in engines need one that is off here.

use wasmparser::WasmFeatures;

/// What compilers of Rust, C, JavaScript and Python make use of. A test holds it against the engine.
pub(super) const ON: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::FLOATS)
    // Python and QuickJS place their modules with it.
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::COMPONENT_MODEL);
