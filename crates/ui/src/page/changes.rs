//! What changed between two states of an app's files: before and after side by side, one below the
//! other where there is no room. It only draws; what differs was found by others.

use maud::{Markup, html};

/// Two states and their difference.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// What the two states are called, like “release 2” and “your draft”.
    pub from: String,
    pub to: String,
    /// In unified form: lines that begin with a space, `+`, `-` or `@`; each file begins with `@ PATH`.
    pub text: String,
}

/// What one file has.
#[derive(Default)]
struct File<'a> {
    name: &'a str,
    hunks: Vec<Hunk<'a>>,
}

/// Lines that lie together.
#[derive(Default)]
struct Hunk<'a> {
    /// Where they begin, before and after.
    from: usize,
    to: usize,
    parts: Vec<Part<'a>>,
}

enum Part<'a> {
    Same(Vec<&'a str>),
    /// Lines before and lines after; one of them may be empty.
    Changed(Vec<&'a str>, Vec<&'a str>),
}

impl Changes {
    /// Draws them under a heading that the page has set, with headings of this level for files.
    pub(crate) fn draw(&self) -> Markup {
        let files = read(&self.text);
        html! {
            @if files.is_empty() { p { "Nothing changed." } }
            @for file in &files {
                section.change {
                    h3 dir="auto" { code { (file.name) } }
                    @for hunk in &file.hunks {
                        p.quiet-text { "From line " (hunk.from) @if hunk.to != hunk.from { ", now line " (hunk.to) } }
                        div.pairs {
                            @for part in &hunk.parts { (self.part(part)) }
                        }
                    }
                }
            }
        }
    }

    fn part(&self, part: &Part) -> Markup {
        match part {
            Part::Same(lines) => html! { pre.same { (lines.join("\n")) } },
            Part::Changed(before, after) => html! {
                @if !before.is_empty() {
                    pre.was { span.unseen { "In " (self.from) ": " } @for line in before { del { "- " (line) "\n" } } }
                }
                @if !after.is_empty() {
                    pre.now { span.unseen { "In " (self.to) ": " } @for line in after { ins { "+ " (line) "\n" } } }
                }
            },
        }
    }
}

/// Reads the unified form. What it does not know it shows as unchanged lines.
fn read(text: &str) -> Vec<File<'_>> {
    let mut files: Vec<File> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("@ ") {
            files.push(File { name, hunks: Vec::new() });
            continue;
        }
        if files.is_empty() {
            files.push(File::default());
        }
        let Some(file) = files.last_mut() else { continue };
        if let Some((from, to)) = places(line) {
            file.hunks.push(Hunk { from, to, parts: Vec::new() });
            continue;
        }
        if file.hunks.is_empty() {
            file.hunks.push(Hunk { from: 1, to: 1, parts: Vec::new() });
        }
        if let Some(hunk) = file.hunks.last_mut() {
            hunk.add(line);
        }
    }
    files
}

/// The first line numbers in `@@ -3,7 +3,8 @@`.
fn places(line: &str) -> Option<(usize, usize)> {
    let mut numbers = line.strip_prefix("@@ -")?.split(" +");
    let first = |text: &str| {
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        text[..digits].parse::<usize>().ok().map(|number| number.max(1))
    };
    Some((first(numbers.next()?)?, first(numbers.next()?)?))
}

impl<'a> Hunk<'a> {
    fn add(&mut self, line: &'a str) {
        let rest = |sign| line.strip_prefix(sign);
        match (rest('-'), rest('+'), self.parts.last_mut()) {
            (Some(gone), _, Some(Part::Changed(before, after))) if after.is_empty() => {
                before.push(gone);
            }
            (Some(gone), _, _) => self.parts.push(Part::Changed(vec![gone], Vec::new())),
            (_, Some(new), Some(Part::Changed(_, after))) => after.push(new),
            (_, Some(new), _) => self.parts.push(Part::Changed(Vec::new(), vec![new])),
            (_, _, Some(Part::Same(lines))) => lines.push(rest(' ').unwrap_or(line)),
            _ => self.parts.push(Part::Same(vec![rest(' ').unwrap_or(line)])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str) -> String {
        let changes =
            Changes { from: "release 1".into(), to: "your draft".into(), text: text.into() };
        changes.draw().into_string()
    }

    #[test]
    fn lines_stand_beside_what_became_of_them() {
        let page = drawn("@ main.lua\n@@ -3,3 +3,4 @@\n one\n-two\n+2\n+2b\n three\n");
        for part in [
            "<code>main.lua</code>",
            "From line 3</p>",
            "<pre class=\"same\">one</pre>",
            "<pre class=\"was\"><span class=\"unseen\">In release 1: </span><del>- two\n</del></pre>",
            "<pre class=\"now\"><span class=\"unseen\">In your draft: </span><ins>+ 2\n</ins><ins>+ 2b\n</ins></pre>",
            "<pre class=\"same\">three</pre>",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }

    #[test]
    fn any_text_is_drawn() {
        for (text, expect) in [
            ("", "Nothing changed."),
            ("@ a · new\n@@ -0,0 +1 @@\n+x\n", "a · new"),
            ("@ a\n@@ -9 +12,0 @@\n-x\n", "From line 9, now line 12"),
            ("@ logo.png · not text\n", "logo.png · not text"),
            ("-- a comment that is gone\n", "<del>- - a comment that is gone"),
            ("@@ nonsense @@\n<b>\n", "&lt;b&gt;"),
        ] {
            let page = drawn(text);
            assert!(page.contains(expect), "{text:?}: {page}");
        }
    }
}
