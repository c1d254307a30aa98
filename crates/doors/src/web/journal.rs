//! What an app did, for its owner: receipts and the event log.

use super::reply::Reply;
use super::visit::Visit;
use super::{bar, chrome};
use group::log::LogEntry;
use model::problem::Result;
use model::{App, Problem, RunId};
use std::collections::BTreeSet;
use ui::page::grants::reach_words;
use ui::page::log::{Log, LogLine};
use ui::page::receipts::{OneReceipt, Receipts};

/// Runs that a page lists: as many as one reads through.
const LISTED_MAX: usize = 100;

/// `GET /@o/a/receipts`.
pub(super) fn receipts(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let receipts = visit.group().receipts(app, LISTED_MAX)?;
    let page = Receipts { bar: bar::of(visit, app), receipts };
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

/// `GET /@o/a/receipts/RUN`.
pub(super) fn receipt(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let run = RunId::parse(&visit.rest).ok_or_else(|| {
        Problem::not_found("There is no such receipt. Look in the list of the app's receipts.")
    })?;
    let mut receipt = visit.group().receipt(app, run)?;
    let grants = visit.group().grants(app)?;
    for used in &mut receipt.grants {
        let grant = grants.iter().find(|grant| grant.id.to_string() == *used);
        *used = match grant {
            Some(grant) => reach_words(&grant.verb, &grant.object),
            None => "one that was taken back since".to_owned(),
        };
    }
    let page = OneReceipt { bar: bar::of(visit, app), receipt };
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

/// `GET /@o/a/log`.
pub(super) fn log(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let page = Log { bar: bar::of(visit, app), lines: lines(visit, app, LISTED_MAX)? };
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

/// The newest events of an app, with the receipts of those that have one.
pub(super) fn lines(visit: &Visit, app: &App, count: usize) -> Result<Vec<LogLine>> {
    let entries = visit.group().log(app.id, count)?;
    // Each entry has one receipt at most, so those of the newest entries are among the newest.
    let receipts = visit.group().receipts(app, count)?;
    let kept: BTreeSet<RunId> = receipts.iter().map(|receipt| receipt.run).collect();
    let line = |entry: LogEntry| LogLine {
        receipt: kept.contains(&entry.run).then(|| entry.run.to_string()),
        at: entry.at,
        event: entry.event,
        by: entry.by,
        draft: entry.draft,
        ending: entry.ending,
        message: entry.message,
        gas: entry.gas,
        writes: entry.writes,
        printed: entry.printed,
    };
    Ok(entries.into_iter().map(line).collect())
}
