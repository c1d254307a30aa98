//! Defences that a test build can switch off, one at a time, to see that the tests which guard them
//! fail then. Without the feature `sabotage` nothing can be switched off, and asking costs nothing.

/// Every defence that can be switched off; the layers of the jail have the words of their own.
pub const DEFENCES: &[&str] = &[
    // the jail
    "descriptors",
    "environment",
    "landlock",
    "namespaces",
    "no_new_privs",
    "not_dumpable",
    "parent_death",
    "rlimits",
    "seccomp",
    "uid",
    // the engine
    "cache-digest",
    "computing-time",
    "gas",
    "gas-of-calls",
    "memory",
    "proposals",
    // the node and its workers
    "frame-length",
    "handles",
    "paid-calls",
    "required-layers",
    "worker-deadline",
    // the house
    "allowance",
    "button-seal",
    "chain-depth",
    "grant-scheme",
    "grants",
    "printed",
    "read-set",
    "release-size",
    "safe-mode",
    "secret-answer",
    "secret-host",
    "visibility",
    // the doors
    "answer-bytes",
    "may-come",
    "own-group",
    "own-headers",
    "page-policy",
    "public-addresses",
    "raw-box",
    "same-site",
    // what is shown
    "html-allow-list",
    "html-depth",
    "html-size",
    "view-depth",
];

/// Whether a defence is switched off. In a product none ever is.
#[cfg(not(feature = "sabotage"))]
#[inline(always)]
#[must_use]
pub const fn off(_defence: &str) -> bool {
    false
}

/// What a worker process is told of it. In a product that is nothing.
#[cfg(not(feature = "sabotage"))]
#[must_use]
pub const fn handed_on() -> Option<(&'static str, String)> {
    None
}

#[cfg(all(feature = "sabotage", not(debug_assertions)))]
compile_error!("a product has no sabotage: build it without the feature");

#[cfg(feature = "sabotage")]
pub use switch::{VARIABLE, handed_on, off};

#[cfg(feature = "sabotage")]
mod switch {
    use std::sync::LazyLock;

    /// The variable that names the one defence which is off.
    pub const VARIABLE: &str = "ALLOT_SABOTAGE";

    #[allow(clippy::disallowed_methods, reason = "a test build is told what to leave out")]
    static OFF: LazyLock<Option<String>> = LazyLock::new(|| std::env::var(VARIABLE).ok());

    /// Whether a defence is switched off.
    #[must_use]
    pub fn off(defence: &str) -> bool {
        OFF.as_deref() == Some(defence)
    }

    /// What a worker process is told of it.
    #[must_use]
    pub fn handed_on() -> Option<(&'static str, String)> {
        OFF.clone().map(|defence| (VARIABLE, defence))
    }
}
