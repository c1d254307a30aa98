//! The colours of the style sheet, light and dark: text at least 4.5 : 1, edges of controls at
//! least 3 : 1 (WCAG 2.2, 1.4.3 and 1.4.11).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

type Colours = BTreeMap<String, [f64; 3]>;

fn colour(text: &str) -> Option<[f64; 3]> {
    let hex = text.trim().strip_prefix('#')?.get(..6)?;
    let part =
        |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok().map(|n| f64::from(n) / 255.0);
    Some([part(0)?, part(2)?, part(4)?])
}

/// The colours of one block of the style sheet in one scheme (0 is light, 1 dark), by name.
fn block(css: &str, scheme: usize) -> Colours {
    let end = css.find('}').expect("an end");
    let pairs =
        css[..end].split(';').filter_map(|line| line.trim().strip_prefix("--")?.split_once(':'));
    let one = |value: &str| match value.trim().strip_prefix("light-dark(") {
        Some(both) => colour(both.trim_end_matches(')').split(',').nth(scheme)?),
        None => colour(value),
    };
    pairs.filter_map(|(name, value)| Some((name.to_owned(), one(value)?))).collect()
}

fn after<'a>(css: &'a str, start: &str) -> &'a str {
    let at = css.find(start).unwrap_or_else(|| panic!("no {start}"));
    &css[at + start.len()..]
}

fn light(colour: [f64; 3]) -> f64 {
    let linear = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
    0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (light(a) + 0.05, light(b) + 0.05);
    a.max(b) / a.min(b)
}

fn mixed(share: f64, a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|n| a[n] * share + b[n] * (1.0 - share))
}

/// Checks one scheme with one accent.
fn check(name: &str, colours: &Colours) {
    let get = |key: &str| colours[key];
    let soft = mixed(0.09, get("accent"), get("surface"));
    let pressed = mixed(0.86, get("accent"), get("text"));
    let grounds = [("bg", get("bg")), ("surface", get("surface")), ("soft", soft)];
    for (ground, below) in grounds {
        for text in ["text", "muted", "accent", "good", "warn", "bad", "info"] {
            let ratio = contrast(get(text), below);
            assert!(ratio >= 4.5, "{name}: {text} on {ground} is {ratio:.2} : 1");
        }
        let ratio = contrast(get("edge"), below);
        assert!(ratio >= 3.0, "{name}: edge on {ground} is {ratio:.2} : 1");
    }
    for (what, ratio) in [
        ("a primary button", contrast(get("on-accent"), get("accent"))),
        ("a primary button under the pointer", contrast(get("on-accent"), pressed)),
        ("the banner", contrast(get("surface"), get("warn"))),
    ] {
        assert!(ratio >= 4.5, "{name}: {what} is {ratio:.2} : 1");
    }
}

#[test]
fn every_pair_can_be_read() {
    let css = ui::STYLE;
    let root = after(css, ":root {");
    assert_ne!(block(root, 0)["bg"], block(root, 1)["bg"]);
    for (scheme, name) in ["light", "dark"].into_iter().enumerate() {
        let colours = block(root, scheme);
        check(name, &colours);
        for accent in ["blue", "green", "teal", "purple", "pink", "red", "orange", "brown", "grey"]
        {
            let own = block(after(css, &format!("[data-accent=\"{accent}\"] {{")), scheme);
            let mut colours = colours.clone();
            colours.insert("accent".into(), own["accent"]);
            check(&format!("{name} {accent}"), &colours);
        }
    }
}
