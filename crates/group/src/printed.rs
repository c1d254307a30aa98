//! What a run printed, bounded, and made harmless for terminals.

use model::{limit, sabotage};

/// The printed lines of one run.
#[derive(Default)]
pub(crate) struct Printed {
    lines: Vec<String>,
    bytes: usize,
    cut: bool,
}

/// The line that stands where the rest was cut.
const CUT: &str = "… the rest of what this run printed was cut";

impl Printed {
    /// Adds a line; past the limit nothing more is kept.
    pub(crate) fn line(&mut self, text: &str) {
        if self.cut {
            return;
        }
        let line = visible(text);
        if self.bytes + line.len() > limit::LOG_BYTES_PER_RUN {
            self.cut = true;
            self.lines.push(CUT.to_owned());
            return;
        }
        self.bytes += line.len() + 1;
        self.lines.push(line);
    }

    /// All lines.
    pub(crate) fn into_lines(self) -> Vec<String> {
        self.lines
    }
}

/// Shows control and direction characters as escapes, so that no log can play tricks on its reader.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let tricky = (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        if tricky && !sabotage::off("printed") {
            shown.extend(c.escape_unicode())
        } else {
            shown.push(c)
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LUA-043: what a script prints is shown as signs and obeyed by nobody.
    #[test]
    fn terminals_and_readers_are_not_tricked() {
        assert_eq!(visible("\u{1b}]0;x\u{7}"), "\\u{1b}]0;x\\u{7}");
        assert_eq!(visible("a\u{202e}b\tc"), "a\\u{202e}b\tc");
    }

    /// LUA-044: a run prints so much and no more.
    #[test]
    fn a_flood_is_cut_once() {
        let mut printed = Printed::default();
        for _ in 0..1_000 {
            printed.line(&"x".repeat(1_000));
        }
        let lines = printed.into_lines();
        assert!(
            lines.iter().map(String::len).sum::<usize>() <= limit::LOG_BYTES_PER_RUN + CUT.len()
        );
        assert_eq!(lines.iter().filter(|line| *line == CUT).count(), 1);
    }
}
