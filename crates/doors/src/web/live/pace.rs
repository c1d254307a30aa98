//! When a live page is drawn again: a little after a change, so that others that come with it are in
//! it, and not too often. It asks no clock.

use model::limit;
use std::time::{Duration, Instant};

/// The pace of one page.
#[derive(Debug, Default)]
pub(super) struct Pace {
    drawn: Option<Instant>,
}

impl Pace {
    /// How long to wait from now on, when something has just changed.
    pub(super) fn wait(&self, now: Instant) -> Duration {
        let after = self.drawn.map_or(now, |drawn| drawn + limit::LIVE_PACE);
        (now + limit::LIVE_DEBOUNCE).max(after) - now
    }

    /// The page was drawn.
    pub(super) fn drew(&mut self, now: Instant) {
        self.drawn = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When a page is drawn, in milliseconds, if something changes at these.
    fn drawn(changes: &[u64]) -> Vec<u64> {
        let begin = Instant::now();
        let mut pace = Pace::default();
        let mut drawn: Vec<u64> = Vec::new();
        for change in changes {
            if drawn.last().is_some_and(|last| last >= change) {
                continue; // it is in what is drawn then
            }
            let now = begin + Duration::from_millis(*change);
            let at = now + pace.wait(now);
            pace.drew(at);
            drawn.push(u64::try_from((at - begin).as_millis()).unwrap_or(u64::MAX));
        }
        drawn
    }

    #[test]
    fn changes_are_gathered_and_draws_are_spread() {
        for (changes, expect) in [
            (&[0][..], &[100][..]),
            (&[0, 30, 99], &[100]),
            (&[0, 101], &[100, 350]),
            (&[0, 101, 349, 351], &[100, 350, 600]),
            (&[0, 1_000], &[100, 1_100]),
        ] {
            assert_eq!(drawn(changes), expect, "{changes:?}");
        }
        let busy: Vec<u64> = (0..1_000).collect();
        assert!(drawn(&busy).len() <= 4, "at most four a second");
    }
}
