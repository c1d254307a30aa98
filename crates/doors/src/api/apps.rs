//! Apps over the API: list, create, draft, check, publish, fork, settings.

use super::Shared;
use super::answer::{Answer, Trouble};
use super::asker::{Asker, answering};
use super::request::{Asked, At, Sent, SentFiles};
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::{App, Files, Name, Problem, Release};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// An app as the API shows it.
pub(super) fn app_json(app: &App) -> Value {
    json!({
        "address": format!("@{}/{}", app.owner_handle, app.name),
        "title": app.manifest.title,
        "summary": app.manifest.summary,
        "share": app.manifest.share,
        "release": app.release_number,
        "draft_revision": app.draft_revision,
        "fork_of": app.fork_of.as_ref().map(|fork| fork.address.clone()),
        "forks": app.forks,
        "stopped": app.stopped,
    })
}

pub(super) fn release_json(app: &App, release: &Release) -> Value {
    json!({
        "address": format!("@{}/{}", app.owner_handle, app.name),
        "release": release.number,
        "id": release.id,
        "note": release.note,
    })
}

fn settings_json(app: &App) -> Value {
    json!({ "settings": app.settings, "declared": app.settings_declared })
}

pub(super) async fn me(State(group): State<Shared>, asker: Asker) -> Result<Answer, Trouble> {
    let account = asker.reader()?.clone();
    answering(move || {
        let usage = group.usage(&account)?;
        let bar = |bar: group::usage::Bar| json!({ "used": bar.used, "max": bar.max });
        Ok(json!({
            "handle": format!("@{}", account.handle), "name": account.name,
            "level": account.level.word(), "group": group.config.host, "frozen": account.frozen,
            "gas": bar(usage.gas), "runs": bar(usage.runs), "requests": bar(usage.requests),
            "storage": bar(usage.storage), "apps": bar(usage.apps), "wakes": usage.wakes,
        }))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Search {
    #[serde(default)]
    search: String,
    #[serde(default)]
    mine: bool,
}

pub(super) async fn list(
    State(group): State<Shared>,
    asker: Asker,
    Asked(asked): Asked<Search>,
) -> Result<Answer, Trouble> {
    answering(move || {
        let apps = match asked.mine {
            true => group.apps_of(asker.reader()?)?,
            false => group.directory(asker.person().as_ref(), &asked.search)?,
        };
        Ok(json!({ "apps": apps.iter().map(app_json).collect::<Vec<_>>() }))
    })
    .await
}

/// Files by path, base64.
#[derive(Deserialize)]
#[serde(transparent)]
struct Content(BTreeMap<String, String>);

impl Content {
    fn files(&self) -> Result<Files, Problem> {
        let decode = |(path, text): (&String, &String)| match STANDARD.decode(text) {
            Ok(bytes) => Ok((path.clone(), bytes)),
            Err(_) => Err(Problem::invalid(format!("The content of {path} is not base64."))),
        };
        Files::new(self.0.iter().map(decode).collect::<Result<_, _>>()?)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewApp {
    name: String,
    files: Content,
}

pub(super) async fn create(
    State(group): State<Shared>,
    asker: Asker,
    Sent(sent): SentFiles<NewApp>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let name = Name::parse(&sent.name)?;
        Ok(app_json(&group.create_app(&account, name, &sent.files.files()?)?))
    })
    .await
}

pub(super) async fn show(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
) -> Result<Answer, Trouble> {
    answering(move || Ok(app_json(&asker.app(&group, &at)?))).await
}

pub(super) async fn delete(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        group.delete_app(&account, &asker.app(&group, &at)?)?;
        Ok(json!({ "deleted": true }))
    })
    .await
}

/// Whether the draft is asked for: only its owner has one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfDraft {
    #[serde(default)]
    draft: bool,
}

pub(super) async fn files(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
    Asked(asked): Asked<OfDraft>,
) -> Result<Answer, Trouble> {
    answering(move || {
        let app = asker.app(&group, &at)?;
        let is_owner = asker.person().is_some_and(|person| person.id == app.owner);
        let hashes = match &app.release {
            Some(id) if !(is_owner && asked.draft) => group.release(&app, id)?.files,
            _ => app.draft.clone(),
        };
        let files: BTreeMap<String, String> = group
            .files(&hashes)?
            .iter()
            .map(|(path, bytes)| (path.to_owned(), STANDARD.encode(bytes)))
            .collect();
        Ok(json!({ "files": files }))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Draft {
    files: Content,
    /// The revision the files come from; whoever gives none overwrites.
    revision: Option<u64>,
}

pub(super) async fn save(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
    Sent(sent): SentFiles<Draft>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = asker.app(&group, &at)?;
        Ok(app_json(&group.save_draft(&account, &app, &sent.files.files()?, sent.revision)?))
    })
    .await
}

pub(super) async fn check(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
) -> Result<Answer, Trouble> {
    asker.writer()?;
    answering(move || {
        let checked = group.check_app(&asker.own_app(&group, &at)?)?;
        Ok(json!({ "errors": checked.errors, "handlers": checked.handlers, "settings": checked.settings }))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Note {
    #[serde(default)]
    note: String,
}

pub(super) async fn publish(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
    Sent(note): Sent<Note>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = asker.app(&group, &at)?;
        let release = group.publish(&account, &app, &note.note)?;
        Ok(release_json(&app, &release))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    name: String,
}

pub(super) async fn fork(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
    Sent(named): Sent<Named>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = asker.app(&group, &at)?;
        Ok(app_json(&group.fork(&account, &app, Name::parse(&named.name)?)?))
    })
    .await
}

pub(super) async fn settings(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
) -> Result<Answer, Trouble> {
    answering(move || Ok(settings_json(&asker.own_app(&group, &at)?))).await
}

pub(super) async fn change_settings(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
    Sent(values): Sent<BTreeMap<String, String>>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = asker.own_app(&group, &at)?;
        let known = |name: &&String| !app.settings_declared.iter().any(|it| it.name == **name);
        if let Some(unknown) = values.keys().find(known) {
            let names: Vec<&str> =
                app.settings_declared.iter().map(|setting| setting.name.as_str()).collect();
            return Err(Problem::invalid(format!(
                "This app has no setting “{unknown}”. There are: {}.",
                if names.is_empty() { "none".to_owned() } else { names.join(", ") }
            )));
        }
        Ok(settings_json(&group.change_settings(&account, &app, &values)?))
    })
    .await
}
