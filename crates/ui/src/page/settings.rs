//! The settings of an app, as its script declares them. Saving an address that the app wants to
//! reach asks for the grant in the same form.
//!
//! `GET /@o/a/settings`; `POST /@o/a/settings` with `set.NAME` for each setting, `allow.NAME` (on) and
//! `token.NAME` where a grant goes with it. `POST /@o/a/secrets` with `name`, `host`, `value`.

use super::app_bar::{AppBar, Tab};
use super::field::{Field, check, some};
use super::grants::{permission, token_field, token_steps};
use crate::frame::Chrome;
use maud::{Markup, html};
use model::setting::Setting;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub bar: AppBar,
    pub settings: Vec<SettingField>,
    /// Name and host of each secret; the values are never shown.
    pub secrets: Vec<(String, String)>,
    pub secret_error: Option<String>,
}

/// One setting with its value.
#[derive(Clone, Debug)]
pub struct SettingField {
    pub setting: Setting,
    /// What holds now, or what was typed.
    pub value: String,
    pub error: Option<String>,
    /// What the app wants to do with the address that is typed here.
    pub wants: Option<SettingWant>,
}

/// A want that a setting names the address of.
#[derive(Clone, Debug, Default)]
pub struct SettingWant {
    pub verb: String,
    pub why: String,
    /// Whether the value that holds now is granted.
    pub granted: bool,
    /// What was ticked when the form comes back; `None` at first.
    pub ticked: Option<bool>,
    /// Why it cannot be granted yet, with the way to get it.
    pub not_yet: Option<String>,
}

impl Settings {
    /// Draws the page.
    #[must_use]
    pub fn draw(&self, chrome: &Chrome) -> Markup {
        let body = html! {
            h1 { "Settings of " (self.bar.called()) }
            @if self.settings.is_empty() {
                div.empty {
                    p { strong { "This app has no settings." } }
                    p { "An app that wants some declares them: " code { "settings{ title = { \"Title\", default = \"Tools\" } }" } }
                }
            } @else {
                form.fields method="post" action=(format!("{}/settings", self.bar.path())) {
                    (self.summary())
                    @for field in &self.settings { (self.field(field)) }
                    button.btn.primary { "Save settings" }
                }
            }
            (self.secrets())
            p.ways {
                a href=(format!("{}/export", self.bar.path())) { "Export the app as one file" }
                a href=(format!("{}/delete", self.bar.path())) { "Delete the app" }
            }
        };
        self.bar.page(chrome, Tab::Settings, "Settings", body)
    }

    fn summary(&self) -> Markup {
        let wrong: Vec<&SettingField> =
            self.settings.iter().filter(|field| field.error.is_some()).collect();
        html! {
            @if !wrong.is_empty() {
                div.errors role="alert" tabindex="-1" {
                    p { strong { "Please check:" } }
                    ul { @for field in wrong {
                        li { a href=(format!("#set-{}", field.setting.name)) { (field.setting.label) } ": " (field.error.as_deref().unwrap_or("")) }
                    } }
                }
            }
        }
    }

    fn field(&self, field: &SettingField) -> Markup {
        html! { (control(field)) @if let Some(want) = &field.wants { (self.want(field, want)) } }
    }

    /// The grant that goes with an address.
    fn want(&self, field: &SettingField, want: &SettingWant) -> Markup {
        let name = &field.setting.name;
        let (id, key) = (format!("allow-{name}"), format!("allow.{name}"));
        let label = permission(self.bar.called(), &want.verb);
        // Typing an address to read from says what is meant; a push is asked for on its own.
        let ticked = want.ticked.unwrap_or(!want.granted && want.verb != "git.write");
        html! {
            div.asks {
                @if !want.why.is_empty() { p dir="auto" { (want.why) } }
                @if want.granted {
                    p {
                        span.sign.ok aria-hidden="true" { "✔" } "You granted this. "
                        a href=(format!("{}/grants", self.bar.path())) { "Look at the grants" }
                    }
                }
                @if let Some(not_yet) = &want.not_yet {
                    p.needs { span.sign aria-hidden="true" { "!" } (not_yet) }
                } @else {
                    (check(&id, &key, ticked, &label, if want.granted { "Only needed again for another address." } else { "" }))
                    @if want.verb.starts_with("git.") {
                        (token_field(&format!("token-{name}"), &format!("token.{name}"), &want.verb, false, want.granted))
                        (token_steps())
                    }
                }
            }
        }
    }

    fn secrets(&self) -> Markup {
        let name = Field {
            name: "name",
            label: "Name",
            hint: "The script asks for it by this name.",
            required: true,
            autocomplete: "off",
            pattern: "[a-z0-9][a-z0-9-]*",
            error: self.secret_error.as_deref(),
            ..Field::default()
        };
        let host = Field {
            name: "host",
            label: "Host that may get it",
            hint: "Like api.example.org. No other host ever does.",
            required: true,
            autocomplete: "off",
            ..Field::default()
        };
        let value = Field {
            name: "value",
            label: "Secret",
            kind: "password",
            hint: "It is kept sealed; the script only sees a placeholder.",
            required: true,
            autocomplete: "off",
            ..Field::default()
        };
        html! {
            section aria-labelledby="secrets" {
                h2 #secrets { "Secrets" }
                @if self.secrets.is_empty() { p { "None. A secret is a key or password that goes out with requests to one host." } } @else {
                    dl.facts { @for (name, host) in &self.secrets { div { dt { (name) } dd { "goes to " (host) } } } }
                }
                details open[self.secret_error.is_some()] {
                    summary { "Set a secret" }
                    form.fields method="post" action=(format!("{}/secrets", self.bar.path())) {
                        (name.draw("secret-name")) (host.draw("secret-host")) (value.draw("secret-value"))
                        button.btn { "Keep it" }
                    }
                }
            }
        }
    }
}

/// The control of a setting, by its kind.
fn control(field: &SettingField) -> Markup {
    let setting = &field.setting;
    let id = format!("set-{}", setting.name);
    let name = format!("set.{}", setting.name);
    let hint = match (setting.hint.is_empty(), &field.wants) {
        (false, _) => &setting.hint,
        (true, Some(_)) => "",
        (true, None) => &setting.why,
    };
    match setting.kind.as_str() {
        "check" => {
            check(&id, &name, matches!(field.value.as_str(), "true" | "on"), &setting.label, hint)
        }
        "select" => html! {
            div.field {
                label for=(id) { (setting.label) }
                @if let Some(hint) = some(hint) { p.hint id=(format!("{id}-hint")) { (hint) } }
                select id=(id) name=(name) aria-describedby=[some(hint).map(|_| format!("{id}-hint"))] {
                    @for option in &setting.options { option value=(option) selected[*option == field.value] { (option) } }
                }
                @if let Some(error) = &field.error { p.error { (error) } }
            }
        },
        kind => Field {
            name: &name,
            label: &setting.label,
            kind: input_kind(kind),
            value: &field.value,
            hint,
            error: field.error.as_deref(),
            plain: true,
            min: setting.min,
            max: setting.max,
            ..Field::default()
        }
        .draw(&id),
    }
}

/// The type of `<input>` for a kind of setting.
fn input_kind(kind: &str) -> &'static str {
    match kind {
        "multiline" => "multiline",
        "number" => "number",
        "url" | "git" => "url",
        "email" => "email",
        "date" => "date",
        "time" => "time",
        _ => "text",
    }
}
