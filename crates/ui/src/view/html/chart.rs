//! A chart: a drawing for the eye alone, one sentence, and all numbers as a table.

use super::Pen;
use super::canvas::{points, short};
use crate::node::Node;
use crate::view::plot::{Plot, Series, shown};
use maud::{Markup, html};
use std::f64::consts::TAU;

/// Units of the drawing; the page makes it as wide as there is room.
const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 120.0;
/// Units that a line among words is high.
const SPARK: f64 = 30.0;
/// Colours of series; the seventh looks like the first.
const COLOURS: usize = 6;
/// Share of its place that a group of bars takes.
const FULL: f64 = 0.8;

/// From numbers to units.
struct Scale {
    least: f64,
    most: f64,
    height: f64,
}

impl Scale {
    fn y(&self, number: f64) -> f64 {
        let span = self.most - self.least;
        let share = if span > 0.0 { (number - self.least) / span } else { 0.0 };
        self.height - share * (self.height - 4.0) - 2.0
    }
}

impl Pen<'_> {
    pub(super) fn chart(&self, node: &Node) -> Markup {
        let plot = Plot::of(node);
        html! {
            figure.chart {
                (drawing(node, &plot))
                @if plot.series.len() > 1 && node.text("kind") != "pie" {
                    ul.legend aria-hidden="true" {
                        @for (place, series) in plot.series.iter().enumerate() {
                            li { span.key.(colour(place)) {} (series.name) }
                        }
                    }
                }
                figcaption {
                    strong { (node.text("label")) }
                    @if let Some(text) = node.some_text("summary") { " " span dir="auto" { (text) } }
                }
                (numbers(node, &plot))
            }
        }
    }
}

fn drawing(node: &Node, plot: &Plot) -> Markup {
    let height = if node.text("kind") == "spark" { SPARK } else { HEIGHT };
    let stacked = node.is("stacked") && matches!(node.text("kind"), "bar" | "area");
    let tops: Vec<f64> = match stacked {
        true => plot.stacked().into_iter().flatten().flat_map(|(a, b)| [a, b]).collect(),
        false => plot.numbers().collect(),
    };
    let scale = Scale {
        least: tops.iter().copied().fold(0.0, f64::min),
        most: tops.iter().copied().fold(0.0, f64::max),
        height,
    };
    html! {
        svg aria-hidden="true" viewBox=(format!("0 0 {WIDTH} {height}")) {
            @match node.text("kind") {
                "bar" => (bars(plot, &scale, stacked)),
                "pie" => (pie(plot)),
                kind => (lines(plot, &scale, kind == "area", stacked)),
            }
            @if node.text("kind") != "pie" {
                line.axis x1="0" x2=(WIDTH) y1=(short(scale.y(0.0))) y2=(short(scale.y(0.0))) {}
            }
        }
    }
}

fn colour(place: usize) -> String {
    format!("s{}", place % COLOURS)
}

/// Ranges of the numbers of each series: from the axis, or from those below.
fn ranges(plot: &Plot, stacked: bool) -> Vec<Vec<(f64, f64)>> {
    let alone = |series: &Series| -> Vec<(f64, f64)> {
        series.data.iter().map(|number| (0.0, number.unwrap_or(0.0))).collect()
    };
    if stacked { plot.stacked() } else { plot.series.iter().map(alone).collect() }
}

#[allow(clippy::cast_precision_loss, reason = "a chart has a few hundred places")]
fn bars(plot: &Plot, scale: &Scale, stacked: bool) -> Markup {
    let room = WIDTH / plot.labels.len().max(1) as f64;
    let beside = if stacked { 1 } else { plot.series.len().max(1) };
    let width = room * FULL / beside as f64;
    html! {
        @for (nth, ranges) in ranges(plot, stacked).iter().enumerate() {
            @for (place, (from, to)) in ranges.iter().enumerate() {
                @let (top, end) = (scale.y(from.max(*to)), scale.y(from.min(*to)));
                @let step = if stacked { 0 } else { nth };
                @let x = room * (place as f64 + (1.0 - FULL) / 2.0) + width * step as f64;
                rect.(colour(nth)) x=(short(x)) y=(short(top)) width=(short(width)) height=(short(end - top)) {}
            }
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "a chart has a few hundred places")]
fn lines(plot: &Plot, scale: &Scale, filled: bool, stacked: bool) -> Markup {
    let last = plot.labels.len().saturating_sub(1).max(1) as f64;
    let x = |place: usize| place as f64 / last * WIDTH;
    html! {
        @for (nth, (series, ranges)) in plot.series.iter().zip(ranges(plot, stacked)).enumerate() {
            @let known = |place: &usize| stacked || series.data[*place].is_some();
            @let places: Vec<usize> = (0..ranges.len()).filter(known).collect();
            @if filled {
                @let above = places.iter().map(|place| (x(*place), scale.y(ranges[*place].1)));
                @let below = places.iter().rev().map(|place| (x(*place), scale.y(ranges[*place].0)));
                polygon.(colour(nth)) points=(points(above.chain(below))) {}
            } @else {
                // A gap in the numbers is a gap in the line.
                @for run in places.chunk_by(|a, b| a + 1 == *b) {
                    polyline.(colour(nth)) points=(points(run.iter().map(|place| (x(*place), scale.y(ranges[*place].1))))) {}
                }
            }
        }
    }
}

/// The first series as slices of a disc, or each series' first number if there is one of each.
fn pie(plot: &Plot) -> Markup {
    let one_each = plot.labels.len() == 1;
    let numbers: Vec<f64> = match one_each {
        true => plot.series.iter().map(|series| series.data[0].unwrap_or(0.0)).collect(),
        false => {
            let first = plot.series.first();
            first.map(|it| it.data.iter().map(|n| n.unwrap_or(0.0)).collect()).unwrap_or_default()
        }
    };
    let sum: f64 = numbers.iter().map(|number| number.max(0.0)).sum();
    let mut from = 0.0;
    let slices = numbers.iter().map(|number| {
        let begin = from;
        from += if sum > 0.0 { number.max(0.0) / sum } else { 0.0 };
        (begin, from)
    });
    html! {
        @for (place, (from, to)) in slices.collect::<Vec<_>>().into_iter().enumerate() {
            @if to - from > 0.999_9 {
                circle.(colour(place)) cx=(WIDTH / 2.0) cy=(HEIGHT / 2.0) r=(HEIGHT / 2.0 - 2.0) {}
            } @else if to > from {
                path.(colour(place)) d=(slice(from, to)) {}
            }
        }
    }
}

/// A slice of the disc, from one share of its turn to another.
fn slice(from: f64, to: f64) -> String {
    let radius = HEIGHT / 2.0 - 2.0;
    let on_edge = |share: f64| {
        let (sin, cos) = (share * TAU).sin_cos();
        (WIDTH / 2.0 + radius * sin, HEIGHT / 2.0 - radius * cos)
    };
    let ((x, y), (x2, y2)) = (on_edge(from), on_edge(to));
    let long = i32::from(to - from > 0.5);
    format!(
        "M{} {} L{} {} A{radius} {radius} 0 {long} 1 {} {} Z",
        short(WIDTH / 2.0),
        short(HEIGHT / 2.0),
        short(x),
        short(y),
        short(x2),
        short(y2)
    )
}

/// All numbers, for whoever does not see the drawing or wants them exactly.
fn numbers(node: &Node, plot: &Plot) -> Markup {
    let cell = |number: Option<f64>| match (number, plot.unit) {
        (None, _) => "–".to_owned(),
        (Some(number), "") => shown(number),
        (Some(number), unit) => format!("{} {unit}", shown(number)),
    };
    html! {
        details {
            summary { "Show the numbers" }
            div { div.scroll tabindex="0" role="region" aria-label=(format!("{}: the numbers", node.text("label"))) {
                table {
                    thead { tr { td {} @for series in &plot.series { th scope="col" data-align="end" { (series.name) } } } }
                    tbody {
                        @for (place, label) in plot.labels.iter().enumerate() {
                            tr {
                                th scope="row" { (label) }
                                @for series in &plot.series { td data-align="end" { (cell(series.data[place])) } }
                            }
                        }
                    }
                }
            } }
        }
    }
}
