//! Suggestions: what owners of forks suggest to an app's author, one of them with what it changes,
//! and the form by which the owner of a fork makes one.
//!
//! `GET /@o/a/suggestions`, `GET /@o/a/suggestions/ID`; `POST /@o/a/suggestions/take` with `suggestion`
//! and `how`, `…/decline` with `suggestion` and `word`, `…/withdraw` with `suggestion`; `POST /admin/suggestion`
//! with `app`, `suggestion` and `why` removes it. `GET` and `POST /@o/a/suggest` with `note`, for a fork.

use super::app_bar::{AppBar, Tab};
use super::changes::Changes;
use super::field::{Field, press};
use super::newer::{ConflictLine, settle};
use crate::frame::Chrome;
use maud::{Markup, html};
use model::{Became, Level, Suggestion};

/// The list: all for the author and for admins, else one's own.
#[derive(Clone, Debug, Default)]
pub struct Suggestions {
    pub bar: AppBar,
    pub list: Vec<Suggestion>,
}

/// One suggestion.
#[derive(Clone, Debug)]
pub struct OneSuggestion {
    pub bar: AppBar,
    pub it: Suggestion,
    /// Whether the person who looks made it.
    pub own: bool,
    /// What it changes; nothing once it was answered.
    pub changes: Option<Changes>,
    pub conflicts: Vec<ConflictLine>,
    pub error: Option<String>,
}

/// The form of a fork's owner.
#[derive(Clone, Debug, Default)]
pub struct Suggest {
    pub bar: AppBar,
    /// The path and address of the original.
    pub original: (String, String),
    pub changes: Changes,
    pub note: String,
    pub error: Option<String>,
    /// What became of earlier ones, and the path under which each is seen.
    pub earlier: Vec<Suggestion>,
}

impl Suggestions {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let body = html! {
            h1 { "Suggestions for " (self.bar.called()) }
            @if self.list.is_empty() {
                div.empty {
                    p { strong { "There are none." } }
                    p { "Whoever forks this app can suggest their change back to its author. Then it stands here." }
                }
            } @else {
                (list(&self.list, &self.bar.path(), chrome))
            }
        };
        self.bar.page(chrome, Tab::Source, "Suggestions", body)
    }
}

fn list(all: &[Suggestion], path: &str, chrome: &Chrome) -> Markup {
    html! {
        ul.rows {
            @for it in all {
                li {
                    div {
                        a.title href=(format!("{path}/suggestions/{}", it.id)) { "From " (it.fork_address) }
                        " " (badge(&it.became))
                        p dir="auto" { @if it.note.is_empty() { "No note." } @else { (it.note) } }
                        p.quiet-text { "by @" (it.by_handle) ", " (chrome.ago(it.at)) (answer(&it.became)) }
                    }
                }
            }
        }
    }
}

fn badge(became: &Became) -> Markup {
    let (tone, sign, word) = match became {
        Became::Open => ("info", "i", "waits"),
        Became::Taken { .. } => ("good", "✔", "taken"),
        Became::Declined { .. } => ("warn", "!", "declined"),
        Became::Withdrawn { .. } => ("info", "i", "taken back"),
        Became::Removed { .. } => ("bad", "!", "removed by an admin"),
    };
    html! { span.badge data-tone=(tone) { span.sign aria-hidden="true" { (sign) } (word) } }
}

/// What was said when it was answered.
fn answer(became: &Became) -> String {
    match became {
        Became::Declined { word, .. } if !word.is_empty() => format!(" · “{word}”"),
        Became::Removed { why, .. } => format!(" · {why}"),
        _ => String::new(),
    }
}

impl OneSuggestion {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let body = html! {
            h1 { "A suggestion for " (self.bar.called()) }
            p.lead {
                "From @" (self.it.by_handle) ", in " a href=(format!("/{}", self.it.fork_address)) { (self.it.fork_address) }
                ", " (chrome.ago(self.it.at)) ". " (badge(&self.it.became))
            }
            @if let Some(error) = &self.error {
                p.note data-tone="bad" role="alert" { span.sign aria-hidden="true" { "!" } (error) }
            }
            p dir="auto" { @if self.it.note.is_empty() { "No note." } @else { (self.it.note) } (answer(&self.it.became)) }
            @if self.it.is_open() { (self.ways()) }
            @if chrome.signed_in.as_ref().is_some_and(|me| me.level == Level::Admin) { (self.remove()) }
            @if let Some(changes) = &self.changes {
                section aria-labelledby="changes" {
                    h2 #changes { "What it changes, seen from release " (self.it.base_number) }
                    (changes.draw())
                }
            }
            p { a href=(self.to("")) { "All suggestions" } }
        };
        self.bar.page(chrome, Tab::Source, "A suggestion", body)
    }

    fn to(&self, rest: &str) -> String {
        format!("{}/suggestions{rest}", self.bar.path())
    }

    /// What the author, or whoever made it, can do.
    fn ways(&self) -> Markup {
        let id = self.it.id.to_string();
        let word = Field {
            name: "word",
            label: "A word to them",
            autocomplete: "off",
            max_length: Some(200),
            ..Field::default()
        };
        html! {
            @if self.bar.mine {
                section aria-labelledby="take" {
                    h2 #take { "Take it?" }
                    form.fields method="post" action=(self.to("/take")) {
                        input type="hidden" name="suggestion" value=(id);
                        (settle(&self.conflicts, "the suggestion"))
                        button.btn.primary { "Take it into my draft" }
                        p.quiet-text { "Nothing is published: look at the draft, run it, then publish." }
                    }
                    details {
                        summary { "Decline it" }
                        form.fields method="post" action=(self.to("/decline")) {
                            input type="hidden" name="suggestion" value=(id);
                            (word.draw("word"))
                            button.btn { "Decline" }
                        }
                    }
                }
            }
            @if self.own { (press(&self.to("/withdraw"), &[("suggestion", &id)], "btn", "Take it back")) }
        }
    }

    fn remove(&self) -> Markup {
        let why = Field {
            name: "why",
            label: "Why? Whoever made it reads this.",
            required: true,
            autocomplete: "off",
            max_length: Some(200),
            ..Field::default()
        };
        html! {
            details {
                summary { "Remove it, as an admin" }
                form.fields method="post" action="/admin/suggestion" {
                    input type="hidden" name="app" value=(self.bar.address());
                    input type="hidden" name="suggestion" value=(self.it.id);
                    (why.draw("why"))
                    button.btn.danger { "Remove it and its note" }
                }
            }
        }
    }
}

impl Suggest {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let note = Field {
            name: "note",
            label: "What does it change, and why?",
            value: &self.note,
            error: self.error.as_deref(),
            hint: "Its author reads this, with the difference below.",
            autocomplete: "off",
            max_length: Some(1_000),
            ..Field::default()
        };
        let (path, address) = &self.original;
        if path.is_empty() {
            let body = html! {
                h1 { "Suggest your change back" }
                p { "This app is no fork, so there is no author to suggest anything to." }
                p { a href=(format!("{}/source", self.bar.path())) { "Back to the source" } }
            };
            return self.bar.page(chrome, Tab::Source, "Suggest a change", body);
        }
        let body = html! {
            h1 { "Suggest your change back" }
            p.lead { "The author of " a href=(path) { (address) } " sees what your draft changes, and takes it or not. Your copy stays yours." }
            form.fields method="post" action=(format!("{}/suggest", self.bar.path())) {
                (note.draw("note"))
                button.btn.primary { "Suggest it" }
            }
            section aria-labelledby="changes" {
                h2 #changes { "What your draft changes" }
                (self.changes.draw())
            }
            @if !self.earlier.is_empty() {
                section aria-labelledby="earlier" {
                    h2 #earlier { "What became of earlier ones" }
                    (list(&self.earlier, path, chrome))
                }
            }
        };
        self.bar.page(chrome, Tab::Source, "Suggest a change", body)
    }
}
