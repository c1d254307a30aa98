//! The look of a group, as its admins chose it: an accent, a corner, a kind of letters. Whatever they
//! choose can be read: the accent is moved in lightness, and only in that, until it stands out.

mod oklch;

use oklch::{Rgb, contrast, mixed};

/// Text on its ground, WCAG 2.2, 1.4.3; an accent is the colour of links.
const READABLE: f64 = 4.5;
/// Share of the accent in a soft ground, as in the style sheet.
const SOFT: f64 = 0.09;

/// Grounds and the text on a primary button, light and dark, as in the style sheet; a test compares.
const SCHEMES: [Scheme; 2] = [
    Scheme { bg: "#faf8f3", surface: "#ffffff", on_accent: "#ffffff", step: -0.005 },
    Scheme { bg: "#171a16", surface: "#1f231e", on_accent: "#11210f", step: 0.005 },
];

struct Scheme {
    bg: &'static str,
    surface: &'static str,
    on_accent: &'static str,
    /// Towards where the accent stands out from the grounds.
    step: f64,
}

/// Corners: the word that is kept, what the page calls it, and its size.
pub static CORNERS: &[(&str, &str, &str)] =
    &[("soft", "Soft", "10px"), ("round", "Round", "18px"), ("square", "Square", "2px")];

/// Letters: the word that is kept, what the page calls it, and its families. Nothing is fetched.
pub static FONTS: &[(&str, &str, &str)] = &[
    ("plain", "Plain, as the device has it", ""),
    (
        "serif",
        "With serifs, like a book",
        "Charter,\"Bitstream Charter\",\"Sitka Text\",Cambria,\"Noto Serif\",serif",
    ),
    (
        "round",
        "Round and friendly",
        "ui-rounded,\"Hiragino Maru Gothic ProN\",Quicksand,Comfortaa,Nunito,\"Noto Sans\",sans-serif",
    ),
];

/// What admins chose; nothing of it is the look that comes with every group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    accent: Option<Rgb>,
    corner: usize,
    font: usize,
}

impl Theme {
    /// Takes what a form says: a colour like `#2f6b3a`, and words of the tables. What it does not know is as it comes.
    #[must_use]
    pub fn of(accent: &str, corner: &str, font: &str) -> Theme {
        let place = |table: &[(&str, &str, &str)], word: &str| {
            table.iter().position(|(it, ..)| *it == word).unwrap_or(0)
        };
        let accent = Rgb::read(accent).filter(|it| it.hex() != Theme::ACCENT);
        Theme { accent, corner: place(CORNERS, corner), font: place(FONTS, font) }
    }

    /// The accent that comes with every group.
    pub const ACCENT: &'static str = "#2f6b3a";

    /// Reads what `words` wrote.
    #[must_use]
    pub fn read(words: &str) -> Theme {
        let mut parts = words.split('.');
        let mut next = || parts.next().unwrap_or("");
        Theme::of(next(), next(), next())
    }

    /// As one word, to keep and to tell style sheets apart; empty if nothing was chosen.
    #[must_use]
    pub fn words(&self) -> String {
        if *self == Theme::default() {
            return String::new();
        }
        format!("{}.{}.{}", self.accent(), self.corner(), self.font())
    }

    /// The accent as it was chosen.
    #[must_use]
    pub fn accent(&self) -> String {
        self.accent.map_or_else(|| Theme::ACCENT.to_owned(), Rgb::hex)
    }

    /// The word of the corner.
    #[must_use]
    pub fn corner(&self) -> &'static str {
        CORNERS[self.corner].0
    }

    /// The word of the letters.
    #[must_use]
    pub fn font(&self) -> &'static str {
        FONTS[self.font].0
    }

    /// Whether the accent on light pages is another than the chosen one, since that could not be read.
    #[must_use]
    pub fn adjusted(&self) -> bool {
        self.accent.is_some_and(|accent| SCHEMES[0].readable(accent).hex() != accent.hex())
    }

    /// What follows the style sheet of all groups.
    #[must_use]
    pub fn css(&self) -> String {
        let mut css = String::new();
        if let Some(accent) = self.accent {
            let [light, dark] = SCHEMES.map(|scheme| scheme.readable(accent).hex());
            css += &format!("--accent:light-dark({light},{dark});");
        }
        if self.corner > 0 {
            css += &format!("--radius:{};", CORNERS[self.corner].2);
        }
        if self.font > 0 {
            css += &format!("--font:{};", FONTS[self.font].2);
        }
        if css.is_empty() { css } else { format!(":root{{{css}}}") }
    }
}

impl Scheme {
    /// The nearest colour of the same hue that can be read on this scheme's grounds.
    fn readable(&self, accent: Rgb) -> Rgb {
        let mut colour = accent.oklch();
        let mut now = accent;
        while !self.stands_out(now) && (0.0..=1.0).contains(&colour.lightness) {
            colour.lightness += self.step;
            now = colour.rgb();
        }
        now
    }

    fn stands_out(&self, accent: Rgb) -> bool {
        let own = |hex: &str| Rgb::read(hex).unwrap_or_default();
        let soft = mixed(SOFT, accent, own(self.surface));
        [own(self.bg), own(self.surface), own(self.on_accent), soft]
            .into_iter()
            .all(|ground| contrast(accent, ground) >= READABLE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_accent_can_be_read() {
        for accent in [
            "#ffff00", "#ffffff", "#000000", "#ff00ff", "#808080", "#00ffff", "#0000ff", "#ff0000",
            "#7cfc00", "#1f5fae", "#2f6b3b",
        ] {
            let rgb = Rgb::read(accent).unwrap_or_default();
            for scheme in SCHEMES {
                let found = scheme.readable(rgb);
                assert!(scheme.stands_out(found), "{accent} became {}", found.hex());
            }
        }
    }

    #[test]
    fn what_can_be_read_stays_and_what_cannot_is_said() {
        for (accent, adjusted) in
            [("#1f5fae", false), ("#ffff00", true), ("#000000", false), ("nonsense", false)]
        {
            assert_eq!(Theme::of(accent, "", "").adjusted(), adjusted, "{accent}");
        }
    }

    #[test]
    fn only_known_words_become_style() {
        for (words, kept, css) in [
            ("", "", ""),
            ("#2f6b3a.soft.plain", "", ""),
            ("#1f5fae.square.plain", "#1f5fae.square.plain", "--radius:2px;"),
            ("red;}x{.y.serif", "#2f6b3a.soft.serif", ":root{--font:Charter"),
        ] {
            let theme = Theme::read(words);
            assert_eq!(theme.words(), kept);
            assert!(theme.css().contains(css), "{}", theme.css());
            assert_eq!(Theme::read(&theme.words()), theme);
        }
    }

    #[test]
    fn the_grounds_are_those_of_the_style_sheet() {
        for (token, of) in [
            ("bg", SCHEMES.map(|it| it.bg)),
            ("surface", SCHEMES.map(|it| it.surface)),
            ("on-accent", SCHEMES.map(|it| it.on_accent)),
        ] {
            let line = format!("--{token}: light-dark({}, {});", of[0], of[1]);
            assert!(crate::STYLE.contains(&line), "{line}");
        }
        assert!(crate::STYLE.contains(&format!("--accent: light-dark({},", Theme::ACCENT)));
    }
}
