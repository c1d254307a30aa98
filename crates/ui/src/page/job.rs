//! A press that takes its time: what was pressed goes on, and this page looks again until it is over.
//!
//! `GET /@o/a/job/{id}`. When the press is over, the same address answers what it led to.

use super::app_bar::{AppBar, Tab};
use crate::frame::{Chrome, again_without_script};
use maud::{Markup, html};
use model::limit;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct Job {
    pub bar: AppBar,
    /// The path of this page.
    pub here: String,
    pub state: State,
}

/// How a press stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It goes on.
    Going,
    /// Nobody knows of it here: it was long ago, somebody else's, or the server was started anew.
    Unknown,
}

/// What screen readers hear while it goes on.
const GOING: &str = "This takes a little longer. You can wait here; it goes on in any case.";

impl Job {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        match self.state {
            State::Going => self.going(chrome),
            State::Unknown => self.unknown(chrome),
        }
    }

    fn going(&self, chrome: &Chrome) -> Markup {
        let body = html! {
            h1 { "Working…" }
            div.progress data-again=(limit::JOB_AGAIN_SECONDS) data-job=(self.here) data-said=(GOING) {
                label for="job" { (GOING) }
                progress id="job" {}
            }
            p { a.btn href=(self.here) { "Look again" } " " a href=(self.bar.path()) { "Back to " (self.bar.called()) } }
        };
        let head = again_without_script(limit::JOB_AGAIN_SECONDS);
        self.bar.page_with(head, chrome, Tab::Running, "Working…", body)
    }

    fn unknown(&self, chrome: &Chrome) -> Markup {
        let title = "This press is not known any more";
        let body = html! {
            h1 { (title) }
            p { "Its answer was kept for ten minutes, and only for whoever pressed. Look at the app to see whether it was done; if not, press again." }
            p { a.btn.primary href=(self.bar.path()) { "Open " (self.bar.called()) } }
        };
        self.bar.page(chrome, Tab::Running, title, body)
    }
}
