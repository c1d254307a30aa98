//! Pages for what went wrong: each says what happened, in words, and has a way on. None tells
//! anything of the inside.

use crate::frame::{Chrome, frame, sign_in};
use maud::{Markup, html};

/// A page for an HTTP status that is no success.
#[derive(Clone, Debug)]
pub struct ErrorPage {
    pub status: u16,
    /// The public text of the problem; empty for the status's own words.
    pub text: String,
}

impl ErrorPage {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let key = key(self.status);
        let say = |key: &str| chrome.say(key);
        let title = say(key);
        let body = html! {
            div.narrow {
                h1 { (title) }
                p.lead dir="auto" { @if self.text.is_empty() { (say(&format!("{key}-more"))) } @else { (self.text) } }
                p.row {
                    @match self.status {
                        401 => a.btn.primary href=(sign_in(chrome)) { (say("sign-in")) },
                        403 if chrome.signed_in.is_none() => a.btn.primary href=(sign_in(chrome)) { (say("sign-in")) },
                        409 | 422 | 500..=599 if !chrome.path.is_empty() => a.btn.primary href=(chrome.path) { (say("back-to-page")) },
                        429 => a.btn.primary href="/me/usage" { (say("see-what-is-used")) },
                        _ => {}
                    }
                    a.btn href="/" { (say("home")) }
                    a.btn href="/apps" { (say("all-apps")) }
                }
                p.quiet-text { (chrome.lang.say_with("answer-number", &[("status", self.status.into())])) }
            }
        };
        frame(chrome, &title, body)
    }
}

/// The key of a status's title; with `-more` it is that of what to do.
fn key(status: u16) -> &'static str {
    match status {
        400 => "e400",
        401 => "e401",
        403 => "e403",
        404 => "e404",
        405 => "e405",
        409 => "e409",
        413 => "e413",
        422 => "e422",
        429 => "e429",
        502..=504 => "e502",
        _ => "e500",
    }
}
