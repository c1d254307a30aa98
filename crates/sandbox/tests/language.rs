//! The parts of the language that stand on this guest's own ground: errors as exceptions, coroutines
//! above them, closing, frozen strings, seeds. `guests/lua/suite.sh` runs the tests of Lua's authors;
//! these need no network.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use model::Ending;
use support::view;

/// The body of a function and the text that it answers.
const CASES: &[(&str, &str)] = &[
    // errors
    ("return select(2, pcall(error, 'a'))", "a"),
    ("local t = {} local _, e = pcall(error, t) return tostring(e == t)", "true"),
    (
        "local _, e = pcall(function() local x = nil; x() end) return e",
        "main.lua:1: attempt to call a nil value (local 'x')",
    ),
    (
        "return select(2, xpcall(function() error('a', 0) end, function(e) return e .. 'b' end))",
        "ab",
    ),
    ("local function f() error('deep', 0) end return (select(3, pcall(pcall, f)))", "deep"),
    (
        "return select(2, pcall(string.rep))",
        "bad argument #1 to 'string.rep' (string expected, got no value)",
    ),
    ("return tostring(select(2, pcall(error)))", "nil"),
    ("return (select(2, xpcall(error, debug.traceback, 'x')):match('^x'))", "x"),
    // coroutines
    (
        "local c = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) return b * 2 end) return c(1) .. ' ' .. c(5)",
        "2 10",
    ),
    (
        "local c = coroutine.wrap(function() return pcall(function() coroutine.yield(1) error('e', 0) end) end) c() return select(2, c())",
        "e",
    ),
    (
        "local c = coroutine.create(function() error({ n = 3 }) end) local _, e = coroutine.resume(c) return e.n .. coroutine.status(c)",
        "3dead",
    ),
    (
        "local c = coroutine.wrap(function() for k in pairs(setmetatable({}, { __pairs = function() return function(_, k) return coroutine.yield(k) end end })) do return k end end) c() return c('k')",
        "k",
    ),
    (
        "local t = setmetatable({}, { __index = function(_, k) return coroutine.yield(k) end }) local c = coroutine.wrap(function() return t.x .. 'z' end) return c() .. c('y')",
        "xyz",
    ),
    (
        "local c = coroutine.wrap(function() table.sort({ 3, 1, 2 }, function(a, b) coroutine.yield() end) end) return select(2, pcall(c))",
        "attempt to yield across a C-call boundary",
    ),
    (
        "local log = '' local c = coroutine.create(function() local x <close> = setmetatable({}, { __close = function() log = log .. 'closed' end }) coroutine.yield() end) coroutine.resume(c) coroutine.close(c) return log",
        "closed",
    ),
    // a yield that is a plain return, and the ways between it and the resume that make it an error
    (
        "local function deep(n) if n == 0 then return coroutine.yield('down') end return (deep(n - 1)) end local c = coroutine.wrap(function() return deep(5) .. '!' end) return c() .. c('up')",
        "downup!",
    ),
    (
        "local c = coroutine.wrap(function() return pcall(coroutine.yield, 1) end) return c() .. tostring(select(2, c('x')))",
        "1x",
    ),
    (
        "local c = coroutine.wrap(function() return coroutine.yield(1) end) return c() .. c('tail')",
        "1tail",
    ),
    ("local c = coroutine.wrap(coroutine.yield) return c('in') .. c('out')", "inout"),
    (
        "local inner = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) local outer = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(inner() * 10) end end) return outer() + outer() + outer() .. ''",
        "60",
    ),
    (
        "local c = coroutine.wrap(function() local s = '' for _, v in function() return coroutine.yield('next') end do s = s .. v if #s > 2 then return s end end end) return c() .. c(1, 'a') .. c(1, 'b') .. c(1, 'c')",
        "nextnextnextabc",
    ),
    (
        "local c = coroutine.wrap(function() pcall(function() coroutine.yield(1) error('x') end) coroutine.yield(2) return 3 end) return c() .. c() .. c()",
        "123",
    ),
    (
        "local c = coroutine.create(function() local x <close> = setmetatable({}, { __close = function() coroutine.yield('closing') end }) coroutine.yield('in') end) local s = '' for i = 1, 3 do local _, v = coroutine.resume(c) s = s .. tostring(v) .. coroutine.status(c) end return s",
        "insuspendedclosingsuspendednildead",
    ),
    (
        "local c = coroutine.wrap(function(...) while true do coroutine.yield(select('#', ...), ...) end end) return select('#', c(nil, nil)) .. tostring((c()))",
        "32",
    ),
    // closing
    (
        "local log = '' do local a <close> = setmetatable({}, { __close = function() log = log .. 'a' end }) local b <close> = setmetatable({}, { __close = function() log = log .. 'b' end }) end return log",
        "ba",
    ),
    (
        "local log = '' pcall(function() local a <close> = setmetatable({}, { __close = function(_, e) log = log .. e end }) error('e', 0) end) return log",
        "e",
    ),
    (
        "local log = '' for _ in (function() return function(_, n) return not n and 1 or nil end, nil, nil, setmetatable({}, { __close = function() log = 'loop' end }) end)() do end return log",
        "loop",
    ),
    // goto, integers and floats
    (
        "local s = '' for i = 1, 5 do if i % 2 == 0 then goto next end s = s .. i ::next:: end return s",
        "135",
    ),
    (
        "return 7 // 2 .. ' ' .. 7 / 2 .. ' ' .. 7 % -3 .. ' ' .. -7 // 2 .. ' ' .. (3 | 4)",
        "3 3.5 -2 -4 7",
    ),
    (
        "return math.maxinteger + 1 == math.mininteger and tostring(1e15) .. ' ' .. 2^53 .. ' ' .. tostring(-0.0)",
        "1e+15 9.007199254741e+15 -0.0",
    ),
    (
        "return tostring(0/0 ~= 0/0) .. math.type(3) .. math.type(3.0) .. tostring(math.tointeger('8'))",
        "trueintegerfloat8",
    ),
    (
        "return string.format('%q %5.2f %x %-5s| %i', 1 / 3, 2 / 3, 255, 'ab', 3.0)",
        "0x1.5555555555555p-2  0.67 ff ab   | 3",
    ),
    (
        "return tostring(1e100) .. ' ' .. 0x1p-1074 .. ' ' .. 123456789012345678",
        "1e+100 4.9406564584125e-324 123456789012345678",
    ),
    // strings
    ("return ('key = value'):match('^(%w+)%s*=%s*(%w+)$') .. ('a,b'):gsub(',', '%%')", "keya%b"),
    ("return ('%d(%bxy)'):rep(1) .. ('THE (quick) fox'):find('%((%a+)%)')", "%d(%bxy)5"),
    (
        "local t = {} for w in ('one two'):gmatch('%a+') do t[#t + 1] = w end return table.concat(t, '+')",
        "one+two",
    ),
    ("return string.pack('>I4', 258):byte(3) .. ' ' .. string.unpack('<i2', '\\xff\\xff')", "1 -1"),
    (
        "return utf8.char(228, 8364, 0x1F600) .. utf8.len('äö') .. ' ' .. utf8.codepoint('€')",
        "ä€😀2 8364",
    ),
    (
        "local t = {} t['select'] = 1 t[('sel'):rep(1) .. 'ect'] = 2 t['se' .. 'le' .. 'ct'] = t.select + 1 return tostring(t.select)",
        "3",
    ),
    (
        "local long = ('x'):rep(100) local t = { [long] = 1 } return tostring(t[('x'):rep(50) .. ('x'):rep(50)])",
        "1",
    ),
    // tables, metamethods, varargs
    ("return select('#', nil, nil) .. select(-1, 'a', 'b') .. table.pack(1, nil, 3).n", "2b3"),
    (
        "local t = setmetatable({}, { __call = function(_, a) return a .. '!' end, __len = function() return 9 end, __unm = function() return 'neg' end }) return t('hi') .. #t .. -t",
        "hi!9neg",
    ),
    (
        "local t = { 5, 2, 8, 1 } table.sort(t, function(a, b) return a > b end) return table.concat(t, ' ', 1, 3)",
        "8 5 2",
    ),
    (
        "local t = table.move({ 1, 2, 3 }, 1, 3, 2) return table.concat(t) .. table.remove(t, 1) .. #t",
        "112313",
    ),
    (
        "local w = setmetatable({}, { __mode = 'k' }) w[{}] = 1 collectgarbage() return tostring(next(w))",
        "nil",
    ),
    (
        "local n = 0 for i = 1, 3 do setmetatable({}, { __gc = function() n = n + 1 end }) end collectgarbage() return tostring(n)",
        "3",
    ),
    ("local env = { x = 5 } return tostring(load('return x', 'c', 't', env)())", "5"),
    // the clock is the run's
    (
        "return os.time() .. ' ' .. os.date('!%Y-%m-%d %H:%M:%S', 86399) .. ' ' .. os.time({ year = 2000, month = 3, day = 1, hour = 0 })",
        "1700000000 1970-01-01 23:59:59 951868800",
    ),
];

#[test]
fn it_is_lua() {
    for (body, answer) in CASES {
        let outcome = view(body);
        assert_eq!(outcome.ending, Ending::Done, "{body}: {}", outcome.message);
        assert_eq!(outcome.answer.shown(), *answer, "{body}");
    }
}
