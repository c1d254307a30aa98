//! The values of an app's settings as the script reads them.

use model::setting::Setting;
use model::{App, Value};
use std::collections::BTreeMap;

/// All declared settings with what a person chose, or their defaults.
pub(crate) fn of(app: &App) -> BTreeMap<String, Value> {
    app.settings_declared
        .iter()
        .map(|setting| (setting.name.clone(), value(setting, current(app, setting))))
        .collect()
}

/// The text of a setting as it is now.
pub(crate) fn current<'a>(app: &'a App, setting: &'a Setting) -> &'a str {
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
