//! Compiled code on disk, by content: a second start compiles nothing.
//!
//! Compiled code is trusted like the program itself, so the folder is the owner's alone, and a file
//! says the digest of what it holds: a torn write is compiled again, never run.

use crate::engine::ours;
use model::problem::{Problem, Result};
use model::release::hex;
use model::sabotage;
use sha2::{Digest, Sha256};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use wasmtime::{Engine, Module};

/// Bytes of the digest at the head of a file.
const DIGEST_BYTES: usize = 32;

/// A module's code from the folder, or compiled and kept there.
pub(crate) fn code(engine: &Engine, folder: &Path, wasm: &[u8]) -> Result<Vec<u8>> {
    let path = folder.join(format!("{}.code", name(engine, wasm)));
    if let Some(code) = kept(&path) {
        return Ok(code);
    }
    let code = compile(engine, wasm)?;
    let digest = Sha256::digest(&code);
    keep(&path, &[digest.as_slice(), &code].concat())
        .map_err(|err| Problem::internal(format!("keeping compiled code: {err}")))?;
    Ok(code)
}

/// A module's code, compiled.
pub(crate) fn compile(engine: &Engine, wasm: &[u8]) -> Result<Vec<u8>> {
    engine.precompile_module(wasm).map_err(|err| ours("compiling the guest", &err))
}

/// Maps code of ours into memory, ready to run.
pub(crate) fn load(engine: &Engine, code: &[u8]) -> Result<Module> {
    // SAFETY: `compile` made these bytes. They come from this process, from a file that only this
    // user can write and whose digest fits, or from the node that started this worker.
    unsafe { Module::deserialize(engine, code) }.map_err(|err| ours("loading compiled code", &err))
}

/// The module, the engine's settings and the machine's features make one name.
fn name(engine: &Engine, wasm: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    let mut digest = Sha256::new();
    digest.update(wasm);
    digest.update(hasher.finish().to_le_bytes());
    hex(&digest.finalize())
}

fn kept(path: &Path) -> Option<Vec<u8>> {
    if !is_ours_alone(path.parent()?)? || !is_ours_alone(path)? {
        return None;
    }
    let bytes = fs::read(path).ok()?;
    let (digest, code) = bytes.split_at_checked(DIGEST_BYTES)?;
    let whole = Sha256::digest(code).as_slice() == digest || sabotage::off("cache-digest");
    whole.then(|| code.to_vec())
}

/// Whether nobody but this process's user can have written there.
fn is_ours_alone(path: &Path) -> Option<bool> {
    let meta = fs::symlink_metadata(path).ok()?;
    let ours = meta.uid() == rustix::process::geteuid().as_raw();
    Some(ours && !meta.is_symlink() && meta.mode() & 0o077 == 0)
}

/// Writes a file of compiled code whole or not at all, for nobody else to read.
pub(crate) fn keep(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let half = path.with_extension(format!("{}.part", std::process::id()));
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&half, path)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// The smallest module: what is cached is not this test's matter.
    const EMPTY: &[u8] = b"\0asm\x01\0\0\0";

    fn only_file(folder: &Path) -> std::path::PathBuf {
        fs::read_dir(folder).unwrap().next().unwrap().unwrap().path()
    }

    #[test]
    fn what_is_kept_is_not_compiled_again() {
        const NO_MODULE: &[u8] = b"nothing can compile this";
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("code");
        let engine = Engine::new(&crate::features::config(1)).unwrap();
        assert!(code(&engine, &folder, NO_MODULE).is_err());
        code(&engine, &folder, EMPTY).unwrap();
        let kept = folder.join(format!("{}.code", name(&engine, NO_MODULE)));
        fs::rename(only_file(&folder), kept).unwrap();
        code(&engine, &folder, NO_MODULE).expect("code that lies ready needs no compiler");
    }

    /// WASM-028: a changed file of compiled code is compiled anew.
    #[test]
    fn only_whole_code_of_our_own_is_loaded() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("code");
        let engine = Engine::new(&crate::features::config(1)).unwrap();
        code(&engine, &folder, EMPTY).unwrap();
        let path = only_file(&folder);
        let whole = fs::read(&path).unwrap();
        assert!(load(&engine, &kept(&path).unwrap()).is_ok());

        let mut torn = whole.clone();
        torn[DIGEST_BYTES + 100] ^= 1;
        fs::write(&path, &torn).unwrap();
        assert!(kept(&path).is_none(), "a changed byte was loaded");
        code(&engine, &folder, EMPTY).unwrap();
        assert_eq!(fs::read(&path).unwrap(), whole, "the torn file was not replaced");

        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(kept(&path).is_none(), "others could read it, perhaps write it");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(kept(&path).is_none(), "others could have put it there");
    }
}
