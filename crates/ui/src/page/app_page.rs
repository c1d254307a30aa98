//! The page of a running app: its area, and below it what it is and what it can reach. Whatever
//! happens to the app happens inside its area; the rest is the group's.
//!
//! `GET /@o/a` and `GET /@o/a/p/{path…}`. The app's own buttons `POST /@o/a/act` with `_a` (sealed),
//! `_n` (nonce), `_p` (path and query inside the app) and its fields; `_b`, where present, wins over
//! `_a`. Answer 303 to the page, or 422 with this page and the typed values.

use super::app_bar::{AppBar, Tab};
use super::field::ask_first;
use super::grants::{Wanted, ask, reach_words};
use crate::frame::{Chrome, again_without_script};
use maud::{Markup, html};
use model::{EffectState, Moment};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct AppPage {
    pub bar: AppBar,
    /// The title of the view, for the window.
    pub title: String,
    pub area: Area,
    /// Whether and how the page follows what happens; a page that stays as it is has none.
    pub live: Option<Live>,
    pub about: About,
}

/// A page that follows what happens. Which state it shows stands in its markup, so that the script
/// knows what is newer.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// Path and query of the page.
    pub place: String,
    /// Number of the release and version of its data: `3.118`.
    pub rev: String,
    /// The handle of whoever looks; empty when signed out.
    pub viewer: String,
    /// Whether the server tells of changes, or the page is only to be looked at again.
    pub told: bool,
    /// Seconds after which a browser that is told nothing loads it again.
    pub refresh: u32,
}

/// What stands in the app's area.
#[derive(Clone, Debug)]
pub enum Area {
    /// The app's own view, drawn with `heading: 1`.
    View(Markup),
    /// A run failed. The details are for the author only.
    Failed(Failed),
    /// The owner's allowance is used up.
    Resting { what: String, wakes: Moment },
    /// An admin stopped it.
    Stopped { why: String },
    /// It has no release yet.
    NoRelease,
    /// All people's code is off.
    SafeMode,
}

/// A failed run.
#[derive(Clone, Debug, Default)]
pub struct Failed {
    /// What was pressed, if it was a button; nothing of it was saved.
    pub pressed: Option<String>,
    /// `out of gas`, `stopped` …: the ending in words.
    pub ending: String,
    /// The error with file, line and stack: only for the app's owner, else `None`.
    pub details: Option<String>,
    /// Where *Try again* leads.
    pub again: String,
    /// What it asks for, if it was refused for lack of a grant: only for the owner.
    pub wants: Vec<Wanted>,
}

/// What the group says about the app.
#[derive(Clone, Debug, Default)]
pub struct About {
    pub summary: String,
    pub licence: String,
    /// The path and address of the original.
    pub fork_of: Option<(String, String)>,
    pub forks: u64,
    /// Verb and object of each grant.
    pub reach: Vec<(String, String)>,
    /// Wants without a grant, in the script's words: only for the owner.
    pub missing: Vec<String>,
    /// What its runs made happen outside, newest first: only for the owner.
    pub effects: Vec<EffectLine>,
    /// Schedules in words, like “hourly: every hour, next in 20 minutes”.
    pub schedules: Vec<String>,
}

/// An effect in words.
#[derive(Clone, Debug)]
pub struct EffectLine {
    pub at: Moment,
    /// “commit “Saved” to https://…”.
    pub words: String,
    pub state: EffectState,
    /// What happened last, as a whole sentence.
    pub note: String,
    /// Whether a new token would mend it.
    pub needs_token: bool,
}

impl AppPage {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let title = if self.title.is_empty() { self.bar.called() } else { &self.title };
        let body = html! {
            (self.draw_area(chrome))
            (self.about_it(chrome))
        };
        let head = match &self.live {
            Some(live) => again_without_script(live.refresh),
            None => html! {},
        };
        self.bar.page_with(head, chrome, Tab::Running, title, body)
    }

    /// Draws the app's area alone, for a page that is already there.
    #[must_use]
    pub fn draw_area(&self, chrome: &Chrome) -> Markup {
        let told = self.live.as_ref().filter(|live| live.told);
        let looks = self.live.as_ref().filter(|live| !live.told);
        html! {
            div.apparea data-live=[told.map(|live| &live.place)] data-rev=[told.map(|live| &live.rev)]
                data-for=[told.map(|live| &live.viewer)] data-refresh=[looks.map(|live| live.refresh)] {
                (self.area(chrome))
            }
        }
    }

    fn area(&self, chrome: &Chrome) -> Markup {
        let called = self.bar.called();
        match &self.area {
            Area::View(view) => view.clone(),
            Area::Failed(failed) => self.failed(failed),
            Area::Resting { what, wakes } => html! {
                (card("warn", &format!("{called} is resting")))
                p { "It has used its share of " (what) ". It wakes " (chrome.ago(*wakes)) ", and nothing is lost until then." }
                @if self.bar.mine { p { a.btn href="/me/usage" { "See what used it" } } }
            },
            Area::Stopped { why } => html! {
                (card("bad", &format!("{called} was stopped")))
                p { "An admin of " (chrome.group_name) " stopped this app: " (why) }
                @if self.bar.mine {
                    p { "Its data is safe. You can still read and export it, or change the draft and ask the admin to look again." }
                    p { a.btn href=(format!("{}/edit", self.bar.path())) { "Open the draft" } }
                }
            },
            Area::NoRelease => html! {
                (card("info", &format!("{called} has no release yet")))
                @if self.bar.mine {
                    p { "What you write is a draft until you publish it. Then others can use it." }
                    p { a.btn.primary href=(format!("{}/edit", self.bar.path())) { "Open the draft" } }
                } @else {
                    p { "@" (self.bar.owner) " is still working on it. Come back later." }
                }
            },
            Area::SafeMode => html! {
                (card("info", &format!("{called} is switched off for a while")))
                p { "An admin switched all apps off while something is looked after. Nothing is lost." }
            },
        }
    }

    fn failed(&self, failed: &Failed) -> Markup {
        let again = if failed.again.is_empty() { self.bar.path() } else { failed.again.clone() };
        html! {
            @match &failed.pressed {
                Some(label) => (card("bad", &format!("{} stopped at “{label}”", self.bar.called()))),
                None => (card("bad", &format!("{} could not be shown", self.bar.called()))),
            }
            p {
                @if failed.pressed.is_some() { "What you pressed was not saved, and nothing else changed. " }
                @if self.bar.mine { "The run was " (failed.ending) "." }
                @else { "Its owner @" (self.bar.owner) " can see what happened." }
            }
            @if !failed.wants.is_empty() {
                h2 { "It asks you for something" }
                @for (place, wanted) in failed.wants.iter().enumerate() { (ask(&self.bar, place, wanted, &again)) }
            }
            p { a.btn href=(again) { "Try again" } }
            @if let Some(details) = &failed.details {
                details open[failed.wants.is_empty()] {
                    summary { "What the script says" }
                    div {
                    pre.source tabindex="0" { code { (details) } }
                    p {
                        a href=(format!("{}/edit", self.bar.path())) { "Mend it" } " · "
                        a href=(format!("{}/receipts", self.bar.path())) { "Receipts" } " · "
                        a href=(format!("{}/log", self.bar.path())) { "Log" }
                    }
                    }
                }
            }
        }
    }

    fn about_it(&self, chrome: &Chrome) -> Markup {
        let about = &self.about;
        let path = self.bar.path();
        html! {
            section.about aria-labelledby="about" {
                h2 #about { "About " (self.bar.called()) }
                @if !about.summary.is_empty() { p dir="auto" { (about.summary) } }
                (self.effects(chrome))
                dl.facts {
                    div { dt { "Can reach" } dd { (self.reach()) } }
                    @if !about.schedules.is_empty() {
                        div { dt { "Runs by itself" } dd { (about.schedules.join(", ")) } }
                    }
                    @if let Some((path, address)) = &about.fork_of {
                        div { dt { "Fork of" } dd { a href=(path) { (address) } } }
                    }
                    @if about.forks > 0 { div { dt { "Forks" } dd { (about.forks) } } }
                    @if !about.licence.is_empty() { div { dt { "Licence" } dd { (about.licence) } } }
                }
                p.ways {
                    a href=(format!("{path}/source")) { "See how it works" }
                    a href=(format!("{path}/fork")) { "Fork it" }
                    @if self.bar.mine { a href=(format!("{path}/export")) { "Export as one file" } }
                    @if chrome.is_admin() && !self.bar.mine && !matches!(self.area, Area::Stopped { .. }) { (self.stop()) }
                }
            }
        }
    }

    fn stop(&self) -> Markup {
        let address = self.bar.address();
        let why = "it needs a look by its owner";
        ask_first(
            "Stop this app for everybody? Its data stays, and you can start it again on the care page.",
            "/admin/stop",
            &[("app", &address), ("why", why)],
            "Stop this app",
        )
    }

    fn reach(&self) -> Markup {
        let about = &self.about;
        html! {
            @if about.reach.is_empty() && about.missing.is_empty() { "Nothing outside this page." }
            @if !about.reach.is_empty() {
                ul.plain { @for (verb, object) in &about.reach { li { (reach_words(verb, object)) } } }
            }
            @if !about.missing.is_empty() {
                p.needs { span.sign aria-hidden="true" { "!" } "It asks for more: " (about.missing.join(" · ")) }
            }
            @if self.bar.mine && !(about.reach.is_empty() && about.missing.is_empty()) {
                p { a href=(format!("{}/grants", self.bar.path())) { "Look at its grants" } }
            }
        }
    }

    fn effects(&self, chrome: &Chrome) -> Markup {
        html! {
            @for effect in &self.about.effects {
                div.note data-tone=(tone(effect.state)) role="note" {
                    p {
                        span.sign aria-hidden="true" { (sign(effect.state)) }
                        strong { (state_words(effect.state)) ": " } (effect.words) " · " (chrome.ago(effect.at))
                    }
                    @if !effect.note.is_empty() { p { (effect.note) } }
                    @if effect.needs_token {
                        p { a.btn href=(format!("{}/grants", self.bar.path())) { "Give a new token" } }
                    }
                }
            }
        }
    }
}

/// The heading of a card that stands where the app's view would.
fn card(tone: &str, title: &str) -> Markup {
    let (sign, word) = crate::view::tone_sign(tone).unwrap_or(("", ""));
    html! {
        h1.cardhead data-tone=(tone) dir="auto" { span.sign aria-hidden="true" { (sign) } span.unseen { (word) ": " } (title) }
    }
}

fn tone(state: EffectState) -> &'static str {
    match state {
        EffectState::Queued => "info",
        EffectState::Retrying => "warn",
        EffectState::Done => "good",
        EffectState::Failed => "bad",
    }
}

fn sign(state: EffectState) -> &'static str {
    crate::view::tone_sign(tone(state)).map_or("", |(sign, _)| sign)
}

fn state_words(state: EffectState) -> &'static str {
    match state {
        EffectState::Queued => "On its way",
        EffectState::Retrying => "Will be tried again",
        EffectState::Done => "Done",
        EffectState::Failed => "Failed",
    }
}
