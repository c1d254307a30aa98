//! Compares the price of each capability with the time it takes, in whole runs: `cargo run
//! --release -p group --example prices`. It fails when one is ten times too cheap.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Ending, Level, Value};
use std::process::ExitCode;
use std::time::Instant;
use testkit::Place;

/// A call's name, the Lua that prepares it, the call, and how often it is made.
type Case = (&'static str, &'static str, &'static str, u64);

/// A gas is an instruction, which takes 0.3 to 1 ns; a call may take ten times that for its gas.
const NS_PER_GAS_MAX: f64 = 10.0;

/// Everyday arguments, and for each family the worst that is known.
const CASES: &[Case] = &[
    ("docs.write", "", "docs.write('w' .. i, ('One line of it'):rep(50))", 20),
    (
        "docs.write",
        "local function t(w) local l = {} for i = 1, 2000 do l[i] = w .. i end return table.concat(l, '\\n') end docs.write('m', t'a') docs.write('m', t'b')",
        "pcall(docs.write, 'm', t'c', { revision = 1 })",
        5,
    ),
    ("docs.read", "docs.write('r', ('One line of it'):rep(50))", "docs.read('r')", 50),
    ("docs.list", "for i = 1, 100 do docs.write('l' .. i, 'x') end", "docs.list()", 20),
    ("docs.history", "for i = 1, 50 do docs.write('h', 'x' .. i) end", "docs.history('h')", 20),
    (
        "docs.diff",
        "local function t(w) local l = {} for i = 1, 2000 do l[i] = w .. i end return table.concat(l, '\\n') end docs.write('d', t'a') docs.write('d', t'b')",
        "docs.diff('d', 1, 2)",
        5,
    ),
    (
        "json.parse",
        "local t = '[' .. ('{\"name\":\"Ana\",\"votes\":3},'):rep(500) .. '0]'",
        "json.parse(t)",
        50,
    ),
    ("json.parse", "local t = '[' .. ('{\"a\":[]},'):rep(30000) .. '0]'", "json.parse(t)", 4),
    (
        "json.print",
        "local t = {} for i = 1, 500 do t[i] = { name = 'Ana', votes = i } end",
        "json.print(t)",
        50,
    ),
    (
        "json.print",
        "local t = {} for i = 1, 9000 do t[i] = 1 end for i = 1, 55 do t = { t } end",
        "pcall(json.print, t, { pretty = true })",
        20,
    ),
    (
        "csv.parse",
        "local t = 'name,votes\\n' .. ('Ana Example,3\\n'):rep(1000)",
        "csv.parse(t)",
        30,
    ),
    ("csv.parse", "local t = 'a\\n' .. ('1\\n'):rep(40000)", "csv.parse(t)", 3),
    (
        "csv.print",
        "local t = {} for i = 1, 500 do t[i] = { name = 'Ana', votes = i } end",
        "csv.print(t)",
        30,
    ),
    (
        "feed.parse",
        "local t = '<rss version=\"2.0\"><channel>' .. ('<item><title>One</title><link>https://oak.example/1</link></item>'):rep(100) .. '</channel></rss>'",
        "feed.parse(t)",
        30,
    ),
    (
        "feed.parse",
        "local t = '<rss version=\"2.0\"><channel>' .. ('<a/>'):rep(100000) .. '</channel></rss>'",
        "feed.parse(t)",
        3,
    ),
    (
        "feed.print",
        "local t = { title = 'Oak', link = 'https://oak.example/', items = {} } for i = 1, 100 do t.items[i] = { title = 'One', id = '1' } end",
        "feed.print(t)",
        50,
    ),
    ("text.template", "local t, v = ('{{a}}'):rep(2000), { a = 'x' }", "text.template(t, v)", 50),
    ("text.lines", "local t = ('\\n'):rep(50000)", "text.lines(t)", 5),
    ("text.lower", "local t = ('Σ'):rep(50000)", "text.lower(t)", 20),
    (
        "html.clean",
        "local t = ('<p>Some <b>bold</b> words and <a href=\"https://oak.example/\">a link</a>.</p>'):rep(300)",
        "html.clean(t)",
        10,
    ),
    ("html.clean", "local t = ('<a><b><p></a>'):rep(9000)", "html.clean(t)", 5),
    ("html.text", "local t = ('&'):rep(100000)", "html.text(t)", 10),
    (
        "html.links",
        "local t = ('<a href=//ü.ß>'):rep(10000)",
        "html.links(t, 'https://oak.example/')",
        5,
    ),
    (
        "md.html",
        "local t = ('# Head\\n\\nSome *text* here.\\n\\n- one\\n- two\\n'):rep(100)",
        "md.html(t)",
        20,
    ),
    ("md.html", "local t = ('- '):rep(100)", "md.html(t)", 100),
    ("hash.sha256", "local t = ('x'):rep(1000000)", "hash.sha256(t)", 20),
    ("hash.sha512", "local t = ('x'):rep(1000000)", "hash.sha512(t)", 20),
    ("base64.encode", "local t = ('x'):rep(1000000)", "base64.encode(t)", 5),
    ("base64.decode", "local t = ('abcd'):rep(250000)", "base64.decode(t)", 5),
    ("url.parse", "local t = 'https://' .. ('ü.'):rep(10000)", "url.parse(t)", 20),
    ("url.escape", "local t = ('/'):rep(500000)", "url.escape(t)", 5),
    ("time.format", "local t = ('%c'):rep(500)", "time.format(0, t)", 200),
    ("time.parse", "", "time.parse('Sun, 22 Nov 2026 18:05:00 +0100')", 2000),
    ("time.add", "", "time.add(0, { days = 3 })", 2000),
    ("random.int", "", "random.int(1, 6)", 2000),
    ("random.bytes", "", "random.bytes(100000)", 50),
    ("random.shuffle", "local t = {} for i = 1, 50000 do t[i] = 1 end", "random.shuffle(t)", 5),
    ("store.get", "store.set('a', 'x')", "store.get('a')", 1000),
];

fn main() -> ExitCode {
    let mut main = String::from("function view(ctx) return ui.page{ 'Prices' } end\n");
    for (number, (_, before, call, times)) in CASES.iter().enumerate() {
        let repeated = format!("for i = 1, args.calls and {times} or 0 do {call} end");
        main += &format!("function on.case{number}(ctx, args) {before} {repeated} end\n");
    }
    let place = Place::new();
    let ana = place.person("ana", Level::Admin);
    let app = place.app(&ana, "prices", &main);
    // The best of some runs, so that other work on the machine counts less.
    let measured = |handler: &str, calls: bool, name: &str| {
        let runs = (0..5).map(|_| {
            let start = Instant::now();
            let ran = place.press(&app, &ana, handler, Value::map([("calls", calls.into())]));
            let ns = start.elapsed().as_nanos() as f64;
            assert_eq!(ran.ending, Ending::Done, "{name}: {}", ran.message);
            (ns, ran.receipt.causes.get(name).map_or(0, |cause| cause.gas))
        });
        runs.min_by(|a, b| a.0.total_cmp(&b.0)).expect("five runs")
    };
    let mut cheapest = 0.0_f64;
    for (number, (name, _, call, times)) in CASES.iter().enumerate() {
        let handler = format!("case{number}");
        let (idle, _) = measured(&handler, false, name);
        let (busy, gas) = measured(&handler, true, name);
        let ratio = (busy - idle).max(0.0) / gas as f64;
        cheapest = cheapest.max(ratio);
        let micros = (busy - idle) / 1_000.0 / *times as f64;
        println!("{name:16} {micros:10.1} µs  {:10} gas  {ratio:5.2} ns/gas  {call}", gas / times);
    }
    println!("the cheapest takes {cheapest:.2} ns a gas; at most {NS_PER_GAS_MAX} are allowed");
    if cheapest <= NS_PER_GAS_MAX { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
