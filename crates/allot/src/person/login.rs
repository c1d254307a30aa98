//! Signing in: a token for a group is tried, and kept if it works.

use super::link::{Link, token_of_environment};
use super::logins::{Login, Logins};
use super::text;
use crate::failure::{Code, Failure};
use crate::say::{Say, talk};
use crate::secret;
use serde_json::json;

/// Keeps a token for a group.
pub(crate) fn login(url: &str, say: Say) -> Result<(), Failure> {
    let url = super::logins::group_url(url);
    let token = match token_of_environment() {
        Some(token) => token,
        None => {
            if crate::say::can_ask() {
                talk(&format!("Make a token at {url}/me and paste it here; it is not shown."));
            }
            secret::asked("Token:")?.trim().to_owned()
        }
    };
    if token.is_empty() {
        return Err(Failure::new(
            Code::SignIn,
            format!("No token was given. Make one at {url}/me, and give it on standard input or as ALLOT_TOKEN."),
        )
        .try_next(format!("allot login {url} < token.txt")));
    }
    if url.starts_with("http://") && !is_local(&url) {
        talk("This address has no TLS: whoever is between you and the group can read your token.");
    }
    let me = Link::new(&url, Some(token.clone())).get("/api/me").map_err(Failure::from)?;
    let handle = text(&me, "handle");
    let mut logins = Logins::load()?;
    logins.groups.insert(url.clone(), Login { token, handle: handle.clone() });
    logins.current.clone_from(&url);
    logins.save()?;
    let result = json!({ "group": url, "handle": handle, "level": me["level"] });
    say.result(&result, &format!("Signed in to {url} as {handle}."));
    Ok(())
}

fn is_local(url: &str) -> bool {
    ["http://localhost", "http://127.", "http://[::1]"].iter().any(|it| url.starts_with(it))
}
