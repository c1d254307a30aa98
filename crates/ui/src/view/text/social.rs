//! What people write to each other in plain text, and what they are asked to choose or to send.

use super::{Term, indented, line, wrapped};
use crate::node::{Fields, Node};
use crate::view::asked_for;
use crate::view::documents::{Shown, shown};

/// Characters before what the reader wrote.
const MINE: usize = 6;

impl Term<'_> {
    pub(super) fn messages(&self, node: &Node) -> String {
        let mut rows = vec![head(node)];
        rows.extend(node.some_text("older").map(|_| self.key("Older messages")));
        rows.extend(node.objects("items").map(|message| self.message(message)));
        rows.extend(node.object("composer").map(|_| "> _".to_owned()));
        rows.join("\n")
    }

    fn message(&self, message: &Fields) -> String {
        let at = self.time(message.whole("at").unwrap_or(0), "time");
        let by = message.object("from").map(|from| line(from.text("name"))).unwrap_or_default();
        let indent = if message.is("mine") { MINE } else { 0 };
        let mut rows = vec![wrapped(&format!("{at} {by} {}", message.text("text")), indent)];
        for block in
            [self.blocks(message.nodes("attachments")), self.inline(message.nodes("actions"), " ")]
        {
            rows.push(indented(&block, indent + MINE));
        }
        rows.retain(|row| !row.is_empty());
        rows.join("\n")
    }

    pub(super) fn timeline(&self, node: &Node) -> String {
        let mut rows = vec![head(node)];
        rows.extend(node.object("composer").map(|_| "> _".to_owned()));
        rows.extend(node.objects("items").map(|post| self.post(post)));
        rows.extend(node.some_text("older").map(|_| self.key("Older posts")));
        rows.join("\n")
    }

    fn post(&self, post: &Fields) -> String {
        let author = post.object("author");
        let word = |name: &str| author.map(|author| line(author.text(name))).unwrap_or_default();
        let at = self.time(post.whole("at").unwrap_or(0), "datetime");
        let mut rows = Vec::new();
        if let Some(person) = post.object("boosted_by") {
            rows.push(format!("⟳ {}", line(person.text("name"))));
        }
        rows.push(format!("{} {}  {at}", word("name"), word("handle")));
        match post.some_text("cw") {
            Some(warning) => rows.push(format!("  [hidden: {}]", line(warning))),
            None => {
                rows.push(wrapped(post.text("text"), 2));
                rows.push(indented(&self.blocks(post.nodes("media")), 2));
            }
        }
        rows.push(indented(&self.inline(post.nodes("actions"), " "), 2));
        rows.retain(|row| !row.is_empty());
        rows.join("\n")
    }

    pub(super) fn document(&self, node: &Node) -> String {
        let mut rows = vec![head(node)];
        rows.push(match shown(node, self.around.documents) {
            Shown::Text(text) => wrapped(text, 0),
            Shown::Instead(words) => wrapped(words, 0),
        });
        let keys = [("edit", "Edit"), ("history", "History")];
        let keys =
            keys.into_iter().filter(|(name, _)| node.is(name)).map(|(_, word)| self.key(word));
        rows.push(keys.collect::<Vec<_>>().join(" "));
        rows.retain(|row| !row.is_empty());
        rows.join("\n")
    }

    pub(super) fn picker(&self, node: &Node) -> String {
        format!(
            "? This app asks for {}.\n{}\n{}",
            asked_for(node),
            wrapped(node.text("why"), 2),
            self.key(&line(node.text("label")))
        )
    }

    pub(super) fn compose(&self, node: &Node) -> String {
        let key = self.key(&format!("{}…", line(node.text("label"))));
        match node.some_text("text") {
            Some(text) => format!("{key}\n{}", wrapped(&format!("draft: {text}"), 2)),
            None => key,
        }
    }
}

/// The label of a part that holds much.
fn head(node: &Node) -> String {
    format!("── {} ──", line(node.text("label")))
}
