//! The numbers of a chart, as every face needs them: series of the same length, and how far they reach.

use crate::node::{Node, Prop};

/// Numbers to be drawn.
pub(crate) struct Plot<'a> {
    /// What the places are called; as many as there are.
    pub(crate) labels: Vec<String>,
    pub(crate) series: Vec<Series<'a>>,
    pub(crate) unit: &'a str,
}

/// One row of numbers; a gap where one is missing.
pub(crate) struct Series<'a> {
    pub(crate) name: &'a str,
    pub(crate) data: Vec<Option<f64>>,
}

/// How far a number may be from 0: further ones would leave no room for any other.
const NUMBER_MAX: f64 = 1e15;

/// Whether a chart can show a number.
pub(crate) fn drawable(number: &f64) -> bool {
    number.abs() <= NUMBER_MAX
}

impl<'a> Plot<'a> {
    pub(crate) fn of(node: &'a Node) -> Plot<'a> {
        let given = node.list("x");
        let longest = node.objects("series").map(|series| series.list("data").len()).max();
        let places = longest.unwrap_or(0).max(given.len());
        let label = |place: usize| given.get(place).map_or((place + 1).to_string(), Prop::shown);
        let series = node.objects("series").map(|series| {
            let data = series.list("data");
            let number = |place: usize| data.get(place).and_then(Prop::number);
            Series {
                name: series.text("name"),
                data: (0..places).map(|place| number(place).filter(drawable)).collect(),
            }
        });
        Plot {
            labels: (0..places).map(label).collect(),
            series: series.collect(),
            unit: node.text("unit"),
        }
    }

    /// All numbers, without the gaps.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = f64> {
        self.series.iter().flat_map(|series| series.data.iter().copied().flatten())
    }

    /// The numbers with each series standing on those before it.
    pub(crate) fn stacked(&self) -> Vec<Vec<(f64, f64)>> {
        let mut floor = vec![0.0; self.labels.len()];
        let mut stacks = Vec::new();
        for series in &self.series {
            let stack = series.data.iter().zip(&mut floor).map(|(number, floor)| {
                let from = *floor;
                *floor += number.unwrap_or(0.0);
                (from, *floor)
            });
            stacks.push(stack.collect());
        }
        stacks
    }
}

/// A number as people read it.
pub(crate) fn shown(number: f64) -> String {
    ((number * 1e6).round() / 1e6).to_string()
}
