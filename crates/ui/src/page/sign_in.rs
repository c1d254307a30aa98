//! Signing in.
//!
//! `GET /sign-in?next=PATH`; `POST /sign-in` with `handle`, `password`, `next`. Answer 303 to `next`
//! if it is a path of this group, else to `/`; 422 with this page and `error`.

use super::field::Field;
use crate::frame::{Chrome, frame};
use maud::{Markup, html};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    /// What was typed.
    pub handle: String,
    pub next: String,
    pub error: Option<String>,
}

impl SignIn {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let say = |key: &str| chrome.say(key);
        let handle = Field {
            name: "handle",
            label: &say("handle"),
            value: &self.handle,
            hint: &say("handle-hint"),
            required: true,
            autocomplete: "username",
            pattern: "@?[A-Za-z0-9\\-]+",
            ..Field::default()
        };
        let password = Field {
            name: "password",
            label: &say("password"),
            kind: "password",
            required: true,
            autocomplete: "current-password",
            ..Field::default()
        };
        let body = html! {
            div.narrow {
                h1 { (say("sign-in")) }
                (problem(self.error.as_deref()))
                form.fields method="post" action="/sign-in" {
                    input type="hidden" name="next" value=(self.next);
                    (handle.draw("handle")) (password.draw("password"))
                    button.btn.primary { (say("sign-in")) }
                }
                @if chrome.may_join { p { (say("new-here")) " " a href="/join" { (chrome.say_group("join-group")) } } }
                p.quiet-text { (say("forgot")) }
            }
        };
        frame(chrome, &say("sign-in"), body)
    }
}

/// What is wrong with a form as a whole.
pub(crate) fn problem(error: Option<&str>) -> Markup {
    html! {
        @if let Some(error) = error {
            div.errors role="alert" { p { span.sign aria-hidden="true" { "✘" } (error) } }
        }
    }
}
