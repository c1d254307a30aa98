//! A zip that somebody brought, opened. A parser reads it, and is believed little: every name is
//! judged here first, and one bad name refuses the whole. Nothing is ever written to a disk under a
//! name from it, and nothing is read beyond what it may be.

use crate::carried;
use crate::parse::{Parser, Part, Reading, Unread};
use model::problem::{Kind, Problem, Result};
use model::release::check_path;
use model::{Files, limit};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Seek};

/// Entries of one file: the files of two releases, and as many kept ones as a person looks after.
const ENTRIES_MAX: usize = 50_000;
/// Bytes of a JSON document of ours.
const JSON_BYTES_MAX: usize = limit::MIB;
/// Bytes of a line: a value of a mebibyte, each byte of it escaped sixfold, and room.
const LINE_BYTES_MAX: usize = 7 * limit::VALUE_BYTES_MAX;
/// The folders of the form; what lies in them is judged as a path of an app.
const FOLDERS: [&str; 3] = [carried::APP, carried::DRAFT, carried::BLOBS];

/// An opened file.
pub(crate) struct Opened<'p, R> {
    reading: Reading<'p, R>,
    /// Its files, by name.
    parts: BTreeMap<String, Part>,
}

impl<'p, R: Read + Seek> Opened<'p, R> {
    pub(crate) fn new(parser: &'p Parser, from: R) -> Result<Opened<'p, R>> {
        let (reading, list) = parser.read_archive(from).map_err(|err| unread(&err))?;
        if list.len() > ENTRIES_MAX {
            return Err(Problem::invalid(format!(
                "This file has more than {ENTRIES_MAX} parts; an app has fewer."
            )));
        }
        let (mut parts, mut seen) = (BTreeMap::new(), BTreeSet::new());
        for part in list {
            let name = part.name.as_str();
            let path = name.strip_suffix('/').filter(|_| part.folder).unwrap_or(name);
            let inner = FOLDERS.iter().find_map(|folder| path.strip_prefix(folder)).unwrap_or(path);
            if !part.plain || check_path(inner).is_err() || !seen.insert(path.to_lowercase()) {
                return Err(bad_name(name));
            }
            if !part.folder {
                parts.insert(part.name.clone(), part);
            }
        }
        Ok(Opened { reading, parts })
    }

    /// The files of a folder.
    pub(crate) fn folder(&mut self, folder: &str) -> Result<BTreeMap<String, Vec<u8>>> {
        let names: Vec<String> =
            self.parts.keys().filter(|name| name.starts_with(folder)).cloned().collect();
        let mut files = BTreeMap::new();
        let mut left = limit::RELEASE_BYTES_MAX + limit::COMPONENT_BYTES_MAX;
        for name in names {
            let bytes = self.bytes(&name, left)?.unwrap_or_default();
            left -= bytes.len();
            files.insert(name[folder.len()..].to_owned(), bytes);
            if files.len() > limit::RELEASE_FILES_MAX {
                // `Files` has the words for it.
                return Files::new(files).map(|_| BTreeMap::new());
            }
        }
        Ok(files)
    }

    /// The content under a hash.
    pub(crate) fn blob(&mut self, hash: &str) -> Result<Option<Vec<u8>>> {
        self.bytes(&format!("{}{hash}", carried::BLOBS), limit::FILE_BYTES_MAX)
    }

    /// A JSON document.
    pub(crate) fn json<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>> {
        let Some(bytes) = self.bytes(name, JSON_BYTES_MAX)? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|err| unreadable(name, 1, &err))
    }

    /// Every line of a document of lines, one after the other.
    pub(crate) fn lines<T: DeserializeOwned>(
        &mut self,
        name: &str,
        mut take: impl FnMut(T) -> Result<()>,
    ) -> Result<()> {
        let Some(part) = self.parts.get(name) else { return Ok(()) };
        let part = self.reading.part(part).map_err(|err| unread(&err))?;
        let mut reader = BufReader::new(part);
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let mut limited = (&mut reader).take(LINE_BYTES_MAX as u64);
            if limited.read_until(b'\n', &mut line).map_err(|err| unread(&err))? == 0 {
                break;
            }
            take(serde_json::from_slice(&line).map_err(|err| unreadable(name, number, &err))?)?;
        }
        Ok(())
    }

    fn bytes(&mut self, name: &str, most: usize) -> Result<Option<Vec<u8>>> {
        let Some(part) = self.parts.get(name) else { return Ok(None) };
        let part = self.reading.part(part).map_err(|err| unread(&err))?;
        let mut bytes = Vec::new();
        // The size that a zip tells of itself is not believed.
        part.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|err| unread(&err))?;
        if bytes.len() > most {
            return Err(Problem::invalid(format!(
                "“{name}” in this file is larger than the {} KiB it may have.",
                most / limit::KIB
            )));
        }
        Ok(Some(bytes))
    }
}

/// Why a file could not be read: it is none, or nobody could read it now.
fn unread(err: &std::io::Error) -> Problem {
    if Unread::is(err) {
        let text = "This file could not be opened just now. Try again in a minute.";
        return Problem::new(Kind::Conflict, text).privately(err.to_string());
    }
    Problem::invalid(
        "This is not a whole zip file. Export the app again, or copy the file again if it came over a network.",
    )
}

fn bad_name(name: &str) -> Problem {
    Problem::invalid(format!(
        "The file holds “{}”, which is no name of a plain file in an app, or is there twice. Nothing of it was taken in.",
        name.escape_debug()
    ))
}

fn unreadable(name: &str, line: usize, err: &serde_json::Error) -> Problem {
    Problem::invalid(format!("{name}, line {line}: {err}. Export the app again."))
}
