//! The code of releases and drafts, loaded once and shared by runs.

use crate::group::Group;
use crate::manifest;
use crate::migrating::joined;
use model::problem::{Problem, Result};
use model::release::{is_component, unhex};
use model::{App, Files};
use sandbox::{Component, Program, Script};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// Programs that were loaded, by the list of their files' hashes.
#[derive(Default)]
pub(crate) struct Programs {
    loaded: Mutex<HashMap<String, Arc<Program>>>,
}

/// The ending of files with code.
const CODE: &str = ".lua";
/// Programs kept in memory; above it all are dropped and loaded again when needed.
const LOADED_MAX: usize = 256;

impl Group {
    /// The program of an app: of its release, or of its draft.
    pub(crate) fn program(&self, app: &App, draft: bool) -> Result<Arc<Program>> {
        let files = match (&app.release, draft) {
            (Some(id), false) => {
                let release = self.release(app, id)?;
                joined(&release.files, &release.used)
            }
            _ => self.draft_code(app)?,
        };
        self.program_of(&files, &app.manifest.main)
    }

    /// The files of the draft, with the code that it uses of others.
    fn draft_code(&self, app: &App) -> Result<BTreeMap<String, String>> {
        let Some(hash) = app.draft.get(manifest::FILE) else { return Ok(app.draft.clone()) };
        let text = self.blob(hash)?;
        // What is wrong with it is told where it is checked.
        let manifest = std::str::from_utf8(&text).ok().and_then(|it| manifest::parse(it).ok());
        match manifest {
            Some(manifest) => Ok(joined(&app.draft, &self.used(app.owner, &manifest)?)),
            None => Ok(app.draft.clone()),
        }
    }

    /// The program made of these files.
    pub(crate) fn program_of(
        &self,
        files: &BTreeMap<String, String>,
        main: &str,
    ) -> Result<Arc<Program>> {
        let key =
            files.iter().fold(main.to_owned(), |key, (path, hash)| key + "\n" + path + " " + hash);
        let mut loaded = self.programs.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(program) = loaded.get(&key) {
            return Ok(program.clone());
        }
        drop(loaded);
        let program = Arc::new(self.load_program(files, main)?);
        loaded = self.programs.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if loaded.len() >= LOADED_MAX {
            loaded.clear();
        }
        loaded.insert(key, program.clone());
        Ok(program)
    }

    fn load_program(&self, hashes: &BTreeMap<String, String>, main: &str) -> Result<Program> {
        if is_component(main) {
            return self.load_component(hashes.get(main).ok_or_else(|| missing(main))?);
        }
        let sources = hashes.iter().filter(|(path, _)| path.ends_with(CODE));
        let sources = sources.map(|(path, hash)| Ok((path.clone(), self.blob(hash)?)));
        program_from(&Files::new(sources.collect::<Result<_>>()?)?, main)
    }

    /// A component is read only when there is no compiled code of it.
    fn load_component(&self, hash: &str) -> Result<Program> {
        let unreadable = || Problem::internal(format!("the hash of a file is {hash}"));
        let (store, name) = (self.store.clone(), hash.to_owned());
        let read = move || {
            store.blob(&name)?.ok_or_else(|| Problem::internal(format!("blob {name} is missing")))
        };
        let hash = unhex(hash).ok_or_else(unreadable)?;
        Ok(Program::Component(Component { hash, read: Arc::new(read) }))
    }

    /// A blob that must be there.
    pub(crate) fn blob(&self, hash: &str) -> Result<Vec<u8>> {
        self.store.blob(hash)?.ok_or_else(|| Problem::internal(format!("blob {hash} is missing")))
    }
}

/// The program among these files.
pub(crate) fn program_from(files: &Files, main: &str) -> Result<Program> {
    if is_component(main) {
        let wasm = files.get(main).ok_or_else(|| missing(main))?.to_vec();
        let hash = Sha256::digest(&wasm).into();
        return Ok(Program::Component(Component {
            hash,
            read: Arc::new(move || Ok(wasm.clone())),
        }));
    }
    let mut sources = BTreeMap::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(CODE)) {
        let source = String::from_utf8(bytes.to_vec()).map_err(|_| {
            Problem::invalid(format!("{path} is not UTF-8 text; save it as UTF-8."))
        })?;
        sources.insert(path.to_owned(), source);
    }
    if !sources.contains_key(main) {
        return Err(missing(main));
    }
    Ok(Program::Lua(Script { files: sources, main: main.to_owned() }))
}

fn missing(main: &str) -> Problem {
    let how = if is_component(main) { "Build it" } else { "Add it" };
    Problem::invalid(format!(
        "There is no {main}. {how}, or name another file with main = \"…\" in allotment.toml."
    ))
}
