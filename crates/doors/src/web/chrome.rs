//! What the frame of a page shows to this visitor.

use super::visit::Visit;
use group::SignUp;
use model::Problem;
use ui::stamp::Reader;
use ui::{Chrome, Me};

/// The frame of a page for a visit.
pub(super) fn of(visit: &Visit) -> Result<Chrome, Problem> {
    let settings = visit.group().settings()?;
    let me = visit.account.as_ref().map(|account| Me {
        handle: account.handle.to_string(),
        name: account.name.clone(),
        level: account.level,
    });
    Ok(Chrome {
        group_name: if settings.name.is_empty() {
            visit.group().config.host.clone()
        } else {
            settings.name
        },
        signed_in: me,
        flash: visit.flash.clone(),
        path: visit.here.clone(),
        may_join: settings.sign_up != SignUp::Closed,
        safe_mode: settings.safe_mode,
        reader: reader(visit),
    })
}

/// How this visitor reads points in time.
pub(super) fn reader(visit: &Visit) -> Reader {
    Reader {
        now: visit.group().now(),
        tz: visit.account.as_ref().map_or_else(|| "UTC".to_owned(), |account| account.tz.clone()),
    }
}
