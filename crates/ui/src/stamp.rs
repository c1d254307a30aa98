//! Points in time for people: in the reader's zone, exact for machines, relative where a page says
//! so. The present is always given, never asked for.

use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ZonedDateTime};
use model::Moment;

/// The reader's clock and place.
#[derive(Clone, Debug)]
pub struct Reader {
    pub now: Moment,
    /// An IANA name like `Europe/Berlin`; an unknown one counts as UTC.
    pub tz: String,
}

impl Default for Reader {
    fn default() -> Reader {
        Reader { now: Moment(0), tz: "UTC".into() }
    }
}

/// How much of a point in time is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    Relative,
    Date,
    Time,
    Both,
}

impl Show {
    /// The word of `ui.time`'s property `show`.
    #[must_use]
    pub fn from_word(word: &str) -> Show {
        match word {
            "relative" => Show::Relative,
            "date" => Show::Date,
            "time" => Show::Time,
            _ => Show::Both,
        }
    }
}

/// Reads a time as RFC 3339 writes it; a date alone is its first second in UTC.
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    let date = (text.len() == 10).then(|| format!("{text}T00:00:00Z"));
    date.as_deref().unwrap_or(text).parse::<Timestamp>().ok().map(Timestamp::as_second)
}

/// Whole seconds of a number, if it can be a time at all.
#[must_use]
pub fn seconds(number: f64) -> Option<i64> {
    #[allow(clippy::cast_possible_truncation)]
    let whole = number.floor() as i64;
    Timestamp::from_second(whole).ok().filter(|_| number.is_finite()).map(|_| whole)
}

/// The exact form that machines read, in UTC.
#[must_use]
pub fn exact(at: Moment) -> String {
    zoned(at, TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A point in time as this reader should see it.
#[must_use]
pub fn shown(at: Moment, show: Show, reader: &Reader) -> String {
    let zone = TimeZoneDatabase::bundled().get(&reader.tz).unwrap_or(TimeZone::UTC);
    let here = zoned(at, zone);
    match show {
        Show::Relative => relative(at, reader.now),
        Show::Date => here.strftime("%Y-%m-%d").to_string(),
        Show::Time => here.strftime("%H:%M").to_string(),
        Show::Both => here.strftime("%Y-%m-%d %H:%M").to_string(),
    }
}

fn zoned(at: Moment, zone: TimeZone) -> ZonedDateTime {
    Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned_datetime(zone)
}

/// “2 hours ago”, “in 3 days”.
fn relative(at: Moment, now: Moment) -> String {
    let ahead = at > now;
    let seconds = if ahead { at.since(now) } else { now.since(at) }.as_secs();
    let (count, unit) = match seconds {
        0..45 => return if ahead { "in a moment".into() } else { "just now".into() },
        45..5_400 => ((seconds + 30) / 60, "minute"),
        5_400..129_600 => ((seconds + 1_800) / 3_600, "hour"),
        129_600..5_184_000 => ((seconds + 43_200) / 86_400, "day"),
        5_184_000..63_072_000 => (seconds / 2_592_000, "month"),
        _ => (seconds / 31_536_000, "year"),
    };
    let plural = if count == 1 { "" } else { "s" };
    match ahead {
        true => format!("in {count} {unit}{plural}"),
        false => format!("{count} {unit}{plural} ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_times_read_well() {
        let now = Moment::from_seconds(10_000_000);
        for (seconds, expect) in [
            (0, "just now"),
            (20, "in a moment"),
            (-60, "1 minute ago"),
            (-3_600, "60 minutes ago"),
            (-7_200, "2 hours ago"),
            (86_400 * 3, "in 3 days"),
            (-86_400 * 100, "3 months ago"),
        ] {
            assert_eq!(relative(Moment(now.0 + seconds * 1000), now), expect);
        }
    }

    #[test]
    fn the_readers_zone_counts() {
        let at = Moment::from_seconds(1_795_500_000);
        for (tz, expect) in
            [("UTC", "06:00"), ("Europe/Berlin", "07:00"), ("Nowhere/At-all", "06:00")]
        {
            let reader = Reader { now: at, tz: tz.into() };
            assert_eq!(shown(at, Show::Time, &reader), expect);
        }
        assert_eq!(exact(at), "2026-11-24T06:00:00Z");
    }

    #[test]
    fn texts_and_numbers_are_times_only_if_they_can_be() {
        for (text, expect) in [
            ("2026-11-24T06:00:00Z", Some(1_795_500_000)),
            ("2026-11-24T07:00:00+01:00", Some(1_795_500_000)),
            ("2026-11-24", Some(1_795_478_400)),
            ("tomorrow", None),
            ("", None),
        ] {
            assert_eq!(parse(text), expect, "{text}");
        }
        assert_eq!(seconds(f64::NAN), None);
        assert_eq!(seconds(1e300), None);
        assert_eq!(seconds(1.9), Some(1));
    }
}
