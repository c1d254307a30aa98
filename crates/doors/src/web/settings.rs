//! The settings of an app, for its owner. One form says what the app shall use and what it may reach
//! there: the address that was typed and the permission for it are saved together.

use super::grants::NO_TOKEN;
use super::reply::Reply;
use super::visit::Visit;
use super::{bar, chrome};
use group::secrets::check_name;
use group::{Allowing, Wanted, setting_fault, setting_value};
use model::problem::Result;
use model::setting::Setting;
use model::{App, Kind};
use std::collections::BTreeMap;
use ui::Flash;
use ui::page::grants::reach_words;
use ui::page::settings::{SecretForm, SettingField, SettingWant, Settings};
use zeroize::Zeroizing;

/// `GET /@o/a/settings`.
pub(super) fn page(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let page = filled(visit, app, kept(visit, app)?, SecretForm::default())?;
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

/// The settings as they hold now.
fn kept(visit: &Visit, app: &App) -> Result<Vec<SettingField>> {
    let wants = visit.group().wants(app)?;
    let field = |setting: &Setting| SettingField {
        value: setting_value(app, setting).to_owned(),
        error: None,
        wants: want_of(&wants, setting).map(shown_want),
        setting: setting.clone(),
    };
    Ok(app.settings_declared.iter().map(field).collect())
}

fn filled(
    visit: &Visit,
    app: &App,
    settings: Vec<SettingField>,
    secret: SecretForm,
) -> Result<Settings> {
    let secrets = visit.group().secrets(app)?.into_iter();
    Ok(Settings {
        bar: bar::of(visit, app),
        settings,
        secrets: secrets.map(|secret| (secret.name, secret.host)).collect(),
        secret,
    })
}

/// What the app wants to do with the address that is typed into a setting.
fn want_of<'w>(wants: &'w [Wanted], setting: &Setting) -> Option<&'w Wanted> {
    wants.iter().find(|wanted| wanted.setting.as_ref() == Some(&setting.name))
}

fn shown_want(wanted: &Wanted) -> SettingWant {
    SettingWant {
        verb: wanted.want.verb.clone(),
        why: wanted.want.why.clone(),
        granted: wanted.granted.is_some(),
        ticked: None,
        token_error: None,
        not_yet: wanted.not_yet.clone(),
    }
}

/// `POST /@o/a/settings`.
pub(super) fn change(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let wants = visit.group().wants(app)?;
    let sent = Sent::read(visit);
    let declared = &app.settings_declared;
    let typed: Vec<Typed> =
        declared.iter().map(|setting| sent.typed(app, setting, want_of(&wants, setting))).collect();
    if typed.iter().any(Typed::is_wrong) {
        let fields = typed.into_iter().map(Typed::field).collect();
        let page = filled(visit, app, fields, SecretForm::default())?;
        return Ok(Reply::again(page.draw(&chrome::of(visit)?)));
    }
    let values =
        typed.iter().map(|typed| (typed.setting.name.clone(), typed.value.clone())).collect();
    let app = visit.group().change_settings(visit.account()?, app, &values)?;
    let mut said = vec!["Saved.".to_owned()];
    said.extend(allow(visit, &app, &typed)?);
    if app.release.is_none() {
        said.push("The next step is to run and publish it in the editor.".to_owned());
    }
    let to = format!("{}/settings", bar::path(&app));
    Ok(Reply::go(to).saying(visit, &Flash::good(said.join(" "))))
}

/// Gives the grants that were ticked, each for the address that holds now; says what the app may
/// do then, and what it still cannot.
fn allow(visit: &Visit, app: &App, typed: &[Typed]) -> Result<Vec<String>> {
    let mut said = Vec::new();
    let wants = visit.group().wants(app)?;
    for typed in typed {
        let Some(wanted) = want_of(&wants, typed.setting).filter(|it| !it.object.is_empty()) else {
            continue;
        };
        let verb = wanted.want.verb.as_str();
        // What is granted already stays as it is, with its token, unless there is a new one.
        let again = wanted.granted.is_none() || typed.token.is_some();
        if typed.allows && again {
            let allowing = Allowing {
                verb: verb.to_owned(),
                object: wanted.object.clone(),
                setting: wanted.setting.clone(),
                purpose: wanted.want.why.clone(),
                methods: Vec::new(),
                token: typed.token.clone(),
            };
            visit.group().allow(visit.account()?, app, allowing)?;
            said.push(format!("{} {}.", app.manifest.title, reach_words(verb, &wanted.object)));
        } else if wanted.granted.is_none() && wanted.not_yet.is_none() {
            let label = &typed.setting.label;
            said.push(format!("It cannot use “{label}” yet: tick the box below it to allow that."));
        }
    }
    Ok(said)
}

/// The form as it was sent, by the name of the setting.
struct Sent {
    set: BTreeMap<String, String>,
    allow: BTreeMap<String, String>,
    token: BTreeMap<String, String>,
}

impl Sent {
    fn read(visit: &Visit) -> Sent {
        let form = &visit.form;
        Sent { set: form.under("set."), allow: form.under("allow."), token: form.under("token.") }
    }

    fn typed<'a>(&self, app: &App, setting: &'a Setting, want: Option<&'a Wanted>) -> Typed<'a> {
        let name = &setting.name;
        let value = match (setting.kind.as_str(), self.set.get(name)) {
            // A box that is not ticked is not sent.
            ("check", sent) => sent.is_some().to_string(),
            (_, Some(text)) => text.trim().to_owned(),
            (_, None) => setting_value(app, setting).to_owned(),
        };
        let token = self.token.get(name).map(|it| it.trim()).filter(|it| !it.is_empty());
        let ticked = self.allow.contains_key(name);
        let granted = want.is_some_and(|it| it.granted.is_some());
        let kept = granted && value == setting_value(app, setting);
        let mut typed = Typed {
            error: setting_fault(setting, &value),
            token_error: None,
            // Whoever types a new token for what is granted already means it.
            allows: ticked || (kept && token.is_some()),
            token: token.map(|it| Zeroizing::new(it.to_owned())),
            setting,
            value,
            want,
            ticked,
            kept,
        };
        typed.check_grant();
        typed
    }
}

/// What was typed for one setting, and what was allowed for it.
struct Typed<'a> {
    setting: &'a Setting,
    value: String,
    error: Option<String>,
    want: Option<&'a Wanted>,
    ticked: bool,
    /// Granted already, for this very address.
    kept: bool,
    allows: bool,
    token: Option<Zeroizing<String>>,
    token_error: Option<String>,
}

impl Typed<'_> {
    /// Says why what was ticked cannot be granted so.
    fn check_grant(&mut self) {
        let Some(wanted) = self.want.filter(|_| self.allows && self.error.is_none()) else {
            return;
        };
        let pushes = wanted.want.verb == "git.write";
        if wanted.not_yet.is_some() {
            self.error.clone_from(&wanted.not_yet);
        } else if pushes && self.value.is_empty() {
            self.error = Some("Type the address of the repository, or do not tick the box.".into());
        } else if pushes && self.token.is_none() && !self.kept {
            self.token_error = Some(NO_TOKEN.to_owned());
        }
    }

    fn is_wrong(&self) -> bool {
        self.error.is_some() || self.token_error.is_some()
    }

    /// The field as it comes back.
    fn field(self) -> SettingField {
        let want = |want| SettingWant {
            granted: self.kept,
            ticked: Some(self.ticked),
            token_error: self.token_error,
            ..shown_want(want)
        };
        SettingField {
            setting: self.setting.clone(),
            value: self.value,
            error: self.error,
            wants: self.want.map(want),
        }
    }
}

/// `POST /@o/a/secrets`.
pub(super) fn set_secret(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let (group, account) = (visit.group(), visit.account()?);
    let form = &visit.form;
    let (name, host) = (form.get("name").trim(), form.get("host").trim());
    let to = format!("{}/settings", bar::path(app));
    if form.some("forget").is_some() {
        group.forget_secret(account, app, name)?;
        return Ok(Reply::go(to).saying(visit, &Flash::good(format!("{name} is forgotten."))));
    }
    let value = Zeroizing::new(form.get("value").to_owned());
    let mut secret = SecretForm {
        name: name.to_owned(),
        name_error: check_name(name).err().map(|problem| problem.public),
        host: host.to_owned(),
        value_error: value.is_empty().then(|| "Type the secret, or paste it.".to_owned()),
        ..SecretForm::default()
    };
    if !secret.is_wrong() {
        match group.set_secret(account, app, name, host, &value) {
            Ok(()) => {
                let host = host.to_ascii_lowercase();
                let said = format!("{name} is kept, and goes to {host} alone.");
                return Ok(Reply::go(to).saying(visit, &Flash::good(said)));
            }
            Err(problem) if problem.kind == Kind::Invalid => {
                secret.host_error = Some(problem.public)
            }
            Err(problem) => return Err(problem),
        }
    }
    let page = filled(visit, app, kept(visit, app)?, secret)?;
    Ok(Reply::again(page.draw(&chrome::of(visit)?)))
}
