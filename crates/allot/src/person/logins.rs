//! The groups a person has signed in to, with a token each, in a file that only they can read.

use crate::failure::{Code, Failure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// What is kept.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Logins {
    /// The group that is meant when none is named: that of the last login.
    pub current: String,
    pub groups: BTreeMap<String, Login>,
}

/// One group.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Login {
    pub token: String,
    pub handle: String,
}

impl Logins {
    /// What was kept before; nothing at first.
    pub(crate) fn load() -> Result<Logins, Failure> {
        let path = place()?;
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => return Ok(Logins::default()),
            Err(err) => return Err(Failure::file(&path, &err)),
        };
        serde_json::from_str(&text).map_err(|err| {
            Failure::usage(format!(
                "{} cannot be read: {err}. Delete it and sign in again.",
                path.display()
            ))
            .try_next(format!("rm {}", path.display()))
        })
    }

    /// Keeps it, for this person's eyes only. A reader meets the old file or the new one, whole.
    pub(crate) fn save(&self) -> Result<(), Failure> {
        let path = place()?;
        let failed = |err: std::io::Error| Failure::file(&path, &err);
        if let Some(folder) = path.parent() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        }
        let text = serde_json::to_string_pretty(self)
            .map_err(|err| Failure::new(Code::App, format!("The login cannot be kept: {err}.")))?;
        let half = path.with_extension(format!("{}.part", std::process::id()));
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(&half).map_err(failed)?;
        writeln!(file, "{text}").map_err(failed)?;
        fs::rename(&half, &path).map_err(failed)
    }
}

/// Where logins are kept.
pub(crate) fn place() -> Result<PathBuf, Failure> {
    let config = std::env::var_os("XDG_CONFIG_HOME").filter(|it| !it.is_empty()).map(PathBuf::from);
    let home = || Some(Path::new(&std::env::var_os("HOME")?).join(".config"));
    match config.or_else(home) {
        Some(folder) => Ok(folder.join("allot").join("logins.json")),
        None => Err(Failure::usage(
            "There is no HOME to keep the login in. Set ALLOT_TOKEN, and give --group URL.",
        )),
    }
}

/// The address of a group, as it is kept and asked: its scheme and host, whatever page was copied.
pub(crate) fn group_url(typed: &str) -> String {
    let (scheme, rest) = match typed.trim().split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, typed.trim()),
    };
    let place = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // This machine has no certificate.
    let host = place.rsplit_once(':').map_or(place, |(host, _)| host);
    let local = host == "localhost" || host.starts_with("127.") || host == "[::1]";
    format!("{}://{place}", scheme.unwrap_or(if local { "http" } else { "https" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_groups() {
        for (typed, expect) in [
            ("oak.example", "https://oak.example"),
            ("oak.example/", "https://oak.example"),
            ("oak.example:8443", "https://oak.example:8443"),
            ("http://oak.example", "http://oak.example"),
            ("localhost:8080", "http://localhost:8080"),
            ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("[::1]:8080", "http://[::1]:8080"),
            (" localhost ", "http://localhost"),
            ("https://oak.example/@ana/poll?tab=b", "https://oak.example"),
        ] {
            assert_eq!(group_url(typed), expect, "{typed}");
        }
    }
}
