//! Grants: what a person let an app reach. Who may what is decided here, by one function.

use crate::group::Group;
use crate::records::{self, Found, Kept};
use crate::setting_values;
use model::grant::{Limits, Want};
use model::problem::{Problem, Result};
use model::{Account, App, Grant, GrantId, Level, sabotage};
use std::time::Duration;
use store::{Batch, Expect, Kind};
use url::Url;
use zeroize::Zeroizing;

/// What a call asks for.
pub(crate) struct Asked<'a> {
    pub verb: &'a str,
    /// The address it goes to.
    pub object: &'a str,
    /// The HTTP method; empty where there is none.
    pub method: &'a str,
}

/// How precise `last_use` is: a write for every use would cost a flush.
const LAST_USE_PRECISION: Duration = Duration::from_secs(3600);

/// The grant that covers a call, or why there is none and what to do, in words.
pub(crate) fn find<'g>(
    grants: &'g [Kept<Grant>],
    owner: &Account,
    asked: &Asked,
) -> std::result::Result<&'g Kept<Grant>, String> {
    let address = parse(asked.object).map_err(|problem| problem.public)?;
    let covering = grants.iter().filter(|grant| {
        verb_covers(&grant.it.verb, asked.verb) && covers(&grant.it.object, &address)
    });
    let mut wrong_method = false;
    for grant in covering {
        if asked.method.is_empty() || grant.it.allows_method(asked.method) {
            return level_allows(owner, &grant.it, asked).map(|()| grant);
        }
        wrong_method = true;
    }
    if wrong_method {
        return Err(format!(
            "{} {} is not granted: the grant for this address allows other methods. The owner can change it on the app's grants page",
            asked.verb, asked.method
        ));
    }
    Err(format!(
        "{} is not granted for {}. The owner can allow it on the app's grants page",
        asked.verb,
        shown(&address)
    ))
}

/// A new account's apps only look at what its owner typed.
fn level_allows(owner: &Account, grant: &Grant, asked: &Asked) -> std::result::Result<(), String> {
    if owner.level >= Level::Member {
        return Ok(());
    }
    if asked.verb == "git.write" {
        return Err("pushing needs a member's account: ask an admin of the group to vouch for you; reading works already".into());
    }
    if grant.setting.is_none() || !matches!(asked.method, "" | "GET" | "HEAD") {
        return Err("a new account's apps may only GET addresses that their owner typed into a setting: ask an admin to vouch for you".into());
    }
    Ok(())
}

/// Whoever may write a repository may read it.
pub(crate) fn verb_covers(granted: &str, asked: &str) -> bool {
    granted == asked || (granted == "git.write" && asked == "git.read")
}

/// Whether an address lies under a granted one: same scheme, host and port, and a path at or below.
pub(crate) fn covers(granted: &str, address: &Url) -> bool {
    let Ok(granted) = Url::parse(granted.trim_end_matches('*')) else { return false };
    let under = |path: &str| {
        let base = granted.path();
        path == base
            || (path.starts_with(base)
                && (base.ends_with('/') || path[base.len()..].starts_with('/')))
    };
    let same_scheme = granted.scheme() == address.scheme() || sabotage::off("grant-scheme");
    if sabotage::off("grants") {
        return true;
    }
    same_scheme
        && granted.host() == address.host()
        && granted.port_or_known_default() == address.port_or_known_default()
        && under(address.path())
        && granted.query().is_none_or(|query| address.query() == Some(query))
}

/// Reads an address that may be granted: http or https, a host, nobody's credentials in it.
pub(crate) fn parse(address: &str) -> Result<Url> {
    let wrong = |why: &str| {
        Err(Problem::invalid(format!("“{}” {why}.", address.chars().take(200).collect::<String>())))
    };
    let Ok(url) = Url::parse(address) else {
        return wrong("is not an address; write it like https://blog.example/feed.xml");
    };
    if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none_or(str::is_empty) {
        return wrong("cannot be reached: only https:// and http:// addresses can be granted");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong(
            "has a name or password in it; leave them out, and give a token or a secret instead",
        );
    }
    Ok(url)
}

fn shown(address: &Url) -> String {
    let mut bare = address.clone();
    bare.set_query(None);
    bare.set_fragment(None);
    bare.to_string()
}

/// What a person decides when they allow something.
#[derive(Clone, Debug, Default)]
pub struct Allowing {
    pub verb: String,
    pub object: String,
    /// The setting that named the object.
    pub setting: Option<String>,
    pub purpose: String,
    pub methods: Vec<String>,
    /// A deploy token, for `git.write` and `git.read`.
    pub token: Option<Zeroizing<String>>,
}

/// A want of an app and whether it is granted.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub want: Want,
    /// The address it stands for now; empty while its setting is empty.
    pub object: String,
    pub setting: Option<String>,
    pub granted: Option<Grant>,
    /// Whether the owner chose that the app runs without it.
    pub without: bool,
    /// Why the owner may not give it yet.
    pub not_yet: Option<String>,
}

impl Wanted {
    /// Why a new account may not grant this yet; `way` says how it will.
    fn too_early(&self, way: &str) -> Option<String> {
        match (self.want.verb.as_str(), &self.setting) {
            ("git.write", _) => Some(format!(
                "Pushing needs a member's account, and yours is new. {way} Reading works already."
            )),
            (_, None) => Some(format!(
                "A new account's apps reach only what its owner types into a setting, and this address is fixed. {way}"
            )),
            _ => None,
        }
    }
}

impl Group {
    /// The grants of an app.
    pub fn grants(&self, app: &App) -> Result<Vec<Grant>> {
        let kept = records::load_of(&self.store, Kind::Grant, &app.id.to_string())?;
        Ok(kept.into_iter().map(|kept| kept.it).collect())
    }

    /// What an app wants, and what of it is granted.
    pub fn wants(&self, app: &App) -> Result<Vec<Wanted>> {
        let grants = self.grants(app)?;
        let owner = self.account(app.owner)?;
        let now = self.now();
        let wanted = |want: &Want| {
            let setting = want.object.strip_prefix("settings.").map(str::to_owned);
            let object = match &setting {
                Some(name) => setting_text(app, name),
                None => as_parsed(&want.object),
            };
            let granted = grants.iter().find(|grant| {
                grant.verb == want.verb && grant.object == object && grant.holds_at(now)
            });
            let without =
                app.without.iter().any(|it| it.verb == want.verb && it.object == want.object);
            let (granted, want) = (granted.cloned(), want.clone());
            Wanted { granted, object, setting, without, not_yet: None, want }
        };
        let mut wanted: Vec<Wanted> = app.manifest.wants.iter().map(wanted).collect();
        if owner.it.level < Level::Member {
            let way = self.way_to_membership()?;
            wanted.iter_mut().for_each(|wanted| wanted.not_yet = wanted.too_early(&way));
        }
        Ok(wanted)
    }

    /// Who to ask for a member's account.
    fn way_to_membership(&self) -> Result<String> {
        let accounts = self.all_accounts()?;
        let admin = accounts.iter().find(|it| it.level == Level::Admin && it.frozen.is_none());
        Ok(match admin {
            Some(admin) => {
                format!("Ask an admin of the group, like @{}, to vouch for you.", admin.handle)
            }
            None => "Ask an admin of the group to vouch for you.".to_owned(),
        })
    }

    /// Gives an app a grant. Only its owner can.
    pub fn allow(&self, by: &Account, app: &App, allowing: Allowing) -> Result<Grant> {
        self.must_own(by, app)?;
        let url = parse(allowing.object.trim())?;
        const VERBS: [&str; 3] = ["http.fetch", "git.read", "git.write"];
        if !VERBS.contains(&allowing.verb.as_str()) {
            return Err(Problem::invalid(format!("{} cannot be granted.", allowing.verb)));
        }
        if by.level < Level::Member && allowing.verb == "git.write" {
            return Err(Problem::forbidden(
                "Pushing needs a member's account. Ask an admin of the group to vouch for you; reading works already.",
            ));
        }
        let id = self.new_grant_id();
        let sealed_secret = match &allowing.token {
            Some(token) if !token.trim().is_empty() => Some(self.keys.seal(
                self.world.as_ref(),
                "grant",
                &id.to_string(),
                token.trim().as_bytes(),
            )?),
            _ => None,
        };
        let grant = Grant {
            id,
            app: app.id,
            verb: allowing.verb,
            object: if allowing.object.trim().ends_with('*') {
                allowing.object.trim().to_owned()
            } else {
                url.to_string()
            },
            setting: allowing.setting,
            purpose: allowing.purpose,
            giver: by.id,
            given: self.now(),
            limits: Limits { methods: allowing.methods },
            expires: None,
            last_use: None,
            sealed_secret,
        };
        // A grant for the same address takes the place of the old one: a new token, for example.
        let mut batch = Batch::new(self.now());
        for old in self
            .grants(app)?
            .iter()
            .filter(|old| old.verb == grant.verb && old.object == grant.object)
        {
            batch = batch.delete(Kind::Grant, old.id.to_string(), Expect::Any);
        }
        batch.puts.push(grant_put(&grant, Expect::New)?);
        self.store.commit(batch)?;
        self.no_longer_without(app, &grant)?;
        Ok(grant)
    }

    /// Takes a grant back. It holds for no call after this.
    pub fn take_back(&self, by: &Account, app: &App, grant: GrantId) -> Result<()> {
        self.must_own(by, app)?;
        if !self.grants(app)?.iter().any(|held| held.id == grant) {
            return Err(Problem::not_found(
                "This app has no such grant; it may be taken back already.",
            ));
        }
        self.store.commit(Batch::new(self.now()).delete(
            Kind::Grant,
            grant.to_string(),
            Expect::Any,
        ))?;
        Ok(())
    }

    /// The token of a grant in the clear, for the door that uses it.
    pub(crate) fn open_grant_secret(
        &self,
        grant: &Grant,
        sealed: &str,
    ) -> Option<Zeroizing<String>> {
        let bytes = self.keys.open("grant", &grant.id.to_string(), sealed)?;
        String::from_utf8(bytes.to_vec()).ok().map(Zeroizing::new)
    }

    /// Writes down when grants were last used, roughly. A grant that was taken back stays so.
    pub(crate) fn touch_grants(&self, ticket: &crate::ticket::Ticket, work: &crate::invoke::Work) {
        let stale = ticket.grants.iter().filter(|grant| {
            work.grants_used.contains(&grant.it.id.to_string())
                && grant.it.last_use.is_none_or(|last| ticket.now.since(last) > LAST_USE_PRECISION)
        });
        for grant in stale {
            let touched = Grant { last_use: Some(ticket.now), ..grant.it.clone() };
            if let Ok(put) = grant_put(&touched, Expect::Version(grant.version)) {
                // Losing a race here loses nothing but a date.
                let _ = self.store.commit(Batch { puts: vec![put], ..Batch::new(ticket.now) });
            }
        }
    }
}

fn grant_put(grant: &Grant, expect: Expect) -> Result<store::Put> {
    let found =
        Found { id: grant.id.to_string(), owner: Some(grant.app.to_string()), ..Found::default() };
    records::put(Kind::Grant, found, grant, expect)
}

pub(crate) fn setting_text(app: &App, name: &str) -> String {
    let declared = app.settings_declared.iter().find(|setting| setting.name == name);
    as_parsed(declared.map(|setting| setting_values::current(app, setting)).unwrap_or_default())
}

/// An address as it is judged and shown, with a host in the signs of DNS: what only looks like
/// another host does not look like it any more.
fn as_parsed(text: &str) -> String {
    Url::parse(text).map_or_else(|_| text.to_owned(), |url| url.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// CAP-004: hosts that only look alike.
    #[test]
    fn a_grant_covers_its_address_and_what_lies_below() {
        for (granted, address, expect) in [
            ("https://a.example/feed.xml", "https://a.example/feed.xml", true),
            ("https://a.example/feed.xml", "https://a.example/feed.xml?x=1", true),
            ("https://a.example/feed.xml", "https://a.example/feed.xml2", false),
            ("https://a.example/api", "https://a.example/api/v1", true),
            ("https://a.example/api", "https://a.example/apiary", false),
            ("https://a.example/*", "https://a.example/x/y", true),
            ("https://a.example/", "https://a.example.evil.example/", false),
            ("https://a.example/", "http://a.example/", false),
            ("https://a.example/", "https://a.example:8443/", false),
            ("https://a.example/", "http://a.example:443/", false),
            ("https://a.example:443/", "https://a.example/", true),
            ("https://a.example/x/", "https://a.example/x/../y", false),
            ("https://a.example/x?k=1", "https://a.example/x?k=2", false),
            ("https://a.example/", "https://A.EXAMPLE/", true),
            ("https://a.example/", "https://a.example./", false),
            ("https://a.example/", "https://a.example.evil.org/", false),
            ("https://a.example/", "https://evil.org/?https://a.example/", false),
            ("https://a.example/", "https://\u{430}.example/", false),
            ("https://b\u{fc}cher.example/", "https://xn--bcher-kva.example/", true),
            ("https://a.example/", "https://a.example\\@evil.org/", true),
            ("https://a.example/", "https://a.example%2eevil.org/", false),
        ] {
            assert_eq!(
                covers(granted, &Url::parse(address).unwrap()),
                expect,
                "{granted} {address}"
            );
        }
    }

    #[test]
    fn addresses_with_credentials_or_strange_schemes_are_refused() {
        for address in [
            "ftp://a.example/",
            "file:///etc",
            "ext::sh -c id",
            "/etc",
            "-oProxyCommand=id",
            "https://user:tok@a.example/r",
            "https://git.a.example@evil.example/r",
            "a.example",
        ] {
            assert!(parse(address).is_err(), "{address}");
        }
    }
}
