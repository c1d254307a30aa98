//! Handles and app names: one rule for both, and the address of an app to people.

use crate::limit::NAME_CHARS;
use crate::problem::{Problem, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Names that are routes, roles of RFC 2142, or would be taken for the group itself.
const RESERVED: &[&str] = &[
    "about",
    "abuse",
    "account",
    "admin",
    "administrator",
    "allot",
    "allotment",
    "api",
    "app",
    "apps",
    "assets",
    "draft",
    "everyone",
    "false",
    "feed",
    "follow",
    "fork",
    "grants",
    "group",
    "guest",
    "help",
    "here",
    "home",
    "hostmaster",
    "inbox",
    "info",
    "join",
    "live",
    "localhost",
    "login",
    "logout",
    "mail",
    "mailer-daemon",
    "me",
    "moderator",
    "new",
    "news",
    "nil",
    "nobody",
    "noreply",
    "no-reply",
    "null",
    "oauth",
    "outbox",
    "people",
    "post",
    "postmaster",
    "public",
    "root",
    "search",
    "security",
    "settings",
    "sign-in",
    "sign-out",
    "signin",
    "signout",
    "staff",
    "static",
    "support",
    "system",
    "timeline",
    "token",
    "true",
    "undefined",
    "usage",
    "webfinger",
    "webmaster",
    "well-known",
    "www",
];

/// A handle or an app name: `[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?`, from two characters, not reserved.
///
/// It is also a DNS label and the local part of a mail address, so nothing else fits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// Reads a name that a person typed; capitals become small, everything else is refused with the reason.
    pub fn parse(typed: &str) -> Result<Name> {
        let name = typed.to_ascii_lowercase();
        if let Some(strange) = name.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-')) {
            return Err(Problem::invalid(format!(
                "A name has only the letters a to z, digits and hyphens; {} is none of them.",
                strange.escape_debug()
            )));
        }
        if !NAME_CHARS.contains(&name.len()) {
            return Err(Problem::invalid(format!(
                "A name has {} to {} characters; this one has {}.",
                NAME_CHARS.start(),
                NAME_CHARS.end(),
                name.len()
            )));
        }
        if name.starts_with('-') || name.ends_with('-') {
            return Err(Problem::invalid("A name begins and ends with a letter or a digit."));
        }
        if RESERVED.contains(&name.as_str()) || RESERVED.contains(&skeleton(&name).as_str()) {
            return Err(Problem::invalid(format!(
                "{name} is kept for the group itself, or looks like such a name; choose another."
            )));
        }
        Ok(Name(name))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the name looks like at a glance: two names with one skeleton must not both exist.
    #[must_use]
    pub fn skeleton(&self) -> String {
        skeleton(&self.0)
    }
}

/// Folds look-alikes as UTS #39 does for ASCII: `rn` is `m`, `0` is `o`, `1` is `l`.
fn skeleton(name: &str) -> String {
    name.replace("rn", "m").replace("vv", "w").replace('0', "o").replace('1', "l")
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Name, D::Error> {
        let text = String::deserialize(from)?;
        Name::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// The address of an app within its group: `@ana/poll`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AppAddress {
    pub owner: Name,
    pub app: Name,
}

impl AppAddress {
    /// Reads `@ana/poll`; the leading `@` may be missing.
    pub fn parse(text: &str) -> Result<AppAddress> {
        let bare = text.strip_prefix('@').unwrap_or(text);
        let Some((owner, app)) = bare.split_once('/') else {
            return Err(Problem::invalid(format!(
                "{} is not the address of an app; write it like @ana/poll.",
                text.escape_debug()
            )));
        };
        Ok(AppAddress { owner: Name::parse(owner)?, app: Name::parse(app)? })
    }
}

impl fmt::Display for AppAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}/{}", self.owner, self.app)
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_taken() {
        for (typed, name) in [
            ("alice", "alice"),
            ("Alice", "alice"),
            ("ALICE", "alice"),
            ("con", "con"),
            ("1234", "1234"),
            ("0x7f", "0x7f"),
            ("al1ce", "al1ce"),
            ("a-b", "a-b"),
        ] {
            assert_eq!(Name::parse(typed).expect(typed).as_str(), name);
        }
    }

    #[test]
    fn names_that_are_refused() {
        let long = "a".repeat(31);
        for typed in [
            "a",
            "",
            "alice.",
            ".alice",
            "al..ice",
            "-alice",
            "alice-",
            "аlice",
            "ａｌｉｃｅ",
            "alice\u{200d}",
            "alíce",
            "straße",
            "İstanbul",
            "ﬁsh",
            "a/b",
            "a b",
            "a%20b",
            "alice\n",
            "al_ice",
            "admin",
            "root",
            "postmaster",
            "security",
            "www",
            "api",
            "me",
            "here",
            "true",
            "new",
            "inbox",
            "outbox",
            "rn0derator",
            &long,
        ] {
            assert!(Name::parse(typed).is_err(), "{typed:?} was taken");
        }
    }

    #[test]
    fn look_alikes_share_a_skeleton() {
        let skeleton = |name| Name::parse(name).expect(name).skeleton();
        assert_eq!(skeleton("modem"), skeleton("modern"));
        assert_eq!(skeleton("al1ce"), skeleton("allce"));
    }

    #[test]
    fn addresses_read_back() {
        let address = AppAddress::parse("@ana/poll").expect("an address");
        assert_eq!(address.to_string(), "@ana/poll");
        assert_eq!(AppAddress::parse("ana/poll"), Ok(address));
        assert!(AppAddress::parse("poll").is_err());
        assert!(AppAddress::parse("@ana/poll/x").is_err());
    }
}
