//! One's own account: name, language, time zone, password, tokens for the command line, the way out.
//!
//! `GET /me`. Forms: `POST /me` with `name`, `lang`, `tz`; `POST /me/password` with `old`, `new`;
//! `POST /me/tokens` with `name`, `scope` (`read` or `write`; the answer is this page with
//! `new_token`); `POST /me/tokens/revoke` with `id`; `POST /me/sign-out-everywhere`; `GET /me/export`.

use super::field::{Field, ask_first, press};
use crate::frame::{Chrome, frame};
use maud::{Markup, html};
use model::{Level, Moment, limit};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct AccountPage {
    /// The account's address, like `@ana@oak.example`.
    pub address: String,
    pub name: String,
    pub lang: String,
    pub tz: String,
    pub tokens: Vec<TokenLine>,
    /// A token that was just made: shown this once.
    pub new_token: Option<String>,
    pub password_error: Option<String>,
    pub profile_error: Option<String>,
    pub token_error: Option<String>,
    /// Why an admin froze it.
    pub frozen: Option<String>,
}

/// A token in the list.
#[derive(Clone, Debug, Default)]
pub struct TokenLine {
    pub id: String,
    pub name: String,
    /// Whether it may change things.
    pub writes: bool,
    pub created: Moment,
}

impl AccountPage {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let level = chrome.signed_in.as_ref().map_or(Level::New, |me| me.level);
        let body = html! {
            h1 { "Your account" }
            @if let Some(why) = &self.frozen {
                div.note data-tone="bad" role="alert" {
                    p { strong { span.sign aria-hidden="true" { "✘" } "An admin froze your account: " (why) } }
                    p { "Your apps do not run. You can still read and export everything." }
                }
            }
            p.lead { (self.address) " · " (level_words(level)) }
            @if level == Level::New {
                p { "To push to git repositories, and to have more room, ask an admin to make you a member: tell them your name here, @" (chrome.handle()) "." }
            }
            p.ways { a href="/me/usage" { "What you use" } a href="/me/export" { "Export everything as one file" } }
            (self.profile())
            (self.password())
            (self.tokens(chrome))
            section aria-labelledby="out" {
                h2 #out { "Sign out" }
                div.row {
                    (press("/sign-out", &[], "btn", "Sign out"))
                    (ask_first("Sign out on every device, this one too? Tokens stop working as well.", "/me/sign-out-everywhere", &[], "Sign out everywhere"))
                }
            }
        };
        frame(chrome, "Your account", body)
    }

    fn profile(&self) -> Markup {
        let name = Field {
            name: "name",
            label: "What people call you",
            value: &self.name,
            required: true,
            autocomplete: "name",
            max_length: Some(60),
            ..Field::default()
        };
        let tz = Field {
            name: "tz",
            label: "Time zone",
            value: &self.tz,
            hint: "Like Europe/Berlin. Times on pages are shown in it.",
            required: true,
            autocomplete: "off",
            error: self.profile_error.as_deref(),
            ..Field::default()
        };
        let lang = Field {
            name: "lang",
            label: "Language",
            value: &self.lang,
            hint: "Like en or de. Apps can read it; the group’s own words are in these two, the others in English.",
            required: true,
            autocomplete: "language",
            max_length: Some(35),
            ..Field::default()
        };
        html! {
            section aria-labelledby="profile" {
                h2 #profile { "About you" }
                form.fields method="post" action="/me" {
                    (name.draw("name")) (lang.draw("lang")) (tz.draw("tz"))
                    button.btn { "Save" }
                }
            }
        }
    }

    fn password(&self) -> Markup {
        let old = Field {
            name: "old",
            label: "Password now",
            kind: "password",
            required: true,
            autocomplete: "current-password",
            error: self.password_error.as_deref(),
            ..Field::default()
        };
        let new = Field {
            name: "new",
            label: "New password",
            kind: "password",
            hint: "At least 8 characters.",
            required: true,
            autocomplete: "new-password",
            min_length: Some(limit::PASSWORD_BYTES_MIN),
            max_length: Some(limit::PASSWORD_BYTES_MAX),
            ..Field::default()
        };
        html! {
            section aria-labelledby="password" {
                h2 #password { "Password" }
                details open[self.password_error.is_some()] {
                    summary { "Change it" }
                    form.fields method="post" action="/me/password" {
                        (old.draw("old")) (new.draw("new"))
                        button.btn { "Change the password" }
                    }
                }
            }
        }
    }

    fn tokens(&self, chrome: &Chrome) -> Markup {
        let name = Field {
            name: "name",
            label: "What is it for?",
            hint: "Like “laptop” or “nightly build”.",
            required: true,
            autocomplete: "off",
            max_length: Some(60),
            error: self.token_error.as_deref(),
            ..Field::default()
        };
        html! {
            section aria-labelledby="tokens" {
                h2 #tokens { "Tokens" }
                p { "A token lets the command line, or a program of yours, act as you: " code { "allot login" } " asks for one." }
                @if let Some(token) = &self.new_token {
                    div.note data-tone="good" role="status" {
                        p { strong { span.sign aria-hidden="true" { "✔" } "Here is your new token. Copy it now: it is shown this once." } }
                        pre.source tabindex="0" { code { (token) } }
                    }
                }
                @if self.tokens.is_empty() { p { "You have none." } } @else {
                    ul.rows {
                        @for token in &self.tokens {
                            li {
                                div {
                                    strong { (token.name) }
                                    span.quiet-text { " · " @if token.writes { "may read and change" } @else { "may read" } " · made " (chrome.ago(token.created)) }
                                }
                                (ask_first("Take this token back? What uses it stops working at once.", "/me/tokens/revoke", &[("id", &token.id)], "Take back"))
                            }
                        }
                    }
                }
                details open[self.token_error.is_some()] {
                    summary { "Make a token" }
                    form.fields method="post" action="/me/tokens" {
                        (name.draw("token-name"))
                        fieldset {
                            legend { "What may it do?" }
                            label.option { input type="radio" name="scope" value="read" checked; span { "Read: look at apps, logs and receipts" } }
                            label.option { input type="radio" name="scope" value="write"; span { "Read and change: also push, run and publish" } }
                        }
                        button.btn { "Make it" }
                    }
                }
            }
        }
    }
}

/// A level in words.
pub(crate) fn level_words(level: Level) -> &'static str {
    match level {
        Level::Visitor => "visiting",
        Level::New => "new here",
        Level::Member => "member",
        Level::Admin => "admin",
    }
}
