//! One app in a list of apps: the landing page, the directory, the templates.

use maud::{Markup, html};

/// An app to open.
#[derive(Clone, Debug, Default)]
pub struct AppLine {
    /// The owner's handle, without `@`.
    pub owner: String,
    pub name: String,
    pub title: String,
    pub summary: String,
    pub forks: u64,
    /// Like `@kim/lending`, if it is a fork.
    pub fork_of: Option<String>,
}

impl AppLine {
    /// The path of the app's page.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/@{}/{}", self.owner, self.name)
    }

    pub(crate) fn called(&self) -> &str {
        if self.title.is_empty() { &self.name } else { &self.title }
    }

    /// A card with the ways to open, read and fork it; its title is a heading of the level.
    pub(crate) fn card(&self) -> Markup {
        let path = self.path();
        let called = self.called();
        html! {
            li.card.app {
                div {
                    a.title href=(path) dir="auto" { (called) }
                    p.quiet-text {
                        "by @" (self.owner)
                        @if let Some(parent) = &self.fork_of { " · fork of " (parent) }
                        @match self.forks {
                            0 => {}
                            1 => " · 1 fork",
                            forks => { " · " (forks) " forks" }
                        }
                    }
                    @if !self.summary.is_empty() { p dir="auto" { (self.summary) } }
                }
                p.ways {
                    a href=(format!("{path}/source")) { "How it works" span.unseen { ": " (called) } }
                    a href=(format!("{path}/fork")) { "Fork" span.unseen { ": " (called) } }
                }
            }
        }
    }
}

/// Apps as cards.
pub(crate) fn cards(apps: &[AppLine]) -> Markup {
    html! { ul.cards { @for app in apps { (app.card()) } } }
}
