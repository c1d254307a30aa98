//! Opens a group in its folder: store, sandbox, keys.

use super::world::RealWorld;
use crate::failure::{Code, Failure};
use doors::outside::{Outside, Policy};
use group::keys::MASTER_KEY_BYTES;
use group::{Config, Group, Keys, Parser};
use sandbox::Sandbox;
use sandbox::worker::Launch;
use std::fs;
use std::io::Write;
use std::num::NonZero;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use store::Store;

/// The group's database, in its folder.
pub(super) const DATABASE: &str = "group.db";
/// The key under which secrets are sealed, in its folder.
pub(super) const MASTER_KEY: &str = "master.key";
/// Runs at once on one node.
const SLOTS: usize = 32;
/// Instances beyond the run slots: checks of drafts run beside them.
const SPARE_INSTANCES: u32 = 16;

/// Opens the group of a folder. Its people's code runs in workers that are launched so, and what
/// they wrote is parsed in others; without a launch nobody's code is to be run at all.
pub(super) fn group(
    data: &Path,
    host: &str,
    outside: Arc<Outside>,
    launch: Option<Launch>,
) -> Result<Arc<Group>, Failure> {
    let store = Store::open(data)?;
    let keys = Keys::new(master_key(data)?);
    let config = sandbox::Config {
        slots: u32::try_from(SLOTS).unwrap_or(u32::MAX) + SPARE_INSTANCES,
        cache: Some(data.join("code")),
        seal: keys.derived("compiled code"),
    };
    let (parser, sandbox) = match launch {
        Some(launch) => {
            let parser = Parser::with_workers(launch.of_kind("parse"))?;
            (parser, Sandbox::with_workers(config, launch)?)
        }
        None => (Parser::here(), Sandbox::new(config)?),
    };
    let world = Arc::new(RealWorld::new(outside, data.join("git")));
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let config =
        Config { host: host.to_owned(), scheme: scheme(host).into(), slots: SLOTS, processors };
    Ok(Arc::new(Group::new(config, store, sandbox, parser, world, keys)))
}

/// How addresses of a host begin. A name in the world is reached over TLS, through the proxy before
/// this server; this machine and bare addresses have no certificate.
fn scheme(host: &str) -> &'static str {
    let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok());
    let name = name.map_or(host, |(name, _)| name).trim_matches(['[', ']']);
    let local = name == "localhost" || name.ends_with(".localhost");
    if local || name.parse::<std::net::IpAddr>().is_ok() { "http" } else { "https" }
}

/// Opens a group for a command that serves nobody.
pub(super) fn alone(data: &Path) -> Result<Arc<Group>, Failure> {
    let outside = Arc::new(Outside::new(Policy::public("localhost"))?);
    group(data, "localhost", outside, None)
}

/// Refuses a folder that has no group: a mistyped name must not begin a new one.
pub(super) fn must_exist(data: &Path) -> Result<(), Failure> {
    if data.join(DATABASE).is_file() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "There is no group in {}. Name its folder with --data.",
        data.display()
    ))
    .try_next(format!("allot serve --data {}", data.display())))
}

/// Reads the master key, or makes it at the first start.
pub(super) fn master_key(data: &Path) -> Result<[u8; MASTER_KEY_BYTES], Failure> {
    let path = data.join(MASTER_KEY);
    let failed =
        |err: &dyn std::fmt::Display| Failure::new(Code::App, format!("{}: {err}", path.display()));
    match fs::read(&path) {
        Ok(bytes) => bytes
            .try_into()
            .map_err(|_| failed(&"this is no master key; bring the right file back")),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => {
            let mut key = [0; MASTER_KEY_BYTES];
            getrandom::fill(&mut key).map_err(|err| failed(&err))?;
            let mut file = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)
                .map_err(|err| failed(&err))?;
            file.write_all(&key).and_then(|()| file.sync_all()).map_err(|err| failed(&err))?;
            Ok(key)
        }
        Err(err) => Err(failed(&err)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_the_world_are_reached_over_tls() {
        for (host, expect) in [
            ("oak.example", "https"),
            ("oak.example:8443", "https"),
            ("localhost:8080", "http"),
            ("oak.localhost:8080", "http"),
            ("10.0.0.7:8080", "http"),
            ("[::1]:8080", "http"),
        ] {
            assert_eq!(scheme(host), expect, "{host}");
        }
    }
}
