//! Apps over the API: list, create, draft, check, publish, fork, settings, grants.

use super::answer::{Answer, Trouble};
use super::{Asker, Shared, answering};
use axum::Json;
use axum::extract::{Path, Query, State};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use group::{Allowing, Wanted, person};
use model::{App, AppAddress, Files, Grant, GrantId, Name, Problem, Release};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

type Place = Path<(String, String)>;

/// The address in a path.
pub(super) fn address((owner, app): (String, String)) -> Result<AppAddress, Problem> {
    AppAddress::parse(&format!("{owner}/{app}"))
}

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

fn release_json(app: &App, release: &Release) -> Value {
    json!({
        "address": format!("@{}/{}", app.owner_handle, app.name),
        "release": release.number,
        "id": release.id,
        "note": release.note,
    })
}

fn grant_json(grant: &Grant) -> Value {
    json!({
        "id": grant.id, "verb": grant.verb, "object": grant.object, "setting": grant.setting,
        "given": grant.given, "last_use": grant.last_use, "methods": grant.limits.methods,
        "has_token": grant.sealed_secret.is_some(),
    })
}

pub(super) async fn me(State(group): State<Shared>, asker: Asker) -> Result<Answer, Trouble> {
    let account = asker.reader()?.clone();
    answering(move || {
        let usage = group.usage(&account)?;
        let bar = |bar: group::usage::Bar| json!({ "used": bar.used, "max": bar.max });
        Ok(json!({
            "handle": format!("@{}", account.handle), "level": account.level,
            "gas": bar(usage.gas), "runs": bar(usage.runs), "requests": bar(usage.requests),
            "storage": bar(usage.storage), "apps": bar(usage.apps),
        }))
    })
    .await
}

pub(super) async fn list(
    State(group): State<Shared>,
    asker: Asker,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Answer, Trouble> {
    answering(move || {
        let search = query.get("search").cloned().unwrap_or_default();
        let apps = match (query.contains_key("mine"), &asker.account) {
            (true, Some((account, _))) => group.apps_of(account)?,
            _ => group.directory(asker.person().as_ref(), &search)?,
        };
        Ok(json!({ "apps": apps.iter().map(app_json).collect::<Vec<_>>() }))
    })
    .await
}

/// Files by path, base64.
#[derive(Deserialize)]
pub(super) struct Sent {
    name: Option<String>,
    files: BTreeMap<String, String>,
}

impl Sent {
    fn files(&self) -> Result<Files, Problem> {
        let decode = |(path, text): (&String, &String)| match STANDARD.decode(text) {
            Ok(bytes) => Ok((path.clone(), bytes)),
            Err(_) => Err(Problem::invalid(format!("The content of {path} is not base64."))),
        };
        Files::new(self.files.iter().map(decode).collect::<Result<_, _>>()?)
    }
}

pub(super) async fn create(
    State(group): State<Shared>,
    asker: Asker,
    Json(sent): Json<Sent>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let name = Name::parse(sent.name.as_deref().unwrap_or_default())?;
        Ok(app_json(&group.create_app(&account, name, &sent.files()?)?))
    })
    .await
}

pub(super) async fn show(
    State(group): State<Shared>,
    asker: Asker,
    Path(at): Place,
) -> Result<Answer, Trouble> {
    answering(move || Ok(app_json(&group.app_at(&address(at)?, asker.person().as_ref())?))).await
}

pub(super) async fn delete(
    State(group): State<Shared>,
    asker: Asker,
    Path(at): Place,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = group.app_at(&address(at)?, Some(&person(&account)))?;
        group.delete_app(&account, &app)?;
        Ok(json!({ "deleted": true }))
    })
    .await
}

pub(super) async fn files(
    State(group): State<Shared>,
    asker: Asker,
    Path(at): Place,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Answer, Trouble> {
    answering(move || {
        let person = asker.person();
        let app = group.app_at(&address(at)?, person.as_ref())?;
        let is_owner = person.is_some_and(|person| person.id == app.owner);
        let hashes = match &app.release {
            Some(id) if !(is_owner && query.contains_key("draft")) => {
                group.release(&app, id)?.files
            }
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

pub(super) async fn save(
    State(group): State<Shared>,
    asker: Asker,
    Path(at): Place,
    Json(sent): Json<Sent>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = group.app_at(&address(at)?, Some(&person(&account)))?;
        Ok(app_json(&group.save_draft(&account, &app, &sent.files()?, None)?))
    })
    .await
}

pub(super) async fn check(
    State(group): State<Shared>,
    asker: Asker,
    Path(at): Place,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = group.app_at(&address(at)?, Some(&person(&account)))?;
        let checked = group.check_app(&app)?;
        Ok(json!({ "errors": checked.errors, "handlers": checked.handlers, "settings": checked.settings }))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct Note {
    #[serde(default)]
    note: String,
}

pub(super) async fn publish(
    State(group): State<Shared>,
    asker: Asker,
    Path(at): Place,
    Json(note): Json<Note>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = group.app_at(&address(at)?, Some(&person(&account)))?;
        let release = group.publish(&account, &app, &note.note)?;
        Ok(release_json(&app, &release))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct Named {
    name: String,
}

pub(super) async fn fork(
    State(group): State<Shared>,
    asker: Asker,
    Path(at): Place,
    Json(named): Json<Named>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = group.app_at(&address(at)?, Some(&person(&account)))?;
        Ok(app_json(&group.fork(&account, &app, Name::parse(&named.name)?)?))
    })
    .await
}

pub(super) async fn settings(
    State(group): State<Shared>,
    asker: Asker,
    Path(at): Place,
    Json(values): Json<BTreeMap<String, String>>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = group.app_at(&address(at)?, Some(&person(&account)))?;
        let app = group.change_settings(&account, &app, &values)?;
        Ok(json!({ "settings": app.settings, "declared": app.settings_declared }))
    })
    .await
}

pub(super) async fn grants(
    State(group): State<Shared>,
    asker: Asker,
    Path(at): Place,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = group.app_at(&address(at)?, Some(&person(&account)))?;
        if app.owner != account.id {
            return Err(Problem::not_found("Only its owner sees the grants of an app."));
        }
        let wanted = |wanted: &Wanted| {
            json!({
                "verb": wanted.want.verb, "object": wanted.object, "setting": wanted.setting,
                "why": wanted.want.why, "granted": wanted.granted.is_some(), "not_yet": wanted.not_yet,
            })
        };
        let grants = group.grants(&app)?;
        Ok(json!({
            "grants": grants.iter().map(grant_json).collect::<Vec<_>>(),
            "wants": group.wants(&app)?.iter().map(wanted).collect::<Vec<_>>(),
        }))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct Allow {
    verb: String,
    object: String,
    setting: Option<String>,
    #[serde(default)]
    methods: Vec<String>,
    token: Option<String>,
}

pub(super) async fn allow(
    State(group): State<Shared>,
    asker: Asker,
    Path(at): Place,
    Json(asked): Json<Allow>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = group.app_at(&address(at)?, Some(&person(&account)))?;
        let Allow { verb, object, setting, methods, token } = asked;
        let token = token.map(Zeroizing::new);
        let allowing = Allowing { verb, object, setting, purpose: String::new(), methods, token };
        Ok(grant_json(&group.allow(&account, &app, allowing)?))
    })
    .await
}

pub(super) async fn take_back(
    State(group): State<Shared>,
    asker: Asker,
    Path((owner, app, id)): Path<(String, String, String)>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = group.app_at(&address((owner, app))?, Some(&person(&account)))?;
        let id =
            GrantId::parse(&id).ok_or_else(|| Problem::not_found("There is no such grant."))?;
        group.take_back(&account, &app, id)?;
        Ok(json!({ "taken_back": true }))
    })
    .await
}
