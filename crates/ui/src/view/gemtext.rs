//! The gemtext face of a view, for the readers of the Gemini protocol: headings, lists, links, and
//! everything else as words. What can be pressed is named, since a reader of gemtext sends no forms.

use super::alike::embedded;
use super::atom::absolute;
use super::text::{line, part, plain, sign};
use super::{Surroundings, View, selected_tab};
use crate::address;
use crate::node::{Fields, Node, Prop};
use crate::view::html::encoded;

/// What begins a line that means something.
const MARKS: [&str; 5] = ["#", "=>", "*", ">", "```"];
/// Headings have three levels.
const LEVEL_MAX: usize = 3;

/// Draws a view as gemtext; `origin` is where the group is, like `https://oak.example`.
#[must_use]
pub fn gemtext(view: &View, around: &Surroundings, origin: &str) -> String {
    let mut pen = Pen { around, origin, rows: Vec::new() };
    if let Some(toast) = around.toast {
        pen.words(&format!("✔ {toast}"));
    }
    pen.titled(&view.page, "title", 1);
    if view.cut {
        pen.words("This page is longer than a page can be. The rest is left out.");
    }
    pen.rows.join("\n") + "\n"
}

struct Pen<'a> {
    around: &'a Surroundings<'a>,
    origin: &'a str,
    rows: Vec<String>,
}

impl Pen<'_> {
    /// Text, line by line, none of which means anything but itself.
    fn words(&mut self, text: &str) {
        for row in plain(text).lines() {
            let marked = MARKS.iter().any(|mark| row.starts_with(mark));
            self.rows.push(if marked { format!(" {row}") } else { row.to_owned() });
        }
    }

    fn heading(&mut self, level: usize, text: &str) {
        if !self.rows.is_empty() {
            self.rows.push(String::new());
        }
        self.rows.push(format!("{} {}", "#".repeat(level.min(LEVEL_MAX)), line(text)));
    }

    fn link(&mut self, href: &str, label: &str) {
        let to = address::parse(href).map(|it| it.on_page(self.around.app, self.around.path));
        if let Some(to) = to {
            self.rows.push(format!("=> {} {}", absolute(&to, self.origin), line(label)));
        }
    }

    /// The file of a picture or a sound, as a link.
    fn file(&mut self, src: &str, label: &str) {
        let file = address::parse(src).and_then(|address| address.of_file(self.around.app));
        match file {
            Some(file) => {
                self.rows.push(format!("=> {} {}", absolute(&file, self.origin), line(label)));
            }
            None => self.link(src, label),
        }
    }

    /// Something that stands as a terminal would show it, every column in its place.
    fn fixed(&mut self, text: &str) {
        self.rows.push("```".into());
        self.rows.extend(plain(text).lines().map(|row| match row.starts_with("```") {
            true => format!(" {row}"),
            false => row.to_owned(),
        }));
        self.rows.push("```".into());
    }

    /// A heading, and what stands below it.
    fn titled(&mut self, node: &Node, title: &str, level: usize) {
        if let Some(title) = node.some_text(title) {
            self.heading(level, title);
        }
        for name in ["subtitle", "text", "hint"] {
            self.words(node.text(name));
        }
        self.below(node, level);
    }

    fn below(&mut self, node: &Node, level: usize) {
        for part in node.nodes("body").iter().chain(node.nodes("actions")) {
            self.node(part, level + 1);
        }
    }

    fn node(&mut self, node: &Node, level: usize) {
        match node.name() {
            "row" | "grid" => self.below(node, level - 1),
            "section" => self.titled(node, "title", level),
            "card" => {
                self.titled(node, "title", level);
                self.link(node.text("href"), node.text("title"));
            }
            "details" | "menu" | "form" => {
                self.words(node.text("label"));
                self.below(node, level - 1);
                if node.name() == "form" {
                    self.words(&format!("[{}]", node.some_text("submit").unwrap_or("Send")));
                }
            }
            "tabs" => self.tabs(node, level),
            "heading" => self.heading(level, node.text("text")),
            "text" | "markdown" => {
                self.words(&format!("{}{}", sign(node.text("tone")), node.text("text")));
            }
            "note" => {
                self.words(&format!("{}{}", sign(node.text("tone")), node.text("title")));
                self.words(node.text("text"));
                self.below(node, level - 1);
            }
            "empty" => self.titled(node, "none", level - 1),
            "code" => self.fixed(node.text("text")),
            "link" => self.link(node.text("href"), node.text("label")),
            "button" => self.words(&format!("[{}]", node.text("label"))),
            "image" | "media" => self.picture(node),
            "embed" => {
                let to = embedded(node).unwrap_or_default();
                let to = absolute(&to, self.origin);
                self.rows.push(format!("=> {to} {}", line(node.text("label"))));
            }
            "list" => self.list(node, level),
            "timeline" => self.timeline(node, level),
            "table" | "chart" | "canvas" | "progress" => self.fixed(&part(node, self.around)),
            "hidden" => {}
            _ => self.words(&part(node, self.around)),
        }
    }

    fn picture(&mut self, node: &Node) {
        let words = ["label", "alt", "caption"].map(|name| node.text(name));
        let words: Vec<&str> = words.into_iter().filter(|text| !text.is_empty()).collect();
        if !node.is("decorative") || !words.is_empty() {
            self.file(node.text("src"), &words.join(" "));
        }
        self.words(node.text("transcript"));
    }

    fn tabs(&mut self, node: &Node, level: usize) {
        let selected = selected_tab(node, &self.around.query);
        let chosen = selected.map(|tab| tab.text("id"));
        for tab in node.objects("items").filter(|tab| Some(tab.text("id")) != chosen) {
            self.link(&format!("?tab={}", encoded(tab.text("id"))), tab.text("label"));
        }
        if let Some(tab) = selected {
            self.words(&format!("‹{}›", line(tab.text("label"))));
            for part in tab.nodes("body") {
                self.node(part, level);
            }
        }
    }

    fn list(&mut self, node: &Node, level: usize) {
        for item in node.objects("items") {
            let words = ["title", "text", "meta"].map(|name| line(item.text(name)));
            let words: Vec<&str> =
                words.iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
            self.rows.push(format!("* {}{}", sign(item.text("tone")), words.join(" — ")));
            self.link(item.text("href"), item.text("title"));
            item.nodes("actions").iter().for_each(|action| self.node(action, level));
        }
        for part in node.nodes("body") {
            self.node(part, level);
        }
    }

    fn timeline(&mut self, node: &Node, level: usize) {
        self.heading(level, node.text("label"));
        for post in node.objects("items") {
            let author = post.object("author").map_or("", |author| author.text("name"));
            self.heading(level + 1, author);
            match post.some_text("cw") {
                Some(warning) => self.words(&format!("[hidden: {}]", line(warning))),
                None => self.words(post.text("text")),
            }
            self.link(post.text("href"), &at(post));
        }
        self.link(node.text("older"), "Older posts");
    }
}

/// When a post was written, as a link to it says.
fn at(post: &Fields) -> String {
    let seconds = post.0.get("at").and_then(|at| match at {
        Prop::Whole(seconds) => Some(*seconds),
        _ => None,
    });
    crate::stamp::exact(model::Moment::from_seconds(seconds.unwrap_or(0)))
}
