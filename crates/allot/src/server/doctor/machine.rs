//! The machine: git, trust roots, and whether the address to listen on is free or served.

use super::Check;
use crate::person::Link;
use std::cmp::Ordering;

/// The oldest git that knows what is asked of it.
const GIT_MIN: [u32; 2] = [2, 30];

pub(super) fn look(checks: &mut Vec<Check>) {
    checks.push(git());
    checks.push(roots());
}

fn git() -> Check {
    let fix = "apt-get install git";
    let Some(said) = doors::git::version() else {
        return Check::warn("git", "there is none, so apps cannot commit or push", fix);
    };
    let [major, minor] = GIT_MIN;
    match is_enough(&said) {
        true => Check::ok("git", said),
        false => Check::warn("git", format!("{said} is older than {major}.{minor}"), fix),
    }
}

/// Whether `git version 2.39.5` is new enough.
fn is_enough(said: &str) -> bool {
    let number =
        said.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let parts: Vec<u32> =
        number.unwrap_or_default().split('.').map_while(|part| part.parse().ok()).collect();
    parts.as_slice().cmp(&GIT_MIN) != Ordering::Less
}

fn roots() -> Check {
    let found = rustls_native_certs::load_native_certs();
    let from = match std::env::var_os("SSL_CERT_FILE") {
        Some(file) => format!(" in {}", file.display()),
        None => String::new(),
    };
    match found.certs.len() {
        0 => Check::bad(
            "trust roots",
            format!("there are none{from}, so nothing can be reached over https"),
            "apt-get install ca-certificates",
        ),
        count => Check::ok("trust roots", format!("{count}{from}")),
    }
}

/// Whether the server can listen there, or does already.
pub(super) fn listening(address: &str) -> Check {
    const NAME: &str = "address";
    let Ok(runtime) = tokio::runtime::Runtime::new() else {
        return Check::warn(NAME, "it could not be tried", "allot doctor");
    };
    let bound = runtime.block_on(doors::listen::on(address));
    match bound {
        Ok(_) => Check::ok(NAME, format!("{address} is free")),
        Err(err) if err.kind() == std::io::ErrorKind::AddrInUse => served(address),
        Err(err) => {
            Check::bad(NAME, format!("{address}: {err}"), "allot serve --listen 127.0.0.1:8080")
        }
    }
}

fn served(address: &str) -> Check {
    let url =
        format!("http://{}", address.replace("0.0.0.0", "127.0.0.1").replace("[::]", "[::1]"));
    match Link::new(&url, None).get("/api/health") {
        Ok(health) => Check::ok(
            "address",
            format!(
                "a group is served at {address} (allot {})",
                health["version"].as_str().unwrap_or("?")
            ),
        ),
        Err(_) => Check::bad(
            "address",
            format!("something else listens on {address}"),
            "allot serve --listen 127.0.0.1:8081",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_git() {
        for (said, expect) in [
            ("git version 2.39.5", true),
            ("git version 2.30.0", true),
            ("git version 3.0.rc1", true),
            ("git version 2.39.5 (Apple Git-154)", true),
            ("git version 2.29.9", false),
            ("git version 1.99", false),
            ("git", false),
        ] {
            assert_eq!(is_enough(said), expect, "{said}");
        }
    }
}
