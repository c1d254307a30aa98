//! The link to a group: its address, the person's token, and requests that end in JSON or in words.

use super::logins::{Logins, group_url};
use crate::commands::At;
use crate::failure::{Code, Failure};
use serde_json::Value;
use std::fs::File;
use std::io::{Read, Write};
use std::sync::Arc;
use std::time::Duration;
use ureq::http::Response;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body};

/// Time for one request; a run may wait a minute for outside.
const PATIENCE: Duration = Duration::from_secs(90);
/// Time for a whole app as one file, which may be large and the line slow.
const LONG_PATIENCE: Duration = Duration::from_secs(3_600);
/// Time to reach the group at all.
const CONNECTING: Duration = Duration::from_secs(10);
/// Bytes of an answer: the files of a release in base64, and room.
const ANSWER_BYTES_MAX: u64 = 32 << 20;

/// A group, as this person reaches it.
pub(crate) struct Link {
    pub url: String,
    token: Option<String>,
    agent: Agent,
}

/// A failure, and the status that the group answered with; 0 if it gave none.
pub(crate) struct LinkFailure {
    pub status: u16,
    failure: Failure,
}

impl LinkFailure {
    /// The failure, with another command to try if the group answered with this status.
    pub(crate) fn on(self, status: u16, try_next: impl Into<String>) -> Failure {
        match self.status == status {
            true => self.failure.try_next(try_next),
            false => self.failure,
        }
    }
}

impl From<LinkFailure> for Failure {
    fn from(link: LinkFailure) -> Failure {
        link.failure
    }
}

/// What comes of a request.
pub(crate) type Answer<T = Value> = Result<T, LinkFailure>;

/// The token of the environment.
pub(crate) fn token_of_environment() -> Option<String> {
    std::env::var("ALLOT_TOKEN")
        .ok()
        .map(|token| token.trim().to_owned())
        .filter(|it| !it.is_empty())
}

impl Link {
    /// The link of a group and a token.
    pub(crate) fn new(url: &str, token: Option<String>) -> Link {
        let agent = Agent::config_builder()
            .timeout_connect(Some(CONNECTING))
            .http_status_as_error(false)
            .tls_config(TlsConfig::builder().root_certs(roots()).build())
            .build();
        Link { url: group_url(url), token, agent: agent.into() }
    }

    /// The link of the last login, or as flags and environment say.
    pub(crate) fn to(at: &At) -> Result<Link, Failure> {
        let logins = Logins::load();
        let given = at.group.as_deref().map(group_url);
        // Whoever says everything by flags and environment needs no home.
        let logins = match (&given, token_of_environment()) {
            (Some(_), Some(_)) => logins.unwrap_or_default(),
            _ => logins?,
        };
        let url = given.unwrap_or(logins.current);
        if url.is_empty() {
            return Err(Failure::new(
                Code::SignIn,
                "No group is known yet. Sign in to one, or name it with --group URL.",
            ));
        }
        // A token of one group never goes to another.
        let kept = logins.groups.get(&url).map(|login| login.token.clone());
        Ok(Link::new(&url, token_of_environment().or(kept)))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        let request = self.agent.get(self.address(path));
        let request = request.config().timeout_global(Some(PATIENCE)).build();
        self.answer(self.signed(request).call())
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        let request = self.agent.post(self.address(path));
        let request = request.config().timeout_global(Some(PATIENCE)).build();
        self.answer(self.signed(request).send_json(body))
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Answer {
        let request = self.agent.put(self.address(path));
        let request = request.config().timeout_global(Some(PATIENCE)).build();
        self.answer(self.signed(request).send_json(body))
    }

    /// Sends a file.
    pub(crate) fn send(&self, path: &str, file: &File) -> Answer {
        let request = self.agent.post(self.address(path));
        let request = request.config().timeout_global(Some(LONG_PATIENCE)).build();
        self.answer(self.signed(request).send(file))
    }

    /// Fetches a file. One that does not come whole is a failure.
    pub(crate) fn fetch(&self, path: &str, to: &mut impl Write) -> Answer<u64> {
        let request = self.agent.get(self.address(path));
        let request = request.config().timeout_global(Some(LONG_PATIENCE)).build();
        let response = self.signed(request).call();
        let mut response = match response {
            Ok(response) if response.status().is_success() => response,
            refused => return self.answer(refused).map(|_| 0),
        };
        let mut body = response.body_mut().with_config().limit(u64::MAX).reader();
        let mut piece = vec![0; 64 * 1024];
        let mut count = 0;
        loop {
            let read = body.read(&mut piece).map_err(|err| self.unreached(&err))?;
            if read == 0 {
                return Ok(count);
            }
            to.write_all(&piece[..read]).map_err(|err| {
                failed(Failure::usage(format!("The file cannot be written: {err}.")))
            })?;
            count += read as u64;
        }
    }

    fn signed<B>(&self, request: ureq::RequestBuilder<B>) -> ureq::RequestBuilder<B> {
        match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    fn answer(&self, answered: Result<Response<Body>, ureq::Error>) -> Answer {
        let mut response = answered.map_err(|err| self.unreached(&err))?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string();
        let json = body.map_err(|err| self.unreached(&err));
        let Ok(json) = serde_json::from_str::<Value>(&json?) else {
            let text = format!(
                "{} answered {status}, and not as a group does. Is this the group's address?",
                self.url
            );
            return Err(failed(Failure::new(Code::Network, text)));
        };
        match json["error"]["message"].as_str() {
            _ if status < 400 => Ok(json),
            Some(message) => Err(self.refused(status, message)),
            None => Err(self.refused(status, &format!("The group answered {status}."))),
        }
    }

    fn refused(&self, status: u16, message: &str) -> LinkFailure {
        let failure = match status {
            401 | 403 => {
                Failure::new(Code::SignIn, message).try_next(format!("allot login {}", self.url))
            }
            404 if self.token.is_none() => {
                Failure::new(Code::App, message).try_next(format!("allot login {}", self.url))
            }
            404 => Failure::new(Code::App, message).try_next("allot apps"),
            413 | 422 => Failure::usage(message),
            429 => Failure::new(Code::Gas, message),
            502..=504 => Failure::new(Code::Network, message),
            _ => Failure::new(Code::App, message),
        };
        LinkFailure { status, failure }
    }

    fn unreached(&self, err: &dyn std::fmt::Display) -> LinkFailure {
        let text = format!("{} cannot be reached: {err}. Is it running?", self.url);
        let failure = Failure::new(Code::Network, text);
        failed(failure.try_next(format!("allot doctor --group {}", self.url)))
    }
}

fn failed(failure: Failure) -> LinkFailure {
    LinkFailure { status: 0, failure }
}

/// Whom to trust: the system's roots, or those that `SSL_CERT_FILE` names; a machine that has none
/// is helped out with the well-known ones.
fn roots() -> RootCerts {
    let native = rustls_native_certs::load_native_certs().certs;
    if native.is_empty() {
        return RootCerts::WebPki;
    }
    let owned = native.iter().map(|cert| Certificate::from_der(cert.as_ref()).to_owned());
    RootCerts::Specific(Arc::new(owned.collect()))
}
