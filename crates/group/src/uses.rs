//! Code that an app uses of other apps: pinned by the id of a release, pure Lua, with no grants of its
//! own. It is found when an app is published, and named by the release that uses it, so that it is
//! kept as long as that is, whatever becomes of the other app.

use crate::accounts::person;
use crate::apps::manifest_of;
use crate::group::Group;
use model::manifest::Use;
use model::problem::{Problem, Result};
use model::trigger::Person;
use model::{AccountId, AppAddress, Manifest, Release};
use std::collections::BTreeMap;

/// Bytes of all code of others in one app: each run loads what it requires.
const BYTES_MAX: u64 = 2 * model::limit::MIB as u64;
/// Apps that lie between an app and code that it uses through them: a longer way nobody reads.
const DEPTH_MAX: usize = 8;
/// The ending of files with code.
const CODE: &str = ".lua";

/// Paths and hashes of code.
type Code = BTreeMap<String, String>;

impl Group {
    /// The code that a manifest uses of other apps, as far as the owner may see them.
    pub(crate) fn used(&self, owner: AccountId, manifest: &Manifest) -> Result<Code> {
        if manifest.uses.is_empty() {
            return Ok(Code::new());
        }
        let owner = person(&self.account(owner)?.it);
        let mut finding = Finding { group: self, by: &owner, code: Code::new(), above: Vec::new() };
        finding.above.push(format!("@{}/{}", owner.handle, manifest.name));
        finding.all(&manifest.uses)?;
        let mut bytes = 0;
        for hash in finding.code.values() {
            bytes += self.store.blob_size(hash)?.unwrap_or(0);
        }
        if bytes > BYTES_MAX {
            return Err(Problem::invalid(format!(
                "The code that this app uses of others has {bytes} bytes, and at most {} MiB fit. Use less, or copy only what you need.",
                BYTES_MAX >> 20
            )));
        }
        Ok(finding.code)
    }
}

/// Code on its way to an app.
struct Finding<'a> {
    group: &'a Group,
    by: &'a Person,
    code: Code,
    /// The apps through which it is used.
    above: Vec<String>,
}

impl Finding<'_> {
    fn all(&mut self, uses: &[Use]) -> Result<()> {
        uses.iter().try_for_each(|it| self.one(it))
    }

    fn one(&mut self, wanted: &Use) -> Result<()> {
        let address = self.address(&wanted.app)?;
        let shown = address.to_string();
        if self.above.contains(&shown) {
            return Err(Problem::invalid(format!(
                "{shown} uses itself, through {}. Take one of these uses out of allotment.toml.",
                self.above.join(", ")
            )));
        }
        if self.above.len() > DEPTH_MAX {
            return Err(Problem::invalid(format!(
                "{shown} is used through more than {DEPTH_MAX} other apps. Use it directly, or copy what you need."
            )));
        }
        let release = self.release(&address, wanted)?;
        self.take(&address, &release)?;
        let manifest = manifest_of(&self.group.files(&release.files)?)?;
        self.above.push(shown);
        self.all(&manifest.uses)?;
        self.above.pop();
        Ok(())
    }

    /// An address may name this group, too.
    fn address(&self, text: &str) -> Result<AppAddress> {
        let here = format!("@{}/", self.group.config.host);
        AppAddress::parse(&text.replacen(&here, "/", 1)).map_err(|_| {
            Problem::invalid(format!(
                "allotment.toml uses “{}”, which is no app of this group; write it like @ana/feedtools.",
                text.escape_debug()
            ))
        })
    }

    fn release(&self, address: &AppAddress, wanted: &Use) -> Result<Release> {
        let app = self.group.app_at(address, Some(self.by)).map_err(|_| {
            Problem::invalid(format!(
                "allotment.toml uses {address}, and there is no such app, or it is not shared with you."
            ))
        })?;
        self.group.release(&app, &wanted.release).map_err(|_| {
            Problem::invalid(format!(
                "{address} has no release {}. Copy the id from its source page.",
                wanted.release
            ))
        })
    }

    /// Takes `NAME.lua` and what lies in the folder `NAME`.
    fn take(&mut self, address: &AppAddress, release: &Release) -> Result<()> {
        let name = address.app.as_str();
        let (main, folder) = (format!("{name}{CODE}"), format!("{name}/"));
        if !release.files.contains_key(&main) {
            return Err(Problem::invalid(format!(
                "Release {} of {address} has no {main}, so there is nothing to require. Its author can add one.",
                release.number
            )));
        }
        let code = release.files.iter().filter(|(path, _)| {
            **path == main || (path.starts_with(&folder) && path.ends_with(CODE))
        });
        for (path, hash) in code {
            if self.code.insert(path.clone(), hash.clone()).is_some_and(|other| other != *hash) {
                return Err(Problem::invalid(format!(
                    "{path} is used in two versions. Use one release of {address} everywhere."
                )));
            }
        }
        Ok(())
    }
}

/// Refuses files of an app's own where it uses others of that path.
pub(crate) fn must_not_meet(own: &BTreeMap<String, String>, used: &Code) -> Result<()> {
    match used.keys().find(|path| own.contains_key(*path)) {
        None => Ok(()),
        Some(path) => Err(Problem::invalid(format!(
            "The app has a {path} of its own and uses one of another app. Rename yours."
        ))),
    }
}
