//! The first minutes of a new group: what its first admin decides, each with a good default.
//!
//! `GET /welcome`; `POST /welcome` with `name`, `sentence`, `sign_up` (`open`, `invited` or `closed`).

use super::app_line::{AppLine, cards};
use super::field::Field;
use crate::frame::{Chrome, frame};
use maud::{Markup, html};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Welcome {
    pub name: String,
    pub sentence: String,
    /// The example apps that are installed already.
    pub apps: Vec<AppLine>,
    pub error: Option<String>,
}

impl Welcome {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let name = Field {
            name: "name",
            label: "Name of your group",
            value: &self.name,
            hint: "It stands at the top of every page.",
            required: true,
            autocomplete: "organization",
            max_length: Some(60),
            error: self.error.as_deref(),
            ..Field::default()
        };
        let sentence = Field {
            name: "sentence",
            label: "One sentence about it",
            value: &self.sentence,
            hint: "The first thing a visitor reads.",
            autocomplete: "off",
            max_length: Some(160),
            ..Field::default()
        };
        let body = html! {
            h1 { "Your group is running" }
            p.lead { "Three answers, and it is ready. You can change each later on the care page." }
            form.fields method="post" action="/welcome" {
                (name.draw("name")) (sentence.draw("sentence"))
                (sign_up("open"))
                button.btn.primary { "Done" }
            }
            @if !self.apps.is_empty() {
                section aria-labelledby="apps" {
                    h2 #apps { "These apps are here already" }
                    p { "Open one, press a button, look at its source. Then fork it." }
                    (cards(&self.apps))
                }
            }
        };
        frame(chrome, "Welcome", body)
    }
}

/// The choice of who may join.
pub(crate) fn sign_up(chosen: &str) -> Markup {
    let option = |value: &str, label: &str| {
        html! { label.option { input type="radio" name="sign_up" value=(value) checked[value == chosen]; span { (label) } } }
    };
    html! {
        fieldset {
            legend { "Who may join?" }
            (option("open", "Everybody. They begin as new, with small limits, until an admin makes them members."))
            (option("invited", "People with an invitation. They are members at once."))
            (option("closed", "Nobody, for the time being."))
        }
    }
}
