//! One place for each thing: SQL, HTML, sockets, clocks, randomness and the environment each have their crate.

use tidy::source::has_word;
use tidy::{Fault, Line, Source, Tree, none};

/// A wall: what it keeps in, where that may be, and how to see it in a line.
struct Wall {
    rule: &'static str,
    /// Folders in which it is at home.
    homes: &'static [&'static str],
    /// Whether tests outside the homes may do it too.
    in_tests: bool,
    breaks: fn(&Line) -> bool,
}

/// Every wall of the house.
const WALLS: &[Wall] = &[
    Wall {
        rule: "only `store` has SQL",
        homes: &["crates/store/", "crates/tidy/"],
        in_tests: false,
        breaks: |line| {
            let quoted = line.quoted.trim_start();
            SQL.iter()
                .any(|start| quoted.starts_with(start) || quoted.contains(&format!("\n{start}")))
        },
    },
    Wall {
        rule: "only `ui` writes HTML",
        homes: &["crates/ui/"],
        in_tests: true,
        breaks: |line| TAGS.iter().any(|tag| has_tag(&line.quoted, tag)),
    },
    Wall {
        rule: "only `doors` opens sockets, and `sandbox` the pair between a node and its worker",
        homes: &["crates/doors/", "crates/sandbox/src/worker/"],
        in_tests: true,
        breaks: |line| SOCKETS.iter().any(|socket| line.says(socket)),
    },
    Wall {
        rule: "only `doors` and `allot` ask a clock; take a `Moment`",
        homes: &["crates/doors/", "crates/allot/"],
        in_tests: true,
        breaks: |line| CLOCKS.iter().any(|clock| line.says(clock)),
    },
    Wall {
        rule: "only `sandbox`, `doors` and `allot` measure time",
        homes: &[
            "crates/sandbox/",
            "crates/doors/",
            "crates/allot/",
            "crates/testkit/",
            "benches/",
        ],
        in_tests: true,
        breaks: |line| line.says("Instant::now"),
    },
    Wall {
        rule: "only `doors` and `allot` make randomness; take a seed",
        homes: &["crates/doors/", "crates/allot/"],
        in_tests: true,
        breaks: |line| DICE.iter().any(|dice| line.says(dice)),
    },
    Wall {
        rule: "only `allot` reads the environment; a jail looks that there is none, a test build what to leave out",
        homes: &[
            "crates/allot/",
            "guests/lua/snapshot/",
            "crates/sandbox/src/jail/",
            "crates/model/src/sabotage.rs",
        ],
        in_tests: true,
        breaks: |line| line.says("std::env") || ENVIRONMENT.iter().any(|call| line.says(call)),
    },
    Wall {
        rule: "only `sandbox` uses `unsafe`, to load what it compiled itself and to build its jail",
        homes: &["crates/sandbox/"],
        in_tests: false,
        breaks: |line| line.says("unsafe"),
    },
];

const SQL: &[&str] = &[
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "DELETE FROM",
    "CREATE TABLE",
    "CREATE INDEX",
    "ALTER TABLE",
    "DROP TABLE",
    "PRAGMA ",
    "BEGIN IMMEDIATE",
    "VACUUM",
];

const TAGS: &[&str] = &[
    "a", "b", "body", "button", "div", "form", "h1", "h2", "h3", "head", "html", "iframe", "img",
    "input", "label", "li", "link", "main", "meta", "nav", "ol", "p", "pre", "script", "section",
    "select", "span", "style", "svg", "table", "td", "textarea", "th", "title", "tr", "ul",
];

const SOCKETS: &[&str] = &[
    "TcpStream",
    "TcpListener",
    "TcpSocket",
    "UdpSocket",
    "UnixStream",
    "UnixListener",
    "UnixDatagram",
];

const CLOCKS: &[&str] = &["SystemTime::now", "Timestamp::now", "Zoned::now", "Uuid::now_v7"];

const DICE: &[&str] = &["getrandom::fill", "getrandom", "OsRng", "thread_rng", "Uuid::new_v4"];

const ENVIRONMENT: &[&str] =
    &["env::var", "env::var_os", "env::vars", "env::set_var", "env::args", "env::current_dir"];

#[test]
fn each_thing_has_one_place() {
    none(Tree::open().rust().iter().flat_map(broken).collect());
}

#[test]
fn walls_that_are_broken() {
    let cases = [
        ("crates/group/src/a.rs", "db(\"SELECT a FROM b\");", 1),
        ("crates/group/tests/a.rs", "db(\"DELETE FROM b\");", 1),
        ("crates/store/src/a.rs", "db(\"SELECT a FROM b\");", 0),
        ("crates/group/src/a.rs", "say(\"SELECT one of these: UPDATE\");", 1),
        ("crates/group/src/a.rs", "say(\"choose, do not SELECT \");", 0),
        ("crates/doors/src/a.rs", "say(\"<p class=x>\");", 1),
        ("crates/doors/src/a.rs", "say(\"</div>\");", 1),
        ("crates/doors/src/a.rs", "say(\"<params>, a<b\");", 0),
        ("crates/doors/src/a.rs", "let a: Vec<a> = b; // <p>", 0),
        ("crates/doors/tests/a.rs", "say(\"<p>\");", 0),
        ("crates/group/src/a.rs", "example: r#\"\nsay('<p>')\"#,\nprice: \"<p>\",", 1),
        ("crates/group/src/a.rs", "TcpStream::connect(a)", 1),
        ("crates/doors/src/a.rs", "TcpStream::connect(a)", 0),
        ("crates/sandbox/src/worker/a.rs", "UnixStream::pair()", 0),
        ("crates/sandbox/src/a.rs", "UnixStream::pair()", 1),
        ("crates/group/src/a.rs", "let now = SystemTime::now();", 1),
        ("crates/sandbox/src/a.rs", "let now = std::time::Instant::now();", 0),
        ("crates/sandbox/src/a.rs", "let now = SystemTime::now();", 1),
        ("crates/store/src/a.rs", "let now = Instant::now();", 1),
        ("crates/store/src/a.rs", "getrandom::fill(&mut a)", 1),
        ("crates/store/src/a.rs", "std::env::var(\"A\")", 1),
        ("crates/store/src/a.rs", "env!(\"CARGO_PKG_VERSION\")", 0),
        ("crates/allot/src/a.rs", "std::env::var(\"A\")", 0),
    ];
    for (path, text, expect) in cases {
        assert_eq!(broken(&Source::read(path, text)).len(), expect, "{path}: {text}");
    }
}

fn broken(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut example = false;
    for (at, line) in source.numbered() {
        // The example of a capability is a script of the guest's manual, and is run as a test.
        example = line.says("example:") || example && line.code.trim_matches(['"', ',']).is_empty();
        for wall in WALLS.iter().filter(|wall| (wall.breaks)(line)) {
            let at_home = wall.homes.iter().any(|home| source.path.starts_with(home));
            if !at_home && !(wall.in_tests && (line.test || example)) {
                faults.push(Fault::new(&source.path, at, wall.rule));
            }
        }
    }
    faults
}

/// Whether the text opens or closes this tag.
fn has_tag(text: &str, tag: &str) -> bool {
    ["<", "</"].iter().any(|opening| {
        let start = format!("{opening}{tag}");
        has_word(text, &start)
            && text.match_indices(&start).any(|(at, _)| {
                text[at + start.len()..].starts_with([' ', '>', '/'])
                    && !text[..at].ends_with(|c: char| c.is_alphanumeric())
            })
    })
}
