//! What is wrong with a view, where, and how to mend it. A fault speaks to the author of the app;
//! visitors never see one.

use std::fmt;

/// One thing an author should mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The way from the root to the part, like `view › page.body[1] › button`.
    pub path: String,
    /// The line of `main.lua` that made the part.
    pub line: Option<u32>,
    pub text: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        match self.path.is_empty() {
            true => f.write_str(&self.text),
            false => write!(f, "{}: {}", self.path, self.text),
        }
    }
}

/// Where the reader stands: a list of steps that is only written out when something is wrong.
pub(crate) struct Place<'a> {
    above: Option<&'a Place<'a>>,
    step: Step<'a>,
    line: Option<u32>,
}

enum Step<'a> {
    Root(&'a str),
    Node(&'a str),
    Property(&'a str),
    Item(usize),
}

impl<'a> Place<'a> {
    pub(crate) fn root(name: &'a str) -> Place<'a> {
        Place { above: None, step: Step::Root(name), line: None }
    }

    pub(crate) fn node(&'a self, name: &'a str, line: Option<u32>) -> Place<'a> {
        Place { above: Some(self), step: Step::Node(name), line: line.or(self.line) }
    }

    pub(crate) fn property(&'a self, name: &'a str) -> Place<'a> {
        Place { above: Some(self), step: Step::Property(name), line: self.line }
    }

    /// An item of a list, counted from 1 as Lua does.
    pub(crate) fn item(&'a self, index: usize) -> Place<'a> {
        Place { above: Some(self), step: Step::Item(index + 1), line: self.line }
    }

    /// A fault at this place.
    pub(crate) fn fault(&self, text: impl Into<String>) -> Fault {
        Fault { path: self.to_string(), line: self.line, text: text.into() }
    }

    /// A fault whose text needs no path, because it names what it is about.
    pub(crate) fn bare_fault(&self, text: impl Into<String>) -> Fault {
        Fault { path: String::new(), line: self.line, text: text.into() }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            above.fmt(f)?;
        }
        match self.step {
            Step::Root(name) => f.write_str(name),
            Step::Node(name) => write!(f, " › {name}"),
            Step::Property(name) => write!(f, ".{name}"),
            Step::Item(number) => write!(f, "[{number}]"),
        }
    }
}

/// Words that people know from elsewhere, and ours for them, the likeliest first.
const ELSEWHERE: &[(&str, &[&str])] = &[
    ("alttext", &["alt"]),
    ("children", &["body", "items"]),
    ("class", &["tone"]),
    ("click", &["on"]),
    ("color", &["tone", "accent"]),
    ("colour", &["tone", "accent"]),
    ("content", &["body", "text"]),
    ("data", &["rows", "items", "series"]),
    ("default", &["value"]),
    ("description", &["hint", "summary", "describe"]),
    ("disable", &["disabled"]),
    ("handler", &["on"]),
    ("header", &["title", "label"]),
    ("help", &["hint"]),
    ("image", &["src"]),
    ("kind", &["tone"]),
    ("link", &["href"]),
    ("message", &["text"]),
    ("multiple", &["many"]),
    ("name", &["label", "title"]),
    ("onclick", &["on"]),
    ("onsubmit", &["on"]),
    ("percent", &["value"]),
    ("style", &["tone"]),
    ("text", &["label", "title"]),
    ("title", &["label", "caption", "text"]),
    ("tooltip", &["hint"]),
    ("type", &["kind"]),
    ("url", &["src", "href"]),
    ("variant", &["tone"]),
];

/// “ — did you mean “tone”?” for a property: a word that is near, or that people use elsewhere.
pub(crate) fn which_property<'a>(
    word: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> String {
    let plain: String = word.to_lowercase().chars().filter(|c| *c != '_' && *c != '-').collect();
    let ours = ELSEWHERE.iter().find(|(other, _)| *other == plain).map(|(_, ours)| *ours);
    let fits = ours.unwrap_or_default().iter().find(|ours| known.clone().any(|it| it == **ours));
    match fits {
        Some(ours) => format!(" — did you mean “{ours}”?"),
        None => did_you_mean(word, known),
    }
}

/// “ — did you mean “button”?”, if one of the words is near.
pub(crate) fn did_you_mean<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let longest = word.chars().count().max(3) / 2;
    let start = |known: &str| word.len() >= 4 && word.starts_with(known) && known.len() >= 3;
    known
        .map(|known| (if start(known) { 0 } else { distance_of(word, known) }, known))
        .filter(|(distance, _)| *distance <= longest)
        .min()
        .map(|(_, known)| format!(" — did you mean “{known}”?"))
        .unwrap_or_default()
}

/// A long word is no slip of the fingers, and comparing it would cost.
fn distance_of(word: &str, known: &str) -> usize {
    const SLIP_BYTES_MAX: usize = 64;
    match word.len() > SLIP_BYTES_MAX {
        true => usize::MAX,
        false => model::near::distance(&word.to_lowercase(), known),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_offered() {
        let tones = ["neutral", "info", "good", "warn", "bad"];
        for (word, expect) in [
            ("warning", " — did you mean “warn”?"),
            ("goood", " — did you mean “good”?"),
            ("Bad", " — did you mean “bad”?"),
            ("splendid", ""),
            ("", ""),
        ] {
            assert_eq!(did_you_mean(word, tones.into_iter()), expect, "{word}");
        }
    }
}
