//! A group: its store, its sandbox, its keys, and what is shared between runs on this node.

use crate::ahead::Habits;
use crate::carriers::Carriers;
use crate::compiling::Compilers;
use crate::glances::Glances;
use crate::journal::Journal;
use crate::keys::Keys;
use crate::ledger::Ledger;
use crate::onlooker::Onlookers;
use crate::parse::Parser;
use crate::program::Programs;
use crate::slots::Slots;
use crate::totals::Totals;
use crate::turns::Turns;
use crate::world::World;
use model::id::RANDOM_BYTES;
use model::{AccountId, AppId, ChainId, GrantId, Moment, RunId, SuggestionId};
use sandbox::Sandbox;
use std::sync::Arc;
use store::Store;

/// What an operator decides about a group.
#[derive(Clone, Debug)]
pub struct Config {
    /// The group's name in the world: `oak.example`, with a port if it is not the usual one.
    pub host: String,
    /// How its address begins: `https` or `http`.
    pub scheme: String,
    /// Runs at once on this node.
    pub slots: usize,
    /// Processors they compute on.
    pub processors: usize,
}

/// A group on this node.
pub struct Group {
    pub config: Config,
    pub(crate) store: Store,
    pub(crate) sandbox: Sandbox,
    pub(crate) parser: Parser,
    pub(crate) world: Arc<dyn World>,
    pub(crate) keys: Keys,
    pub(crate) ledger: Ledger,
    pub(crate) journal: Journal,
    pub(crate) totals: Totals,
    pub(crate) programs: Programs,
    pub(crate) slots: Slots,
    pub(crate) compilers: Compilers,
    pub(crate) carriers: Arc<Carriers>,
    pub(crate) turns: Turns,
    pub(crate) habits: Habits,
    pub(crate) onlookers: Onlookers,
    pub(crate) glances: Glances,
}

impl Group {
    /// Opens a group on what it stands on.
    #[must_use]
    pub fn new(
        config: Config,
        store: Store,
        sandbox: Sandbox,
        parser: Parser,
        world: Arc<dyn World>,
        keys: Keys,
    ) -> Group {
        let slots = Slots::new(config.slots, config.processors);
        Group {
            config,
            store,
            sandbox,
            parser,
            world,
            keys,
            ledger: Ledger::default(),
            journal: Journal::default(),
            totals: Totals::default(),
            programs: Programs::default(),
            slots,
            compilers: Compilers::default(),
            carriers: Arc::default(),
            turns: Turns::default(),
            habits: Habits::default(),
            onlookers: Onlookers::default(),
            glances: Glances::default(),
        }
    }

    /// The time now.
    pub fn now(&self) -> Moment {
        self.world.now()
    }

    /// The address of a path in this group.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        format!("{}://{}{path}", self.config.scheme, self.config.host)
    }

    /// A name that nobody can guess: 128 random bits.
    #[must_use]
    pub fn fresh_name(&self) -> String {
        model::release::hex(&self.random::<16>())
    }

    /// The store, for administration: backup, health, integrity.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The guest and engine that run here.
    #[must_use]
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Keeps what was only gathered in memory, and gives unspent slices back. Called before the end.
    pub fn close(&self) -> model::problem::Result<()> {
        self.flush()?;
        self.ledger.return_all(&self.store, self.now())
    }

    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.world.random(&mut bytes);
        bytes
    }

    pub(crate) fn new_account_id(&self) -> AccountId {
        AccountId::new(self.now(), self.random::<RANDOM_BYTES>())
    }

    pub(crate) fn new_app_id(&self) -> AppId {
        AppId::new(self.now(), self.random::<RANDOM_BYTES>())
    }

    pub(crate) fn new_grant_id(&self) -> GrantId {
        GrantId::new(self.now(), self.random::<RANDOM_BYTES>())
    }

    pub(crate) fn new_suggestion_id(&self) -> SuggestionId {
        SuggestionId::new(self.now(), self.random::<RANDOM_BYTES>())
    }

    pub(crate) fn new_run_id(&self) -> RunId {
        RunId::new(self.now(), self.random::<RANDOM_BYTES>())
    }

    pub(crate) fn new_chain_id(&self) -> ChainId {
        ChainId::new(self.now(), self.random::<RANDOM_BYTES>())
    }
}
