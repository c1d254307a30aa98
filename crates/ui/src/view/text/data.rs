//! Data in plain text: facts, lists, tables, progress, people.

use super::{Term, line, sign, wrapped};
use crate::node::{Fields, Node, Prop};
use crate::view::html::percent;
use std::collections::BTreeMap;

/// Characters of a bar of progress.
const BAR: usize = 20;

impl Term<'_> {
    /// Draws a part that shows data, or a form and what stands in it.
    pub(super) fn data(&self, node: &Node) -> String {
        match node.name() {
            "facts" => self.facts(node),
            "list" => self.list(node),
            "table" => self.table(node),
            "progress" => progress(node),
            "people" => {
                let names: Vec<String> =
                    node.objects("items").map(|person| line(person.text("name"))).collect();
                format!("{}: {}", line(node.text("label")), names.join(", "))
            }
            "form" => self.form(node),
            "input" | "select" | "check" | "file" => self.field(node),
            _ => String::new(),
        }
    }

    fn facts(&self, node: &Node) -> String {
        let facts: Vec<(String, String)> = node
            .objects("items")
            .map(|fact| {
                let value = fact.0.get("value").map(|value| self.free(value)).unwrap_or_default();
                (line(fact.text("label")), value)
            })
            .collect();
        let width = facts.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0).max(10);
        let rows: Vec<String> = facts
            .iter()
            .map(|(label, value)| format!("{} {value}", padded(label, width, false)))
            .collect();
        rows.join("\n")
    }

    /// A value of the script's own shape, on one line.
    fn free(&self, prop: &Prop) -> String {
        match prop {
            Prop::Node(node) => line(&self.node(node)),
            _ => line(&prop.shown()),
        }
    }

    fn list(&self, node: &Node) -> String {
        let items = node.objects("items").map(|item| self.item(item));
        let parts = node.nodes("body").iter().map(|part| self.node(part));
        let rows: Vec<String> = items
            .chain(parts)
            .enumerate()
            .map(|(place, row)| {
                let mark =
                    if node.is("ordered") { format!("{}. ", place + 1) } else { "• ".into() };
                let hanging = format!("\n{}", " ".repeat(mark.chars().count()));
                mark + &row.replace('\n', &hanging)
            })
            .collect();
        rows.join("\n")
    }

    fn item(&self, item: &Fields) -> String {
        let mut row = format!("{}{}", sign(item.text("tone")), line(item.text("title")));
        if let Some(text) = item.some_text("text") {
            row += &format!(" — {}", line(text));
        }
        if let Some(meta) = item.some_text("meta") {
            row += &format!(" {}", line(meta));
        }
        let actions = self.inline(item.nodes("actions"), " ");
        if !actions.is_empty() {
            row += &format!(" {actions}");
        }
        row
    }

    fn table(&self, node: &Node) -> String {
        let columns: Vec<&Fields> = node.objects("columns").collect();
        let caption = line(node.text("caption"));
        if node.list("rows").is_empty() {
            let empty = node.some_text("empty").unwrap_or("Nothing here yet.");
            return format!("{caption}\n{}", wrapped(empty, 0));
        }
        let head: Vec<String> = columns.iter().map(|column| line(column.text("label"))).collect();
        let rows: Vec<Vec<String>> =
            node.list("rows").iter().map(|row| self.cells(&columns, row)).collect();
        let width = |place: usize| {
            rows.iter()
                .map(|row| row[place].chars().count())
                .max()
                .unwrap_or(0)
                .max(head[place].chars().count())
        };
        let widths: Vec<usize> = (0..columns.len()).map(width).collect();
        let end = |column: &Fields| {
            column.text("align") == "end"
                || (column.text("align").is_empty() && column.text("kind") == "number")
        };
        let drawn = |cells: &[String], body: bool| -> String {
            let cells = cells
                .iter()
                .enumerate()
                .map(|(place, cell)| padded(cell, widths[place], body && end(columns[place])));
            cells.collect::<Vec<_>>().join(" │ ").trim_end().to_owned()
        };
        let ruled: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        let mut out = vec![caption, drawn(&head, false), ruled.join("─┼─")];
        out.extend(rows.iter().map(|row| drawn(row, true)));
        out.join("\n")
    }

    fn cells(&self, columns: &[&Fields], row: &Prop) -> Vec<String> {
        let empty = BTreeMap::new();
        let named = if let Prop::Table(cells) = row { cells } else { &empty };
        let placed = if let Prop::List(cells) = row { cells.as_slice() } else { &[] };
        let cell = |(place, column): (usize, &&Fields)| {
            let cell = named.get(column.text("key")).or(placed.get(place));
            match (column.text("kind"), cell) {
                ("time", Some(Prop::Whole(seconds))) => self.time(*seconds, "datetime"),
                (_, Some(cell)) => self.free(cell),
                _ => String::new(),
            }
        };
        columns.iter().enumerate().map(cell).collect()
    }
}

fn progress(node: &Node) -> String {
    let max = node.number("max").filter(|max| *max > 0.0).unwrap_or(100.0);
    let percent = percent(node.number("value").unwrap_or(0.0), max);
    let full = usize::from(percent) * BAR / 100;
    format!(
        "{} [{}{}] {percent} %",
        line(node.text("label")),
        "#".repeat(full),
        " ".repeat(BAR - full)
    )
}

fn padded(text: &str, width: usize, end: bool) -> String {
    let gap = " ".repeat(width.saturating_sub(text.chars().count()));
    if end { format!("{gap}{text}") } else { format!("{text}{gap}") }
}
