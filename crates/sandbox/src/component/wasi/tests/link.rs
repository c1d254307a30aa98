//! What links: everything that our WIT says, and no more than that can be called.

use super::super::link;
use super::guest::{Guest, NOW, State, encode_for, resolve, why};
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine};
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{ManglingAndAbi, Resolve};

/// A component that imports all of a world and does nothing.
fn idle(world: &str) -> Vec<u8> {
    let resolve = resolve();
    let package = resolve.packages.iter().next_back().unwrap().0;
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    let mut module = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
}

/// The WIT and the code say the same: each function of the one has a match in the other.
#[test]
fn everything_that_the_wit_says_is_there() {
    let engine = Engine::new(&Config::new()).unwrap();
    for world in ["one", "proxy", "command"] {
        let component = Component::new(&engine, idle(world)).unwrap();
        let mut linker: Linker<State> = Linker::new(&engine);
        link(&mut linker).unwrap();
        linker.instantiate_pre(&component).unwrap_or_else(|err| panic!("{world}: {err:?}"));
    }
}

/// What a later version has more than ours can be imported, and not called.
#[test]
fn a_guest_of_a_later_version_runs_as_far_as_it_knows_ours() {
    let mut later = Resolve::default();
    later.push_str("later.wit", include_str!("guests/later.wit")).unwrap();
    let module = |body: &str| {
        format!(
            "(module
              (import \"wasi:clocks/monotonic-clock@0.2.99\" \"now\" (func $now (result i64)))
              (import \"wasi:clocks/monotonic-clock@0.2.99\" \"tomorrow\"
                (func $tomorrow (result i64)))
              (import \"wasi:clocks/timezone@0.2.99\" \"utc-offset\"
                (func $offset (param i64) (result i32)))
              (memory (export \"memory\") 1)
              (func (export \"go\") (param i64) (result i64) {body}))"
        )
    };
    let go = |body: &str| {
        let bytes = encode_for(&later, "later", &module(body));
        Guest::load(&bytes).unwrap().go(0).0
    };
    assert_eq!(go("(call $now)").unwrap().cast_signed(), NOW * 1_000_000_000);
    for (body, name) in [
        ("(call $tomorrow)", "wasi:clocks/monotonic-clock#tomorrow"),
        ("(i64.extend_i32_s (call $offset (i64.const 0)))", "wasi:clocks/timezone#utc-offset"),
    ] {
        assert_eq!(why(go(body)), format!("not part of what an app has here: {name}"));
    }
}
