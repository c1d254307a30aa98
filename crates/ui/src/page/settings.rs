//! The settings of an app, as its script declares them. Saving an address that the app wants to
//! reach asks for the grant in the same form.
//!
//! `GET /@o/a/settings`; `POST /@o/a/settings` with `set.NAME` for each setting, `allow.NAME` (on) and
//! `token.NAME` where a grant goes with it. `POST /@o/a/secrets` with `name`, `host`, `value`, or with
//! `name` and `forget`.

use super::app_bar::{AppBar, Tab};
use super::field::{Field, ask_first, check, some};
use super::grants::{Token, permission, token_steps};
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
    /// The form for a secret when it comes back; the secret itself is never written into it.
    pub secret: SecretForm,
}

/// What was typed for a secret, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct SecretForm {
    pub name: String,
    pub name_error: Option<String>,
    pub host: String,
    pub host_error: Option<String>,
    pub value_error: Option<String>,
}

impl SecretForm {
    /// Whether something is wrong.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.name_error.is_some() || self.host_error.is_some() || self.value_error.is_some()
    }
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
    /// What is wrong with the token that was typed, or not typed.
    pub token_error: Option<String>,
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

    /// What is wrong, with a way to each field.
    fn summary(&self) -> Markup {
        let mut wrong: Vec<(String, &str, &str)> = Vec::new();
        for field in &self.settings {
            let (name, label) = (&field.setting.name, field.setting.label.as_str());
            let token = field.wants.as_ref().and_then(|want| want.token_error.as_deref());
            wrong
                .extend(field.error.as_deref().map(|error| (format!("#set-{name}"), label, error)));
            wrong.extend(token.map(|error| (format!("#token-{name}"), label, error)));
        }
        html! {
            @if !wrong.is_empty() {
                div.errors role="alert" tabindex="-1" {
                    p { strong { "Please check:" } }
                    ul { @for (to, label, error) in wrong { li { a href=(to) { (label) } ": " (error) } } }
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
        let (label, hint) = match want.granted {
            true => ("Allow a new address, too".to_owned(), "Only needed if you change it above."),
            false => (permission(self.bar.called(), &want.verb), ""),
        };
        // Typing an address to read from says what is meant; a push is asked for on its own.
        let ticked = want.ticked.unwrap_or(!want.granted && want.verb != "git.write");
        html! {
            div.asks {
                @if !want.why.is_empty() { p dir="auto" { (want.why) } }
                @if want.granted {
                    p {
                        span.sign.ok aria-hidden="true" { "✔" } "You allowed this. "
                        a href=(format!("{}/grants", self.bar.path())) { "Look at the grants" }
                    }
                }
                @if let Some(not_yet) = &want.not_yet {
                    p.needs { span.sign aria-hidden="true" { "!" } (not_yet) }
                } @else {
                    (check(&id, &key, ticked, &label, hint))
                    @if want.verb.starts_with("git.") {
                        (Token { verb: &want.verb, kept: want.granted, error: want.token_error.as_deref(), ..Token::default() }.draw(&format!("token-{name}"), &format!("token.{name}")))
                        (token_steps())
                    }
                }
            }
        }
    }

    fn secrets(&self) -> Markup {
        html! {
            section aria-labelledby="secrets" {
                h2 #secrets { "Secrets" }
                @if self.secrets.is_empty() { p { "None. A secret is a key or password that goes out with requests to one host." } } @else {
                    ul.rows {
                        @for (name, host) in &self.secrets {
                            li { div { strong { (name) } p.quiet-text { "goes to " (host) " alone" } } (self.forget(name)) }
                        }
                    }
                }
                details open[self.secret.is_wrong()] {
                    summary { "Set a secret" }
                    (self.secret_form())
                }
            }
        }
    }

    fn forget(&self, name: &str) -> Markup {
        let question = format!("Forget {name}? Requests that use it will stop and say so.");
        let hidden = [("name", name), ("forget", "on")];
        ask_first(&question, &format!("{}/secrets", self.bar.path()), &hidden, "Forget")
    }

    fn secret_form(&self) -> Markup {
        let form = &self.secret;
        let name = Field {
            name: "name",
            label: "Name",
            value: &form.name,
            hint: "The script asks for it by this name. A new secret takes the place of an old one of the same name.",
            error: form.name_error.as_deref(),
            required: true,
            autocomplete: "off",
            pattern: "[a-z0-9][a-z0-9\\-]*",
            ..Field::default()
        };
        let host = Field {
            name: "host",
            label: "Host that may get it",
            value: &form.host,
            hint: "Like api.example.org. No other host ever does.",
            error: form.host_error.as_deref(),
            required: true,
            autocomplete: "off",
            ..Field::default()
        };
        let value = Field {
            name: "value",
            label: "Secret",
            kind: "password",
            hint: "It is kept sealed; the script only sees a placeholder.",
            error: form.value_error.as_deref(),
            required: true,
            autocomplete: "off",
            ..Field::default()
        };
        html! {
            form.fields method="post" action=(format!("{}/secrets", self.bar.path())) {
                (name.draw("secret-name")) (host.draw("secret-host")) (value.draw("secret-value"))
                button.btn { "Keep it" }
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
