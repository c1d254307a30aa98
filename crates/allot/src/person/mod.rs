//! The person's side: everything here speaks to a group over its API and nothing else.

mod folder;
mod link;

use crate::commands::{Failure, OnApp, OnFolder};
use link::Link;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

/// How often `logs -f` asks for what is new.
const FOLLOW: Duration = Duration::from_secs(1);

/// Keeps a token for a group.
pub(crate) fn login(url: &str) -> Result<(), Failure> {
    let link = Link::with_token(url, &link::token_from_person()?);
    let me = link.get("/api/me")?;
    link.remember()?;
    println!("Signed in to {url} as {}.", text(&me, "handle"));
    Ok(())
}

/// Writes a new app into a folder of its name.
pub(crate) fn new(name: &str) -> Result<(), Failure> {
    folder::write_new(name)?;
    println!("{name}/ is ready. Look into {name}/main.lua, then:   allot push --folder {name}");
    Ok(())
}

/// Sends a folder as a draft and checks it.
pub(crate) fn check(on: &OnFolder) -> Result<(), Failure> {
    let link = Link::to(&on.at)?;
    let address = send_draft(&link, &on.folder)?;
    let checked = link.post(&format!("/api/apps/{address}/check"), &json!({}))?;
    let errors: Vec<&str> =
        checked["errors"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if !errors.is_empty() {
        return Err(Failure::new(1, errors.join("\n")));
    }
    say(on.at.json, &checked, "Nothing to mend.");
    Ok(())
}

/// Sends a folder and publishes it.
pub(crate) fn push(on: &OnFolder, message: &str) -> Result<(), Failure> {
    let link = Link::to(&on.at)?;
    let address = send_draft(&link, &on.folder)?;
    let release =
        link.post(&format!("/api/apps/{address}/publish"), &json!({ "note": message }))?;
    let said = format!("Published {address} as release {}.", release["release"]);
    say(on.at.json, &release, &said);
    let asked = link.get(&format!("/api/apps/{address}/grants"))?;
    for want in asked["wants"].as_array().into_iter().flatten() {
        if want["granted"] == json!(false) {
            eprintln!(
                "It wants {} {}: {}",
                text(want, "verb"),
                text(want, "object"),
                text(want, "why")
            );
            eprintln!("  allot allow {address} {} ADDRESS", text(want, "verb"));
        }
    }
    Ok(())
}

/// Sends the files of a folder as the draft of its app, which is made if there is none.
fn send_draft(link: &Link, path: &Path) -> Result<String, Failure> {
    let (name, files) = folder::read(path)?;
    let me = link.get("/api/me")?;
    let address = format!("{}/{name}", text(&me, "handle"));
    let body = json!({ "name": name, "files": files });
    match link.put(&format!("/api/apps/{address}/draft"), &body) {
        Err(failure) if failure.missing => link.post("/api/apps", &body)?,
        other => other?,
    };
    Ok(address)
}

/// Runs one handler of the draft.
pub(crate) fn run(on: &OnFolder, handler: &str, args: &[String]) -> Result<(), Failure> {
    let link = Link::to(&on.at)?;
    let address = send_draft(&link, &on.folder)?;
    let body = json!({ "handler": handler, "args": pairs(args)? });
    let ran = link.post(&format!("/api/apps/{address}/run"), &body)?;
    ended(on.at.json, &ran)
}

/// Shows a page as text.
pub(crate) fn show(on: &OnApp) -> Result<(), Failure> {
    let view = Link::to(&on.at)?.get(&format!("/api/apps/{}/view", on.app))?;
    if view["ending"] != json!("done") {
        return Err(Failure::new(1, text(&view, "message")));
    }
    say(on.at.json, &view, text(&view, "text").trim_end());
    Ok(())
}

/// Presses a button.
pub(crate) fn press(on: &OnApp, label: &str, set: &[String]) -> Result<(), Failure> {
    let body = json!({ "label": label, "fields": pairs(set)? });
    let ran = Link::to(&on.at)?.post(&format!("/api/apps/{}/press", on.app), &body)?;
    ended(on.at.json, &ran)
}

/// Says how a run ended; the exit code says it too.
fn ended(as_json: bool, ran: &Value) -> Result<(), Failure> {
    for line in ran["printed"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        eprintln!("{line}");
    }
    match text(ran, "ending").as_str() {
        "done" => {
            say(as_json, ran, &format!("Done, {} gas.", ran["gas"]));
            Ok(())
        }
        "out of gas" => Err(Failure::new(5, text(ran, "message"))),
        _ => Err(Failure::new(1, text(ran, "message"))),
    }
}

/// Forks an app.
pub(crate) fn fork(on: &OnApp, name: Option<&str>) -> Result<(), Failure> {
    let name = name.or_else(|| on.app.rsplit('/').next()).unwrap_or_default();
    let app =
        Link::to(&on.at)?.post(&format!("/api/apps/{}/fork", on.app), &json!({ "name": name }))?;
    let said = format!(
        "{} is your copy. Write its files into a folder:   allot export {0} DIR",
        text(&app, "address")
    );
    say(on.at.json, &app, &said);
    Ok(())
}

/// Writes an app's files into a folder.
pub(crate) fn export(on: &OnApp, to: &Path) -> Result<(), Failure> {
    let files = Link::to(&on.at)?.get(&format!("/api/apps/{}/files?draft=1", on.app))?;
    let count = folder::write(to, &files["files"])?;
    println!("{count} files are in {}.", to.display());
    Ok(())
}

/// Shows or changes settings.
pub(crate) fn settings(on: &OnApp, values: &[String]) -> Result<(), Failure> {
    let settings =
        Link::to(&on.at)?.put(&format!("/api/apps/{}/settings", on.app), &json!(pairs(values)?))?;
    let lines: Vec<String> = settings["declared"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|declared| {
            let name = text(declared, "name");
            let now = settings["settings"][&name]
                .as_str()
                .map_or_else(|| text(declared, "default"), str::to_owned);
            format!("{name} = {now}")
        })
        .collect();
    say(on.at.json, &settings, &lines.join("\n"));
    Ok(())
}

/// Shows what an app wants, or allows one thing.
pub(crate) fn allow(
    on: &OnApp,
    what: Option<(&str, &str)>,
    setting: Option<&str>,
    token_stdin: bool,
) -> Result<(), Failure> {
    let link = Link::to(&on.at)?;
    let path = format!("/api/apps/{}/grants", on.app);
    let Some((verb, object)) = what else {
        let grants = link.get(&path)?;
        let lines: Vec<String> = grants["wants"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|want| {
                let state =
                    if want["granted"] == json!(true) { "allowed" } else { "not allowed yet" };
                format!("{} {}: {state}", text(want, "verb"), text(want, "object"))
            })
            .collect();
        say(on.at.json, &grants, &lines.join("\n"));
        return Ok(());
    };
    let token = if token_stdin { Some(read_stdin()?.trim().to_owned()) } else { None };
    let body = json!({ "verb": verb, "object": object, "setting": setting, "token": token });
    let grant = link.post(&path, &body)?;
    say(on.at.json, &grant, &format!("{} may {verb} {object}.", on.app));
    Ok(())
}

/// Shows the event log, and goes on if asked.
pub(crate) fn logs(on: &OnApp, follow: bool) -> Result<(), Failure> {
    let link = Link::to(&on.at)?;
    let mut after = String::new();
    loop {
        let path = if after.is_empty() { String::new() } else { format!("?after={after}") };
        let log = link.get(&format!("/api/apps/{}/log{path}", on.app))?;
        for entry in log["log"].as_array().into_iter().flatten() {
            after = text(entry, "run");
            if on.at.json { println!("{entry}") } else { println!("{}", line(entry)) }
        }
        if !follow {
            return Ok(());
        }
        std::thread::sleep(FOLLOW);
    }
}

fn line(entry: &Value) -> String {
    let printed: Vec<&str> =
        entry["printed"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut line = format!(
        "{} {} · {} · {} gas",
        text(entry, "event"),
        text(entry, "by"),
        text(entry, "ending"),
        entry["gas"]
    );
    for more in printed.into_iter().chain(text(entry, "message").lines()) {
        line += "\n    ";
        line += more;
    }
    line
}

/// Shows receipts in words.
pub(crate) fn receipts(on: &OnApp) -> Result<(), Failure> {
    let receipts = Link::to(&on.at)?.get(&format!("/api/apps/{}/receipts", on.app))?;
    let lines: Vec<String> = receipts["receipts"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|receipt| text(receipt, "words"))
        .collect();
    say(on.at.json, &receipts, &lines.join("\n"));
    Ok(())
}

/// Results go to standard output, as JSON or in words.
fn say(as_json: bool, json: &Value, words: &str) {
    if as_json { println!("{json}") } else { println!("{words}") }
}

fn text(json: &Value, key: &str) -> String {
    json[key].as_str().unwrap_or_default().to_owned()
}

fn pairs(args: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    args.iter()
        .map(|arg| match arg.split_once('=') {
            Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
            None => Err(Failure::new(2, format!("{arg}: write it as name=value"))),
        })
        .collect()
}

fn read_stdin() -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|err| Failure::new(2, err.to_string()))?;
    Ok(text)
}
