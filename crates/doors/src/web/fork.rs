//! Forking: the page that says what comes along, and the copy itself. Somebody who is not signed in
//! gets a visitor's account for a day, so that a first try needs no name and no password.

use super::reply::Reply;
use super::visit::Visit;
use super::{bar, chrome};
use model::problem::Result;
use model::{Account, App, Kind, Level, Name, Problem, limit};
use ui::Flash;
use ui::page::fork::Fork;

/// Names tried before the person has to think of one.
const SUGGESTIONS_MAX: usize = 50;

/// `GET /@o/a/fork`.
pub(super) fn page(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let page = filled(visit, app, free_name(visit, app)?, None)?;
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

fn filled(visit: &Visit, app: &App, name: String, error: Option<String>) -> Result<Fork> {
    let files = match &app.release {
        Some(id) => visit.group().release(app, id)?.files,
        None => app.draft.clone(),
    };
    Ok(Fork {
        bar: bar::of(visit, app),
        name,
        error,
        files: files.len(),
        wants: app.manifest.wants.clone(),
        licence: app.manifest.licence.clone(),
    })
}

/// The name of the original, with a number behind it if the person has such an app already.
fn free_name(visit: &Visit, app: &App) -> Result<String> {
    let Some(account) = &visit.account else { return Ok(app.name.to_string()) };
    let mine = visit.group().apps_of(account)?;
    let is_free = |name: &String| !mine.iter().any(|other| other.name.as_str() == name);
    let room = limit::NAME_CHARS.end() - "-50".len();
    let stem: String = app.name.as_str().chars().take(room).collect();
    let numbered =
        (2..=SUGGESTIONS_MAX).map(|number| format!("{}-{number}", stem.trim_end_matches('-')));
    let mut names = std::iter::once(app.name.to_string()).chain(numbered);
    Ok(names.find(is_free).unwrap_or_default())
}

/// `POST /@o/a/fork`.
pub(super) fn fork(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let typed = visit.form.get("name").trim();
    match copy(visit, app, typed) {
        Ok(reply) => Ok(reply),
        Err(problem)
            if matches!(problem.kind, Kind::Invalid | Kind::Conflict | Kind::OverQuota) =>
        {
            let page = filled(visit, app, typed.to_owned(), Some(problem.public))?;
            Ok(Reply::again(page.draw(&chrome::of(visit)?)))
        }
        Err(problem) => Err(problem),
    }
}

fn copy(visit: &Visit, app: &App, typed: &str) -> Result<Reply> {
    let group = visit.group();
    let name = Name::parse(typed)?;
    let Some(account) = &visit.account else {
        let visitor = group.new_visitor()?;
        let copy = group.fork(&visitor, app, name)?;
        let session = group.new_session(&visitor)?;
        return Ok(opened(visit, &copy, &visitor).beginning(visit, &session));
    };
    if account.level == Level::Visitor
        && let Some(draft) = group.apps_of(account)?.first()
    {
        return Err(Problem::new(
            Kind::OverQuota,
            format!(
                "You are trying @{}/{} already: one copy at a time without an account. Delete it first, or join and keep both.",
                draft.owner_handle, draft.name
            ),
        ));
    }
    let copy = group.fork(account, app, name)?;
    Ok(opened(visit, &copy, account))
}

/// The editor of the new copy.
fn opened(visit: &Visit, copy: &App, owner: &Account) -> Reply {
    let said = match owner.level {
        Level::Visitor => "This is your copy for a day. Change what you like.",
        _ => "This is your own copy. Change what you like: the original stays as it is.",
    };
    Reply::go(format!("{}/edit", bar::path(copy))).saying(visit, &Flash::good(said))
}
