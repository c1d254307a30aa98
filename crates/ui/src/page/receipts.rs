//! Receipts: the record of each writing run, in words, and one of them in detail.
//!
//! `GET /@o/a/receipts` and `GET /@o/a/receipts/{run}`.

use super::app_bar::{AppBar, Tab};
use super::bars::{bytes, short_gas};
use crate::frame::Chrome;
use maud::{Markup, html};
use model::receipt::grouped;
use model::{Ending, Receipt};

/// The list of receipts.
#[derive(Clone, Debug, Default)]
pub struct Receipts {
    pub bar: AppBar,
    /// Newest first.
    pub receipts: Vec<Receipt>,
}

/// One receipt.
#[derive(Clone, Debug)]
pub struct OneReceipt {
    pub bar: AppBar,
    pub receipt: Receipt,
}

impl Receipts {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let path = self.bar.path();
        let body = html! {
            h1 { "Receipts of " (self.bar.called()) }
            p.quiet-text { "Every run that may write leaves one, and every view that failed. They are kept for 30 days." }
            @if self.receipts.is_empty() {
                div.empty {
                    p { strong { "There are no receipts yet." } }
                    p { "Press a button in the app, and its run is written down here." }
                }
            } @else {
                ol.rows {
                    @for receipt in &self.receipts {
                        li data-tone=[(receipt.ending != Ending::Done).then_some("bad")] {
                            div {
                                p { (chrome.at(receipt.at)) @if let Some(by) = &receipt.by { " · " (by) } }
                                p dir="auto" { (receipt.words()) }
                            }
                            p.ways {
                                a href=(format!("{path}/receipts/{}", receipt.run)) { "Details" span.unseen { " of " (receipt.trigger) } }
                            }
                        }
                    }
                }
            }
        };
        self.bar.page(chrome, Tab::Receipts, "Receipts", body)
    }
}

impl OneReceipt {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let receipt = &self.receipt;
        let body = html! {
            h1 { "Receipt of " code { (receipt.trigger) } }
            p.lead dir="auto" { (receipt.words()) }
            @if !receipt.message.is_empty() {
                section aria-labelledby="error" {
                    h2 #error { "What the script says" }
                    pre.source tabindex="0" { code { (receipt.message) } }
                }
            }
            (causes(receipt))
            section aria-labelledby="facts" {
                h2 #facts { "Facts" }
                (self.facts(chrome))
            }
            p { a href=(format!("{}/receipts", self.bar.path())) { "All receipts" } }
        };
        self.bar.page(chrome, Tab::Receipts, "Receipt", body)
    }

    fn facts(&self, chrome: &Chrome) -> Markup {
        let receipt = &self.receipt;
        let row = |name: &str, value: Markup| html! { div { dt { (name) } dd { (value) } } };
        let listed = |items: &[String], none: &str| match items.is_empty() {
            true => html! { (none) },
            false => html! { ul.plain { @for item in items { li dir="auto" { (item) } } } },
        };
        let chain = match receipt.chain.depth {
            0 => "It began a chain of its own".to_owned(),
            depth => format!("Run {} of its chain", depth + 1),
        };
        html! {
            dl.facts {
                (row("When", chrome.at(receipt.at)))
                (row("Who", html! { (receipt.by.as_deref().unwrap_or("nobody; it ran by itself")) }))
                (row("Ending", html! { (receipt.ending.words()) }))
                (row("Attempts", html! { (receipt.attempts) }))
                (row("Written", html! { (bytes(receipt.bytes_written)) }))
                (row("Effects", listed(&receipt.effects, "none")))
                (row("Grants used", listed(&receipt.grants, "none")))
                (row("Chain", html! { (chain) ", " (short_gas(receipt.chain.gas_left)) " gas left. " code { (receipt.chain.id) } }))
                (row("Release", html! { code { (receipt.release) } }))
                (row("Guest", html! { code { (receipt.guest) } }))
                (row("Engine", html! { (receipt.engine) ", price table " (receipt.price_table) }))
                (row("Run", html! { code { (receipt.run) } }))
            }
        }
    }
}

/// Where the gas went, dearest first.
fn causes(receipt: &Receipt) -> Markup {
    let mut causes: Vec<_> = receipt.causes.iter().collect();
    causes.sort_by_key(|(_, cause)| std::cmp::Reverse(cause.gas));
    let calls: u64 = causes.iter().map(|(_, cause)| cause.gas).sum();
    let share =
        |gas: u64| (u128::from(gas) * 100 / u128::from(receipt.gas.max(1))).to_string() + " %";
    html! {
        section aria-labelledby="gas" {
            h2 #gas { "Where the gas went" }
            div.scroll tabindex="0" role="group" aria-labelledby="gas" {
                table {
                    thead { tr { th scope="col" { "Cause" } th scope="col" data-align="end" { "Times" } th scope="col" data-align="end" { "Gas" } th scope="col" data-align="end" { "Share" } } }
                    tbody {
                        @for (name, cause) in &causes {
                            tr {
                                th scope="row" { code { (name) } }
                                td data-align="end" { (grouped(cause.count)) }
                                td data-align="end" { (grouped(cause.gas)) }
                                td data-align="end" { (share(cause.gas)) }
                            }
                        }
                        @let own = receipt.gas.saturating_sub(calls);
                        tr { th scope="row" { "the script’s own instructions" } td {} td data-align="end" { (grouped(own)) } td data-align="end" { (share(own)) } }
                    }
                    tfoot { tr { th scope="row" { "Together" } td {} td data-align="end" { (grouped(receipt.gas)) } td data-align="end" { "100 %" } } }
                }
            }
        }
    }
}
