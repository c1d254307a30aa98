//! A point in time, given from outside. Nothing here asks a clock.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted (as in POSIX time).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Moment(pub i64);

/// The length of a quota day, in milliseconds. Days begin at midnight UTC.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Moment {
    /// Whole seconds since 1970, as Lua's `os.time` counts.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// A moment from whole seconds since 1970.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Moment {
        Moment(seconds.saturating_mul(1000))
    }

    /// The number of the quota day this moment lies in, counted from 1970-01-01 UTC.
    #[must_use]
    pub fn day(self) -> i64 {
        self.0.div_euclid(DAY_MS)
    }

    /// The moment the next quota day begins, when a resting account wakes.
    #[must_use]
    pub fn next_day(self) -> Moment {
        Moment((self.day() + 1) * DAY_MS)
    }

    /// This moment moved into the future.
    #[must_use]
    pub fn plus(self, by: Duration) -> Moment {
        Moment(self.0.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }

    /// This moment moved into the past.
    #[must_use]
    pub fn minus(self, by: Duration) -> Moment {
        Moment(self.0.saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long ago `earlier` was; zero if it lies in the future.
    #[must_use]
    pub fn since(self, earlier: Moment) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_at_midnight_utc_also_before_1970() {
        for (ms, day) in [(0, 0), (DAY_MS - 1, 0), (DAY_MS, 1), (-1, -1)] {
            assert_eq!(Moment(ms).day(), day, "{ms}");
        }
        assert_eq!(Moment(5).next_day(), Moment(DAY_MS));
    }
}
