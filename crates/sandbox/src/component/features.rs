//! The settings of the engine for components, with a reason each. It runs what people compiled, so
//! it has even fewer proposals on than the one of the Lua guest: no exceptions, no collector.

use wasmtime::{
    Config, Enabled, InstanceAllocationStrategy, OperatorCost, OptLevel, PoolingAllocationConfig,
};

/// Bytes of memory that stay between runs and are written back: as for the Lua guest.
const KEEP_RESIDENT_BYTES: usize = 512 * 1024;
/// Bytes one memory may have: the largest run, a migration.
const MEMORY_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Core instances of one run: Python's runtime is made of 108.
const CORE_INSTANCES_MAX: u32 = 160;
/// Memories of one run: a QuickJS with its adapters has 3.
const MEMORIES_MAX: u32 = 4;
/// Tables of one run: the same has 3.
const TABLES_MAX: u32 = 8;
/// Elements of a table, an address of a function each: SpiderMonkey has 7 691.
const TABLE_ELEMENTS_MAX: usize = 20_000;
/// Bytes that the engine may need to keep the state of one instance.
const INSTANCE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes of native stack: interpreters of other languages recurse deeper than Lua's.
const NATIVE_STACK_BYTES: usize = 1024 * 1024;
/// Frames of the stack that a trap tells: the first ones say where it was.
const FRAMES_MAX: usize = 16;

/// The settings with which components are compiled. Nothing is reserved, so that a small address
/// space suffices.
pub(crate) fn compiling() -> Config {
    let mut config = Config::new();
    config
        // Loops in loops take a twentieth of the time to compile without optimisation.
        .cranelift_opt_level(OptLevel::None)
        .parallel_compilation(false)
        .memory_init_cow(true)
        .consume_fuel(true)
        .operator_cost(costs())
        .epoch_interruption(true)
        .max_wasm_stack(NATIVE_STACK_BYTES)
        // The bits of a NaN would differ between kinds of processor, and so would what follows.
        .cranelift_nan_canonicalization(true)
        .wasm_backtrace_max_frames(std::num::NonZeroUsize::new(FRAMES_MAX));
    config
        .wasm_component_model(true)
        .wasm_bulk_memory(true)
        .wasm_multi_value(true)
        .wasm_reference_types(true)
        // Python and QuickJS place their modules with it.
        .wasm_extended_const(true)
        // The engine's own adapters between components have two memories; `shape` lets nobody
        // else have them.
        .wasm_multi_memory(true);
    config
        .wasm_exceptions(false)
        .wasm_gc(false)
        .gc_support(false)
        .wasm_function_references(false)
        .wasm_simd(false)
        .wasm_relaxed_simd(false)
        .wasm_tail_call(false)
        .wasm_memory64(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false);
    config
}

/// Gas of instructions that take much longer than others, as `benches` measured them; all others
/// cost 1. What moves bytes costs 1 a byte beside, and there is nothing smaller.
fn costs() -> OperatorCost {
    OperatorCost {
        I32DivS: 4,
        I32DivU: 4,
        I32RemS: 4,
        I32RemU: 4,
        I64DivS: 4,
        I64DivU: 4,
        I64RemS: 4,
        I64RemU: 4,
        F32Add: 5,
        F32Sub: 5,
        F32Mul: 5,
        F64Add: 5,
        F64Sub: 5,
        F64Mul: 5,
        F32Div: 20,
        F64Div: 20,
        F32Sqrt: 20,
        F64Sqrt: 20,
        I32TruncSatF64S: 4,
        I32TruncSatF64U: 4,
        I64TruncSatF64S: 4,
        I64TruncSatF64U: 4,
        F64ConvertI32S: 2,
        F64ConvertI32U: 2,
        F64ConvertI64S: 2,
        F64ConvertI64U: 2,
        Call: 2,
        CallIndirect: 2,
        MemoryGrow: 200,
        TableGrow: 200,
        ..OperatorCost::default()
    }
}

/// The settings of an engine that runs this many at once: the same code, and places for it.
pub(crate) fn running(slots: u32) -> Config {
    let mut config = compiling();
    let slots = slots.max(1);
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(slots)
        .total_core_instances(slots * CORE_INSTANCES_MAX)
        .total_memories(slots * MEMORIES_MAX)
        .total_tables(slots * TABLES_MAX)
        .max_core_instances_per_component(CORE_INSTANCES_MAX)
        .max_memories_per_component(MEMORIES_MAX)
        .max_tables_per_component(TABLES_MAX)
        .max_component_instance_size(INSTANCE_BYTES_MAX)
        .max_core_instance_size(INSTANCE_BYTES_MAX)
        .max_memory_size(MEMORY_BYTES_MAX)
        .table_elements(TABLE_ELEMENTS_MAX)
        .linear_memory_keep_resident(KEEP_RESIDENT_BYTES)
        .pagemap_scan(Enabled::Auto)
        .max_unused_warm_slots(slots * MEMORIES_MAX);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::hash::{DefaultHasher, Hash, Hasher};
    use wasmtime::Engine;

    /// A proposal that comes on with a new engine is a decision, not an accident.
    #[test]
    fn exactly_these_proposals_are_on() {
        let engine = Engine::new(&running(1)).unwrap();
        let on: Vec<&str> = engine.get_wasm_features().iter_names().map(|(name, _)| name).collect();
        assert_eq!(
            on,
            [
                "MUTABLE_GLOBAL",
                "SATURATING_FLOAT_TO_INT",
                "SIGN_EXTENSION",
                "REFERENCE_TYPES",
                "MULTI_VALUE",
                "BULK_MEMORY",
                "FLOATS",
                "MULTI_MEMORY",
                "EXTENDED_CONST",
                "COMPONENT_MODEL",
            ]
        );
    }

    #[test]
    fn what_one_compiles_the_other_runs() {
        let hash = |config: &Config| {
            let mut hasher = DefaultHasher::new();
            Engine::new(config).unwrap().precompile_compatibility_hash().hash(&mut hasher);
            hasher.finish()
        };
        assert_eq!(hash(&compiling()), hash(&running(1)));
    }
}
