//! What a component may import: the one table of interfaces, with the family each belongs to and the
//! grants it may ask for. Runtimes import much of WASI and call little of it, so all of 0.2 but what
//! waits for others may be named; what of it does nothing here says so when it is called.

use super::place;
use model::problem::{Problem, Result};

/// The package in wit/, and its versions that are answered.
const OURS: &str = "allotment:app";

/// An interface that a component imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Like `allotment:app/http`, without its version.
    pub interface: &'static str,
    /// Like `http`, or `wasi:cli`.
    pub family: &'static str,
    /// The verbs of the grants it may ask for.
    pub grants: &'static [&'static str],
}

type Row = (&'static str, &'static str, &'static [&'static str]);

/// The interfaces, their families and grants.
const TABLE: [Row; 43] = [
    ("allotment:app/types", "types", &[]),
    ("allotment:app/store", "store", &[]),
    ("allotment:app/me", "me", &[]),
    ("allotment:app/files", "files", &[]),
    ("allotment:app/http", "http", &["http.fetch"]),
    ("allotment:app/secrets", "secrets", &[]),
    ("allotment:app/git", "git", &["git.read", "git.write"]),
    ("allotment:app/schedule", "schedule", &[]),
    ("allotment:app/log", "log", &[]),
    ("allotment:app/feed", "feed", &[]),
    ("allotment:app/html", "html", &[]),
    ("allotment:app/time", "time", &[]),
    ("allotment:app/random", "random", &[]),
    ("wasi:cli/environment", "wasi:cli", &[]),
    ("wasi:cli/exit", "wasi:cli", &[]),
    ("wasi:cli/stderr", "wasi:cli", &[]),
    ("wasi:cli/stdin", "wasi:cli", &[]),
    ("wasi:cli/stdout", "wasi:cli", &[]),
    ("wasi:cli/terminal-input", "wasi:cli", &[]),
    ("wasi:cli/terminal-output", "wasi:cli", &[]),
    ("wasi:cli/terminal-stderr", "wasi:cli", &[]),
    ("wasi:cli/terminal-stdin", "wasi:cli", &[]),
    ("wasi:cli/terminal-stdout", "wasi:cli", &[]),
    ("wasi:clocks/monotonic-clock", "wasi:clocks", &[]),
    ("wasi:clocks/timezone", "wasi:clocks", &[]),
    ("wasi:clocks/wall-clock", "wasi:clocks", &[]),
    ("wasi:filesystem/preopens", "wasi:filesystem", &[]),
    ("wasi:filesystem/types", "wasi:filesystem", &[]),
    ("wasi:http/outgoing-handler", "wasi:http", &["http.fetch"]),
    ("wasi:http/types", "wasi:http", &[]),
    ("wasi:io/error", "wasi:io", &[]),
    ("wasi:io/poll", "wasi:io", &[]),
    ("wasi:io/streams", "wasi:io", &[]),
    ("wasi:random/insecure", "wasi:random", &[]),
    ("wasi:random/insecure-seed", "wasi:random", &[]),
    ("wasi:random/random", "wasi:random", &[]),
    ("wasi:sockets/instance-network", "wasi:sockets", &[]),
    ("wasi:sockets/ip-name-lookup", "wasi:sockets", &[]),
    ("wasi:sockets/network", "wasi:sockets", &[]),
    ("wasi:sockets/tcp", "wasi:sockets", &[]),
    ("wasi:sockets/tcp-create-socket", "wasi:sockets", &[]),
    ("wasi:sockets/udp", "wasi:sockets", &[]),
    ("wasi:sockets/udp-create-socket", "wasi:sockets", &[]),
];

/// Looks up an import, like `wasi:io/poll@0.2.6`.
pub(crate) fn find(import: &str) -> Result<Import> {
    let (name, version) = import.split_once('@').unwrap_or((import, ""));
    let Some(&(interface, family, grants)) = TABLE.iter().find(|row| row.0 == name) else {
        return Err(Problem::invalid(format!(
            "main.wasm imports {}, which is not part of what an app has here. What there is stands in wit/.",
            place::shown(import, place::NAME_CHARS)
        )));
    };
    let (form, begins) = if name.starts_with(OURS) { ("1.0", "1.") } else { ("0.2.0", "0.2.") };
    if is_version(version, begins) {
        return Ok(Import { interface, family, grants });
    }
    Err(Problem::invalid(format!(
        "main.wasm imports {}; of {name} there is {form} here and what is compatible with it: versions that begin with {begins}",
        place::shown(import, place::NAME_CHARS)
    )))
}

/// Whether a version begins so and is made of numbers: one with a mark of its own is compatible
/// with nothing.
fn is_version(version: &str, begins: &str) -> bool {
    version.strip_prefix(begins).is_some_and(|rest| {
        rest.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // WASM-020, COMP-013, COMP-020
    #[test]
    fn imports_are_taken_by_name_and_version() {
        for (import, expect) in [
            ("allotment:app/store@1.0.0", ""),
            ("allotment:app/store@1.7.2", ""),
            ("allotment:app/store@2.0.0", "versions that begin with 1."),
            ("allotment:app/store", "versions that begin with 1."),
            ("allotment:app/root@1.0.0", "not part of"),
            ("wasi:io/poll@0.2.12", ""),
            ("wasi:io/poll@0.3.0", "begin with 0.2."),
            ("wasi:io/poll@0.2.0-rc-2023-11-10", "begin with 0.2."),
            ("wasi:io/poll@0.2.", "begin with 0.2."),
            ("wasi:http/incoming-handler@0.2.0", "not part of"),
            ("wasi:keyvalue/store@0.2.0", "not part of"),
            ("wasi_snapshot_preview1", "not part of"),
            ("env", "not part of"),
            ("", "not part of"),
        ] {
            let text = find(import).err().map(|problem| problem.public).unwrap_or_default();
            assert_eq!(text.is_empty(), expect.is_empty(), "{import}: {text}");
            assert!(text.contains(expect), "{import}: {text}");
        }
    }
}
