//! The directory: every app one may see, with a search.
//!
//! `GET /apps?q=`.

use super::app_line::{AppLine, cards};
use crate::frame::{Chrome, frame};
use maud::{Markup, html};

/// What the directory shows.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// What was searched for; empty for all.
    pub search: String,
    pub apps: Vec<AppLine>,
}

impl Directory {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let body = html! {
            header.pagehead {
                h1 { "Apps" }
                @if chrome.at_home() { p { a.btn.primary href="/apps/new" { "New app" } } }
            }
            form.search method="get" action="/apps" role="search" {
                label for="q" { "Search by name, title or what it does" }
                div.row {
                    input id="q" name="q" type="search" value=(self.search);
                    button.btn { "Search" }
                }
            }
            @if self.apps.is_empty() { (self.nothing(chrome)) } @else {
                p role="status" {
                    @match (self.apps.len(), self.search.is_empty()) {
                        (1, true) => "One app.",
                        (count, true) => { (count) " apps." }
                        (1, false) => { "One app for “" (self.search) "”." }
                        (count, false) => { (count) " apps for “" (self.search) "”." }
                    }
                    @if !self.search.is_empty() { " " a href="/apps" { "Show all" } }
                }
                (cards(&self.apps))
            }
        };
        frame(chrome, "Apps", body)
    }

    fn nothing(&self, chrome: &Chrome) -> Markup {
        html! {
            div.empty role="status" {
                @if self.search.is_empty() {
                    p { strong { "There are no apps to see yet." } }
                    @if chrome.at_home() {
                        p { "Make the first one: it takes a minute." }
                        p { a.btn.primary href="/apps/new" { "New app" } }
                    } @else {
                        p { "Apps that are shared with the group only show up once you are signed in." }
                    }
                } @else {
                    p { strong { "Nothing here is called “" (self.search) "”." } }
                    p { "Try a shorter word, or " a href="/apps" { "look at all apps" } "." }
                }
            }
        }
    }
}
