//! Lanes: effects that happen one after the other, such as commits to one repository. The order is
//! that of the runs' commits, whatever the clock said: the last one of a lane stands in the app's
//! data, so two runs that join a lane conflict, and each effect names the one before it.

use crate::desk::Desk;
use crate::group::Group;
use crate::records::{self, Found, Kept};
use model::problem::Result;
use model::{Effect, EffectId, EffectState, Moment, Value};
use sandbox::Refusal;
use sha2::{Digest, Sha256};
use store::{Expect, Key, Kind, Put};

/// The part of an app's data that holds the last effect of each lane; no script reaches it.
pub(crate) const SPACE: &str = "lane";

impl Desk<'_> {
    /// Puts an effect at the end of a lane; answers the one before it.
    pub(crate) fn join_lane(
        &mut self,
        lane: &str,
        effect: EffectId,
    ) -> std::result::Result<Option<EffectId>, Refusal> {
        let key = Key::new(SPACE, model::release::hex(&Sha256::digest(lane)));
        let before = self.get(&key)?.and_then(|last| EffectId::parse(last.as_str()?));
        self.writes.insert(key, Some(sandbox::encode(&Value::text(effect.to_string()))));
        Ok(before)
    }
}

impl Group {
    /// Whether nothing goes before this effect any more.
    pub(crate) fn is_first(&self, effect: &Effect) -> Result<bool> {
        let Some(before) = effect.after else { return Ok(true) };
        let before: Option<Kept<Effect>> =
            records::load(&self.store, Kind::Effect, &before.to_string())?;
        Ok(before.is_none_or(|before| before.it.ended.is_some()))
    }

    /// The effect behind one that is over, made due. `None` if there is none that waits.
    pub(crate) fn next_in_lane(&self, over: EffectId, now: Moment) -> Result<Option<Put>> {
        let next: Option<Kept<Effect>> =
            records::load_named(&self.store, Kind::Effect, &behind(over))?;
        match next {
            Some(next) if next.it.state == EffectState::Queued => {
                effect_put(&next.it, Some(now), Expect::Version(next.version)).map(Some)
            }
            _ => Ok(None),
        }
    }
}

/// The unique name of the effect behind another.
fn behind(effect: EffectId) -> String {
    format!("behind {effect}")
}

/// An effect as a record.
pub(crate) fn effect_put(effect: &Effect, due: Option<Moment>, expect: Expect) -> Result<Put> {
    let found = Found {
        id: effect.id.to_string(),
        owner: Some(effect.app.to_string()),
        name: effect.after.map(behind),
        due,
    };
    records::put(Kind::Effect, found, effect, expect)
}
