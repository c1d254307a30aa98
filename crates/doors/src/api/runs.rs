//! Runs over the API: look at a page, press a button by its label, run a handler, read what happened.

use super::answer::{Answer, Trouble};
use super::apps::address;
use super::{Asker, Shared, answering};
use axum::Json;
use axum::extract::{Path, Query, State};
use group::{Group, Ran, person};
use model::trigger::{Invocation, Person, Trigger};
use model::{App, Ending, Problem, RunId, Value as Lua};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use ui::{View, list_actions};

type Place = Path<(String, String)>;
type Asked = Query<BTreeMap<String, String>>;

/// Events and receipts answered at once.
const LISTED: usize = 100;

pub(super) async fn view(
    State(group): State<Shared>,
    asker: Asker,
    Path(at): Place,
    Query(query): Asked,
) -> Result<Answer, Trouble> {
    answering(move || {
        let person = asker.person();
        let app = group.app_at(&address(at)?, person.as_ref())?;
        let draft = query.contains_key("draft");
        let path = query.get("path").cloned().unwrap_or_else(|| "/".into());
        let (ran, view) = look(&group, &app, person, path, draft)?;
        let app_name = format!("@{}/{}", app.owner_handle, app.name);
        let seal = |_: &str, _: &Lua| String::new();
        let around = ui::Surroundings::of(&app_name, &seal);
        Ok(json!({
            "ending": ran.ending.words(), "message": ran.message, "gas": ran.receipt.gas,
            "text": view.as_ref().map(|view| ui::view::text(view, &around)),
            "view": view.as_ref().map(|view| ui::view::json(view, &around)),
        }))
    })
    .await
}

/// Runs `view` and reads its tree.
fn look(
    group: &Group,
    app: &App,
    by: Option<Person>,
    path: String,
    draft: bool,
) -> Result<(Ran, Option<View>), Problem> {
    let trigger = Trigger::View { path, query: BTreeMap::new() };
    let ran = group.invoke(Invocation { app: app.id, trigger, by, chain: None, draft })?;
    if ran.ending != Ending::Done {
        return Ok((ran, None));
    }
    let view = View::read(&ran.answer, &app.manifest.title).map_err(|faults| {
        Problem::invalid(
            faults.iter().map(|fault| fault.to_string()).collect::<Vec<_>>().join("\n"),
        )
    })?;
    Ok((ran, Some(view)))
}

#[derive(Deserialize)]
pub(super) struct Press {
    label: String,
    #[serde(default)]
    fields: BTreeMap<String, String>,
    #[serde(default)]
    draft: bool,
}

/// Presses a button of the page by its visible label.
pub(super) async fn press(
    State(group): State<Shared>,
    asker: Asker,
    Path(at): Place,
    Json(press): Json<Press>,
) -> Result<Answer, Trouble> {
    asker.writer()?;
    answering(move || {
        let person = asker.person();
        let app = group.app_at(&address(at)?, person.as_ref())?;
        let (ran, view) = look(&group, &app, person.clone(), "/".into(), press.draft)?;
        let Some(view) = view else { return Ok(ran_json(&ran)) };
        let buttons = list_actions(&view);
        let Some(button) = buttons.iter().find(|button| button.label == press.label) else {
            let labels: Vec<&str> = buttons.iter().map(|button| button.label.as_str()).collect();
            return Err(Problem::not_found(format!(
                "There is no button “{}” on this page. There are: {}.",
                press.label,
                if labels.is_empty() { "none".to_owned() } else { labels.join(", ") }
            )));
        };
        let trigger = Trigger::Action {
            handler: button.handler.clone(),
            args: button.args.clone(),
            form: press.fields,
            path: "/".into(),
            query: BTreeMap::new(),
            nonce: None,
        };
        let ran = group.invoke(Invocation {
            app: app.id,
            trigger,
            by: person,
            chain: None,
            draft: press.draft,
        })?;
        Ok(ran_json(&ran))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct RunAsked {
    /// `on.save`, or `at.hourly`.
    handler: String,
    #[serde(default)]
    args: BTreeMap<String, String>,
}

/// Runs one handler of the owner's draft.
pub(super) async fn run(
    State(group): State<Shared>,
    asker: Asker,
    Path(at): Place,
    Json(asked): Json<RunAsked>,
) -> Result<Answer, Trouble> {
    let account = asker.writer()?.clone();
    answering(move || {
        let app = group.app_at(&address(at)?, Some(&person(&account)))?;
        let args = Lua::map(asked.args.into_iter().map(|(name, text)| (name, Lua::text(text))));
        let trigger = match asked.handler.split_once('.') {
            Some(("at", name)) => Trigger::Schedule { name: name.to_owned(), args },
            Some(("on", name)) => Trigger::Action {
                handler: name.to_owned(),
                args,
                form: BTreeMap::new(),
                path: "/".into(),
                query: BTreeMap::new(),
                nonce: None,
            },
            _ => return Err(Problem::invalid("Write the handler as on.NAME or at.NAME.")),
        };
        if account.id != app.owner {
            return Err(Problem::not_found("Only its owner runs the draft of an app."));
        }
        let by = Some(person(&account));
        let ran =
            group.invoke(Invocation { app: app.id, trigger, by, chain: None, draft: true })?;
        Ok(ran_json(&ran))
    })
    .await
}

fn ran_json(ran: &Ran) -> Value {
    json!({
        "run": ran.receipt.run, "ending": ran.ending.words(), "message": ran.message,
        "gas": ran.receipt.gas, "effects": ran.receipt.effects, "printed": ran.printed,
    })
}

/// The app, if the asker owns it: logs and receipts are nobody else's.
fn own_app(group: &Group, asker: &Asker, at: (String, String)) -> Result<App, Problem> {
    let account = asker.reader()?;
    let app = group.app_at(&address(at)?, Some(&person(account)))?;
    if app.owner == account.id {
        Ok(app)
    } else {
        Err(Problem::not_found("Only its owner sees this of an app."))
    }
}

pub(super) async fn log(
    State(group): State<Shared>,
    asker: Asker,
    Path(at): Place,
    Query(query): Asked,
) -> Result<Answer, Trouble> {
    answering(move || {
        let app = own_app(&group, &asker, at)?;
        let entries = match query.get("after").map(|after| RunId::parse(after)) {
            Some(Some(run)) => group.log_after(app.id, run, LISTED)?,
            Some(None) => return Err(Problem::invalid("after is the id of a run.")),
            None => {
                let mut newest = group.log(app.id, LISTED)?;
                newest.reverse();
                newest
            }
        };
        Ok(json!({ "log": entries }))
    })
    .await
}

pub(super) async fn receipts(
    State(group): State<Shared>,
    asker: Asker,
    Path(at): Place,
) -> Result<Answer, Trouble> {
    answering(move || {
        let app = own_app(&group, &asker, at)?;
        let receipts = group.receipts(&app, LISTED)?;
        let shown =
            |receipt: &model::Receipt| json!({ "words": receipt.words(), "receipt": receipt });
        Ok(json!({ "receipts": receipts.iter().map(shown).collect::<Vec<_>>() }))
    })
    .await
}

pub(super) async fn effects(
    State(group): State<Shared>,
    asker: Asker,
    Path(at): Place,
) -> Result<Answer, Trouble> {
    answering(move || {
        let app = own_app(&group, &asker, at)?;
        let shown = |effect: &model::Effect| {
            json!({ "id": effect.id, "what": effect.intent.words(), "state": effect.state, "note": effect.note, "attempts": effect.attempts })
        };
        Ok(json!({ "effects": group.effects(app.id)?.iter().map(shown).collect::<Vec<_>>() }))
    })
    .await
}
