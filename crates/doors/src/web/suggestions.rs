//! Suggestions: made by the owner of a fork, seen and answered by the author of its original.

use super::newer::{conflict, settled};
use super::reply::Reply;
use super::visit::Visit;
use super::{bar, chrome};
use axum::http::StatusCode;
use group::{Taking, difference};
use model::problem::Result;
use model::{App, AppAddress, Kind, Suggestion};
use ui::Flash;
use ui::page::changes::Changes;
use ui::page::suggestions::{OneSuggestion, Suggest, Suggestions};

/// `GET /@o/a/suggestions`.
pub(super) fn list(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let list = visit.group().suggestions(visit.account()?, app)?;
    let page = Suggestions { bar: bar::of(visit, app), list };
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

/// `GET /@o/a/suggestions/ID`.
pub(super) fn one(visit: &Visit) -> Result<Reply> {
    let page = filled(visit, &visit.rest, None)?;
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

fn filled(visit: &Visit, id: &str, error: Option<String>) -> Result<OneSuggestion> {
    let (app, account) = (visit.app()?, visit.account()?);
    let it = visit.group().suggestion(account, app, id)?;
    let mut page = OneSuggestion {
        bar: bar::of(visit, app),
        own: it.by == account.id,
        changes: None,
        conflicts: Vec::new(),
        error,
        it,
    };
    if page.it.is_open() {
        let Taking { base, theirs, merge } = visit.group().look_at_suggestion(app, &page.it)?;
        page.changes = Some(Changes {
            from: format!("release {}", page.it.base_number),
            to: "the suggestion".to_owned(),
            text: difference(&base, &theirs),
        });
        if page.bar.mine {
            page.conflicts = merge.conflicts.into_iter().map(conflict).collect();
        }
    }
    Ok(page)
}

/// `POST /@o/a/suggestions/take`.
pub(super) fn take(visit: &Visit) -> Result<Reply> {
    let (app, id) = (visit.app()?, visit.form.get("suggestion"));
    match visit.group().take_suggestion(visit.account()?, app, id, settled(visit)?) {
        Ok(_) => {
            let said = "The suggestion is in your draft. Run it, then publish.";
            let to = format!("{}/edit", bar::path(app));
            Ok(Reply::go(to).saying(visit, &Flash::good(said)))
        }
        Err(problem) if problem.kind == Kind::Conflict => {
            let page = filled(visit, id, Some(problem.public))?;
            Ok(Reply::page(StatusCode::CONFLICT, page.draw(&chrome::of(visit)?)))
        }
        Err(problem) => Err(problem),
    }
}

/// `POST /@o/a/suggestions/decline`.
pub(super) fn decline(visit: &Visit) -> Result<Reply> {
    let (app, form) = (visit.app()?, &visit.form);
    let account = visit.account()?;
    visit.group().decline_suggestion(account, app, form.get("suggestion"), form.get("word"))?;
    answered(visit, app, "Declined. Whoever made it sees your word.")
}

/// `POST /@o/a/suggestions/withdraw`.
pub(super) fn withdraw(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    visit.group().withdraw_suggestion(visit.account()?, app, visit.form.get("suggestion"))?;
    answered(visit, app, "Taken back.")
}

/// `POST /admin/suggestion`.
pub(super) fn remove(visit: &Visit) -> Result<Reply> {
    let (form, account) = (&visit.form, visit.account()?);
    let address = AppAddress::parse(form.get("app"))?;
    let app = visit.group().app_at(&address, visit.person().as_ref())?;
    visit.group().remove_suggestion(account, &app, form.get("suggestion"), form.get("why"))?;
    answered(visit, &app, "Removed, and written down.")
}

fn answered(visit: &Visit, app: &App, said: &str) -> Result<Reply> {
    let to = format!("{}/suggestions", bar::path(app));
    Ok(Reply::go(to).saying(visit, &Flash::good(said)))
}

/// `GET /@o/a/suggest`.
pub(super) fn form(visit: &Visit) -> Result<Reply> {
    let page = begun(visit, None)?;
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

fn begun(visit: &Visit, error: Option<String>) -> Result<Suggest> {
    let (app, account, group) = (visit.app()?, visit.account()?, visit.group());
    if app.fork_of.is_none() {
        return Ok(Suggest { bar: bar::of(visit, app), ..Suggest::default() });
    }
    let (original, known) = group.known_of_original(account, app)?;
    let address = format!("@{}/{}", original.owner_handle, original.name);
    Ok(Suggest {
        bar: bar::of(visit, app),
        changes: Changes {
            from: address.clone(),
            to: "your draft".to_owned(),
            text: difference(&known, &group.files(&app.draft)?),
        },
        original: (bar::path(&original), address),
        note: visit.form.get("note").to_owned(),
        error,
        earlier: group.suggested(account, app)?,
    })
}

/// `POST /@o/a/suggest`.
pub(super) fn suggest(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    match visit.group().suggest(visit.account()?, app, visit.form.get("note")) {
        Ok(Suggestion { .. }) => {
            let said = "Suggested. What becomes of it stands below.";
            let to = format!("{}/suggest", bar::path(app));
            Ok(Reply::go(to).saying(visit, &Flash::good(said)))
        }
        Err(problem) if matches!(problem.kind, Kind::Invalid | Kind::OverQuota) => {
            let page = begun(visit, Some(problem.public))?;
            Ok(Reply::again(page.draw(&chrome::of(visit)?)))
        }
        Err(problem) => Err(problem),
    }
}
