//! The source of an app: its files, one of them with line numbers, its releases, and what changed
//! between two of them.
//!
//! `GET /@o/a/source?file=PATH&release=N` and `GET /@o/a/source?from=N&to=M` (the
//! difference; `draft` is the owner's draft).
//! Forms: `POST /@o/a/edit/back` with `release` (owner only: go back to it).

use super::app_bar::{AppBar, Tab};
use super::bars::bytes;
use super::changes::Changes;
use super::field::ask_first;
use crate::frame::Chrome;
use crate::view::encoded;
use maud::{Markup, html};
use model::Moment;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Source {
    pub bar: AppBar,
    /// The release that is shown; `None` for the draft.
    pub release: Option<u64>,
    pub files: Vec<FileLine>,
    pub open: Option<OpenFile>,
    pub releases: Vec<ReleaseLine>,
    /// The path and address of the original, and the number of the release it began as.
    pub fork_of: Option<(String, String, u64)>,
    /// The difference between two states, if it was asked for.
    pub difference: Option<Changes>,
    /// How many releases the original has that this fork has not taken: only for its owner.
    pub newer: usize,
    /// Suggestions that wait for an answer: only for its owner.
    pub suggestions: usize,
    /// The release to which its owner can go back together with the data, and until when.
    pub before: Option<(u64, Moment)>,
    /// Code of other apps that it uses.
    pub uses: Vec<UseLine>,
}

/// A file in the list.
#[derive(Clone, Debug, Default)]
pub struct FileLine {
    pub path: String,
    pub bytes: u64,
}

/// Code of another app, pinned.
#[derive(Clone, Debug, Default)]
pub struct UseLine {
    /// Like `@ana/feedtools`.
    pub app: String,
    /// The id of its release.
    pub release: String,
}

/// The file that is shown.
#[derive(Clone, Debug, Default)]
pub struct OpenFile {
    pub path: String,
    /// `None` if it is not text.
    pub text: Option<String>,
    /// Whether the text is only the beginning.
    pub cut: bool,
}

/// A release in the list, newest first.
#[derive(Clone, Debug, Default)]
pub struct ReleaseLine {
    pub number: u64,
    pub note: String,
    pub at: Moment,
    /// The handle of who published it, without `@`.
    pub by: String,
    /// The first digits of its id, and all of it.
    pub id: String,
    pub whole_id: String,
    /// Whether it is the one that runs.
    pub runs: bool,
}

impl Source {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let body = html! {
            header.pagehead {
                h1 { "How " (self.bar.called()) " works" }
                p { a.btn href=(format!("{}/fork", self.bar.path())) { "Make my own copy" } }
            }
            @if let Some((path, address, number)) = &self.fork_of {
                p { "This is a fork of " a href=(path) { (address) } ", release " (number) "." }
                @if self.bar.mine { (self.with_original()) }
            }
            @if self.suggestions > 0 {
                p { a href=(format!("{}/suggestions", self.bar.path())) { (waiting(self.suggestions)) } }
            }
            @if !self.uses.is_empty() {
                p {
                    "It uses code of "
                    @for (place, it) in self.uses.iter().enumerate() {
                        @if place > 0 { ", " }
                        (it.app) " " code { (it.release.get(..12).unwrap_or(&it.release)) }
                    }
                    ": pinned, and with no grants of its own."
                }
            }
            @match &self.difference {
                Some(difference) => (self.difference(difference)),
                None => (self.files()),
            }
            (self.releases(chrome))
        };
        self.bar.page(chrome, Tab::Source, "Source", body)
    }

    /// What the owner of a fork can do with its original.
    fn with_original(&self) -> Markup {
        let path = self.bar.path();
        html! {
            p.ways {
                @match self.newer {
                    0 => {}
                    1 => { a href=(format!("{path}/newer")) { "The original has one newer release: look, take it" } " · " }
                    count => { a href=(format!("{path}/newer")) { "The original has " (count) " newer releases: look, take them" } " · " }
                }
                a href=(format!("{path}/suggest")) { "Suggest my change back" }
            }
        }
    }

    fn address_of(&self, file: &str) -> String {
        let release = self.release.map(|number| format!("&release={number}")).unwrap_or_default();
        format!("{}/source?file={}{release}", self.bar.path(), encoded(file))
    }

    fn files(&self) -> Markup {
        let open = self.open.as_ref().map(|file| file.path.as_str());
        html! {
            @if self.files.is_empty() {
                div.empty { p { strong { "There are no files yet." } } }
            } @else {
                div.sides.reading {
                    nav.filelist aria-label="Files" {
                        ul.plain {
                            @for file in &self.files {
                                li {
                                    a href=(self.address_of(&file.path)) aria-current=[(open == Some(&file.path)).then_some("page")] { (file.path) }
                                    " " span.quiet-text { (bytes(file.bytes)) }
                                }
                            }
                        }
                    }
                    @if let Some(file) = &self.open { (open_file(file)) }
                }
            }
        }
    }

    fn difference(&self, changes: &Changes) -> Markup {
        html! {
            section aria-labelledby="difference" {
                h2 #difference { "From " (changes.from) " to " (changes.to) }
                (changes.draw())
                p { a href=(format!("{}/source", self.bar.path())) { "Back to the files" } }
            }
        }
    }

    /// Any two states, chosen from lists.
    fn compare(&self) -> Markup {
        let states: Vec<(String, String)> = self
            .releases
            .iter()
            .map(|release| (release.number.to_string(), format!("Release {}", release.number)))
            .collect();
        let draft = self.bar.mine.then(|| ("draft".to_owned(), "Your draft".to_owned()));
        if states.len() + usize::from(draft.is_some()) < 2 {
            return html! {};
        }
        let choice = |name: &str, label: &str, chosen: usize| {
            html! {
                div.field {
                    label for=(name) { (label) }
                    select id=(name) name=(name) {
                        @for (place, (value, words)) in draft.iter().chain(&states).enumerate() {
                            option value=(value) selected[place == chosen] { (words) }
                        }
                    }
                }
            }
        };
        html! {
            form.fields.row method="get" action=(format!("{}/source", self.bar.path())) {
                (choice("from", "Compare", 1))
                (choice("to", "with", 0))
                button.btn { "Show what changed" }
            }
        }
    }

    fn releases(&self, chrome: &Chrome) -> Markup {
        let path = self.bar.path();
        html! {
            section aria-labelledby="releases" {
                h2 #releases { "Releases" }
                (self.compare())
                @if let Some((number, until)) = self.before { (self.with_data(chrome, number, until)) }
                @if self.releases.is_empty() {
                    p { "None yet. A release is a state of the files that can never change; publishing makes one." }
                } @else {
                    ul.rows {
                        @for (place, release) in self.releases.iter().enumerate() {
                            li {
                                div {
                                    a.title href=(format!("{path}/source?release={}", release.number)) { "Release " (release.number) }
                                    @if release.runs { " " span.badge data-tone="good" { span.sign aria-hidden="true" { "✔" } "runs now" } }
                                    p dir="auto" { @if release.note.is_empty() { "No note." } @else { (release.note) } }
                                    p.quiet-text { "by @" (release.by) ", " (chrome.ago(release.at)) " · " code { (release.id) } }
                                    @if !release.whole_id.is_empty() {
                                        details { summary { "Use its code" } (self.use_lines(release)) }
                                    }
                                }
                                div.ways {
                                    @if let Some(before) = self.releases.get(place + 1) {
                                        a href=(format!("{path}/source?from={}&to={}", before.number, release.number)) {
                                            "What changed" span.unseen { " in release " (release.number) }
                                        }
                                    }
                                    @if self.bar.mine && !release.runs { (self.back(release)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// What another app writes to use the code of a release.
    fn use_lines(&self, release: &ReleaseLine) -> Markup {
        let (app, id) = (self.bar.address(), &release.whole_id);
        html! {
            p { "In " code { "allotment.toml" } " of your app; then " code { "require \"" (self.bar.name) "\"" } " gives what its " code { (self.bar.name) ".lua" } " returns." }
            pre.wrapped { "[[use]]\napp = \"" (app) "\"\nrelease = \"" (id) "\"\n" }
        }
    }

    /// The way back with the data.
    fn with_data(&self, chrome: &Chrome, number: u64, until: Moment) -> Markup {
        let question = format!(
            "Run release {number} again, on the data as it was then? What is there now is put aside in turn, so you can come back."
        );
        html! {
            div.note data-tone="info" {
                p { "The data was taken over by newer code. Until " (chrome.at(until)) " you can go back to release " (number) " and its data." }
                (ask_first(&question, &format!("{}/edit/back-with-data", self.bar.path()), &[], "Go back, code and data"))
            }
        }
    }

    fn back(&self, release: &ReleaseLine) -> Markup {
        let question = format!(
            "Run release {} again? Others see it at once. Newer releases stay in the list.",
            release.number
        );
        let number = release.number.to_string();
        ask_first(
            &question,
            &format!("{}/edit/back", self.bar.path()),
            &[("release", &number)],
            "Go back to this",
        )
    }
}

/// How many suggestions wait, in words.
pub(crate) fn waiting(count: usize) -> String {
    match count {
        1 => "One suggestion waits for your answer".into(),
        count => format!("{count} suggestions wait for your answer"),
    }
}

fn open_file(file: &OpenFile) -> Markup {
    html! {
        section aria-labelledby="file" {
            h2 #file { code { (file.path) } }
            @if file.cut { p.quiet-text { "This file is very long. Here is how it begins; a fork has all of it." } }
            @match &file.text {
                Some(text) => pre.source.numbered tabindex="0" aria-labelledby="file" {
                    @for (place, line) in text.lines().enumerate() {
                        span.line id=(format!("L{}", place + 1)) { (line) "\n" }
                    }
                },
                None => p { "This file is not text, so it is not shown here. It comes along with a fork and an export." },
            }
        }
    }
}
