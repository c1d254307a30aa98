//! Components for tests: a core module as text, made a component of the package in `wit/`.

use sandbox::{Component, Program};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// What every module here has: memory that grows by itself when the host hands something over, and
/// `$ok`, which writes an answer (`kind` of the variant, text) and gives its place.
pub const PRELUDE: &str = r#"
  (memory (export "memory") 1)
  (global $free (mut i32) (i32.const 32768))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
    (global.set $free (i32.add (local.get $at) (local.get 3)))
    (if (i32.gt_u (global.get $free) (i32.mul (memory.size) (i32.const 65536)))
      (then (if (i32.eq (memory.grow (i32.add (i32.const 1)
          (i32.div_u (local.get 3) (i32.const 65536)))) (i32.const -1)) (then unreachable))))
    (local.get $at))
  (func $ok (param $kind i32) (param $text i32) (param $len i32) (result i32)
    (i32.store8 (i32.const 1024) (i32.const 0))
    (i32.store8 (i32.const 1028) (local.get $kind))
    (i32.store (i32.const 1032) (local.get $text))
    (i32.store (i32.const 1036) (local.get $len))
    (i32.const 1024))
  (func $fail (param $kind i32) (param $text i32) (param $len i32) (result i32)
    (drop (call $ok (local.get $kind) (local.get $text) (local.get $len)))
    (i32.store8 (i32.const 1024) (i32.const 1))
    (i32.store8 (i32.const 1028) (local.get $kind))
    (i32.store (i32.const 1032) (local.get $text))
    (i32.store (i32.const 1036) (local.get $len))
    (i32.const 1024))
"#;

/// A program: imports, then the rest of a module, whose `run` takes the place of its arguments and
/// gives the place of its answer.
pub fn app(imports: &str, rest: &str) -> Program {
    program(made(&format!("(module {imports} {PRELUDE} {rest})")))
}

/// The program of these bytes.
pub fn program(wasm: Vec<u8>) -> Program {
    let hash = Sha256::digest(&wasm).into();
    Program::Component(Component { hash, read: Arc::new(move || Ok(wasm.clone())) })
}

/// `wit/`, as seen from the crate whose test this is.
fn wit_folder() -> &'static str {
    if std::path::Path::new("../../wit").exists() { "../../wit" } else { "../wit" }
}

/// The component made of a core module.
pub fn made(text: &str) -> Vec<u8> {
    let mut module = wat::parse_str(text).unwrap_or_else(|err| panic!("{err}"));
    let mut wit = Resolve::default();
    let (package, _) = wit.push_dir(wit_folder()).expect("the package");
    let world = wit.select_world(&[package], Some("app")).expect("the world");
    embed_component_metadata(&mut module, &wit, world, StringEncoding::UTF8).expect("its types");
    ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .and_then(|mut encoder| encoder.encode())
        .unwrap_or_else(|err| panic!("{err:?}"))
}
