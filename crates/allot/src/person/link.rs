//! The link to a group: its address, the person's token, and requests that end in JSON or in words.

use super::read_stdin;
use crate::commands::{At, Failure};
use serde_json::Value;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::time::Duration;

/// Time for one request; a run may wait a minute for outside.
const PATIENCE: Duration = Duration::from_secs(90);
/// Bytes of an answer: the files of a release in base64, and room.
const ANSWER_BYTES_MAX: u64 = 32 << 20;

/// A group, as this person reaches it.
pub(super) struct Link {
    url: String,
    token: String,
}

/// A failure, and whether the thing asked for is missing.
pub(super) struct LinkFailure {
    pub missing: bool,
    failure: Failure,
}

impl From<LinkFailure> for Failure {
    fn from(link: LinkFailure) -> Failure {
        link.failure
    }
}

/// The token a person gives: from the environment, or typed.
pub(super) fn token_from_person() -> Result<String, Failure> {
    match std::env::var("ALLOT_TOKEN") {
        Ok(token) => Ok(token),
        Err(_) => {
            eprintln!("Paste your token, then press Enter and Ctrl-D:");
            Ok(read_stdin()?.trim().to_owned())
        }
    }
}

impl Link {
    /// The link of a group and a token.
    pub(super) fn with_token(url: &str, token: &str) -> Link {
        let url = if url.contains("://") { url.to_owned() } else { format!("https://{url}") };
        Link { url: url.trim_end_matches('/').to_owned(), token: token.to_owned() }
    }

    /// The link of the last login, or as flags and environment say.
    pub(super) fn to(at: &At) -> Result<Link, Failure> {
        let kept = std::fs::read_to_string(place()?).unwrap_or_default();
        let mut kept = kept.lines();
        let (url, token) = (kept.next().unwrap_or_default(), kept.next().unwrap_or_default());
        let group = at.group.as_deref().unwrap_or(url);
        if group.is_empty() {
            return Err(Failure::new(
                3,
                "No group is known yet. Run   allot login URL   or give --group URL.",
            ));
        }
        let token = std::env::var("ALLOT_TOKEN").unwrap_or_else(|_| {
            // A token of one group never goes to another.
            if Link::with_token(group, "").url == url { token.to_owned() } else { String::new() }
        });
        Ok(Link::with_token(group, &token))
    }

    /// Keeps the link for the next command, readable by this person only.
    pub(super) fn remember(&self) -> Result<(), Failure> {
        let place = place()?;
        let failed = |err: std::io::Error| Failure::new(1, format!("{}: {err}", place.display()));
        if let Some(folder) = place.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&place)
            .map_err(failed)?;
        writeln!(file, "{}\n{}", self.url, self.token).map_err(failed)
    }

    pub(super) fn get(&self, path: &str) -> Result<Value, LinkFailure> {
        let request = self.agent().get(self.address(path)).header("authorization", self.bearer());
        self.answer(request.call())
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Result<Value, LinkFailure> {
        let request = self.agent().post(self.address(path)).header("authorization", self.bearer());
        self.answer(request.send_json(body))
    }

    pub(super) fn put(&self, path: &str, body: &Value) -> Result<Value, LinkFailure> {
        let request = self.agent().put(self.address(path)).header("authorization", self.bearer());
        self.answer(request.send_json(body))
    }

    fn agent(&self) -> ureq::Agent {
        ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .build()
            .into()
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    fn answer(
        &self,
        answered: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Value, LinkFailure> {
        let fail = |code, missing, text: String| {
            Err(LinkFailure { missing, failure: Failure::new(code, text) })
        };
        let mut response = match answered {
            Ok(response) => response,
            Err(err) => {
                return fail(4, false, format!("cannot reach {}: {err}. Is it running?", self.url));
            }
        };
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string();
        let json: Value = match body.map(|text| serde_json::from_str(&text)) {
            Ok(Ok(json)) => json,
            _ => {
                return fail(
                    4,
                    false,
                    format!("{} answered {status}, and not as a group does.", self.url),
                );
            }
        };
        if status < 400 {
            return Ok(json);
        }
        let message = json["error"]["message"].as_str().unwrap_or("no reason was given").to_owned();
        let code = match status {
            401 | 403 => 3,
            422 => 1,
            429 => 5,
            _ => 1,
        };
        fail(code, status == 404, message)
    }
}

fn place() -> Result<PathBuf, Failure> {
    let config = std::env::var("XDG_CONFIG_HOME").map(PathBuf::from);
    let home = || std::env::var("HOME").map(|home| PathBuf::from(home).join(".config"));
    match config.or_else(|_| home()) {
        Ok(folder) => Ok(folder.join("allot").join("login")),
        Err(_) => Err(Failure::new(
            2,
            "There is no HOME to keep the login in. Set ALLOT_TOKEN and give --group URL.",
        )),
    }
}
