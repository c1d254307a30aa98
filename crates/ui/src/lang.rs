//! The languages of the group's own words: one Fluent file each in `locales/`. Whatever a language
//! does not have is said in English, and no text of a person or an app goes through here.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

/// A language that all of the group's words are in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    #[default]
    English,
    German,
}

/// Every language, with its tag (BCP 47) and its words.
const ALL: [(Lang, &str, &str); 2] = [
    (Lang::English, "en", include_str!("../locales/en.ftl")),
    (Lang::German, "de", include_str!("../locales/de.ftl")),
];

static BUNDLES: LazyLock<Vec<FluentBundle<FluentResource>>> =
    LazyLock::new(|| ALL.iter().map(|(_, tag, words)| bundle(tag, words)).collect());

fn bundle(tag: &str, words: &str) -> FluentBundle<FluentResource> {
    let locale: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Names keep to their own direction by `dir` on the page; signs around them would be read out.
    bundle.set_use_isolating(false);
    // A file with a mistake has its other words; a test sees to it that there is none.
    let resource = FluentResource::try_new(words.to_owned()).unwrap_or_else(|(rest, _)| rest);
    let _ = bundle.add_resource(resource);
    bundle
}

impl Lang {
    /// The first language of a list that there is here: tags with commas between, the best one first,
    /// as an account or `Accept-Language` has them (RFC 9110, §12.5.4; browsers sort them).
    #[must_use]
    pub fn of(tags: &str) -> Lang {
        let main =
            |tag: &str| tag.trim().split(['-', '_', ';']).next().unwrap_or("").to_ascii_lowercase();
        tags.split(',')
            .find_map(|tag| ALL.iter().find(|(_, it, _)| *it == main(tag)))
            .map_or(Lang::English, |(lang, ..)| *lang)
    }

    /// The tag, as `lang` of a page.
    #[must_use]
    pub fn tag(self) -> &'static str {
        ALL[self as usize].1
    }

    /// The words of a key.
    #[must_use]
    pub fn say(self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// The words of a key, with what stands in them.
    #[must_use]
    pub fn say_with(self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        let values: FluentArgs = values.iter().cloned().collect();
        [self, Lang::English]
            .into_iter()
            .find_map(|lang| {
                let bundle = BUNDLES.get(lang as usize)?;
                let pattern = bundle.get_message(key)?.value()?;
                Some(bundle.format_pattern(pattern, Some(&values), &mut Vec::new()).into_owned())
            })
            .unwrap_or_else(|| key.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The keys of a language, with the values each of them takes.
    fn keys(words: &str) -> BTreeSet<(String, BTreeSet<String>)> {
        let mut keys: Vec<(String, BTreeSet<String>)> = Vec::new();
        for line in words.lines().filter(|line| !line.starts_with('#')) {
            let begins = line.starts_with(|c: char| c.is_ascii_lowercase());
            if let Some((key, _)) = line.split_once(" = ").filter(|_| begins) {
                keys.push((key.to_owned(), BTreeSet::new()));
            }
            let values = line.split('$').skip(1).map(|rest| {
                rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>()
            });
            if let Some((_, of)) = keys.last_mut() {
                of.extend(values);
            }
        }
        keys.into_iter().collect()
    }

    #[test]
    fn every_language_has_the_same_keys_and_no_mistake() {
        for (lang, tag, words) in ALL {
            assert!(FluentResource::try_new(words.to_owned()).is_ok(), "{tag} has a mistake");
            assert_eq!(keys(words), keys(ALL[0].2), "{tag}");
            assert_eq!(Lang::of(tag), lang);
            assert_eq!(lang.tag(), tag);
        }
    }

    #[test]
    fn languages_are_found_in_lists() {
        for (tags, lang) in [
            ("de-AT,en;q=0.5", Lang::German),
            ("fr, de;q=0.8, en;q=0.1", Lang::German),
            ("DE_ch", Lang::German),
            ("fr", Lang::English),
            ("", Lang::English),
            ("deu;q=1", Lang::English),
        ] {
            assert_eq!(Lang::of(tags), lang, "{tags}");
        }
    }

    #[test]
    fn numbers_choose_their_words() {
        for (lang, count, expect) in [
            (Lang::English, 1, "… one more line"),
            (Lang::English, 11, "… 11 more lines"),
            (Lang::German, 1, "… noch eine Zeile"),
            (Lang::German, 3, "… noch 3 Zeilen"),
        ] {
            assert_eq!(lang.say_with("more-lines", &[("count", count.into())]), expect);
        }
        assert_eq!(Lang::German.say("no-such-key"), "no-such-key");
    }
}
