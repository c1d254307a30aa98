//! The event log of an app: one entry a run, with what it printed.

use crate::group::Group;
use crate::records::{self, Kept};
use model::problem::Result;
use model::{AppId, Ending, Gas, Moment, RunId};
use serde::{Deserialize, Serialize};
use store::{Kind, Page};

/// One event of an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    pub at: Moment,
    pub run: RunId,
    pub draft: bool,
    /// The trigger with its handler.
    pub event: String,
    /// Who acted, as `@handle`.
    pub by: Option<String>,
    pub ending: Ending,
    /// The error, with the script's own file, line and stack.
    pub message: String,
    pub gas: Gas,
    /// Keys written.
    pub writes: u64,
    pub printed: Vec<String>,
}

impl Group {
    /// The newest events of an app, newest first.
    pub fn log(&self, app: AppId, limit: usize) -> Result<Vec<LogEntry>> {
        self.flush()?;
        let kept = records::load_newest(&self.store, Kind::Log, &app.to_string(), limit)?;
        Ok(kept.into_iter().map(|kept: Kept<LogEntry>| kept.it).collect())
    }

    /// The events after one run, oldest first: what `allot logs -f` asks for again and again.
    pub fn log_after(&self, app: AppId, run: RunId, limit: usize) -> Result<Vec<LogEntry>> {
        self.flush()?;
        let page = Page { after: Some(run.to_string()), limit, newest_first: false };
        self.store
            .of_owner(Kind::Log, &app.to_string(), &page)?
            .into_iter()
            .map(|record| records::read(record).map(|kept: Kept<LogEntry>| kept.it))
            .collect()
    }
}
