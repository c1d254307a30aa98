//! The event log of an app: each run with what it printed, newest first.
//!
//! `GET /@o/a/log`.

use super::app_bar::{AppBar, Tab};
use super::bars::short_gas;
use crate::frame::Chrome;
use maud::{Markup, html};
use model::{Ending, Gas, Moment};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Log {
    pub bar: AppBar,
    pub lines: Vec<LogLine>,
}

/// One run.
#[derive(Clone, Debug)]
pub struct LogLine {
    pub at: Moment,
    /// The trigger with its handler, like `on.vote`.
    pub event: String,
    /// Who acted, as `@handle`.
    pub by: Option<String>,
    pub draft: bool,
    pub ending: Ending,
    /// The error with file, line and stack.
    pub message: String,
    pub gas: Gas,
    pub writes: u64,
    pub printed: Vec<String>,
    /// The id of its receipt, if it has one.
    pub receipt: Option<String>,
}

impl Log {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let body = html! {
            header.pagehead {
                h1 { "Log of " (self.bar.called()) }
                p { a.btn href=(format!("{}/log", self.bar.path())) { "Look again" } }
            }
            p.quiet-text { "Every run of the last 7 days with what it printed, newest first. In the script, " code { "print(…)" } " writes here." }
            (with_receipts(&self.lines, chrome, &self.bar.path()))
        };
        self.bar.page(chrome, Tab::Log, "Log", body)
    }
}

/// Lines of a log, without links to receipts.
pub(crate) fn lines(lines: &[LogLine], chrome: &Chrome) -> Markup {
    with_receipts(lines, chrome, "")
}

fn with_receipts(lines: &[LogLine], chrome: &Chrome, app: &str) -> Markup {
    html! {
        @if lines.is_empty() {
            div.empty {
                p { strong { "Nothing ran yet." } }
                p { "Open the app or press one of its buttons, and its run is listed here." }
            }
        } @else {
            ol.log { @for line in lines { (line.draw(chrome, app)) } }
        }
    }
}

impl LogLine {
    fn draw(&self, chrome: &Chrome, app: &str) -> Markup {
        let done = self.ending == Ending::Done;
        html! {
            li data-tone=[(!done).then_some("bad")] {
                p {
                    (chrome.at(self.at)) " "
                    strong { code { (self.event) } }
                    @if let Some(by) = &self.by { " by " (by) }
                    @if self.draft { " " span.badge { "draft" } }
                    @if !done { " " span.badge data-tone="bad" { span.sign aria-hidden="true" { "✘" } (self.ending.words()) } }
                    span.quiet-text {
                        @match self.writes { 0 => {}, 1 => " · 1 write", writes => { " · " (writes) " writes" } }
                        " · " (short_gas(self.gas)) " gas"
                    }
                    @if let Some(receipt) = self.receipt.as_ref().filter(|_| !app.is_empty()) {
                        " · " a href=(format!("{app}/receipts/{receipt}")) { "receipt" }
                    }
                }
                @if !self.printed.is_empty() { pre.printed { (self.printed.join("\n")) } }
                @if !self.message.is_empty() { pre.printed.error { (self.message) } }
            }
        }
    }
}
