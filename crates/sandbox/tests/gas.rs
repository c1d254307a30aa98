//! What fixed programs cost in gas with this guest. Receipts are replayed by these numbers, so a
//! change is a new guest and a decision: look at it, then `ALLOT_GOLDEN=1 cargo nextest run -p
//! sandbox --test gas` writes the file anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use model::{Ending, Value};
use std::fmt::Write;
use support::{Desk, HERE, PAGE_GAS, run_with};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gas.txt");

/// Each has a name and a whole main.lua.
const PROGRAMS: &[(&str, &str)] = &[
    ("nothing", "function view() end"),
    (
        "a loop of a million",
        "function view() local n = 0 for i = 1, 1000000 do n = n + i end return n end",
    ),
    (
        "fib 20",
        "local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end function view() return fib(20) end",
    ),
    (
        "a thousand strings",
        "function view() local t = {} for i = 1, 1000 do t[i] = 'row ' .. i end return table.concat(t, ',') end",
    ),
    (
        "a thousand floats",
        "function view() local t = {} for i = 1, 1000 do t[i] = tostring(i / 7) end return #t end",
    ),
    (
        "sorting a thousand",
        "function view() local t = {} for i = 1, 1000 do t[i] = (i * 7919) % 1000 end table.sort(t) return t[1] end",
    ),
    (
        "patterns",
        "function view() return (('the quick brown fox '):rep(50):gsub('%w+', string.upper)) end",
    ),
    ("a thousand caught errors", "function view() for i = 1, 1000 do pcall(error, { i }) end end"),
    (
        "a thousand yields",
        "function view() local c = coroutine.wrap(function() while true do coroutine.yield() end end) for i = 1, 1000 do c() end end",
    ),
    ("collecting", "function view() for i = 1, 100000 do local t = { i } end end"),
    (
        "an infinity of randomness",
        "function view() local n = 0 for i = 1, 1000 do n = n + math.random(1000) end return n end",
    ),
    (
        "ten calls",
        "function view() for i = 1, 10 do store.set('k', { n = i }) end return store.get('k') end",
    ),
    ("a megabyte to and fro", "function view() return #text.same(('x'):rep(1024):rep(1024)) end"),
    ("a page", PAGE),
];

const PAGE: &str = r#"
settings{ title = { "Title", default = "Ten rows" } }
function view(ctx)
  local rows = {}
  for i = 1, 10 do
    rows[i] = ui.row{ ui.text("row " .. i), ui.button{ "Up", on = "up", args = { key = i } } }
  end
  return ui.page{ settings.title, ui.heading "Scores", ui.section{ "Rows", table.unpack(rows) } }
end
function on.up(ctx, args) store.add(args.key, 1) end
"#;

#[test]
fn fixed_programs_cost_what_they_did() {
    let mut found = format!("guest {}\n", HERE.guest_hash());
    writeln!(found, "engine {}", HERE.engine_version()).unwrap();
    for (name, main) in PROGRAMS {
        let run = || run_with(&mut Desk::default(), &[("main.lua", main)], PAGE_GAS, 32 << 20);
        let outcome = run();
        assert_eq!(outcome.ending, Ending::Done, "{name}: {outcome:?}");
        assert_eq!(run().gas, outcome.gas, "{name}: the same twice");
        writeln!(found, "{:>11} {name}", outcome.gas).unwrap();
    }
    if std::env::var_os("ALLOT_GOLDEN").is_some() {
        std::fs::write(GOLDEN, &found).unwrap();
    }
    let golden = std::fs::read_to_string(GOLDEN).unwrap_or_default();
    assert_eq!(found, golden, "this is a new guest: see the first lines of this file");
}

/// The seed is in the gas only as far as the script asks for it.
#[test]
fn an_answer_is_the_same_with_the_same_seed() {
    let main = "function view() local t = {} for i = 1, 5 do t[i] = math.random() end return t end";
    let run = || run_with(&mut Desk::default(), &[("main.lua", main)], PAGE_GAS, 32 << 20);
    let first = run();
    assert!(matches!(&first.answer, Value::List(items) if items.len() == 5), "{first:?}");
    assert_eq!(run().answer, first.answer);
}
