//! Programs made by chance, as somebody might send them: valid ones of any instructions, and valid ones
//! with some bytes bent. Whatever it is, it is compiled and runs to an end twice alike, or is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::compile::{compile, machine_code};
use super::features;
use crate::limits::Limits;
use model::Gas;
use std::fmt::Write;
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store, Trap};

/// Programs of `./test`, and of `./test --long`: a night's.
const PROGRAMS: (u64, u64) = (60, 10_000);
/// Bent copies of each.
const BENT: u32 = 4;
/// Gas of a run: all loops end with it.
const GAS: Gas = 100_000;
/// Bytes of memory of a run.
const MEMORY_BYTES: usize = 4 << 20;
/// How deep an expression goes.
const DEPTH: u32 = 4;
/// Functions of a program.
const FUNCTIONS: u32 = 4;

/// Numbers by chance, the same for the same seed (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: u32) -> u32 {
        u32::try_from(self.next() % u64::from(n)).unwrap()
    }

    fn of<'a>(&mut self, words: &'a str) -> &'a str {
        let count = u32::try_from(words.split(' ').count()).unwrap();
        let at = usize::try_from(self.below(count)).unwrap();
        words.split(' ').nth(at).unwrap()
    }

    fn number(&mut self) -> u64 {
        match self.below(4) {
            0 => u64::from(self.below(8)),
            1 => {
                [u64::MAX, 1 << 63, 1 << 31, (1 << 31) - 1, 0xffff, 65_536][self.below(6) as usize]
            }
            _ => self.next(),
        }
    }
}

/// An expression of a type, as text.
fn expression(dice: &mut Dice, kind: &str, depth: u32) -> String {
    if depth == 0 {
        return leaf(dice, kind);
    }
    let deeper = |dice: &mut Dice, kind: &str| expression(dice, kind, depth - 1);
    match dice.below(11) {
        0 => leaf(dice, kind),
        1 => {
            let (test, one, two) = (deeper(dice, "i32"), deeper(dice, kind), deeper(dice, kind));
            format!("(if (result {kind}) {test} (then {one}) (else {two}))")
        }
        2 => {
            let (value, test, other) =
                (deeper(dice, kind), deeper(dice, "i32"), deeper(dice, kind));
            format!("(block (result {kind}) (drop (br_if 0 {value} {test})) {other})")
        }
        3 => format!("(call ${kind}{} {})", dice.below(FUNCTIONS), deeper(dice, "i32")),
        4 => {
            let (at, place) = (deeper(dice, "i32"), deeper(dice, "i32"));
            format!("(call_indirect (type ${kind}) {at} {place})")
        }
        5 => format!("({kind}.load offset={} {})", dice.below(70_000), deeper(dice, "i32")),
        6 => format!("({kind}.load (i32.and (i32.const 65520) {}))", deeper(dice, "i32")),
        7 => converted(dice, kind, depth),
        _ => combined(dice, kind, depth),
    }
}

fn leaf(dice: &mut Dice, kind: &str) -> String {
    match (dice.below(3), kind) {
        (0, _) => format!("(local.get ${kind})"),
        (1, "i32") => format!("({})", ["memory.size", "global.get $g"][dice.below(2) as usize]),
        (_, "f64") => {
            let strange = "nan inf -inf -0 0x1p-1074 1e308 0.1 4294967296.5";
            format!("(f64.const {})", dice.of(strange))
        }
        (_, "i32") => format!("(i32.const {})", dice.number() as u32),
        _ => format!("(i64.const {})", dice.number()),
    }
}

/// One number from another type's, or from one of its own.
fn converted(dice: &mut Dice, kind: &str, depth: u32) -> String {
    let (word, from) = match kind {
        "i32" => dice
            .of("wrap_i64:i64 trunc_sat_f64_s:f64 trunc_f64_u:f64 clz:i32 popcnt:i32 eqz:i32 extend8_s:i32")
            .split_once(':'),
        "i64" => dice
            .of("extend_i32_s:i32 extend_i32_u:i32 trunc_f64_s:f64 trunc_sat_f64_u:f64 reinterpret_f64:f64 ctz:i64")
            .split_once(':'),
        _ => dice
            .of("convert_i32_s:i32 convert_i64_u:i64 reinterpret_i64:i64 sqrt:f64 nearest:f64 floor:f64 neg:f64")
            .split_once(':'),
    }
    .unwrap();
    format!("({kind}.{word} {})", expression(dice, from, depth - 1))
}

/// One number of two.
fn combined(dice: &mut Dice, kind: &str, depth: u32) -> String {
    let word = match kind {
        "f64" => dice.of("add sub mul div min max copysign"),
        _ => dice.of("add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr"),
    };
    let (left, right) = (expression(dice, kind, depth - 1), expression(dice, kind, depth - 1));
    format!("({kind}.{word} {left} {right})")
}

/// Something that is done.
fn statement(dice: &mut Dice) -> String {
    let kind = dice.of("i32 i64 f64");
    let value = expression(dice, kind, DEPTH);
    let place = expression(dice, "i32", 2);
    match dice.below(8) {
        0 => format!("({kind}.store {place} {value})"),
        1 => format!("(global.set $g {place})"),
        2 => format!("(drop (memory.grow {place}))"),
        3 => format!("(memory.fill {place} (i32.const 7) (i32.and {place} (i32.const 4095)))"),
        4 => format!("(memory.copy {place} (i32.const 64) (i32.const {}))", dice.below(70_000)),
        5 => format!("(loop (drop {value}) (br_if 0 {place}))"),
        _ => format!("(local.set ${kind} {value})"),
    }
}

/// A command-line program whose core module does this and that when it begins.
fn program(dice: &mut Dice) -> String {
    let mut functions = String::new();
    let mut names = String::new();
    for kind in ["i32", "i64", "f64"] {
        let _ = write!(functions, "(type ${kind} (func (param i32) (result {kind})))");
        for n in 0..FUNCTIONS {
            let statements: String = (0..dice.below(4)).map(|_| statement(dice)).collect();
            let answer = expression(dice, kind, DEPTH);
            let _ = write!(names, " ${kind}{n}");
            let _ = write!(
                functions,
                "(func ${kind}{n} (param $i32 i32) (result {kind}) (local $i64 i64) (local $f64 f64)
                   {statements} {answer})"
            );
        }
    }
    let begin: String = (0..dice.below(4)).map(|_| statement(dice)).collect();
    format!(
        "(component (core module $m
           (memory 1 {}) (table funcref (elem{names})) (global $g (mut i32) (i32.const {}))
           (data (i32.const {}) \"some text\")
           {functions}
           (func $begin (local $i32 i32) (local $i64 i64) (local $f64 f64) {begin})
           (func (export \"end\") (result i32) (i32.const 0))
           (start $begin))
         (core instance $c (instantiate $m))
         (func $run (result (result)) (canon lift (core func $c \"end\")))
         (instance $i (export \"run\" (func $run)))
         (export \"wasi:cli/run@0.2.0\" (instance $i)))",
        1 + dice.below(100),
        dice.number() as u32,
        dice.below(65_000),
    )
}

/// How a run ended, and the gas that was left.
fn ended(engine: &Engine, component: &Component) -> (String, Gas) {
    let mut store = Store::new(engine, Limits::new(MEMORY_BYTES));
    store.limiter(|limits| limits);
    store.set_fuel(GAS).unwrap();
    store.set_epoch_deadline(u64::MAX / 2);
    let end = match Linker::new(engine).instantiate(&mut store, component) {
        Ok(_) => "done".to_owned(),
        Err(err) => err.downcast_ref::<Trap>().map_or(err.to_string(), ToString::to_string),
    };
    (end, store.get_fuel().unwrap())
}

/// What becomes of a program; the same every time.
fn fate(engine: &Engine, wasm: &[u8]) -> String {
    if let Err(refused) = compile(wasm) {
        assert!(!refused.is_empty());
        return "refused".to_owned();
    }
    assert!(machine_code(wasm).unwrap() == machine_code(wasm).unwrap(), "the same code again");
    let component = Component::new(engine, wasm).unwrap();
    let first = ended(engine, &component);
    assert_eq!(ended(engine, &component), first, "the same end for the same gas");
    first.0
}

// WASM-026
#[test]
fn programs_made_by_chance_end_alike_or_are_refused() {
    let engine = Engine::new(&features::compiling()).unwrap();
    let long = std::env::var_os("ALLOT_LONG").is_some();
    let count = if long { PROGRAMS.1 } else { PROGRAMS.0 };
    let mut fates = std::collections::BTreeMap::<String, u32>::new();
    for seed in 1..=count {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let text = program(&mut dice);
        let wasm = wat::parse_str(&text).unwrap_or_else(|err| panic!("{seed}: {err}"));
        let end = fate(&engine, &wasm);
        assert_ne!(end, "refused", "{seed}: {:?}", compile(&wasm));
        *fates.entry(end).or_default() += 1;
        for _ in 0..BENT {
            let mut bent = wasm.clone();
            for _ in 0..=dice.below(3) {
                let at = dice.below(u32::try_from(bent.len()).unwrap()) as usize;
                bent[at] = dice.next() as u8;
            }
            *fates.entry(fate(&engine, &bent)).or_default() += 1;
        }
    }
    println!("{fates:?}");
    // Chance that never runs out of gas, never traps or never bends anything tells nothing.
    for end in [
        "refused",
        "done",
        "wasm trap: all fuel consumed by WebAssembly",
        "wasm trap: out of bounds memory access",
    ] {
        assert!(fates.contains_key(end), "none ended with {end}: {fates:?}");
    }
}
