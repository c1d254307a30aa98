//! How a reader wants pages to look: colours, contrast, size, motion, letters. It is theirs alone and
//! wins over the group's theme and over any app; nothing but these words is ever kept of it.

use std::collections::BTreeMap;

/// One thing to choose, with its words; the first one is chosen where nothing was said.
pub struct Choice {
    pub name: &'static str,
    pub label: &'static str,
    /// The word that is kept, and what the page calls it.
    pub options: &'static [(&'static str, &'static str)],
}

/// All there is to choose.
pub static CHOICES: &[Choice] = &[
    Choice {
        name: "theme",
        label: "Colours",
        options: &[("device", "As my device has them"), ("light", "Light"), ("dark", "Dark")],
    },
    Choice {
        name: "contrast",
        label: "Contrast",
        options: &[
            ("device", "As my device has it"),
            ("more", "High: black, white and clear edges"),
        ],
    },
    Choice {
        name: "text",
        label: "Size of the text",
        options: &[("normal", "Normal"), ("large", "Large"), ("larger", "Larger")],
    },
    Choice {
        name: "motion",
        label: "Motion",
        options: &[("device", "As my device has it"), ("less", "None: nothing fades or slides")],
    },
    Choice {
        name: "font",
        label: "Letters",
        options: &[
            ("group", "As the group has them"),
            ("easy", "Easier to tell apart, with more room"),
        ],
    },
];

/// What a reader chose; empty is everything as it comes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading(BTreeMap<&'static str, &'static str>);

impl Reading {
    /// Takes the words that `said` has for each name; what it does not know is as it comes.
    pub fn of<'a>(said: impl Fn(&str) -> Option<&'a str>) -> Reading {
        let chosen = CHOICES.iter().filter_map(|choice| {
            let word = said(choice.name)?;
            let (word, _) = choice.options.iter().skip(1).find(|(it, _)| *it == word)?;
            Some((choice.name, *word))
        });
        Reading(chosen.collect())
    }

    /// Reads what `words` wrote.
    #[must_use]
    pub fn read(words: &str) -> Reading {
        let said = |name: &str| {
            words.split('.').filter_map(|it| it.split_once('-')).find(|it| it.0 == name)
        };
        Reading::of(|name| said(name).map(|(_, word)| word))
    }

    /// As one word for a cookie, like `text-large.theme-dark`.
    #[must_use]
    pub fn words(&self) -> String {
        let words = self.0.iter().map(|(name, word)| format!("{name}-{word}"));
        words.collect::<Vec<_>>().join(".")
    }

    /// What was chosen, where that is not what comes by itself.
    #[must_use]
    pub fn chosen(&self, name: &str) -> Option<&'static str> {
        self.0.get(name).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_words_are_kept() {
        for (said, kept) in [
            ("theme-dark.text-large", "text-large.theme-dark"),
            ("theme-device", ""),
            ("theme-\"><script>.font-easy", "font-easy"),
            ("motion-less.motion-none.x-y.", "motion-less"),
            ("", ""),
        ] {
            let reading = Reading::read(said);
            assert_eq!(reading.words(), kept, "{said}");
            assert_eq!(Reading::read(&reading.words()), reading);
        }
    }
}
