//! Beginning an app: a folder with something that works, or with a copy of another app's files, and
//! what an editor needs to know of our language.

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
pub(crate) fn new(
    at: &At,
    name: Option<&str>,
    from: Option<&str>,
    say: Say,
) -> Result<(), Failure> {
    let name = match (name, from) {
        (Some(name), _) => name,
        (None, Some(from)) => from.rsplit('/').next().unwrap_or_default(),
        (None, None) => {
            return Err(Failure::usage("A new app needs a name.").try_next("allot new NAME"));
        }
    };
    let name = Name::parse(name)?;
    let files = match from {
        Some(from) => copied(at, from, &name)?,
        None => group::blank(&name)?,
    };
    let files = files
        .with(".luarc.json", LUARC.as_bytes().to_vec())?
        .with(DEFINITION, definition::text().into_bytes())?;
    let paths = folder::write(Path::new(name.as_str()), &files)?;
    let result = json!({ "folder": name.as_str(), "files": paths });
    say.result(&result, &format!("{name}/ is ready; {name}/main.lua is the app."));
    talk(&format!(
        "  cd {name}\n  allot check     says what is wrong\n  allot push      publishes it"
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
