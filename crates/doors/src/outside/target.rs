//! An address after parsing by the URL standard: the host, port and scheme that would really be
//! asked. Nothing is looked up here; where a name leads is judged when it is connected to.

use super::policy::Policy;
use group::world::{Unreached, UnreachedKind};
use std::net::IpAddr;
use url::{Host, Url};

/// Bytes of an address: what servers take in practice.
const URL_BYTES_MAX: usize = 8 * 1024;

/// Last labels that never lead to the public internet (RFC 6761, 6762, 8375, 9476, ICANN on `.internal`).
const PRIVATE_SUFFIXES: &[&str] = &[
    "localhost",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "home.arpa",
    "onion",
    "alt",
    "invalid",
];

/// Ports whose services could take an HTTP request for something else: the list of the Fetch
/// standard, and two stores that read commands line by line.
const DANGEROUS_PORTS: &[u16] = &[
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666,
    6667, 6668, 6669, 6679, 6697, 10080, 11211,
];

/// A judged address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The whole address, normalised, without its fragment.
    pub url: Url,
    /// The host in lower case, as A-labels, without a trailing dot or brackets.
    pub host: String,
    pub port: u16,
    pub tls: bool,
    /// The address itself, if the host is one.
    pub literal: Option<IpAddr>,
}

impl Target {
    /// Judges an address.
    pub(super) fn parse(policy: &Policy, text: &str) -> Result<Target, Unreached> {
        if text.len() > URL_BYTES_MAX {
            return Err(refused(format!("An address has at most {URL_BYTES_MAX} bytes.")));
        }
        let mut url = Url::parse(text).map_err(|_| not_an_address(text))?;
        let tls = match url.scheme() {
            "https" => true,
            "http" => false,
            other => {
                return Err(refused(format!(
                    "Only http and https lead out of a group; this address begins with {other}:."
                )));
            }
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused(
                "An address may not carry a name or password; keep them as a secret and send them in a header.",
            ));
        }
        let port = url.port_or_known_default().unwrap_or(0);
        let (host, literal) = match url.host() {
            Some(Host::Ipv4(v4)) => (v4.to_string(), Some(IpAddr::V4(v4))),
            Some(Host::Ipv6(v6)) => (v6.to_string(), Some(IpAddr::V6(v6))),
            Some(Host::Domain(name)) => (name.strip_suffix('.').unwrap_or(name).to_owned(), None),
            None => return Err(not_an_address(text)),
        };
        if literal.is_none() {
            // The dot must not reach `Host:` and TLS, where it would be another name.
            url.set_host(Some(&host)).map_err(|_| not_an_address(text))?;
        }
        url.set_fragment(None);
        let target = Target { url, host, port, tls, literal };
        target.check(policy)?;
        Ok(target)
    }

    /// The host and port as `Host:` has them.
    pub(super) fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    fn check(&self, policy: &Policy) -> Result<(), Unreached> {
        if policy.names(self) {
            return Ok(());
        }
        if self.literal.is_none() && !is_public_name(&self.host) {
            return Err(refused(format!(
                "{} is not a name on the public internet.",
                self.host.escape_debug()
            )));
        }
        if policy.is_own(&self.host) {
            return Err(refused("An app may not ask its own group over the network."));
        }
        if DANGEROUS_PORTS.contains(&self.port) {
            return Err(refused(format!(
                "Port {} belongs to another kind of service than the web.",
                self.port
            )));
        }
        Ok(())
    }
}

/// A name of at least two labels, none of them empty, that does not end in a private suffix.
fn is_public_name(host: &str) -> bool {
    let whole = host.split('.').all(|label| !label.is_empty()) && host.contains('.');
    let private = PRIVATE_SUFFIXES
        .iter()
        .any(|suffix| host.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.')));
    whole && !private
}

pub(super) fn refused(text: impl Into<String>) -> Unreached {
    Unreached::new(UnreachedKind::Forbidden, text)
}

fn not_an_address(text: &str) -> Unreached {
    let shown: String = text.chars().take(80).collect();
    refused(format!(
        "“{}” is not an address; write it like https://example.com/feed.xml.",
        shown.escape_debug()
    ))
}
