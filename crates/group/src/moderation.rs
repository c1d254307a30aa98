//! What admins decide: who may join, levels, freezing accounts, stopping apps, safe mode. Each
//! decision is written down with who took it.

use crate::accounts;
use crate::group::Group;
use crate::records::{self, Found};
use model::problem::{Problem, Result};
use model::{Account, App, Level, Name};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Kind, Page};

/// Who may join.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUp {
    #[default]
    Open,
    Invited,
    Closed,
}

impl SignUp {
    /// The word that forms use for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            SignUp::Open => "open",
            SignUp::Invited => "invited",
            SignUp::Closed => "closed",
        }
    }

    /// Reads the word of a form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<SignUp> {
        [SignUp::Open, SignUp::Invited, SignUp::Closed].into_iter().find(|it| it.word() == word)
    }
}

/// Settings of the whole group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupSettings {
    pub name: String,
    pub sentence: String,
    pub sign_up: SignUp,
    /// The group's pages with all people's code off.
    pub safe_mode: bool,
    /// How the group looks: the words of a `ui::Theme`, empty for the look of all groups.
    #[serde(default)]
    pub theme: String,
}

/// One line of the admins' log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuditEntry {
    pub at: model::Moment,
    pub by: String,
    pub what: String,
}

/// Letters and digits of a password that an admin sets: 80 random bits.
const PASSWORD_SIGNS: usize = 16;
/// Apps read at once.
const APPS_AT_ONCE: usize = 500;
/// Characters of the reason for a freeze or a stop: it is a sentence on a page.
const REASON_CHARS_MAX: usize = 200;
/// The one record of the group's settings.
const SETTINGS_ID: &str = "group";

impl Group {
    /// The group's settings.
    pub fn settings(&self) -> Result<GroupSettings> {
        let kept = records::load::<GroupSettings>(&self.store, Kind::Setting, SETTINGS_ID)?;
        Ok(kept.map(|kept| kept.it).unwrap_or_default())
    }

    /// Changes the group's settings.
    pub fn change_group(&self, by: &Account, settings: &GroupSettings) -> Result<()> {
        must_be_admin(by)?;
        let found = Found { id: SETTINGS_ID.into(), ..Found::default() };
        let put = records::put(Kind::Setting, found, settings, Expect::Any)?;
        let what = format!(
            "set the group to “{}”, joining {}, safe mode {}",
            settings.name,
            settings.sign_up.word(),
            if settings.safe_mode { "on" } else { "off" }
        );
        self.store
            .commit(Batch { puts: vec![put, self.audit(by, &what)?], ..Batch::new(self.now()) })?;
        Ok(())
    }

    /// Gives an account a level.
    pub fn promote(&self, by: &Account, handle: &Name, level: Level) -> Result<Account> {
        must_be_admin(by)?;
        let account = self.account_named(handle)?;
        if account.id == by.id && level != Level::Admin && self.admins()? < 2 {
            return Err(Problem::invalid("You are the only admin. Make somebody else one first."));
        }
        self.write_down(by, &format!("made @{handle} {}", level.word()))?;
        self.change_account(account.id, |account| {
            account.level = level;
            Ok(())
        })
    }

    /// Freezes an account, or frees it again with `None`.
    pub fn freeze(&self, by: &Account, handle: &Name, why: Option<&str>) -> Result<Account> {
        must_be_admin(by)?;
        let account = self.account_named(handle)?;
        if account.id == by.id {
            return Err(Problem::invalid("You cannot freeze your own account."));
        }
        let why = why.map(reason).transpose()?;
        self.write_down(
            by,
            &match &why {
                Some(why) => format!("froze @{handle}: {why}"),
                None => format!("freed @{handle}"),
            },
        )?;
        self.change_account(account.id, |account| {
            account.frozen.clone_from(&why);
            Ok(())
        })
    }

    /// Stops an app, or lets it run again with `None`.
    pub fn stop_app(&self, by: &Account, app: &App, why: Option<&str>) -> Result<App> {
        must_be_admin(by)?;
        let why = why.map(reason).transpose()?;
        self.write_down(
            by,
            &match &why {
                Some(why) => format!("stopped @{}/{}: {why}", app.owner_handle, app.name),
                None => format!("started @{}/{} again", app.owner_handle, app.name),
            },
        )?;
        self.change_app(app.id, |app| {
            app.stopped.clone_from(&why);
            Ok(())
        })
    }

    /// Gives an account a new password, which is answered this once, and ends its sessions.
    pub fn reset_password(&self, by: &Account, handle: &Name) -> Result<String> {
        must_be_admin(by)?;
        let account = self.account_named(handle)?;
        let password = self.new_password();
        self.write_down(by, &format!("set a new password for @{handle}"))?;
        self.set_password(account.id, &password)?;
        self.sign_out_everywhere(&account)?;
        Ok(password)
    }

    /// A password that can be read aloud: letters and digits that look like no other.
    fn new_password(&self) -> String {
        const SIGNS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
        let drawn: [u8; PASSWORD_SIGNS] = self.random();
        let signs: Vec<char> =
            drawn.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect();
        signs.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
    }

    /// All apps, newest first, for admins.
    pub fn all_apps(&self, by: &Account) -> Result<Vec<App>> {
        must_be_admin(by)?;
        let mut found = Vec::new();
        let mut page = Page::newest(APPS_AT_ONCE);
        loop {
            let records = self.store.all(Kind::App, &page)?;
            let Some(last) = records.last().map(|record| record.id.clone()) else {
                return Ok(found);
            };
            for record in records {
                found.push(records::read::<App>(record)?.it);
            }
            page = page.beyond(last);
        }
    }

    /// The admins' log, newest first.
    pub fn audit_log(&self, by: &Account) -> Result<Vec<AuditEntry>> {
        must_be_admin(by)?;
        let records = self.store.all(Kind::Audit, &Page::newest(200))?;
        records.into_iter().map(|record| records::read(record).map(|kept| kept.it)).collect()
    }

    /// Whether nobody has joined yet.
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.all_accounts()?.is_empty())
    }

    fn admins(&self) -> Result<usize> {
        Ok(self.all_accounts()?.iter().filter(|account| account.level == Level::Admin).count())
    }

    fn write_down(&self, by: &Account, what: &str) -> Result<()> {
        self.store.commit(Batch { puts: vec![self.audit(by, what)?], ..Batch::new(self.now()) })?;
        Ok(())
    }

    pub(crate) fn audit(&self, by: &Account, what: &str) -> Result<store::Put> {
        let entry =
            AuditEntry { at: self.now(), by: format!("@{}", by.handle), what: what.to_owned() };
        let found = Found { id: self.new_run_id().to_string(), ..Found::default() };
        records::put(Kind::Audit, found, &entry, Expect::New)
    }

    /// Makes an account without a form, for the command line.
    pub fn add_account(&self, handle: &str, password: &str, level: Level) -> Result<Account> {
        let invitation = self.invite(None, level)?;
        self.join(&accounts::Joining {
            handle: handle.to_owned(),
            password: password.to_owned(),
            invitation: Some(invitation),
            visitor: None,
        })
    }
}

/// A reason as a sentence, since others read it among ours.
pub(crate) fn reason(why: &str) -> Result<String> {
    let why: String = why.trim().chars().take(REASON_CHARS_MAX).collect();
    match why.chars().last() {
        None => Err(Problem::invalid("Say why in a few words: whoever it concerns reads them.")),
        Some('.' | '!' | '?' | '…') => Ok(why),
        Some(_) => Ok(why + "."),
    }
}

/// Whether an account is an admin's.
pub fn must_be_admin(by: &Account) -> Result<()> {
    if by.level == Level::Admin && by.frozen.is_none() {
        return Ok(());
    }
    Err(Problem::not_found("There is no such page, or it is not for you."))
}
