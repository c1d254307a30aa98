//! How a group is doing, in figures for its admins. It only counts, and changes nothing.

use crate::group::Group;
use crate::moderation::must_be_admin;
use crate::records;
use model::problem::Result;
use model::{Account, Effect, EffectState, Moment};
use store::{Kind, Page};

/// Effects that are counted, newest first: older ones are over.
const EFFECTS_COUNTED: usize = 1_000;

/// What a group can tell about itself.
#[derive(Clone, Debug)]
pub struct Health {
    /// Runs that compute at this moment, how many can, and how many wait for their turn.
    pub computing: usize,
    pub places: usize,
    pub queued_runs: usize,
    /// Runs that wait for an answer from outside.
    pub waiting_outside: usize,
    /// The layers around each kind of workers, each in force or why not.
    pub walls: Vec<(&'static str, sandbox::jail::Report)>,
    /// Among the newest effects: on their way, to be tried again, given up.
    pub queued: usize,
    pub retrying: usize,
    pub failed: usize,
    /// The longest waiting tick and effect that should have happened by now.
    pub tick_due: Option<Moment>,
    pub effect_due: Option<Moment>,
    pub database_bytes: u64,
    pub blob_bytes: u64,
    pub guest: String,
    pub engine: String,
    pub price_table: u32,
}

impl Group {
    /// How the group is doing.
    pub fn health(&self, by: &Account) -> Result<Health> {
        must_be_admin(by)?;
        let (load, stats) = (self.slots.load(), self.store.stats()?);
        let effects = self.store.all(Kind::Effect, &Page::newest(EFFECTS_COUNTED))?;
        let states: Vec<EffectState> = effects
            .into_iter()
            .map(|record| records::read::<Effect>(record).map(|kept| kept.it.state))
            .collect::<Result<_>>()?;
        let count = |state| states.iter().filter(|it| **it == state).count();
        let overdue = |kind| -> Result<Option<Moment>> {
            Ok(self.store.next_due(kind)?.filter(|due| *due < self.now()))
        };
        Ok(Health {
            computing: load.computing,
            places: load.places,
            queued_runs: load.queued,
            waiting_outside: load.waiting_outside,
            walls: vec![("lua", self.sandbox.layers()), ("parse", self.parser.layers())],
            queued: count(EffectState::Queued),
            retrying: count(EffectState::Retrying),
            failed: count(EffectState::Failed),
            tick_due: overdue(Kind::Schedule)?,
            effect_due: overdue(Kind::Effect)?,
            database_bytes: stats.database_bytes,
            blob_bytes: stats.blob_bytes,
            guest: self.sandbox.guest_hash().to_owned(),
            engine: self.sandbox.engine_version().to_owned(),
            price_table: crate::capability::PRICE_TABLE,
        })
    }
}
