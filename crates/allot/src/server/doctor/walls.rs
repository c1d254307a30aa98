//! The walls around people's code: a worker is started behind all of them, and says which hold.

use super::Check;
use crate::worker::launch;
use group::Parser;
use sandbox::jail::{Layer, Report};
use sandbox::worker::Launch;
use sandbox::{Config, Sandbox};
use std::path::Path;

const NAME: &str = "walls";

pub(super) fn look(data: &Path, checks: &mut Vec<Check>) {
    let cache = Some(data.join("code")).filter(|folder| folder.exists());
    let launch = match launch() {
        Ok(launch) => Launch { require: Vec::new(), ..launch },
        Err(failure) => return checks.push(Check::bad(NAME, failure.text, "allot --version")),
    };
    let parser = Parser::with_workers(launch.of_kind("parse")).map(|it| it.layers());
    let sandbox = Sandbox::with_workers(Config { slots: 1, cache, ..Config::default() }, launch)
        .map(|it| it.layers());
    for (kind, tried) in [("lua", sandbox), ("parse", parser)] {
        match tried {
            Ok(report) => checks.extend(judged(kind, &report)),
            Err(problem) => {
                let by_hand = format!("allot worker {kind} < /dev/null");
                checks.push(Check::bad(NAME, problem.private().to_owned(), by_hand));
            }
        }
    }
}

/// One line for all layers that hold, and one for each that does not.
fn judged(kind: &str, report: &Report) -> Vec<Check> {
    let holds: Vec<&str> =
        report.iter().filter(|(_, found)| found.is_ok()).map(|(layer, _)| layer.word()).collect();
    let mut checks = vec![Check::ok(NAME, format!("{kind}: {}", holds.join(", ")))];
    for (layer, found) in report {
        let Err(why) = found else { continue };
        let text = format!("{kind}: {} is not in force: {why}", layer.word());
        checks.push(match Layer::REQUIRED.contains(layer) {
            true => Check::bad(NAME, text, "allot serve --sandbox-require none"),
            false => Check::warn(NAME, text, "the other layers hold without it"),
        });
    }
    checks
}
