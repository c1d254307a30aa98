//! The outbox: effects that were kept with their runs, handed to a door that carries them out, and
//! what became of them.

use crate::carriers::Carrying;
use crate::grants::Asked;
use crate::group::Group;
use crate::lanes::effect_put;
use crate::ledger::Axis;
use crate::records::{self, Kept};
use crate::world::Incoming;
use model::problem::Result;
use model::{Account, Answered, App, AppId, Effect, EffectState, Grant, Intent, Moment, limit};
use std::collections::BTreeMap;
use std::time::Duration;
use store::{Batch, Expect, Kind, Page, Record, Refused, Spend};
use zeroize::Zeroizing;

/// How long a claimed effect is left alone before it counts as lost: longer than a slow push.
pub(crate) const LEASE: Duration = Duration::from_secs(180);
/// When the effects of an app that may not run now are looked at again.
pub(crate) const REST: Duration = Duration::from_secs(600);
/// When work is looked at again that finds its account busy.
pub(crate) const BUSY: Duration = Duration::from_secs(5);
/// When an effect looks again whether it is its turn, should nobody have told it.
const BEHIND: Duration = Duration::from_secs(3600);
/// The first wait before an effect is tried again; it doubles each time, to about two hours.
const RETRY_FIRST: Duration = Duration::from_secs(30);
/// Effects of one app that its page shows.
const SHOWN_MAX: usize = 10;
/// Old effects that are looked through at once.
const PAGE: usize = 500;

/// An effect that a door shall carry out now.
pub struct Delivery {
    pub effect: Effect,
    /// The files of a commit, or the body of a request under the name `body`.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The token that belongs to the grant.
    pub token: Option<Zeroizing<String>>,
    version: u64,
    /// Held as long as it is carried out.
    _carrying: Option<Carrying>,
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    pub end: End,
    /// In words, for people.
    pub note: String,
    /// What came back, if it was a request.
    pub answer: Option<Incoming>,
}

/// Whether a delivery is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Done,
    /// It may work later.
    Later,
    /// It will not work without a person.
    Failed,
}

impl Delivered {
    /// What became of a delivery, in words.
    pub fn new(end: End, note: impl Into<String>) -> Delivered {
        Delivered { end, note: note.into(), answer: None }
    }
}

impl Group {
    /// The newest effects of an app.
    pub fn effects(&self, app: AppId) -> Result<Vec<Effect>> {
        let kept = records::load_newest(&self.store, Kind::Effect, &app.to_string(), SHOWN_MAX)?;
        Ok(kept.into_iter().map(|kept| kept.it).collect())
    }

    /// Claims effects that are due and may be carried out, if there are any. Those that are over
    /// wake their app instead. One that cannot be prepared is tried again later, and does not stop
    /// the others.
    pub fn due_effects(&self, limit: usize) -> Result<Vec<Delivery>> {
        if self.settings()?.safe_mode {
            return Ok(Vec::new());
        }
        loop {
            let claimed = self.store.claim(Kind::Effect, self.now(), LEASE, limit)?;
            if claimed.is_empty() {
                return Ok(Vec::new());
            }
            let taken: Vec<_> = claimed.into_iter().map(|record| self.take_up(record)).collect();
            let (good, bad): (Vec<_>, Vec<_>) = taken.into_iter().partition(Result::is_ok);
            let deliveries: Vec<Delivery> = good.into_iter().flatten().flatten().collect();
            if !deliveries.is_empty() {
                return Ok(deliveries);
            }
            bad.into_iter().try_for_each(|trouble| trouble.map(drop))?;
        }
    }

    /// Looks at a claimed effect: is it over, may it go now, is it its turn?
    fn take_up(&self, record: Record) -> Result<Option<Delivery>> {
        let id = record.id.clone();
        let kept: Kept<Effect> = records::read(record)?;
        let Some(app) = records::load::<App>(&self.store, Kind::App, &kept.it.app.to_string())?
        else {
            // The app was deleted, and with it everything it wanted.
            self.store.commit(Batch::new(self.now()).delete(Kind::Effect, id, Expect::Any))?;
            return Ok(None);
        };
        if kept.it.ended.is_some() {
            return self.tell(&kept, &app.it).map(|()| None);
        }
        let owner = self.account(app.it.owner)?;
        if app.it.stopped.is_some() || owner.it.frozen.is_some() {
            return self.put_back(&kept, self.now().plus(REST), None);
        }
        if !self.is_first(&kept.it)? {
            return self.put_back(&kept, self.now().plus(BEHIND), None);
        }
        let carrying = match self.carriers.carry(owner.it.id) {
            Ok(carrying) => carrying,
            // The more there are, the longer they wait, so that looking again stays cheap.
            Err(before) => {
                let wait = BUSY + Duration::from_secs(before.into());
                return self.put_back(&kept, self.now().plus(wait.min(REST)), None);
            }
        };
        match self.delivery(&kept, &owner.it, carrying) {
            Ok(delivery) => Ok(delivery),
            Err(problem) => {
                let note = "The group had trouble of its own with this.";
                self.settle_effect(nothing(&kept), Delivered::new(End::Later, note))?;
                Err(problem)
            }
        }
    }

    /// Leaves a claimed effect for later.
    fn put_back(
        &self,
        kept: &Kept<Effect>,
        due: Moment,
        note: Option<String>,
    ) -> Result<Option<Delivery>> {
        let mut effect = kept.it.clone();
        effect.note = note.unwrap_or(effect.note);
        self.put_unless_stale(effect_put(&effect, Some(due), Expect::Version(kept.version))?)?;
        Ok(None)
    }

    /// Looks the grant up again: what was taken back since is not carried out.
    fn delivery(
        &self,
        kept: &Kept<Effect>,
        owner: &Account,
        carrying: Carrying,
    ) -> Result<Option<Delivery>> {
        let effect = kept.it.clone();
        let method = match &effect.intent {
            Intent::HttpSend { method, .. } => method.as_str(),
            Intent::GitCommit { .. } => "",
        };
        let asked = Asked { verb: effect.intent.verb(), object: effect.intent.object(), method };
        let now = self.now();
        let mut grants: Vec<Kept<Grant>> =
            records::load_of(&self.store, Kind::Grant, &effect.app.to_string())?;
        grants.retain(|grant| grant.it.holds_at(now));
        let token = match crate::grants::find(&grants, owner, &asked) {
            Ok(grant) => {
                let sealed = grant.it.sealed_secret.as_deref();
                sealed.and_then(|sealed| self.open_grant_secret(&grant.it, sealed))
            }
            Err(refusal) => {
                self.settle_effect(nothing(kept), Delivered::new(End::Failed, refusal))?;
                return Ok(None);
            }
        };
        let requests = self.allowed(owner, Axis::Requests);
        if self.ledger.take(&self.store, requests, 1, 1, now)?.is_none() {
            let note = "Today's outside requests are used up; it goes on at midnight UTC.";
            return self.put_back(kept, now.next_day(), Some(note.to_owned()));
        }
        let files = self.contents(&effect.intent)?;
        model::crash::point("effect:claimed");
        let (version, _carrying) = (kept.version, Some(carrying));
        Ok(Some(Delivery { effect, files, token, version, _carrying }))
    }

    fn contents(&self, intent: &Intent) -> Result<BTreeMap<String, Vec<u8>>> {
        match intent {
            Intent::GitCommit { files, .. } => {
                files.iter().map(|(path, hash)| Ok((path.clone(), self.blob(hash)?))).collect()
            }
            Intent::HttpSend { body, .. } => {
                body.iter().map(|hash| Ok(("body".to_owned(), self.blob(hash)?))).collect()
            }
        }
    }

    /// Writes down what became of a delivery, and lets the next one in its lane go. A late word
    /// about a delivery that somebody else has claimed since is dropped.
    pub fn settle_effect(&self, delivery: Delivery, delivered: Delivered) -> Result<()> {
        model::crash::point("effect:before-settle");
        let now = self.now();
        let (effect, due) = self.settled(delivery.effect, delivered, now)?;
        loop {
            let mut batch = Batch::new(now);
            batch.puts.push(effect_put(&effect, Some(due), Expect::Version(delivery.version))?);
            if effect.ended.is_some() {
                batch.puts.extend(self.next_in_lane(effect.id, now)?);
                batch.spends.push(give_back(&effect));
            }
            match self.store.commit(batch) {
                Ok(_) => break,
                Err(Refused::Stale { id, .. }) if id == effect.id.to_string() => break,
                // The next one was looked at meanwhile: it is looked up again.
                Err(Refused::Stale { .. }) => {}
                Err(refused) => return Err(refused.into()),
            }
        }
        model::crash::point("effect:settled");
        Ok(())
    }

    /// The effect as it is now, and when it is looked at again.
    fn settled(
        &self,
        mut effect: Effect,
        delivered: Delivered,
        now: Moment,
    ) -> Result<(Effect, Moment)> {
        effect.attempts += 1;
        effect.note = delivered.note;
        effect.state = match delivered.end {
            End::Done => EffectState::Done,
            End::Failed => EffectState::Failed,
            End::Later if effect.attempts < limit::EFFECT_ATTEMPTS_MAX => {
                effect.state = EffectState::Retrying;
                let due = now.plus(backoff(effect.attempts));
                return Ok((effect, due));
            }
            End::Later => {
                effect.note = format!("given up after {} tries: {}", effect.attempts, effect.note);
                EffectState::Failed
            }
        };
        effect.ended = Some(now);
        effect.intent.let_go();
        if let Some(answer) = delivered.answer {
            effect.answer = Some(Answered {
                status: answer.status,
                headers: answer.headers.into_iter().collect(),
                body: self.store.put_blob(&answer.body)?,
            });
        }
        Ok((effect, now))
    }

    /// Removes all effects of an app that goes, and gives back what their contents take up.
    pub(crate) fn drop_effects(&self, app: AppId) -> Result<()> {
        loop {
            let page = Page::first(PAGE);
            let records = self.store.of_owner(Kind::Effect, &app.to_string(), &page)?;
            if records.is_empty() {
                return Ok(());
            }
            let mut batch = Batch::new(self.now());
            for record in records {
                let effect = records::read::<Effect>(record)?.it;
                if effect.ended.is_none() {
                    batch.spends.push(give_back(&effect));
                }
                batch = batch.delete(Kind::Effect, effect.id.to_string(), Expect::Any);
            }
            self.store.commit(batch)?;
        }
    }

    /// Removes effects that have been over for as long as receipts are kept.
    pub(crate) fn forget_effects(&self) -> Result<()> {
        let old = self.now().minus(limit::RECEIPT_LIFE);
        let mut page = Page::first(PAGE);
        loop {
            let records = self.store.all(Kind::Effect, &page)?;
            let Some(last) = records.last().map(|record| record.id.clone()) else { return Ok(()) };
            let mut batch = Batch::new(self.now());
            for record in records {
                let kept: Kept<Effect> = records::read(record)?;
                if kept.it.at >= old {
                    // Ids are in the order of time: what follows is younger still.
                    self.store.commit(batch)?;
                    return Ok(());
                }
                if kept.it.ended.is_some_and(|ended| ended < old) {
                    let id = kept.it.id.to_string();
                    batch = batch.delete(Kind::Effect, id, Expect::Any);
                }
            }
            self.store.commit(batch)?;
            page = page.beyond(last);
        }
    }
}

/// The storage that the contents of an effect took up until it was over.
fn give_back(effect: &Effect) -> Spend {
    Spend {
        account: effect.payer.to_string(),
        axis: store::STORAGE.into(),
        day: store::TOTAL,
        amount: -i64::try_from(effect.bytes).unwrap_or(i64::MAX),
        max: u64::MAX,
    }
}

/// A claimed effect that nobody carries out.
fn nothing(kept: &Kept<Effect>) -> Delivery {
    Delivery {
        effect: kept.it.clone(),
        files: BTreeMap::new(),
        token: None,
        version: kept.version,
        _carrying: None,
    }
}

fn backoff(attempts: u32) -> Duration {
    RETRY_FIRST * 2_u32.saturating_pow(attempts.saturating_sub(1).min(8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_half_a_minute_to_two_hours() {
        let waits: Vec<u64> = (1..12).map(|attempts| backoff(attempts).as_secs()).collect();
        assert_eq!(waits[..4], [30, 60, 120, 240]);
        assert_eq!(waits[8..], [7680, 7680, 7680]);
    }
}
