//! The person's side: the login, the group at its other end, the token, the clocks of the two.

use super::Check;
use crate::commands::At;
use crate::failure::Code;
use crate::person::Link;
use crate::person::logins::place;
use crate::server::world;
use model::Moment;
use std::os::unix::fs::MetadataExt;

/// Seconds by which two clocks may differ: a request takes a moment.
const CLOCKS_APART: i64 = 60;

/// `alone` says that there is no group's folder here, so that somebody is meant to be signed in.
pub(super) fn look(at: &At, alone: bool, checks: &mut Vec<Check>) {
    let file = place().ok().filter(|path| path.exists());
    if file.is_none() && at.group.is_none() && !alone {
        return;
    }
    if let Some(meta) = file.as_ref().and_then(|path| Some((path, path.metadata().ok()?))) {
        let (path, meta) = meta;
        checks.push(match meta.mode() & 0o077 {
            0 => Check::ok("login", format!("{} is yours alone", path.display())),
            _ => Check::bad(
                "login",
                format!("others can read {}", path.display()),
                format!("chmod 600 {}", path.display()),
            ),
        });
    }
    let link = match Link::to(at) {
        Ok(link) => link,
        Err(failure) => {
            checks.push(Check::bad("login", failure.text, "allot login URL"));
            return;
        }
    };
    match link.get("/api/health") {
        Ok(health) => {
            let version = health["version"].as_str().unwrap_or("?");
            checks.push(Check::ok("group", format!("{} answers (allot {version})", link.url)));
            checks.extend(health["now"].as_i64().map(|now| clocks(Moment(now))));
        }
        Err(failure) => {
            let failure = crate::failure::Failure::from(failure);
            checks.push(Check::bad(
                "group",
                failure.text,
                format!("curl -v {}/api/health", link.url),
            ));
            return;
        }
    }
    checks.push(token(&link));
}

fn token(link: &Link) -> Check {
    match link.get("/api/me").map_err(crate::failure::Failure::from) {
        Ok(me) => {
            let word = |key: &str| me[key].as_str().unwrap_or("?").to_owned();
            Check::ok("token", format!("it works: {} ({})", word("handle"), word("level")))
        }
        Err(failure) if failure.code == Code::SignIn => {
            Check::bad("token", failure.text, format!("allot login {}", link.url))
        }
        Err(failure) => {
            Check::bad("token", failure.text, format!("allot usage --group {}", link.url))
        }
    }
}

fn clocks(there: Moment) -> Check {
    let apart = world::now().seconds() - there.seconds();
    match apart.abs() {
        ..=CLOCKS_APART => Check::ok("clocks", "yours and the group's agree"),
        _ => Check::warn(
            "clocks",
            format!(
                "yours is {} seconds {} the group's",
                apart.abs(),
                if apart > 0 { "before" } else { "behind" }
            ),
            "timedatectl set-ntp true",
        ),
    }
}
