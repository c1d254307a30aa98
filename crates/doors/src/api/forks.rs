//! Forks and their originals over the API: what differs, what is new, taking it, suggesting a change
//! back, and answering suggestions.

use super::Shared;
use super::answer::{Answer, Trouble};
use super::apps::{app_json, release_json};
use super::asker::{Asker, answering};
use super::request::{Asked, At, Sent};
use axum::extract::State;
use group::{ChangedKey, Group, Merge, Rehearsal, Settle, difference};
use model::{App, Became, Files, Problem, Suggestion};
use serde::Deserialize;
use serde_json::{Value, json};

/// Two states: numbers of releases, `draft`, or `original`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Between {
    from: Option<String>,
    to: Option<String>,
}

pub(super) async fn differing(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
    Asked(asked): Asked<Between>,
) -> Result<Answer, Trouble> {
    answering(move || {
        let app = asker.app(&group, &at)?;
        let mine = asker.person().is_some_and(|person| person.id == app.owner);
        let newest = app.release_number.to_string();
        let before = app.release_number.saturating_sub(1).to_string();
        // Without words: what the draft changes, or for others the last release.
        let (from, to) = if mine { (&newest, "draft") } else { (&before, newest.as_str()) };
        let from = asked.from.unwrap_or_else(|| from.clone());
        let to = asked.to.unwrap_or_else(|| to.to_owned());
        let old = state(&group, &asker, &app, &from)?;
        let text = difference(&old, &state(&group, &asker, &app, &to)?);
        Ok(json!({ "from": from, "to": to, "text": text }))
    })
    .await
}

/// The files of one state of an app.
fn state(group: &Group, asker: &Asker, app: &App, word: &str) -> Result<Files, Problem> {
    let mine = asker.person().is_some_and(|person| person.id == app.owner);
    match word {
        "draft" if mine => return group.files(&app.draft),
        "original" if mine => return Ok(group.known_of_original(asker.reader()?, app)?.1),
        _ => {}
    }
    let wanted = word.parse().ok();
    let mut releases = group.releases(app)?.into_iter();
    match releases.find(|release| Some(release.number) == wanted) {
        Some(release) => group.files(&release.files),
        None => Err(Problem::not_found(
            "There is no such state. Give the number of a release; of your own app also draft or original.",
        )),
    }
}

pub(super) async fn newer(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
) -> Result<Answer, Trouble> {
    answering(move || {
        let app = asker.own_app(&group, &at)?;
        let Some(offer) = group.offer(asker.reader()?, &app)? else {
            return Ok(json!({ "original": null, "from": null, "releases": [] }));
        };
        let releases: Vec<Value> = offer
            .releases
            .iter()
            .map(|it| json!({ "number": it.number, "id": it.id, "note": it.note, "at": it.at }))
            .collect();
        let original = format!("@{}/{}", offer.original.owner_handle, offer.original.name);
        Ok(json!({ "original": original, "from": offer.from, "releases": releases }))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Take {
    release: u64,
    how: Option<String>,
}

fn settled(how: Option<&str>) -> Result<Option<Settle>, Problem> {
    let read = |word| {
        Settle::parse(word).ok_or_else(|| {
            Problem::invalid("What becomes of files in conflict is mine, theirs or marks.")
        })
    };
    how.map(read).transpose()
}

fn merged_json(app: &App, merge: &Merge) -> Value {
    let conflicts: Vec<&str> = merge.conflicts.iter().map(|it| it.path.as_str()).collect();
    json!({ "app": app_json(app), "changed": merge.taken, "conflicts": conflicts })
}

pub(super) async fn take(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
    Sent(sent): Sent<Take>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = asker.app(&group, &at)?;
        let how = settled(sent.how.as_deref())?;
        let (app, merge) = group.take(&account, &app, sent.release, how)?;
        Ok(merged_json(&app, &merge))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Suggest {
    #[serde(default)]
    note: String,
}

fn suggestion_json(it: &Suggestion) -> Value {
    let (became, word) = match &it.became {
        Became::Open => ("open", ""),
        Became::Taken { .. } => ("taken", ""),
        Became::Declined { word, .. } => ("declined", word.as_str()),
        Became::Withdrawn { .. } => ("withdrawn", ""),
        Became::Removed { why, .. } => ("removed", why.as_str()),
    };
    json!({
        "id": it.id, "from": it.fork_address, "by": format!("@{}", it.by_handle), "at": it.at,
        "note": it.note, "release": it.base_number, "became": became, "word": word,
    })
}

pub(super) async fn suggest(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
    Sent(sent): Sent<Suggest>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let fork = asker.app(&group, &at)?;
        Ok(suggestion_json(&group.suggest(&account, &fork, &sent.note)?))
    })
    .await
}

pub(super) async fn suggestions(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
) -> Result<Answer, Trouble> {
    answering(move || {
        let app = asker.app(&group, &at)?;
        let list = group.suggestions(asker.reader()?, &app)?;
        Ok(json!({ "suggestions": list.iter().map(suggestion_json).collect::<Vec<_>>() }))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answered {
    suggestion: String,
    answer: String,
    how: Option<String>,
    #[serde(default)]
    word: String,
}

pub(super) async fn answer(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
    Sent(sent): Sent<Answered>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let (app, id) = (asker.app(&group, &at)?, sent.suggestion.as_str());
        match sent.answer.as_str() {
            "take" => {
                let how = settled(sent.how.as_deref())?;
                group.take_suggestion(&account, &app, id, how)?;
            }
            "decline" => group.decline_suggestion(&account, &app, id, &sent.word)?,
            "withdraw" => group.withdraw_suggestion(&account, &app, id)?,
            "remove" => group.remove_suggestion(&account, &app, id, &sent.word)?,
            _ => {
                return Err(Problem::invalid(
                    "A suggestion is answered with take, decline, withdraw or remove.",
                ));
            }
        }
        Ok(suggestion_json(&group.suggestion(&account, &app, id)?))
    })
    .await
}

/// Which release to go back to, or together with the data.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Back {
    release: Option<u64>,
    #[serde(default)]
    data: bool,
}

fn rehearsal_json(found: Option<&Rehearsal>) -> Value {
    let key = |it: &ChangedKey| json!({ "space": it.space, "key": it.key, "before": it.before, "after": it.after });
    let told = found.map(|it| {
        json!({
            "from": it.from, "added": it.added, "changed": it.changed, "deleted": it.deleted,
            "keys": it.shown.iter().map(key).collect::<Vec<_>>(), "gas": it.gas, "printed": it.printed,
        })
    });
    json!({ "rehearsal": told })
}

pub(super) async fn rehearse(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = asker.app(&group, &at)?;
        Ok(rehearsal_json(group.rehearse(&account, &app)?.as_ref()))
    })
    .await
}

pub(super) async fn back(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
    Sent(sent): Sent<Back>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = asker.app(&group, &at)?;
        let release = match (sent.data, sent.release) {
            (true, None) => group.go_back_with_data(&account, &app)?,
            (false, Some(number)) => group.go_back(&account, &app, number)?,
            _ => {
                return Err(Problem::invalid(
                    "Give the number of a release, or data alone: the data knows to which release it belongs.",
                ));
            }
        };
        Ok(release_json(&app, &release))
    })
    .await
}

/// Whether a fork takes what its original publishes by itself.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Follow {
    on: bool,
    #[serde(default)]
    also_with_grants: bool,
}

pub(super) async fn follow(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
    Sent(sent): Sent<Follow>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = asker.app(&group, &at)?;
        Ok(app_json(&group.follow(&account, &app, sent.on, sent.also_with_grants)?))
    })
    .await
}
