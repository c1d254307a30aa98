//! The grants of an app, for its owner: what it may reach, what it asks for, giving and taking back.

use super::reply::Reply;
use super::visit::Visit;
use super::{bar, chrome};
use group::Allowing;
use model::problem::Result;
use model::{App, GrantId, Kind, Level, Problem};
use ui::Flash;
use ui::page::grants::{Grants, Wanted, reach_words};
use zeroize::Zeroizing;

/// `GET /@o/a/grants`.
pub(super) fn page(visit: &Visit) -> Result<Reply> {
    Ok(Reply::shown(filled(visit, visit.app()?)?.draw(&chrome::of(visit)?)))
}

fn filled(visit: &Visit, app: &App) -> Result<Grants> {
    Ok(Grants {
        bar: bar::of(visit, app),
        grants: visit.group().grants(app)?,
        wants: wanted(visit, app)?,
        may_send: visit.account()?.level >= Level::Member,
        wrong: None,
    })
}

/// What an app asks for and was not granted.
pub(super) fn wanted(visit: &Visit, app: &App) -> Result<Vec<Wanted>> {
    let wants = visit.group().wants(app)?.into_iter().filter(|it| it.granted.is_none());
    let shown = |it: group::Wanted| Wanted {
        want: it.want,
        object: it.object,
        setting: it.setting,
        not_yet: it.not_yet,
        error: None,
        without: it.without,
    };
    Ok(wants.map(shown).collect())
}

/// What of it the app waits for: what it can do without is asked for once its owner names it.
pub(super) fn missing(visit: &Visit, app: &App) -> Result<Vec<Wanted>> {
    let mut wanted = wanted(visit, app)?;
    wanted.retain(|it| !(it.without || it.want.optional && it.object.is_empty()));
    Ok(wanted)
}

/// What is missing for a push.
pub(super) const NO_TOKEN: &str =
    "Pushing needs a token. Make one as described below, and put it in here.";

/// `POST /@o/a/grants/allow`.
pub(super) fn allow(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let form = &visit.form;
    let (verb, object) = (form.get("verb"), form.get("object"));
    let token = Zeroizing::new(form.get("token").trim().to_owned());
    let asked = asked(visit, app, verb, object)?;
    if verb == "git.write" && token.is_empty() {
        return token_missing(visit, app, object);
    }
    let mut methods = form.all("methods");
    if !methods.is_empty() {
        methods.extend(["GET", "HEAD"].map(str::to_owned));
    }
    let token = Some(token).filter(|it| !it.is_empty());
    visit.group().allow(visit.account()?, app, Allowing { methods, token, ..asked })?;
    let next = match form.filled("next") {
        Some(_) => visit.next(),
        None => format!("{}/grants", bar::path(app)),
    };
    let said = format!("{} {}.", app.manifest.title, reach_words(verb, object));
    Ok(Reply::go(next).saying(visit, &Flash::good(said)))
}

/// What the app asks for now, or was granted already. A form that was open while the settings
/// changed must not grant the old address, and says nothing of its purpose.
fn asked(visit: &Visit, app: &App, verb: &str, object: &str) -> Result<Allowing> {
    let (verb, object) = (verb.to_owned(), object.to_owned());
    let wants = visit.group().wants(app)?;
    if let Some(it) = wants.into_iter().find(|it| it.want.verb == verb && it.object == object) {
        let (setting, purpose) = (it.setting, it.want.why);
        return Ok(Allowing { verb, object, setting, purpose, ..Allowing::default() });
    }
    let grants = visit.group().grants(app)?;
    if let Some(it) = grants.into_iter().find(|it| it.verb == verb && it.object == object) {
        let (setting, purpose) = (it.setting, it.purpose);
        return Ok(Allowing { verb, object, setting, purpose, ..Allowing::default() });
    }
    Err(Problem::new(
        Kind::Conflict,
        "The app does not ask for this any more: its settings or its release changed. Look at its grants again.",
    ))
}

/// The page again, with the form that lacks a token.
fn token_missing(visit: &Visit, app: &App, object: &str) -> Result<Reply> {
    let mut page = filled(visit, app)?;
    let wanted =
        page.wants.iter_mut().find(|it| it.want.verb == "git.write" && it.object == object);
    match wanted {
        Some(wanted) => wanted.error = Some(NO_TOKEN.to_owned()),
        None => page.wrong = Some((object.to_owned(), NO_TOKEN.to_owned())),
    }
    Ok(Reply::again(page.draw(&chrome::of(visit)?)))
}

/// `POST /@o/a/grants/take-back`.
pub(super) fn take_back(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let gone = || Problem::not_found("This app has no such grant; it may be taken back already.");
    let grant = GrantId::parse(visit.form.get("grant")).ok_or_else(gone)?;
    visit.group().take_back(visit.account()?, app, grant)?;
    let said = format!("Taken back. {} cannot reach it any more.", app.manifest.title);
    Ok(Reply::go(format!("{}/grants", bar::path(app))).saying(visit, &Flash::good(said)))
}

/// `POST /@o/a/grants/without`.
pub(super) fn without(visit: &Visit) -> Result<Reply> {
    decided(visit, true, "It runs without this now, and gets an empty answer instead.")
}

/// `POST /@o/a/grants/ask-again`.
pub(super) fn ask_again(visit: &Visit) -> Result<Reply> {
    decided(visit, false, "It asks for this again.")
}

fn decided(visit: &Visit, without: bool, said: &str) -> Result<Reply> {
    let (app, form) = (visit.app()?, &visit.form);
    let (verb, object) = (form.get("verb"), form.get("object"));
    visit.group().run_without(visit.account()?, app, verb, object, without)?;
    Ok(Reply::go(format!("{}/grants", bar::path(app))).saying(visit, &Flash::good(said)))
}
