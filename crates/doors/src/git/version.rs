//! Which git there is. It is asked nothing else.

use super::scratch::PLACES;
use std::process::Command;

/// What git says of itself, such as `git version 2.39.5`; `None` where there is none.
#[must_use]
pub fn version() -> Option<String> {
    let said =
        Command::new("git").env_clear().env("PATH", PLACES).arg("--version").output().ok()?;
    let said = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    said.starts_with("git version").then_some(said)
}

#[cfg(test)]
mod tests {
    #[test]
    fn git_says_its_version() {
        assert!(super::version().is_some_and(|said| said.starts_with("git version ")));
    }
}
