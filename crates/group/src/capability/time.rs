//! `time`: calendars, clocks and zones. Times are seconds since 1970, the only clock is `ctx.now`,
//! and the zone is the owner's unless the script names another.

use super::args::{Answer, Args, error};
use super::bounds;
use super::{Call, Capability, Needs};
use crate::clockwork;
use crate::given::Given;
use jiff::civil::DateTime;
use jiff::fmt::{rfc2822, strtime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ZonedDateTime};
use model::gas::Price;
use model::{Moment, Value};
use sandbox::Refusal;
use std::collections::BTreeMap;

/// The calls of the family.
pub(super) const FAMILY: &[Capability] = &[
    Capability {
        name: "time.now",
        signature: "fun(): integer",
        doc: "The time of this run, the same as `ctx.now`. It stands still while the run lasts.",
        example: r#"
assert(time.now() == os.time())"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|given, _| Ok(given.now.seconds().into())),
    },
    Capability {
        name: "time.date",
        signature: "fun(at: integer, tz?: string): string",
        doc: "The date of a time, like `2026-11-22`.",
        example: r#"
assert(time.date(1795367100, "UTC") == "2026-11-22")"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|given, args| shown("time.date", "%Y-%m-%d", &Around::of(given), args)),
    },
    Capability {
        name: "time.clock",
        signature: "fun(at: integer, tz?: string): string",
        doc: "The time of day of a time, like `18:05`.",
        example: r#"
assert(time.clock(1795367100, "Europe/Berlin") == "18:05")"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|given, args| shown("time.clock", "%H:%M", &Around::of(given), args)),
    },
    Capability {
        name: "time.format",
        signature: "fun(at: integer, pattern: string, tz?: string): string",
        doc: "Writes a time as a pattern says: `%Y` year, `%m` month, `%d` day, `%H` hour, `%M` minute, `%S` second, `%A` weekday, `%B` month's name, `%j` day of the year, `%V` week, `%z` offset, and the others of `strftime`.",
        example: r#"
assert(time.format(1795367100, "%A, %d %B %Y", "UTC") == "Sunday, 22 November 2026")"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|given, args| format(&Around::of(given), args)),
    },
    Capability {
        name: "time.parse",
        signature: "fun(text: string, tz?: string): integer?",
        doc: "Reads a time as feeds, mails and people write it: `2026-11-22T18:05:00+01:00`, `Sun, 22 Nov 2026 18:05:00 +0100`, `2026-11-22 18:05`, `2026-11-22`. The zone counts where the text names none. Other text gives `nil`.",
        example: r#"
assert(time.parse("2026-11-22T18:05:00+01:00") == 1795367100)
assert(time.parse("2026-11-22 18:05", "Europe/Berlin") == 1795367100)
assert(time.parse("some day") == nil)"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|given, args| parse(&Around::of(given), args)),
    },
    Capability {
        name: "time.parts",
        signature: "fun(at: integer, tz?: string): {year: integer, month: integer, day: integer, hour: integer, minute: integer, second: integer, weekday: integer, yearday: integer}",
        doc: "Takes a time apart. `weekday` is 1 on Monday and 7 on Sunday.",
        example: r#"
local it = time.parts(1795367100, "UTC")
assert(it.month == 11 and it.hour == 17 and it.weekday == 7 and it.yearday == 326)"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|given, args| parts(&Around::of(given), args)),
    },
    Capability {
        name: "time.make",
        signature: "fun(parts: {year: integer, month?: integer, day?: integer, hour?: integer, minute?: integer, second?: integer}, tz?: string): integer",
        doc: "Puts a time together. Where clocks are put forward, a time that is left out becomes the one as much later; where they are put back, the first of two counts.",
        example: r#"
assert(time.make({ year = 2026, month = 11, day = 22, hour = 17, minute = 5 }, "UTC") == 1795367100)"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|given, args| make(&Around::of(given), args)),
    },
    Capability {
        name: "time.add",
        signature: "fun(at: integer, span: string|{years?: integer, months?: integer, weeks?: integer, days?: integer, hours?: integer, minutes?: integer, seconds?: integer}, tz?: string): integer",
        doc: "Moves a time by the calendar: `3 days` later is the same time of day, also when the clocks change. A span that begins with `-` moves back; a month after 31 January is the last of February.",
        example: r#"
local at = time.make({ year = 2026, month = 1, day = 31 }, "UTC")
assert(time.date(time.add(at, "1 month", "UTC"), "UTC") == "2026-02-28")
assert(time.add(at, { days = -1, hours = 2 }, "UTC") == at - 22 * 3600)"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|given, args| add(&Around::of(given), args)),
    },
    Capability {
        name: "time.ago",
        signature: "fun(at: integer): string",
        doc: "How long ago a time was, in words: `3 hours ago`, `in 2 days`, `just now`.",
        example: r#"
assert(time.ago(time.now() - 3 * 3600) == "3 hours ago")
assert(time.ago(time.now() + 86400) == "in 1 day")"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|given, args| ago(&Around::of(given), args)),
    },
];

const PRICE: Price = Price { call: 500, byte_in: 40, byte_out: 1 };

/// Bytes of a pattern or a written time: no person writes a longer one.
const TEXT_BYTES_MAX: usize = model::limit::KIB;

/// What a time depends on besides itself.
struct Around<'a> {
    now: Moment,
    tz: &'a str,
}

impl<'a> Around<'a> {
    fn of(given: &'a Given) -> Around<'a> {
        Around { now: given.now, tz: &given.tz }
    }

    /// The zone an argument names, or else the owner's.
    fn zone(&self, args: &mut Args, place: usize) -> Result<TimeZone, Refusal> {
        let named = args.opt_text(place, "tz")?;
        clockwork::zone(named.as_deref().unwrap_or(self.tz))
            .map_err(|problem| error(problem.public))
    }

    /// The time that the first argument names, in the zone that another one names.
    fn at(&self, name: &str, args: &mut Args, zone_place: usize) -> Result<ZonedDateTime, Refusal> {
        let at = Timestamp::from_second(args.int(0, "at")?).map_err(|_| too_far(name))?;
        Ok(at.to_zoned_datetime(self.zone(args, zone_place)?))
    }
}

fn too_far(name: &str) -> Refusal {
    error(format!(
        "{name}: calendars go from the year -9999 to 9999; times are in seconds since 1970"
    ))
}

fn seconds(at: &ZonedDateTime) -> Value {
    at.timestamp().as_second().into()
}

fn shown(name: &str, pattern: &str, around: &Around, args: &mut Args) -> Answer {
    written(name, pattern, &around.at(name, args, 1)?)
}

fn format(around: &Around, args: &mut Args) -> Answer {
    let at = around.at("time.format", args, 2)?;
    let pattern = args.text(1, "pattern")?;
    bounds::fits_in("time.format", pattern.len(), TEXT_BYTES_MAX)?;
    written("time.format", &pattern, &at)
}

fn written(name: &str, pattern: &str, at: &ZonedDateTime) -> Answer {
    strtime::format(pattern, at).map(Value::from).map_err(|err| error(format!("{name}: {err}")))
}

fn parse(around: &Around, args: &mut Args) -> Answer {
    let text = args.text(0, "text")?;
    let zone = around.zone(args, 1)?;
    if text.len() > TEXT_BYTES_MAX {
        return Ok(Value::Nil);
    }
    let text = text.trim();
    let instant = || text.parse::<Timestamp>().ok();
    let mail = || rfc2822::parse(text).ok().map(|at| at.timestamp());
    let local =
        || text.parse::<DateTime>().ok()?.to_zoned_datetime(zone).ok().map(|at| at.timestamp());
    let at = instant().or_else(mail).or_else(local);
    Ok(at.map_or(Value::Nil, |at| at.as_second().into()))
}

fn parts(around: &Around, args: &mut Args) -> Answer {
    let at = around.at("time.parts", args, 1)?;
    Ok(Value::map(
        [
            ("year", i64::from(at.year())),
            ("month", at.month().into()),
            ("day", at.day().into()),
            ("hour", at.hour().into()),
            ("minute", at.minute().into()),
            ("second", at.second().into()),
            ("weekday", at.weekday().to_monday_one_offset().into()),
            ("yearday", at.day_of_year().into()),
        ]
        .map(|(name, part)| (name, Value::Int(part))),
    ))
}

fn make(around: &Around, args: &mut Args) -> Answer {
    let parts = args.map(0, "parts")?;
    let zone = around.zone(args, 1)?;
    let part = |name, default| small(&parts, name, default);
    let year = whole("time.make", &parts, "year")?
        .ok_or_else(|| error("time.make: parts needs at least a year"))?;
    let year = i16::try_from(year).map_err(|_| too_far("time.make"))?;
    let civil = DateTime::new(
        year,
        part("month", 1)?,
        part("day", 1)?,
        part("hour", 0)?,
        part("minute", 0)?,
        part("second", 0)?,
        0,
    );
    let at = civil.and_then(|civil| civil.to_zoned_datetime(zone));
    Ok(seconds(&at.map_err(|err| error(format!("time.make: {err}")))?))
}

fn small(parts: &BTreeMap<String, Value>, name: &str, default: i8) -> Result<i8, Refusal> {
    let part = whole("time.make", parts, name)?.unwrap_or(default.into());
    i8::try_from(part).map_err(|_| error(format!("time.make: there is no {name} {part}")))
}

/// The whole number under a name.
fn whole(call: &str, map: &BTreeMap<String, Value>, name: &str) -> Result<Option<i64>, Refusal> {
    let Some(value) = map.get(name) else { return Ok(None) };
    let number = value.as_int().map(Some);
    number.ok_or_else(|| {
        error(format!("{call}: {name} should be a whole number, got {}", value.kind()))
    })
}

fn add(around: &Around, args: &mut Args) -> Answer {
    let at = around.at("time.add", args, 2)?;
    let moved = match args.take(1) {
        Value::Map(units) => add_units(at, &units)?,
        Value::Str(text) if text.len() <= TEXT_BYTES_MAX => {
            let span: Span = String::from_utf8_lossy(&text).parse().map_err(|_| {
                error("time.add: a span is written like 3 days, -1 month or 2h 30m")
            })?;
            at.checked_add(span).map_err(|_| too_far("time.add"))?
        }
        _ => {
            return Err(error(
                "time.add: argument 2 (span) should be like \"3 days\" or { days = 3 }",
            ));
        }
    };
    Ok(seconds(&moved))
}

/// Adds one unit after the other, the largest first, since each may have its own sign.
fn add_units(at: ZonedDateTime, units: &BTreeMap<String, Value>) -> Result<ZonedDateTime, Refusal> {
    type Lengthen = fn(Span, i64) -> Result<Span, jiff::Error>;
    const UNITS: [(&str, Lengthen); 7] = [
        ("years", Span::try_years),
        ("months", Span::try_months),
        ("weeks", Span::try_weeks),
        ("days", Span::try_days),
        ("hours", Span::try_hours),
        ("minutes", Span::try_minutes),
        ("seconds", Span::try_seconds),
    ];
    if !units.keys().all(|name| UNITS.iter().any(|(unit, _)| unit == name)) {
        return Err(error(
            "time.add: a span has years, months, weeks, days, hours, minutes and seconds",
        ));
    }
    UNITS.iter().try_fold(at, |at, (unit, lengthen)| {
        let count = whole("time.add", units, unit)?.unwrap_or_default();
        let moved = lengthen(Span::new(), count).and_then(|span| at.checked_add(span));
        moved.map_err(|_| too_far("time.add"))
    })
}

fn ago(around: &Around, args: &mut Args) -> Answer {
    const UNITS: [(u64, &str); 5] = [
        (365 * 86_400, "year"),
        (30 * 86_400, "month"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
    ];
    let (at, now) = (args.int(0, "at")?, around.now.seconds());
    let apart = at.abs_diff(now);
    let Some((length, unit)) = UNITS.into_iter().find(|(length, _)| apart >= *length) else {
        return Ok("just now".into());
    };
    let count = apart / length;
    let plural = if count == 1 { "" } else { "s" };
    let words = format!("{count} {unit}{plural}");
    Ok(if at > now { format!("in {words}") } else { format!("{words} ago") }.into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::trial::withstands;
    use super::*;

    /// 2026-11-22 18:05:09 in Berlin.
    const NOW: i64 = 1_795_367_109;

    fn ask(
        call: fn(&Around, &mut Args) -> Answer,
        values: impl Into<Vec<Value>>,
    ) -> Result<Value, String> {
        let around = Around { now: Moment::from_seconds(NOW), tz: "Europe/Berlin" };
        call(&around, &mut Args::new("time.test", values.into())).map_err(|refusal| refusal.text)
    }

    fn date(around: &Around, args: &mut Args) -> Answer {
        shown("time.date", "%Y-%m-%d", around, args)
    }

    #[test]
    fn times_are_written_in_a_zone() {
        for (at, pattern, tz, expect) in [
            (NOW, "%Y-%m-%d %H:%M:%S", Value::Nil, "2026-11-22 18:05:09"),
            (
                NOW,
                "%A %-d %B %Y %Z %z",
                "America/New_York".into(),
                "Sunday 22 November 2026 EST -0500",
            ),
            (0, "%F %T", "UTC".into(), "1970-01-01 00:00:00"),
            (-1, "%F %T", "UTC".into(), "1969-12-31 23:59:59"),
            (NOW, "%G-W%V-%u %j %%", Value::Nil, "2026-W47-7 326 %"),
        ] {
            assert_eq!(ask(format, [at.into(), pattern.into(), tz]), Ok(expect.into()));
        }
        assert_eq!(ask(date, [NOW.into()]), Ok("2026-11-22".into()));
        assert_eq!(ask(date, [NOW.into(), "Pacific/Auckland".into()]), Ok("2026-11-23".into()));
    }

    #[test]
    fn times_are_read() {
        for (text, expect) in [
            ("2026-11-22T18:05:09+01:00", Some(NOW)),
            ("2026-11-22T17:05:09Z", Some(NOW)),
            ("2026-11-22t17:05:09.999z", Some(NOW)),
            (" 2026-11-22 18:05:09\n", Some(NOW)),
            ("2026-11-22 18:05", Some(NOW - 9)),
            ("2026-11-22", Some(NOW - 9 - 5 * 60 - 18 * 3_600)),
            ("Sun, 22 Nov 2026 18:05:09 +0100", Some(NOW)),
            ("22 Nov 2026 17:05:09 GMT", Some(NOW)),
            ("2026-02-30", None),
            ("", None),
            ("now", None),
            ("99999-01-01", None),
        ] {
            let expect = expect.map_or(Value::Nil, Value::Int);
            assert_eq!(ask(parse, [text.into()]), Ok(expect), "{text}");
        }
        assert_eq!(ask(parse, ["1970-01-01".into(), "UTC".into()]), Ok(0.into()));
        assert_eq!(ask(parse, ["1".repeat(TEXT_BYTES_MAX + 1).into()]), Ok(Value::Nil));
    }

    #[test]
    fn parts_make_the_time_again() {
        for at in [NOW, 0, -86_400, 1_774_746_000, 4_102_444_800] {
            let taken = ask(parts, [at.into()]).unwrap();
            assert_eq!(ask(make, [taken]), Ok(at.into()), "{at}");
        }
        let hour = |month: i64, day: i64, hour: i64| {
            Value::map([
                ("year", 2026.into()),
                ("month", month.into()),
                ("day", day.into()),
                ("hour", hour.into()),
            ])
        };
        // On 29 March 02:00 to 03:00 does not exist in Berlin; on 25 October it comes twice.
        assert_eq!(ask(make, [hour(3, 29, 2)]), ask(make, [hour(3, 29, 3)]));
        assert_eq!(ask(make, [hour(10, 25, 2)]), ask(parse, ["2026-10-25T02:00:00+02:00".into()]));
    }

    #[test]
    fn times_are_moved_by_the_calendar() {
        let at = |text: &str| ask(parse, [text.into()]).unwrap();
        for (from, span, to) in [
            ("2026-03-28 12:00", "1 day".into(), "2026-03-29 12:00"),
            ("2026-03-28 12:00", "24 hours".into(), "2026-03-29 13:00"),
            ("2026-01-31", "1 month".into(), "2026-02-28"),
            ("2024-02-29", "-1 year".into(), "2023-02-28"),
            ("2026-01-01", "2 weeks, 1h 30m".into(), "2026-01-15 01:30"),
            ("2026-01-01", "P1DT1M".into(), "2026-01-02 00:01"),
            (
                "2026-01-01",
                Value::map([("days", (-1).into()), ("years", (-1).into())]),
                "2024-12-31",
            ),
        ] {
            assert_eq!(ask(add, [at(from), span, Value::Nil]), Ok(at(to)), "{from} {to}");
        }
        let mixed = Value::map([("days", (-1).into()), ("hours", 2.into())]);
        assert_eq!(ask(add, [NOW.into(), mixed]), Ok((NOW - 22 * 3_600).into()));
    }

    #[test]
    fn distances_in_words() {
        for (apart, expect) in [
            (0, "just now"),
            (-59, "just now"),
            (-60, "1 minute ago"),
            (-3 * 3_600, "3 hours ago"),
            (-40 * 86_400, "1 month ago"),
            (-800 * 86_400, "2 years ago"),
            (90, "in 1 minute"),
            (2 * 86_400, "in 2 days"),
        ] {
            assert_eq!(ask(ago, [(NOW + apart).into()]), Ok(expect.into()), "{apart}");
        }
        assert!(ask(ago, [i64::MIN.into()]).is_ok());
    }

    #[test]
    fn wrong_arguments_are_named() {
        let one = |name: &str, value: Value| Value::map([("year", 2026.into()), (name, value)]);
        let long = || Value::from("%Y".repeat(TEXT_BYTES_MAX));
        for (answer, expect) in [
            (ask(date, []), "argument 1 (at) should be a whole number, got nil"),
            (ask(date, ["x".into()]), "argument 1 (at) should be a whole number, got string"),
            (ask(date, [i64::MAX.into()]), "calendars go from"),
            (ask(date, [0.into(), "Mars".into()]), "\"Mars\" is no time zone"),
            (ask(format, [0.into()]), "argument 2 (pattern) should be a string"),
            (ask(format, [0.into(), "%".into()]), "time.format: "),
            (ask(format, [0.into(), "%!".into()]), "time.format: "),
            (ask(format, [0.into(), long()]), "longer than 1 KiB"),
            (ask(parse, []), "argument 1 (text) should be a string, got nil"),
            (ask(parts, [0.into(), true.into()]), "argument 2 (tz) should be a string"),
            (ask(make, [Value::List(vec![])]), "needs at least a year"),
            (ask(make, [one("month", 13.into())]), "time.make: "),
            (ask(make, [one("day", 300.into())]), "there is no day 300"),
            (ask(make, [one("hour", "x".into())]), "hour should be a whole number, got string"),
            (ask(make, [one("year", 10_000.into())]), "time.make: "),
            (ask(make, [one("year", i64::MAX.into())]), "calendars go from"),
            (ask(add, [0.into(), 3.into()]), "argument 2 (span) should be like"),
            (ask(add, [0.into(), "soon".into()]), "a span is written like"),
            (ask(add, [0.into(), long()]), "argument 2 (span) should be like"),
            (ask(add, [0.into(), Value::map([("day", 1.into())])]), "a span has years"),
            (ask(add, [0.into(), "9000 years".into()]), "calendars go from"),
            (ask(add, [0.into(), Value::map([("years", i64::MAX.into())])]), "calendars go from"),
            (ask(ago, [Value::Nil]), "argument 1 (at) should be a whole number"),
        ] {
            let said = answer.unwrap_err();
            assert!(said.contains(expect), "{expect}: {said}");
        }
    }

    #[test]
    fn a_pattern_writes_no_book() {
        for pattern in [
            "%255Y",
            "%999999999d",
            "%_200A",
            "%0999999999999999999999Y",
            "%9999N",
            "%c%x%X%+%s%P%p%n%t%U%W%Q",
        ] {
            let pattern = pattern.repeat(TEXT_BYTES_MAX / pattern.len());
            let length = ask(format, [0.into(), pattern.as_str().into()])
                .map_or(0, |text| text.shown().len());
            assert!(length <= 100 * TEXT_BYTES_MAX, "{length} bytes from {pattern}");
        }
    }

    #[test]
    fn nothing_panics() {
        let with = |call: fn(&Around, &mut Args) -> Answer| {
            move |args: &mut Args| call(&Around { now: Moment(0), tz: "Europe/Berlin" }, args)
        };
        let now = |around: &Around, _: &mut Args| Ok(around.now.seconds().into());
        withstands(
            FAMILY,
            &[
                &with(now),
                &with(date),
                &with(date),
                &with(format),
                &with(parse),
                &with(parts),
                &with(make),
                &with(add),
                &with(ago),
            ],
        );
    }
}
