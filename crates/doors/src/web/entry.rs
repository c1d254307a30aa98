//! Coming and going: signing in and out, joining, and the first minutes of a new group.

use super::reply::Reply;
use super::visit::Visit;
use super::{bar, chrome, examples};
use group::{GroupSettings, Joining, SignUp};
use model::{Kind, Level, Problem};
use ui::page::join::{Door, Join};
use ui::page::sign_in::SignIn;
use ui::page::welcome::Welcome;
use ui::{Flash, Theme};

/// `GET /sign-in`.
pub(super) fn sign_in_page(visit: &Visit) -> Result<Reply, Problem> {
    let page = SignIn { handle: String::new(), next: visit.next(), error: None };
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

/// `POST /sign-in`.
pub(super) fn sign_in(visit: &Visit) -> Result<Reply, Problem> {
    let handle = visit.form.get("handle").trim().trim_start_matches('@').to_owned();
    match visit.group().sign_in(&handle, visit.form.get("password")) {
        Ok((_, session)) => {
            forget(visit)?;
            Ok(Reply::go(visit.next()).beginning(visit, &session))
        }
        Err(problem) if problem.kind == Kind::Internal => Err(problem),
        Err(problem) => {
            let page = SignIn { handle, next: visit.next(), error: Some(problem.public) };
            Ok(Reply::again(page.draw(&chrome::of(visit)?)))
        }
    }
}

/// Ends the session a browser came with: a new one takes its place.
fn forget(visit: &Visit) -> Result<(), Problem> {
    visit.session.as_deref().map_or(Ok(()), |session| visit.group().sign_out(session))
}

/// `POST /sign-out`.
pub(super) fn sign_out(visit: &Visit) -> Result<Reply, Problem> {
    forget(visit)?;
    Ok(Reply::go("/").ending(visit))
}

/// `GET /join`.
pub(super) fn join_page(visit: &Visit) -> Result<Reply, Problem> {
    if visit.account.as_ref().is_some_and(|account| account.level > Level::Visitor) {
        return Ok(Reply::go("/"));
    }
    let invitation = visit.query.get("invitation");
    let page = Join { door: door(visit, invitation)?, next: visit.next(), ..Join::default() };
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

/// Who may come in, for somebody with this invitation or none.
fn door(visit: &Visit, invitation: &str) -> Result<Door, Problem> {
    let sign_up = visit.group().settings()?.sign_up;
    if let Some(level) = visit.group().invited(invitation)? {
        return Ok(Door::Invited {
            invitation: invitation.to_owned(),
            admin: level == Level::Admin,
        });
    }
    Ok(match sign_up {
        SignUp::Open if invitation.is_empty() => Door::Open,
        SignUp::Closed => Door::Closed,
        SignUp::Open | SignUp::Invited => Door::NeedsInvitation,
    })
}

/// `POST /join`.
pub(super) fn join(visit: &Visit) -> Result<Reply, Problem> {
    let form = &visit.form;
    let group = visit.group();
    let first = group.is_empty()?;
    let joining = Joining {
        handle: form.get("handle").trim().trim_start_matches('@').to_owned(),
        password: form.get("password").to_owned(),
        invitation: form.filled("invitation").map(str::to_owned),
        visitor: visit.account.as_ref().map(|account| account.id),
    };
    let account = match group.join(&joining) {
        Ok(account) => account,
        Err(problem) => return join_again(visit, problem),
    };
    // The group goes on in the language it spoke until now.
    let (called, lang) = (form.get("name").trim(), chrome::lang(visit).tag());
    if !called.is_empty() || lang != account.lang {
        group.change_profile(&account, called, lang, &account.tz)?;
    }
    forget(visit)?;
    let session = group.new_session(&account)?;
    if first && account.level == Level::Admin {
        examples::install(group, &account, &visit.web.examples)?;
        return Ok(Reply::go("/welcome").beginning(visit, &session));
    }
    // Somebody who tried a copy before goes on where they were.
    let copy = group.apps_of(&account)?.first().map(|app| format!("{}/edit", bar::path(app)));
    let (to, hello) = match copy {
        Some(copy) => (copy, format!("Welcome, @{}. Your copy came along.", account.handle)),
        None => (visit.next(), format!("Welcome, @{}.", account.handle)),
    };
    Ok(Reply::go(to).beginning(visit, &session).saying(visit, &Flash::good(hello)))
}

/// The form again, with what was typed and the error where it belongs.
fn join_again(visit: &Visit, problem: Problem) -> Result<Reply, Problem> {
    if problem.kind == Kind::Internal {
        return Err(problem);
    }
    let form = &visit.form;
    let mut page = Join {
        door: door(visit, form.get("invitation"))?,
        handle: form.get("handle").to_owned(),
        name: form.get("name").to_owned(),
        next: visit.next(),
        ..Join::default()
    };
    let text = problem.public;
    match problem.kind {
        Kind::Conflict => page.handle_error = Some(text),
        Kind::Invalid if text.starts_with("A password") => page.password_error = Some(text),
        Kind::Invalid => page.handle_error = Some(text),
        _ => page.error = Some(text),
    }
    Ok(Reply::again(page.draw(&chrome::of(visit)?)))
}

/// `GET /welcome`.
pub(super) fn welcome_page(visit: &Visit) -> Result<Reply, Problem> {
    let settings = visit.group().settings()?;
    let page = Welcome {
        name: settings.name,
        sentence: settings.sentence,
        apps: visit.group().apps_of(visit.account()?)?.iter().map(bar::line).collect(),
        error: None,
    };
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

/// `POST /welcome`.
pub(super) fn welcome(visit: &Visit) -> Result<Reply, Problem> {
    let settings = group_settings(visit)?;
    visit.group().change_group(visit.account()?, &settings)?;
    Ok(Reply::go("/").saying(visit, &Flash::good(format!("{} is ready.", settings.name))))
}

/// What a form says about the group; what it does not say stays.
pub(super) fn group_settings(visit: &Visit) -> Result<GroupSettings, Problem> {
    let mut settings = visit.group().settings()?;
    if let Some(name) = visit.form.filled("name") {
        settings.name = name.trim().to_owned();
    }
    if let Some(sentence) = visit.form.some("sentence") {
        settings.sentence = sentence.trim().to_owned();
    }
    if let Some(sign_up) = SignUp::from_word(visit.form.get("sign_up")) {
        settings.sign_up = sign_up;
    }
    if let Some(accent) = visit.form.filled("accent") {
        let theme = Theme::of(accent, visit.form.get("corner"), visit.form.get("font"));
        settings.theme = theme.words();
    }
    Ok(settings)
}
