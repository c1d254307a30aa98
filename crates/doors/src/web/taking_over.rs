//! New code and old data: the rehearsal that a person sees first, and what they then decide.

use super::reply::Reply;
use super::visit::Visit;
use super::{bar, chrome};
use group::{ChangedKey, Rehearsal};
use model::problem::Result;
use model::{App, Problem};
use ui::Flash;
use ui::page::rehearsal::{KeyLine, RehearsalPage};

/// The page that tells what a rehearsal found; with `back`, of going back to a release.
pub(super) fn rehearsed(
    visit: &Visit,
    app: &App,
    found: Rehearsal,
    back: Option<u64>,
) -> Result<Reply> {
    let key = |it: ChangedKey| KeyLine {
        key: if it.space == "store" { it.key } else { format!("{} {}", it.space, it.key) },
        before: it.before,
        after: it.after,
    };
    let page = RehearsalPage {
        bar: bar::of(visit, app),
        note: visit.form.get("note").trim().to_owned(),
        back,
        from: found.from,
        added: found.added,
        changed: found.changed,
        deleted: found.deleted,
        shown: found.shown.into_iter().map(key).collect(),
        gas: found.gas,
        printed: found.printed,
    };
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

/// `POST /@o/a/edit/take-over`.
pub(super) fn take_over(visit: &Visit) -> Result<Reply> {
    let (app, account, group) = (visit.app()?, visit.account()?, visit.group());
    let release = match visit.form.filled("release") {
        Some(number) => {
            let number = number.parse().map_err(|_| {
                Problem::invalid("Say which release to go back to, on the source page.")
            })?;
            group.go_back(account, app, number)?
        }
        None => group.publish(account, app, visit.form.get("note").trim())?,
    };
    let said = format!(
        "Release {} runs now, on the data as it changed it. For 30 days its source page goes back, code and data.",
        release.number
    );
    Ok(Reply::go(bar::path(app)).saying(visit, &Flash::good(said)))
}

/// `POST /@o/a/edit/back-with-data`.
pub(super) fn back_with_data(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let release = visit.group().go_back_with_data(visit.account()?, app)?;
    let said = format!("{}, as release {}. Your draft is untouched.", release.note, release.number);
    Ok(Reply::go(format!("{}/source", bar::path(app))).saying(visit, &Flash::good(said)))
}
