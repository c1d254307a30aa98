//! Every limit, with its unit and its reason. An operator may lower or raise some; none is hidden.

use crate::{Gas, Level};
use std::time::Duration;

// ---- one run -------------------------------------------------------------------------------

/// What one run may use, by what woke it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunLimits {
    /// Gas of all attempts together.
    pub gas: Gas,
    /// Bytes of guest memory.
    pub memory_bytes: usize,
    /// Time of waiting for outside, all calls together.
    pub waiting: Duration,
    /// Effects it may leave behind.
    pub effects_max: usize,
    /// Bytes it may write to its data.
    pub written_bytes_max: u64,
}

/// A page must be cheap: it runs for everybody who looks.
pub const VIEW: RunLimits = RunLimits {
    gas: 200_000_000,
    memory_bytes: 32 * MIB,
    waiting: Duration::ZERO,
    effects_max: 0,
    written_bytes_max: 0,
};

/// Somebody is waiting for the answer.
pub const ACTION: RunLimits = RunLimits {
    gas: 1_000_000_000,
    memory_bytes: 32 * MIB,
    waiting: Duration::from_secs(10),
    effects_max: 100,
    written_bytes_max: 4 * MIB as u64,
};

/// Nobody is waiting: more work is fine.
pub const BACKGROUND: RunLimits = RunLimits {
    gas: 4_000_000_000,
    memory_bytes: 64 * MIB,
    waiting: Duration::from_secs(60),
    effects_max: 1_000,
    written_bytes_max: 16 * MIB as u64,
};

/// New code takes over old data: rare, nobody waits for it in a hurry, and all rows may be looked at.
pub const MIGRATE: RunLimits = RunLimits {
    gas: 40_000_000_000,
    memory_bytes: 128 * MIB,
    waiting: Duration::ZERO,
    effects_max: 0,
    written_bytes_max: MIGRATE_BYTES_MAX as u64,
};

/// A run with less than this cannot do anything useful, as loading a usual script takes half of
/// it; a chain that has less ends.
pub const RUN_GAS_MIN: Gas = 1_000_000;
/// Runs that may cause each other in a row: a ping-pong between apps must end.
pub const CHAIN_DEPTH_MAX: u32 = 16;
/// Schedules one app may have: each is looked at when it is due, and a reminder for everybody in a
/// large group still fits.
pub const SCHEDULES_PER_APP_MAX: usize = 1_000;
/// Repeats of a run whose reads were overtaken; after them it runs alone.
pub const REPEATS_MAX: u32 = 5;
/// Runs of one account that may wait for outside at once, so that one cannot hold all slots.
pub const WAITING_RUNS_PER_ACCOUNT: usize = 4;
/// The computing time a run gets at least: a cold machine must not end small runs.
pub const COMPUTING_TIME_MIN: Duration = Duration::from_secs(1);
/// Computing time for a gas, in nanoseconds: an instruction takes well under one.
pub const COMPUTING_NS_PER_GAS: u64 = 1;
/// Clock time over computing time before a run is stopped: the backstop on a loaded machine.
pub const CLOCK_OVER_COMPUTING: u32 = 4;

/// The computing time of a run with this much gas.
#[must_use]
pub fn computing_time(gas: Gas) -> Duration {
    Duration::from_nanos(gas.saturating_mul(COMPUTING_NS_PER_GAS)).max(COMPUTING_TIME_MIN)
}

// ---- data ----------------------------------------------------------------------------------

pub const KIB: usize = 1024;
pub const MIB: usize = 1024 * KIB;

/// Bytes of a key: fits the index page of every engine.
pub const KEY_BYTES_MAX: usize = 512;
/// Bytes of a stored value: larger things are files.
pub const VALUE_BYTES_MAX: usize = MIB;
/// Bytes of a value above which it is kept as a blob, so that table pages stay small.
pub const VALUE_INLINE_MAX: usize = 64 * KIB;
/// Bytes one commit may write: fits a transaction of every engine.
pub const BATCH_BYTES_MAX: usize = 16 * MIB;
/// Operations of one commit: bounds the time the only writer is held.
pub const BATCH_OPS_MAX: usize = 1_000;
/// Bytes that taking over old data may write: they are held in memory until all of it is kept.
pub const MIGRATE_BYTES_MAX: usize = 64 * MIB;
/// Operations of a commit that takes over old data: it holds the only writer for a second or two.
pub const MIGRATE_OPS_MAX: usize = 100_000;
/// Bytes of data that can be taken over: all rows are copied inside that commit.
pub const MIGRATE_DATA_MAX: u64 = 256 * MIB as u64;
/// How long the data as it was before is kept, to go back to.
pub const BEFORE_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);
/// Keys one `list` answers at most; there is `after` for more.
pub const LIST_MAX: usize = 1_000;
/// Bytes of one file of an app's `files`.
pub const FILE_BYTES_MAX: usize = 64 * MIB;
/// Bytes of all files that come with one form: they are in memory while they arrive.
pub const UPLOAD_BYTES_MAX: usize = 16 * MIB;
/// Files that come with one form.
pub const UPLOADS_MAX: usize = 20;
/// Bytes of a document: one that people read and change in a page, and one value of the store.
pub const DOCUMENT_BYTES_MAX: usize = 64 * KIB;
/// Bytes of a document's name: it is part of a key, and of an address.
pub const DOCUMENT_NAME_BYTES_MAX: usize = 64;
/// Revisions of one document that are kept, the newest; older ones make room.
pub const DOCUMENT_REVISIONS_MAX: usize = 50;
/// Lines of a text up to which two changes are merged, or compared: the work grows with their square.
pub const DOCUMENT_LINES_MAX: usize = 2_000;
/// Documents of one app: a list of them is one answer.
pub const DOCUMENTS_PER_APP_MAX: usize = 1_000;
/// Documents that one page shows: together they are no longer than a page can be.
pub const DOCUMENTS_PER_VIEW_MAX: usize = 8;
/// Depth of a value: deeper ones cannot be shown, and recursion over them must end.
pub const VALUE_DEPTH_MAX: usize = 64;

// ---- views ---------------------------------------------------------------------------------

/// Bytes of a view: a page, not a download.
pub const VIEW_BYTES_MAX: usize = 512 * KIB;
/// Nodes of a view: a browser stays quick.
pub const VIEW_NODES_MAX: usize = 2_000;
/// Depth of a view.
pub const VIEW_DEPTH_MAX: usize = 16;
/// Bytes of the arguments sealed into one button.
pub const ACTION_ARGS_BYTES_MAX: usize = 8 * KIB;
/// How long a button keeps working on an open page.
pub const ACTION_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long a pressed button is remembered, so that a double click runs once.
pub const NONCE_LIFE: Duration = Duration::from_secs(600);

/// Seconds between two loads of a page that asks to be looked at again: each load is a run.
pub const REFRESH_SECONDS_MIN: u32 = 5;
/// Seconds after which a browser without a script loads a live page again.
pub const LIVE_REFRESH_SECONDS: u32 = 30;
/// How long a live page waits after a change for others that come with it.
pub const LIVE_DEBOUNCE: Duration = Duration::from_millis(100);
/// Between two redraws of a live page: four a second look like motion, and more only cost.
pub const LIVE_PACE: Duration = Duration::from_millis(250);
/// Between two signs of life on a quiet connection: proxies close those that say nothing for a minute.
pub const LIVE_KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long a browser waits before it listens again after a connection broke.
pub const LIVE_RETRY: Duration = Duration::from_secs(3);
/// Pages that one connection follows: more tabs than people look after. The rest stay as they are.
pub const LIVE_PLACES_MAX: usize = 32;
/// Connections of one person: each is a browser.
pub const LIVE_PER_PERSON: usize = 16;
/// Connections of one address whose people are not signed in: a school behind one router.
pub const LIVE_PER_ADDRESS: usize = 128;
/// Connections of one node: each holds a socket and some kilobytes.
pub const LIVE_CONNECTIONS_MAX: usize = 4_096;
/// Pages whose last look is kept, with somebody following or not: a few hundred kilobytes each at most.
pub const LIVE_SCENES_MAX: usize = 512;
/// How long somebody waits for the answer to a press before they get a page that looks again.
pub const ACTION_SLICE: Duration = Duration::from_secs(2);
/// How long the answer to such a press is kept for them.
pub const JOB_LIFE: Duration = Duration::from_secs(600);
/// Presses of one node that people wait for in this way; each holds a thread until it is over.
pub const JOBS_MAX: usize = 256;
/// Seconds between two looks at such a press.
pub const JOB_AGAIN_SECONDS: u32 = 1;

// ---- logs and receipts ---------------------------------------------------------------------

/// Bytes one run may print; the rest is cut with a mark.
pub const LOG_BYTES_PER_RUN: usize = 64 * KIB;
/// Bytes of an error text that a script may cause.
pub const ERROR_BYTES_MAX: usize = 8 * KIB;
/// Days an app's log is kept.
pub const LOG_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);
/// Days a receipt is kept.
pub const RECEIPT_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);

// ---- outside -------------------------------------------------------------------------------

/// Bytes of a fetched answer, after decompression.
pub const FETCH_BYTES_MAX: usize = 5 * MIB;
/// Bytes of a request body that `serve` takes in, the same as it may fetch.
pub const REQUEST_BYTES_MAX: usize = 5 * MIB;
/// Time for one fetch, if the script names none.
pub const FETCH_TIMEOUT: Duration = Duration::from_secs(10);
/// Redirects one fetch follows: as many as browsers need in practice.
pub const REDIRECTS_MAX: usize = 5;
/// Bytes of a pack taken from a git remote: a repository an app writes to is small.
pub const PACK_BYTES_MAX: usize = 64 * MIB;
/// Times an effect is tried before it is given up.
pub const EFFECT_ATTEMPTS_MAX: u32 = 8;

// ---- releases ------------------------------------------------------------------------------

/// Bytes of all files of a release but its component.
pub const RELEASE_BYTES_MAX: usize = 10 * MIB;
/// Bytes of the component of a release: Python's runtime alone has 18 MB (docs/languages.md).
pub const COMPONENT_BYTES_MAX: usize = 24 * MIB;
/// Files of a release.
pub const RELEASE_FILES_MAX: usize = 1_000;
/// Bytes of one setting's value: settings are read with every run.
pub const SETTING_BYTES_MAX: usize = 16 * KIB;
/// Bytes of a secret: it goes into one header of a request.
pub const SECRET_BYTES_MAX: usize = 4 * KIB;
/// Suggestions of one account that nobody has answered yet: an author can only read so many.
pub const SUGGESTIONS_MAX: u64 = 20;
/// How long a suggestion is kept after it was answered, for its author to see.
pub const SUGGESTION_LIFE: Duration = Duration::from_secs(90 * 24 * 3600);
/// Bytes of a path in a release.
pub const PATH_BYTES_MAX: usize = 255;

// ---- accounts ------------------------------------------------------------------------------

/// Characters of a handle or app name, at least and at most (a DNS label has room for both).
pub const NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=30;
/// Bytes of a password, at least (NIST SP 800-63B rev. 4 asks for 8 with other factors).
pub const PASSWORD_BYTES_MIN: usize = 8;
/// Bytes of a password, at most: hashing must stay bounded.
pub const PASSWORD_BYTES_MAX: usize = 256;
/// How long a session lasts without use.
pub const SESSION_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);
/// Wrong passwords for one account in a quarter of an hour before it must wait.
pub const SIGN_IN_TRIES: u32 = 10;
/// The share of an allowance from which people are warned, in percent.
pub const WARN_PERCENT: u64 = 80;
/// How long what an app showed is shown again on home and landing page while nothing changed: what
/// it says of the time is then a minute old at most.
pub const GLANCE_LIFE: Duration = Duration::from_secs(60);
/// Looks of that kind that a node remembers: at 512 KiB each at most, 64 MiB.
pub const GLANCES_KEPT: usize = 128;
/// Apps whose card home shows: more than one screen of them is no overview, and each may be a run.
pub const HOME_CARDS: usize = 6;

/// What an account may use, by its level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    pub apps: u64,
    /// Bytes of data, files, drafts and releases.
    pub storage_bytes: u64,
    pub gas_per_day: Gas,
    pub runs_per_day: u64,
    /// Outgoing requests a day.
    pub requests_per_day: u64,
}

/// The allowance of a level: a *new* account can try everything, a member can live here.
#[must_use]
pub fn allowance(level: Level) -> Allowance {
    match level {
        Level::Visitor => Allowance {
            apps: 1,
            storage_bytes: MIB as u64,
            gas_per_day: SIGNED_OUT_GAS,
            runs_per_day: 500,
            requests_per_day: 0,
        },
        Level::New => Allowance {
            apps: 5,
            storage_bytes: 20 * MIB as u64,
            gas_per_day: 5_000_000_000,
            runs_per_day: 2_000,
            requests_per_day: 200,
        },
        Level::Member => Allowance {
            apps: 100,
            storage_bytes: 1024 * MIB as u64,
            gas_per_day: 500_000_000_000,
            runs_per_day: 200_000,
            requests_per_day: 5_000,
        },
        Level::Admin => Allowance {
            apps: 500,
            storage_bytes: 8 * 1024 * MIB as u64,
            gas_per_day: 2_000_000_000_000,
            runs_per_day: 1_000_000,
            requests_per_day: 20_000,
        },
    }
}

/// Gas of a signed-out draft in all.
pub const SIGNED_OUT_GAS: Gas = 200_000_000;
/// Signed-out people who begin a draft on one day: each may keep a MiB for a day.
pub const VISITORS_PER_DAY: u64 = 1_000;
/// How long a signed-out draft lives.
pub const SIGNED_OUT_LIFE: Duration = Duration::from_secs(24 * 3600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trust_never_takes_away() {
        let levels = [Level::Visitor, Level::New, Level::Member, Level::Admin].map(allowance);
        for pair in levels.windows(2) {
            assert!(pair[0].apps < pair[1].apps);
            assert!(pair[0].gas_per_day < pair[1].gas_per_day);
            assert!(pair[0].storage_bytes < pair[1].storage_bytes);
        }
    }

    #[test]
    fn computing_time_has_a_floor() {
        assert_eq!(computing_time(1), COMPUTING_TIME_MIN);
        assert_eq!(computing_time(4_000_000_000), Duration::from_secs(4));
    }
}
