//! Modules that no compiler of ours makes, against the engine's settings: attacks of
//! `docs/threat-model.md` by their ids. No such module is ever run for a person; what holds the
//! guest must hold them too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::cache;
use crate::features;
use crate::limits::Limits;
use wasmtime::{Engine, Instance, Linker, Module, Store, Trap};

/// Bytes of memory that a module gets in these tests.
const MEMORY_BYTES: usize = 4 << 20;
/// Bytes of a page of wasm.
const PAGE_BYTES: usize = 64 << 10;

fn engine() -> Engine {
    Engine::new(&features::config(1)).unwrap()
}

fn module(engine: &Engine, text: &str) -> wasmtime::Result<Module> {
    Module::new(engine, wat::parse_str(text).expect("the test's own text"))
}

fn store(engine: &Engine, fuel: u64) -> Store<Limits> {
    let mut store = Store::new(engine, Limits::new(MEMORY_BYTES));
    store.limiter(|limits| limits);
    store.set_fuel(fuel).unwrap();
    store.set_epoch_deadline(1);
    store
}

/// Runs `go` of a module; its answer, or why there is none.
fn go(text: &str, fuel: u64) -> wasmtime::Result<i32> {
    let engine = engine();
    let module = module(&engine, text)?;
    let mut store = store(&engine, fuel);
    let instance = Instance::new(&mut store, &module, &[])?;
    instance.get_typed_func::<(), i32>(&mut store, "go")?.call(&mut store, ())
}

fn trap(text: &str) -> Option<Trap> {
    go(text, 1_000_000).err()?.downcast_ref::<Trap>().copied()
}

/// WASM-002: memory grows to the run's own limit, and there it gets -1.
#[test]
fn memory_grows_to_the_limit_and_no_further() {
    let grow = |pages: usize| {
        go(
            &format!(
                "(module (memory 1) (func (export \"go\") (result i32)
                   (memory.grow (i32.const {pages}))))"
            ),
            1_000,
        )
        .unwrap()
    };
    assert_eq!(grow(MEMORY_BYTES / PAGE_BYTES - 1), 1, "the pages there were");
    assert_eq!(grow(MEMORY_BYTES / PAGE_BYTES), -1);
    assert_eq!(grow(65_535), -1);
}

/// WASM-003, WASM-006: what is declared counts like what is grown.
#[test]
fn a_module_that_declares_too_much_does_not_begin() {
    for text in [
        "(module (memory 65536))",
        "(module (memory 100))",
        "(module (table 100000 funcref))",
        "(module (table 1 funcref) (table 1 funcref))",
    ] {
        let engine = engine();
        let begun = module(&engine, text)
            .and_then(|module| Instance::new(store(&engine, 1_000), &module, &[]));
        assert!(begun.is_err(), "{text}");
    }
}

/// WASM-005, WASM-006, WASM-025, WASM-036, COMP-011, COMP-022: each needs a proposal that is off.
#[test]
fn what_needs_a_proposal_that_is_off_is_no_module() {
    let engine = engine();
    for (name, text) in [
        ("64-bit memory", "(module (memory i64 1))"),
        ("64-bit table", "(module (table i64 1 funcref))"),
        ("two memories", "(module (memory 1) (memory 1))"),
        ("shared memory", "(module (memory 1 1 shared))"),
        ("small pages", "(module (memory 1 (pagesize 1)))"),
        ("a tail call", "(module (func $f return_call $f))"),
        (
            "a call by reference",
            "(module (type $t (func)) (func (param (ref $t)) (call_ref $t (local.get 0))))",
        ),
        ("a struct", "(module (type (struct (field i32))))"),
        ("vectors", "(module (func (drop (v128.const i64x2 0 0))))"),
        ("switched stacks", "(module (type $f (func)) (type $c (cont $f)))"),
        (
            "a wide sum",
            "(module (func (param i64 i64 i64 i64) (result i64 i64) (i64.add128 (local.get 0) (local.get 1) (local.get 2) (local.get 3))))",
        ),
    ] {
        assert!(module(&engine, text).is_err(), "{name} is on");
    }
    assert!(module(&engine, "(module (memory 1) (table 1 funcref))").is_ok());
}

/// WASM-016: filling and copying costs gas by the byte, and is refused before it begins.
#[test]
fn bulk_work_is_paid_by_the_byte() {
    const BYTES: u64 = 1 << 20;
    for work in [
        "(memory.fill (i32.const 0) (i32.const 1) (i32.const 1048576))",
        "(memory.copy (i32.const 0) (i32.const 1048576) (i32.const 1048576))",
    ] {
        let text = format!(
            "(module (memory 32) (func (export \"go\") (result i32) {work} (i32.const 7)))"
        );
        let short = go(&text, BYTES / 2).unwrap_err();
        assert_eq!(short.downcast_ref::<Trap>(), Some(&Trap::OutOfFuel), "{work}");
        assert_eq!(go(&text, BYTES + 1_000).unwrap(), 7, "{work}");
        let forever = format!(
            "(module (memory 32) (func (export \"go\") (result i32) (loop {work} (br 0)) (i32.const 7)))"
        );
        assert!(go(&forever, 10 * BYTES).is_err());
    }
}

/// WASM-018: no address leads out of the module's memory.
#[test]
fn reading_outside_of_memory_is_a_trap() {
    for access in [
        "(i32.load (i32.const 0xffffffff))",
        "(i32.load offset=0xffffffff (i32.const 0xffffffff))",
        "(i32.load (i32.const 65533))",
        "(i32.load8_u (i32.const 65536))",
        "(i32.load offset=65536 (i32.const 0))",
        "(i32.wrap_i64 (i64.load (i32.const 65529)))",
        "(i32.load8_u (i32.const -1))",
    ] {
        let text = format!("(module (memory 1 1) (func (export \"go\") (result i32) {access}))");
        assert_eq!(trap(&text), Some(Trap::MemoryOutOfBounds), "{access}");
    }
    let last =
        "(module (memory 1 1) (func (export \"go\") (result i32) (i32.load (i32.const 65532))))";
    assert_eq!(go(last, 1_000).unwrap(), 0, "the last word is there, and is zero");
}

/// WASM-019: a call through the table is a call of what it says, or a trap.
#[test]
fn a_wrong_call_through_the_table_is_a_trap() {
    for (slot, expect) in [
        (0, Trap::BadSignature),
        (1, Trap::IndirectCallToNull),
        (2, Trap::TableOutOfBounds),
        (-1, Trap::TableOutOfBounds),
    ] {
        let text = format!(
            "(module (table 2 funcref) (func $f (param i64)) (elem (i32.const 0) $f)
               (func (export \"go\") (result i32) (call_indirect (result i32) (i32.const {slot}))))"
        );
        assert_eq!(trap(&text), Some(expect), "{slot}");
    }
}

/// WASM-020, COMP-012, COMP-013, COMP-014: what is not offered is named, and nothing begins.
#[test]
fn an_import_that_is_not_ours_is_named() {
    let engine = engine();
    let mut linker = Linker::new(&engine);
    crate::calls::link(&mut linker).unwrap();
    for (from, name) in [
        ("env", "abort"),
        ("wasi_snapshot_preview1", "fd_write"),
        ("wasi_snapshot_preview1", "fd_renumber"),
        ("wasi_snapshot_preview1", "path_open"),
        ("wasi_snapshot_preview1", "sock_send"),
        ("allot", "cal"),
        ("allot2", "call"),
    ] {
        let text = format!("(module (import \"{from}\" \"{name}\" (func)))");
        let module = module(&engine, &text).unwrap();
        let Err(why) = linker.instantiate_pre(&module) else { panic!("{from} {name} is offered") };
        assert!(format!("{why:?}").contains(&format!("{from}::{name}")), "{why:?}");
    }
    // The right name with another type is no import of ours either.
    let module = module(&engine, "(module (import \"allot\" \"call\" (func)))").unwrap();
    assert!(linker.instantiate_pre(&module).is_err());
}

/// WASM-029, WASM-027: a component, compiled code and garbage are no modules; each is an error.
#[test]
fn only_a_module_is_a_module() {
    let engine = engine();
    let compiled = cache::compile(&engine, &wat::parse_str("(module)").unwrap()).unwrap();
    let component = b"\0asm\x0d\0\x01\0".to_vec();
    for bytes in
        [compiled, component, Vec::new(), b"\x7fELF\x02".to_vec(), b"\0asm\x09\0\0\0".to_vec()]
    {
        assert!(cache::compile(&engine, &bytes).is_err(), "{} bytes", bytes.len());
    }
}

/// COMP-018: code that was compiled for an engine with other settings is not loaded.
#[test]
fn code_of_another_engine_is_not_loaded() {
    let mut other = features::config(1);
    other.consume_fuel(false);
    let other = Engine::new(&other).unwrap();
    let code = cache::compile(&other, &wat::parse_str("(module)").unwrap()).unwrap();
    assert!(cache::load(&engine(), &code).is_err());
    assert!(cache::load(&other, &code).is_ok());
}

/// WASM-032: a slot that was used before is as new: memory, table and globals.
#[test]
fn a_slot_that_is_used_again_is_as_new() {
    let engine = engine();
    let marks = module(
        &engine,
        "(module (memory 16) (table 64 funcref) (global $g (mut i32) (i32.const 0)) (func $f) (elem declare func $f)
           (func (export \"go\") (result i32)
             (memory.fill (i32.const 0) (i32.const 0xaa) (i32.const 1048576))
             (table.fill (i32.const 0) (ref.func $f) (i32.const 64))
             (global.set $g (i32.const 7)) (i32.const 0)))",
    )
    .unwrap();
    // Looks at every word of memory, every element of the table, and the global.
    let looks = module(
        &engine,
        "(module (memory 16) (table 64 funcref) (global $g (mut i32) (i32.const 0))
           (func (export \"go\") (result i32) (local $at i32) (local $seen i32)
             (loop $words
               (local.set $seen (i32.or (local.get $seen) (i32.load (local.get $at))))
               (local.set $at (i32.add (local.get $at) (i32.const 4)))
               (br_if $words (i32.lt_u (local.get $at) (i32.const 1048576))))
             (local.set $at (i32.const 0))
             (loop $elements
               (if (i32.eqz (ref.is_null (table.get (local.get $at)))) (then (local.set $seen (i32.const 1))))
               (local.set $at (i32.add (local.get $at) (i32.const 1)))
               (br_if $elements (i32.lt_u (local.get $at) (i32.const 64))))
             (i32.or (local.get $seen) (global.get $g))))",
    )
    .unwrap();
    for module in [&marks, &looks, &marks, &looks] {
        let mut store = store(&engine, 100_000_000);
        let instance = Instance::new(&mut store, module, &[]).unwrap();
        let go = instance.get_typed_func::<(), i32>(&mut store, "go").unwrap();
        assert_eq!(go.call(&mut store, ()).unwrap(), 0, "something of the run before is there");
    }
}

/// WASM-033: one slot, used a thousand times, is still one slot; two at once are not to be had.
#[test]
fn slots_are_given_back_and_never_made_up() {
    let engine = engine();
    let empty = module(&engine, "(module (memory 1))").unwrap();
    for _ in 0..1_000 {
        Instance::new(store(&engine, 1_000), &empty, &[]).expect("the slot is free again");
    }
    let mut first = store(&engine, 1_000);
    Instance::new(&mut first, &empty, &[]).unwrap();
    assert!(Instance::new(store(&engine, 1_000), &empty, &[]).is_err(), "there is only one");
    drop(first);
    Instance::new(store(&engine, 1_000), &empty, &[]).expect("the slot is free again");
}

/// WASM-034: a trap looks at no stack, so that a storm of them is cheap.
#[test]
fn a_trap_makes_no_picture_of_the_stack() {
    let err = go("(module (func (export \"go\") (result i32) unreachable))", 1_000).unwrap_err();
    assert_eq!(err.downcast_ref::<Trap>(), Some(&Trap::UnreachableCodeReached));
    assert!(err.downcast_ref::<wasmtime::WasmBacktrace>().is_none());
}
