//! What a rule found wrong, and how a list of that is said. It never stops at the first one.

use std::fmt;

/// One broken rule at one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub path: String,
    /// Counted from 1; the whole file is line 1.
    pub line: usize,
    pub rule: String,
}

impl Fault {
    pub fn new(path: &str, line: usize, rule: impl Into<String>) -> Fault {
        Fault { path: path.into(), line, rule: rule.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.rule)
    }
}

/// Fails with the whole list, one `file:line: rule` a line.
#[track_caller]
pub fn none(mut faults: Vec<Fault>) {
    faults.sort();
    faults.dedup();
    let list: Vec<String> = faults.iter().map(Fault::to_string).collect();
    assert!(list.is_empty(), "\n{}\n{} to mend\n", list.join("\n"), list.len());
}
