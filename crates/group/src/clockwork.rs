//! When schedules tick, and how times are written for people: calendars, zones and cron patterns.
//! It asks no clock and reads no zone files: the zones are the ones built in, the same on every node.

use croner::Cron;
use croner::errors::CronError;
use croner::parser::{CronParser, Seconds, Year};
use croner::{CivilDateTime, CronDateTime, Resolution, Weekday};
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp, ZonedDateTime};
use model::manifest::When;
use model::problem::{Problem, Result};
use model::{AppId, Moment};
use sha2::{Digest, Sha256};
use std::cmp::Ordering;
use std::sync::LazyLock;
use std::time::Duration;

/// Seconds between two ticks, at least: what should happen sooner belongs into one run.
pub const EVERY_SECONDS_MIN: u64 = 60;
/// Seconds between two ticks, at most: ten years; later things are dates in the app's data.
pub const EVERY_SECONDS_MAX: u64 = 3660 * DAY_SECONDS;
/// Bytes of a cron pattern: far more than a person reads.
const CRON_BYTES_MAX: usize = 100;
const DAY_SECONDS: u64 = 24 * 60 * 60;

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The next tick after a moment; `None` when there is none before the year 5000.
pub fn next_tick(when: &When, after: Moment) -> Result<Option<Moment>> {
    match when {
        When::Every { seconds } => Ok(Some(after.plus(Duration::from_secs(*seconds)))),
        When::Cron { pattern, tz } => next_match(&read_cron(pattern)?, &zone(tz)?, after),
    }
}

/// The tick that follows `last`, in its rhythm, after all those that were missed until `now`.
pub fn following(when: &When, last: Moment, now: Moment) -> Result<Option<Moment>> {
    let When::Every { seconds } = when else { return next_tick(when, now.max(last)) };
    let period = Duration::from_secs((*seconds).max(1));
    let missed = now.since(last).as_millis() / period.as_millis();
    let ticks = u32::try_from(missed).unwrap_or(u32::MAX).saturating_add(1);
    Ok(Some(last.plus(period.saturating_mul(ticks))))
}

/// Reads a length of time a person wrote: `10m`, `2 days`, `1h 30m`.
pub fn parse_every(text: &str) -> Result<u64> {
    let seconds = read_seconds(text).ok_or_else(|| {
        Problem::invalid(format!(
            "\"{}\" is no length of time; write it like 10m, 1h 30m or 2 days.",
            shown(text)
        ))
    })?;
    if !(EVERY_SECONDS_MIN..=EVERY_SECONDS_MAX).contains(&seconds) {
        return Err(Problem::invalid(format!(
            "\"{}\" is too short or too long; the shortest time is one minute, the longest {} days.",
            shown(text),
            EVERY_SECONDS_MAX / DAY_SECONDS
        )));
    }
    Ok(seconds)
}

fn read_seconds(text: &str) -> Option<u64> {
    let mut rest = text.trim();
    let mut total = 0_u64;
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let seconds = number.parse::<u64>().ok()?.checked_mul(unit_seconds(unit)?)?;
        total = total.checked_add(seconds)?;
        rest = after.trim_start();
    }
    Some(total)
}

fn unit_seconds(unit: &str) -> Option<u64> {
    match unit {
        "s" | "sec" | "second" | "seconds" => Some(1),
        "m" | "min" | "minute" | "minutes" => Some(60),
        "h" | "hour" | "hours" => Some(60 * 60),
        "d" | "day" | "days" => Some(DAY_SECONDS),
        "w" | "week" | "weeks" => Some(7 * DAY_SECONDS),
        _ => None,
    }
}

/// Whether a cron pattern can be read, ticks at all, and its time zone exists.
pub fn check_cron(pattern: &str, tz: &str) -> Result<()> {
    let (cron, zone) = (read_cron(pattern)?, zone(tz)?);
    if next_match(&cron, &zone, Moment(0))?.is_none() {
        return Err(Problem::invalid(format!(
            "\"{}\" never comes: there is no such day. Choose another one.",
            shown(pattern)
        )));
    }
    Ok(())
}

fn read_cron(pattern: &str) -> Result<Cron> {
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    let read = if pattern.len() > CRON_BYTES_MAX { None } else { parser.parse(pattern).ok() };
    read.ok_or_else(|| {
        Problem::invalid(format!(
            "\"{}\" is no cron pattern; write minute, hour, day, month and weekday, like \"0 7 * * MON\" for Mondays at seven.",
            shown(pattern)
        ))
    })
}

fn next_match(cron: &Cron, zone: &TimeZone, after: Moment) -> Result<Option<Moment>> {
    let start = Timestamp::from_millisecond(after.0).ok();
    let start = start.and_then(|start| Wall::new(start.to_zoned_datetime(zone.clone())));
    let Some(start) = start else { return Ok(None) };
    match cron.find_next_occurrence(&start, false) {
        Ok(found) => Ok(Some(Moment(found.zoned.timestamp().as_millisecond()))),
        Err(
            CronError::TimeSearchLimitExceeded | CronError::InvalidDate | CronError::InvalidTime,
        ) => Ok(None),
        Err(err) => Err(Problem::internal(format!("cron {}: {err}", cron.as_str()))),
    }
}

/// How far the group moves a schedule's ticks to spread its load: always the same for one schedule.
#[must_use]
pub fn slack(app: AppId, name: &str, slack_seconds: u64) -> Duration {
    let digest = Sha256::digest(format!("{app}/{name}"));
    let spread = digest.iter().take(8).fold(0, |word, byte| word << 8 | u64::from(*byte));
    Duration::from_secs(spread % slack_seconds.saturating_add(1))
}

/// A time zone by its IANA name.
pub fn zone(tz: &str) -> Result<TimeZone> {
    ZONES.get(tz).map_err(|_| {
        Problem::invalid(format!(
            "\"{}\" is no time zone; write one like Europe/Berlin or UTC.",
            shown(tz)
        ))
    })
}

/// Whether there is a time zone of this name.
pub fn check_zone(tz: &str) -> Result<()> {
    zone(tz).map(drop)
}

/// A moment as people in a zone write it: `2026-11-22 18:05`. An unknown zone counts as UTC.
#[must_use]
pub fn date_and_time(at: Moment, tz: &str) -> String {
    let zone = zone(tz).unwrap_or(TimeZone::UTC);
    let at = Timestamp::from_millisecond(at.0).unwrap_or_default();
    at.to_zoned_datetime(zone).strftime("%Y-%m-%d %H:%M").to_string()
}

/// What a person wrote, short enough to repeat to them.
fn shown(text: &str) -> String {
    const SHOWN_CHARS: usize = 60;
    text.chars().take(SHOWN_CHARS).flat_map(char::escape_debug).collect()
}

/// A time in its zone, as the cron search wants it.
#[derive(Clone)]
struct Wall {
    zoned: ZonedDateTime,
    civil: CivilDateTime,
}

impl Wall {
    fn new(zoned: ZonedDateTime) -> Option<Wall> {
        let at = zoned.datetime();
        let part = |n: i8| u32::try_from(n).ok();
        let civil = CivilDateTime::from_ymd_hms_opt(
            i32::from(at.year()),
            part(at.month())?,
            part(at.day())?,
            part(at.hour())?,
            part(at.minute())?,
            part(at.second())?,
        )?;
        Some(Wall { zoned, civil })
    }
}

impl CronDateTime for Wall {
    fn to_civil(&self) -> CivilDateTime {
        self.civil
    }

    fn civil_weekday(&self) -> Weekday {
        let days = self.zoned.weekday().to_sunday_zero_offset();
        Weekday::from_days_from_sunday(u32::from(days.unsigned_abs()))
    }

    fn resolve_civil(&self, civil: CivilDateTime) -> Found<Resolution<Self>> {
        let ambiguous = self.zoned.time_zone().to_ambiguous_zoned_datetime(civil_time(civil)?);
        let wall = |zoned: std::result::Result<ZonedDateTime, _>| {
            zoned
                .map(|zoned| Wall { zoned, civil })
                .map_err(|_: jiff::Error| CronError::InvalidTime)
        };
        Ok(match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => {
                Resolution::Single(wall(ambiguous.unambiguous())?)
            }
            AmbiguousOffset::Gap { .. } => Resolution::Gap,
            AmbiguousOffset::Fold { .. } => {
                Resolution::Ambiguous(wall(ambiguous.clone().earlier())?, wall(ambiguous.later())?)
            }
        })
    }

    fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
        self.zoned.checked_add(SignedDuration::from_secs(seconds)).ok().and_then(Wall::new)
    }

    fn cmp_instant(&self, other: &Self) -> Ordering {
        self.zoned.timestamp().cmp(&other.zoned.timestamp())
    }
}

/// What the cron search finds, or why it does not.
type Found<T> = std::result::Result<T, CronError>;

fn civil_time(civil: CivilDateTime) -> Found<DateTime> {
    let year = i16::try_from(civil.year()).map_err(|_| CronError::InvalidDate)?;
    let part = |n: u32| i8::try_from(n).map_err(|_| CronError::InvalidDate);
    DateTime::new(
        year,
        part(civil.month())?,
        part(civil.day())?,
        part(civil.hour())?,
        part(civil.minute())?,
        part(civil.second())?,
        0,
    )
    .map_err(|_| CronError::InvalidDate)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment(text.parse::<Timestamp>().unwrap().as_millisecond())
    }

    /// The next ticks of a cron pattern, in UTC.
    fn ticks(pattern: &str, tz: &str, after: &str, count: usize) -> Vec<String> {
        let when = When::Cron { pattern: pattern.into(), tz: tz.into() };
        let mut last = at(after);
        let mut found = Vec::new();
        for _ in 0..count {
            last = next_tick(&when, last).unwrap().unwrap();
            found.push(Timestamp::from_millisecond(last.0).unwrap().to_string());
        }
        found
    }

    #[test]
    fn lengths_of_time_as_people_write_them() {
        for (text, seconds) in [
            ("1h", 3_600),
            ("10m", 600),
            ("90s", 90),
            ("2 days", 172_800),
            ("1 week", 604_800),
            ("1h30m", 5_400),
            (" 1 h 30 min ", 5_400),
            ("60 seconds", 60),
        ] {
            assert_eq!(parse_every(text), Ok(seconds), "{text}");
        }
        for text in [
            "",
            "1",
            "h",
            "1x",
            "-1h",
            "1.5h",
            "1h 2",
            "59s",
            "0m",
            "1 fortnight",
            "11 years",
            "99999999999999999999h",
            "18446744073709551615w",
            "4000d",
            "1h\0",
            "１h",
        ] {
            let problem = parse_every(text).unwrap_err();
            assert!(problem.public.ends_with('.'), "{text}: {}", problem.public);
        }
    }

    #[test]
    fn every_ticks_after_its_length() {
        let hourly = When::Every { seconds: 3_600 };
        assert_eq!(next_tick(&hourly, Moment(5_000)), Ok(Some(Moment(3_605_000))));
    }

    #[test]
    fn the_rhythm_outlives_missed_ticks() {
        let hourly = When::Every { seconds: 3_600 };
        for (now, next) in [
            ("2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"),
            ("2026-01-01T00:20:00Z", "2026-01-01T01:00:00Z"),
            ("2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z"),
            ("2026-01-01T09:59:00Z", "2026-01-01T10:00:00Z"),
            ("2025-12-31T00:00:00Z", "2026-01-01T01:00:00Z"),
        ] {
            let last = at("2026-01-01T00:00:00Z");
            assert_eq!(following(&hourly, last, at(now)), Ok(Some(at(next))), "{now}");
        }
        let daily = When::Cron { pattern: "0 7 * * *".into(), tz: "UTC".into() };
        let next = following(&daily, at("2026-01-01T07:00:00Z"), at("2026-01-05T12:00:00Z"));
        assert_eq!(next, Ok(Some(at("2026-01-06T07:00:00Z"))));
    }

    #[test]
    fn cron_follows_the_zone() {
        for (pattern, tz, after, expect) in [
            ("0 7 * * MON", "Europe/Berlin", "2026-11-22T00:00:00Z", "2026-11-23T06:00:00Z"),
            ("0 7 * * MON", "UTC", "2026-11-23T07:00:00Z", "2026-11-30T07:00:00Z"),
            ("*/15 * * * *", "UTC", "2026-11-22T10:07:31Z", "2026-11-22T10:15:00Z"),
            ("0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
            ("0 9 1 * *", "Asia/Kathmandu", "2026-01-31T00:00:00Z", "2026-02-01T03:15:00Z"),
            ("@daily", "America/New_York", "2026-07-01T12:00:00Z", "2026-07-02T04:00:00Z"),
        ] {
            assert_eq!(ticks(pattern, tz, after, 1), [expect], "{pattern} {tz}");
        }
    }

    #[test]
    fn a_daily_tick_in_the_missing_hour_comes_right_after_it() {
        // On 29 March 2026 the clocks in Berlin go from 02:00 to 03:00, at 01:00 UTC.
        assert_eq!(
            ticks("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", 3),
            ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]
        );
    }

    #[test]
    fn a_daily_tick_in_the_doubled_hour_comes_once() {
        // On 25 October 2026 the clocks in Berlin go from 03:00 to 02:00, at 01:00 UTC.
        assert_eq!(
            ticks("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 3),
            ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "2026-10-27T01:30:00Z"]
        );
    }

    #[test]
    fn a_tick_every_half_hour_keeps_its_distance_through_both_changes() {
        assert_eq!(
            ticks("*/30 * * * *", "Europe/Berlin", "2026-03-29T00:15:00Z", 3),
            ["2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"]
        );
        assert_eq!(
            ticks("*/30 * * * *", "Europe/Berlin", "2026-10-25T00:15:00Z", 4),
            [
                "2026-10-25T00:30:00Z",
                "2026-10-25T01:00:00Z",
                "2026-10-25T01:30:00Z",
                "2026-10-25T02:00:00Z"
            ]
        );
    }

    #[test]
    fn cron_patterns_that_are_refused() {
        let long = format!("0{}", ",0".repeat(CRON_BYTES_MAX));
        for pattern in [
            "",
            "* * * *",
            "0 0 7 * * MON",
            "0 7 * * MON 2026 *",
            "61 * * * *",
            "x",
            "0 0 30 2 *",
            "0 0 31 4,6 *",
            "@reboot",
            "0 7 * * MOO",
            "* * * * *; ls",
            long.as_str(),
        ] {
            let problem = check_cron(pattern, "UTC").unwrap_err();
            assert!(problem.public.ends_with('.'), "{pattern}: {}", problem.public);
        }
        assert_eq!(check_cron("0 0 29 2 MON", "UTC"), Ok(()));
        assert!(
            check_cron("0 7 * * *", "Mars/Olympus").unwrap_err().public.contains("no time zone")
        );
        assert!(check_zone("../../etc/passwd").is_err());
        assert_eq!(check_zone("Europe/Berlin"), Ok(()));
    }

    #[test]
    fn no_moment_is_too_far() {
        let when = When::Cron { pattern: "0 7 * * *".into(), tz: "UTC".into() };
        for moment in [i64::MIN, -62_135_596_800_000, i64::MAX, 253_402_207_200_000] {
            let _any = next_tick(&when, Moment(moment)).unwrap();
            let _shown = date_and_time(Moment(moment), "Europe/Berlin");
        }
        assert_eq!(next_tick(&when, Moment(i64::MAX)), Ok(None));
    }

    #[test]
    fn slack_is_steady_and_within_its_bound() {
        let app = |n| AppId::new(Moment(n), [1; 10]);
        assert_eq!(slack(app(1), "hourly", 0), Duration::ZERO);
        assert_eq!(slack(app(1), "hourly", 600), slack(app(1), "hourly", 600));
        let spread: Vec<u64> = (0..200).map(|n| slack(app(n), "hourly", 600).as_secs()).collect();
        assert!(spread.iter().all(|&seconds| seconds <= 600));
        let early = spread.iter().filter(|&&seconds| seconds < 300).count();
        assert!((70..130).contains(&early), "{early} of 200 in the first half");
        let _no_overflow = slack(app(1), "hourly", u64::MAX);
    }

    #[test]
    fn moments_as_people_write_them() {
        let moment = at("2026-11-22T17:05:09Z");
        for (tz, expect) in [
            ("UTC", "2026-11-22 17:05"),
            ("Europe/Berlin", "2026-11-22 18:05"),
            ("Asia/Kolkata", "2026-11-22 22:35"),
            ("Nowhere/Land", "2026-11-22 17:05"),
        ] {
            assert_eq!(date_and_time(moment, tz), expect, "{tz}");
        }
    }
}
