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
                h1 { "Join " (chrome.group_name) }
                @match &self.door {
                    Door::Closed => {
                        p { (chrome.group_name) " takes no new people at the moment." }
                        (look_around())
                    }
                    Door::NeedsInvitation => {
                        (problem(self.error.as_deref()))
                        p { "People join " (chrome.group_name) " by invitation. If somebody sent you a link, open it again; each works once and for 14 days." }
                        (look_around())
                    }
                    door => (self.form(door)),
                }
                p { "You have an account already? " a href="/sign-in" { "Sign in" } "." }
            }
        };
        frame(chrome, "Join", body)
    }

    fn form(&self, door: &Door) -> Markup {
        let handle = Field {
            name: "handle",
            label: "Your name here",
            value: &self.handle,
            hint: "Small letters, digits and hyphens, like ana. It is part of the address of your apps.",
            required: true,
            autocomplete: "username",
            pattern: "[a-z0-9]([a-z0-9\\-]{0,28}[a-z0-9])",
            max_length: Some(30),
            error: self.handle_error.as_deref(),
            ..Field::default()
        };
        let name = Field {
            name: "name",
            label: "What people call you",
            value: &self.name,
            autocomplete: "name",
            max_length: Some(60),
            ..Field::default()
        };
        let password = Field {
            name: "password",
            label: "Password",
            kind: "password",
            hint: "At least 8 characters. Three words that do not belong together are good.",
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
                Door::Invited { admin: true, .. } => p.lead { "This link makes you an admin of the group. It works once." },
                Door::Invited { .. } => p.lead { "You are invited. Choose a name and a password, and you are in." },
                _ => p.lead { "Choose a name and a password, and you are in." },
            }
            (problem(self.error.as_deref()))
            form.fields method="post" action="/join" {
                input type="hidden" name="invitation" value=(invitation);
                input type="hidden" name="next" value=(self.next);
                (handle.draw("handle")) (name.draw("name")) (password.draw("password"))
                button.btn.primary { "Join" }
            }
            @if *door == Door::Open {
                p.quiet-text { "New accounts begin small: 5 apps, 20 MiB, and reading from addresses you type. An admin can make you a member." }
            }
        }
    }
}

fn look_around() -> Markup {
    html! { p { a.btn href="/apps" { "Look at the apps" } } }
}
