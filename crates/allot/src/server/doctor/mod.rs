//! `allot doctor`: looks at what a group or a person needs, says how each thing stands, and what to
//! do where it stands badly. It changes nothing.

mod machine;
mod person;
mod place;
mod walls;

use super::DATA;
use crate::commands::At;
use crate::failure::{Code, Failure};
use crate::say::{Say, Tone, line};
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// `allot doctor`.
#[derive(Args)]
pub(crate) struct Doctor {
    /// The group's folder; the usual one is looked at if it is there.
    #[arg(long)]
    data: Option<PathBuf>,
    /// The address the server listens on.
    #[arg(long, default_value = super::LISTEN)]
    listen: String,
    #[command(flatten)]
    at: At,
}

/// How one thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Ok,
    Warn,
    Bad,
}

/// One thing that was looked at.
#[derive(Debug)]
pub(super) struct Check {
    name: &'static str,
    state: State,
    text: String,
    /// What to do; empty if nothing is.
    fix: String,
}

impl Check {
    pub(super) fn ok(name: &'static str, text: impl Into<String>) -> Check {
        Check { name, state: State::Ok, text: text.into(), fix: String::new() }
    }

    pub(super) fn warn(
        name: &'static str,
        text: impl Into<String>,
        fix: impl Into<String>,
    ) -> Check {
        Check { name, state: State::Warn, text: text.into(), fix: fix.into() }
    }

    pub(super) fn bad(
        name: &'static str,
        text: impl Into<String>,
        fix: impl Into<String>,
    ) -> Check {
        Check { name, state: State::Bad, text: text.into(), fix: fix.into() }
    }

    fn json(&self) -> Value {
        json!({ "name": self.name, "state": self.state.word(), "text": self.text, "fix": self.fix })
    }

    fn words(&self, say: Say) -> String {
        let tone = match self.state {
            State::Ok => Tone::Good,
            State::Warn => Tone::Warn,
            State::Bad => Tone::Bad,
        };
        let state = say.paint(tone, &format!("{:<4}", self.state.word()));
        let mut words = format!(
            "{state} {:<12} {}",
            self.name,
            self.text.replace('\n', "\n                  ")
        );
        if !self.fix.is_empty() {
            words += &format!("\n                  fix: {}", self.fix);
        }
        words
    }
}

impl State {
    fn word(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Warn => "warn",
            State::Bad => "bad",
        }
    }
}

/// Looks at everything there is to look at here.
pub(crate) fn doctor(asked: &Doctor, say: Say) -> Result<(), Failure> {
    let usual = Path::new(DATA);
    let data = asked.data.as_deref().or_else(|| usual.exists().then_some(usual));
    let mut checks = Vec::new();
    if let Some(data) = data {
        place::look(data, &mut checks);
        walls::look(data, &mut checks);
        machine::look(&mut checks);
        checks.push(machine::listening(&asked.listen));
    } else {
        machine::look(&mut checks);
    }
    person::look(&asked.at, data.is_none(), &mut checks);
    let all: Vec<Value> = checks.iter().map(Check::json).collect();
    let count = |state| checks.iter().filter(|check| check.state == state).count();
    let (bad, warn) = (count(State::Bad), count(State::Warn));
    match say.as_json() {
        true => line(&json!({ "checks": all, "bad": bad, "warn": warn }).to_string()),
        false => checks.iter().for_each(|check| line(&check.words(say))),
    }
    let Some(first) = checks.iter().find(|check| check.state == State::Bad) else { return Ok(()) };
    let text = match bad {
        1 => "One thing is bad; the others can wait for it.".to_owned(),
        many => format!("{many} things are bad. Begin with the first."),
    };
    Err(Failure::new(Code::App, text).try_next(first.fix.clone()))
}
