//! The walls around people's code: a worker is started behind all of them, and says which hold.

use super::Check;
use crate::worker::launch;
use sandbox::jail::Layer;
use sandbox::worker::Launch;
use sandbox::{Config, Sandbox};
use std::path::Path;

const NAME: &str = "walls";

pub(super) fn look(data: &Path, checks: &mut Vec<Check>) {
    let cache = Some(data.join("code")).filter(|folder| folder.exists());
    let tried = launch().map_err(|failure| failure.text).and_then(|launch| {
        let launch = Launch { require: Vec::new(), ..launch };
        Sandbox::with_workers(Config { slots: 1, cache }, launch)
            .map_err(|problem| problem.private().to_owned())
    });
    match tried {
        Ok(sandbox) => checks.extend(judged(&sandbox)),
        Err(why) => checks.push(Check::bad(NAME, why, "allot worker lua < /dev/null")),
    }
}

/// One line for all layers that hold, and one for each that does not.
fn judged(sandbox: &Sandbox) -> Vec<Check> {
    let report = sandbox.layers();
    let holds: Vec<&str> =
        report.iter().filter(|(_, found)| found.is_ok()).map(|(layer, _)| layer.word()).collect();
    let mut checks = vec![Check::ok(NAME, holds.join(", "))];
    for (layer, found) in &report {
        let Err(why) = found else { continue };
        let text = format!("{} is not in force: {why}", layer.word());
        checks.push(match Layer::REQUIRED.contains(layer) {
            true => Check::bad(NAME, text, "allot serve --sandbox-require none"),
            false => Check::warn(NAME, text, "the other layers hold without it"),
        });
    }
    checks
}
