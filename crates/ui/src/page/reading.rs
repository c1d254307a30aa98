//! How pages look for a reader, signed in or not: kept in their browser, and for it alone.
//!
//! `GET /reading`; `POST /reading` with `theme`, `contrast`, `text`, `motion`, `font`.

use crate::frame::{Chrome, frame};
use crate::reading::{CHOICES, Choice};
use maud::{Markup, html};

/// What the page shows: all of it stands in the frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadingPage;

impl ReadingPage {
    /// Draws the page.
    #[must_use]
    pub fn draw(self, chrome: &Chrome) -> Markup {
        let body = html! {
            h1 { (chrome.say("reading")) }
            p.lead { "What you choose here wins over the group’s colours and over any app." }
            form.fields method="post" action="/reading" {
                @for choice in CHOICES { (fieldset(chrome, choice)) }
                button.btn.primary { "Use it" }
            }
            p.quiet-text { "Only this browser keeps it, without an account. Others have their own." }
        };
        frame(chrome, &chrome.say("reading"), body)
    }
}

fn fieldset(chrome: &Chrome, choice: &Choice) -> Markup {
    let chosen = chrome.reading.chosen(choice.name);
    html! {
        fieldset {
            legend { (choice.label) }
            @for (place, (word, label)) in choice.options.iter().enumerate() {
                label.option {
                    input type="radio" name=(choice.name) value=(word)
                        checked[chosen == Some(*word) || (place == 0 && chosen.is_none())];
                    span { (label) }
                }
            }
        }
    }
}
