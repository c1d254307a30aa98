//! Backups: made while the group runs, and believed only after one was brought back.

use super::{open, world};
use crate::failure::Failure;
use crate::say::{Say, talk};
use group::Keys;
use model::receipt::grouped;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use store::{BackupSummary, Store};

/// Writes a backup, brings it back into a scratch folder, and compares.
pub(crate) fn create(file: &Path, data: &Path, verify: bool, say: Say) -> Result<(), Failure> {
    open::must_exist(data)?;
    let summary = Store::open(data)?.backup(file, world::now())?;
    let mut words = vec![format!("{} holds {}.", file.display(), contents(&summary))];
    if verify {
        let scratch = Scratch::beside(file)?;
        let again = Store::verify(file, &scratch.0);
        let again = again.map_err(|problem| {
            Failure::from(problem).try_next(format!(
                "allot backup create {} --data {}",
                file.display(),
                data.display()
            ))
        })?;
        words.push(format!(
            "Verified: it was restored into a scratch folder, the database and all {} blobs were found whole, and a second backup of that is equal in all {} parts.",
            grouped(count(&again, "blobs")),
            again.segments.len()
        ));
    }
    say.result(&summary_json(file, &summary, Some(verify)), &words.join("\n"));
    talk(&format!(
        "The master key is not in it. Keep {} somewhere else: without it no secret or token opens again.",
        data.join(open::MASTER_KEY).display()
    ));
    Ok(())
}

/// Brings a backup back into a folder that has no group yet.
pub(crate) fn restore(file: &Path, data: &Path, say: Say) -> Result<(), Failure> {
    let summary = Store::restore(file, data)?;
    let store = Store::open(data)?;
    store.integrity()?;
    let words = format!("{} has {} again.", data.display(), contents(&summary));
    say.result(&summary_json(file, &summary, None), &words);
    talk(&about_key(&store, data)?);
    Ok(())
}

/// What is to be done about the master key after a restore.
fn about_key(store: &Store, data: &Path) -> Result<String, Failure> {
    let path = data.join(open::MASTER_KEY);
    let shown = path.display();
    if !path.exists() {
        return Ok(format!(
            "Now put the group's master key there before you serve it:\n  install -m 600 YOUR-COPY {shown}\nWithout it the first start makes a new one, with which nothing sealed opens: no account could publish, and the secrets and tokens of apps are lost."
        ));
    }
    let keys = Keys::new(open::master_key(data)?);
    Ok(match group::inspect::key_fits(store, &keys)? {
        Some(false) => format!(
            "{shown} is the key of another group: nothing that is sealed here opens with it. Put the right one in its place before you serve it."
        ),
        _ => format!(
            "{shown} is there and fits. Serve it with   allot serve --data {}",
            data.display()
        ),
    })
}

fn count(summary: &BackupSummary, segment: &str) -> u64 {
    summary.segments.get(segment).map_or(0, |segment| segment.count)
}

fn contents(summary: &BackupSummary) -> String {
    let some = |segment: &str, one: &str| match count(summary, segment) {
        1 => format!("1 {one}"),
        many => format!("{} {one}s", grouped(many)),
    };
    let bytes: u64 = summary.segments.values().map(|segment| segment.bytes).sum();
    format!(
        "{}, {}, {} of data, {} and what belongs to them ({} KiB)",
        some("accounts", "account"),
        some("apps", "app"),
        some("rows", "row"),
        some("blobs", "blob"),
        grouped(bytes.div_ceil(1024))
    )
}

fn summary_json(file: &Path, summary: &BackupSummary, verified: Option<bool>) -> Value {
    let mut json = json!({
        "file": file.display().to_string(), "made": summary.made, "parts": summary.segments,
    });
    if let Some(verified) = verified {
        json["verified"] = json!(verified);
    }
    json
}

/// A folder for the restored copy, on the disk that has room for the backup. It goes away.
struct Scratch(PathBuf);

impl Scratch {
    fn beside(file: &Path) -> Result<Scratch, Failure> {
        let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
        let folder =
            folder.unwrap_or(Path::new(".")).join(format!(".allot-verify-{}", std::process::id()));
        std::fs::create_dir(&folder).map_err(|err| Failure::file(&folder, &err))?;
        Ok(Scratch(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if std::fs::remove_dir_all(&self.0).is_err() {
            talk(&format!(
                "{} could not be removed; it is a copy of the group's data.",
                self.0.display()
            ));
        }
    }
}
