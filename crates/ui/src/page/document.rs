//! The pages on which people write a document of an app: its text, and its history. What was typed
//! stands in the text field again whatever became of it.
//!
//! `GET /@o/a/doc/edit?_a=TOKEN`; `POST /@o/a/doc/edit` with `_a`, `text`, `base` and `do`: *save*
//! answers 303 to the app, or 422 with this page; *preview* 200 with it; *discard* 303 to it.
//! `GET /@o/a/doc/history?_a=TOKEN` with `revision`, or `from` and `to`; `POST /@o/a/doc/restore` with
//! `_a` and `revision` answers 303 to the app.

use super::app_bar::{AppBar, Tab};
use super::changes::Changes;
use super::field::press;
use crate::frame::Chrome;
use crate::prose::{Form, Prose};
use crate::view::encoded;
use maud::{Markup, html};
use model::Moment;

/// A document, as both pages name it.
#[derive(Clone, Debug, Default)]
pub struct Named {
    pub bar: AppBar,
    pub label: String,
    /// The sealed rights of the reader; empty if they are too old.
    pub token: String,
    /// Where the app shows it.
    pub back: String,
    /// Whether it is shown as it is, and not as Markdown.
    pub plain: bool,
    /// Whether the reader may change it.
    pub edit: bool,
    /// Whether the reader may see its history.
    pub history: bool,
}

/// The page for writing.
#[derive(Clone, Debug, Default)]
pub struct EditDocument {
    pub of: Named,
    pub text: String,
    /// The revision the text was made from.
    pub base: i64,
    /// Whether the text is what this reader had begun and not saved.
    pub begun: bool,
    /// Why the text was not kept.
    pub error: Option<String>,
    /// What others have kept in the same lines.
    pub conflict: Option<Theirs>,
    /// The text as it would look, cleaned.
    pub preview: Option<Prose>,
}

/// The text that others have kept meanwhile.
#[derive(Clone, Debug, Default)]
pub struct Theirs {
    pub text: String,
    /// Who kept it; a handle without `@`, or empty.
    pub by: String,
    pub at: Moment,
}

/// The page of the history.
#[derive(Clone, Debug, Default)]
pub struct DocumentHistory {
    pub of: Named,
    /// Newest first.
    pub revisions: Vec<RevisionLine>,
    pub open: Option<Opened>,
}

/// One revision in the list.
#[derive(Clone, Debug, Default)]
pub struct RevisionLine {
    pub number: i64,
    pub at: Moment,
    /// A handle without `@`; empty if nobody was signed in.
    pub by: String,
    pub bytes: u64,
}

/// What of the history is shown.
#[derive(Clone, Debug)]
pub enum Opened {
    Text { number: i64, text: String, prose: Prose },
    Changes(Changes),
}

impl Named {
    fn to(&self, page: &str) -> String {
        format!("{}/doc/{page}", self.bar.path())
    }

    fn with_token(&self, page: &str, more: &str) -> String {
        format!("{}?_a={}{more}", self.to(page), encoded(&self.token))
    }

    fn shown(&self, text: &str, prose: &Prose) -> Markup {
        html! {
            @if text.trim().is_empty() { p.empty { "Nothing is written here." } }
            @else if self.plain { p.text dir="auto" { (text) } }
            @else {
                @match prose.of(Form::Markdown, text) {
                    Ok(clean) => div.md dir="auto" { (clean.on_page(&self.bar.path(), "/")) },
                    Err(why) => p.note data-tone="warn" role="note" { (why) },
                }
            }
        }
    }
}

impl EditDocument {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let title = format!("Edit {}", self.of.label);
        let body = html! {
            h1 dir="auto" { (title) }
            (self.said(chrome))
            (self.form())
            @if let Some(prose) = &self.preview {
                section #preview aria-labelledby="preview-head" {
                    h2 #preview-head { "Preview: not saved yet" }
                    div.apparea { (self.of.shown(&self.text, prose)) }
                }
            }
            p.row {
                a.link href=(self.of.back) { "Back to " (self.of.bar.called()) }
                @if self.of.history && !self.of.token.is_empty() {
                    a.link href=(self.of.with_token("history", "")) { "History" }
                }
            }
        };
        self.of.bar.page(chrome, Tab::Running, &title, body)
    }

    /// What became of the text before.
    fn said(&self, chrome: &Chrome) -> Markup {
        html! {
            @if let Some(error) = &self.error {
                div.errors role="alert" { p { strong { (error) } } p { "Your text is below, and not saved." } }
            }
            @if let Some(theirs) = &self.conflict {
                div.note data-tone="warn" role="alert" {
                    p { strong { span.sign aria-hidden="true" { "!" } (by(&theirs.by)) " changed the same lines " (chrome.ago(theirs.at)) "." } }
                    p { "Your text is below, and not saved. Take over what you need from the other one, then save: yours wins." }
                    details open {
                        summary { "The text that is kept now" }
                        pre.source tabindex="0" dir="auto" { code { (theirs.text) } }
                    }
                }
            }
            @if self.begun {
                div.note data-tone="info" role="note" {
                    p { span.sign aria-hidden="true" { "i" } "You had begun this and not saved it." }
                    (press(&self.of.to("edit"), &[("_a", &self.of.token), ("do", "discard")], "btn quiet", "Forget it and show what is kept"))
                }
            }
        }
    }

    fn form(&self) -> Markup {
        let hint = if self.of.plain {
            "It is shown as you type it."
        } else {
            "Markdown: an empty line begins a paragraph, # a heading, - a list."
        };
        html! {
            form.editor method="post" action=(self.of.to("edit")) {
                input type="hidden" name="_a" value=(self.of.token);
                input type="hidden" name="base" value=(self.base);
                label for="text" { "Text of " (self.of.label) }
                p.hint #text-hint { (hint) }
                textarea id="text" name="text" rows="18" dir="auto" aria-describedby="text-hint" { "\n" (self.text) }
                @if self.of.token.is_empty() {
                    p.hint { "Copy what you need before you leave this page." }
                } @else {
                    div.row {
                        button.btn.primary name="do" value="save" { "Save" }
                        button.btn name="do" value="preview" { "Preview" }
                    }
                }
            }
        }
    }
}

impl DocumentHistory {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let title = format!("History of {}", self.of.label);
        let body = html! {
            h1 dir="auto" { (title) }
            @if let Some(open) = &self.open { (self.opened(open)) }
            section aria-labelledby="revisions" {
                h2 #revisions { "Revisions" }
                @if self.revisions.is_empty() { p { "Nothing was written yet." } } @else {
                    ul.rows {
                        @for (place, revision) in self.revisions.iter().enumerate() { (self.line(chrome, place, revision)) }
                    }
                }
            }
            p.row {
                a.link href=(self.of.back) { "Back to " (self.of.bar.called()) }
                @if self.of.edit { a.link href=(self.of.with_token("edit", "")) { "Edit" } }
            }
        };
        self.of.bar.page(chrome, Tab::Running, &title, body)
    }

    fn line(&self, chrome: &Chrome, place: usize, revision: &RevisionLine) -> Markup {
        let number = revision.number;
        let to = |more: &str| self.of.with_token("history", more);
        let which = || html! { span.unseen { " of revision " (number) } };
        html! {
            li {
                div {
                    a.title href=(to(&format!("&revision={number}"))) { "Revision " (number) }
                    @if place == 0 { " " span.badge data-tone="good" { span.sign aria-hidden="true" { "✔" } "kept now" } }
                    p.quiet-text { "by " (by(&revision.by)) ", " (chrome.ago(revision.at)) " · " (super::bars::bytes(revision.bytes)) }
                }
                div.ways {
                    @if let Some(before) = self.revisions.get(place + 1) {
                        a href=(to(&format!("&from={}&to={number}", before.number))) { "What changed" (which()) }
                    }
                    @if place > 0 && self.of.edit {
                        (press(&self.of.to("restore"), &[("_a", &self.of.token), ("revision", &number.to_string())], "btn", &format!("Restore revision {number}")))
                    }
                }
            }
        }
    }

    fn opened(&self, open: &Opened) -> Markup {
        html! {
            section aria-labelledby="open" {
                @match open {
                    Opened::Text { number, text, prose } => {
                        h2 #open { "Revision " (number) }
                        div.apparea { (self.of.shown(text, prose)) }
                    }
                    Opened::Changes(changes) => {
                        h2 #open { "From " (changes.from) " to " (changes.to) }
                        (changes.draw())
                    }
                }
            }
        }
    }
}

/// Who wrote something, in words.
fn by(handle: &str) -> String {
    if handle.is_empty() {
        "Somebody who was not signed in".to_owned()
    } else {
        format!("@{handle}")
    }
}
