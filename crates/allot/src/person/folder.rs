//! The folder of an app on the person's own disk. Hidden files stay there, and nothing that is
//! there already is overwritten.

use crate::failure::Failure;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use group::manifest::FILE;
use model::release::is_component;
use model::{Files, limit};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Reads a folder: the app's name and its files.
pub(super) fn read(folder: &Path) -> Result<(String, Files), Failure> {
    let manifest = std::fs::read_to_string(folder.join(FILE)).map_err(|err| {
        let text = match err.kind() {
            std::io::ErrorKind::NotFound => format!("{} has no {FILE}.", folder.display()),
            _ => format!("{}: {err}.", folder.join(FILE).display()),
        };
        Failure::usage(text).try_next("allot new NAME")
    })?;
    let manifest = group::manifest::parse(&manifest)?;
    let mut files = BTreeMap::new();
    collect(folder, "", &mut files)?;
    Ok((manifest.name.to_string(), Files::new(files)?))
}

fn collect(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), Failure> {
    let failed = |err: std::io::Error| Failure::file(folder, &err);
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().map_err(failed)?;
        // Hidden files and links are the person's own: git, editors, notes.
        if name.starts_with('.') || !(kind.is_dir() || kind.is_file()) {
            continue;
        }
        if kind.is_dir() && is_of_tools(folder, &name) {
            continue;
        }
        let path = format!("{prefix}{name}");
        if kind.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else {
            let length = entry.metadata().map_err(failed)?.len();
            let most = match is_component(&path) {
                true => limit::COMPONENT_BYTES_MAX,
                false => limit::RELEASE_BYTES_MAX,
            };
            if length > most as u64 {
                return Err(Failure::usage(format!(
                    "{path} has more than the {} MiB that it may have in an app. Move it out of the folder.",
                    most / limit::MIB
                )));
            }
            let bytes =
                std::fs::read(entry.path()).map_err(|err| Failure::file(&entry.path(), &err));
            files.insert(path, bytes?);
        }
        if files.len() > limit::RELEASE_FILES_MAX {
            return Err(Failure::usage(format!(
                "{} has more than {} files; an app has fewer. Is it the right folder?",
                folder.display(),
                limit::RELEASE_FILES_MAX
            )));
        }
    }
    Ok(())
}

/// Whether a folder holds what tools of other languages put there, and make again: it is known by
/// its name and by the file beside it that those tools read.
fn is_of_tools(beside: &Path, name: &str) -> bool {
    const MADE: [(&str, &str); 2] = [("target", "Cargo.toml"), ("node_modules", "package.json")];
    name == "__pycache__"
        || MADE.iter().any(|(made, by)| name == *made && beside.join(by).is_file())
}

/// Files as the API takes them.
pub(super) fn encoded(files: &Files) -> BTreeMap<String, String> {
    files.iter().map(|(path, bytes)| (path.to_owned(), STANDARD.encode(bytes))).collect()
}

/// Files as the API gives them.
pub(super) fn decoded(files: &Value) -> Result<Files, Failure> {
    let files = files.as_object().into_iter().flatten();
    let decode = |(path, text): (&String, &Value)| {
        let bytes = STANDARD.decode(text.as_str().unwrap_or_default());
        let wrong = |_| Failure::usage(format!("The group sent {path} in a strange form."));
        Ok((path.clone(), bytes.map_err(wrong)?))
    };
    Ok(Files::new(files.map(decode).collect::<Result<_, Failure>>()?)?)
}

/// Writes files into a folder that is not there yet, or is empty. Answers their paths.
pub(super) fn write(folder: &Path, files: &Files) -> Result<Vec<String>, Failure> {
    let occupied = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if occupied || folder.is_file() {
        return Err(Failure::usage(format!(
            "{} is there already, and nothing in it shall be overwritten.",
            folder.display()
        ))
        .try_next("allot new ANOTHER-NAME"));
    }
    let mut paths = Vec::new();
    for (path, bytes) in files.iter() {
        let to = folder.join(path);
        let failed = |err: std::io::Error| Failure::file(&to, &err);
        if let Some(parent) = to.parent() {
            std::fs::create_dir_all(parent).map_err(failed)?;
        }
        std::fs::write(&to, bytes).map_err(failed)?;
        paths.push(path.to_owned());
    }
    Ok(paths)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn hidden_files_and_links_stay_at_home() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write(FILE, "name = \"poll\"");
        write("lib/draw.lua", "return 1");
        write(".luarc.json", "{}");
        write(".allot/lib/allotment.d.lua", "");
        write(".git/config", "");
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link")).unwrap();
        let (name, files) = read(folder.path()).unwrap();
        let paths: Vec<&str> = files.iter().map(|(path, _)| path).collect();
        assert_eq!((name.as_str(), paths), ("poll", vec![FILE, "lib/draw.lua"]));
    }

    #[test]
    fn what_tools_put_there_stays_at_home() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "name = \"poll\"").unwrap();
        };
        let paths = |folder: &Path| {
            let (_, files) = read(folder).unwrap();
            files.iter().map(|(path, _)| path.to_owned()).collect::<Vec<_>>()
        };
        for path in
            [FILE, "main.wasm", "target/a", "node_modules/b/c", "__pycache__/d", "lib/target/e"]
        {
            write(path);
        }
        let without = [FILE, "lib/target/e", "main.wasm", "node_modules/b/c", "target/a"];
        assert_eq!(paths(folder.path()), without, "folders of these names may be the app's own");
        write("Cargo.toml");
        write("package.json");
        let with = ["Cargo.toml", FILE, "lib/target/e", "main.wasm", "package.json"];
        assert_eq!(paths(folder.path()), with);
    }

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new([("a/b".to_owned(), b"new".to_vec())].into()).unwrap();
        let into = folder.path().join("x");
        assert_eq!(write(&into, &files).unwrap(), ["a/b"]);
        assert!(write(&into, &files).is_err());
        assert!(write(&into.join("a/b"), &files).is_err(), "a file is no folder");
        std::fs::create_dir(folder.path().join("empty")).unwrap();
        assert!(write(&folder.path().join("empty"), &files).is_ok());
    }
}
