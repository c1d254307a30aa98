//! The values of an app's settings as the script reads them.

use crate::grants;
use jiff::civil;
use model::setting::Setting;
use model::{App, Value, limit};
use std::collections::BTreeMap;

/// All declared settings with what a person chose, or their defaults.
pub(crate) fn of(app: &App) -> BTreeMap<String, Value> {
    app.settings_declared
        .iter()
        .map(|setting| (setting.name.clone(), value(setting, current(app, setting))))
        .collect()
}

/// The text of a setting as it is now.
#[must_use]
pub fn current<'a>(app: &'a App, setting: &'a Setting) -> &'a str {
    app.settings.get(&setting.name).unwrap_or(&setting.default)
}

/// A setting's text as a value of its kind.
fn value(setting: &Setting, text: &str) -> Value {
    match setting.kind.as_str() {
        "number" => text
            .parse::<i64>()
            .map(Value::Int)
            .or_else(|_| text.parse::<f64>().map(Value::Float))
            .unwrap_or(Value::Nil),
        "check" => Value::Bool(matches!(text, "true" | "on" | "yes" | "1")),
        _ => Value::text(text),
    }
}

/// What is wrong with a text for a setting, and what to write instead. An empty one is an answer.
#[must_use]
pub fn fault(setting: &Setting, text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if text.len() > limit::SETTING_BYTES_MAX {
        return Some(format!(
            "This is too long: a setting has at most {} KiB.",
            limit::SETTING_BYTES_MAX / limit::KIB
        ));
    }
    let unless = |fine: bool, say: &str| (!fine).then(|| say.to_owned());
    match setting.kind.as_str() {
        "number" => number_fault(setting, text),
        "url" | "git" => grants::parse(text).err().map(|problem| problem.public),
        "email" => unless(is_mail(text), "Write a mail address like ana@oak.example."),
        "date" => unless(text.parse::<civil::Date>().is_ok(), "Write a date like 2026-11-24."),
        "time" => unless(text.parse::<civil::Time>().is_ok(), "Write a time like 07:30."),
        "select" => unless(
            setting.options.iter().any(|it| it == text),
            "Choose one of those that are listed.",
        ),
        _ => None,
    }
}

fn number_fault(setting: &Setting, text: &str) -> Option<String> {
    let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) else {
        return Some("Write a number, like 3 or 2.5.".into());
    };
    match (setting.min, setting.max) {
        (Some(min), _) if number < min => Some(format!("Write a number from {min} up.")),
        (_, Some(max)) if number > max => Some(format!("Write a number up to {max}.")),
        _ => None,
    }
}

/// Somebody at some place, without a space: only the place itself can say more.
fn is_mail(text: &str) -> bool {
    let parts = text.rsplit_once('@');
    parts.is_some_and(|(who, place)| !who.is_empty() && !place.is_empty())
        && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_do_not_fit_their_setting() {
        let long = "x".repeat(limit::SETTING_BYTES_MAX + 1);
        for (kind, text, fine) in [
            ("text", "anything", true),
            ("text", long.as_str(), false),
            ("number", "", true),
            ("number", "3", true),
            ("number", "2.5", true),
            ("number", "three", false),
            ("number", "0", false),
            ("number", "31", false),
            ("number", "inf", false),
            ("url", "https://blog.example/feed.xml", true),
            ("url", "blog.example", false),
            ("url", "ftp://blog.example/", false),
            ("git", "https://git.example/ana/copies", true),
            ("git", "https://ana:secret@git.example/ana/copies", false),
            ("git", "git@git.example:ana/copies", false),
            ("email", "ana@oak.example", true),
            ("email", "ana", false),
            ("email", "ana@ oak", false),
            ("date", "2026-11-24", true),
            ("date", "24.11.2026", false),
            ("time", "07:30", true),
            ("time", "half past seven", false),
            ("select", "large", true),
            ("select", "huge", false),
            ("check", "true", true),
        ] {
            let setting = Setting {
                name: "it".into(),
                label: "It".into(),
                kind: kind.into(),
                default: String::new(),
                options: vec!["small".into(), "large".into()],
                why: String::new(),
                hint: String::new(),
                min: Some(1.0),
                max: Some(30.0),
            };
            assert_eq!(fault(&setting, text).is_none(), fine, "{kind}: {text:.40}");
        }
    }
}
