//! Accounts and tokens, made on the group's own machine, beside a running server or without one.

use super::{DATA, open};
use crate::failure::Failure;
use crate::say::{Say, can_ask, talk};
use crate::secret;
use clap::Args;
use group::Scope;
use model::{Level, Name};
use serde_json::json;
use std::path::{Path, PathBuf};

/// `allot account add`.
#[derive(Args)]
pub(crate) struct AddAccount {
    /// The handle: small letters, digits and hyphens.
    name: String,
    /// Make it an admin; otherwise it is a member.
    #[arg(long)]
    admin: bool,
    /// Read the password from standard input, and ask nothing.
    #[arg(long)]
    password_stdin: bool,
    /// The group's folder.
    #[arg(long, default_value = DATA)]
    data: PathBuf,
}

/// Makes an account.
pub(crate) fn add_account(add: &AddAccount, say: Say) -> Result<(), Failure> {
    let password = match (add.password_stdin, can_ask()) {
        (true, _) => secret::piped()?,
        (false, true) => chosen()?,
        (false, false) => {
            return Err(Failure::usage(
                "Nobody sits here to type a password. Give it on standard input.",
            )
            .try_next(format!("allot account add {} --password-stdin < password.txt", add.name)));
        }
    };
    let level = if add.admin { Level::Admin } else { Level::Member };
    let account = open::alone(&add.data)?.add_account(&add.name, &password, level)?;
    let handle = format!("@{}", account.handle);
    let result = json!({ "handle": handle, "level": level.word() });
    let article = if add.admin { "an" } else { "a" };
    say.result(&result, &format!("{handle} is {article} {} of this group.", level.word()));
    talk(&format!(
        "For the command line:   allot token {} --data {}",
        account.handle,
        add.data.display()
    ));
    Ok(())
}

/// A password that was typed twice.
fn chosen() -> Result<String, Failure> {
    let password = secret::typed("A password, at least 8 characters:")?;
    if secret::typed("The same again:")? != password {
        return Err(Failure::usage(
            "These were two different passwords. Nothing was made; try again.",
        ));
    }
    Ok(password)
}

/// Makes a token and prints it, this once.
pub(crate) fn token(name: &str, read_only: bool, data: &Path, say: Say) -> Result<(), Failure> {
    open::must_exist(data)?;
    let group = open::alone(data)?;
    let account = group.account_named(&Name::parse(name.trim_start_matches('@'))?)?;
    let (scope, word) = if read_only { (Scope::Read, "read") } else { (Scope::Write, "write") };
    let token = group.new_token(&account, "command line", scope)?;
    let result = json!({ "handle": format!("@{}", account.handle), "scope": word, "token": token });
    say.result(&result, &token);
    talk("It is shown this once. Use it with   allot login URL   or as ALLOT_TOKEN.");
    Ok(())
}
