//! Any bytes at all: the answer is a shape or a sentence.

use super::build::{Parts, app, body};
use super::*;
use proptest::prelude::*;

/// A component with a bit of everything.
fn seed() -> Vec<u8> {
    let loops = body::nested(3, true);
    app(Parts::default().memory(1, false, false).function(
        0,
        &[(3, wasm_encoder::ValType::I32)],
        &loops,
    ))
}

fn is_told(wasm: &[u8]) -> std::result::Result<(), TestCaseError> {
    if let Err(problem) = check(wasm) {
        let text = problem.public;
        prop_assert!(text.starts_with(|c: char| c == 'm' || c.is_ascii_uppercase()), "{}", text);
        prop_assert!(text.len() < 700 && !text.chars().any(char::is_control), "{}", text);
    }
    Ok(())
}

proptest! {
    #[test]
    fn bytes_behind_a_header(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        is_told(&[b"\0asm\x0d\0\x01\0", &bytes[..]].concat())?;
    }

    #[test]
    fn bytes_in_a_module(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let mut wasm = b"\0asm\x0d\0\x01\0\x01".to_vec();
        wasm.push(8 + u8::try_from(bytes.len()).unwrap_or(0));
        wasm.extend(b"\0asm\x01\0\0\0");
        wasm.extend(&bytes);
        is_told(&wasm)?;
    }

    #[test]
    fn bytes_changed(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut wasm = seed();
        for (at, byte) in changes {
            let at = at.index(wasm.len());
            wasm[at] = byte;
        }
        is_told(&wasm)?;
    }
}

#[test]
fn a_component_cut_anywhere() {
    let wasm = seed();
    assert!(check(&wasm).is_ok());
    for end in 0..wasm.len() {
        is_told(&wasm[..end]).unwrap();
        assert!(check(&wasm[..end]).is_err(), "{end}");
    }
}
