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

impl Landing {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let say = |key: &str| chrome.say(key);
        let sentence = Some(self.sentence.clone()).filter(|own| !own.is_empty());
        let sentence = sentence.unwrap_or_else(|| say("group-sentence"));
        let counts = [("people", self.people.into()), ("apps", self.apps.into())];
        let body = html! {
            div.hero {
                h1 dir="auto" { (sentence) }
                p.lead {
                    (say("use-look-change"))
                    @if self.people > 1 && self.apps > 1 { " " (chrome.lang.say_with("counts", &counts)) }
                }
            }
            @if let Some(shown) = &self.shown { (shown.draw(chrome)) }
            @if !self.more.is_empty() {
                section aria-labelledby="more" {
                    header { h2 #more { (say("more-apps")) } p { a href="/apps" { (say("all-apps")) } } }
                    (cards(&self.more))
                }
            }
            @if self.shown.is_some() { (how(chrome)) }
            @if self.more.is_empty() && self.shown.is_none() {
                div.empty {
                    p { strong { (say("no-apps")) } }
                    p { (say("no-apps-more")) }
                }
            }
        };
        frame(chrome, &say("welcome"), body)
    }
}

/// The way from here to an app of one's own.
fn how(chrome: &Chrome) -> Markup {
    html! {
        section aria-labelledby="how" {
            h2 #how { (chrome.say("how")) }
            ol.how {
                li { strong { (chrome.say("how-use")) } " " (chrome.say("how-use-more")) }
                li { strong { (chrome.say("how-change")) } " " (chrome.say("how-change-more")) }
                li { strong { (chrome.say("how-keep")) } " " (chrome.say("how-keep-more")) }
            }
            @if chrome.may_join { p { a.btn.primary href="/join" { (chrome.say_group("join-group")) } } }
        }
    }
}

impl Shown {
    fn draw(&self, chrome: &Chrome) -> Markup {
        let say = |key: &str| chrome.say(key);
        let path = self.app.path();
        html! {
            div.pair {
                section.try aria-labelledby="try" {
                    h2 #try { (say("try-one")) }
                    div.apparea { (self.view) }
                    p.quiet-text { a href=(path) dir="auto" { (self.app.called()) } " " (chrome.lang.say_with("app-by", &[("owner", self.app.owner.as_str().into())])) }
                }
                section aria-labelledby="all" {
                    h2 #all { @if self.lines_more == 0 { (say("all-of-it")) } @else { (say("how-it-works")) } }
                    pre.source tabindex="0" aria-labelledby="all" { code { (self.lines.join("\n")) } }
                    @if self.lines_more > 0 {
                        p.quiet-text { (chrome.lang.say_with("more-lines", &[("count", self.lines_more.into())])) }
                    }
                    p.row {
                        a.btn.primary href=(format!("{path}/fork")) { (say("make-copy")) }
                        a href=(format!("{path}/source")) { (say("read-rest")) }
                    }
                }
            }
        }
    }
}
