//! Colours as screens have them and as eyes do: sRGB, and OKLCH (CSS Color 4, §9), where lightness
//! can change while the hue stays.

/// A colour of a screen, each part from 0 to 255.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rgb([u8; 3]);

/// Lightness from 0 to 1, how much colour, and which one as an angle in radians.
#[derive(Clone, Copy, Debug)]
pub(super) struct Oklch {
    pub(super) lightness: f64,
    chroma: f64,
    hue: f64,
}

impl Rgb {
    /// Reads `#2f6b3a`.
    pub(super) fn read(text: &str) -> Option<Rgb> {
        let hex = text.strip_prefix('#').filter(|hex| hex.len() == 6 && hex.is_ascii())?;
        let part = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok();
        Some(Rgb([part(0)?, part(2)?, part(4)?]))
    }

    /// Writes `#2f6b3a`.
    pub(super) fn hex(self) -> String {
        let [r, g, b] = self.0;
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// The parts as light, from 0 to 1.
    fn linear(self) -> [f64; 3] {
        self.0.map(|part| {
            let c = f64::from(part) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        })
    }

    pub(super) fn oklch(self) -> Oklch {
        let [r, g, b] = self.linear();
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        let lightness = 0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s;
        let a = 1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s;
        let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s;
        Oklch { lightness, chroma: a.hypot(b), hue: b.atan2(a) }
    }
}

impl Oklch {
    /// The nearest colour that a screen has; what it has not is cut.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // it is between 0 and 255
    pub(super) fn rgb(self) -> Rgb {
        let (a, b) = (self.chroma * self.hue.cos(), self.chroma * self.hue.sin());
        let l = (self.lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (self.lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (self.lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
        let linear = [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
        ];
        Rgb(linear.map(|c| {
            let c = if c <= 0.003_130_8 { c * 12.92 } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 };
            (c.clamp(0.0, 1.0) * 255.0).round() as u8
        }))
    }
}

/// How well one stands out from the other, from 1 to 21 (WCAG 2.2, relative luminance).
pub(super) fn contrast(one: Rgb, other: Rgb) -> f64 {
    let light = |colour: Rgb| {
        let [r, g, b] = colour.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
    };
    let (one, other) = (light(one), light(other));
    one.max(other) / one.min(other)
}

/// A share of one colour in another, as `color-mix(in srgb, …)` mixes.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // it is between 0 and 255
pub(super) fn mixed(share: f64, one: Rgb, other: Rgb) -> Rgb {
    Rgb(std::array::from_fn(|at| {
        (f64::from(one.0[at]) * share + f64::from(other.0[at]) * (1.0 - share)).round() as u8
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_is_the_same_colour() {
        for hex in ["#000000", "#ffffff", "#2f6b3a", "#8fcf99", "#ff0000", "#123456"] {
            let colour = Rgb::read(hex).unwrap_or_default();
            assert_eq!(colour.oklch().rgb().hex(), hex);
        }
        for text in ["", "#fff", "2f6b3a", "#gggggg", "#ééé", "#2f6b3a0"] {
            assert_eq!(Rgb::read(text), None, "{text}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        let read = |hex| Rgb::read(hex).unwrap_or_default();
        assert!((contrast(read("#000000"), read("#ffffff")) - 21.0).abs() < 1e-9);
        assert!((contrast(read("#777777"), read("#ffffff")) - 4.48).abs() < 0.01);
    }
}
