//! Forking: what comes along, what does not, and the name of the copy.
//!
//! `GET /@o/a/fork`; `POST /@o/a/fork` with `name`. Answer 303 to the editor of the new app. Signed
//! out, the copy is a draft that lives for a day.

use super::app_bar::{AppBar, Tab};
use super::field::Field;
use super::grants::verb_words;
use crate::frame::{Chrome, sign_in};
use maud::{Markup, html};
use model::Want;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Fork {
    pub bar: AppBar,
    /// The name that is suggested, or was typed.
    pub name: String,
    pub error: Option<String>,
    pub files: usize,
    /// What the app asks for; a fork begins with none of it.
    pub wants: Vec<Want>,
    pub licence: String,
}

impl Fork {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let name = Field {
            name: "name",
            label: "Name of your copy",
            value: &self.name,
            hint: "Small letters, digits and hyphens. You can write the title people see into allotment.toml later.",
            error: self.error.as_deref(),
            required: true,
            autocomplete: "off",
            pattern: "[a-z0-9]([a-z0-9\\-]{0,28}[a-z0-9])",
            max_length: Some(30),
            ..Field::default()
        };
        let body = html! {
            h1 { "Fork " (self.bar.called()) }
            p.lead { "A fork is your own app. It begins as a copy of this one and remembers where it came from." }
            dl.facts {
                div { dt { "Comes along" } dd { (files(self.files)) " and the settings" } }
                div { dt { "Stays here" } dd { "the data, the grants, and every secret" } }
                @if !self.licence.is_empty() { div { dt { "Licence" } dd { (self.licence) } } }
                @if !self.wants.is_empty() {
                    div {
                        dt { "It will ask you for" }
                        dd { ul.plain { @for want in &self.wants { li { (verb_words(&want.verb)) ". " (want.why) } } } }
                    }
                }
            }
            form.fields method="post" action=(format!("{}/fork", self.bar.path())) {
                (name.draw("name"))
                @if !chrome.at_home() {
                    p.note data-tone="info" {
                        span.sign aria-hidden="true" { "i" }
                        "You are not signed in. You can try your copy for a day; to keep and publish it, "
                        a href=(sign_in(chrome)) { "sign in" }
                        @if chrome.may_join { " or " a href="/join" { "join" } }
                        "."
                    }
                }
                button.btn.primary { "Make my own copy" }
            }
        };
        self.bar.page(chrome, Tab::Fork, "Fork", body)
    }
}

fn files(count: usize) -> String {
    if count == 1 { "one file".into() } else { format!("all {count} files") }
}
