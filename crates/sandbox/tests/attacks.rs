//! The attacks of `docs/threat-model.md` that a script can try, by their ids, each with the ending it
//! must come to: in this process and in a jailed worker, which must not differ.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use model::Ending::{self, Done, OutOfGas, OutOfMemory, Stopped};
use model::{Value, limit};
use sandbox::{Class, Outcome, Program, Run, Script};
use std::collections::BTreeMap;
use std::time::Duration;
use support::{Desk, HERE, PAGE_GAS, WORKERS, run_in, run_with, view};

/// An id of the threat model, the body of a `view`, its ending, and a part of what is said: of the
/// message, or of the answer of a run that ends well.
const CASES: &[(&str, &str, Ending, &str)] = &[
    // loops
    ("LUA-001", "while true do end", OutOfGas, "main.lua:1: out of gas"),
    ("LUA-002", "for i = 1, math.huge do end", OutOfGas, "main.lua:1: out of gas"),
    ("LUA-003", "::again:: goto again", OutOfGas, "main.lua:1: out of gas"),
    ("LUA-018", BACKTRACKING, OutOfGas, "out of gas"),
    (
        "LUA-018",
        "return string.find(('a'):rep(30000), ('a?'):rep(30000) .. ('a'):rep(30000))",
        Stopped,
        "pattern too complex",
    ),
    (
        "LUA-020",
        "local s = ('ab'):rep(500) while true do s = s:gsub('a', function(x) return (s:sub(1, 200):gsub('b', 'a')) end):sub(1, 1000) end",
        OutOfGas,
        "out of gas",
    ),
    ("LUA-024", "local t = {} for i = 1, 1e6 do table.insert(t, 1, i) end", OutOfGas, "out of gas"),
    ("LUA-024", "table.move({}, 1, math.maxinteger - 1, 2)", OutOfGas, "out of gas"),
    ("LUA-024", "return table.unpack({}, 1, 1e8)", Stopped, "too many results to unpack"),
    (
        "LUA-035",
        "setmetatable({}, { __gc = function() while true do end end }) collectgarbage()",
        OutOfGas,
        "out of gas",
    ),
    (
        "LUA-035",
        "local m = {} m.__gc = function(o) setmetatable(o, m) end for i = 1, 100 do setmetatable({}, m) end collectgarbage() collectgarbage() return 'over'",
        Done,
        "over",
    ),
    (
        "LUA-036",
        "local x <close> = setmetatable({}, { __close = function() while true do end end }) error('first')",
        OutOfGas,
        "out of gas",
    ),
    (
        "LUA-040",
        "while true do pcall(function() while true do end end) end",
        OutOfGas,
        "out of gas",
    ),
    (
        "LUA-040",
        "pcall(function() while true do end end) store.set('a', 1) return 'went on'",
        OutOfGas,
        "out of gas",
    ),
    (
        "LUA-041",
        "while true do pcall(function() local s = 'x' while true do s = s .. s end end) end",
        OutOfGas,
        "out of gas",
    ),
    (
        "LUA-051",
        "local c = coroutine.wrap(function() while true do coroutine.yield() end end) while true do c() end",
        OutOfGas,
        "out of gas",
    ),
    (
        "LUA-051",
        "return tostring(os.sleep) .. tostring(select(2, pcall(time.sleep, 0)))",
        Done,
        "niltime.sleep is not here",
    ),
    // deep recursion
    (
        "LUA-004",
        "local function f() return 1 + f() end return f()",
        Stopped,
        "main.lua:1: stack overflow",
    ),
    (
        "LUA-006",
        "local deep = 0 local function f() deep = deep + 1 return pcall(f) end f() return deep > 100 and deep < 300",
        Done,
        "true",
    ),
    (
        "LUA-007",
        "local m = {} m.__index = function(t, k) return t[k .. 'x'] end return setmetatable({}, m).a",
        Stopped,
        "C stack overflow",
    ),
    (
        "LUA-007",
        "local m = {} m.__eq = function(a, b) return setmetatable({}, m) == b end return setmetatable({}, m) == setmetatable({}, m)",
        Stopped,
        "C stack overflow",
    ),
    (
        "LUA-007",
        "local m = {} m.__lt = function(a, b) return b < a end return setmetatable({}, m) < setmetatable({}, m)",
        Stopped,
        "C stack overflow",
    ),
    (
        "LUA-007",
        "local m = {} m.__concat = function(a, b) return a .. b end return setmetatable({}, m) .. 'x'",
        Stopped,
        "C stack overflow",
    ),
    (
        "LUA-007",
        "local t = {} for i = 1, 300 do t = setmetatable({}, { __call = t }) end return t()",
        Stopped,
        "",
    ),
    (
        "LUA-009",
        "local function f() return coroutine.wrap(f)() end return f()",
        Stopped,
        "C stack overflow",
    ),
    ("LUA-019", "return string.find('x', ('('):rep(200000))", Stopped, "too many captures"),
    ("LUA-019", "return string.find(('x'):rep(40), ('(x)'):rep(40))", Stopped, "too many captures"),
    // a call to the host at every depth there is
    (
        "WASM-015",
        "local function f(n) store.set('deep', n) return 1 + f(n + 1) end return f(1)",
        OutOfGas,
        "out of gas",
    ),
    (
        "WASM-015",
        "local function f(s) store.set('deep', s) return (s:gsub('.', f)) end return f('x')",
        Stopped,
        "C stack overflow",
    ),
    // memory
    (
        "LUA-010",
        "local t = {} for i = 1, 100000 do t[i] = coroutine.create(function() coroutine.yield() end) coroutine.resume(t[i]) end",
        OutOfMemory,
        "out of memory",
    ),
    ("LUA-012", "return ('x'):rep(1 << 31)", Stopped, "resulting string too large"),
    ("LUA-012", "return ('x'):rep(1 << 62)", Stopped, "resulting string too large"),
    (
        "LUA-013",
        "return ('x'):rep(1000000000, ('y'):rep(1000000))",
        Stopped,
        "resulting string too large",
    ),
    ("LUA-014", "local s = 'x' while true do s = s .. s end", OutOfMemory, "out of memory"),
    (
        "LUA-015",
        "local s, t = ('x'):rep(1 << 20), {} for i = 1, 1000 do t[i] = s end return table.concat(t)",
        OutOfMemory,
        "out of memory",
    ),
    ("LUA-016", "return string.format('%99999999d', 1)", Stopped, "invalid conversion"),
    ("LUA-016", "return string.format('%.99999f', 1)", Stopped, "invalid conversion"),
    (
        "LUA-016",
        "local s, t = ('x'):rep(1 << 20), {} for i = 1, 200 do t[i] = s end return string.format(('%s'):rep(200), table.unpack(t))",
        OutOfMemory,
        "out of memory",
    ),
    ("LUA-017", "return string.unpack('s8', ('\\xff'):rep(8))", Stopped, "data string too short"),
    ("LUA-017", "return string.unpack('i4', 'abcd', -100)", Done, "1684234849"),
    ("LUA-017", "return string.unpack('i4', 'abcd', math.maxinteger)", Stopped, "out of string"),
    ("LUA-017", "return string.pack('!17 i17', 1)", Stopped, "out of limits"),
    ("LUA-017", "return string.unpack('z', ('x'):rep(100))", Stopped, "unfinished string"),
    ("LUA-017", "return string.pack('s1', ('x'):rep(300))", Stopped, "does not fit"),
    ("LUA-044", "print(('x'):rep(64 << 20))", OutOfMemory, "out of memory"),
    // strange values
    (
        "LUA-025",
        "local n, t = 0, {} for i = 1, 1000 do t[i] = i end return (pcall(table.sort, t, function() n = n + 1 return n % 3 == 0 end)) ~= nil and #t",
        Done,
        "1000",
    ),
    (
        "LUA-025",
        "local t = {} for i = 1, 1000 do t[i] = i end table.sort(t, function() return true end)",
        Stopped,
        "invalid order function",
    ),
    (
        "LUA-046",
        "return (1 << 64) .. ' ' .. math.mininteger // -1 .. ' ' .. math.mininteger % -1",
        Done,
        "0 -9223372036854775808 0",
    ),
    ("LUA-046", "return 1 // 0", Stopped, "attempt to divide by zero"),
    ("LUA-046", "return 1 % 0", Stopped, "attempt to perform 'n%0'"),
    ("LUA-046", "local t = {} t[0 / 0] = 1", Stopped, "index is NaN"),
    ("LUA-046", "return math.tointeger(2^63) == nil and 2^53 | 0", Done, "9007199254740992"),
    ("LUA-046", "return 2^63 | 0", Stopped, "number has no integer representation"),
    // the script's own source
    ("LUA-047", "return assert(load(('('):rep(1e6) .. '1'))", Stopped, "C stack overflow"),
    (
        "LUA-047",
        "local t = {} for i = 1, 300 do t[i] = 'local a' .. i end return assert(load(table.concat(t, ' ')))",
        Stopped,
        "too many local variables",
    ),
    (
        "LUA-047",
        "local t = {} for f = 0, 1 do for i = 1, 150 do t[#t + 1] = 'local a' .. f .. 'x' .. i end t[#t + 1] = 'local function f' .. f .. '()' end for f = 0, 1 do for i = 1, 150 do t[#t + 1] = 'a' .. f .. 'x' .. i .. ' = 1' end end t[#t + 1] = 'end end' return assert(load(table.concat(t, ' ')))",
        Stopped,
        "too many upvalues",
    ),
    ("LUA-047", "return #load('return [[' .. ('\\n'):rep(1e6) .. ']]')()", Done, "999999"),
    // what would reach around the wall, if it were there
    ("LUA-029", "getmetatable('').__index = function() return print end", Stopped, ""),
    ("LUA-029", "return setmetatable('', {})", Stopped, "table expected"),
    ("LUA-029", "string.upper = function() return 'mine' end return ('a'):upper()", Done, "mine"),
    (
        "LUA-031",
        "return assert(load('\\27LuaT\\0\\x19\\x93\\r\\n\\x1a\\n'))",
        Stopped,
        "compiled Lua is refused",
    ),
    ("LUA-031", "return assert(load(function() return '\\27Lua' end, 'x', 'bt'))", Stopped, ""),
    ("LUA-031", "return tostring(load('return 1', 'x', 'b'))", Done, "nil"),
    ("LUA-032", "return string.dump(function() end)", Stopped, "a nil value (field 'dump')"),
    ("LUA-033", ABSENT, Done, "none"),
    (
        "LUA-034",
        "return tostring(os.getenv) .. tostring(os.tmpname) .. tostring(os.setlocale)",
        Done,
        "nilnilnil",
    ),
    (
        "LUA-034",
        "collectgarbage('stop') local n = 0 while true do n = n + #{ ('x'):rep(1000) } end",
        OutOfGas,
        "out of gas",
    ),
    ("LUA-034", "collectgarbage('setpause', 1 << 30)", Stopped, "is not offered"),
    // the clock and chance
    ("LUA-045", "local a = os.time() for i = 1, 1e6 do end return os.time() - a", Done, "0"),
    ("LUA-045", "return tostring(os.clock and os.clock() - os.clock() or nil)", Done, ""),
];

/// Exponential for a matcher that goes back: 2 to the 25 ways to the same failure.
const BACKTRACKING: &str =
    "local n = 25 return (('a'):rep(n)):find(('a?'):rep(n) .. ('a'):rep(n) .. 'b')";

/// Names of Lua's own that reach a file, a process or the machine.
const ABSENT: &str = "local gone = { dofile, loadfile, package, io, os.execute, os.remove, os.rename, os.exit, os.getenv, os.tmpname, debug.getregistry, debug.sethook, debug.setmetatable, debug.getupvalue, debug.getinfo, string.dump } return next(gone) == nil and 'none' or 'some'";

#[test]
fn each_ends_as_it_must() {
    let mut wrong = Vec::new();
    for (id, body, ending, text) in CASES {
        let outcome = view(body);
        let said = if *ending == Done { outcome.answer.shown() } else { outcome.message.clone() };
        let clean = outcome.gas <= PAGE_GAS && outcome.internal.is_none();
        if outcome.ending != *ending || !said.contains(text) || !clean {
            wrong.push(format!("{id} {body}: {outcome:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn run_main(main: &str) -> Outcome {
    run_with(&mut Desk::default(), &[("main.lua", main)], PAGE_GAS, 32 << 20)
}

/// LUA-026: what a script hands over is read as it lies there; no metamethod of it is called.
#[test]
fn nothing_of_a_script_runs_while_its_values_are_read() {
    let proxy = "local called = false
        local trap = function() called = true return 'trapped' end
        local m = { __index = trap, __pairs = trap, __len = trap, __tostring = trap, __name = 'x' }
        setmetatable(_G, { __index = function() return setmetatable({}, m) end })
        local back = text.same(setmetatable({ a = 1 }, m))
        return { called = called, a = back.a, len = #back }";
    let outcome = view(proxy);
    assert_eq!(outcome.ending, Done, "{outcome:?}");
    assert_eq!(outcome.answer.get("called"), Some(&Value::Bool(false)));
    assert_eq!(outcome.answer.get("a"), Some(&Value::Int(1)));
    let answer = view(
        "local m = { __index = error, __pairs = error, __len = error } return setmetatable({ n = 7 }, m)",
    );
    assert_eq!(answer.answer.get("n"), Some(&Value::Int(7)), "{answer:?}");
}

/// LUA-030: globals that a script replaces are not those that the host's side of it uses.
#[test]
fn the_prelude_does_not_use_what_a_script_can_replace() {
    let main = "function view()
          local mine = function() return 'evil' end
          tostring, pairs, ipairs, next, type, error, pcall, setmetatable = mine, mine, mine, mine, mine, mine, mine, mine
          string.gsub, string.format, table.concat, rawget, rawset, select = mine, mine, mine, mine, mine, mine
          return ui.page{ 'Title', ui.text('fine') }
        end";
    let honest = "\n\n\n\nfunction view() return ui.page{ 'Title', ui.text('fine') } end";
    let (poisoned, clean) = (run_main(main), run_main(honest));
    assert_eq!(poisoned.ending, Done, "{poisoned:?}");
    assert_eq!(poisoned.answer, clean.answer);
}

/// LUA-029: the next run finds strings as they are.
#[test]
fn a_run_hurts_only_itself() {
    for sandbox in [&*HERE, &*WORKERS] {
        let run = |body: &str| {
            let main = format!("function view() {body} end");
            run_in(sandbox, &mut Desk::default(), &[("main.lua", &main)], PAGE_GAS, 32 << 20)
        };
        run("string.upper = function() return 'mine' end math.floor = nil _G.print = nil return 1");
        assert_eq!(run("return ('a'):upper() .. math.floor(1.5)").answer.shown(), "A1");
    }
}

/// LUA-033: what a script finds is this list and nothing else; a new name is a decision.
/// `ALLOT_GOLDEN=1 cargo nextest run -p sandbox --test attacks` writes the file anew.
#[test]
fn a_script_finds_exactly_these_names() {
    const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/globals.txt");
    let body = "local names = {}
        for name, value in pairs(_G) do
          names[#names + 1] = name
          if type(value) == 'table' and value ~= _G then
            for inner in next, value do names[#names + 1] = name .. '.' .. tostring(inner) end
          end
        end
        table.sort(names)
        return table.concat(names, '\\n') .. '\\n'";
    let found = view(body).answer.shown();
    if std::env::var_os("ALLOT_GOLDEN").is_some() {
        std::fs::write(GOLDEN, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(GOLDEN).unwrap_or_default());
}

/// LUA-038: an error as large as memory allows is cut, and says so.
#[test]
fn a_huge_error_is_cut_with_a_mark() {
    for size in ["1 << 20", "5 << 20"] {
        let outcome = view(&format!("error(('x'):rep({size}))"));
        assert_eq!(outcome.ending, Stopped, "{outcome:?}");
        assert!(outcome.message.len() <= limit::ERROR_BYTES_MAX + '…'.len_utf8());
        assert!(outcome.message.contains('…'), "{}", outcome.message.len());
    }
}

fn with_seed(seed: u8, body: &str, computing: Duration, gas: u64) -> Outcome {
    let main = format!("function view() {body} end");
    let files = BTreeMap::from([("main.lua".to_owned(), main)]);
    let program = Program::Lua(Script { files, main: "main.lua".into() });
    let run = Run {
        program: &program,
        trigger: "view",
        handler: "",
        ctx: Value::Nil,
        args: vec![],
        settings: BTreeMap::new(),
        seed: [seed; 32],
        now: model::Moment(0),
        tz: "UTC",
        gas,
        memory_bytes: 32 << 20,
        computing,
        class: Class::Members,
    };
    HERE.run(&run, &mut Desk::default())
}

/// LUA-023: the order of a table's names differs from run to run, so no list of names that collide
/// holds for the next run.
#[test]
fn names_that_collide_for_one_seed_do_not_for_another() {
    let body = "local t, seen = {}, {} for i = 1, 64 do t['key ' .. i] = i end for k in next, t do seen[#seen + 1] = k end return table.concat(seen, ',')";
    let order = |seed| with_seed(seed, body, Duration::from_secs(5), PAGE_GAS).answer.shown();
    assert_eq!(order(1), order(1), "the same seed gives the same order");
    assert_ne!(order(1), order(2));
    // However the names fall, what they cost is paid for.
    let flood = "local t = {} for i = 1, 1e7 do t[('x'):rep(40) .. i] = i end";
    let outcome = with_seed(1, flood, Duration::from_secs(20), PAGE_GAS);
    assert!(matches!(outcome.ending, OutOfGas | OutOfMemory), "{outcome:?}");
}

/// LUA-045: two runs do not see each other's chance, and the same run sees its own again.
#[test]
fn chance_is_of_the_run_alone() {
    let body = "return math.random(0) .. ' ' .. math.random(1 << 40)";
    let drawn = |seed| with_seed(seed, body, Duration::from_secs(5), PAGE_GAS).answer.shown();
    assert_eq!(drawn(1), drawn(1));
    assert_ne!(drawn(1), drawn(2));
    let sown = "math.randomseed(42) return math.random(1 << 40)";
    assert_eq!(with_seed(1, sown, Duration::from_secs(5), PAGE_GAS).ending, Done);
}

/// LUA-049: a call to the host from within a callback of Lua's own is a call like any other.
#[test]
fn the_host_is_called_from_within_callbacks() {
    let main = "function view()
          store.set('n', 0)
          local up = function() store.set('n', store.get('n') + 1) end
          table.sort({ 3, 1, 2 }, function(a, b) up() return a < b end)
          local s = ('abc'):gsub('.', function(c) up() return store.get('n') end)
          local t = setmetatable({}, { __index = function(_, k) up() return k end })
          local c = coroutine.wrap(function() up() coroutine.yield(t.x) end)
          c()
          return store.get('n') > 5
        end";
    let outcome = run_main(main);
    assert_eq!((outcome.ending, outcome.answer.shown().as_str()), (Done, "true"), "{outcome:?}");
}

/// LUA-051: gas that nobody could use up in time is no licence: computing time ends the run.
#[test]
fn computing_time_ends_what_gas_does_not() {
    const MUCH: u64 = 20_000_000_000;
    let outcome = with_seed(1, "while true do end", Duration::from_millis(50), MUCH);
    assert_eq!(outcome.ending, Ending::TooSlow, "{outcome:?}");
    assert!(outcome.message.contains("main.lua:1: too slow"), "{}", outcome.message);
    let caught = "while true do pcall(function() while true do end end) end";
    let outcome = with_seed(1, caught, Duration::from_millis(50), MUCH);
    assert_eq!(outcome.ending, Ending::TooSlow, "nothing catches it: {outcome:?}");
}

/// LUA-044, LUA-041: the memory limit is the run's own, and a run that met it can go on.
#[test]
fn memory_ends_at_the_runs_own_limit() {
    for (mib, fits, not) in [(4_usize, 1_u32, 4_u32), (12, 4, 12)] {
        let run = |size: u32| {
            let main = format!("function view() return #('x'):rep({size} << 20) end");
            run_with(&mut Desk::default(), &[("main.lua", &main)], PAGE_GAS, mib << 20)
        };
        assert_eq!(run(fits).ending, Done, "{fits} of {mib} MiB");
        assert_eq!(run(not).ending, OutOfMemory, "{not} of {mib} MiB");
    }
    let caught = view("local ok = pcall(string.rep, 'x', 1 << 30) return tostring(ok)");
    assert_eq!((caught.ending, caught.answer.shown().as_str()), (Done, "false"));
}
