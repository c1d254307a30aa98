//! Components that are made to take a compiler's time, or the reader's own. Each is refused by name.

use super::build::{Parts, app, body, component, whole};
use super::*;
use std::borrow::Cow;
use std::iter::repeat_n;
use wasm_encoder::{
    Alias, ComponentBuilder, ConstExpr, Elements, EntityType, ExportKind, GlobalType, RefType,
    TableType, TagKind, TagType, ValType,
};

/// A function more, with a body.
fn with(instructions: &[Instruction<'_>]) -> Vec<u8> {
    app(Parts::default().function(0, &[], instructions))
}

fn with_locals(count: u32, drops: usize) -> Vec<u8> {
    let body: Vec<_> =
        repeat_n([Instruction::LocalGet(0), Instruction::Drop], drops).flatten().collect();
    app(Parts::default().function(0, &[(count, ValType::I64)], &body))
}

fn branches(targets: usize, times: usize) -> Vec<u8> {
    let table = Instruction::BrTable(Cow::Owned(vec![0; targets]), 0);
    let body: Vec<_> = repeat_n([Instruction::I32Const(0), table, Instruction::Unreachable], times)
        .flatten()
        .collect();
    with(&body)
}

fn parts(edit: impl FnOnce(&mut Parts)) -> Vec<u8> {
    let mut parts = Parts::default();
    edit(&mut parts);
    app(parts)
}

fn table(elements: u64, table64: bool) -> TableType {
    TableType {
        element_type: RefType::FUNCREF,
        table64,
        minimum: elements,
        maximum: None,
        shared: false,
    }
}

/// A component around a component, and so on.
fn nested(depth: usize) -> Vec<u8> {
    let mut inner = component();
    for _ in 0..depth {
        let mut outer = component();
        outer.component(None, inner);
        inner = outer;
    }
    whole(inner, "run")
}

/// Each component is made of two of the one before it.
fn doubling(steps: u32) -> Vec<u8> {
    let none: [(String, ComponentExportKind, u32); 0] = [];
    let mut builder = component();
    let mut last = builder.component(None, component());
    for _ in 0..steps {
        let mut twice = ComponentBuilder::default();
        let before = twice.alias(
            None,
            Alias::Outer {
                kind: wasm_encoder::ComponentOuterAliasKind::Component,
                count: 1,
                index: last,
            },
        );
        for _ in 0..2 {
            twice.instantiate(None, before, none.clone());
        }
        last = builder.component(None, twice);
    }
    builder.instantiate(None, last, none);
    whole(builder, "run")
}

/// A component that is given a component, which may be one that comes after it.
fn given_a_component() -> Vec<u8> {
    let mut inner = component();
    let ty = inner.type_component(None, &wasm_encoder::ComponentType::new());
    inner.import("it", ComponentTypeRef::Component(ty));
    let mut builder = component();
    builder.component(None, inner);
    whole(builder, "run")
}

fn in_the_component(edit: impl FnOnce(&mut ComponentBuilder)) -> Vec<u8> {
    let mut builder = component();
    edit(&mut builder);
    whole(builder, "run")
}

fn each<T>(count: usize, mut add: impl FnMut(usize) -> T) {
    (0..count).for_each(|n| {
        add(n);
    });
}

/// What a function has too much of.
fn functions() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    vec![
        (
            "1,000 nested loops",
            with(&body::nested(1_000, true)),
            "has 65 loops inside of each other",
        ),
        ("10,000 loops in a row", with(&body::sequence(10_000, true)), "has 2001 loops"),
        ("5,000 nested blocks", with(&body::nested(5_000, false)), "has 4097 blocks inside"),
        ("30,000 blocks in a row", with(&body::sequence(30_000, false)), "has 20001 blocks"),
        ("10,000 locals", with_locals(10_000, 0), "has 10000 locals"),
        ("4 billion locals", with_locals(u32::MAX, 0), "locals; 1000 is the most"),
        ("900 locals in 90 KB", with_locals(900, 30_000), "locals times bytes"),
        ("a body of 1 MiB", with(&vec![Instruction::Nop; 1 << 20]), "has 1048578 bytes"),
        ("a br_table of 100,000", branches(100_000, 1), "has 100000 targets"),
        ("100 of 1,000", branches(1_000, 100), "has 21000 targets"),
    ]
}

/// What a module has too much of.
fn modules() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let one = |_: usize| Parts::default();
    let many = |count: usize| (1..count).fold(one(0), |parts, _| parts.function(0, &[], &[]));
    vec![
        // WASM-008
        ("20,001 functions", app(many(20_001)), "has 20001 functions"),
        ("10,000 types", parts(|p| each(10_000, |_| p.types.ty().function([], []))), "4001 types"),
        (
            "1,000 parameters",
            parts(|p| p.types.ty().function([ValType::I32; 1_000], [])),
            "1000 parameters",
        ),
        ("100 results", parts(|p| p.types.ty().function([], [ValType::I32; 100])), "100 results"),
        // WASM-003, WASM-005, WASM-006
        ("4 GiB of memory", app(one(0).memory(65_536, false, false)), "has 65536 pages"),
        (
            "100 memories",
            app((0..100).fold(one(0), |p, _| p.memory(1, false, false))),
            "100 memories",
        ),
        (
            "100 tables",
            parts(|p| each(100, |_| p.tables.table(table(1, false)).len())),
            "100 tables",
        ),
        (
            "a table of 10 million",
            parts(|p| {
                p.tables.table(table(10_000_000, false));
            }),
            "has 10000000 elements",
        ),
        (
            "10,000 globals",
            parts(|p| {
                each(10_000, |_| {
                    let ty = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
                    p.globals.global(ty, &ConstExpr::i32_const(0)).len()
                })
            }),
            "10000 globals",
        ),
        (
            "10,000 exports",
            parts(|p| {
                each(10_000, |n| p.exports.export(&n.to_string(), ExportKind::Func, 0).len())
            }),
            "10001 exports",
        ),
        (
            "10,000 imports",
            parts(|p| each(10_000, |_| p.imports.import("a", "b", EntityType::Function(0)).len())),
            "4001 imports",
        ),
        (
            "50,000 elements",
            parts(|p| {
                p.elements.passive(Elements::Functions(Cow::Owned(vec![0; 50_000])));
            }),
            "50000 elements in segments",
        ),
    ]
}

/// WASM-022, WASM-023: names, and what is beside the code.
fn names() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    vec![
        (
            "50 MB in a custom section",
            parts(|p| p.custom.push(("x".into(), vec![0; 50 << 20]))),
            "bytes; 25165824",
        ),
        (
            "9 MiB in a custom section",
            parts(|p| p.custom.push(("x".into(), vec![0; 9 << 20]))),
            "debug information",
        ),
        (
            "an export twice",
            parts(|p| {
                p.exports.export("run", ExportKind::Func, 0);
            }),
            "duplicate",
        ),
        (
            "a name of 1 MiB",
            parts(|p| {
                p.exports.export(&"x".repeat(1 << 20), ExportKind::Func, 0);
            }),
            "string size",
        ),
    ]
}

/// WASM-025, WASM-036: what is not on.
fn proposals() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let atomic = [Instruction::AtomicFence(wasm_encoder::Ordering::SeqCst)];
    vec![
        ("memory64", app(Parts::default().memory(1, true, false)), "memory64"),
        (
            "a table of 64 bits",
            parts(|p| {
                p.tables.table(table(1, true));
            }),
            "memory64",
        ),
        ("shared memory", app(Parts::default().memory(1, false, true)), "threads"),
        (
            "atomics",
            app(Parts::default().memory(1, false, false).function(0, &[], &atomic)),
            "threads",
        ),
        (
            "two memories",
            app(Parts::default().memory(1, false, false).memory(1, false, false)),
            "memories",
        ),
        (
            "tags",
            parts(|p| {
                p.tags.tag(TagType { kind: TagKind::Exception, func_type_idx: 0 });
            }),
            "exceptions",
        ),
        ("exceptions", with(&[Instruction::ThrowRef]), "exceptions"),
        ("vectors", with(&[Instruction::V128Const(0), Instruction::Drop]), "SIMD"),
        ("tail calls", with(&[Instruction::ReturnCall(0)]), "tail calls"),
        (
            "typed references",
            with(&[Instruction::RefFunc(0), Instruction::CallRef(0)]),
            "function references",
        ),
        (
            "garbage collection",
            parts(|p| {
                p.types.ty().struct_([]);
            }),
            "gc",
        ),
        ("wide arithmetic", with(&[Instruction::I64MulWideS]), "wide arithmetic"),
        (
            "stack switching",
            parts(|p| {
                p.types.ty().cont(&wasm_encoder::ContType(0));
            }),
            "stack switching",
        ),
        (
            "async between components",
            in_the_component(|c| {
                c.task_cancel();
            }),
            "async",
        ),
    ]
}

/// COMP-015: the component itself.
fn components() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let of = |name: &str, c: &mut ComponentBuilder| {
        let ty = c.type_instance(None, &InstanceType::new());
        c.import(name, ComponentTypeRef::Instance(ty));
    };
    vec![
        ("20 components deep", nested(20), "9 components inside of each other"),
        (
            "100 components",
            in_the_component(|c| each(100, |_| c.component(None, component()))),
            "65 components",
        ),
        (
            "100 modules",
            in_the_component(|c| each(100, |_| c.core_module(None, &wasm_encoder::Module::new()))),
            "65 modules",
        ),
        // WASM-006
        (
            "10,000 instances",
            in_the_component(|c| {
                let module = c.core_module(None, &wasm_encoder::Module::new());
                let none: [(&str, wasm_encoder::ModuleArg); 0] = [];
                each(10_000, |_| c.core_instantiate(None, module, none));
            }),
            "161 instances of modules",
        ),
        ("doubling 40 times", doubling(40), "instances when all components are unfolded"),
        ("a component given", given_a_component(), "imports it by itself"),
        (
            "10,000 types",
            in_the_component(|c| each(10_000, |_| c.type_instance(None, &InstanceType::new()))),
            "10000 types",
        ),
        (
            "a type of 300 KB",
            in_the_component(|c| {
                let mut ty = InstanceType::new();
                each(100_000, |_| ty.ty().instance(&InstanceType::new()));
                c.type_instance(None, &ty);
            }),
            "bytes of types",
        ),
        (
            "20,000 aliases",
            in_the_component(|c| {
                c.component(None, component());
                each(20_000, |_| {
                    c.alias(
                        None,
                        Alias::Outer {
                            kind: wasm_encoder::ComponentOuterAliasKind::Component,
                            count: 0,
                            index: 0,
                        },
                    )
                });
            }),
            "20000 aliases",
        ),
        (
            "300 imports",
            in_the_component(|c| each(300, |n| of(&format!("wasi:io/poll@0.2.{n}"), c))),
            "imports",
        ),
    ]
}

#[test]
fn each_is_refused_by_name() {
    let all = [functions(), modules(), names(), proposals(), components()];
    for (name, wasm, expect) in all.into_iter().flatten() {
        let text = refusal(&wasm);
        assert!(text.contains(expect), "{name}: {text:?}");
        assert!(text.len() < 700 && text.ends_with(['.', ' ']), "{name}: {text}");
    }
}

#[test]
fn what_is_just_within_the_limits_is_taken() {
    for (name, wasm) in [
        ("64 nested loops", with(&body::nested(64, true))),
        ("2,000 loops in a row", with(&body::sequence(2_000, true))),
        ("4,096 nested blocks", with(&body::nested(4_096, false))),
        ("1,000 locals", with_locals(1_000, 0)),
        ("20,000 targets", branches(20_000, 1)),
        ("32 MiB of memory", app(Parts::default().memory(512, false, false))),
        ("8 doublings", doubling(7)),
        ("6 components deep", nested(6)),
    ] {
        assert_eq!(refusal(&wasm), "", "{name}");
    }
}
