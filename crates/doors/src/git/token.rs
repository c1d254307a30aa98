//! The token of a repository. It is sent in one header and is never shown.

use base64::Engine;
use group::world::Unreached;
use std::fmt;
use zeroize::Zeroizing;

/// The user name sent with a bare token. GitHub asks for exactly this one with its app tokens;
/// GitHub's personal tokens, GitLab and Forgejo take any name.
const USER: &str = "x-access-token";

/// A token, or `user:password` for the hosts that bind a token to a name (GitLab's deploy
/// tokens, Bitbucket). Tokens themselves have no colon.
#[derive(Clone)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// A token as it was typed; spaces around it come from copying.
    #[must_use]
    pub fn new(text: &str) -> Token {
        Token(Zeroizing::new(text.trim().to_owned()))
    }

    /// The value of the header `Authorization`.
    pub(super) fn header(&self) -> String {
        let pair = Zeroizing::new(match self.0.contains(':') {
            true => self.0.to_string(),
            false => format!("{USER}:{}", *self.0),
        });
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair.as_bytes()))
    }

    /// A failure without the token in it: a remote that quotes what it was sent must not get it
    /// onto a page.
    pub(super) fn hide(token: Option<&Token>, mut why: Unreached) -> Unreached {
        let Some(token) = token else { return why };
        let header = token.header();
        let secrets =
            [header.trim_start_matches("Basic "), token.0.rsplit(':').next().unwrap_or("")];
        for secret in secrets.into_iter().filter(|secret| !secret.is_empty()) {
            why.text = why.text.replace(secret, "…");
        }
        why
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_sent_and_never_shown() {
        // base64 of x-access-token:abc and of ci:abc
        assert_eq!(Token::new(" abc\n").header(), "Basic eC1hY2Nlc3MtdG9rZW46YWJj");
        assert_eq!(Token::new("ci:abc").header(), "Basic Y2k6YWJj");
        assert_eq!(format!("{:?}", Token::new("abc")), "Token(…)");
    }
}
