//! Where a repository lies and which branch is meant: https without credentials on its usual
//! port, and a branch name that git itself would take. Places the operator named may be plain http.

use crate::outside::Outside;
use group::world::{Unreached, UnreachedKind};
use url::Url;

/// Bytes of a branch name: the longest file name, as the remote keeps branches as files.
const BRANCH_BYTES_MAX: usize = 200;

/// The address of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository(Url);

impl Repository {
    /// Judges an address that a person typed.
    pub fn parse(outside: &Outside, text: &str) -> Result<Repository, Unreached> {
        let target = outside.judge(text)?;
        let usual = target.tls && target.port == 443;
        if !usual && !outside.is_named(&target) {
            return Err(refused(
                "A repository is reached over https on its usual port; write it like https://git.example/ana/feeds.git.",
            ));
        }
        let mut url = target.url;
        if url.query().is_some() || url.path().trim_matches('/').is_empty() {
            return Err(refused(
                "This is not the address of a repository; write it like https://git.example/ana/feeds.git.",
            ));
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Repository(url))
    }

    /// The address of a service below the repository.
    pub(super) fn below(&self, path_and_query: &str) -> String {
        format!("{}/{path_and_query}", self.0)
    }

    /// What a redirect says about the repository: its new address, if it says one.
    pub(super) fn moved_to(&self, location: &str) -> Option<Repository> {
        let mut url = Url::parse(&self.below("info/refs")).ok()?.join(location).ok()?;
        let path = url.path().strip_suffix("/info/refs")?.to_owned();
        url.set_query(None);
        url.set_fragment(None);
        url.set_path(&path);
        let shown = matches!(url.scheme(), "http" | "https") && url.username().is_empty();
        shown.then_some(Repository(url))
    }
}

impl std::fmt::Display for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A branch. Tags, notes and everything else in a repository cannot be named by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch(String);

impl Branch {
    /// Reads `main` or `refs/heads/main`; the rule is that of `git check-ref-format`, and stricter
    /// where other systems keep files.
    pub fn parse(text: &str) -> Result<Branch, Unreached> {
        let name = text.strip_prefix("refs/heads/").unwrap_or(text);
        let fine = name.len() <= BRANCH_BYTES_MAX
            && name.split('/').all(fine_step)
            && !name.starts_with('-')
            && !name.starts_with("refs/")
            && !matches!(name, "@" | "HEAD")
            && !["..", "@{"].iter().any(|pair| name.contains(pair))
            && !name.chars().any(|c| c.is_control() || " ~^:?*[\\".contains(c));
        match fine {
            true => Ok(Branch(name.to_owned())),
            false => Err(refused(format!(
                "“{}” is not the name of a branch; write it like main.",
                text.chars().take(80).collect::<String>().escape_debug()
            ))),
        }
    }

    /// The branch of a repository that names none.
    pub(super) fn main() -> Branch {
        Branch("main".to_owned())
    }

    /// The whole reference, as the protocol names it.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("refs/heads/{}", self.0)
    }
}

impl std::fmt::Display for Branch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn fine_step(step: &str) -> bool {
    !step.is_empty()
        && !step.starts_with('.')
        && !step.ends_with('.')
        && !step.to_ascii_lowercase().ends_with(".lock")
}

fn refused(text: impl Into<String>) -> Unreached {
    Unreached::new(UnreachedKind::Forbidden, text)
}
