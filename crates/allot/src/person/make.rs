//! Making apps: a folder is checked on this machine, sent as a draft, run, published, or begun as
//! a copy of another app.

use super::link::Link;
use super::look::{ended_badly, shown, talk_of_gas};
use super::{api, folder, items, text, texts};
use crate::commands::{OnApp, OnFolder};
use crate::failure::{Code, Failure};
use crate::say::{Say, talk};
use group::check::check_files;
use sandbox::Sandbox;
use sandbox::shape::Shape;
use sandbox::worker::Launch;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Checks a folder on this machine: nothing is sent, and no group is needed.
pub(crate) fn check(path: &Path, say: Say) -> Result<(), Failure> {
    let (name, files) = folder::read(path)?;
    // The folder may be a copy of somebody else's app: it runs behind the walls this machine has.
    let launch = Launch { require: Vec::new(), ..crate::worker::launch()? };
    let config = sandbox::Config { slots: 1, cache: cache(), seal: new_seal()? };
    let sandbox = Sandbox::with_workers(config, launch)?;
    let checked = check_files(&sandbox, &files, BTreeMap::new());
    if !checked.errors.is_empty() {
        return Err(mistakes(path, &checked.errors));
    }
    let component = checked.component.as_ref();
    let names = |of: BTreeSet<&'static str>| of.into_iter().collect::<Vec<_>>();
    let mut imports = names(component.map(Shape::families).unwrap_or_default());
    imports.retain(|family| *family != "types");
    let grants = names(component.map(Shape::grants).unwrap_or_default());
    let result = json!({ "name": name, "errors": checked.errors, "handlers": checked.handlers, "settings": checked.settings, "imports": imports, "grants": grants });
    let mut told = format!("Nothing to mend. It has {}.", checked.handlers.join(", "));
    if !imports.is_empty() {
        told += &format!("\nIts component imports {}.", imports.join(", "));
    }
    if !grants.is_empty() {
        told += &format!(
            "\nIt may ask for {}: name each as a [[want]] in allotment.toml, and people grant it when it is needed.",
            grants.join(", ")
        );
    }
    say.result(&result, &told);
    Ok(())
}

/// The seal on compiled components: this machine keeps no key, so the next check compiles again.
fn new_seal() -> Result<[u8; 32], Failure> {
    let mut seal = [0; 32];
    getrandom::fill(&mut seal).map_err(|err| {
        Failure::new(Code::App, format!("This machine gives no random numbers: {err}."))
    })?;
    Ok(seal)
}

/// Where the compiled guest is kept, so that the second check begins at once.
fn cache() -> Option<PathBuf> {
    let home = || Some(Path::new(&std::env::var_os("HOME")?).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME").filter(|it| !it.is_empty()).map(PathBuf::from);
    Some(cache.or_else(home)?.join("allot").join("code"))
}

fn mistakes(folder: &Path, errors: &[String]) -> Failure {
    let again = format!("allot check{}", in_folder(folder));
    Failure::new(Code::App, errors.join("\n")).try_next(again)
}

/// How a command names the folder it is about, if it is not the present one.
fn in_folder(folder: &Path) -> String {
    match folder == Path::new(".") {
        true => String::new(),
        false => format!(" --folder {}", folder.display()),
    }
}

/// Sends a folder and publishes it.
pub(crate) fn push(on: &OnFolder, message: &str, rehearse: bool, say: Say) -> Result<(), Failure> {
    let link = Link::to(&on.at)?;
    let app = send_draft(&link, &on.folder)?;
    // A draft that cannot be published says why below.
    let rehearsed = link.post(&format!("{}/rehearse", api(&app)?), &json!({}));
    if rehearse {
        return super::forks::rehearsed(&rehearsed?, say);
    }
    if let Ok(found) = &rehearsed {
        super::forks::talk_of_data(found);
    }
    let published = link.post(&format!("{}/publish", api(&app)?), &json!({ "note": message }));
    let mut release = published.map_err(|refused| match refused.status {
        422 => mistakes(&on.folder, &[Failure::from(refused).text]),
        _ => Failure::from(refused),
    })?;
    let mut asked = link.get(&format!("{}/grants", api(&app)?))?;
    let said = format!("Published {app} as release {}: {}/{app}", release["release"], link.url);
    release["wants"] = asked["wants"].take();
    say.result(&release, &said);
    talk_of_wants(&app, &release);
    Ok(())
}

/// What an app still waits for, each with the command that gives it.
fn talk_of_wants(app: &str, with_wants: &Value) {
    for want in items(with_wants, "wants").filter(|want| want["granted"] == json!(false)) {
        let (verb, object, why) = (text(want, "verb"), text(want, "object"), text(want, "why"));
        let setting = text(want, "setting");
        talk(&format!("It wants {verb}: {why}"));
        if object.is_empty() {
            talk(&format!("  allot settings {app} {setting}=ADDRESS"));
        } else {
            talk(&format!("  {}", super::grants::allow_command(app, &verb, &object, &setting)));
        }
    }
}

/// Sends the files of a folder as the draft of its app, which is made if there is none.
fn send_draft(link: &Link, path: &Path) -> Result<String, Failure> {
    let (name, files) = folder::read(path)?;
    let me = link.get("/api/me")?;
    let app = format!("{}/{name}", text(&me, "handle"));
    let files = folder::encoded(&files);
    match link.put(&format!("{}/draft", api(&app)?), &json!({ "files": files })) {
        Err(failure) if failure.status == 404 => {
            link.post("/api/apps", &json!({ "name": name, "files": files }))?
        }
        other => other?,
    };
    Ok(app)
}

/// Runs one handler of the draft, or its view.
pub(crate) fn run(
    on: &OnFolder,
    handler: Option<&str>,
    args: &BTreeMap<String, String>,
    say: Say,
) -> Result<(), Failure> {
    let link = Link::to(&on.at)?;
    let app = send_draft(&link, &on.folder)?;
    let Some(handler) = handler.filter(|handler| *handler != "view") else {
        let view = link.get(&format!("{}/view?draft=true", api(&app)?))?;
        return shown(&app, &view, say);
    };
    let body = json!({ "handler": handler, "args": args });
    let ran = link.post(&format!("{}/run", api(&app)?), &body)?;
    texts(&ran, "printed").for_each(talk);
    if ran["ending"] != json!("done") {
        return Err(ended_badly(&app, &ran));
    }
    say.result(&ran, "Done.");
    talk_of_gas(&ran);
    Ok(())
}

/// Forks an app.
pub(crate) fn fork(on: &OnApp, name: Option<&str>, say: Say) -> Result<(), Failure> {
    let name = name.or_else(|| on.app.rsplit('/').next()).unwrap_or_default();
    let link = Link::to(&on.at)?;
    let forked = link.post(&format!("{}/fork", api(&on.app)?), &json!({ "name": name }));
    let app = forked
        .map_err(|refused| refused.on(409, format!("allot fork {} --name ANOTHER-NAME", on.app)))?;
    let address = text(&app, "address");
    say.result(&app, &format!("{address} is your copy. Its page: {}/{address}", link.url));
    talk(&format!("To change it:   allot new {name} --from {address}"));
    Ok(())
}
