//! Joining: open to all, by invitation, or closed.
//!
//! `GET /join` and `GET /join?invitation=SECRET`; `POST /join` with `handle`, `name`, `password`,
//! `invitation`, `next`. Answer 303 to `/`, or 422 with this page.

use super::field::Field;
use super::sign_in::problem;
use crate::frame::{Chrome, frame};
use maud::{Markup, html};
use model::limit;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Join {
    pub door: Door,
    pub handle: String,
    pub name: String,
    pub next: String,
    /// Wrong as a whole.
    pub error: Option<String>,
    pub handle_error: Option<String>,
    pub password_error: Option<String>,
}

/// Who may come in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Door {
    /// Everybody, as a *new* account.
    #[default]
    Open,
    /// This person: they hold an invitation.
    Invited { invitation: String, admin: bool },
    /// Only people with an invitation; this person has none, or one that no longer counts.
    NeedsInvitation,
    /// Nobody.
    Closed,
}

impl Join {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let body = html! {
            div.narrow {
                h1 { (chrome.say_group("join-group")) }
                @match &self.door {
                    Door::Closed => {
                        p { (chrome.say_group("closed")) }
                        (look_around(chrome))
                    }
                    Door::NeedsInvitation => {
                        (problem(self.error.as_deref()))
                        p { (chrome.say_group("by-invitation")) }
                        (look_around(chrome))
                    }
                    door => (self.form(chrome, door)),
                }
                p { (chrome.say("has-account")) " " a href="/sign-in" { (chrome.say("sign-in")) } }
            }
        };
        frame(chrome, &chrome.say("join"), body)
    }

    fn form(&self, chrome: &Chrome, door: &Door) -> Markup {
        let say = |key: &str| chrome.say(key);
        let handle = Field {
            name: "handle",
            label: &say("handle"),
            value: &self.handle,
            hint: &say("handle-new-hint"),
            required: true,
            autocomplete: "username",
            pattern: "[a-z0-9]([a-z0-9\\-]{0,28}[a-z0-9])",
            max_length: Some(30),
            error: self.handle_error.as_deref(),
            ..Field::default()
        };
        let name = Field {
            name: "name",
            label: &say("called"),
            value: &self.name,
            autocomplete: "name",
            max_length: Some(60),
            ..Field::default()
        };
        let password = Field {
            name: "password",
            label: &say("password"),
            kind: "password",
            hint: &say("password-hint"),
            required: true,
            autocomplete: "new-password",
            min_length: Some(limit::PASSWORD_BYTES_MIN),
            max_length: Some(limit::PASSWORD_BYTES_MAX),
            error: self.password_error.as_deref(),
            ..Field::default()
        };
        let invitation = if let Door::Invited { invitation, .. } = door { invitation } else { "" };
        html! {
            @match door {
                Door::Invited { admin: true, .. } => p.lead { (say("invited-admin")) },
                Door::Invited { .. } => p.lead { (say("invited")) },
                _ => p.lead { (say("choose")) },
            }
            (problem(self.error.as_deref()))
            form.fields method="post" action="/join" {
                input type="hidden" name="invitation" value=(invitation);
                input type="hidden" name="next" value=(self.next);
                (handle.draw("handle")) (name.draw("name")) (password.draw("password"))
                button.btn.primary { (say("join")) }
            }
            @if *door == Door::Open {
                p.quiet-text { (say("begin-small")) }
            }
        }
    }
}

fn look_around(chrome: &Chrome) -> Markup {
    html! { p { a.btn href="/apps" { (chrome.say("look-at-apps")) } } }
}
