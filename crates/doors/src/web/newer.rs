//! What the original of a fork has published since: looked at, and taken into the draft.

use super::reply::Reply;
use super::source::line;
use super::visit::Visit;
use super::{bar, chrome};
use axum::http::StatusCode;
use group::{Conflict, Settle, difference, manifest, new_wants};
use model::problem::Result;
use model::{App, Kind, Problem};
use ui::Flash;
use ui::page::changes::Changes;
use ui::page::grants::verb_words;
use ui::page::newer::{ConflictLine, Newer};
use ui::page::news::{News, NewsLine};

/// `GET /@o/a/newer`.
pub(super) fn page(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let page = filled(visit, app, visit.query.filled("release"), None)?;
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

fn filled(visit: &Visit, app: &App, release: Option<&str>, error: Option<String>) -> Result<Newer> {
    let group = visit.group();
    let mut page = Newer { bar: bar::of(visit, app), error, ..Newer::default() };
    page.follows = app.fork_of.as_ref().map(|_| app.following.is_some());
    page.has_grants = !group.grants(app)?.is_empty();
    let Some(offer) = group.offer(visit.account()?, app)? else { return Ok(page) };
    let newest = offer.releases.first().map_or(0, |newest| newest.number);
    page.release = match release {
        Some(number) => number.parse().map_err(|_| no_number())?,
        None => newest,
    };
    let taking = group.look_at_offer(app, &offer, page.release)?;
    page.original = (bar::path(&offer.original), bar::path(&offer.original)[1..].to_owned());
    page.from = offer.from;
    page.releases = offer.releases.iter().map(|release| line(&offer.original, release)).collect();
    page.changes = Changes {
        from: format!("release {}", offer.from),
        to: format!("release {}", page.release),
        text: difference(&taking.base, &taking.theirs),
    };
    let theirs = taking.theirs.text(manifest::FILE).and_then(|it| manifest::parse(it).ok());
    page.new_wants = theirs
        .iter()
        .flat_map(|theirs| new_wants(&app.manifest, theirs))
        .map(|want| format!("{} ({})", verb_words(&want.verb), want.why))
        .collect();
    page.takes = taking.merge.taken;
    page.conflicts = taking.merge.conflicts.into_iter().map(conflict).collect();
    Ok(page)
}

pub(super) fn conflict(it: Conflict) -> ConflictLine {
    let text = |bytes: Option<Vec<u8>>| bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    ConflictLine { path: it.path, mine: text(it.ours), theirs: text(it.theirs) }
}

/// What the form says of files in conflict; nothing if there are none.
pub(super) fn settled(visit: &Visit) -> Result<Option<Settle>> {
    let read = |word| {
        Settle::parse(word).ok_or_else(|| {
            Problem::invalid("Choose what shall become of the files that both of you changed.")
        })
    };
    visit.form.filled("how").map(read).transpose()
}

/// `POST /@o/a/newer`.
pub(super) fn take(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let typed = visit.form.get("release");
    let number = typed.parse().map_err(|_| no_number())?;
    match visit.group().take(visit.account()?, app, number, settled(visit)?) {
        Ok((_, merge)) => {
            let said = match merge.taken.len() {
                0 => {
                    format!("You have release {number} of the original. Your draft had all of it.")
                }
                _ => format!(
                    "Release {number} of the original is in your draft. Run it, then publish."
                ),
            };
            let to = format!("{}/edit", bar::path(app));
            Ok(Reply::go(to).saying(visit, &Flash::good(said)))
        }
        Err(problem) if problem.kind == Kind::Conflict => {
            let page = filled(visit, app, Some(typed), Some(problem.public))?;
            Ok(Reply::page(StatusCode::CONFLICT, page.draw(&chrome::of(visit)?)))
        }
        Err(problem) => Err(problem),
    }
}

fn no_number() -> Problem {
    Problem::invalid("Say which release: choose one from the list of what is new.")
}

/// `POST /@o/a/follow`.
pub(super) fn follow(visit: &Visit) -> Result<Reply> {
    let (app, form) = (visit.app()?, &visit.form);
    let on = form.filled("on").is_some();
    match visit.group().follow(visit.account()?, app, on, form.filled("also").is_some()) {
        Ok(_) => {
            let said = match on {
                true => "It takes what its original publishes by itself now, a day later.",
                false => "It waits for you again.",
            };
            let to = format!("{}/newer", bar::path(app));
            Ok(Reply::go(to).saying(visit, &Flash::good(said)))
        }
        Err(problem) if problem.kind == Kind::Invalid => {
            let page = filled(visit, app, None, Some(problem.public))?;
            Ok(Reply::again(page.draw(&chrome::of(visit)?)))
        }
        Err(problem) => Err(problem),
    }
}

/// `GET /me/news`.
pub(super) fn news(visit: &Visit) -> Result<Reply> {
    let news = visit.group().notices(visit.account()?)?;
    let line = |it: group::Notice| NewsLine { at: it.at, app: it.app, text: it.text };
    let page = News { news: news.into_iter().map(line).collect() };
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}
