//! The engine's settings, with a reason each. Every proposal that the guest does not need is off:
//! most holes found in engines need one that is on.

use model::sabotage;
use wasmtime::{
    Enabled, InstanceAllocationStrategy, OperatorCost, OptLevel, PoolingAllocationConfig,
};

/// Bytes of memory that a slot keeps between runs and writes back: an unmapped page costs a fault,
/// ten times as much. A page run touches less than this.
const KEEP_RESIDENT_BYTES: usize = 512 * 1024;
/// Bytes one memory of the pool may have: the largest run, a migration.
const MEMORY_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Elements of a table of the pool: the guest's functions, of which it has some hundred.
const TABLE_ELEMENTS_MAX: usize = 2_000;
/// Bytes of native stack a guest may use. Lua stops at 200 nested calls of C long before.
const NATIVE_STACK_BYTES: usize = 512 * 1024;

/// The settings of an engine with this many slots.
pub(crate) fn config(slots: u32) -> wasmtime::Config {
    let mut config = wasmtime::Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool(slots.max(1))))
        .cranelift_opt_level(OptLevel::Speed)
        .memory_init_cow(true)
        .consume_fuel(true)
        .operator_cost(costs())
        .epoch_interruption(true)
        .max_wasm_stack(NATIVE_STACK_BYTES)
        // The bits of a NaN would differ between kinds of processor, and so would what follows.
        .cranelift_nan_canonicalization(true)
        // The guest tells its own stack; nobody reads the engine's.
        .wasm_backtrace_max_frames(None);
    // What the guest is compiled for.
    config
        .wasm_bulk_memory(true)
        .wasm_multi_value(true)
        .wasm_reference_types(true)
        .wasm_exceptions(true);
    // What an engine has on by itself, and the guest does not need.
    config
        .wasm_component_model(false)
        .wasm_gc(false)
        .wasm_function_references(false)
        .wasm_simd(false)
        .wasm_relaxed_simd(false)
        .wasm_tail_call(false)
        .wasm_memory64(sabotage::off("proposals"))
        .wasm_multi_memory(false)
        .wasm_extended_const(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false);
    config
}

/// Gas of what takes much longer than its one instruction, as `benches` measured it: to throw walks
/// the stack. All others cost 1, and the guest's own C is priced by what it executes.
fn costs() -> OperatorCost {
    OperatorCost { Throw: 250, ThrowRef: 250, ..OperatorCost::default() }
}

/// One of everything for a slot. Exceptions live on a heap of their own, and that heap lies in a
/// second memory of the pool.
fn pool(slots: u32) -> PoolingAllocationConfig {
    let memories = slots.saturating_mul(2);
    let mut pool = PoolingAllocationConfig::default();
    pool.total_core_instances(slots)
        .total_memories(memories)
        .total_tables(slots)
        .total_gc_heaps(slots)
        .max_memory_size(MEMORY_BYTES_MAX)
        .table_elements(TABLE_ELEMENTS_MAX)
        .linear_memory_keep_resident(KEEP_RESIDENT_BYTES)
        .table_keep_resident(TABLE_ELEMENTS_MAX * size_of::<usize>())
        // Kernels from 6.7 on tell which pages a run changed: only those are written back.
        .pagemap_scan(Enabled::Auto)
        .max_unused_warm_slots(memories);
    pool
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use wasmtime::Engine;

    /// WASM-025, WASM-036: a proposal that comes on with a new engine is a decision, not an accident.
    #[test]
    fn exactly_these_proposals_are_on() {
        let engine = Engine::new(&config(1)).unwrap();
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
                "EXCEPTIONS",
                "GC_TYPES",
            ]
        );
    }

    #[test]
    fn guard_pages_and_traps_by_signal_are_on() {
        let engine = Engine::new(&config(4)).unwrap();
        assert_eq!(engine.get_memory_guard_size(), 32 << 20);
        assert_eq!(engine.get_memory_reservation(), 4 << 30);
        assert!(engine.get_signals_based_traps());
        assert!(engine.get_consume_fuel() && engine.get_epoch_interruption());
    }
}
