//! What new code would do to an app's data, shown before it does: the counts, the first keys with
//! their values before and after, and the button that makes it so.
//!
//! Answer to `POST /@o/a/edit/publish` and `/edit/back` where data is taken over. Its form posts to
//! `/@o/a/edit/take-over` with `note`, or with `release` when going back.

use super::app_bar::{AppBar, Tab};
use super::bars::short_gas;
use crate::frame::Chrome;
use maud::{Markup, html};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct RehearsalPage {
    pub bar: AppBar,
    /// The note of the release that is published.
    pub note: String,
    /// The release that runs again; `None` when the draft is published.
    pub back: Option<u64>,
    /// The release whose data it is.
    pub from: u64,
    pub added: u64,
    pub changed: u64,
    pub deleted: u64,
    /// The first of these keys.
    pub shown: Vec<KeyLine>,
    pub gas: u64,
    pub printed: Vec<String>,
}

/// One key; `None` where it is not there.
#[derive(Clone, Debug, Default)]
pub struct KeyLine {
    pub key: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl RehearsalPage {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let all = self.added + self.changed + self.deleted;
        let body = html! {
            h1 { "What this does to the data" }
            p.lead {
                @if all == 0 { "It was rehearsed on the data of release " (self.from) ", and changes none of it." }
                @else { "It was rehearsed on the data of release " (self.from) ". Nothing has changed yet." }
            }
            dl.facts {
                div { dt { "New keys" } dd { (self.added) } }
                div { dt { "Changed keys" } dd { (self.changed) } }
                div { dt { "Deleted keys" } dd { (self.deleted) } }
                div { dt { "Gas" } dd { (short_gas(self.gas)) } }
            }
            form.press method="post" action=(format!("{}/edit/take-over", self.bar.path())) {
                @match self.back {
                    Some(number) => { input type="hidden" name="release" value=(number); }
                    None => { input type="hidden" name="note" value=(self.note); }
                }
                button.btn.primary {
                    @match self.back {
                        Some(number) => { "Run release " (number) " again on this data" }
                        None => { "Publish release " (self.bar.release.unwrap_or(0) + 1) " and change the data" }
                    }
                }
            }
            p.quiet-text { "The data as it is now is kept for 30 days: the source page goes back to it, code and data together." }
            p { a href=(format!("{}/edit", self.bar.path())) { "Back to the editor, and change nothing" } }
            @if !self.shown.is_empty() { (self.keys(all)) }
            @if !self.printed.is_empty() {
                section aria-labelledby="printed" {
                    h2 #printed { "What it printed" }
                    pre.source tabindex="0" aria-labelledby="printed" { (self.printed.join("\n")) }
                }
            }
        };
        self.bar.page(chrome, Tab::Edit, "What this does to the data", body)
    }

    fn keys(&self, all: u64) -> Markup {
        html! {
            section aria-labelledby="keys" {
                h2 #keys { @if all > self.shown.len() as u64 { "The first " (self.shown.len()) " keys" } @else { "The keys" } }
                @for line in &self.shown {
                    section.change {
                        h3 dir="auto" { code { (line.key) } }
                        div.pairs {
                            pre.was { span.unseen { "Before: " } @match &line.before { Some(text) => del { "- " (text) }, None => "- not there" } }
                            pre.now { span.unseen { "After: " } @match &line.after { Some(text) => ins { "+ " (text) }, None => "+ deleted" } }
                        }
                    }
                }
            }
        }
    }
}
