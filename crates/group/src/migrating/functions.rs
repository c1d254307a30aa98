//! The functions of an app that take over old data, found by a beginning of the group's own around
//! the app's: the app's own beginning only declares, whatever it is called for.

use crate::check::declare;
use crate::group::Group;
use crate::setting_values;
use model::problem::Result;
use model::release::is_component;
use model::{App, Ending, Value};
use sandbox::{Program, Script};
use std::collections::BTreeMap;

/// The beginning around an app's.
const AROUND: &str = include_str!("around.lua");
/// Where it lies: no app has a path like this.
const PATH: &str = "(migrate)";

/// What takes over old data.
pub(super) struct Functions {
    pub migrate: bool,
    pub check: bool,
    pub program: Program,
}

impl Group {
    /// The functions in these files; `None` if there are none. An app in another language has none.
    pub(super) fn functions(
        &self,
        app: &App,
        hashes: &BTreeMap<String, String>,
    ) -> Result<Option<Functions>> {
        if is_component(&app.manifest.main) {
            return Ok(None);
        }
        let program = self.program_of(hashes, &app.manifest.main)?;
        let Program::Lua(script) = &*program else { return Ok(None) };
        let named = |word: &str| script.files.values().any(|source| source.contains(word));
        if !named("migrate") && !named("check") {
            return Ok(None);
        }
        let program = Program::Lua(around(script));
        let declared = declare(&self.sandbox, &program, setting_values::of(app));
        let at = declared.answer.get("handlers").and_then(|all| all.get("at")).map(Value::items);
        let has = |name: &str| at.is_some_and(|at| at.iter().any(|it| it.as_str() == Some(name)));
        // Code that does not even begin has told so when it was checked.
        let (migrate, check) = (has("migrate"), has("check"));
        let some = declared.ending == Ending::Done && (migrate || check);
        Ok(some.then_some(Functions { migrate, check, program }))
    }
}

/// The script with the group's beginning, which requires the app's own.
fn around(script: &Script) -> Script {
    let stem = script.main.strip_suffix(".lua").unwrap_or(&script.main);
    let mut files = script.files.clone();
    // `require` reads a dot as a step, so a beginning with one is found under another name.
    let name = stem.replace('.', "_");
    if name != stem
        && let Some(source) = script.files.get(&script.main)
    {
        files.insert(format!("{name}.lua"), source.clone());
    }
    files.insert(PATH.to_owned(), AROUND.replace("MAIN", &name.replace('/', ".")));
    Script { files, main: PATH.to_owned() }
}
