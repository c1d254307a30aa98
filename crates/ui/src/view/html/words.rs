//! The parts that say something: text, heading, Markdown, cleaned HTML, code, badge, note, stat,
//! time, empty, image.

use super::{Pen, heading, leaves, sign};
use crate::node::Node;
use crate::prose::Form;
use crate::{address, stamp};
use maud::{Markup, html};
use model::Moment;

impl Pen<'_> {
    pub(super) fn heading_node(&self, node: &Node) -> Markup {
        let wanted = node.whole("level").and_then(|level| u8::try_from(level).ok()).unwrap_or(0);
        heading(wanted.clamp(self.level, 6), None, node.text("text"))
    }

    pub(super) fn text(&self, node: &Node) -> Markup {
        let tone = node.text("tone");
        html! {
            p.text dir="auto" data-tone=[node.some_text("tone")] data-size=[node.some_text("size")]
                data-weight=[node.some_text("weight")] data-mono=[node.is("mono").then_some("")] {
                (sign(tone)) (node.text("text"))
            }
        }
    }

    pub(super) fn markdown(&self, node: &Node) -> Markup {
        self.prose(Form::Markdown, node.text("text"), None)
    }

    pub(super) fn user_html(&self, node: &Node) -> Markup {
        self.prose(Form::Html, node.text("html"), node.some_text("label"))
    }

    /// A text as it came back cleaned, or a line that says why it did not.
    pub(super) fn prose(&self, form: Form, text: &str, label: Option<&str>) -> Markup {
        match self.around.prose.of(form, text) {
            Ok(clean) => html! {
                div.md role=[label.map(|_| "region")] aria-label=[label] dir="auto" {
                    (clean.on_page(self.around.app, self.around.path))
                }
            },
            Err(why) => html! { p.note data-tone="warn" role="note" { (sign("warn")) (why) } },
        }
    }

    pub(super) fn code(&self, node: &Node) -> Markup {
        html! {
            figure.code {
                @if let Some(label) = node.some_text("label") { figcaption { (label) } }
                pre tabindex="0" data-syntax=[node.some_text("syntax")] { code { (node.text("text")) } }
            }
        }
    }

    pub(super) fn badge(&self, node: &Node) -> Markup {
        html! {
            span.badge data-tone=[node.some_text("tone")] { (sign(node.text("tone"))) (node.text("text")) }
        }
    }

    pub(super) fn note(&self, node: &Node) -> Markup {
        let role = if node.is("urgent") { "alert" } else { "note" };
        html! {
            div.note data-tone=(node.some_text("tone").unwrap_or("neutral")) role=(role) {
                @match node.some_text("title") {
                    Some(title) => {
                        p { strong { (sign(node.text("tone"))) (title) } }
                        @if let Some(text) = node.some_text("text") { p dir="auto" { (text) } }
                    }
                    None => p dir="auto" { (sign(node.text("tone"))) (node.text("text")) },
                }
                (self.nodes(node.nodes("body")))
            }
        }
    }

    pub(super) fn stat(&self, node: &Node) -> Markup {
        html! {
            dl.stat {
                dt { (node.text("label")) }
                dd { (node.text("value")) }
                @if let Some(change) = node.some_text("change") {
                    dd.change data-tone=[node.some_text("tone")] { (sign(node.text("tone"))) (change) }
                }
            }
        }
    }

    pub(super) fn time(&self, node: &Node) -> Markup {
        let at = Moment::from_seconds(node.whole("at").unwrap_or(0));
        self.moment(at, node.text("show"))
    }

    /// A point in time in the reader's zone.
    pub(super) fn moment(&self, at: Moment, show: &str) -> Markup {
        let shown = stamp::shown(at, stamp::Show::from_word(show), &self.around.reader);
        let ago = show == "relative";
        html! { time data-ago[ago] datetime=(stamp::exact(at)) { (shown) } }
    }

    pub(super) fn empty(&self, node: &Node) -> Markup {
        html! {
            div.empty {
                p { strong { (node.text("text")) } }
                @if let Some(hint) = node.some_text("hint") { p { (hint) } }
                (self.nodes(node.nodes("body")))
            }
        }
    }

    /// A picture of the app's own files; one from elsewhere is a link, so that nobody's address leaks.
    pub(super) fn image(&self, node: &Node) -> Markup {
        let src = node.text("src");
        let alt = node.text("alt");
        let Some(file) = address::parse(src).and_then(|address| address.of_file(self.around.app))
        else {
            let label = if alt.is_empty() { "A picture elsewhere" } else { alt };
            return html! { p { a href=[self.href(src)] rel=[leaves(src)] { (label) } } };
        };
        let picture = html! {
            img src=(file) alt=(alt) width=[node.whole("width")] height=[node.whole("height")] loading="lazy";
        };
        html! {
            figure {
                @match node.some_text("href").and_then(|href| self.href(href)) {
                    Some(href) => a href=(href) rel=[leaves(node.text("href"))] { (picture) },
                    None => (picture),
                }
                @if let Some(caption) = node.some_text("caption") { figcaption { (caption) } }
            }
        }
    }
}
