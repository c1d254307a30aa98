//! What the operator says about the way out: exceptions for networks of their own, the group's
//! name, and how much may be under way at once.

use super::address::{Network, canonical, is_public};
use super::target::Target;
use model::{Problem, sabotage};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Requests under way at once in the whole group: bounds sockets and buffers.
const CONCURRENT_MAX: usize = 64;
/// Requests under way at once to one host, so that a group is no cannon.
const PER_HOST_MAX: usize = 8;

/// The operator's settings of the way out.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The group's own host name. Remotes are told it, and scripts may not ask it: a request
    /// that comes from inside could be taken for the group's own.
    pub host: String,
    /// Places that are not public and may be reached all the same. Empty but for tests and
    /// operators who offer a service of their own network to everybody in the group.
    pub allow_private: Vec<Allowed>,
    /// Requests under way at once.
    pub max_concurrent: usize,
    /// Requests under way at once to one host.
    pub max_per_host: usize,
}

impl Policy {
    /// The policy of a group with this host name: public addresses only.
    #[must_use]
    pub fn public(host: impl Into<String>) -> Policy {
        Policy {
            host: host.into(),
            allow_private: Vec::new(),
            max_concurrent: CONCURRENT_MAX,
            max_per_host: PER_HOST_MAX,
        }
    }

    /// Whether the operator named this host and port, or the network of this literal address.
    pub(super) fn names(&self, target: &Target) -> bool {
        self.allow_private.iter().any(|allowed| match allowed {
            Allowed::Place { host, port } => *host == target.host && *port == target.port,
            _ => target.literal.is_some_and(|address| allowed.contains(address)),
        })
    }

    /// Whether a resolved address may be connected to.
    pub(super) fn admits(&self, address: IpAddr) -> bool {
        is_public(address) || self.allow_private.iter().any(|allowed| allowed.contains(address))
    }

    /// Whether a host is the group itself, on whatever port.
    pub(super) fn is_own(&self, host: &str) -> bool {
        let own = self.host.rsplit_once(':').map_or(self.host.as_str(), |(name, _)| name);
        own.trim_end_matches('.').eq_ignore_ascii_case(host) && !sabotage::off("own-group")
    }
}

/// One exception: a network (`10.1.0.0/16`, `127.0.0.1`, `fd00::/8`) or a place (`git.lan:3000`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    V4(Ipv4Addr, u32),
    V6(Ipv6Addr, u32),
    /// A name or address with its port, whatever it leads to.
    Place {
        host: String,
        port: u16,
    },
}

impl Allowed {
    fn contains(&self, address: IpAddr) -> bool {
        match (self, canonical(address)) {
            (Allowed::V4(first, bits), IpAddr::V4(v4)) => {
                Network { first: *first, bits: *bits }.contains(v4)
            }
            (Allowed::V6(first, bits), IpAddr::V6(v6)) => {
                Network { first: *first, bits: *bits }.contains(v6)
            }
            _ => false,
        }
    }
}

impl FromStr for Allowed {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Allowed, Problem> {
        network(text).or_else(|| place(text)).ok_or_else(|| {
            Problem::invalid(format!(
                "“{}” is neither a network like 10.1.0.0/16 nor a place like git.lan:3000.",
                text.escape_debug()
            ))
        })
    }
}

fn network(text: &str) -> Option<Allowed> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
        None => (text, None),
    };
    match address.parse().ok()? {
        IpAddr::V4(v4) => Some(Allowed::V4(v4, bits.unwrap_or(32))).filter(|_| bits <= Some(32)),
        IpAddr::V6(v6) => Some(Allowed::V6(v6, bits.unwrap_or(128))).filter(|_| bits <= Some(128)),
    }
}

fn place(text: &str) -> Option<Allowed> {
    let (host, port) = text.rsplit_once(':')?;
    let port = port.parse().ok().filter(|port| *port != 0)?;
    let url::Host::Domain(host) = url::Host::parse(host).ok()? else {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        return host.parse::<IpAddr>().ok().map(|ip| Allowed::Place { host: ip.to_string(), port });
    };
    (!host.is_empty()).then_some(Allowed::Place { host, port })
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Allowed::V4(first, bits) => write!(f, "{first}/{bits}"),
            Allowed::V6(first, bits) => write!(f, "{first}/{bits}"),
            Allowed::Place { host, port } => write!(f, "{host}:{port}"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_are_read_and_shown() {
        for (text, shown) in [
            ("10.1.0.0/16", "10.1.0.0/16"),
            ("127.0.0.1", "127.0.0.1/32"),
            ("fd00::/8", "fd00::/8"),
            ("::1", "::1/128"),
            ("127.0.0.1:8080", "127.0.0.1:8080"),
            ("[::1]:8080", "::1:8080"),
            ("Git.LAN:3000", "git.lan:3000"),
        ] {
            assert_eq!(text.parse::<Allowed>().expect(text).to_string(), shown);
        }
        for text in ["", "10.0.0.0/33", "::/129", "x/8", "git.lan", "git.lan:0", ":80", "a b:80"] {
            assert!(text.parse::<Allowed>().is_err(), "{text:?} was taken");
        }
    }

    #[test]
    fn a_network_holds_its_addresses_in_every_form() {
        let network: Allowed = "127.0.0.0/8".parse().unwrap();
        for (address, inside) in
            [("127.9.9.9", true), ("::ffff:127.0.0.1", true), ("128.0.0.1", false), ("::1", false)]
        {
            assert_eq!(network.contains(address.parse().unwrap()), inside, "{address}");
        }
        let all: Allowed = "0.0.0.0/0".parse().unwrap();
        assert!(all.contains("255.255.255.255".parse().unwrap()));
    }
}
