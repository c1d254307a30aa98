//! Nothing is left half done, and no test waits for luck.

use tidy::source::has_word;
use tidy::{Fault, Source, Tree, none};

/// Words in comments that leave something for later.
const LATER: &[&str] = &["TODO", "FIXME", "XXX", "HACK"];

/// Code that is not there yet, or that was for looking.
const UNFINISHED: &[&str] = &["todo!", "unimplemented!", "dbg!"];

/// Calls that wait a while and hope.
const SLEEPS: &[&str] = &["thread::sleep", "time::sleep"];

/// What a sleep in a test must say behind itself, on its own line.
const SLEEP_REASON: &str = "waits for:";

/// Other languages of ours, in which the words for later are looked for in the whole line.
const OTHER_LANGUAGES: &[&str] = &["lua", "c", "h", "s", "sh", "sql", "mjs", "toml", "css", "wit"];

#[test]
fn nothing_is_left_for_later() {
    let tree = Tree::open();
    let mut faults: Vec<Fault> = tree.rust().iter().flat_map(unfinished).collect();
    for extension in OTHER_LANGUAGES {
        for path in tree.with_extension(extension) {
            let text = tree.text(path).unwrap_or_default();
            for (at, line) in text.lines().enumerate() {
                faults.extend(later(line).map(|rule| Fault::new(path, at + 1, rule)));
            }
        }
    }
    none(faults);
}

#[test]
fn no_test_is_ignored_or_sleeps_for_luck() {
    none(Tree::open().rust().iter().flat_map(hopeful).collect());
}

#[test]
fn words_that_are_refused() {
    let cases = [
        ("// TODO: later\n", 1),
        ("let a = \"TODO\"; // a word\n", 0),
        ("todo!()\n", 1),
        ("// todo!() would be wrong here\n", 0),
        ("/* XXX */ dbg!(1);\n", 2),
        ("// HACKER news is no hack\n", 0),
    ];
    for (text, expect) in cases {
        assert_eq!(unfinished(&Source::read("a.rs", text)).len(), expect, "{text}");
    }
}

#[test]
fn hopes_that_are_refused() {
    let cases = [
        ("tests/a.rs", "std::thread::sleep(A);\n", 1),
        ("tests/a.rs", "std::thread::sleep(A); // waits for: the clock's next second\n", 0),
        ("tests/a.rs", "tokio::time::sleep(A).await;\n", 1),
        ("src/a.rs", "std::thread::sleep(A);\n", 0),
        ("src/a.rs", "#[cfg(test)]\nmod tests {\n    fn a() { thread::sleep(A); }\n}\n", 1),
        ("src/a.rs", "#[cfg(test)]\nmod tests {\n}\nfn a() { thread::sleep(A); }\n", 0),
        ("src/a.rs", "#[ignore]\n", 1),
        ("src/a.rs", "#[ignore = \"slow\"]\n", 1),
    ];
    for (path, text, expect) in cases {
        assert_eq!(hopeful(&Source::read(path, text)).len(), expect, "{path}: {text}");
    }
}

fn unfinished(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (at, line) in source.numbered() {
        let code = UNFINISHED.iter().filter(|word| line.says(word));
        let rules =
            code.map(|word| format!("`{word}` in finished code")).chain(later(&line.comment));
        faults.extend(rules.map(|rule| Fault::new(&source.path, at, rule)));
    }
    faults
}

fn later(text: &str) -> Option<String> {
    let word = LATER.iter().find(|word| has_word(text, word))?;
    Some(format!("`{word}` leaves something for later: do it, or write an issue"))
}

fn hopeful(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (at, line) in source.numbered() {
        if line.code.contains("#[ignore") {
            faults.push(Fault::new(&source.path, at, "an ignored test tests nothing"));
        }
        let sleeps = line.test && SLEEPS.iter().any(|call| line.says(call));
        if sleeps && !line.comment.contains(SLEEP_REASON) {
            let rule = format!("a test sleeps: wait for the thing, or say `// {SLEEP_REASON} …`");
            faults.push(Fault::new(&source.path, at, rule));
        }
    }
    faults
}
