//! Deleting an app: what goes, what stays, and a moment to export it first.
//!
//! `GET /@o/a/delete`; `POST /@o/a/delete` with `confirm` (the app's name, typed).

use super::app_bar::{AppBar, Tab};
use super::field::Field;
use crate::frame::Chrome;
use maud::{Markup, html};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Delete {
    pub bar: AppBar,
    pub forks: u64,
    pub error: Option<String>,
}

impl Delete {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let path = self.bar.path();
        let label = format!("Type “{}” to delete it", self.bar.name);
        let confirm = Field {
            name: "confirm",
            label: &label,
            required: true,
            autocomplete: "off",
            error: self.error.as_deref(),
            pattern: "[a-z0-9\\-]+",
            ..Field::default()
        };
        let body = html! {
            h1 { "Delete " (self.bar.called()) "?" }
            p.lead { "Its files, releases, data, grants, secrets and schedules go for good. Its receipts and its log go with time, and nobody can open them any more." }
            @if self.forks > 0 { p { "Forks stay: they are apps of their own." } }
            p { "Take it along first: " a href=(format!("{path}/export")) { "export it as one file" } ". You can bring it back with that file." }
            form.fields method="post" action=(format!("{path}/delete")) {
                (confirm.draw("confirm"))
                div.row { button.btn.danger { "Delete it for good" } a.btn href=(path) { "Keep it" } }
            }
        };
        self.bar.page(chrome, Tab::Settings, "Delete", body)
    }
}
