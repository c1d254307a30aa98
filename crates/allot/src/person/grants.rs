//! Settings and grants of one's own apps.

use super::link::Link;
use super::{api, items, text};
use crate::commands::{Allow, OnApp};
use crate::failure::Failure;
use crate::say::{Say, talk};
use crate::secret;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Shows or changes settings.
pub(crate) fn settings(
    on: &OnApp,
    values: &BTreeMap<String, String>,
    say: Say,
) -> Result<(), Failure> {
    let (link, path) = (Link::to(&on.at)?, format!("{}/settings", api(&on.app)?));
    let settings = match values.is_empty() {
        true => link.get(&path)?,
        false => link
            .put(&path, &json!(values))
            .map_err(|refused| refused.on(422, format!("allot settings {}", on.app)))?,
    };
    let line = |declared: &Value| {
        let name = text(declared, "name");
        let value = match settings["settings"][&name].as_str() {
            Some(value) => value.to_owned(),
            None => text(declared, "default"),
        };
        format!("{name} = {value}    {}", text(declared, "label"))
    };
    let lines: Vec<String> = items(&settings, "declared").map(line).collect();
    match lines.is_empty() && !say.as_json() {
        true => talk("This app has no settings."),
        false => say.result(&settings, &lines.join("\n")),
    }
    Ok(())
}

/// Allows what an app wants; without a verb, shows it.
pub(crate) fn allow(asked: &Allow, say: Say) -> Result<(), Failure> {
    let app = &asked.on.app;
    let (link, path) = (Link::to(&asked.on.at)?, format!("{}/grants", api(app)?));
    let (Some(verb), Some(object)) = (&asked.verb, &asked.object) else {
        return wants(app, &link.get(&path)?, say);
    };
    let token = match asked.token_stdin {
        true => Some(secret::asked("Token for that address:")?),
        false => None,
    };
    let body = json!({ "verb": verb, "object": object, "setting": asked.setting, "methods": asked.methods, "token": token });
    let grant = link.post(&path, &body);
    let grant = grant.map_err(|refused| refused.on(422, format!("allot allow {app}")))?;
    let said = format!(
        "Granted: {} for {}. Take it back on its page.",
        text(&grant, "verb"),
        text(&grant, "object")
    );
    say.result(&grant, &said);
    Ok(())
}

fn wants(app: &str, asked: &Value, say: Say) -> Result<(), Failure> {
    let mut lines = Vec::new();
    for want in items(asked, "wants") {
        let (verb, object, setting) =
            (text(want, "verb"), text(want, "object"), text(want, "setting"));
        let granted = want["granted"] == json!(true);
        let state = if granted { "granted" } else { "not granted" };
        lines.push(format!("{state}: {verb} {object}    {}", text(want, "why")));
        if granted {
            continue;
        }
        match (text(want, "not_yet"), object.is_empty()) {
            (not_yet, _) if !not_yet.is_empty() => talk(&not_yet),
            (_, true) => talk(&format!("allot settings {app} {setting}=ADDRESS")),
            (_, false) => talk(&allow_command(app, &verb, &object, &setting)),
        }
    }
    match lines.is_empty() && !say.as_json() {
        true => talk("This app asks for nothing."),
        false => say.result(asked, &lines.join("\n")),
    }
    Ok(())
}

/// The command that grants a want.
pub(super) fn allow_command(app: &str, verb: &str, object: &str, setting: &str) -> String {
    let setting = if setting.is_empty() { String::new() } else { format!(" --setting {setting}") };
    let token = if verb == "git.write" { " --token-stdin" } else { "" };
    format!("allot allow {app} {verb} {object}{setting}{token}")
}
