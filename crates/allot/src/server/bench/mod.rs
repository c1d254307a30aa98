//! `allot bench`: what the walls around people's code cost on this machine, and whether one app can
//! take another one's time. It works on a group of its own in a temporary folder; each figure stands
//! beside the one it is compared with, taken in turns.

mod crowd;
mod drawing;
mod stage;
mod toll;

use crate::failure::Failure;
use crate::say::{Say, talk};
use clap::Args;
use crowd::Crowd;
use drawing::Drawing;
use serde_json::json;
use std::time::Duration;
use toll::Toll;

/// Rounds of each measurement; their median is told.
const ROUNDS: usize = 5;

/// `allot bench`.
#[derive(Args)]
pub(crate) struct Bench {
    /// Seconds of each round under load; there are some thirty of them.
    #[arg(long, default_value_t = 2)]
    pub seconds: u64,
}

/// Measures, and says what was found.
pub(crate) fn bench(bench: &Bench, say: Say) -> Result<(), Failure> {
    let round = Duration::from_secs(bench.seconds.max(1));
    sandbox::jail::take_short_slices();
    talk("Runs through a worker, beside runs in this process …");
    let toll = Toll::measure(round)?;
    talk("A page with every component …");
    let drawing = Drawing::measure()?;
    talk("A well-behaved app beside one that burns all it may …");
    let burnt = Crowd::beside_a_burner(round)?;
    talk("Well-behaved clients beside hostile ones …");
    let hostile = Crowd::among_hostile(round)?;
    let found = json!({ "toll": toll, "drawing": drawing, "burner": burnt, "hostile": hostile });
    let parts = [toll.words(), drawing.words(), burnt.words(), hostile.words()];
    let words = parts.join("\n");
    say.result(&found, words.trim_end());
    Ok(())
}

/// The middle one.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

fn verdict(met: bool) -> &'static str {
    if met { "Met." } else { "Missed." }
}
