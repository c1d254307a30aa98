//! How commands speak: results go to standard output, in words or as JSON, and talk goes to
//! standard error. Colour is only for a terminal whose owner has not set `NO_COLOR`.

use serde_json::Value;
use std::io::{IsTerminal, Write};

/// How the person wants to be answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Say {
    json: bool,
    colour: bool,
}

/// What a word is to say at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Warn,
    Bad,
    Quiet,
}

impl Say {
    pub(crate) fn new(json: bool) -> Say {
        let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Say { json, colour: !json && !forbidden && std::io::stdout().is_terminal() }
    }

    pub(crate) fn as_json(self) -> bool {
        self.json
    }

    /// The result of a command.
    pub(crate) fn result(self, json: &Value, words: &str) {
        match self.json {
            true => line(&json.to_string()),
            false => line(words),
        }
    }

    /// A word in its colour.
    pub(crate) fn paint(self, tone: Tone, word: &str) -> String {
        if !self.colour {
            return word.to_owned();
        }
        let code = match tone {
            Tone::Good => "32",
            Tone::Warn => "33",
            Tone::Bad => "31",
            Tone::Quiet => "2",
        };
        format!("\u{1b}[{code}m{word}\u{1b}[0m")
    }
}

/// One line of a result. When nobody reads any more, there is nothing left to do.
pub(crate) fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{text}").and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// A line of a server, which goes on whether anybody reads or not.
pub(crate) fn announce(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// A line beside the result.
pub(crate) fn talk(text: &str) {
    // Who has closed standard error does not want to hear of it.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Whether a person can be asked.
pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}
