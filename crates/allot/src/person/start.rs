//! Beginning an app: a folder with something that works, or with a copy of another app's files, and
//! what an editor needs to know of our language.

use super::language::Language;
use super::link::Link;
use super::{api, definition, folder};
use crate::commands::At;
use crate::failure::Failure;
use crate::say::{Say, talk};
use model::{Files, Name};
use serde_json::json;
use std::path::Path;

/// Where the editor looks for what scripts may call.
const DEFINITION: &str = ".allot/lib/allotment.d.lua";
/// The settings of the Lua language server, which most editors use.
const LUARC: &str = r#"{
  "runtime.version": "Lua 5.4",
  "runtime.path": ["?.lua"],
  "runtime.builtin": { "io": "disable" },
  "workspace.library": [".allot/lib"],
  "diagnostics.unusedLocalExclude": ["ctx", "args"]
}
"#;

/// Writes a new app into a folder of its name.
pub(crate) fn new(name: Option<&str>, language: Language, say: Say) -> Result<(), Failure> {
    let name =
        name.ok_or_else(|| Failure::usage("A new app needs a name.").try_next("allot new NAME"))?;
    let name = Name::parse(name)?;
    let files = language.project(&name)?;
    match language {
        Language::Lua => write(&name, for_editors(&files)?, say, language.program(), ""),
        _ => write(&name, files, say, language.program(), "  sh build.sh     writes main.wasm\n"),
    }
}

/// Writes a copy of an app into a folder.
pub(crate) fn copy(at: &At, name: Option<&str>, from: &str, say: Say) -> Result<(), Failure> {
    let name = Name::parse(name.unwrap_or_else(|| from.rsplit('/').next().unwrap_or_default()))?;
    let files = copied(at, from, &name)?;
    write(&name, for_editors(&files)?, say, "main.lua", "")
}

/// What editors of Lua need beside the files.
fn for_editors(files: &Files) -> Result<Files, Failure> {
    Ok(files
        .with(".luarc.json", LUARC.as_bytes().to_vec())?
        .with(DEFINITION, definition::text().into_bytes())?)
}

fn write(name: &Name, files: Files, say: Say, program: &str, build: &str) -> Result<(), Failure> {
    let paths = folder::write(Path::new(name.as_str()), &files)?;
    let result = json!({ "folder": name.as_str(), "files": paths });
    say.result(&result, &format!("{name}/ is ready; {name}/{program} is the app."));
    talk(&format!(
        "  cd {name}\n{build}  allot check     says what is wrong\n  allot push      publishes it"
    ));
    Ok(())
}

/// The files of an app one may see; of one's own, the draft.
fn copied(at: &At, from: &str, name: &Name) -> Result<Files, Failure> {
    let files = Link::to(at)?.get(&format!("{}/files?draft=true", api(from)?))?;
    Ok(group::apps::with_name(&folder::decoded(&files["files"])?, name)?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_new_app_is_an_app() {
        let files = group::blank(&Name::parse("rain-diary").unwrap()).unwrap();
        let manifest = group::manifest::parse(files.text(group::manifest::FILE).unwrap()).unwrap();
        assert_eq!(manifest.name.as_str(), "rain-diary");
        let luarc: serde_json::Value = serde_json::from_str(LUARC).unwrap();
        assert!(DEFINITION.starts_with(luarc["workspace.library"][0].as_str().unwrap()));
    }
}
