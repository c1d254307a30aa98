//! What happened: the event log, which can be followed, and receipts.

use super::link::Link;
use super::{api, items, text, texts};
use crate::commands::OnApp;
use crate::failure::{Code, Failure};
use crate::say::{Say, Tone, line, talk};
use model::receipt::grouped;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// How often `logs -f` asks for what is new.
const FOLLOW: Duration = Duration::from_secs(1);
/// Milliseconds that runs may overtake each other by: an event stands in the log where its run
/// began, and is there when it has ended. The longest run waits a minute and computes as long.
const OVERTAKING_MS: i64 = 150_000;
/// Events that a group answers at once.
const LISTED: usize = 100;

/// Shows the event log, and goes on if asked. Whoever follows is told when the group is gone for a
/// while, and misses nothing of it.
pub(crate) fn logs(on: &OnApp, follow: bool, say: Say) -> Result<(), Failure> {
    let link = Link::to(&on.at)?;
    let path = format!("{}/log", api(&on.app)?);
    let mut shown = Shown::default();
    news(&link, &path, &mut shown, say)?;
    if !follow {
        return Ok(());
    }
    let mut gone = false;
    loop {
        std::thread::sleep(FOLLOW);
        match news(&link, &path, &mut shown, say) {
            Ok(()) => gone = false,
            Err(failure) if failure.code == Code::Network => {
                if !gone {
                    talk(&format!("{} It is asked again until it answers.", failure.text));
                }
                gone = true;
            }
            Err(failure) => return Err(failure),
        }
    }
}

/// Shows what was not shown yet.
fn news(link: &Link, path: &str, shown: &mut Shown, say: Say) -> Result<(), Failure> {
    let mut after = shown.after().map(str::to_owned);
    loop {
        let query = after.as_ref().map(|run| format!("?after={run}")).unwrap_or_default();
        let log = link.get(&format!("{path}{query}"))?;
        let entries: Vec<&Value> = items(&log, "log").collect();
        for entry in entries.iter().filter(|entry| shown.is_new(entry)) {
            match say.as_json() {
                true => line(&entry.to_string()),
                false => line(&words(entry, say)),
            }
        }
        if after.is_none() || entries.len() < LISTED {
            return Ok(());
        }
        after = entries.last().map(|entry| text(entry, "run"));
    }
}

/// The events that were shown and may still be met again: the run's id, and when it began.
#[derive(Default)]
struct Shown(BTreeMap<String, i64>);

impl Shown {
    /// Notes an event; whether it was not shown yet.
    fn is_new(&mut self, entry: &Value) -> bool {
        let (run, at) = (text(entry, "run"), entry["at"].as_i64().unwrap_or(0));
        let new = self.0.insert(run, at).is_none();
        let newest = self.0.values().max().copied().unwrap_or(0);
        // The one that bounds the next question stays, so that nothing between is missed.
        while let Some((_, next)) = self.0.iter().nth(1)
            && *next < newest - OVERTAKING_MS
        {
            self.0.pop_first();
        }
        new
    }

    /// The run after which to ask on: one that no unfinished run can have begun before.
    fn after(&self) -> Option<&str> {
        let newest = self.0.values().max()?;
        let old = self.0.iter().rfind(|(_, at)| **at < newest - OVERTAKING_MS);
        // A question without a bound is answered with the newest events, which are few enough.
        let first = self.0.iter().next().filter(|_| self.0.len() >= LISTED);
        old.or(first).map(|(run, _)| run.as_str())
    }
}

fn words(entry: &Value, say: Say) -> String {
    let ending = text(entry, "ending").replace('_', " ");
    let tone = if ending == "done" { Tone::Good } else { Tone::Bad };
    let gas = grouped(entry["gas"].as_u64().unwrap_or(0));
    let draft = if entry["draft"].as_bool() == Some(true) { " (draft)" } else { "" };
    let by = text(entry, "by");
    let at =
        group::clockwork::date_and_time(model::Moment(entry["at"].as_i64().unwrap_or(0)), "UTC");
    let mut words = format!(
        "{} {}{draft}{} · {} · {}",
        say.paint(Tone::Quiet, &at),
        text(entry, "event"),
        if by.is_empty() { String::new() } else { format!(" by {by}") },
        say.paint(tone, &ending),
        say.paint(Tone::Quiet, &format!("{gas} gas"))
    );
    for more in texts(entry, "printed").chain(text(entry, "message").lines()) {
        words += "\n    ";
        words += more;
    }
    words
}

/// Shows receipts in words.
pub(crate) fn receipts(on: &OnApp, say: Say) -> Result<(), Failure> {
    let receipts = Link::to(&on.at)?.get(&format!("{}/receipts", api(&on.app)?))?;
    let lines: Vec<String> =
        items(&receipts, "receipts").map(|receipt| text(receipt, "words")).collect();
    match lines.is_empty() && !say.as_json() {
        true => talk("No run has left a receipt yet: only those that write do."),
        false => say.result(&receipts, &lines.join("\n")),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_run_that_ends_late_is_shown_once_and_not_missed() {
        let entry = |run: &str, at: i64| json!({ "run": run, "at": at });
        let mut shown = Shown::default();
        assert_eq!(shown.after(), None);
        for (run, at) in [("a", 0), ("c", 1_000)] {
            assert!(shown.is_new(&entry(run, at)));
        }
        assert_eq!(shown.after(), None, "a run that began with the first may still be on");
        assert!(shown.is_new(&entry("b", 500)), "it ended after one that had begun later");
        assert!(!shown.is_new(&entry("c", 1_000)));
        assert!(shown.is_new(&entry("d", OVERTAKING_MS + 700)));
        assert_eq!(shown.after(), Some("b"));
        assert!(!shown.is_new(&entry("c", 1_000)));
        assert_eq!(shown.0.len(), 3, "what cannot be met again is forgotten");
    }
}
