//! Compiled code on disk, by content: a second start compiles nothing.
//!
//! Compiled code is trusted like the program itself, so the folder is the owner's alone, and a file
//! says the digest of what it holds: a torn write is compiled again, never run.

use crate::engine::ours;
use model::problem::{Problem, Result};
use model::release::hex;
use sha2::{Digest, Sha256};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use wasmtime::{Engine, Module};

/// Bytes of the digest at the head of a file.
const DIGEST_BYTES: usize = 32;

/// Loads a module's code from the folder, or compiles it and keeps the code there.
pub(crate) fn load(engine: &Engine, folder: &Path, wasm: &[u8]) -> Result<Module> {
    let path = folder.join(format!("{}.code", name(engine, wasm)));
    if let Some(module) = kept(engine, &path) {
        return Ok(module);
    }
    let module = Module::new(engine, wasm).map_err(|err| ours("compiling the guest", &err))?;
    let code = module.serialize().map_err(|err| ours("writing compiled code", &err))?;
    keep(folder, &path, &code)
        .map_err(|err| Problem::internal(format!("keeping compiled code: {err}")))?;
    Ok(module)
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

fn kept(engine: &Engine, path: &Path) -> Option<Module> {
    let bytes = fs::read(path).ok()?;
    let (digest, code) = bytes.split_at_checked(DIGEST_BYTES)?;
    if Sha256::digest(code).as_slice() != digest {
        return None;
    }
    // SAFETY: `Module::serialize` made these bytes: the folder is readable and writable by the
    // owner of this process only, and the digest shows that the file is whole.
    unsafe { Module::deserialize(engine, code) }.ok()
}

fn keep(folder: &Path, path: &Path, code: &[u8]) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let half = path.with_extension(format!("{}.part", std::process::id()));
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half)?;
    file.write_all(&Sha256::digest(code))?;
    file.write_all(code)?;
    file.sync_all()?;
    fs::rename(&half, path)
}
