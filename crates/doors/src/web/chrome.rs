//! What the frame of a page shows to this visitor.

use super::bar;
use super::cookie;
use super::visit::Visit;
use axum::http::header::ACCEPT_LANGUAGE;
use group::SignUp;
use model::{Level, Problem};
use ui::stamp::Reader;
use ui::{Chrome, Lang, Me};

/// The frame of a page for a visit.
pub(super) fn of(visit: &Visit) -> Result<Chrome, Problem> {
    let settings = visit.group().settings()?;
    let me = visit.account.as_ref().map(|account| Me {
        handle: account.handle.to_string(),
        name: account.name.clone(),
        level: account.level,
    });
    let draft = match &visit.account {
        Some(account) if account.level == Level::Visitor => {
            visit.group().apps_of(account)?.first().map(bar::path)
        }
        _ => None,
    };
    Ok(Chrome {
        group_name: if settings.name.is_empty() {
            visit.group().config.host.clone()
        } else {
            settings.name
        },
        signed_in: me,
        flash: visit.flash.clone(),
        path: visit.page(),
        draft,
        may_join: settings.sign_up != SignUp::Closed,
        safe_mode: settings.safe_mode,
        reader: reader(visit),
        lang: lang(visit),
        theme: settings.theme,
        reading: cookie::reading(&visit.headers),
    })
}

/// The language of the group's own words: that of the account, else the browser's.
pub(super) fn lang(visit: &Visit) -> Lang {
    match &visit.account {
        Some(account) if account.level > Level::Visitor => Lang::of(&account.lang),
        _ => {
            let accepted = visit.headers.get(ACCEPT_LANGUAGE);
            Lang::of(accepted.and_then(|it| it.to_str().ok()).unwrap_or(""))
        }
    }
}

/// How this visitor reads points in time.
pub(super) fn reader(visit: &Visit) -> Reader {
    Reader {
        now: visit.group().now(),
        tz: visit.account.as_ref().map_or_else(|| "UTC".to_owned(), |account| account.tz.clone()),
    }
}
