//! Accounts: signing up and in, passwords, sessions, tokens, invitations. No secret is kept as it is.

use crate::group::Group;
use crate::keys::{new_secret, secret_id};
use crate::moderation::{SignUp, must_be_admin};
use crate::records::{self, Found, Kept};
use crate::visitors;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use model::problem::{Kind as ProblemKind, Problem, Result};
use model::trigger::Person;
use model::{Account, AccountId, Level, Moment, Name, limit};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Kind, Put, Refused};

/// Memory of one password hash, in KiB (OWASP: Argon2id with 19 MiB, 2 passes, 1 lane).
const ARGON2_MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
const ARGON2_PASSES: u32 = 2;
/// How long an invitation can be used.
const INVITATION_DAYS: u64 = 14;
/// Characters of the name a person wants to be called.
const SHOWN_NAME_CHARS_MAX: usize = 60;
/// Tokens of one account.
const TOKENS_MAX: usize = 50;

/// A session of a browser.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Session {
    account: AccountId,
    begun: Moment,
}

/// What an API token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Look at apps, logs and receipts.
    Read,
    /// And change, run and publish them.
    Write,
}

/// An API token, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// SHA-256 of the token; the token itself is shown once.
    pub id: String,
    pub account: AccountId,
    pub name: String,
    pub scope: Scope,
    pub created: Moment,
}

/// An invitation: whoever has it becomes a member, or the first admin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub level: Level,
    /// Who invited; `None` for the link that the first start prints.
    pub by: Option<AccountId>,
}

/// What a person types to join.
#[derive(Clone, Debug, Default)]
pub struct Joining {
    pub handle: String,
    pub password: String,
    pub invitation: Option<String>,
    /// The visitor whose draft becomes theirs.
    pub visitor: Option<AccountId>,
}

impl Group {
    /// Loads an account by id.
    pub(crate) fn account(&self, id: AccountId) -> Result<Kept<Account>> {
        records::load(&self.store, Kind::Account, &id.to_string())?
            .ok_or_else(|| Problem::not_found("There is no such account here."))
    }

    /// The account with a handle.
    pub fn account_named(&self, handle: &Name) -> Result<Account> {
        let found = records::load_named::<Account>(&self.store, Kind::Account, handle.as_str())?;
        found
            .map(|kept| kept.it)
            .ok_or_else(|| Problem::not_found("There is no such account here."))
    }

    /// Makes an account for a person who signs up.
    pub fn join(&self, joining: &Joining) -> Result<Account> {
        let handle = Name::parse(&joining.handle)?;
        check_password(&joining.password)?;
        let invitation = self.invitation(joining.invitation.as_deref())?;
        let level = match (&invitation, self.settings()?.sign_up) {
            (Some(kept), _) => kept.it.level,
            (None, SignUp::Open) => Level::New,
            (None, SignUp::Invited) => {
                return Err(Problem::forbidden(
                    "Joining needs an invitation. Ask somebody who is here for a link.",
                ));
            }
            (None, SignUp::Closed) => {
                return Err(Problem::forbidden("This group takes no new people at the moment."));
            }
        };
        let spent = joining.invitation.as_deref().zip(invitation.as_ref());
        let mut account = match joining.visitor {
            Some(visitor) => self.account(visitor)?,
            None => Kept { it: self.blank_account(handle.clone(), level)?, version: 0, due: None },
        };
        if account.version != 0 && account.it.level != Level::Visitor {
            return Err(Problem::invalid(
                "You are signed in already. Sign out first to make another account.",
            ));
        }
        account.it.handle = handle.clone();
        account.it.name = handle.to_string();
        account.it.level = level;
        account.it.password = Some(self.hash_password(&joining.password)?);
        let expect =
            if account.version == 0 { Expect::New } else { Expect::Version(account.version) };
        self.no_look_alike(&handle)?;
        let mut batch = Batch::new(self.now());
        batch.puts.push(account_put(&account.it, expect)?);
        batch.puts.extend(self.renamed_apps(&account.it)?);
        if let Some((secret, kept)) = spent {
            // The invitation is used up in the same commit: nobody uses it twice.
            batch =
                batch.delete(Kind::Invitation, secret_id(secret), Expect::Version(kept.version));
        }
        self.store.commit(batch).map_err(|refused| match refused {
            Refused::NameTaken { .. } => taken(&handle),
            other => other.into(),
        })?;
        Ok(account.it)
    }

    /// The apps of a visitor who became a person, under the new handle.
    fn renamed_apps(&self, account: &Account) -> Result<Vec<Put>> {
        let mut puts = Vec::new();
        for kept in records::load_of::<model::App>(&self.store, Kind::App, &account.id.to_string())?
        {
            let app = model::App { owner_handle: account.handle.clone(), ..kept.it };
            let found = Found {
                id: app.id.to_string(),
                owner: Some(account.id.to_string()),
                name: Some(format!("@{}/{}", app.owner_handle, app.name)),
                due: None,
            };
            puts.push(records::put(Kind::App, found, &app, Expect::Version(kept.version))?);
        }
        Ok(puts)
    }

    /// Two handles that look the same must not both exist.
    fn no_look_alike(&self, handle: &Name) -> Result<()> {
        let twin = self.all_accounts()?.into_iter().any(|other| {
            other.handle.skeleton() == handle.skeleton() && other.level > Level::Visitor
        });
        if twin { Err(taken(handle)) } else { Ok(()) }
    }

    pub(crate) fn blank_account(&self, handle: Name, level: Level) -> Result<Account> {
        let id = self.new_account_id();
        let (public_key, sealed_key) =
            self.keys.new_account_key(self.world.as_ref(), &id.to_string())?;
        Ok(Account {
            id,
            name: handle.to_string(),
            handle,
            level,
            lang: "en".into(),
            tz: "UTC".into(),
            password: None,
            public_key,
            sealed_key,
            created: self.now(),
            frozen: None,
            sessions_from: Moment(0),
        })
    }

    /// Signs in with a password; answers the session's secret for the cookie.
    pub fn sign_in(&self, handle: &str, password: &str) -> Result<(Account, String)> {
        let refused = || {
            Problem::new(
                ProblemKind::SignIn,
                "The name or the password is not right. Try again, or ask an admin for a new password.",
            )
        };
        self.count_sign_in_try(handle)?;
        let found = Name::parse(handle).ok().and_then(|name| self.account_named(&name).ok());
        // A wrong name takes as long as a wrong password.
        let hash = found.as_ref().and_then(|account| account.password.clone());
        let fits = match &hash {
            Some(hash) => verifies(hash, password),
            None => {
                let _ = self.hash_password("no such account");
                false
            }
        };
        let account = found.filter(|_| fits).ok_or_else(refused)?;
        let session = self.new_session(&account)?;
        Ok((account, session))
    }

    /// Counts a try; too many in a quarter of an hour have to wait.
    fn count_sign_in_try(&self, handle: &str) -> Result<()> {
        const QUARTER_MS: i64 = 15 * 60 * 1000;
        let spend = store::Spend {
            account: format!("sign-in:{}", secret_id(&handle.to_ascii_lowercase())),
            axis: "tries".into(),
            day: self.now().0.div_euclid(QUARTER_MS),
            amount: 1,
            max: u64::from(limit::SIGN_IN_TRIES),
        };
        match self.store.commit(Batch::new(self.now()).spend(spend)) {
            Ok(_) => Ok(()),
            Err(Refused::OverQuota { .. }) => Err(Problem::new(
                ProblemKind::OverQuota,
                "Too many tries to sign in with this name. Wait a quarter of an hour and try again.",
            )),
            Err(refused) => Err(refused.into()),
        }
    }

    /// Begins a session of an account.
    pub fn new_session(&self, account: &Account) -> Result<String> {
        let secret = new_secret(self.world.as_ref());
        let life = if account.level == Level::Visitor {
            limit::SIGNED_OUT_LIFE
        } else {
            limit::SESSION_LIFE
        };
        let found = Found {
            id: secret_id(&secret),
            owner: Some(account.id.to_string()),
            name: None,
            due: Some(self.now().plus(life)),
        };
        let session = Session { account: account.id, begun: self.now() };
        let put = records::put(Kind::Session, found, &session, Expect::New)?;
        self.store.commit(Batch { puts: vec![put], ..Batch::new(self.now()) })?;
        Ok(secret)
    }

    /// The account of a session; `None` when it is over.
    pub fn session(&self, secret: &str) -> Result<Option<Account>> {
        let found = records::load::<Session>(&self.store, Kind::Session, &secret_id(secret))?;
        let Some(kept) = found.filter(|kept| kept.due.is_none_or(|end| self.now() < end)) else {
            return Ok(None);
        };
        let account = self.account(kept.it.account)?.it;
        Ok((kept.it.begun >= account.sessions_from).then_some(account))
    }

    /// Ends one session.
    pub fn sign_out(&self, secret: &str) -> Result<()> {
        let batch = Batch::new(self.now()).delete(Kind::Session, secret_id(secret), Expect::Any);
        self.store.commit(batch)?;
        Ok(())
    }

    /// Ends all sessions of an account.
    pub fn sign_out_everywhere(&self, account: &Account) -> Result<()> {
        let from = Moment(self.now().0 + 1);
        self.change_account(account.id, |account| {
            account.sessions_from = from;
            Ok(())
        })?;
        Ok(())
    }

    /// Changes name, language and time zone.
    pub fn change_profile(
        &self,
        account: &Account,
        name: &str,
        lang: &str,
        tz: &str,
    ) -> Result<Account> {
        crate::clockwork::check_zone(tz)?;
        let name: String =
            name.trim().chars().filter(|c| !c.is_control()).take(SHOWN_NAME_CHARS_MAX).collect();
        self.change_account(account.id, |account| {
            account.name = if name.is_empty() { account.handle.to_string() } else { name.clone() };
            account.lang =
                lang.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(12).collect();
            account.tz = tz.to_owned();
            Ok(())
        })
    }

    /// Changes a password; the old one must be given.
    pub fn change_password(&self, account: &Account, old: &str, new: &str) -> Result<()> {
        check_password(new)?;
        if !account.password.as_deref().is_some_and(|hash| verifies(hash, old)) {
            return Err(Problem::invalid(
                "The present password is not right. Nothing was changed.",
            ));
        }
        self.set_password(account.id, new)
    }

    /// Sets a password, for an admin or the command line.
    pub fn set_password(&self, id: AccountId, new: &str) -> Result<()> {
        check_password(new)?;
        let hash = self.hash_password(new)?;
        self.change_account(id, |account| {
            account.password = Some(hash.clone());
            Ok(())
        })?;
        Ok(())
    }

    /// Makes an API token; the text is shown this once.
    pub fn new_token(&self, account: &Account, name: &str, scope: Scope) -> Result<String> {
        if self.tokens(account)?.len() >= TOKENS_MAX {
            return Err(Problem::invalid(format!(
                "An account has at most {TOKENS_MAX} tokens. Revoke one first."
            )));
        }
        let secret = format!("allot_{}", new_secret(self.world.as_ref()));
        let token = Token {
            id: secret_id(&secret),
            account: account.id,
            name: name.chars().take(SHOWN_NAME_CHARS_MAX).collect(),
            scope,
            created: self.now(),
        };
        let found =
            Found { id: token.id.clone(), owner: Some(account.id.to_string()), ..Found::default() };
        let put = records::put(Kind::Token, found, &token, Expect::New)?;
        self.store.commit(Batch { puts: vec![put], ..Batch::new(self.now()) })?;
        Ok(secret)
    }

    /// The tokens of an account.
    pub fn tokens(&self, account: &Account) -> Result<Vec<Token>> {
        let kept = records::load_of(&self.store, Kind::Token, &account.id.to_string())?;
        Ok(kept.into_iter().map(|kept| kept.it).collect())
    }

    /// The account and scope of a token.
    pub fn token(&self, secret: &str) -> Result<Option<(Account, Scope)>> {
        let found = records::load::<Token>(&self.store, Kind::Token, &secret_id(secret))?;
        found.map(|kept| Ok((self.account(kept.it.account)?.it, kept.it.scope))).transpose()
    }

    /// Revokes a token.
    pub fn revoke_token(&self, account: &Account, id: &str) -> Result<()> {
        if self.tokens(account)?.iter().any(|token| token.id == id) {
            self.store.commit(Batch::new(self.now()).delete(Kind::Token, id, Expect::Any))?;
        }
        Ok(())
    }

    /// Makes an invitation; answers the secret of its link.
    pub fn invite(&self, by: Option<&Account>, level: Level) -> Result<String> {
        let secret = new_secret(self.world.as_ref());
        let found = Found {
            id: secret_id(&secret),
            owner: by.map(|account| account.id.to_string()),
            name: None,
            due: Some(self.now().plus(std::time::Duration::from_secs(INVITATION_DAYS * 24 * 3600))),
        };
        let invitation = Invitation { level, by: by.map(|account| account.id) };
        let mut puts = vec![records::put(Kind::Invitation, found, &invitation, Expect::New)?];
        if let Some(by) = by {
            must_be_admin(by)?;
            puts.push(self.audit(by, &format!("invited somebody as {}", level.word()))?);
        }
        self.store.commit(Batch { puts, ..Batch::new(self.now()) })?;
        Ok(secret)
    }

    /// The level that an invitation gives; `None` if it is none, or one that no longer holds.
    pub fn invited(&self, secret: &str) -> Result<Option<Level>> {
        match self.invitation(Some(secret)) {
            Ok(found) => Ok(found.map(|kept| kept.it.level)),
            Err(problem) if problem.kind == ProblemKind::NotFound => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// The invitation of a link, if it is one that still holds.
    pub(crate) fn invitation(&self, secret: Option<&str>) -> Result<Option<Kept<Invitation>>> {
        let Some(secret) = secret.filter(|secret| !secret.is_empty()) else { return Ok(None) };
        let found = records::load::<Invitation>(&self.store, Kind::Invitation, &secret_id(secret))?;
        match found.filter(|kept| kept.due.is_none_or(|end| self.now() < end)) {
            Some(kept) => Ok(Some(kept)),
            None => Err(Problem::not_found(
                "This link was used already or is too old. Ask for a new one.",
            )),
        }
    }

    /// All accounts, visitors left out, oldest first.
    pub fn all_accounts(&self) -> Result<Vec<Account>> {
        let mut found = Vec::new();
        let mut page = store::Page::first(500);
        loop {
            let records = self.store.all(Kind::Account, &page)?;
            let Some(last) = records.last().map(|record| record.id.clone()) else {
                return Ok(found);
            };
            for record in records {
                found.push(records::read::<Account>(record)?.it);
            }
            found.retain(|account| account.level > Level::Visitor);
            page = page.beyond(last);
        }
    }

    pub(crate) fn change_account(
        &self,
        id: AccountId,
        change: impl Fn(&mut Account) -> Result<()>,
    ) -> Result<Account> {
        loop {
            let Kept { mut it, version, .. } = self.account(id)?;
            change(&mut it)?;
            let put = account_put(&it, Expect::Version(version))?;
            match self.store.commit(Batch { puts: vec![put], ..Batch::new(self.now()) }) {
                Ok(_) => return Ok(it),
                Err(Refused::Stale { .. }) => {}
                Err(refused) => return Err(refused.into()),
            }
        }
    }

    fn hash_password(&self, password: &str) -> Result<String> {
        let salt: [u8; 16] = self.random();
        argon2()?
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|err| Problem::internal(format!("hashing a password: {err}")))
    }
}

/// Who acts, as apps may know it.
#[must_use]
pub fn person(account: &Account) -> Person {
    Person {
        id: account.id,
        handle: account.handle.to_string(),
        name: account.name.clone(),
        lang: account.lang.clone(),
        tz: account.tz.clone(),
        roles: vec![account.level.word().to_owned()],
    }
}

pub(crate) fn account_put(account: &Account, expect: Expect) -> Result<Put> {
    let found = Found {
        id: account.id.to_string(),
        name: Some(account.handle.to_string()),
        // A visitor is due to be forgotten; whoever joins is not.
        due: (account.level == Level::Visitor).then(|| visitors::end_of(account)),
        ..Found::default()
    };
    records::put(Kind::Account, found, account, expect)
}

fn taken(handle: &Name) -> Problem {
    Problem::new(
        ProblemKind::Conflict,
        format!("The name {handle} is taken, or looks like one that is. Choose another."),
    )
}

fn check_password(password: &str) -> Result<()> {
    let bytes = password.len();
    if (limit::PASSWORD_BYTES_MIN..=limit::PASSWORD_BYTES_MAX).contains(&bytes) {
        return Ok(());
    }
    Err(Problem::invalid(format!(
        "A password has {} to {} characters; a sentence is a good one.",
        limit::PASSWORD_BYTES_MIN,
        limit::PASSWORD_BYTES_MAX
    )))
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(ARGON2_MEMORY_KIB, ARGON2_PASSES, 1, None)
        .map_err(|err| Problem::internal(format!("argon2 parameters: {err}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn verifies(hash: &str, password: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(hash) else { return false };
    password.len() <= limit::PASSWORD_BYTES_MAX
        && argon2().is_ok_and(|argon2| argon2.verify_password(password.as_bytes(), &parsed).is_ok())
}
