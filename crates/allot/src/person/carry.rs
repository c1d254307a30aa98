//! Taking an app along as one file, and bringing one in.

use super::link::Link;
use super::{api, escaped, text};
use crate::commands::{At, OnApp};
use crate::failure::Failure;
use crate::say::{Say, talk};
use serde_json::json;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Writes an app into one file, which appears under its name when it is whole.
pub(crate) fn export(on: &OnApp, to: Option<&Path>, say: Say) -> Result<(), Failure> {
    let path = format!("{}/export", api(&on.app)?);
    let name = on.app.rsplit('/').next().unwrap_or_default();
    let to = to.map_or_else(|| PathBuf::from(format!("{name}.allot")), Path::to_owned);
    if to.exists() {
        return Err(Failure::usage(format!(
            "{} is there already, and shall not be overwritten.",
            to.display()
        ))
        .try_next(format!("allot export {} ANOTHER-FILE", on.app)));
    }
    let mut part = to.clone().into_os_string();
    part.push(".part");
    let part = PathBuf::from(part);
    let link = Link::to(&on.at)?;
    let mut file = File::create(&part).map_err(|err| Failure::file(&part, &err))?;
    let fetched = link.fetch(&path, &mut file).map_err(Failure::from).and_then(|bytes| {
        file.sync_all()
            .and_then(|()| std::fs::rename(&part, &to))
            .map_err(|err| Failure::file(&to, &err))?;
        Ok(bytes)
    });
    if fetched.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    let bytes = fetched?;
    let result = json!({ "file": to.display().to_string(), "bytes": bytes });
    say.result(&result, &format!("{} holds {} ({bytes} bytes).", to.display(), on.app));
    talk("Tokens and secrets are not in it. Bring it into a group with   allot import FILE");
    Ok(())
}

/// Makes an app of a file.
pub(crate) fn import(at: &At, from: &Path, name: Option<&str>, say: Say) -> Result<(), Failure> {
    let file = File::open(from).map_err(|err| Failure::file(from, &err))?;
    let query = name.map(|name| format!("?name={}", escaped(name))).unwrap_or_default();
    let link = Link::to(at)?;
    let app = link.send(&format!("/api/import{query}"), &file).map_err(|refused| {
        refused.on(409, format!("allot import {} --name ANOTHER-NAME", from.display()))
    })?;
    let address = text(&app, "address");
    say.result(
        &app,
        &format!("{address} is here, with {} rows and {} files.", app["rows"], app["files"]),
    );
    talk(&format!("What it may reach is yours to decide:   allot allow {address}"));
    Ok(())
}
