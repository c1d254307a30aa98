//! Runs over the API: look at a page, press a button by its label, run a handler, read what happened.

use super::Shared;
use super::answer::{Answer, Trouble};
use super::asker::{Asker, answering};
use super::press;
use super::request::{Asked, At, Sent};
use axum::extract::State;
use group::{Group, Ran};
use model::trigger::{Invocation, Person, Trigger};
use model::{App, Ending, Problem, RunId, Value as Lua};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use ui::{Fault, View, list_actions};

/// Events and receipts answered at once.
const LISTED: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Where {
    path: Option<String>,
    #[serde(default)]
    draft: bool,
}

pub(super) async fn view(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
    Asked(asked): Asked<Where>,
) -> Result<Answer, Trouble> {
    answering(move || {
        let app = asker.app(&group, &at)?;
        let inside = Inside::read(asked.path.as_deref().unwrap_or("/"));
        let (ran, view) = look(&group, &app, asker.person(), inside, asked.draft)?;
        let (text, view) = match view {
            Some(view) => {
                let (text, view) = faces(&group, &app, &ran, &view, asked.draft)?;
                (Some(text), Some(view))
            }
            None => (None, None),
        };
        Ok(json!({
            "ending": ran.ending, "message": ran.message, "gas": ran.receipt.gas,
            "printed": ran.printed, "text": text, "view": view,
        }))
    })
    .await
}

/// A view as text and as JSON. Neither has buttons that could be pressed.
pub(super) fn faces(
    group: &Group,
    app: &App,
    ran: &Ran,
    view: &View,
    draft: bool,
) -> Result<(String, Value), Problem> {
    let path = format!("/@{}/{}", app.owner_handle, app.name);
    let address = format!("@{}@{}/{}", app.owner_handle, group.config.host, app.name);
    let seal = |_: &str, _: &Lua| String::new();
    let prose = &group.prose(view, app, ran.receipt.by.is_none());
    let documents = &group.library(app, draft).of_view(view)?;
    let around = ui::Surroundings {
        address: &address,
        prose,
        documents,
        ..ui::Surroundings::of(&path, &seal)
    };
    Ok((ui::view::text(view, &around), ui::view::json(view, &around)))
}

/// Where in an app: a path that begins with `/`, and its query.
#[derive(Clone)]
struct Inside {
    path: String,
    query: BTreeMap<String, String>,
}

impl Inside {
    fn read(text: &str) -> Inside {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Inside { path: format!("/{}", path.trim_start_matches('/')), query }
    }
}

/// Runs `view` and reads its tree.
fn look(
    group: &Group,
    app: &App,
    by: Option<Person>,
    inside: Inside,
    draft: bool,
) -> Result<(Ran, Option<View>), Problem> {
    let trigger = Trigger::View { path: inside.path, query: inside.query };
    let mut ran = group.invoke(Invocation { app: app.id, trigger, by, chain: None, draft })?;
    if ran.ending != Ending::Done {
        return Ok((ran, None));
    }
    match View::read(&ran.answer, &app.manifest.title) {
        Ok(view) => Ok((ran, Some(view))),
        Err(faults) => {
            (ran.ending, ran.message) = (Ending::Stopped, told(&faults));
            Ok((ran, None))
        }
    }
}

/// Faults of a view or an answer, as its author reads them.
pub(super) fn told(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Press {
    label: String,
    #[serde(default)]
    fields: BTreeMap<String, String>,
    path: Option<String>,
    #[serde(default)]
    draft: bool,
}

/// Presses a button of the page by its visible label.
pub(super) async fn press(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
    Sent(asked): Sent<Press>,
) -> Result<Answer, Trouble> {
    asker.writer()?;
    answering(move || {
        let by = asker.person();
        let app = asker.app(&group, &at)?;
        let Press { label, fields, path, draft } = asked;
        let inside = Inside::read(path.as_deref().unwrap_or("/"));
        let (ran, view) = look(&group, &app, by.clone(), inside.clone(), draft)?;
        let Some(view) = view else { return press::pressed_json(&group, &app, &ran, draft) };
        let buttons = list_actions(&view);
        let button = press::find(&buttons, &label)?;
        let trigger = Trigger::Action {
            handler: button.handler.clone(),
            args: button.args.clone(),
            form: press::fill_in(button, fields)?,
            files: vec![],
            path: inside.path,
            query: inside.query,
            nonce: None,
        };
        let ran = group.invoke(Invocation { app: app.id, trigger, by, chain: None, draft })?;
        press::pressed_json(&group, &app, &ran, draft)
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
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
    At(at): At,
    Sent(asked): Sent<RunAsked>,
) -> Result<Answer, Trouble> {
    asker.writer()?;
    answering(move || {
        let app = asker.own_app(&group, &at)?;
        let args = Lua::map(asked.args.into_iter().map(|(name, text)| (name, Lua::text(text))));
        let trigger = match asked.handler.split_once('.') {
            Some(("at", name)) => Trigger::Schedule { name: name.to_owned(), args },
            Some(("on", name)) => Trigger::Action {
                handler: name.to_owned(),
                args,
                form: BTreeMap::new(),
                files: vec![],
                path: "/".into(),
                query: BTreeMap::new(),
                nonce: None,
            },
            _ => return Err(Problem::invalid("Write the handler as on.NAME or at.NAME.")),
        };
        let by = asker.person();
        let ran =
            group.invoke(Invocation { app: app.id, trigger, by, chain: None, draft: true })?;
        Ok(ran_json(&ran))
    })
    .await
}

pub(super) fn ran_json(ran: &Ran) -> Value {
    json!({
        "run": ran.receipt.run, "ending": ran.ending, "message": ran.message,
        "gas": ran.receipt.gas, "effects": ran.receipt.effects, "printed": ran.printed,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct After {
    after: Option<String>,
}

pub(super) async fn log(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
    Asked(asked): Asked<After>,
) -> Result<Answer, Trouble> {
    answering(move || {
        let app = asker.own_app(&group, &at)?;
        let entries = match asked.after.as_deref().map(RunId::parse) {
            Some(Some(run)) => group.log_after(app.id, run, LISTED)?,
            Some(None) => {
                return Err(Problem::invalid(
                    "after is the id of a run, as an event of the log names it.",
                ));
            }
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
    At(at): At,
) -> Result<Answer, Trouble> {
    answering(move || {
        let app = asker.own_app(&group, &at)?;
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
    At(at): At,
) -> Result<Answer, Trouble> {
    answering(move || {
        let app = asker.own_app(&group, &at)?;
        let shown = |effect: &model::Effect| {
            json!({ "id": effect.id, "what": effect.intent.words(), "state": effect.state, "note": effect.note, "attempts": effect.attempts })
        };
        Ok(json!({ "effects": group.effects(app.id)?.iter().map(shown).collect::<Vec<_>>() }))
    })
    .await
}
