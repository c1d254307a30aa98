//! What the original of a fork has published since: a look at it, and the form that takes it into
//! the draft.
//!
//! `GET /@o/a/newer?release=N`; `POST /@o/a/newer` with `release` and, where something is in conflict,
//! `how`: `mine`, `theirs` or `marks`. Answer 303 to the editor.

use super::app_bar::{AppBar, Tab};
use super::changes::Changes;
use super::field::{check, press};
use super::source::ReleaseLine;
use crate::frame::Chrome;
use maud::{Markup, html};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Newer {
    pub bar: AppBar,
    /// The path and address of the original.
    pub original: (String, String),
    /// The release of the original that this fork took last, or began as.
    pub from: u64,
    /// Its releases since, newest first; none if there is nothing to take.
    pub releases: Vec<ReleaseLine>,
    /// The release that is looked at.
    pub release: u64,
    /// What the original changed.
    pub changes: Changes,
    /// Files of the draft that taking it changes.
    pub takes: Vec<String>,
    pub conflicts: Vec<ConflictLine>,
    /// What the newer release asks for and this app does not yet, in words.
    pub new_wants: Vec<String>,
    /// Whether newer releases are taken by themselves; `None` if the app is no fork.
    pub follows: Option<bool>,
    /// Whether the app holds grants, which new code could use.
    pub has_grants: bool,
    pub error: Option<String>,
}

/// A file that both changed.
#[derive(Clone, Debug, Default)]
pub struct ConflictLine {
    pub path: String,
    /// `None` if it was deleted, or is not text.
    pub mine: Option<String>,
    pub theirs: Option<String>,
}

impl Newer {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let (path, address) = &self.original;
        let body = html! {
            h1 { "What is new in the original" }
            @if let (Some(error), true) = (&self.error, self.releases.is_empty()) {
                p.note data-tone="bad" role="alert" { span.sign aria-hidden="true" { "!" } (error) }
            }
            @if self.releases.is_empty() {
                p { "You have everything that you can see of the original." }
                p { a href=(format!("{}/source", self.bar.path())) { "Back to the source" } }
            } @else {
                p.lead { "You have release " (self.from) " of " a href=(path) { (address) } ". " (count(self.releases.len())) " since." }
                @if let Some(error) = &self.error {
                    p.note data-tone="bad" role="alert" { span.sign aria-hidden="true" { "!" } (error) }
                }
                (self.list(chrome))
                (self.form())
                section aria-labelledby="theirs" {
                    h2 #theirs { "What the original changed, up to release " (self.release) }
                    (self.changes.draw())
                }
            }
            @if let Some(follows) = self.follows { (self.following(follows)) }
        };
        self.bar.page(chrome, Tab::Source, "What is new", body)
    }

    fn list(&self, chrome: &Chrome) -> Markup {
        html! {
            ul.rows {
                @for release in &self.releases {
                    li {
                        div {
                            a.title href=(format!("{}/newer?release={}", self.bar.path(), release.number))
                                aria-current=[(release.number == self.release).then_some("true")] { "Release " (release.number) }
                            p dir="auto" { @if release.note.is_empty() { "No note." } @else { (release.note) } }
                            p.quiet-text { "by @" (release.by) ", " (chrome.ago(release.at)) }
                        }
                    }
                }
            }
        }
    }

    /// The switch for taking by itself.
    fn following(&self, follows: bool) -> Markup {
        let to = format!("{}/follow", self.bar.path());
        html! {
            section aria-labelledby="follow" {
                h2 #follow { "By itself" }
                p { "A copy can take what its original publishes by itself: a day later, with a word in your news, and only if that asks for nothing new and is in nobody's way." }
                @if follows {
                    p { strong { "This copy does." } " " a href="/me/news" { "Your news" } }
                    (press(&to, &[("on", "")], "btn", "Ask me again each time"))
                } @else {
                    form.fields method="post" action=(to) {
                        input type="hidden" name="on" value="yes";
                        @if self.has_grants {
                            (check("also", "also", false, "Although it holds grants", "New code of somebody else could use what you granted to this app."))
                        }
                        button.btn { "Take them by itself" }
                    }
                }
            }
        }
    }

    fn form(&self) -> Markup {
        html! {
            section aria-labelledby="take" {
                h2 #take { "Take release " (self.release) " into your draft" }
                @if self.takes.is_empty() && self.conflicts.is_empty() {
                    p { "Your draft has all of it already. Taking it only remembers that." }
                } @else if !self.takes.is_empty() {
                    p { "It changes " (self.takes.join(", ")) " in your draft. What you changed elsewhere stays." }
                }
                form.fields method="post" action=(format!("{}/newer", self.bar.path())) {
                    input type="hidden" name="release" value=(self.release);
                    @if !self.new_wants.is_empty() {
                        p.needs { span.sign aria-hidden="true" { "!" } "It newly asks for: " (self.new_wants.join(" · ")) "." }
                    }
                    (settle(&self.conflicts, "the original"))
                    button.btn.primary { "Take it into my draft" }
                    p.quiet-text { "Nothing is published: look at the draft, run it, then publish." }
                }
            }
        }
    }
}

fn count(releases: usize) -> String {
    if releases == 1 { "One release came".into() } else { format!("{releases} releases came") }
}

/// The files in conflict with both versions, and the question what becomes of them.
pub(crate) fn settle(conflicts: &[ConflictLine], whose: &str) -> Markup {
    if conflicts.is_empty() {
        return html! {};
    }
    let choices = [
        ("mine", "Leave them as mine has them".to_owned()),
        ("theirs", format!("Make them what {whose} has")),
        ("marks", "Put both versions in, with marks, and I mend them in the editor".to_owned()),
    ];
    html! {
        fieldset {
            legend { "You and " (whose) " changed the same lines. What shall become of these files?" }
            ul.plain {
                @for conflict in conflicts {
                    li {
                        details {
                            summary { code { (conflict.path) } ": both versions" }
                            div.pairs {
                                (version("Mine", conflict.mine.as_deref(), "was"))
                                (version("Theirs", conflict.theirs.as_deref(), "now"))
                            }
                        }
                    }
                }
            }
            @for (word, label) in &choices {
                label.option { input type="radio" name="how" value=(word) required; span { (label) } }
            }
        }
    }
}

fn version(whose: &str, text: Option<&str>, class: &str) -> Markup {
    html! {
        div class=(class) {
            p { strong { (whose) } }
            @match text {
                Some(text) => pre { (text) },
                None => p { "Deleted, or not text." },
            }
        }
    }
}
