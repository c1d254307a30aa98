//! What an account has used: four bars, and each app's part in them.
//!
//! `GET /me/usage`.

use super::bars::{self, Bar, Unit, short_gas};
use crate::frame::{Chrome, frame};
use maud::{Markup, html};
use model::Moment;
use model::receipt::grouped;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// Compute, storage, messages, outside requests.
    pub bars: Vec<Bar>,
    pub wakes: Moment,
    /// Each app's part of today.
    pub apps: Vec<AppUsage>,
    /// How many apps there are and may be.
    pub apps_max: u64,
}

/// One app's part of today.
#[derive(Clone, Debug, Default)]
pub struct AppUsage {
    pub path: String,
    pub title: String,
    pub runs: u64,
    pub failed: u64,
    pub gas: u64,
}

impl Usage {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let full: Vec<&str> = self
            .bars
            .iter()
            .filter(|bar| bar.max > 0 && bar.percent() == 100)
            .map(|bar| bar.label.as_str())
            .collect();
        let body = html! {
            h1 { "What you use" }
            @if !full.is_empty() {
                div.note data-tone="warn" role="alert" {
                    p { strong { span.sign aria-hidden="true" { "!" } "Used up: " (full.join(", ")) "." } }
                    p { "Apps that need it rest. Daily shares begin anew " (chrome.ago(self.wakes)) "; nothing is deleted, and you can read and export everything." }
                }
            }
            (bars::draw(&self.bars))
            @if let Some((each, left)) = self.runs_like_this() {
                p { "Today a run of yours took " (short_gas(each)) " gas on average. What is left is enough for about " strong { (grouped(left)) " more runs like this" } " before the day is over." }
            }
            p.quiet-text { "At 80 % we tell you. At 100 % your apps rest, and their pages say so and when they wake (" (chrome.at(self.wakes)) "). Apps: " (self.apps.len()) " of " (self.apps_max) "." }
            (self.by_app())
            section aria-labelledby="gas" {
                h2 #gas { "What is gas?" }
                p { "Gas counts work: one gas is one instruction of the sandbox, and each call to the group has a price in gas. The same run always costs the same. Drawing a page takes a few hundred thousand; the receipts of an app show what each run used it for." }
            }
        };
        frame(chrome, "Usage", body)
    }

    /// The gas of a run of today on average, and how many more such runs the day has room for.
    fn runs_like_this(&self) -> Option<(u64, u64)> {
        let bar = self.bars.iter().find(|bar| bar.unit == Unit::Gas)?;
        let runs: u64 = self.apps.iter().map(|app| app.runs).sum();
        let gas: u64 = self.apps.iter().map(|app| app.gas).sum();
        let each = gas.checked_div(runs).filter(|each| *each > 0)?;
        Some((each, bar.max.saturating_sub(bar.used) / each))
    }

    /// An app's part of the day's gas, in words.
    fn share(&self, app: &AppUsage) -> String {
        let max = self.bars.iter().find(|bar| bar.unit == Unit::Gas).map_or(0, |bar| bar.max);
        match (app.gas.saturating_mul(100)).checked_div(max) {
            Some(0) if app.gas > 0 => "under 1 %".to_owned(),
            Some(percent) => format!("{percent} %"),
            None => "none".to_owned(),
        }
    }

    fn by_app(&self) -> Markup {
        html! {
            section aria-labelledby="apps" {
                h2 #apps { "Today, by app" }
                @if self.apps.is_empty() {
                    p { "You have no apps yet. " a href="/apps/new" { "Make one" } "." }
                } @else {
                    div.scroll tabindex="0" role="group" aria-labelledby="apps" {
                        table {
                            thead { tr { th scope="col" { "App" } th scope="col" data-align="end" { "Runs" } th scope="col" data-align="end" { "Failed" } th scope="col" data-align="end" { "Gas" } th scope="col" data-align="end" { "Of your day" } } }
                            tbody {
                                @for app in &self.apps {
                                    tr {
                                        th scope="row" { a href=(format!("{}/receipts", app.path)) dir="auto" { (app.title) } }
                                        td data-align="end" { (grouped(app.runs)) }
                                        td data-align="end" { (grouped(app.failed)) }
                                        td data-align="end" { (short_gas(app.gas)) }
                                        td data-align="end" { (self.share(app)) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
