//! Looking at apps and using them: lists, pages as text, buttons by their label, what is left of
//! the day.

use super::link::Link;
use super::{api, escaped, items, text, texts};
use crate::commands::{At, OnApp};
use crate::failure::{Code, Failure};
use crate::say::{Say, Tone, line, talk};
use model::receipt::grouped;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Lists the apps one may use, or one's own.
pub(crate) fn apps(at: &At, search: &str, mine: bool, say: Say) -> Result<(), Failure> {
    let mine = if mine { "&mine=true" } else { "" };
    let found = Link::to(at)?.get(&format!("/api/apps?search={}{mine}", escaped(search)))?;
    if say.as_json() {
        line(&found.to_string());
        return Ok(());
    }
    let mut count = 0;
    for app in items(&found, "apps") {
        let release = match app["release"].as_u64() {
            Some(0) | None => "draft".to_owned(),
            Some(number) => format!("release {number}"),
        };
        let words = format!("{} · {release}", text(app, "title"));
        line(&format!("{:<24} {}", text(app, "address"), say.paint(Tone::Quiet, &words)));
        count += 1;
    }
    if count == 0 {
        talk("There are none. Make one with   allot new NAME");
    }
    Ok(())
}

/// Shows a page as text.
pub(crate) fn show(on: &OnApp, path: &str, draft: bool, say: Say) -> Result<(), Failure> {
    let query = format!("path={}&draft={draft}", escaped(path));
    let view = Link::to(&on.at)?.get(&format!("{}/view?{query}", api(&on.app)?))?;
    shown(&on.app, &view, say)
}

/// A view that was looked at, or why there is none.
pub(super) fn shown(app: &str, view: &Value, say: Say) -> Result<(), Failure> {
    texts(view, "printed").for_each(talk);
    if view["ending"] != json!("done") {
        return Err(ended_badly(app, view));
    }
    say.result(view, text(view, "text").trim_end());
    Ok(())
}

/// Presses a button.
pub(crate) fn press(
    on: &OnApp,
    label: &str,
    set: &BTreeMap<String, String>,
    path: &str,
    say: Say,
) -> Result<(), Failure> {
    let body = json!({ "label": label, "fields": set, "path": path });
    let link = Link::to(&on.at)?;
    let pressed = link.post(&format!("{}/press", api(&on.app)?), &body).map_err(|refused| {
        let here = format!("allot show {}", on.app);
        match refused.status {
            404 => refused.on(404, here),
            _ => refused.on(422, here),
        }
    })?;
    texts(&pressed, "printed").for_each(talk);
    if pressed["ending"] != json!("done") {
        return Err(ended_badly(&on.app, &pressed));
    }
    let answer = &pressed["answer"];
    let words = match answer["kind"].as_str() {
        Some("errors") => {
            let wrong = answer["errors"].as_object().into_iter().flatten();
            let lines: Vec<String> = wrong
                .map(|(name, why)| format!("{name}: {}", why.as_str().unwrap_or("")))
                .collect();
            return Err(Failure::new(Code::App, lines.join("\n"))
                .try_next(format!("allot do {} \"{label}\" --set NAME=VALUE", on.app)));
        }
        Some("faulty") => {
            return Err(Failure::new(Code::App, text(answer, "text"))
                .try_next(format!("allot logs {}", on.app)));
        }
        Some("page" | "toast") => text(answer, "text").trim_end().to_owned(),
        Some("go") => format!("Done. It goes on at {}.", text(answer, "to")),
        _ => "Done.".to_owned(),
    };
    say.result(&pressed, &words);
    talk_of_gas(&pressed);
    Ok(())
}

/// What a run used, beside its result.
pub(super) fn talk_of_gas(ran: &Value) {
    talk(&format!("{} gas", grouped(ran["gas"].as_u64().unwrap_or(0))));
    for effect in texts(ran, "effects") {
        talk(&format!("to come: {effect}"));
    }
}

/// How a run ended that did not do what it was to do; the exit code says it too.
pub(super) fn ended_badly(app: &str, ran: &Value) -> Failure {
    let ending = text(ran, "ending").replace('_', " ");
    let message = text(ran, "message");
    let said = if message.is_empty() { format!("The run ended: {ending}.") } else { message };
    match ending.as_str() {
        "out of gas" => Failure::new(Code::Gas, said).try_next(format!("allot receipts {app}")),
        "refused" => Failure::new(Code::App, said).try_next(format!("allot allow {app}")),
        _ => Failure::new(Code::App, said).try_next(format!("allot logs {app}")),
    }
}

/// Shows what is left of the allowances.
pub(crate) fn usage(at: &At, say: Say) -> Result<(), Failure> {
    let me = Link::to(at)?.get("/api/me")?;
    let mut lines = vec![format!("{} · {}", text(&me, "handle"), text(&me, "level"))];
    for (axis, name, day) in [
        ("gas", "gas", " today"),
        ("runs", "runs", " today"),
        ("requests", "outside requests", " today"),
        ("storage", "bytes kept", ""),
        ("apps", "apps", ""),
    ] {
        let number = |key: &str| me[axis][key].as_u64().unwrap_or(0);
        let (used, max) = (number("used"), number("max"));
        let percent = used.saturating_mul(100) / max.max(1);
        let tone = match percent {
            100.. => Tone::Bad,
            80.. => Tone::Warn,
            _ => Tone::Good,
        };
        let share = say.paint(tone, &format!("{percent:>3} %"));
        lines.push(format!("{share}  {} of {} {name}{day}", grouped(used), grouped(max)));
    }
    say.result(&me, &lines.join("\n"));
    Ok(())
}
