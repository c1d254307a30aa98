//! The editor: files, a text field, and the buttons Save, Check, Run and Publish. It works without
//! a script; every button sends the text along, so nothing that was typed is lost.
//!
//! `GET /@o/a/edit?file=PATH`, with `run` to see the draft running. One form with `file`, `text`,
//! `revision` and `note`, whose buttons post to `/@o/a/edit/save`, `/check`, `/run` and `/publish` (all
//! save first; answer with this page, 409 with `conflict` when the file is not any more what it was).
//! Also `POST /@o/a/edit/new` with `file`, `/@o/a/edit/delete` with `file`.

use super::app_bar::{AppBar, Tab};
use super::field::{Field, ask_first};
use super::log::{LogLine, lines};
use crate::frame::Chrome;
use crate::view::encoded;
use maud::{Markup, html};

/// What the editor shows.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    pub bar: AppBar,
    pub files: Vec<String>,
    /// The path of the open file.
    pub file: String,
    /// Its text, or what was typed; `None` if it is not text.
    pub text: Option<String>,
    /// The hash of the file when it was opened, so that two editors do not overwrite each other.
    pub revision: String,
    /// What somebody saved meanwhile.
    pub conflict: Option<String>,
    /// What a check found; `None` if none was asked for.
    pub checked: Option<Checked>,
    /// What a run of the draft showed; `None` if none was asked for.
    pub ran: Option<Preview>,
    pub note: String,
    pub log: Vec<LogLine>,
    /// What publishing would newly ask for, in words.
    pub new_wants: Vec<String>,
    /// A visitor's draft cannot be published.
    pub may_publish: bool,
    /// Whether it has settings to fill in before the first release.
    pub has_settings: bool,
    /// The path that was typed for a new file, and what is wrong with it.
    pub new_file: Option<(String, String)>,
}

/// What a check found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Mistakes, each with file and line.
    pub errors: Vec<String>,
    /// What works but should be mended.
    pub warnings: Vec<String>,
}

/// What a run of the draft showed.
#[derive(Clone, Debug)]
pub enum Preview {
    /// The view, drawn with `heading: 3`, and the gas it took.
    View { view: Markup, gas: u64 },
    /// The error with file, line and stack.
    Failed { ending: String, message: String },
}

impl Editor {
    fn to(&self, rest: &str) -> String {
        format!("{}/edit{rest}", self.bar.path())
    }

    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let body = html! {
            h1 { "Edit " (self.bar.called()) }
            (self.results())
            @if self.bar.release.is_none() { (self.first_steps()) }
            (self.tabs())
            (self.form(chrome))
            (self.more())
            section aria-labelledby="log" {
                h2 #log { "What happened last" }
                (lines(&self.log, chrome))
                p { a href=(format!("{}/log", self.bar.path())) { "The whole log" } }
            }
        };
        self.bar.page(chrome, Tab::Edit, "Edit", body)
    }

    /// The way from a draft to an app that others can use.
    fn first_steps(&self) -> Markup {
        html! {
            section.note data-tone="info" aria-labelledby="steps" {
                h2 #steps { "This is a draft: only you see it" }
                ol {
                    @if self.has_settings {
                        li { a href=(format!("{}/settings", self.bar.path())) { "Fill in the settings" } ": they belong to your copy alone." }
                    }
                    li { "Press Run to see it. It runs on data of its own, so you can try everything." }
                    li { @if self.may_publish { "Press Publish, and it has a page that works." } @else { "Join, and it can be published." } }
                }
            }
        }
    }

    fn tabs(&self) -> Markup {
        html! {
            nav.filetabs aria-label="Files" {
                @for file in &self.files {
                    a href=(self.to(&format!("?file={}", encoded(file)))) aria-current=[(*file == self.file).then_some("page")] { (file) }
                }
            }
        }
    }

    fn form(&self, chrome: &Chrome) -> Markup {
        html! {
            form.editor method="post" action=(self.to("/save")) {
                input type="hidden" name="file" value=(self.file);
                input type="hidden" name="revision" value=(self.revision);
                @match &self.text {
                    Some(text) => {
                        label for="text" { "Text of " code { (self.file) } }
                        textarea id="text" name="text" rows="24" wrap="off" spellcheck="false" autocapitalize="none" autocomplete="off" autocorrect="off" {
                            "\n" (text)
                        }
                    }
                    None => p { "This file is not text, so it cannot be edited here." },
                }
                div.row {
                    button.btn { "Save draft" }
                    button.btn formaction=(self.to("/check")) { "Check" }
                    button.btn formaction=(self.to("/run")) { "Run" }
                }
                (self.publish(chrome))
            }
        }
    }

    fn publish(&self, chrome: &Chrome) -> Markup {
        if !self.may_publish {
            return html! {
                p.note data-tone="info" {
                    span.sign aria-hidden="true" { "i" }
                    "This draft is yours for a day. "
                    @if chrome.may_join {
                        a href="/join" { "Join " (chrome.group_name) } " to keep it and to let others use it: it comes along."
                    } @else {
                        "This group takes no new people at the moment, so it cannot be kept."
                    }
                }
            };
        }
        let note = Field {
            name: "note",
            label: "What changed?",
            value: &self.note,
            hint: "One line for the list of releases.",
            autocomplete: "off",
            max_length: Some(200),
            ..Field::default()
        };
        html! {
            div.publish {
                (note.draw("note"))
                @if !self.new_wants.is_empty() {
                    p.needs { span.sign aria-hidden="true" { "!" } "This release newly asks for: " (self.new_wants.join(" · ")) "." }
                }
                button.btn.primary formaction=(self.to("/publish")) {
                    "Publish release " (self.bar.release.unwrap_or(0) + 1)
                }
            }
        }
    }

    /// What the last button brought.
    fn results(&self) -> Markup {
        html! {
            @if let Some(theirs) = &self.conflict {
                div.note data-tone="warn" role="alert" {
                    p { strong { span.sign aria-hidden="true" { "!" } "This file was saved somewhere else meanwhile." } }
                    p { "Your text is below, not saved yet. Take over what you need from the other one, then save: yours wins." }
                    details { summary { "The other one" } pre.source tabindex="0" { code { (theirs) } } }
                }
            }
            @if let Some(checked) = &self.checked { (checked.draw()) }
            @if let Some(preview) = &self.ran { (preview.draw()) }
        }
    }

    /// New file, delete file.
    fn more(&self) -> Markup {
        let (typed, error) = match &self.new_file {
            Some((typed, error)) => (typed.as_str(), Some(error.as_str())),
            None => ("", None),
        };
        let name = Field {
            name: "file",
            label: "Path of the new file",
            value: typed,
            error,
            hint: "Like draw.lua or files/help.txt.",
            required: true,
            autocomplete: "off",
            pattern: "[A-Za-z0-9][A-Za-z0-9._\\/\\-]*",
            max_length: Some(model::limit::PATH_BYTES_MAX),
            ..Field::default()
        };
        let question = format!("Delete {} from the draft? Releases keep theirs.", self.file);
        html! {
            details open[error.is_some()] {
                summary { "New file" }
                form.fields method="post" action=(self.to("/new")) {
                    (name.draw("new-file"))
                    button.btn { "Add it" }
                }
            }
            @if self.files.len() > 1 && !matches!(self.file.as_str(), "allotment.toml" | "main.lua") {
                (ask_first(&question, &self.to("/delete"), &[("file", &self.file)], "Delete this file"))
            }
            p { a href=(format!("{}/delete", self.bar.path())) { "Delete the whole app" } }
        }
    }
}

impl Checked {
    fn draw(&self) -> Markup {
        html! {
            @if self.errors.is_empty() {
                p.toast data-tone="good" role="status" {
                    span.sign aria-hidden="true" { "✔" } "Checked: this can be published."
                }
            } @else {
                div.errors role="alert" {
                    p { strong { @match self.errors.len() { 1 => "One thing to mend:", count => { (count) " things to mend:" } } } }
                    ul { @for error in &self.errors { li { code.message { (error) } } } }
                }
            }
            @if !self.warnings.is_empty() {
                div.note data-tone="warn" role="note" {
                    p { strong { span.sign aria-hidden="true" { "!" } "It works, but look at this:" } }
                    ul { @for warning in &self.warnings { li { code.message { (warning) } } } }
                }
            }
        }
    }
}

impl Preview {
    fn draw(&self) -> Markup {
        html! {
            section #ran aria-labelledby="preview" {
                h2 #preview { "Your draft, running" }
                @match self {
                    Preview::View { view, gas } => {
                        div.apparea { (view) }
                        p.quiet-text { "It runs on data of its own. Drawing it took " (super::bars::short_gas(*gas)) " gas." }
                    }
                    Preview::Failed { ending, message } => div.errors role="alert" {
                        p { strong { "The run was " (ending) "." } }
                        pre.source tabindex="0" { code { (message) } }
                    },
                }
            }
        }
    }
}
