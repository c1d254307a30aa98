//! The page of a running app, and what happens when somebody presses a button on it.

use super::look::{Drawing, Look, Looked, Place, Sees, draw, look_on, told};
use super::reply::Reply;
use super::visit::Visit;
use super::{bar, chrome, face, grants, live, uploads};
use axum::http::header::VARY;
use axum::http::{HeaderName, StatusCode};
use group::clockwork::date_and_time;
use group::{Ran, Reads};
use model::trigger::{Invocation, Trigger};
use model::{App, Effect, EffectState, Ending, Kind, Problem, limit};
use std::collections::BTreeMap;
use ui::address::{Address, parse};
use ui::page::app_page::{About, AppPage, Area, EffectLine, Failed, Live};
use ui::page::grants::{Wanted, verb_words};
use ui::{Answer, Flash, View};

/// Effects that the page tells its owner about: the newest say how things stand.
const EFFECTS_SHOWN: usize = 5;
/// What an unsettled press of a button may be called in messages.
const NOT_DONE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// `GET /@o/a` and `GET /@o/a/p/PATH`.
pub(super) fn page(visit: &Visit) -> Result<Reply, Problem> {
    let app = visit.app()?;
    let place = Place { path: format!("/{}", visit.rest), query: visit.query.of_the_app() };
    if let Some(reply) = face::other(visit, app, &place)? {
        return Ok(reply);
    }
    if let Some((status, area)) = closed(visit, app)? {
        return shown(visit, app, status, "", (area, None));
    }
    show(visit, app, &place, StatusCode::OK, Drawing::default())
}

/// Runs the view and shows it.
fn show(
    visit: &Visit,
    app: &App,
    place: &Place,
    status: StatusCode,
    drawing: Drawing,
) -> Result<Reply, Problem> {
    match look_on(visit, app, place, Sees::Oneself) {
        Ok(Looked { look: Look::View { view, gas, nonce }, reads, release }) => {
            let drawn = draw(visit, app, &view, &nonce, place, &drawing)?;
            let (live, rev) = (live_of(visit, app, place, &view, &reads), rev(app, &reads));
            let title = view.title().to_owned();
            if view.is_live() {
                let look = Look::View { view, gas, nonce };
                live::note(visit, app, place, Looked { look, release, reads })?;
            }
            let page = shown(visit, app, status, &title, (Area::View(drawn), live))?;
            Ok(page.with(HeaderName::from_static("x-rev"), rev))
        }
        Ok(Looked { look: Look::Failed { ending, message }, .. }) => {
            let failed = Failed { again: place.address(app), ..failed(visit, ending, message)? };
            let area = Area::Failed(failed);
            shown(visit, app, StatusCode::INTERNAL_SERVER_ERROR, "", (area, None))
        }
        Err(problem) if problem.kind == Kind::OverQuota => {
            let area = resting(visit, app)?;
            shown(visit, app, StatusCode::SERVICE_UNAVAILABLE, "", (area, None))
        }
        Err(problem) => Err(problem),
    }
}

/// Which state of an app a look shows: the number of its release and the version of its data.
pub(super) fn rev(app: &App, reads: &Reads) -> String {
    format!("{}.{}", app.release_number, reads.version)
}

/// How a page follows what happens, if it does.
fn live_of(visit: &Visit, app: &App, place: &Place, view: &View, reads: &Reads) -> Option<Live> {
    let told = view.is_live();
    let refresh = match view.refresh() {
        Some(seconds) => seconds,
        None if told => limit::LIVE_REFRESH_SECONDS,
        None => return None,
    };
    let viewer = visit.person().map(|person| person.handle.to_string()).unwrap_or_default();
    Some(Live { place: place.address(app), rev: rev(app, reads), viewer, told, refresh })
}

/// An app's area for a page that follows it; without a look the app rests. Each connection has
/// buttons of its own, since many see the same look.
pub(super) fn live_area(
    visit: &Visit,
    app: &App,
    place: &Place,
    look: Option<&Look>,
    rev: &str,
    connection: u64,
) -> Result<AppPage, Problem> {
    let area = match look {
        Some(Look::View { view, nonce, .. }) => {
            let nonce = format!("{nonce}-{connection}");
            Area::View(draw(visit, app, view, &nonce, place, &Drawing::default())?)
        }
        Some(Look::Failed { ending, message }) => {
            let told = failed(visit, ending.clone(), message.clone())?;
            Area::Failed(Failed { again: place.address(app), ..told })
        }
        None => resting(visit, app)?,
    };
    let viewer = visit.person().map(|person| person.handle.to_string()).unwrap_or_default();
    let place = place.address(app);
    let live = Live { place, rev: rev.to_owned(), viewer, told: true, refresh: 0 };
    let (bar, about) = (bar::of(visit, app), About::default());
    Ok(AppPage { bar, title: String::new(), area, live: Some(live), about })
}

/// Whether an app cannot run at all now.
pub(super) fn is_closed(visit: &Visit, app: &App) -> Result<bool, Problem> {
    Ok(closed(visit, app)?.is_some())
}

/// `POST /@o/a/act`: a button or a form.
pub(super) fn act(visit: &Visit) -> Result<Reply, Problem> {
    let app = visit.app()?;
    if let Some((status, area)) = closed(visit, app)? {
        return shown(visit, app, status, "", (area, None));
    }
    let place = Place::read(visit.form.get("_p"));
    let viewer = visit.viewer();
    let token = visit.form.some("_b").unwrap_or(visit.form.get("_a"));
    let pressed = visit.group().open_action(app, &viewer, token)?;
    let nonce = visit.form.get("_n").to_owned();
    if visit.group().pressed_before(app, &viewer, &nonce)? {
        return Ok(Reply::go(back(app, &place, pressed.draft)));
    }
    let form = visit.form.of_the_app();
    if pressed.outdated && !pressed.draft {
        let drawing = Drawing {
            pressed: Some(&pressed.handler),
            typed: form,
            toast: Some(
                "This app was changed while you looked at it, so nothing was done yet. What you typed is still here: look, and press again.",
            ),
            ..Drawing::default()
        };
        return show(visit, app, &place, StatusCode::CONFLICT, drawing);
    }
    let uploads = uploads::take(visit)?;
    let mut form = form;
    for upload in &uploads {
        let named = form.entry(upload.field.clone()).or_default();
        *named += if named.is_empty() { "" } else { "\n" };
        *named += &upload.file;
    }
    let trigger = Trigger::Action {
        handler: pressed.handler.clone(),
        args: pressed.args,
        form: form.clone(),
        files: uploads,
        path: place.path.clone(),
        query: place.query.clone(),
        nonce: Some(nonce).filter(|nonce| !nonce.is_empty()),
    };
    let (by, draft) = (visit.person(), pressed.draft);
    let invocation = Invocation { app: app.id, trigger, by, chain: None, draft };
    match visit.group().invoke(invocation) {
        Ok(ran) => {
            answered(visit, app, &Pressed { place, handler: pressed.handler, draft, form }, &ran)
        }
        Err(problem) if problem.kind == Kind::OverQuota => {
            let area = resting(visit, app)?;
            shown(visit, app, StatusCode::SERVICE_UNAVAILABLE, "", (area, None))
        }
        Err(problem) => Err(problem),
    }
}

/// What was pressed, and where.
struct Pressed {
    place: Place,
    handler: String,
    draft: bool,
    form: BTreeMap<String, String>,
}

/// What follows a press that ran.
fn answered(visit: &Visit, app: &App, pressed: &Pressed, ran: &Ran) -> Result<Reply, Problem> {
    let Pressed { place, handler, draft, form } = pressed;
    let lost_race = ran.ending == Ending::Lost
        && visit.group().pressed_before(app, &visit.viewer(), visit.form.get("_n"))?;
    if lost_race {
        return Ok(Reply::go(back(app, place, *draft)));
    }
    if ran.ending != Ending::Done {
        return not_done(visit, app, pressed, ran.ending.words().to_owned(), ran.message.clone());
    }
    let go = |to: String| Ok(Reply::go(to));
    // A script shows the page as it is now in the place of the one it has.
    let here = visit.by_script() && !*draft;
    match Answer::read(&ran.answer, &app.manifest.title) {
        Ok(Answer::Redraw) if here => show(visit, app, place, StatusCode::OK, Drawing::default()),
        Ok(Answer::Toast(text)) if here => {
            let drawing = Drawing { toast: Some(&text), ..Drawing::default() };
            show(visit, app, place, StatusCode::OK, drawing)
        }
        Ok(Answer::Redraw) => go(back(app, place, *draft)),
        Ok(Answer::Toast(text)) => {
            Ok(Reply::go(back(app, place, *draft)).saying(visit, &Flash::good(text)))
        }
        Ok(Answer::Go(to)) if !*draft => go(inside(app, place, &to)),
        Ok(Answer::Go(_)) => go(back(app, place, *draft)),
        Ok(Answer::Errors(errors)) if !*draft => {
            let drawing = Drawing {
                pressed: Some(handler),
                typed: form.clone(),
                errors,
                ..Drawing::default()
            };
            show(visit, app, place, NOT_DONE, drawing)
        }
        Ok(Answer::Errors(errors)) => {
            let said: Vec<String> =
                errors.iter().map(|(name, text)| format!("{name}: {text}")).collect();
            Ok(Reply::go(back(app, place, true)).saying(visit, &Flash::bad(said.join(" "))))
        }
        Ok(Answer::Page(view)) => once(visit, app, place, &view, ran, *draft),
        Err(faults) => {
            not_done(visit, app, pressed, Ending::Stopped.words().to_owned(), told(&faults))
        }
    }
}

/// A page that a handler answered with: it is shown once, at the address of the press.
fn once(
    visit: &Visit,
    app: &App,
    place: &Place,
    view: &View,
    ran: &Ran,
    draft: bool,
) -> Result<Reply, Problem> {
    let drawing = Drawing { draft, ..Drawing::default() };
    let nonce = ran.receipt.run.to_string();
    let drawn = draw(visit, app, view, &nonce, place, &drawing)?;
    shown(visit, app, StatusCode::OK, view.title(), (Area::View(drawn), None))
}

fn not_done(
    visit: &Visit,
    app: &App,
    pressed: &Pressed,
    ending: String,
    message: String,
) -> Result<Reply, Problem> {
    let failed = Failed {
        pressed: Some(pressed.handler.clone()),
        again: back(app, &pressed.place, pressed.draft),
        ..failed(visit, ending, message)?
    };
    shown(visit, app, NOT_DONE, "", (Area::Failed(failed), None))
}

/// What the page says of a failed run: details are its owner's alone.
fn failed(visit: &Visit, ending: String, message: String) -> Result<Failed, Problem> {
    let refused = ending == Ending::Refused.words();
    let mine = visit.is_owner();
    let wants = if refused && mine { grants::missing(visit, visit.app()?)? } else { Vec::new() };
    Ok(Failed { ending, details: mine.then_some(message), wants, ..Failed::default() })
}

/// Where one stands after a press: the same place, or the editor if it was the draft's button.
pub(super) fn back(app: &App, place: &Place, draft: bool) -> String {
    if draft { format!("{}/edit?run=1#ran", bar::path(app)) } else { place.address(app) }
}

/// The address that `ui.go` names, inside the app.
pub(super) fn inside(app: &App, place: &Place, to: &str) -> String {
    match parse(to) {
        Some(address @ Address::Inside(_)) => address.on_page(&bar::path(app), &place.path),
        _ => bar::path(app),
    }
}

/// Why an app cannot run at all now, if that is so.
pub(super) fn closed(visit: &Visit, app: &App) -> Result<Option<(StatusCode, Area)>, Problem> {
    let group = visit.group();
    Ok(if group.settings()?.safe_mode {
        Some((StatusCode::SERVICE_UNAVAILABLE, Area::SafeMode))
    } else if let Some(why) = &app.stopped {
        Some((StatusCode::FORBIDDEN, Area::Stopped { why: why.clone() }))
    } else if app.release.is_none() && visit.form.get("_a").is_empty() {
        Some((StatusCode::NOT_FOUND, Area::NoRelease))
    } else {
        None
    })
}

/// The owner's allowance is used up.
fn resting(visit: &Visit, app: &App) -> Result<Area, Problem> {
    let usage = visit.group().usage(&visit.group().account_named(&app.owner_handle)?)?;
    let what = if usage.runs.used >= usage.runs.max { "runs" } else { "computing time" };
    Ok(Area::Resting { what: what.to_owned(), wakes: usage.wakes })
}

fn shown(
    visit: &Visit,
    app: &App,
    status: StatusCode,
    title: &str,
    (area, live): (Area, Option<Live>),
) -> Result<Reply, Problem> {
    let page = AppPage {
        bar: bar::of(visit, app),
        title: title.to_owned(),
        area,
        live,
        about: about(visit, app)?,
    };
    Ok(Reply::page(status, page.draw(&chrome::of(visit)?)).with(VARY, "Accept"))
}

/// What the group says about an app; its owner hears more.
fn about(visit: &Visit, app: &App) -> Result<About, Problem> {
    let group = visit.group();
    let mine = visit.is_owner();
    let original =
        app.fork_of.as_ref().map(|fork| (format!("/{}", fork.address), fork.address.clone()));
    let mut about = About {
        summary: app.manifest.summary.clone(),
        licence: app.manifest.licence.clone(),
        fork_of: original,
        forks: app.forks,
        reach: group.grants(app)?.into_iter().map(|grant| (grant.verb, grant.object)).collect(),
        schedules: schedules(visit, app)?,
        ..About::default()
    };
    if mine {
        let words = |it: Wanted| format!("{}: {}", verb_words(&it.want.verb), it.want.why);
        about.missing = grants::missing(visit, app)?.into_iter().map(words).collect();
        about.effects =
            group.effects(app.id)?.iter().take(EFFECTS_SHOWN).map(effect_line).collect();
    }
    Ok(about)
}

fn effect_line(effect: &Effect) -> EffectLine {
    EffectLine {
        at: effect.at,
        words: effect.intent.words(),
        state: effect.state,
        note: effect.note.clone(),
        needs_token: effect.state == EffectState::Failed && effect.intent.verb() == "git.write",
    }
}

/// Schedules in words, like “hourly: every hour, next 12:00”.
fn schedules(visit: &Visit, app: &App) -> Result<Vec<String>, Problem> {
    let reader = chrome::reader(visit);
    let words = |schedule: group::schedules::Schedule| {
        format!("{}, next {}", schedule.name, date_and_time(schedule.tick, &reader.tz))
    };
    Ok(visit.group().schedules(app.id)?.into_iter().map(words).collect())
}
