//! What the table cannot say about a component: rules between its properties. Most are warnings,
//! since the page can be drawn all the same.

use crate::address;
use crate::fault::Place;
use crate::node::{Node, Prop};
use crate::read::Reader;

/// Checks the rules of one node after its properties were read.
pub(crate) fn check(reader: &mut Reader, node: &Node, outside_form: bool, at: &Place) {
    match node.name() {
        "image" if node.some_text("alt").is_none() && !node.is("decorative") => {
            reader.warn(
                at.fault("say what the picture shows with alt = \"…\", or set decorative = true"),
            );
        }
        "image" if !in_app(node.text("src")) => {
            reader.warn(
                at.fault("only pictures among the app's own files are shown; others become a link"),
            );
        }
        "input" | "select" | "check" | "hidden"
            if outside_form && node.some_text("on_change").is_none() =>
        {
            reader.warn(at.fault("stands outside a form, so nobody can send it: put it into ui.form{ on = \"…\", … }"));
        }
        "form" if !outside_form => {
            reader.fault(at.fault("a form cannot stand inside a form; end the first one before"));
        }
        "table" => row_addresses(reader, node, at),
        _ => {}
    }
}

/// The addresses that rows name are judged like any other.
fn row_addresses(reader: &mut Reader, node: &Node, at: &Place) {
    let Some(key) = node.some_text("row_href") else { return };
    for (index, row) in node.list("rows").iter().enumerate() {
        let Prop::Table(cells) = row else { continue };
        let Some(Prop::Text(text)) = cells.get(key) else { continue };
        if address::parse(text).is_none() {
            let shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
            reader.fault(at.property("rows").item(index).property(key).fault(format!(
                "“{shown}” is not an allowed address (use https:, mailto:, group: or a relative path)"
            )));
        }
    }
}

fn in_app(src: &str) -> bool {
    matches!(address::parse(src), Some(address::Address::Inside(_)))
}
