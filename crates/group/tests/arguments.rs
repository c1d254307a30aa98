//! Every capability that needs no grant tells a wrong argument in words, and does nothing for
//! which a run cannot pay. (That each of them works is shown by its example.)
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use group::capability::{Needs, all};
use model::{Ending, Level, Value};
use std::collections::BTreeSet;
use testkit::Place;

/// A wrong call for each, and what its error says.
const WRONG: &[(&str, &str, &str)] = &[
    ("store.get", "store.get({})", "argument 1 (key) should be a string, got"),
    ("store.set", "store.set('', 1)", "a key has 1 to 512 bytes"),
    ("store.add", "store.add('n', 'x')", "argument 2 (amount) should be a number"),
    ("store.delete", "store.delete(nil)", "argument 1 (key)"),
    ("store.list", "store.list({})", "argument 1 (prefix)"),
    ("store.count", "store.count({})", "argument 1 (prefix)"),
    ("store.changed", "store.changed({})", "argument 1 (key)"),
    ("me.get", "me.get({})", "argument 1 (key)"),
    ("me.set", "me.set(('k'):rep(513), 1)", "a key has 1 to 512 bytes"),
    ("me.add", "me.add('n', {})", "argument 2 (amount)"),
    ("me.delete", "me.delete({})", "argument 1 (key)"),
    ("me.list", "me.list({})", "argument 1 (prefix)"),
    ("me.count", "me.count({})", "argument 1 (prefix)"),
    ("me.changed", "me.changed({})", "argument 1 (key)"),
    ("files.read", "files.read('../a')", "a"),
    ("files.write", "files.write('a.txt', {})", "argument 2 (content) should be a string"),
    ("files.delete", "files.delete('/a')", "a"),
    ("files.list", "files.list({})", "argument 1 (prefix)"),
    ("files.url", "files.url({})", "argument 1 (name)"),
    ("secrets.get", "secrets.get({})", "argument 1 (name)"),
    ("schedule.after", "schedule.after('soon', 'x')", "is no length of time"),
    ("schedule.every", "schedule.every('1s', 'x')", "the shortest time is one minute"),
    ("schedule.cancel", "schedule.cancel('')", "a schedule's name has 1 to"),
    ("json.parse", "json.parse('{')", "json.parse"),
    ("json.print", "json.print(0/0)", "json.print"),
    ("csv.parse", "csv.parse({})", "argument 1"),
    ("csv.print", "csv.print('x')", "argument 1"),
    ("feed.parse", "feed.parse('no feed')", "feed.parse"),
    ("feed.print", "feed.print('x')", "argument 1"),
    ("text.template", "text.template({}, {})", "argument 1"),
    ("text.trim", "text.trim({})", "argument 1"),
    ("text.split", "text.split('a', {})", "argument 2"),
    ("text.lines", "text.lines({})", "argument 1"),
    ("text.starts", "text.starts('a', {})", "argument 2"),
    ("text.ends", "text.ends({}, 'a')", "argument 1"),
    ("text.cut", "text.cut('a', 'x')", "argument 2"),
    ("text.upper", "text.upper({})", "argument 1"),
    ("text.lower", "text.lower({})", "argument 1"),
    ("html.clean", "html.clean({})", "argument 1"),
    ("html.text", "html.text({})", "argument 1"),
    ("html.links", "html.links({})", "argument 1"),
    ("html.escape", "html.escape({})", "argument 1"),
    ("md.html", "md.html({})", "argument 1"),
    ("hash.sha256", "hash.sha256({})", "argument 1"),
    ("hash.sha512", "hash.sha512({})", "argument 1"),
    ("hash.hmac_sha256", "hash.hmac_sha256('k', {})", "argument 2"),
    ("base64.encode", "base64.encode({})", "argument 1"),
    ("base64.decode", "base64.decode('?')", "base64.decode"),
    ("base64.hex", "base64.hex({})", "argument 1"),
    ("base64.unhex", "base64.unhex('x')", "base64.unhex"),
    ("docs.read", "docs.read({})", "argument 1"),
    ("docs.write", "docs.write('x', {})", "argument 2"),
    ("docs.list", "docs.list({})", "argument 1"),
    ("docs.history", "docs.history({})", "argument 1"),
    ("docs.diff", "docs.diff('x', 'y', 1)", "argument 2"),
    ("url.parse", "url.parse('no address')", "url.parse"),
    ("url.join", "url.join('no address', 'x')", "url.join"),
    ("url.escape", "url.escape({})", "argument 1"),
    ("url.unescape", "url.unescape({})", "argument 1"),
    ("url.query", "url.query('x')", "argument 1"),
    ("time.date", "time.date('x')", "argument 1"),
    ("time.clock", "time.clock('x')", "argument 1"),
    ("time.format", "time.format('x', '%Y')", "argument 1"),
    ("time.parse", "time.parse({})", "argument 1"),
    ("time.parts", "time.parts('x')", "argument 1"),
    ("time.make", "time.make('x')", "argument 1"),
    ("time.add", "time.add('x', {})", "argument 1"),
    ("time.ago", "time.ago('x')", "argument 1"),
    ("random.int", "random.int('x')", "argument 1"),
    ("random.bytes", "random.bytes(-1)", "random.bytes"),
    ("random.pick", "random.pick('x')", "argument 1"),
    ("random.shuffle", "random.shuffle('x')", "argument 1"),
];

/// Those that take nothing, or anything: they print it.
const TAKE_ANYTHING: &[&str] = &["log.print", "time.now", "random.float", "random.id"];

#[test]
fn a_wrong_argument_is_told_in_words() {
    let free: BTreeSet<&str> = all()
        .filter(|it| !matches!(it.needs, Needs::Grant(_)))
        .map(|it| it.name)
        .filter(|name| !TAKE_ANYTHING.contains(name))
        .collect();
    let tried: BTreeSet<&str> = WRONG.iter().map(|(name, ..)| *name).collect();
    assert_eq!(free, tried, "each has a wrong call here");
    let mut main = String::from("function view(ctx) return ui.page{ 'Arguments' } end\n");
    for (number, (_, call, _)) in WRONG.iter().enumerate() {
        main += &format!("function on.wrong{number}(ctx) {call} end\n");
    }
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app(&ana, "arguments", &main);
    let mut amiss = Vec::new();
    for (number, (name, call, says)) in WRONG.iter().enumerate() {
        let ran = place.press(&app, &ana, &format!("wrong{number}"), Value::Nil);
        let line = format!("main.lua:{}:", number + 2);
        let told = ran.message.contains(says) && ran.message.contains(&line);
        if ran.ending != Ending::Stopped || !told {
            amiss.push(format!("{name}: {call}: {:?}: {}", ran.ending, ran.message));
        }
    }
    assert!(amiss.is_empty(), "{}", amiss.join("\n"));
}

/// COMP-005: and so is work inside of it.
#[test]
fn nothing_is_done_for_which_a_run_cannot_pay() {
    let free: Vec<_> = all().filter(|it| !matches!(it.needs, Needs::Grant(_))).collect();
    let mut main = String::from(
        "function view(ctx) return ui.page{ 'Budget' } end\nfunction on.nothing(ctx) end\n",
    );
    for (number, it) in free.iter().enumerate() {
        let example = it.example;
        main += &format!(
            "function on.again{number}(ctx) while true do pcall(function() {example}\nend) end end\n"
        );
    }
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app(&ana, "budget", &main);
    let nothing = place.press(&app, &ana, "nothing", Value::Nil).receipt.gas;
    for (number, it) in free.iter().enumerate() {
        let budget = nothing + it.price.call * 2 + 4_000_000;
        let ran = place.press_with_gas(&app, &ana, &format!("again{number}"), budget);
        assert_eq!(ran.ending, Ending::OutOfGas, "{}: {}", it.name, ran.message);
        assert_eq!(ran.receipt.gas, budget, "{} is charged what it had", it.name);
        assert_eq!(ran.receipt.bytes_written, 0, "{} wrote", it.name);
        let calls = ran.receipt.causes[it.name];
        assert!(calls.count > 1 && calls.gas <= budget, "{}: {calls:?} of {budget}", it.name);
        // The last call is the one that could not be paid.
        assert!((calls.count - 1) * it.price.call <= calls.gas, "{}: {calls:?}", it.name);
    }
}
