//! The outbox: effects that were kept with their runs, handed to a door that carries them out, and
//! what became of them.

use crate::admit::Wake;
use crate::group::Group;
use crate::records::{self, Found, Kept};
use crate::ticket::Ack;
use model::problem::Result;
use model::trigger::{Invocation, Trigger};
use model::{AppId, Effect, EffectId, EffectState, Intent, Moment, RunId, Value, limit};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::time::Duration;
use store::{Batch, Expect, Kind, Put, Refused};
use zeroize::Zeroizing;

/// How long a claimed effect is left alone before it counts as lost: longer than a slow push.
const LEASE: Duration = Duration::from_secs(180);
/// The first wait before an effect is tried again; it doubles each time, to about two hours.
const RETRY_FIRST: Duration = Duration::from_secs(30);
/// Effects of one app that its page shows.
const SHOWN_MAX: usize = 10;

/// An effect that a door shall carry out now.
pub struct Delivery {
    pub effect: Effect,
    /// The files of a commit, or the body of a request under the name `body`.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The token that belongs to the grant.
    pub token: Option<Zeroizing<String>>,
    version: u64,
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivered {
    Done {
        note: String,
    },
    /// It may work later.
    Later {
        note: String,
    },
    /// It will not work without a person.
    Failed {
        note: String,
    },
}

impl Group {
    /// The newest effects of an app.
    pub fn effects(&self, app: AppId) -> Result<Vec<Effect>> {
        let kept = records::load_newest(&self.store, Kind::Effect, &app.to_string(), SHOWN_MAX)?;
        Ok(kept.into_iter().map(|kept| kept.it).collect())
    }

    /// Claims effects that are due. Those that are over wake their app instead.
    pub fn due_effects(&self, limit: usize) -> Result<Vec<Delivery>> {
        let mut deliveries = Vec::new();
        for record in self.store.claim(Kind::Effect, self.now(), LEASE, limit)? {
            let kept: Kept<Effect> = records::read(record)?;
            match kept.it.state {
                EffectState::Done | EffectState::Failed => self.tell(&kept)?,
                EffectState::Queued | EffectState::Retrying => {
                    deliveries.extend(self.delivery(kept)?);
                }
            }
        }
        Ok(deliveries)
    }

    /// Looks the grant up again: what was taken back since is not carried out.
    fn delivery(&self, kept: Kept<Effect>) -> Result<Option<Delivery>> {
        let Kept { it: effect, version, .. } = kept;
        let app = self.app(effect.app)?;
        let owner = self.account(app.it.owner)?;
        let grants = records::load_of(&self.store, Kind::Grant, &effect.app.to_string())?;
        let intent = effect.intent.clone();
        let method = match &intent {
            Intent::HttpSend { method, .. } => method.as_str(),
            Intent::GitCommit { .. } => "",
        };
        let asked = crate::grants::Asked { verb: intent.verb(), object: intent.object(), method };
        let files = self.effect_files(&intent)?;
        let mut delivery = Delivery { effect, files, token: None, version };
        let now = self.now();
        let live: Vec<_> = grants
            .into_iter()
            .filter(|grant: &Kept<model::Grant>| grant.it.holds_at(now))
            .collect();
        match crate::grants::find(&live, &owner.it, &asked) {
            Err(refusal) => {
                self.settle_effect(delivery, Delivered::Failed { note: refusal })?;
                return Ok(None);
            }
            Ok(grant) => {
                let sealed = grant.it.sealed_secret.as_deref();
                delivery.token =
                    sealed.and_then(|sealed| self.open_grant_secret(&grant.it, sealed));
            }
        }
        model::crash::point("effect:claimed");
        Ok(Some(delivery))
    }

    fn effect_files(&self, intent: &Intent) -> Result<BTreeMap<String, Vec<u8>>> {
        let hashes: Vec<(String, &String)> = match intent {
            Intent::GitCommit { files, .. } => {
                files.iter().map(|(path, hash)| (path.clone(), hash)).collect()
            }
            Intent::HttpSend { body, .. } => {
                body.iter().map(|hash| ("body".to_owned(), hash)).collect()
            }
        };
        hashes.into_iter().map(|(path, hash)| Ok((path, self.blob(hash)?))).collect()
    }

    /// Writes down what became of a delivery. A late word about a delivery that somebody else has
    /// claimed since is dropped.
    pub fn settle_effect(&self, delivery: Delivery, delivered: Delivered) -> Result<()> {
        model::crash::point("effect:before-settle");
        let now = self.now();
        let mut effect = delivery.effect;
        effect.attempts += 1;
        let (state, note) = match delivered {
            Delivered::Done { note } => (EffectState::Done, note),
            Delivered::Later { note } if effect.attempts < limit::EFFECT_ATTEMPTS_MAX => {
                (EffectState::Retrying, note)
            }
            Delivered::Later { note } => {
                (EffectState::Failed, format!("given up after {} tries: {note}", effect.attempts))
            }
            Delivered::Failed { note } => (EffectState::Failed, note),
        };
        let due = match state {
            EffectState::Retrying => Some(now.plus(backoff(effect.attempts))),
            _ => Some(now),
        };
        effect.state = state;
        effect.note = note;
        let put = effect_put(&effect, due, Expect::Version(delivery.version))?;
        match self.store.commit(Batch { puts: vec![put], ..Batch::new(now) }) {
            Ok(_) | Err(Refused::Stale { .. }) => {}
            Err(refused) => return Err(refused.into()),
        }
        model::crash::point("effect:settled");
        Ok(())
    }

    /// Wakes the app with `done` or `failed`, if it has such a function and budget left.
    fn tell(&self, kept: &Kept<Effect>) -> Result<()> {
        let effect = &kept.it;
        let put = effect_put(effect, None, Expect::Version(kept.version))?;
        let ack = Ack { puts: vec![put.clone()], deletes: vec![] };
        let what = Value::map([
            ("id", Value::text(effect.id.to_string())),
            ("what", Value::text(effect.intent.words())),
            ("note", Value::text(effect.note.as_str())),
        ]);
        let (word, trigger) = match effect.state {
            EffectState::Done => ("done", Trigger::Done { effect: effect.id, what }),
            _ => ("failed", Trigger::Failed { effect: effect.id, what }),
        };
        let hears = self.app(effect.app)?.it.handlers.iter().any(|name| name == word);
        if hears && effect.chain.is_some() {
            let invocation = Invocation {
                app: effect.app,
                trigger,
                by: None,
                chain: effect.chain,
                draft: false,
            };
            if self.wake(Wake { invocation, ack, run: Some(run_of(effect.id)) }).is_ok() {
                return Ok(());
            }
        }
        match self.store.commit(Batch { puts: vec![put], ..Batch::new(self.now()) }) {
            Ok(_) | Err(Refused::Stale { .. }) => Ok(()),
            Err(refused) => Err(refused.into()),
        }
    }
}

fn effect_put(effect: &Effect, due: Option<Moment>, expect: Expect) -> Result<Put> {
    let found =
        Found { id: effect.id.to_string(), owner: Some(effect.app.to_string()), name: None, due };
    records::put(Kind::Effect, found, effect, expect)
}

fn backoff(attempts: u32) -> Duration {
    RETRY_FIRST * 2_u32.saturating_pow(attempts.saturating_sub(1).min(8))
}

/// The run that hears of an effect's end: the same however often it is claimed.
fn run_of(effect: EffectId) -> RunId {
    let digest = Sha256::digest(format!("told:{effect}"));
    let mut random = [0; model::id::RANDOM_BYTES];
    random.copy_from_slice(&digest[..model::id::RANDOM_BYTES]);
    RunId::new(Moment(0), random)
}
