//! Records: JSON documents with the few columns by which they are found.
//!
//! What a document says is its owner's business; this file knows only where it is kept.

use model::Moment;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $table:literal,)*) => {
        /// What sort of record it is. Each kind has a table of its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind { $($(#[$doc])* $kind,)* }

        impl Kind {
            /// All kinds, in the order in which a backup writes them.
            pub const ALL: &[Kind] = &[$(Kind::$kind,)*];

            /// The name of its table, and its word in backups.
            #[must_use]
            pub fn table(self) -> &'static str {
                match self { $(Kind::$kind => $table,)* }
            }
        }
    };
}

kinds! {
    Account = "accounts",
    App = "apps",
    Release = "releases",
    Grant = "grants",
    /// A grant that an app asked for and nobody gave yet.
    Want = "wants",
    Session = "sessions",
    Token = "tokens",
    Invitation = "invitations",
    Schedule = "schedules",
    Effect = "effects",
    Receipt = "receipts",
    /// Recorded answers of outside calls, for replay.
    Answer = "answers",
    Log = "logs",
    /// Hourly totals of runs that wrote nothing.
    Usage = "usages",
    /// What an owner is told.
    Notice = "notices",
    /// What admins did.
    Audit = "audits",
    Secret = "secrets",
    /// Settings of the whole group.
    Setting = "settings",
    /// Drafts of people who are not signed in.
    Draft = "drafts",
    /// Buttons that were pressed already.
    Nonce = "nonces",
    /// A change that somebody suggests to the author of an app they forked.
    Suggestion = "suggestions",
}

impl Kind {
    /// The kind whose table has this name.
    #[must_use]
    pub fn of_table(table: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.table() == table)
    }
}

/// A record. `id` is unique in its kind, and so is `name` where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub kind: Kind,
    pub id: String,
    /// By which `of_owner` finds it.
    pub owner: Option<String>,
    /// By which `named` finds it; two records of a kind never share one.
    pub name: Option<String>,
    /// When `claim` hands it out, or when `expire` may remove it.
    pub due: Option<Moment>,
    /// Counts its changes; 0 while it is not stored. `put` ignores it and gives the next one.
    pub version: u64,
    /// A JSON document.
    pub body: String,
}

impl Record {
    /// A record that is not stored yet.
    pub fn new(kind: Kind, id: impl Into<String>, body: impl Into<String>) -> Record {
        let (id, body) = (id.into(), body.into());
        Record { kind, id, owner: None, name: None, due: None, version: 0, body }
    }

    /// With an owner.
    #[must_use]
    pub fn owned_by(mut self, owner: impl Into<String>) -> Record {
        self.owner = Some(owner.into());
        self
    }

    /// With a unique name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Record {
        self.name = Some(name.into());
        self
    }

    /// With a moment at which it is due.
    #[must_use]
    pub fn due_at(mut self, due: Moment) -> Record {
        self.due = Some(due);
        self
    }
}

/// What must hold of a stored record before it is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Whatever is there, or nothing.
    Any,
    /// Nothing is there.
    New,
    /// It is there with exactly this version: the fencing token of a claim.
    Version(u64),
}

impl Expect {
    /// Whether a stored version (`None`: nothing stored) is what was expected.
    #[must_use]
    pub fn holds(self, stored: Option<u64>) -> bool {
        match self {
            Expect::Any => true,
            Expect::New => stored.is_none(),
            Expect::Version(version) => stored == Some(version),
        }
    }
}

/// A part of a long list, in the order of ids, which for UUIDv7 is the order of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The last id of the page before.
    pub after: Option<String>,
    pub limit: usize,
    pub newest_first: bool,
}

impl Page {
    /// The first records, oldest first.
    #[must_use]
    pub fn first(limit: usize) -> Page {
        Page { after: None, limit, newest_first: false }
    }

    /// The last records, newest first.
    #[must_use]
    pub fn newest(limit: usize) -> Page {
        Page { after: None, limit, newest_first: true }
    }

    /// The page that follows after a record.
    #[must_use]
    pub fn beyond(mut self, id: impl Into<String>) -> Page {
        self.after = Some(id.into());
        self
    }
}
