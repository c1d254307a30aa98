//! The folder of an app on the person's own disk.

use crate::commands::Failure;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::{Name, limit};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

const MANIFEST: &str = "allotment.toml";

/// Reads a folder: the app's name and its files in base64.
pub(super) fn read(folder: &Path) -> Result<(String, BTreeMap<String, String>), Failure> {
    let manifest = std::fs::read_to_string(folder.join(MANIFEST)).map_err(|_| {
        Failure::new(
            2,
            format!("{} has no {MANIFEST}. Make an app with   allot new NAME", folder.display()),
        )
    })?;
    let manifest = group::manifest::parse(&manifest)?;
    let mut files = BTreeMap::new();
    collect(folder, "", &mut files)?;
    Ok((manifest.name.to_string(), files))
}

fn collect(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, String>,
) -> Result<(), Failure> {
    let failed = |err: std::io::Error| Failure::new(2, format!("{}: {err}", folder.display()));
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().map_err(failed)?;
        // Hidden files and links are the person's own: git, editors, notes.
        if name.starts_with('.') || kind.is_symlink() {
            continue;
        }
        let path = format!("{prefix}{name}");
        if kind.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.insert(path, STANDARD.encode(std::fs::read(entry.path()).map_err(failed)?));
        }
        if files.len() > limit::RELEASE_FILES_MAX {
            return Err(Failure::new(
                2,
                format!("an app has at most {} files", limit::RELEASE_FILES_MAX),
            ));
        }
    }
    Ok(())
}

/// Writes files into a folder; answers how many. Nothing that is there already is overwritten.
pub(super) fn write(folder: &Path, files: &Value) -> Result<usize, Failure> {
    let files = files.as_object().cloned().unwrap_or_default();
    for (path, content) in &files {
        model::release::check_path(path)?;
        let to = folder.join(path);
        let failed = |err: std::io::Error| Failure::new(2, format!("{}: {err}", to.display()));
        if to.exists() {
            return Err(Failure::new(
                2,
                format!("{} is there already; name another folder", to.display()),
            ));
        }
        if let Some(parent) = to.parent() {
            std::fs::create_dir_all(parent).map_err(failed)?;
        }
        let bytes = STANDARD.decode(content.as_str().unwrap_or_default());
        std::fs::write(&to, bytes.unwrap_or_default()).map_err(failed)?;
    }
    Ok(files.len())
}

/// Writes the smallest app that does something.
pub(super) fn write_new(name: &str) -> Result<(), Failure> {
    let name = Name::parse(name)?;
    let folder = Path::new(name.as_str());
    let manifest = format!(
        "name = \"{name}\"\ntitle = \"{name}\"\nlicence = \"MIT\"\napi = 1\nshare = \"group\"\n"
    );
    let files = serde_json::json!({
        MANIFEST: STANDARD.encode(manifest),
        "main.lua": STANDARD.encode(include_str!("new.lua")),
    });
    write(folder, &files).map(|_| ())
}
