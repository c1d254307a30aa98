//! Home, signed in: the person's own apps, what they have used, and the ways to a new app.
//!
//! `GET /` when signed in. Forms: `POST /apps/new` (see `NewApp`), `POST /sign-out` (no fields).

use super::app_line::AppLine;
use super::bars::{self, Bar};
use super::field::{Field, press};
use crate::frame::{Chrome, frame};
use maud::{Markup, html};
use model::Moment;

/// What home shows.
#[derive(Clone, Debug, Default)]
pub struct Home {
    pub apps: Vec<OwnApp>,
    pub bars: Vec<Bar>,
    /// When the daily allowances begin anew.
    pub wakes: Moment,
    pub templates: Vec<AppLine>,
}

/// One app of one's own.
#[derive(Clone, Debug, Default)]
pub struct OwnApp {
    pub app: AppLine,
    pub state: State,
    /// What needs a look, as a whole sentence: a failed effect, a missing grant, a newer original.
    pub needs: Option<String>,
    /// The newest run.
    pub last_run: Option<Moment>,
}

/// How an app stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    #[default]
    Draft,
    Live {
        release: u64,
    },
    Resting,
    Stopped,
}

impl State {
    fn badge(self) -> Markup {
        let (tone, sign, word) = match self {
            State::Draft => ("neutral", "", "draft".to_owned()),
            State::Live { release } => ("good", "✔", format!("release {release}")),
            State::Resting => ("warn", "!", "resting".to_owned()),
            State::Stopped => ("bad", "✘", "stopped".to_owned()),
        };
        html! {
            span.badge data-tone=(tone) { @if !sign.is_empty() { span.sign aria-hidden="true" { (sign) } } (word) }
        }
    }
}

impl Home {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let name = chrome.signed_in.as_ref().map_or("", |me| me.name.as_str());
        let body = html! {
            header.pagehead {
                h1 { "Hello" @if !name.is_empty() { ", " (bdi_name(name)) } }
                p { a.btn.primary href="/apps/new" { "New app" } }
            }
            div.sides {
                section aria-labelledby="mine" {
                    h2 #mine { "My apps" }
                    @if self.apps.is_empty() { (self.nothing_yet()) } @else {
                        ul.rows { @for app in &self.apps { (app.draw(chrome)) } }
                    }
                }
                section aria-labelledby="share" {
                    h2 #share { "My share" }
                    (bars::draw(&self.bars))
                    p.quiet-text { "Daily shares begin anew " (chrome.ago(self.wakes)) ". " a href="/me/usage" { "Details" } }
                }
            }
            (press("/sign-out", &[], "btn", "Sign out"))
        };
        frame(chrome, "Home", body)
    }

    fn nothing_yet(&self) -> Markup {
        html! {
            div.empty {
                p { strong { "You have no apps yet." } }
                p { "An app begins as a fork: take one that runs, change a word, and it is yours." }
                @if self.templates.is_empty() {
                    p { a.btn href="/apps/new" { "Start with a blank app" } }
                } @else {
                    p { @for app in self.templates.iter().take(4) { a.btn href=(format!("{}/fork", app.path())) { "Fork " (app.title) } " " } }
                }
            }
        }
    }
}

/// A name that may run in the other direction.
fn bdi_name(name: &str) -> Markup {
    html! { span dir="auto" { (name) } }
}

impl OwnApp {
    fn draw(&self, chrome: &Chrome) -> Markup {
        let path = self.app.path();
        html! {
            li {
                div {
                    a.title href=(path) dir="auto" { (self.app.title) } " " (self.state.badge())
                    @if let Some(at) = self.last_run { span.quiet-text { " ran " (chrome.ago(at)) } }
                    @if let Some(needs) = &self.needs {
                        p.needs { span.sign aria-hidden="true" { "!" } (needs) }
                    }
                }
                p.ways {
                    a href=(format!("{path}/edit")) { "Edit" span.unseen { " " (self.app.title) } }
                    a href=(format!("{path}/settings")) { "Settings" span.unseen { " of " (self.app.title) } }
                }
            }
        }
    }
}

/// A new app: a fork of a template, or blank.
///
/// `GET /apps/new`; `POST /apps/new` with `name` makes a blank app and opens its editor.
#[derive(Clone, Debug, Default)]
pub struct NewApp {
    pub templates: Vec<AppLine>,
    pub name: String,
    pub error: Option<String>,
}

impl NewApp {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let name = Field {
            name: "name",
            label: "Name of the app",
            value: &self.name,
            hint: "It becomes part of the address: small letters, digits and hyphens, like tool-library.",
            error: self.error.as_deref(),
            required: true,
            autocomplete: "off",
            pattern: "[a-z0-9]([a-z0-9\\-]{0,28}[a-z0-9])",
            max_length: Some(30),
            ..Field::default()
        };
        let body = html! {
            h1 { "New app" }
            @if !self.templates.is_empty() {
                section aria-labelledby="templates" {
                    h2 #templates { "Begin with one that runs" }
                    p { "A fork is your own copy: its files and settings come along, its data and grants do not." }
                    ul.cards {
                        @for app in &self.templates {
                            li.card.app {
                                div { strong dir="auto" { (app.title) } @if !app.summary.is_empty() { p dir="auto" { (app.summary) } } }
                                p.ways {
                                    a.btn href=(format!("{}/fork", app.path())) { "Fork" span.unseen { " " (app.title) } }
                                    a href=(app.path()) { "Try it" span.unseen { ": " (app.title) } }
                                }
                            }
                        }
                    }
                }
            }
            section aria-labelledby="blank" {
                h2 #blank { "Or begin with a blank page" }
                form.fields method="post" action="/apps/new" {
                    (name.draw("name"))
                    button.btn.primary { "Make a blank app" }
                }
            }
        };
        frame(chrome, "New app", body)
    }
}
