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
        let (title, words) = words(self.status);
        let body = html! {
            div.narrow {
                h1 { (title) }
                p.lead dir="auto" { @if self.text.is_empty() { (words) } @else { (self.text) } }
                p.row {
                    @match self.status {
                        401 => a.btn.primary href=(sign_in(chrome)) { "Sign in" },
                        403 if chrome.signed_in.is_none() => a.btn.primary href=(sign_in(chrome)) { "Sign in" },
                        409 | 422 | 500..=599 if !chrome.path.is_empty() => a.btn.primary href=(chrome.path) { "Back to the page" },
                        429 => a.btn.primary href="/me/usage" { "See what is used" },
                        _ => {}
                    }
                    a.btn href="/" { "Home" }
                    a.btn href="/apps" { "All apps" }
                }
                p.quiet-text { "Answer " (self.status) "." }
            }
        };
        frame(chrome, title, body)
    }
}

/// The title of a status and what to do.
fn words(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => ("That request made no sense", "Go back, look at what you sent, and try again."),
        401 => ("Please sign in", "This page is for people who are signed in."),
        403 => (
            "That is not yours to do",
            "You may look, but this belongs to somebody else. You can fork an app and change your own copy.",
        ),
        404 => (
            "There is nothing here",
            "The address may be old or mistyped, or the page is not for you. If it is a private app, sign in first.",
        ),
        405 => ("That does not work here", "Go back and use the buttons of the page."),
        409 => (
            "Somebody was faster",
            "It changed while you looked at it. Open the page again; what you typed is still in your browser if you go back.",
        ),
        413 => ("That is too large", "Send less at once: a request may have 5 MiB."),
        422 => (
            "Something needs mending",
            "Go back and look at the fields again. What you typed is still there.",
        ),
        429 => ("That was a lot", "An allowance is used up for now. Wait a little and try again."),
        502..=504 => {
            ("Something outside did not answer", "Nothing was lost. Try again in a minute.")
        }
        _ => (
            "Something went wrong here",
            "It is our fault, not yours. Nothing was lost; try again, and tell an admin if it stays.",
        ),
    }
}
