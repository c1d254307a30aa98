//! The plain text face of a view: for terminals, `curl` and e-mail. No control character of a
//! script reaches a terminal; what can be pressed has a number before its label.

mod canvas;
mod chart;
mod data;
mod fields;
mod social;

use super::{Surroundings, View, html, selected_tab, tone_sign};
use crate::node::{Fields, Node};
use crate::prose::Form;
use crate::{sanitise, stamp};
use model::Moment;
use std::cell::Cell;

/// Characters of a line, as far as words allow.
const WIDTH: usize = 60;

/// Draws a view as plain text; it ends with a line break.
#[must_use]
pub fn text(view: &View, around: &Surroundings) -> String {
    let term = Term { around, keys: Cell::new(0), form: None };
    let mut out = String::new();
    if let Some(toast) = around.toast {
        out += &format!("✔ {}\n\n", plain(toast));
    }
    out += &term.page(&view.page);
    if view.cut {
        out += "\n! This page is longer than a page can be. The rest is left out.";
    }
    out.push('\n');
    out
}

/// Draws one part alone, without numbers that go on from those before it.
pub(super) fn part(node: &Node, around: &Surroundings) -> String {
    Term { around, keys: Cell::new(0), form: None }.node(node)
}

/// What a terminal needs while a view is drawn for it.
struct Term<'a> {
    around: &'a Surroundings<'a>,
    /// The number of the last thing that can be pressed.
    keys: Cell<usize>,
    form: Option<&'a Node>,
}

impl Term<'_> {
    fn page(&self, node: &Node) -> String {
        let title = line(node.text("title"));
        let mut out = format!("{title}\n{}", "═".repeat(title.chars().count().max(1)));
        if let Some(subtitle) = node.some_text("subtitle") {
            out += &format!("\n{}", wrapped(subtitle, 0));
        }
        out += &self.after(self.inline(node.nodes("actions"), " "));
        out.push('\n');
        out + &self.after(self.body(node))
    }

    /// A block on a line of its own, if there is one.
    fn after(&self, block: String) -> String {
        if block.is_empty() { block } else { format!("\n{block}") }
    }

    fn body(&self, node: &Node) -> String {
        self.blocks(node.nodes("body"))
    }

    fn blocks(&self, nodes: &[Node]) -> String {
        let blocks = nodes.iter().map(|node| (node, self.node(node)));
        let mut out = String::new();
        for (node, block) in blocks.filter(|(_, block)| !block.is_empty()) {
            if !out.is_empty() {
                out.push('\n');
            }
            let spaced = matches!(node.name(), "section" | "heading" | "table" | "form" | "card");
            if spaced && !out.is_empty() {
                out.push('\n');
            }
            out += &block;
        }
        out
    }

    /// Parts on one line, or one below the other if one of them needs several lines.
    fn inline(&self, nodes: &[Node], gap: &str) -> String {
        let parts: Vec<String> =
            nodes.iter().map(|node| self.node(node)).filter(|part| !part.is_empty()).collect();
        let gap = if parts.iter().any(|part| part.contains('\n')) { "\n" } else { gap };
        parts.join(gap)
    }

    fn node(&self, node: &Node) -> String {
        match node.name() {
            "page" => self.page(node),
            "section" => self.section(node),
            "row" => self.inline(node.nodes("body"), "   "),
            "grid" => self.body(node),
            "card" => self.card(node),
            "tabs" => self.tabs(node),
            "details" if node.is("open") => {
                format!("▾ {}{}", line(node.text("label")), self.after(self.body(node)))
            }
            "details" | "menu" => self.key(&format!("▸ {}", line(node.text("label")))),
            "divider" => rule("───", node.text("label")),
            "heading" => rule("──", node.text("text")),
            "text" => toned(node, "text"),
            "markdown" => wrapped(node.text("text"), 0),
            "html" => self.user_html(node),
            "code" => indented(node.text("text"), 4),
            "badge" => format!("{}({})", sign(node.text("tone")), line(node.text("text"))),
            "note" => self.note(node),
            "stat" => stat(node),
            "time" => self.time(node.whole("at").unwrap_or(0), node.text("show")),
            "empty" => [line(node.text("text")), line(node.text("hint")), self.body(node)]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join("\n"),
            "image" => self.image(node),
            "media" | "map" | "embed" => self.media(node),
            "canvas" => self.canvas(node),
            "chart" => chart::chart(node),
            "messages" => self.messages(node),
            "timeline" => self.timeline(node),
            "document" => self.document(node),
            "picker" => self.picker(node),
            "compose" => self.compose(node),
            "button" if node.is("disabled") => format!("({})", line(node.text("label"))),
            "button" | "link" => self.key(&line(node.text("label"))),
            _ => self.data(node),
        }
    }

    fn user_html(&self, node: &Node) -> String {
        match self.around.prose.of(Form::Html, node.text("html")) {
            Ok(clean) => wrapped(&sanitise::words_of(&clean.on_page("", "/").into_string()), 0),
            Err(why) => wrapped(&format!("{}{why}", sign("warn")), 0),
        }
    }

    /// Something that can be pressed, with the next number.
    fn key(&self, label: &str) -> String {
        self.keys.set(self.keys.get() + 1);
        format!("[{} {label}]", self.keys.get())
    }

    fn section(&self, node: &Node) -> String {
        let mut out = node.some_text("title").map(|title| rule("──", title)).unwrap_or_default();
        for block in [self.inline(node.nodes("actions"), " "), self.body(node)] {
            if !block.is_empty() {
                out += if out.is_empty() { "" } else { "\n" };
                out += &block;
            }
        }
        out
    }

    fn card(&self, node: &Node) -> String {
        let mut out = format!("┌ {}{}", sign(node.text("tone")), line(node.text("title")));
        for block in [self.body(node), self.inline(node.nodes("actions"), " ")] {
            for row in block.lines() {
                out += &format!("\n│ {row}");
            }
        }
        out + "\n└"
    }

    fn tabs(&self, node: &Node) -> String {
        let selected = selected_tab(node, &self.around.query);
        let chosen = selected.map(|tab| tab.text("id"));
        let name = |tab: &Fields| match chosen == Some(tab.text("id")) {
            true => format!("‹{}›", line(tab.text("label"))),
            false => self.key(&line(tab.text("label"))),
        };
        let names: Vec<String> = node.objects("items").map(name).collect();
        let body = selected.map(|tab| self.blocks(tab.nodes("body"))).unwrap_or_default();
        names.join(" ") + &self.after(body)
    }

    fn note(&self, node: &Node) -> String {
        let title = node.some_text("title").map(|title| format!("{}: ", line(title)));
        let text = plain(node.text("text"));
        let head = format!("{}{}{text}", sign(node.text("tone")), title.unwrap_or_default());
        wrapped(&head, 0) + &self.after(self.body(node))
    }

    fn image(&self, node: &Node) -> String {
        let words = [node.text("alt"), node.text("caption")].map(line);
        if node.is("decorative") && words[1].is_empty() {
            return String::new();
        }
        format!("▣ {} {}", words.join(" ").trim(), self.key("open"))
    }

    /// What a terminal cannot show: what stands for it, or the way to it.
    fn media(&self, node: &Node) -> String {
        let label = line(node.text("label"));
        match (node.node("fallback"), node.name()) {
            (Some(fallback), _) => self.node(fallback),
            (None, "map") => {
                let pin = |pin: &Fields| {
                    let action = pin.some_text("on").map(|_| format!(" {}", self.key("show")));
                    let place = html::coordinates(pin);
                    format!("• {} — {place}{}", line(pin.text("label")), action.unwrap_or_default())
                };
                [label]
                    .into_iter()
                    .chain(node.objects("pins").map(pin))
                    .collect::<Vec<_>>()
                    .join("\n")
            }
            (None, _) => {
                let said =
                    node.some_text("transcript").map(|text| format!("\n{}", wrapped(text, 2)));
                self.key(&label) + &said.unwrap_or_default()
            }
        }
    }

    fn time(&self, seconds: i64, show: &str) -> String {
        let show = stamp::Show::from_word(show);
        stamp::shown(Moment::from_seconds(seconds), show, &self.around.reader)
    }
}

fn stat(node: &Node) -> String {
    let change = node.some_text("change").map(line).unwrap_or_default();
    let gap = if change.is_empty() { "" } else { "  " };
    let tone = if change.is_empty() { "" } else { sign(node.text("tone")) };
    format!("{}: {}{gap}{tone}{change}", line(node.text("label")), line(node.text("value")))
}

/// A paragraph with the sign of its tone.
fn toned(node: &Node, name: &str) -> String {
    wrapped(&format!("{}{}", sign(node.text("tone")), plain(node.text(name))), 0)
}

/// The sign of a tone and a space, or nothing.
pub(super) fn sign(tone: &str) -> &'static str {
    match tone_sign(tone).map(|(_, word)| word) {
        Some("Note") => "i ",
        Some("Good") => "✔ ",
        Some("Careful") => "! ",
        Some("Problem") => "✘ ",
        _ => "",
    }
}

/// A line across the page with a title in it.
fn rule(start: &str, title: &str) -> String {
    let title = line(title);
    let head = if title.is_empty() { start.to_owned() } else { format!("{start} {title} ") };
    format!("{head}{}", "─".repeat(WIDTH.saturating_sub(head.chars().count())))
}

/// Text without control characters: a script must not move the cursor or colour the terminal.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !(c.is_control() || is_direction(*c))).collect()
}

/// Marks that turn the reading direction around and so can make a text lie.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text on one line.
pub(super) fn line(text: &str) -> String {
    plain(text).split('\n').map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// Text broken at spaces, every line indented; an empty line stays empty.
fn wrapped(text: &str, indent: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in plain(text).lines() {
        let mut row = String::new();
        let mut length = 0;
        for word in paragraph.split_whitespace() {
            let word_length = word.chars().count();
            if length > 0 && length + 1 + word_length > WIDTH - indent {
                lines.push(std::mem::take(&mut row));
                length = 0;
            }
            if length > 0 {
                row.push(' ');
                length += 1;
            }
            row += word;
            length += word_length;
        }
        lines.push(row);
    }
    indented(&lines.join("\n"), indent)
}

fn indented(text: &str, by: usize) -> String {
    let space = " ".repeat(by);
    plain(text)
        .lines()
        .map(|row| if row.is_empty() { String::new() } else { format!("{space}{row}") })
        .collect::<Vec<_>>()
        .join("\n")
}
