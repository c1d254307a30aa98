//! The files of an app, and their immutable, content-hashed, signed state.

use crate::problem::{Problem, Result};
use crate::{AccountId, AppId, Moment, limit, sabotage};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;

/// The files of an app by path. Every file has the mode 0644: nothing in an app is executed by a system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<String, Vec<u8>>);

/// Whether a file is code of an app in another language than Lua.
#[must_use]
pub fn is_component(path: &str) -> bool {
    path.ends_with(".wasm")
}

/// The mode that goes into the release id; git knows a plain file by it.
const MODE: &str = "100644";

impl Files {
    /// Takes files in; refuses paths that could leave the folder, and too much of anything.
    pub fn new(files: BTreeMap<String, Vec<u8>>) -> Result<Files> {
        if files.len() > limit::RELEASE_FILES_MAX {
            return Err(Problem::invalid(format!(
                "An app has at most {} files; these are {}.",
                limit::RELEASE_FILES_MAX,
                files.len()
            )));
        }
        let bytes = |of: fn(&str) -> bool| -> usize {
            files.iter().filter(|(path, _)| of(path)).map(|(_, bytes)| bytes.len()).sum()
        };
        let components = bytes(is_component);
        if components > limit::COMPONENT_BYTES_MAX {
            return Err(Problem::invalid(format!(
                "The wasm of an app has at most {} MiB; this has {} MiB. Build it for release, and strip it.",
                limit::COMPONENT_BYTES_MAX / limit::MIB,
                components.div_ceil(limit::MIB)
            )));
        }
        let bytes = bytes(|path| !is_component(path));
        if bytes > limit::RELEASE_BYTES_MAX && !sabotage::off("release-size") {
            return Err(Problem::invalid(format!(
                "The files of an app have at most {} MiB together; these have {} MiB. Keep large things in `files` at run time.",
                limit::RELEASE_BYTES_MAX / limit::MIB,
                bytes.div_ceil(limit::MIB)
            )));
        }
        files.keys().try_for_each(|path| check_path(path))?;
        no_twins(files.keys())?;
        Ok(Files(files))
    }

    /// The content of a file.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(Vec::as_slice)
    }

    /// The content of a file as text, if it is UTF-8.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// All files, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// These files with one of them replaced or added.
    pub fn with(&self, path: &str, bytes: Vec<u8>) -> Result<Files> {
        let mut files = self.0.clone();
        files.insert(path.to_owned(), bytes);
        Files::new(files)
    }

    /// These files without one of them.
    #[must_use]
    pub fn without(&self, path: &str) -> Files {
        let mut files = self.0.clone();
        files.remove(path);
        Files(files)
    }

    /// Bytes of all files together.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.values().map(|bytes| bytes.len() as u64).sum()
    }

    /// SHA-256 of the canonical list of (path, mode, SHA-256 of the content), sorted by path.
    #[must_use]
    pub fn id(&self) -> ReleaseId {
        let mut list = Sha256::new();
        for (path, bytes) in &self.0 {
            list.update(format!("{path}\0{MODE}\0{}\n", hex(&Sha256::digest(bytes))));
        }
        ReleaseId(hex(&list.finalize()))
    }
}

/// A path inside an app: relative, forward slashes, no empty, dotted or hidden step, and nothing
/// that some system takes for a device or stores under another name.
pub fn check_path(path: &str) -> Result<()> {
    let fine = !path.is_empty()
        && path.len() <= limit::PATH_BYTES_MAX
        && path.split('/').all(fine_step)
        && !path.chars().any(|c| c.is_control() || matches!(c, '\\' | ':'));
    if fine {
        return Ok(());
    }
    Err(Problem::invalid(format!(
        "“{}” is not a path inside an app: write it like files/logo.png.",
        path.escape_debug()
    )))
}

/// Names that Windows takes for devices, whatever ending follows.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];
/// Devices that are counted: `com1`, `lpt9`.
const COUNTED_DEVICES: &[&str] = &["com", "lpt"];

/// A step may not be empty or begin with a dot, except the editor's own `.luarc.json` and `.allot`.
fn fine_step(step: &str) -> bool {
    let hidden = step.starts_with('.') && !matches!(step, ".luarc.json" | ".allot");
    // Windows drops a space or a dot at the end, and so makes another file of it.
    let trimmed = step.ends_with(' ') || step.ends_with('.');
    !step.is_empty() && !hidden && !trimmed && !is_device(step)
}

fn is_device(step: &str) -> bool {
    let stem = step.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let counted =
        stem.strip_suffix(|c: char| c.is_ascii_digit() || "¹²³".contains(c)).unwrap_or_default();
    DEVICES.contains(&stem.as_str()) || COUNTED_DEVICES.contains(&counted)
}

/// Refuses two paths that differ only in capitals: on many systems they are one file.
fn no_twins<'a>(paths: impl Iterator<Item = &'a String>) -> Result<()> {
    let mut seen = BTreeMap::new();
    for path in paths {
        if let Some(twin) = seen.insert(path.to_lowercase(), path) {
            return Err(Problem::invalid(format!(
                "“{twin}” and “{path}” are one file on many systems; rename one of them."
            )));
        }
    }
    Ok(())
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The SHA-256 that a hash says in hexadecimal.
#[must_use]
pub fn unhex(hash: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if hash.len() != 2 * bytes.len() || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, place) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(hash.get(place..place + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// The identity of a state of files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReleaseId(String);

impl ReleaseId {
    /// Reads 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<ReleaseId> {
        let fine = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        fine.then(|| ReleaseId(text.to_owned()))
    }

    /// The whole id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first twelve digits, enough for people.
    #[must_use]
    pub fn short(&self) -> &str {
        &self.0[..12]
    }
}

impl fmt::Display for ReleaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The record of a release: what it is, who published it, and on what it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    pub id: ReleaseId,
    pub app: AppId,
    /// 1 for the first release of this app.
    pub number: u64,
    pub note: String,
    pub at: Moment,
    pub by: AccountId,
    /// SHA-256 of the guest it was published for.
    pub guest: String,
    pub engine: String,
    pub price_table: u32,
    /// Path to SHA-256 of the content, which is kept as a blob.
    pub files: BTreeMap<String, String>,
    /// The same for code of other apps that it uses, as its manifest says.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub used: BTreeMap<String, String>,
    /// Ed25519 signature by the account's key over `signed_text`, hexadecimal.
    pub signature: String,
}

impl Release {
    /// The text that the account's key signs.
    #[must_use]
    pub fn signed_text(&self) -> String {
        format!(
            "allotment release 1\nid {}\napp {}\nnumber {}\nat {}\nguest {}\nengine {}\nprices {}\nnote {}\n",
            self.id,
            self.app,
            self.number,
            self.at.0,
            self.guest,
            self.engine,
            self.price_table,
            hex(&Sha256::digest(self.note.as_bytes()))
        )
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    fn files(pairs: &[(&str, &str)]) -> Result<Files> {
        Files::new(pairs.iter().map(|(p, c)| ((*p).into(), c.as_bytes().to_vec())).collect())
    }

    #[test]
    fn the_id_depends_on_path_and_content_only() {
        let one = files(&[("main.lua", "x"), ("a/b.txt", "y")]).expect("files");
        let same = files(&[("a/b.txt", "y"), ("main.lua", "x")]).expect("files");
        let other = files(&[("main.lua", "y"), ("a/b.txt", "x")]).expect("files");
        assert_eq!(one.id(), same.id());
        assert_ne!(one.id(), other.id());
        assert_eq!(ReleaseId::parse(one.id().as_str()), Some(one.id()));
    }

    #[test]
    fn no_path_leaves_the_app() {
        for path in [
            "",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "./x",
            "a//b",
            "a/",
            "..\\x",
            "C:x",
            "a\0b",
            "a/.git/config",
            ".ssh",
            "a\nb",
            "..",
            "\0x",
            "con",
            "aux.txt",
            "a/NUL.tar.gz",
            "lpt1",
            "com².txt",
            "x:stream",
            "x ",
            "x/y. ",
            "x.",
            &"x".repeat(300),
        ] {
            assert!(check_path(path).is_err(), "{path:?} was taken");
        }
        for path in [
            "main.lua",
            "files/logo.png",
            ".luarc.json",
            ".allot/lib/allotment.d.lua",
            "console.lua",
            "com.lua",
            "lpt10",
            "a b.txt",
        ] {
            assert!(check_path(path).is_ok(), "{path:?} was refused");
        }
    }

    #[test]
    fn paths_that_differ_only_in_capitals_are_refused() {
        assert!(files(&[("A", ""), ("a", "")]).is_err());
        assert!(files(&[("É/x", ""), ("é/X", "")]).is_err());
        assert!(files(&[("A", ""), ("b", "")]).is_ok());
    }

    /// WASM-007, LUA-047: what is too large is refused before anything reads it.
    #[test]
    fn too_many_or_too_large_files_are_refused() {
        let many = (0..=limit::RELEASE_FILES_MAX).map(|n| (n.to_string(), vec![])).collect();
        assert!(Files::new(many).is_err());
        let large = [("x".to_owned(), vec![0; limit::RELEASE_BYTES_MAX + 1])].into();
        assert!(Files::new(large).is_err());
        let wasm = |bytes| Files::new([("main.wasm".to_owned(), vec![0; bytes])].into());
        assert!(wasm(limit::COMPONENT_BYTES_MAX).is_ok());
        assert!(wasm(limit::COMPONENT_BYTES_MAX + 1).is_err());
    }
}
