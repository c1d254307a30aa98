//! The landing page for visitors who are not signed in: one sentence, a running app with its first
//! lines, and more apps.
//!
//! `GET /` when signed out. The running app's buttons post to its own address.

use super::app_line::{AppLine, cards};
use crate::frame::{Chrome, frame};
use maud::{Markup, html};

/// What the landing page shows.
#[derive(Clone, Debug, Default)]
pub struct Landing {
    /// One sentence about the group, by its admins.
    pub sentence: String,
    pub people: u64,
    pub apps: u64,
    /// A running app; its view must be drawn with `heading: 3`.
    pub shown: Option<Shown>,
    pub more: Vec<AppLine>,
}

/// The app that runs on the landing page.
#[derive(Clone, Debug)]
pub struct Shown {
    pub app: AppLine,
    pub view: Markup,
    /// The first lines of its source.
    pub lines: Vec<String>,
    /// How many lines follow.
    pub lines_more: usize,
}

const SENTENCE: &str = "Small apps our community makes for itself.";

impl Landing {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let sentence = if self.sentence.is_empty() { SENTENCE } else { &self.sentence };
        let body = html! {
            div.hero {
                h1 dir="auto" { (sentence) }
                p.lead {
                    "Use them. Look inside. Change them."
                    @if self.people > 1 && self.apps > 1 { " " (self.people) " people, " (self.apps) " apps." }
                }
            }
            @if let Some(shown) = &self.shown { (shown.draw()) }
            @if !self.more.is_empty() {
                section aria-labelledby="more" {
                    header { h2 #more { "More apps made here" } p { a href="/apps" { "All apps" } } }
                    (cards(&self.more))
                }
            }
            @if self.shown.is_some() { (how(chrome)) }
            @if self.more.is_empty() && self.shown.is_none() {
                div.empty {
                    p { strong { "There are no public apps here yet." } }
                    p { "Sign in to see what people of this group made, or make the first one." }
                }
            }
        };
        frame(chrome, "Welcome", body)
    }
}

/// The way from here to an app of one's own.
fn how(chrome: &Chrome) -> Markup {
    html! {
        section aria-labelledby="how" {
            h2 #how { "How it works" }
            ol.how {
                li { strong { "Use it." } " No account is needed for what everybody may use." }
                li { strong { "Change it." } " Make your own copy and change a word or a number. The original stays as it is." }
                li { strong { "Keep it." } " Join when you want others to use yours." }
            }
            @if chrome.may_join { p { a.btn.primary href="/join" { "Join " (chrome.group_name) } } }
        }
    }
}

impl Shown {
    fn draw(&self) -> Markup {
        let path = self.app.path();
        html! {
            div.pair {
                section.try aria-labelledby="try" {
                    h2 #try { "Try one now" }
                    div.apparea { (self.view) }
                    p.quiet-text { a href=(path) dir="auto" { (self.app.called()) } " by @" (self.app.owner) }
                }
                section aria-labelledby="all" {
                    h2 #all { @if self.lines_more == 0 { "This is all of it" } @else { "This is how it works" } }
                    pre.source tabindex="0" aria-labelledby="all" { code { (self.lines.join("\n")) } }
                    @if self.lines_more > 0 {
                        p.quiet-text { "… " (self.lines_more) " more lines" }
                    }
                    p.row {
                        a.btn.primary href=(format!("{path}/fork")) { "Make my own copy" }
                        a href=(format!("{path}/source")) { "Read the rest" }
                    }
                }
            }
        }
    }
}
