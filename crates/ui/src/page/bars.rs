//! Bars of what an account has used. At 80 % a bar warns, at 100 % the account's apps rest.

use maud::{Markup, html};
use model::limit::{MIB, WARN_PERCENT};
use model::receipt::grouped;

/// One allowance and what is used of it.
#[derive(Clone, Debug)]
pub struct Bar {
    /// “Compute”, “Storage”, “Messages”, “Outside requests”.
    pub label: String,
    pub used: u64,
    pub max: u64,
    pub unit: Unit,
    /// Whether it begins anew each day.
    pub daily: bool,
}

/// What a bar counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Gas,
    Bytes,
    Count,
}

impl Bar {
    /// The share in whole percent, at most 100; nothing of nothing is none.
    #[must_use]
    pub fn percent(&self) -> u64 {
        match self.max {
            0 => 0,
            max => (self.used.saturating_mul(100) / max).min(100),
        }
    }

    /// Whether it is time to warn: from 80 % on.
    pub(crate) fn is_high(&self) -> bool {
        self.percent() >= WARN_PERCENT
    }

    fn state(&self) -> &'static str {
        match self.percent() {
            100 => "full",
            _ if self.is_high() => "high",
            _ => "fine",
        }
    }

    fn amount(&self, number: u64) -> String {
        match self.unit {
            Unit::Gas => short_gas(number),
            Unit::Bytes => bytes(number),
            Unit::Count => grouped(number),
        }
    }

    /// Draws the bar with its numbers in words.
    pub(crate) fn draw(&self, id: &str) -> Markup {
        let unit = if self.unit == Unit::Gas { " gas" } else { "" };
        let per = if self.daily { " today" } else { "" };
        html! {
            div.bar data-state=(self.state()) {
                label for=(id) { (self.label) }
                @if self.max == 0 {
                    p.quiet-text id=(id) { "Not used by any app yet." }
                } @else {
                    progress id=(id) value=(self.percent()) max="100" { (self.percent()) " %" }
                    p {
                        strong { (self.percent()) " %" }
                        " · " (self.amount(self.used)) " of " (self.amount(self.max)) (unit) (per)
                        @match self.state() {
                            "full" => strong { " · used up" },
                            "high" => strong { " · nearly used up" },
                            _ => {}
                        }
                    }
                }
            }
        }
    }
}

/// All bars, one below the other.
pub(crate) fn draw(bars: &[Bar]) -> Markup {
    html! {
        div.bars { @for (place, bar) in bars.iter().enumerate() { (bar.draw(&format!("bar-{place}"))) } }
    }
}

/// Gas as people read it: “1.2 M”.
#[must_use]
pub fn short_gas(gas: u64) -> String {
    const STEPS: [(u64, &str); 4] =
        [(1_000_000_000_000, "T"), (1_000_000_000, "G"), (1_000_000, "M"), (10_000, "k")];
    match STEPS.iter().find(|(from, _)| gas >= *from) {
        Some((10_000, word)) => format!("{} {word}", gas / 1_000),
        Some((from, word)) => tenths(gas, *from, word),
        None => grouped(gas),
    }
}

/// Bytes as people read them: “3.5 MiB”.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    let mib = MIB as u64;
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024.. if bytes < mib => format!("{} KiB", bytes / 1024),
        _ if bytes < 1024 * mib => tenths(bytes, mib, "MiB"),
        _ => tenths(bytes, 1024 * mib, "GiB"),
    }
}

fn tenths(number: u64, unit: u64, word: &str) -> String {
    let tenths = u128::from(number) * 10 / u128::from(unit);
    match tenths % 10 {
        0 => format!("{} {word}", tenths / 10),
        rest => format!("{}.{rest} {word}", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_well() {
        for (gas, expect) in [
            (9_999, "9\u{202f}999"),
            (24_500, "24 k"),
            (1_250_000, "1.2 M"),
            (5_000_000_000, "5 G"),
        ] {
            assert_eq!(short_gas(gas), expect);
        }
        for (count, expect) in
            [(12, "12 bytes"), (2048, "2 KiB"), (20 << 20, "20 MiB"), (1_610_612_736, "1.5 GiB")]
        {
            assert_eq!(bytes(count), expect);
        }
    }

    #[test]
    fn a_bar_warns_and_then_rests() {
        for (used, max, state) in [
            (0, 0, "fine"),
            (79, 100, "fine"),
            (80, 100, "high"),
            (100, 100, "full"),
            (9, 3, "full"),
        ] {
            let bar = Bar { label: String::new(), used, max, unit: Unit::Count, daily: true };
            assert_eq!(bar.state(), state, "{used} of {max}");
        }
    }
}
