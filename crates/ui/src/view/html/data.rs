//! The parts that show data: facts, list, table, progress, people.

use super::{Pen, leaves, sign};
use crate::node::{Fields, Node, Prop};
use maud::{Markup, html};
use model::Moment;
use std::collections::BTreeMap;

impl Pen<'_> {
    pub(super) fn facts(&self, node: &Node) -> Markup {
        html! {
            dl.facts {
                @for fact in node.objects("items") {
                    div {
                        dt { (fact.text("label")) }
                        dd { @if let Some(value) = fact.0.get("value") { (self.free(value)) } }
                    }
                }
            }
        }
    }

    /// A value of the script's own shape.
    fn free(&self, prop: &Prop) -> Markup {
        match prop {
            Prop::Node(node) => self.node(node),
            _ => html! { span dir="auto" { (prop.shown()) } },
        }
    }

    pub(super) fn list(&self, node: &Node) -> Markup {
        let entries = html! {
            @for item in node.objects("items") { (self.item(item)) }
            @for part in node.nodes("body") { li { (self.node(part)) } }
        };
        let label = node.some_text("label");
        match node.is("ordered") {
            true => html! { ol.list aria-label=[label] { (entries) } },
            false => html! { ul.list aria-label=[label] { (entries) } },
        }
    }

    fn item(&self, item: &Fields) -> Markup {
        let title = item.text("title");
        html! {
            li data-tone=[item.some_text("tone")] {
                div.item-text {
                    (sign(item.text("tone")))
                    @match item.some_text("href").and_then(|href| self.href(href)) {
                        Some(href) => a href=(href) rel=[leaves(item.text("href"))] dir="auto" { strong { (title) } },
                        None => strong dir="auto" { (title) },
                    }
                    @if let Some(text) = item.some_text("text") { " " span dir="auto" { (text) } }
                    @if let Some(meta) = item.some_text("meta") { " " small { (meta) } }
                }
                @if !item.nodes("actions").is_empty() {
                    div.actions { (self.nodes(item.nodes("actions"))) }
                }
            }
        }
    }

    pub(super) fn table(&self, node: &Node) -> Markup {
        let columns: Vec<&Fields> = node.objects("columns").collect();
        let caption = node.text("caption");
        if node.list("rows").is_empty() {
            let empty = node.some_text("empty").unwrap_or("Nothing here yet.");
            return html! { div.empty { p { strong { (caption) } } p { (empty) } } };
        }
        html! {
            div.scroll tabindex="0" role="region" aria-label=(caption) {
                table {
                    caption { (caption) }
                    thead { tr {
                        @for column in &columns {
                            th scope="col" data-align=[align(column)] { (column.text("label")) }
                        }
                    } }
                    tbody { @for row in node.list("rows") { (self.table_row(node, &columns, row)) } }
                }
            }
            (self.table_pages(node))
        }
    }

    fn table_row(&self, node: &Node, columns: &[&Fields], row: &Prop) -> Markup {
        let empty = BTreeMap::new();
        let named = if let Prop::Table(cells) = row { cells } else { &empty };
        let placed = if let Prop::List(cells) = row { cells.as_slice() } else { &[] };
        let href = node
            .some_text("row_href")
            .and_then(|key| named.get(key))
            .and_then(|cell| self.href(&cell.shown()));
        html! {
            tr {
                @for (place, column) in columns.iter().enumerate() {
                    @let cell = named.get(column.text("key")).or(placed.get(place));
                    td data-align=[align(column)] {
                        @if let Some(cell) = cell {
                            @match (&href, place) {
                                (Some(href), 0) => a href=(href) { (cell.shown()) },
                                _ => (self.cell(column.text("kind"), cell)),
                            }
                        }
                    }
                }
            }
        }
    }

    fn cell(&self, kind: &str, cell: &Prop) -> Markup {
        match (kind, cell) {
            ("time", Prop::Whole(seconds)) => {
                self.moment(Moment::from_seconds(*seconds), "datetime")
            }
            ("link", Prop::Text(text)) => match self.href(text) {
                Some(href) => html! { a href=(href) rel=[leaves(text)] { (text) } },
                None => self.free(cell),
            },
            _ => self.free(cell),
        }
    }

    fn table_pages(&self, node: &Node) -> Markup {
        let (page, pages) = (node.whole("page").unwrap_or(1), node.whole("pages").unwrap_or(1));
        if pages <= 1 {
            return html! {};
        }
        let to = |page: i64| self.href(&format!("?page={page}"));
        html! {
            nav.pages aria-label="Pages" {
                @if page > 1 { a href=[to(page - 1)] { "Earlier" } }
                span { "Page " (page) " of " (pages) }
                @if page < pages { a href=[to(page + 1)] { "Later" } }
            }
        }
    }

    pub(super) fn progress(&self, node: &Node) -> Markup {
        let id = format!("u-p{}", self.next());
        let max = node.number("max").filter(|max| *max > 0.0).unwrap_or(100.0);
        let value = node.number("value").map(|value| value.clamp(0.0, max));
        html! {
            div.progress {
                label for=(id) { (node.text("label")) }
                progress id=(id) value=[value] max=(max) {}
                @if let Some(value) = value { span { (percent(value, max)) " %" } }
            }
        }
    }

    pub(super) fn people(&self, node: &Node) -> Markup {
        html! {
            ul.people aria-label=(node.text("label")) {
                @for person in node.objects("items") {
                    li {
                        (self.avatar(person)) (self.named(person))
                        @if let Some(handle) = person.some_text("handle") { " " small { (handle) } }
                    }
                }
            }
        }
    }
}

/// Numbers stand at the end of their column unless the script says otherwise.
fn align(column: &Fields) -> Option<&str> {
    column.some_text("align").or((column.text("kind") == "number").then_some("end"))
}

/// A share in whole percent, rounded down: 100 means done.
pub(crate) fn percent(value: f64, max: f64) -> u8 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let percent = (value * 100.0 / max).floor().clamp(0.0, 100.0) as u8;
    percent
}
