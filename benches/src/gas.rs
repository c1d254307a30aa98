//! What a gas is worth: nanoseconds of CPU per gas, by kinds of instructions and by host calls, each
//! in a program that does nothing else until its gas is used up. Nothing may be ten times as cheap as
//! something else, or it is what an attacker buys.

use crate::clock::timed;
use crate::gas_calls::CALLS;
use crate::{Failure, component};
use model::gas::Price;
use model::{Ending, Level, Moment, Value};
use sandbox::{Class, Config, Host, Outcome, Program, Refusal, Run, Sandbox, Script};
use std::collections::BTreeMap;
use std::time::Duration;
use testkit::Place;

/// The dearest may cost so many times what the cheapest costs.
const GOAL_SPREAD: f64 = 10.0;
/// What costs one gas a byte, the least there is, and takes much less time than that: these are too
/// dear, which harms nobody, and no table can make them cheaper.
const DEAR: [&str; 2] = ["fill memory", "copy memory"];
/// Gas of a program: more than ten milliseconds of anything.
const GAS: u64 = 100_000_000;
/// Runs of each, of which the fastest counts: what else the machine did is not the gas's.
const ROUNDS: usize = 3;
const MEMORY_BYTES: usize = 32 << 20;

/// Kinds of instructions, as the body of a loop without an end. `$x` and `$y` are i64, `$f` is f64
/// and `$i` an i32 that counts up.
const INSTRUCTIONS: &[(&str, &str)] = &[
    (
        "i64 add, xor",
        "(local.set $x (i64.xor (i64.add (local.get $x) (i64.const 7)) (local.get $y)))",
    ),
    ("i64 multiply", "(local.set $x (i64.mul (local.get $x) (i64.const 6364136223846793005)))"),
    (
        "i64 divide",
        "(local.set $x (i64.add (i64.const 9000000000000000000) (i64.div_u (local.get $x) (i64.or (local.get $y) (i64.const 3)))))",
    ),
    (
        "f64 add, multiply",
        "(local.set $f (f64.add (f64.mul (local.get $f) (f64.const 0.999)) (f64.const 1.5)))",
    ),
    (
        "f64 divide, root",
        "(local.set $f (f64.sqrt (f64.add (f64.const 2) (f64.div (local.get $f) (f64.const 1.7)))))",
    ),
    (
        "load, store in order",
        "(i64.store (i32.and (i32.shl (local.get $i) (i32.const 3)) (i32.const 32760)) (i64.add (local.get $x) (i64.load (i32.and (i32.shl (local.get $i) (i32.const 3)) (i32.const 32760)))))",
    ),
    (
        "load all over memory",
        "(local.set $y (i64.mul (i64.add (local.get $y) (i64.const 1)) (i64.const 6364136223846793005))) (local.set $x (i64.add (local.get $x) (i64.load (i32.and (i32.wrap_i64 (i64.shr_u (local.get $y) (i64.const 30))) (i32.const 16777208)))))",
    ),
    (
        "branches nobody foresees",
        "(local.set $y (i64.mul (i64.add (local.get $y) (i64.const 1)) (i64.const 6364136223846793005))) (if (i64.lt_s (local.get $y) (i64.const 0)) (then (local.set $x (i64.add (local.get $x) (i64.const 1)))) (else (local.set $x (i64.sub (local.get $x) (i64.const 3)))))",
    ),
    ("calls", "(local.set $x (call $one (local.get $x)))"),
    (
        "calls by table",
        "(local.set $x (call_indirect (type $t) (local.get $x) (i32.and (local.get $i) (i32.const 1))))",
    ),
    ("globals", "(global.set $g (i64.add (global.get $g) (i64.const 1)))"),
    ("fill memory", "(memory.fill (i32.const 65536) (local.get $i) (i32.const 65536))"),
    ("copy memory", "(memory.copy (i32.const 65536) (i32.const 262144) (i32.const 65536))"),
    ("grow memory", "(drop (memory.grow (i32.const 0)))"),
    (
        "conversions",
        "(local.set $x (i64.add (i64.trunc_sat_f64_s (f64.convert_i64_s (local.get $x))) (i64.const 3)))",
    ),
    (
        "bits",
        "(local.set $x (i64.rotl (i64.add (i64.popcnt (local.get $x)) (i64.clz (local.get $y))) (local.get $x)))",
    ),
];

/// Lua, as the body of a loop without an end.
const LUA: &[(&str, &str)] = &[
    ("Lua: numbers", "x = (x * 3 + 1) % 1000003"),
    ("Lua: tables", "t[x % 100 + 1] = { x, y = x }; x = x + 1"),
    ("Lua: strings", "s = (\"%d/%s\"):format(x, s):sub(1, 20); x = x + 1"),
    (
        "Lua: concatenate",
        "local p = {}; for i = 1, 50 do p[i] = s end; s = table.concat(p):sub(1, 9)",
    ),
    ("Lua: patterns", "n = (\"the quick brown fox jumps\"):gsub(\"%w+\", string.upper)"),
    ("Lua: long strings", "n = #string.rep(\"x\", 100000)"),
    ("Lua: sort", "local p = {}; for i = 1, 100 do p[i] = (i * 7919) % 101 end; table.sort(p)"),
    (
        "Lua: closures, calls",
        "local function f(a) return function() return a end end; x = f(x)() + 1",
    ),
    ("Lua: caught errors", "pcall(error, \"x\")"),
    ("Lua: coroutines", "local c = coroutine.wrap(function() coroutine.yield(1) end); c(); c()"),
];

/// Prints nanoseconds per gas of everything, and how far they are apart.
pub(crate) fn print() -> Result<(), Failure> {
    let sandbox = Sandbox::new(Config { slots: 2, ..Config::default() })?;
    let mut found = Vec::new();
    for (name, body) in INSTRUCTIONS {
        let program = looping(body);
        found.push((*name, measured(|| spent(&sandbox, &program))?));
    }
    for (name, body) in LUA {
        let main = format!(
            "function view() local x, s, t, n = 1, \"seed\", {{}}, 0 while true do {body} end end"
        );
        let files = BTreeMap::from([("main.lua".to_owned(), main)]);
        let program = Program::Lua(Script { files, main: "main.lua".into() });
        found.push((*name, measured(|| spent(&sandbox, &program))?));
    }
    let place = Place::new();
    let ana = place.person("ana", Level::Admin);
    for (at, (name, before, body)) in CALLS.iter().enumerate() {
        let main = format!(
            "function view() {before} for i = 1, 1 / 0 do {body} end end function on.go() {before} for i = 1, 900 do {body} end end"
        );
        let app = place.app(&ana, &format!("bench-{at}"), &main);
        let writes = name.starts_with("writes");
        let run = || {
            let (time, ran) = timed(|| match writes {
                true => place.press(&app, &ana, "go", Value::Nil),
                false => place.look(&app, Some(&ana)),
            });
            let expected = if writes { Ending::Done } else { Ending::OutOfGas };
            let told = format!("{name}: {:?} {}", ran.ending, ran.message);
            (ran.ending == expected).then_some((time, ran.receipt.gas)).ok_or(told)
        };
        found.push((*name, measured(run)?));
    }
    found.sort_by(|a, b| a.1.total_cmp(&b.1));
    println!("\nWhat a gas is worth, in nanoseconds of CPU:");
    for (name, worth) in &found {
        println!("  {worth:7.3}  {name}");
    }
    let priced: Vec<_> = found.iter().filter(|(name, _)| !DEAR.contains(name)).collect();
    let (Some(least), Some(most)) = (priced.first(), priced.last()) else { return Ok(()) };
    println!(
        "  {:.1} times between the cheapest and the dearest (goal {GOAL_SPREAD}), without {}, which cost one gas a byte",
        most.1 / least.1,
        DEAR.join(" and ")
    );
    Ok(())
}

/// The least nanoseconds per gas of some rounds.
fn measured(mut run: impl FnMut() -> Result<(f64, u64), String>) -> Result<f64, Failure> {
    let mut least = f64::INFINITY;
    for _ in 0..ROUNDS {
        let (time, gas) = run()?;
        least = least.min(time * 1e9 / gas.max(1) as f64);
    }
    Ok(least)
}

fn spent(sandbox: &Sandbox, program: &Program) -> Result<(f64, u64), String> {
    let run = Run {
        program,
        trigger: "view",
        handler: "",
        ctx: Value::Nil,
        args: Vec::new(),
        settings: BTreeMap::new(),
        seed: [7; 32],
        now: Moment(0),
        tz: "UTC",
        gas: GAS,
        memory_bytes: MEMORY_BYTES,
        computing: Duration::from_secs(60),
        class: Class::Members,
    };
    let (time, outcome) = timed(|| sandbox.run(&run, &mut Nobody));
    let Outcome { ending, message, gas, .. } = outcome;
    (ending == Ending::OutOfGas).then_some((time, gas)).ok_or(format!("{ending:?} {message}"))
}

fn looping(body: &str) -> Program {
    let again = "(local.set $i (i32.add (local.get $i) (i32.const 1)))";
    component::app(
        "",
        &format!(
            r#"
  (type $t (func (param i64) (result i64)))
  (global $g (mut i64) (i64.const 0))
  (table 2 funcref) (elem (i32.const 0) $one $two)
  (func $one (param i64) (result i64) (i64.add (local.get 0) (i64.const 1)))
  (func $two (param i64) (result i64) (i64.xor (local.get 0) (i64.const 5)))
  (func (export "run") (param i32) (result i32) (local $i i32) (local $x i64) (local $y i64) (local $f f64)
    (drop (memory.grow (i32.const 300)))
    (loop $on {body} {body} {body} {body} {again} (br $on))
    unreachable)"#
        ),
    )
}

/// Nothing is to be asked.
struct Nobody;

impl Host for Nobody {
    fn price(&mut self, name: &str) -> Result<Price, Refusal> {
        Err(Refusal { kind: sandbox::RefusalKind::Error, text: format!("there is no {name}") })
    }

    fn call(&mut self, name: &str, _: Vec<Value>) -> Result<Value, Refusal> {
        self.price(name).map(|_| Value::Nil)
    }
}
