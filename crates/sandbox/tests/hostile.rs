//! Hostile scripts end cleanly: by an ending of their own, never by a failure of ours, charged no
//! more than they were given, and the sandbox runs the next as if nothing had been.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use model::{Ending, Value};
use sandbox::Outcome;
use support::{Desk, PAGE_GAS, run_in, run_with, view};

/// Gas for the rows of the table, which were written without a thought of gas: that of a schedule.
const TABLE_GAS: u64 = 4_000_000_000;

use Ending::{Done, OutOfGas, OutOfMemory, Stopped};

/// Each with the ending it must come to and a part of the message.
const CASES: &[(&str, Ending, &str)] = &[
    // loops
    ("::again:: goto again", OutOfGas, "main.lua:1: out of gas"),
    ("for i = 1, math.huge do end", OutOfGas, "main.lua:1: out of gas"),
    ("for i = 1, math.maxinteger do end", OutOfGas, "main.lua:1: out of gas"),
    ("repeat until false", OutOfGas, "main.lua:1: out of gas"),
    ("while true do pcall(error) end", OutOfGas, "main.lua:1: out of gas"),
    ("while true do coroutine.wrap(function() error('x') end) end", OutOfGas, "out of gas"),
    ("local function f() return f() end return f()", OutOfGas, "main.lua:1: out of gas"),
    ("pcall(function() while true do end end) return 'survived'", OutOfGas, "out of gas"),
    ("coroutine.wrap(function() while true do end end)()", OutOfGas, "main.lua:1: out of gas"),
    (
        "setmetatable({}, { __gc = function() while true do end end }) collectgarbage()",
        OutOfGas,
        "out of gas",
    ),
    (
        "do local x <close> = setmetatable({}, { __close = function() while true do end end }) end",
        OutOfGas,
        "out of gas",
    ),
    (
        "local n = 25 return string.find(('a'):rep(n), ('a?'):rep(n) .. ('a'):rep(n) .. 'c')",
        OutOfGas,
        "out of gas",
    ),
    ("return table.move({}, 1, math.maxinteger - 1, 2)", OutOfGas, "out of gas"),
    (
        "return table.concat(setmetatable({}, { __len = function() return 1e9 end, __index = function() return '' end }))",
        OutOfGas,
        "out of gas",
    ),
    // deep recursion
    ("local function f() return 1 + f() end return f()", Stopped, "main.lua:1: stack overflow"),
    ("local function f(s) return (s:gsub('.', f)) end return f('x')", Stopped, "C stack overflow"),
    ("local function f() table.sort({ 1, 2, 3 }, f) end return f()", Stopped, "C stack overflow"),
    ("local function f() return (load(f)) and '' end return f()", Done, ""),
    (
        "local t = setmetatable({}, {}) getmetatable(t).__index = function(s, k) return s[k .. 'x'] end return t.a",
        Stopped,
        "C stack overflow",
    ),
    (
        "local m = {} m.__concat = function(a, b) return a .. b end return setmetatable({}, m) .. setmetatable({}, m)",
        Stopped,
        "C stack overflow",
    ),
    (
        "local m = {} m.__tostring = function(x) return tostring(x) end return tostring(setmetatable({}, m))",
        Stopped,
        "C stack overflow",
    ),
    (
        "local m = {} m.__tostring = function(x) return ('%s'):format(x) end return tostring(setmetatable({}, m))",
        Stopped,
        "C stack overflow",
    ),
    (
        "local m = {} m.__index = function(t) return table.concat(t, ',', 1, 2) end return setmetatable({}, m)[1]",
        Stopped,
        "C stack overflow",
    ),
    // the dearest frame of C at each level, and the deepest leaf on top of it
    (
        "local a, p = ('a'):rep(198), ('.?'):rep(198) local function f(s) string.find(a, p) return (s:gsub('.', f)) end return f('x')",
        Stopped,
        "C stack overflow",
    ),
    (
        "local function f(s) return (s:gsub('.', coroutine.wrap(f))) end return f('x')",
        Stopped,
        "C stack overflow",
    ),
    (
        "local function f() local n, t = 0, {} for i = 1, 100 do t[i] = -i end table.sort(t, function(a, b) n = n + 1 if n == 300 then f() end return a < b end) end return f()",
        Stopped,
        "C stack overflow",
    ),
    (
        "local m = {} m.__tostring = function(x) return (('x'):gsub('.', function() return ('%s'):format(x) end)) end return tostring(setmetatable({}, m))",
        Stopped,
        "C stack overflow",
    ),
    ("local function f() return pcall(f) end return f()", Done, ""),
    ("local function f() return xpcall(f, f) end return f()", Done, ""),
    ("local function f() coroutine.wrap(f)() end return f()", Stopped, "C stack overflow"),
    ("return load(('('):rep(250) .. '1' .. (')'):rep(250))", Done, ""),
    ("return assert(load(('('):rep(1e5)))", Stopped, "C stack overflow"),
    ("return assert(load(('function f() '):rep(250)))", Stopped, "C stack overflow"),
    ("return assert(load('return ' .. ('{'):rep(1e5)))", Stopped, "C stack overflow"),
    ("return assert(load(('do '):rep(1e5)))", Stopped, "C stack overflow"),
    ("return assert(load('return ' .. ('- '):rep(1e4) .. '1'))", Stopped, "C stack overflow"),
    (
        "local t = {} for i = 1, 3000 do t = setmetatable({}, { __index = t }) end return t.x",
        Stopped,
        "'__index' chain too long",
    ),
    ("return string.match(('('):rep(1e3):rep(1e3), '%b()')", OutOfGas, "out of gas"),
    ("return string.find(('a'):rep(1e5), ('(a'):rep(40))", Stopped, "too many captures"),
    ("return string.find(('a'):rep(300000), ('.?'):rep(300000))", Stopped, "pattern too complex"),
    // memory
    ("return string.rep('x', 1 << 31)", Stopped, "resulting string too large"),
    ("return string.rep('x', 1 << 30)", OutOfMemory, "main.lua:1: out of memory"),
    ("local s = 'x' while true do s = s .. s end", OutOfMemory, "main.lua:1: out of memory"),
    ("local t = {} for i = 1, 1e12 do t[i] = i end", OutOfMemory, "main.lua:1: out of memory"),
    (
        "local t = {} while true do t = { t, ('x'):rep(1e3):rep(10) } end",
        OutOfMemory,
        "main.lua:1: out of memory",
    ),
    (
        "local t = {} while true do t[#t + 1] = function() return t end end",
        OutOfGas,
        "main.lua:1: out of gas",
    ),
    (
        "local t = {} for i = 1, 200 do t[i] = ('x'):rep(1 << 10):rep(1 << 10) end",
        OutOfMemory,
        "main.lua:1: out of memory",
    ),
    ("return string.gsub(('a'):rep(1e5), '%w', ('x'):rep(1e3))", OutOfMemory, "out of memory"),
    (
        "return string.format(('%s'):rep(200), table.unpack((function() local t = {} for i = 1, 200 do t[i] = ('x'):rep(1 << 8):rep(1 << 9) end return t end)()))",
        OutOfMemory,
        "out of memory",
    ),
    ("return table.unpack({}, 1, 1e7)", Stopped, "too many results to unpack"),
    ("return string.byte(('x'):rep(1e3):rep(1e4), 1, -1)", Stopped, "string slice too long"),
    (
        "return string.pack('!16 i16 i16', 1, 2), string.packsize('i16' .. ('i16'):rep(1e4))",
        Done,
        "",
    ),
    ("pcall(string.rep, 'x', 1 << 30) return 'lived on'", Done, ""),
    (
        "local t = {} local ok = pcall(function() while true do t[#t + 1] = ('x'):rep(1e3):rep(1e3) end end) t = nil collectgarbage() return #('y'):rep(1e3):rep(1e4)",
        Done,
        "",
    ),
    ("return collectgarbage('setpause', 1e9)", Stopped, "is not offered"),
    // coroutines
    (
        "local t = {} while true do local c = coroutine.create(function() coroutine.yield() end) coroutine.resume(c) t[#t + 1] = c end",
        OutOfMemory,
        "main.lua:1: out of memory",
    ),
    (
        "local c c = coroutine.create(function() return coroutine.resume(c) end) local _, ok, why = coroutine.resume(c) return { ok, why }",
        Done,
        "",
    ),
    (
        "local c = coroutine.wrap(function() return coroutine.close(coroutine.running()) end) return c()",
        Stopped,
        "cannot close a running coroutine",
    ),
    ("coroutine.yield(1)", Stopped, "outside a coroutine"),
    // errors
    ("error(('x'):rep(1e3):rep(1e4))", Stopped, "xxxx"),
    (
        "error(setmetatable({}, { __tostring = function() error('again') end }))",
        Stopped,
        "cannot be shown",
    ),
    (
        "error(setmetatable({}, { __tostring = function() return ('x'):rep(1e3):rep(1e4) end }))",
        Stopped,
        "xxxx",
    ),
    (
        "error(setmetatable({}, { __tostring = function() while true do end end }))",
        OutOfGas,
        "out of gas",
    ),
    (
        "error(setmetatable({}, { __index = function() error('again') end, __pairs = error }))",
        Stopped,
        "",
    ),
    ("local t = {} t.t = t error(t)", Stopped, ""),
    ("error(print)", Stopped, ""),
    ("error()", Stopped, "nil"),
    ("error(coroutine.create(print))", Stopped, "thread"),
    ("return xpcall(error, function(e) error(e) end, 'x')", Done, ""),
    (
        "setmetatable({}, { __gc = function() error('in gc') end }) collectgarbage() return 'lived on'",
        Done,
        "",
    ),
    (
        "local x <close> = setmetatable({}, { __close = function() error('in close') end }) return 1",
        Stopped,
        "main.lua:1: in close",
    ),
    (
        "local x <close> = setmetatable({}, { __close = function() error('second') end }) error('first')",
        Stopped,
        "main.lua:1: second",
    ),
    (
        "local x <close> = setmetatable({}, { __close = function() local s = 'x' while true do s = s .. s end end }) error('first')",
        OutOfMemory,
        "out of memory",
    ),
    (
        "setmetatable({}, { __gc = function(o) setmetatable(o, getmetatable(o)) store.set('a', 1) end }) for i = 1, 1e5 do local t = {} end collectgarbage() return 1",
        Done,
        "",
    ),
    // floods
    ("while true do print(('x'):rep(1000)) end", OutOfGas, "main.lua:1: out of gas"),
    ("while true do store.set('k', ('x'):rep(1e6)) end", OutOfGas, "main.lua:1: out of gas"),
    (
        "local row, t = {}, {} for i = 1, 1000 do row[i] = i end for i = 1, 600 do t[i] = row end return t",
        Stopped,
        "more was handed over than crosses at once",
    ),
    ("local t = {} for i = 1, 70 do t = { t } end return t", Stopped, "nested deeper"),
    ("local t = {} t.t = t return t", Stopped, "nested deeper"),
    (
        "local s = ('x'):rep(1e6) local t = {} for i = 1, 100 do t[i] = s end return t",
        Stopped,
        "more was handed over than crosses at once",
    ),
    // what is not there
    ("return load('return 1', 'x', 'b')", Done, ""),
    ("return assert(load('\\27Lua'))", Stopped, "compiled Lua is refused"),
    ("return string.dump(print)", Stopped, "attempt to call a nil value (field 'dump')"),
    ("return os.date(('%c'):rep(1e5))", Stopped, "os.date: a format has at most"),
    ("return io.open('/etc/passwd')", Stopped, "attempt to index a nil value (global 'io')"),
    ("return os.execute('true')", Stopped, "attempt to call a nil value (field 'execute')"),
    ("return os.getenv('HOME')", Stopped, "attempt to call a nil value (field 'getenv')"),
    ("return debug.sethook()", Stopped, "attempt to call a nil value (field 'sethook')"),
    ("return require('ffi')", Stopped, "this app has no file ffi.lua"),
    ("return require('../main')", Stopped, "this app has no file"),
    ("getmetatable('').__index = nil", Stopped, ""),
    ("getmetatable(store).__index = nil", Stopped, ""),
    ("local g = _G for name in pairs(g) do g[name] = nil end return 1", Done, ""),
    ("store, ui, on, at, error, pcall, print = nil return 1", Done, ""),
];

/// COMP-004, COMP-016: floods of calls, answers too large or too deep, among the rest.
#[test]
fn they_end_cleanly() {
    for (body, ending, text) in CASES {
        let outcome = view(body);
        is_clean(body, &outcome, PAGE_GAS);
        assert_eq!(outcome.ending, *ending, "{body}: {outcome:?}");
        assert!(outcome.message.contains(text), "{body}: {}", outcome.message);
    }
}

/// WASM-032: a run that follows finds the slot as new, whatever the one before left in it.
#[test]
fn the_next_run_finds_nothing_of_the_last() {
    const HONEST: &str =
        "local t = {} for i = 1, 100 do t[i] = tostring(i) end return table.concat(t)";
    let sandbox = support::sandbox(1);
    let first = support::view_in(&sandbox, HONEST);
    assert_eq!(first.ending, Done, "{first:?}");
    for (body, ..) in CASES.iter().filter(|(_, ending, _)| *ending != OutOfGas) {
        support::view_in(&sandbox, body);
        let again = support::view_in(&sandbox, HONEST);
        assert_eq!((&again.answer, again.gas), (&first.answer, first.gas), "after {body}");
    }
}

/// WASM-033: as many runs as there are slots, all at once, each with errors of its own on the heap for them.
#[test]
fn every_slot_can_be_used_at_once() {
    const SLOTS: u32 = 6;
    let sandbox = support::sandbox(SLOTS);
    let together = std::sync::Barrier::new(SLOTS as usize);
    std::thread::scope(|scope| {
        for _ in 0..SLOTS {
            scope.spawn(|| {
                let mut desk = Desk { together: Some(&together), ..Desk::default() };
                let main = "function view() pcall(error, 'x') docs.together() return 1 end";
                let outcome =
                    run_in(&sandbox, &mut desk, &[("main.lua", main)], PAGE_GAS, 32 << 20);
                assert_eq!(outcome.ending, Done, "{outcome:?}");
            });
        }
    });
}

/// The rows of a table outside of the repository, when a folder of tables is named.
#[test]
fn the_table_ends_cleanly() {
    let Some(folder) = std::env::var_os("ALLOT_TABLES") else { return };
    let path = std::path::Path::new(&folder).join("lua.jsonl");
    let table = std::fs::read_to_string(path).unwrap();
    for line in table.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let (code, expected) = (row["code"].as_str().unwrap(), row["expected"].as_str().unwrap());
        let main = format!("function view(ctx) {code} end");
        let files = [("main.lua", main.as_str())];
        let outcome = run_with(&mut Desk::default(), &files, TABLE_GAS, 32 << 20);
        is_clean(code, &outcome, TABLE_GAS);
        assert!(is_expected(expected, &outcome), "{}: {expected}: {outcome:?}", row["id"]);
    }
}

/// `memory-or-gas`, `error:stack overflow`, `ok; escaped`: alternatives, a text, a remark.
fn is_expected(expected: &str, outcome: &Outcome) -> bool {
    let expected = expected.split("; ").next().unwrap_or(expected);
    expected.split("-or-").any(|one| {
        let (word, text) = one.split_once(':').unwrap_or((one, ""));
        match word {
            "gas" => outcome.ending == OutOfGas,
            // A string that no 32-bit memory can hold is refused before it is tried.
            "memory" => {
                outcome.ending == OutOfMemory
                    || outcome.message.contains("resulting string too large")
            }
            "ok" => outcome.ending == Done,
            "nil" | "refused" | "absent" => outcome.ending == Done && outcome.answer == Value::Nil,
            "depth" | "error" | "error-protected" | "capped" | "syntax error" => {
                outcome.ending == Stopped && says(outcome, text.trim())
            }
            _ => false,
        }
    })
}

/// `C levels / overflow` is either; `nil` is that something is not there, in whatever words.
fn says(outcome: &Outcome, text: &str) -> bool {
    text == "nil" || text.split(" / ").any(|one| outcome.message.contains(one))
}

fn is_clean(body: &str, outcome: &Outcome, gas: u64) {
    assert!(outcome.internal.is_none() && !outcome.restarted, "{body}: {outcome:?}");
    assert!(outcome.gas <= gas, "{body}: {outcome:?}");
    let by_cause: u64 = outcome.causes.values().map(|cause| cause.gas).sum();
    assert!(by_cause <= outcome.gas, "{body}: {outcome:?}");
    assert!(outcome.message.len() <= model::limit::ERROR_BYTES_MAX + 4, "{body}");
    if outcome.ending != Done {
        assert_eq!(outcome.answer, Value::Nil, "{body}");
    }
}
