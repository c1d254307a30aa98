//! The parts that hold others: page, section, row, grid, card, tabs, details, menu, divider.

use super::{Pen, sign};
use crate::node::{Fields, Node};
use crate::view::selected_tab;
use maud::{Markup, html};

impl Pen<'_> {
    pub(super) fn page(&self, node: &Node) -> Markup {
        let inner = self.below();
        html! {
            article.page data-accent=[node.some_text("accent")] data-width=[node.some_text("width")] {
                header {
                    div.titles {
                        (self.heading(None, node.text("title")))
                        @if let Some(text) = node.some_text("subtitle") { p.subtitle dir="auto" { (text) } }
                    }
                    (self.actions(node))
                }
                (inner.nodes(node.nodes("body")))
            }
        }
    }

    /// The buttons that belong to a part as a whole.
    pub(super) fn actions(&self, node: &Fields) -> Markup {
        let actions = node.nodes("actions");
        html! { @if !actions.is_empty() { div.actions { (self.nodes(actions)) } } }
    }

    pub(super) fn section(&self, node: &Node) -> Markup {
        let Some(title) = node.some_text("title") else {
            return html! { div.section { (self.nodes(node.nodes("body"))) (self.actions(node)) } };
        };
        let id = format!("u-s{}", self.next());
        html! {
            section aria-labelledby=(id) {
                header { (self.heading(Some(&id), title)) (self.actions(node)) }
                (self.below().nodes(node.nodes("body")))
            }
        }
    }

    pub(super) fn row(&self, node: &Node) -> Markup {
        html! { div.row data-align=[node.some_text("align")] { (self.nodes(node.nodes("body"))) } }
    }

    pub(super) fn grid(&self, node: &Node) -> Markup {
        html! { div.grid data-min=[node.some_text("min")] { (self.nodes(node.nodes("body"))) } }
    }

    pub(super) fn card(&self, node: &Node) -> Markup {
        let title = node.some_text("title");
        let href = node.some_text("href").and_then(|href| self.href(href));
        let inner = if title.is_some() { self.below() } else { *self };
        html! {
            div.card data-tone=[node.some_text("tone")] {
                @if let Some(title) = title {
                    div.card-title {
                        (sign(node.text("tone")))
                        @match href {
                            Some(href) => a href=(href) { (self.heading(None, title)) },
                            None => (self.heading(None, title)),
                        }
                    }
                }
                (inner.nodes(node.nodes("body")))
                (inner.actions(node))
            }
        }
    }

    pub(super) fn tabs(&self, node: &Node) -> Markup {
        let selected = selected_tab(node, &self.around.query);
        let chosen = selected.map(|tab| tab.text("id"));
        html! {
            div.tabs {
                nav aria-label=(node.some_text("label").unwrap_or("Tabs")) {
                    @for tab in node.objects("items") {
                        @let id = tab.text("id");
                        a href=[self.href(&format!("?tab={id}"))]
                            aria-current=[(chosen == Some(id)).then_some("page")] { (tab.text("label")) }
                    }
                }
                @if let Some(tab) = selected { div { (self.nodes(tab.nodes("body"))) } }
            }
        }
    }

    pub(super) fn details(&self, node: &Node) -> Markup {
        html! {
            details open[node.is("open")] {
                summary { (node.text("label")) }
                div { (self.nodes(node.nodes("body"))) }
            }
        }
    }

    pub(super) fn menu(&self, node: &Node) -> Markup {
        html! {
            details.menu {
                summary { (node.text("label")) }
                div { (self.nodes(node.nodes("body"))) }
            }
        }
    }

    pub(super) fn divider(&self, node: &Node) -> Markup {
        match node.some_text("label") {
            Some(label) => html! { p.divider { span { (label) } } },
            None => html! { hr; },
        }
    }
}
