//! Components that are taken, and what is said of those that are not.

mod bombs;
mod build;
mod random;

use super::*;
use build::{Parts, app, body, component, whole};
use std::collections::HashSet;
use wasm_encoder::{
    ComponentExportKind, ComponentTypeRef, InstanceType, Instruction, NameMap, NameSection,
};

/// The text of a refusal; empty for what is taken.
fn refusal(wasm: &[u8]) -> String {
    check(wasm).err().map(|problem| problem.public).unwrap_or_default()
}

/// A component that imports so, and runs.
fn importing(imports: &[&str]) -> Vec<u8> {
    let mut builder = component();
    for name in imports {
        let ty = builder.type_instance(None, &InstanceType::new());
        builder.import(*name, ComponentTypeRef::Instance(ty));
    }
    whole(builder, "run")
}

#[test]
fn the_least_component_is_an_app() {
    let shape = check(&app(Parts::default())).unwrap();
    assert_eq!((shape.kind, shape.imports.len(), shape.code_bytes), (Kind::App, 0, 2));
    assert_eq!(shape.compile_gas(), 2 * limits::COMPILE_GAS_PER_BYTE);
}

#[test]
fn it_is_told_what_a_component_will_ask_for() {
    let imports = [
        "allotment:app/store@1.0.0",
        "allotment:app/git@1.2.0",
        "allotment:app/http@1.0.0",
        "wasi:http/outgoing-handler@0.2.6",
        "wasi:io/poll@0.2.12",
    ];
    let shape = check(&importing(&imports)).unwrap();
    assert_eq!(Vec::from_iter(shape.families()), ["git", "http", "store", "wasi:http", "wasi:io"]);
    assert_eq!(Vec::from_iter(shape.grants()), ["git.read", "git.write", "http.fetch"]);
}

#[test]
fn an_import_that_is_not_here_is_named() {
    for name in ["wasi:keyvalue/store@0.2.0", "allotment:app/root@1.0.0", "evil:app/store@1.0.0"] {
        let text = refusal(&importing(&[name]));
        assert!(text.contains(name) && text.contains("wit/"), "{text}");
    }
    let text = refusal(&importing(&["wasi:io/poll@0.3.0"]));
    assert!(text.contains("0.2.0"), "the versions there are: {text}");
}

#[test]
fn what_wakes_it_is_told_by_its_exports() {
    for (export, kind) in [
        ("wasi:http/incoming-handler@0.2.3", Some(Kind::Proxy)),
        ("wasi:cli/run@0.2.0", Some(Kind::Command)),
        ("wasi:cli/run@0.3.0", None),
        ("wasi:http/outgoing-handler@0.2.3", None),
    ] {
        let mut builder = component();
        let none: [(&str, ComponentExportKind, u32); 0] = [];
        let instance = builder.instantiate_exports(None, none);
        builder.export(export, ComponentExportKind::Instance, instance, None);
        let found = check(&builder.finish());
        assert_eq!(found.as_ref().ok().map(|shape| shape.kind), kind, "{export}");
        if let Err(problem) = found {
            assert!(problem.public.contains("exports nothing"), "{export}: {}", problem.public);
        }
    }
    let text = refusal(&whole(component(), "main"));
    assert!(text.contains("Export `run`"), "{text}");
}

// WASM-027, WASM-029
#[test]
fn other_files_are_no_components() {
    let module = Parts::default().module();
    for (bytes, expect) in [
        (&b""[..], "not a wasm component"),
        (b"return {}", "not a wasm component"),
        (b"\x7fELF\x02\x01\x01\x00 compiled code", "not a wasm component"),
        (b"\0asm", "not a wasm component"),
        (b"\0asm\x0d\x00\x02\x00", "not a wasm component"),
        (&module, "core module"),
    ] {
        let text = refusal(bytes);
        assert!(text.contains(expect), "{text}");
    }
}

#[test]
fn the_place_is_named_as_the_tools_of_the_person_name_it() {
    let deep: Vec<Instruction<'_>> = body::nested(65, true);
    for (name, shown) in [
        ("deep", "Function 1 (deep) of module 0, at byte "),
        ("a\u{1b}[31m\u{202e}b", "Function 1 (a\u{fffd}[31m\u{fffd}b) of"),
        (&"n".repeat(500), &format!("Function 1 ({}…) of", "n".repeat(80))),
    ] {
        let mut names = NameSection::new();
        let mut functions = NameMap::new();
        functions.append(1, name);
        names.functions(&functions);
        let mut parts = Parts::default().function(0, &[], &deep);
        parts.names = Some(names);
        let text = refusal(&app(parts));
        assert!(text.contains(shown), "{text}");
        assert!(text.contains("has 65 loops inside of each other; 64 is the most."), "{text}");
    }
    let text = refusal(&app(Parts::default().function(0, &[], &deep)));
    assert!(text.contains("Function 1 of module 0, at byte "), "{text}");
}

#[test]
fn limits_say_what_is_counted_and_what_to_do() {
    let mut seen = HashSet::new();
    for limit in LIMITS {
        assert!(limit.max > 0 && seen.insert((limit.what, limit.max)), "{limit:?}");
        assert!(limit.advice.ends_with('.'), "{limit:?}");
    }
}

#[test]
fn the_proposals_are_those_of_the_engine() {
    let on: Vec<&str> = features::ON.iter_names().map(|(name, _)| name).collect();
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
            "EXTENDED_CONST",
            "COMPONENT_MODEL",
        ]
    );
}
