//! A chart in a terminal: a bar for each number, or a row of small blocks.

use super::{line, wrapped};
use crate::node::Node;
use crate::view::plot::{Plot, shown};

/// Characters of the longest bar.
const BAR: f64 = 30.0;
/// Eighths of a block.
const EIGHTHS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Draws a chart.
pub(super) fn chart(node: &Node) -> String {
    let plot = Plot::of(node);
    let unit = if plot.unit.is_empty() { String::new() } else { format!(" ({})", line(plot.unit)) };
    let head = format!("{}{unit}", line(node.text("label")));
    let rows = match node.text("kind") {
        "spark" => sparks(&plot),
        _ => bars(&plot),
    };
    let summary = node.some_text("summary").map(|text| wrapped(text, 0));
    [Some(head), Some(rows), summary]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

fn bars(plot: &Plot) -> String {
    let furthest = plot.numbers().map(f64::abs).fold(0.0, f64::max);
    let labels: Vec<String> = plot.labels.iter().map(|label| line(label)).collect();
    let width = |words: &mut dyn Iterator<Item = usize>| words.max().unwrap_or(0);
    let wide = width(&mut labels.iter().map(|label| label.chars().count()));
    let names = width(&mut plot.series.iter().map(|series| line(series.name).chars().count()));
    let mut rows = Vec::new();
    for (place, label) in labels.iter().enumerate() {
        for series in &plot.series {
            let Some(number) = series.data[place] else { continue };
            let bar = bar(number, furthest);
            let row = format!(
                "{label:<wide$}  {name:<names$}  {bar} {}",
                shown(number),
                name = line(series.name)
            );
            rows.push(row);
        }
    }
    rows.join("\n")
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most thirty")]
fn bar(number: f64, furthest: f64) -> String {
    let share = if furthest > 0.0 { number.abs() / furthest } else { 0.0 };
    let mark = if number < 0.0 { "░" } else { "█" };
    mark.repeat((share * BAR).round() as usize)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most seven")]
fn sparks(plot: &Plot) -> String {
    let least = plot.numbers().fold(f64::MAX, f64::min);
    let most = plot.numbers().fold(f64::MIN, f64::max);
    let block = |number: &Option<f64>| match number {
        Some(number) if most > least => {
            EIGHTHS[((number - least) / (most - least) * 7.0).round() as usize]
        }
        Some(_) => EIGHTHS[3],
        None => ' ',
    };
    let rows = plot.series.iter().map(|series| {
        let blocks: String = series.data.iter().map(block).collect();
        let last = series.data.iter().rev().flatten().next();
        let last = last.map(|last| format!(" {}", shown(*last))).unwrap_or_default();
        format!("{}  {blocks}{last}", line(series.name))
    });
    rows.collect::<Vec<_>>().join("\n")
}
