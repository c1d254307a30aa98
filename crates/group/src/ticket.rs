//! The proof that a run was admitted. Only `admit` makes one, and `commit` uses it up.

use crate::answers::Answers;
use crate::ledger::Allowed;
use crate::records::Kept;
use model::limit::RunLimits;
use model::receipt::Cause;
use model::trigger::{Invocation, Person, Trigger};
use model::{Account, App, Chain, EffectId, Gas, Grant, Level, Moment, RunId};
use sandbox::{Class, Program};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::{Expect, Kind, Put};

/// An admitted run, through all of its attempts.
pub(crate) struct Ticket {
    pub(crate) invocation: Invocation,
    pub(crate) run: RunId,
    pub(crate) app: Kept<App>,
    pub(crate) owner: Kept<Account>,
    pub(crate) program: Arc<Program>,
    /// The release id, or `draft`.
    pub(crate) release: String,
    pub(crate) guest: String,
    pub(crate) engine: String,
    pub(crate) limits: RunLimits,
    /// The gas that was taken from the owner's allowance for this run.
    pub(crate) budget: Gas,
    pub(crate) allowed: Allowed,
    pub(crate) chain: Chain,
    pub(crate) now: Moment,
    pub(crate) seed: [u8; 32],
    pub(crate) grants: Vec<Kept<Grant>>,
    /// What must be written together with the run: the work it acknowledges.
    pub(crate) ack: Ack,
    pub(crate) spent: Spent,
    pub(crate) answers: Answers,
    /// Whether the runs of other accounts go first, since its own took much lately.
    pub(crate) behind: bool,
    /// Whether the run is told of nobody, since what it shows is for all who may look.
    pub(crate) for_all: bool,
}

/// A record to remove, with what must hold of it.
pub(crate) type Delete = (Kind, String, Expect);

/// The work a run acknowledges, in the same commit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ack {
    pub puts: Vec<Put>,
    pub deletes: Vec<Delete>,
}

/// What the attempts of a run have used together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spent {
    pub gas: Gas,
    pub attempts: u32,
    /// Attempts whose worker died.
    pub lost: u32,
    /// Time it has waited for outside.
    pub waited: Duration,
    pub causes: BTreeMap<String, Cause>,
}

/// The class of what an app of somebody of this level does, or shows, for a stranger or not.
pub(crate) fn class_of(owner: Level, stranger: bool) -> Class {
    match owner {
        Level::Visitor | Level::New => Class::New,
        _ if stranger => Class::Strangers,
        _ => Class::Members,
    }
}

impl Ticket {
    /// Whether the run may write.
    pub(crate) fn writes(&self) -> bool {
        self.invocation.trigger.writes()
    }

    /// With whose runs this one may share a process.
    pub(crate) fn class(&self) -> Class {
        let stranger = self.invocation.by.is_none() && !self.invocation.trigger.is_own();
        class_of(self.owner.it.level, stranger)
    }

    /// The gas the next attempt may use.
    pub(crate) fn gas_left(&self) -> Gas {
        self.budget.saturating_sub(self.spent.gas)
    }

    /// The person a run is told of.
    pub(crate) fn person(&self) -> Option<&Person> {
        self.invocation.by.as_ref().filter(|_| !self.for_all)
    }

    /// Who acts, as `@handle`.
    pub(crate) fn by(&self) -> Option<String> {
        self.invocation.by.as_ref().map(|person| format!("@{}", person.handle))
    }

    /// The id of the n-th effect: the same in every repeat of the run.
    pub(crate) fn effect_id(&self, number: usize) -> EffectId {
        let digest = Sha256::digest([self.seed.as_slice(), &number.to_le_bytes()].concat());
        let mut random = [0; model::id::RANDOM_BYTES];
        random.copy_from_slice(&digest[..model::id::RANDOM_BYTES]);
        // The id begins with the moment and these twelve bits: effects of a run sort as they were left.
        random[0] = (number >> 8) as u8 & 0x0f;
        random[1] = number as u8;
        EffectId::new(self.now, random)
    }

    /// The app's data this run works on: the live data, or the draft's copy.
    pub(crate) fn cell(&self) -> store::Cell {
        match self.invocation.draft {
            true => store::Cell::draft(self.app.it.id),
            false => store::Cell::live(self.app.it.id),
        }
    }

    /// The trigger as the guest knows it.
    pub(crate) fn guest_word(&self) -> &'static str {
        match &self.invocation.trigger {
            Trigger::Migrate { .. } | Trigger::Check => "schedule",
            trigger => trigger.word(),
        }
    }

    /// The trigger's own function and arguments, as the guest is asked for them.
    pub(crate) fn handler(&self) -> &str {
        match &self.invocation.trigger {
            Trigger::Action { handler, .. } => handler,
            Trigger::Schedule { name, .. } => name,
            // They are called as the group's own beginning around the app's has them.
            Trigger::Migrate { .. } | Trigger::Check => self.invocation.trigger.word(),
            _ => "",
        }
    }
}
