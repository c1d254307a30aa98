//! What a parse worker does: its jobs and their answers, as bytes. It knows no group.

use sandbox::worker::Trade;
use serde::{Deserialize, Serialize};
use ui::Form;

/// A job for a parse worker.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Job<'a> {
    /// Cleans texts; the answer has for each its markup, or a sentence that says why there is none.
    #[serde(borrow)]
    Clean(Vec<Text<'a>>),
}

/// A text to clean.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Text<'a> {
    Markdown(&'a str),
    Html(&'a str),
}

/// The trade of parse workers.
pub struct Parsing;

impl<'a> Text<'a> {
    pub(super) fn new(form: Form, text: &'a str) -> Text<'a> {
        match form {
            Form::Markdown => Text::Markdown(text),
            Form::Html => Text::Html(text),
        }
    }

    fn clean(&self) -> Result<String, String> {
        match self {
            Text::Markdown(text) => ui::sanitise::clean(Form::Markdown, text),
            Text::Html(html) => ui::sanitise::clean(Form::Html, html),
        }
    }
}

impl Trade for Parsing {
    fn job(&mut self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let words = |err: postcard::Error| format!("this is no job for a parser: {err}");
        match postcard::from_bytes(bytes).map_err(words)? {
            Job::Clean(texts) => {
                let answers: Vec<_> = texts.iter().map(Text::clean).collect();
                postcard::to_stdvec(&answers).map_err(words)
            }
        }
    }
}
