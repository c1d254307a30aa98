//! The record of a run, readable in words.

use crate::{AppId, Chain, Ending, Gas, Moment, RunId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Gas and count of one cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    pub count: u64,
    pub gas: Gas,
}

/// A receipt. Writing runs have one each; a view has one when it failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub run: RunId,
    pub app: AppId,
    pub at: Moment,
    /// The trigger with its handler.
    pub trigger: String,
    /// Who acted, as `@handle`.
    pub by: Option<String>,
    pub release: String,
    pub guest: String,
    pub engine: String,
    pub price_table: u32,
    pub ending: Ending,
    /// The error, with the script's own file and line.
    pub message: String,
    /// Gas of all attempts.
    pub gas: Gas,
    /// Gas by capability; what is missing to `gas` are instructions.
    pub causes: BTreeMap<String, Cause>,
    pub attempts: u32,
    pub bytes_written: u64,
    pub effects: Vec<String>,
    pub grants: Vec<String>,
    /// The seed of all randomness of the run, hexadecimal.
    pub seed: String,
    pub chain: Chain,
}

impl Receipt {
    /// The receipt in one or two sentences.
    #[must_use]
    pub fn words(&self) -> String {
        let mut text =
            format!("{}: {}, {} gas", self.trigger, self.ending.words(), grouped(self.gas));
        if self.attempts > 1 {
            text += &format!(", {} attempts", self.attempts);
        }
        if let Some((name, cause)) = self.dearest() {
            text += &format!(
                ". {} % of this was {} {} of {name}",
                cause.gas * 100 / self.gas.max(1),
                cause.count,
                if cause.count == 1 { "call" } else { "calls" }
            );
        }
        if !self.message.is_empty() {
            text += &format!(". {}", self.message.lines().next().unwrap_or(""));
        }
        text
    }

    /// The capability that cost most, if it cost a tenth of the run or more.
    fn dearest(&self) -> Option<(&str, Cause)> {
        let (name, cause) = self.causes.iter().max_by_key(|(_, cause)| cause.gas)?;
        (cause.gas.saturating_mul(10) >= self.gas && cause.gas > 0)
            .then_some((name.as_str(), *cause))
    }
}

/// A number with narrow gaps between thousands, as people read it.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (n, text) in [(7, "7"), (1234, "1\u{202f}234"), (1_234_567, "1\u{202f}234\u{202f}567")]
        {
            assert_eq!(grouped(n), text);
        }
    }
}
