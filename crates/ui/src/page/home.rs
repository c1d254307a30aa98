//! Home, signed in: what needs the person, what their apps have to say, the apps themselves, what
//! is used, and the way to a new app.
//!
//! `GET /` when signed in. Forms: `POST /apps/new` (see `NewApp`); buttons of cards post to their app.

use super::app_line::AppLine;
use super::bars::{self, Bar};
use super::field::Field;
use crate::frame::{Chrome, frame};
use maud::{Markup, html};
use model::Moment;

/// What home shows.
#[derive(Clone, Debug, Default)]
pub struct Home {
    pub needs: Vec<Need>,
    pub cards: Vec<Card>,
    pub apps: Vec<OwnApp>,
    pub bars: Vec<Bar>,
    /// When the daily allowances begin anew.
    pub wakes: Moment,
    pub templates: Vec<AppLine>,
}

/// Something that waits for the person: a failed effect, a missing grant, runs that stopped.
#[derive(Clone, Debug, Default)]
pub struct Need {
    /// The app it is about.
    pub app: AppLine,
    /// A whole sentence.
    pub text: String,
    /// Where it is mended: a page of the app, like `/grants`.
    pub to: &'static str,
    /// What the link there says.
    pub label: &'static str,
}

/// What an app has to say today: the `summary` of its page, and its first buttons.
#[derive(Clone, Debug)]
pub struct Card {
    pub app: AppLine,
    pub summary: String,
    pub presses: Markup,
}

/// One app of one's own.
#[derive(Clone, Debug, Default)]
pub struct OwnApp {
    pub app: AppLine,
    pub state: State,
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
        let say = |key: &str| chrome.say(key);
        let name = chrome.signed_in.as_ref().map_or("", |me| me.name.as_str());
        let body = html! {
            header.pagehead {
                h1 { @if name.is_empty() { (say("hello")) } @else { (say("hello-name")) " " (bdi_name(name)) } }
                p { a.btn.primary href="/apps/new" { (say("new-app")) } }
            }
            (self.attention(chrome))
            (self.today(chrome))
            div.sides {
                section aria-labelledby="mine" {
                    h2 #mine { (say("my-apps")) }
                    @if self.apps.is_empty() { (self.nothing_yet(chrome)) } @else {
                        ul.rows { @for app in &self.apps { (app.draw(chrome)) } }
                    }
                }
                section aria-labelledby="share" {
                    h2 #share { (say("my-share")) }
                    (bars::draw(&self.bars))
                    p.quiet-text { (say("begin-anew")) " " (chrome.ago(self.wakes)) ". " a href="/me/usage" { (say("details")) } }
                }
            }
        };
        frame(chrome, &say("home"), body)
    }

    /// What waits for the person, before everything else.
    fn attention(&self, chrome: &Chrome) -> Markup {
        let high: Vec<&Bar> = self.bars.iter().filter(|bar| bar.is_high()).collect();
        if self.needs.is_empty() && high.is_empty() {
            return html! {};
        }
        html! {
            section.attention aria-labelledby="needs" {
                h2 #needs { (chrome.say("needs-you")) }
                ul.rows {
                    @for bar in high {
                        li {
                            div { strong { (bar.label) } p { span.sign.bad aria-hidden="true" { "!" } (chrome.lang.say_with("share-used", &[("percent", bar.percent().into())])) } }
                            a.btn href="/me/usage" { (chrome.say("see-what-uses")) }
                        }
                    }
                    @for need in &self.needs {
                        li {
                            div {
                                a.title href=(need.app.path()) dir="auto" { (need.app.called()) }
                                p { span.sign.bad aria-hidden="true" { "!" } span dir="auto" { (need.text) } }
                            }
                            a.btn href=(format!("{}{}", need.app.path(), need.to)) { (need.label) span.unseen { ": " (need.app.called()) } }
                        }
                    }
                }
            }
        }
    }

    fn today(&self, chrome: &Chrome) -> Markup {
        html! {
            @if !self.cards.is_empty() {
                section aria-labelledby="today" {
                    h2 #today { (chrome.say("today")) }
                    ul.cards { @for card in &self.cards { (card.draw()) } }
                }
            }
        }
    }

    fn nothing_yet(&self, chrome: &Chrome) -> Markup {
        html! {
            div.empty {
                p { strong { (chrome.say("nothing-yet")) } }
                p { (chrome.say("nothing-yet-more")) }
                @match self.templates.first() {
                    Some(app) => {
                        p { a.btn.primary href=(format!("{}/fork", app.path())) { (chrome.lang.say_with("fork-this", &[("app", app.called().into())])) } }
                        p { a href="/apps/new" { (chrome.say("choose-other")) } }
                    }
                    None => p { a.btn.primary href="/apps/new" { (chrome.say("make-blank")) } },
                }
            }
        }
    }
}

impl Card {
    fn draw(&self) -> Markup {
        html! {
            li.card.app {
                div {
                    a.title href=(self.app.path()) dir="auto" { (self.app.called()) }
                    p dir="auto" { (self.summary) }
                }
                div.actions { (self.presses) }
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
                    a.title href=(path) dir="auto" { (self.app.called()) } " " (self.state.badge())
                    @if let Some(at) = self.last_run { p.quiet-text { (chrome.say("ran")) " " (chrome.ago(at)) } }
                }
                p.ways {
                    a href=(format!("{path}/edit")) { (chrome.say("edit")) span.unseen { " " (self.app.called()) } }
                    a href=(format!("{path}/settings")) { (chrome.say("settings")) span.unseen { " " (self.app.called()) } }
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
                                div { strong dir="auto" { (app.called()) } @if !app.summary.is_empty() { p dir="auto" { (app.summary) } } }
                                p.ways {
                                    a.btn href=(format!("{}/fork", app.path())) { "Fork" span.unseen { " " (app.called()) } }
                                    a href=(app.path()) { "Try it" span.unseen { ": " (app.called()) } }
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
