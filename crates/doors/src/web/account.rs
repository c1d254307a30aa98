//! One's own account: profile, password, tokens, usage, taking everything along.

use super::front::bars;
use super::reply::Reply;
use super::visit::Visit;
use super::{bar, chrome};
use crate::parcel::Parcel;
use group::Scope;
use model::{Ending, Kind, Problem};
use ui::Flash;
use ui::page::account::{AccountPage, TokenLine};
use ui::page::usage::{AppUsage, Usage};

/// Log entries looked through for today's failed runs of an app.
const LOG_LOOKED_THROUGH: usize = 500;

/// `GET /me`.
pub(super) fn page(visit: &Visit) -> Result<Reply, Problem> {
    Ok(Reply::shown(filled(visit)?.draw(&chrome::of(visit)?)))
}

fn filled(visit: &Visit) -> Result<AccountPage, Problem> {
    let account = visit.account()?;
    let token = |token: group::accounts::Token| TokenLine {
        id: token.id,
        name: token.name,
        writes: token.scope == Scope::Write,
        created: token.created,
    };
    Ok(AccountPage {
        address: format!("@{}@{}", account.handle, visit.group().config.host),
        name: account.name.clone(),
        lang: account.lang.clone(),
        tz: account.tz.clone(),
        tokens: visit.group().tokens(account)?.into_iter().map(token).collect(),
        frozen: account.frozen.clone(),
        ..AccountPage::default()
    })
}

/// The page again, with what was wrong where it belongs.
fn again(
    visit: &Visit,
    problem: Problem,
    put: impl FnOnce(&mut AccountPage, String),
) -> Result<Reply, Problem> {
    if matches!(problem.kind, Kind::Internal | Kind::SignIn) {
        return Err(problem);
    }
    let mut page = filled(visit)?;
    put(&mut page, problem.public);
    Ok(Reply::again(page.draw(&chrome::of(visit)?)))
}

/// `POST /me`.
pub(super) fn change(visit: &Visit) -> Result<Reply, Problem> {
    let form = &visit.form;
    let (name, lang, tz) = (form.get("name"), form.get("lang"), form.get("tz"));
    match visit.group().change_profile(visit.account()?, name, lang, tz) {
        Ok(_) => Ok(Reply::go("/me").saying(visit, &Flash::good("Saved."))),
        Err(problem) => again(visit, problem, |page, text| {
            page.name = name.to_owned();
            page.lang = lang.to_owned();
            page.tz = tz.to_owned();
            page.profile_error = Some(text);
        }),
    }
}

/// `POST /me/password`.
pub(super) fn password(visit: &Visit) -> Result<Reply, Problem> {
    let (old, new) = (visit.form.get("old"), visit.form.get("new"));
    match visit.group().change_password(visit.account()?, old, new) {
        Ok(()) => Ok(Reply::go("/me").saying(visit, &Flash::good("Your password was changed."))),
        Err(problem) => again(visit, problem, |page, text| page.password_error = Some(text)),
    }
}

/// `POST /me/tokens`: the token is shown on this answer and never again.
pub(super) fn make_token(visit: &Visit) -> Result<Reply, Problem> {
    let scope = if visit.form.get("scope") == "write" { Scope::Write } else { Scope::Read };
    let name = visit.form.get("name").trim();
    match visit.group().new_token(visit.account()?, name, scope) {
        Ok(token) => {
            let page = AccountPage { new_token: Some(token), ..filled(visit)? };
            Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
        }
        Err(problem) => again(visit, problem, |page, text| page.token_error = Some(text)),
    }
}

/// `POST /me/tokens/revoke`.
pub(super) fn revoke_token(visit: &Visit) -> Result<Reply, Problem> {
    visit.group().revoke_token(visit.account()?, visit.form.get("id"))?;
    Ok(Reply::go("/me").saying(visit, &Flash::good("The token opens nothing any more.")))
}

/// `POST /me/sign-out-everywhere`.
pub(super) fn sign_out_everywhere(visit: &Visit) -> Result<Reply, Problem> {
    visit.group().sign_out_everywhere(visit.account()?)?;
    let said = Flash::good(
        "You are signed out everywhere. Tokens still work; revoke those you do not know.",
    );
    Ok(Reply::go("/sign-in").ending(visit).saying(visit, &said))
}

/// `GET /me/usage`.
pub(super) fn usage(visit: &Visit) -> Result<Reply, Problem> {
    let group = visit.group();
    let usage = group.usage(visit.account()?)?;
    let today = group.now().day();
    let mut apps = Vec::new();
    for (app, total) in &usage.by_app {
        let failed = group.log(app.id, LOG_LOOKED_THROUGH)?;
        let failed = failed
            .iter()
            .filter(|entry| entry.at.day() == today && entry.ending != Ending::Done)
            .count();
        apps.push(AppUsage {
            path: bar::path(app),
            title: app.manifest.title.clone(),
            runs: total.runs,
            failed: failed as u64,
            gas: total.gas,
        });
    }
    let page = Usage { bars: bars(&usage), wakes: usage.wakes, apps, apps_max: usage.apps.max };
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

/// `GET /me/export`: everything of the account in one file.
pub(super) fn export(visit: &Visit) -> Result<Reply, Problem> {
    let account = visit.account()?;
    let _turn = Parcel::turn()?;
    let mut parcel = Parcel::new()?;
    visit.group().export_account(account, parcel.file())?;
    let name = format!("{}.zip", account.handle);
    Ok(Reply::file(&name, "application/zip", parcel.into_body()?))
}
