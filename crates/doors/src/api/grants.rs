//! Grants over the API: what an app wants, what it may, allowing and taking back.

use super::Shared;
use super::answer::{Answer, Trouble};
use super::asker::{Asker, answering};
use super::request::{At, Sent};
use axum::extract::{Path, State};
use group::{Allowing, Wanted};
use model::{Grant, GrantId, Problem};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

fn grant_json(grant: &Grant) -> Value {
    json!({
        "id": grant.id, "verb": grant.verb, "object": grant.object, "setting": grant.setting,
        "given": grant.given, "last_use": grant.last_use, "methods": grant.limits.methods,
        "has_token": grant.sealed_secret.is_some(),
    })
}

fn want_json(wanted: &Wanted) -> Value {
    json!({
        "verb": wanted.want.verb, "object": wanted.object, "setting": wanted.setting,
        "why": wanted.want.why, "optional": wanted.want.optional,
        "granted": wanted.granted.is_some(), "without": wanted.without, "not_yet": wanted.not_yet,
    })
}

pub(super) async fn list(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
) -> Result<Answer, Trouble> {
    answering(move || {
        let app = asker.own_app(&group, &at)?;
        Ok(json!({
            "grants": group.grants(&app)?.iter().map(grant_json).collect::<Vec<_>>(),
            "wants": group.wants(&app)?.iter().map(want_json).collect::<Vec<_>>(),
        }))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
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
    At(at): At,
    Sent(asked): Sent<Allow>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = asker.app(&group, &at)?;
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
    At(at): At,
    Path(steps): Path<BTreeMap<String, String>>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = asker.app(&group, &at)?;
        let id = steps.get("id").and_then(|id| GrantId::parse(id));
        let id = id.ok_or_else(|| Problem::not_found("There is no such grant."))?;
        group.take_back(&account, &app, id)?;
        Ok(json!({ "taken_back": true }))
    })
    .await
}
