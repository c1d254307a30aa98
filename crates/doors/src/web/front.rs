//! The front of a group: landing page, home, the directory, a new app.

use super::look::{Drawing, Place, draw, drawn};
use super::reply::Reply;
use super::visit::Visit;
use super::{bar, chrome};
use model::manifest::Share;
use model::{App, EffectState, Ending, Kind, Level, Name, Problem, limit};
use ui::View;
use ui::page::app_line::AppLine;
use ui::page::bars::{Bar, Unit};
use ui::page::directory::Directory;
use ui::page::home::{Card, Home, Need, NewApp, OwnApp, State};
use ui::page::landing::{Landing, Shown};

/// Lines of source on the landing page: enough to see how little it is.
const LINES_SHOWN: usize = 16;
/// Apps that are offered to fork.
const TEMPLATES_MAX: usize = 6;
/// Apps on the landing page beside the one that runs.
const MORE_MAX: usize = 6;

/// `GET /`.
pub(super) fn front(visit: &Visit) -> Result<Reply, Problem> {
    match &visit.account {
        Some(account) if account.level > Level::Visitor => home(visit),
        _ => landing(visit),
    }
}

fn landing(visit: &Visit) -> Result<Reply, Problem> {
    let group = visit.group();
    let apps = group.directory(None, "")?;
    let mut shown = None;
    for app in apps.iter().rev().filter(|app| app.manifest.share == Share::Public) {
        shown = running(visit, app)?.map(|it| (app.id, it));
        if shown.is_some() {
            break;
        }
    }
    let first = shown.as_ref().map(|(id, _)| *id);
    let more = apps.iter().filter(|app| Some(app.id) != first).take(MORE_MAX).map(bar::line);
    let page = Landing {
        sentence: group.settings()?.sentence,
        people: group.all_accounts()?.len() as u64,
        apps: apps.len() as u64,
        more: more.collect(),
        shown: shown.map(|(_, it)| it),
    };
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

/// An app as it runs on the landing page; `None` if it does not run now.
fn running(visit: &Visit, app: &App) -> Result<Option<Shown>, Problem> {
    let Some(answer) = visit.group().glance(app, None)? else { return Ok(None) };
    let Ok(view) = View::read(&answer, &app.manifest.title) else { return Ok(None) };
    let drawing = Drawing { heading: 3, ..Drawing::default() };
    let view = draw(visit, app, &view, &visit.group().fresh(), &Place::first(), &drawing)?;
    let Some(id) = &app.release else { return Ok(None) };
    let files = visit.group().files(&visit.group().release(app, id)?.files)?;
    let lines: Vec<&str> = files.text(&app.manifest.main).unwrap_or("").lines().collect();
    Ok(Some(Shown {
        app: bar::line(app),
        view,
        lines: lines.iter().take(LINES_SHOWN).map(|line| (*line).to_owned()).collect(),
        lines_more: lines.len().saturating_sub(LINES_SHOWN),
    }))
}

fn home(visit: &Visit) -> Result<Reply, Problem> {
    let group = visit.group();
    let account = visit.account()?;
    let usage = group.usage(account)?;
    let resting = usage.gas.used >= usage.gas.max || usage.runs.used >= usage.runs.max;
    let apps = group.apps_of(account)?;
    let page = Home {
        needs: needs(visit, &apps)?,
        cards: cards(visit, &apps)?,
        apps: apps.iter().map(|app| own(visit, app, resting)).collect::<Result<_, _>>()?,
        bars: bars(&usage),
        wakes: usage.wakes,
        templates: templates(visit)?,
    };
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

fn own(visit: &Visit, app: &App, resting: bool) -> Result<OwnApp, Problem> {
    let group = visit.group();
    let state = match &app.release {
        _ if app.stopped.is_some() => State::Stopped,
        None => State::Draft,
        Some(_) if resting => State::Resting,
        Some(_) => State::Live { release: app.release_number },
    };
    let last_run = group.log(app.id, 1)?.first().map(|entry| entry.at);
    Ok(OwnApp { app: bar::line(app), state, last_run })
}

/// What waits for the owner of these apps, at most one thing an app.
fn needs(visit: &Visit, apps: &[App]) -> Result<Vec<Need>, Problem> {
    let mut needs = Vec::new();
    for app in apps {
        let found = match failed_effect(visit, app)? {
            Some(found) => Some(found),
            None => match missing_grant(visit, app)? {
                Some(found) => Some(found),
                None => failed_run(visit, app)?,
            },
        };
        needs.extend(found.map(|(text, to, label)| Need { app: bar::line(app), text, to, label }));
    }
    Ok(needs)
}

/// What is wrong with an app, the page where it is mended, and what the link there says.
type Trouble = Option<(String, &'static str, &'static str)>;

fn failed_effect(visit: &Visit, app: &App) -> Result<Trouble, Problem> {
    let effects = visit.group().effects(app.id)?;
    let failed = effects.iter().find(|it| it.state == EffectState::Failed);
    Ok(failed.map(|it| (format!("It could not {}.", it.intent.words()), "", "Look at it")))
}

fn missing_grant(visit: &Visit, app: &App) -> Result<Trouble, Problem> {
    let wants = visit.group().wants(app)?;
    let missing = wants.into_iter().find(|it| it.granted.is_none() && !it.want.optional);
    let words = |why: &str| format!("It asks you for something: {}", why.trim_end_matches('.'));
    Ok(missing.map(|it| (format!("{}.", words(&it.want.why)), "/grants", "Look at what it asks")))
}

/// The newest runs of an app, if the last one did not end well and is of today.
fn failed_run(visit: &Visit, app: &App) -> Result<Trouble, Problem> {
    let newest = visit.group().log(app.id, 1)?;
    let today = visit.group().now().day();
    let failed = newest.first().filter(|it| it.ending != Ending::Done && it.at.day() == today);
    Ok(failed.map(|it| {
        (format!("Its last run was {}.", it.ending.words()), "/log", "See what happened")
    }))
}

/// The cards of the apps that have something to say. Looking is paid by the owner of an app, as on
/// its own page, who is the person here; `Group::glance` keeps it from being paid too often.
fn cards(visit: &Visit, apps: &[App]) -> Result<Vec<Card>, Problem> {
    let group = visit.group();
    let by = visit.person();
    let mut cards = Vec::new();
    for app in apps.iter().filter(|app| app.release.is_some()).take(limit::HOME_CARDS) {
        if group.settings()?.safe_mode {
            break;
        }
        let Some(answer) = group.glance(app, by.as_ref())? else { continue };
        let Ok(view) = View::read(&answer, &app.manifest.title) else { continue };
        let Some(summary) = view.summary() else { continue };
        let (first, nonce) = (Place::first(), group.fresh());
        let around = Drawing::default();
        let presses = drawn(visit, app, &view, &nonce, &first, &around, |around| {
            ui::view::presses(&view, around)
        })?;
        cards.push(Card { app: bar::line(app), summary: summary.to_owned(), presses });
    }
    Ok(cards)
}

/// What an account has used, as bars.
pub(super) fn bars(usage: &group::usage::Usage) -> Vec<Bar> {
    let bar = |label: &str, bar: group::usage::Bar, unit: Unit, daily: bool| Bar {
        label: label.to_owned(),
        used: bar.used,
        max: bar.max,
        unit,
        daily,
    };
    vec![
        bar("Compute", usage.gas, Unit::Gas, true),
        bar("Runs", usage.runs, Unit::Count, true),
        bar("Storage", usage.storage, Unit::Bytes, false),
        bar("Outside requests", usage.requests, Unit::Count, true),
    ]
}

/// Apps to begin with: the oldest originals that this person may see and does not own.
fn templates(visit: &Visit) -> Result<Vec<AppLine>, Problem> {
    let apps = visit.group().directory(visit.person().as_ref(), "")?;
    let mine = visit.account()?.id;
    let originals = apps.iter().rev().filter(|app| app.fork_of.is_none() && app.owner != mine);
    Ok(originals.take(TEMPLATES_MAX).map(bar::line).collect())
}

/// `GET /apps?q=`.
pub(super) fn directory(visit: &Visit) -> Result<Reply, Problem> {
    let search = visit.query.get("q").to_owned();
    let apps = visit.group().directory(visit.person().as_ref(), &search)?;
    let page = Directory { search, apps: apps.iter().map(bar::line).collect() };
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

/// `GET /apps/new`.
pub(super) fn new_app(visit: &Visit) -> Result<Reply, Problem> {
    let page = NewApp { templates: templates(visit)?, name: String::new(), error: None };
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

/// `POST /apps/new`: a blank app, with its editor open.
pub(super) fn make_app(visit: &Visit) -> Result<Reply, Problem> {
    let typed = visit.form.get("name").trim().to_owned();
    let made = Name::parse(&typed).and_then(|name| {
        let files = group::blank(&name)?;
        visit.group().create_app(visit.account()?, name, &files)
    });
    match made {
        Ok(app) => Ok(Reply::go(format!("{}/edit", bar::path(&app)))),
        Err(problem)
            if matches!(problem.kind, Kind::Invalid | Kind::Conflict | Kind::OverQuota) =>
        {
            let error = Some(problem.public);
            let page = NewApp { templates: templates(visit)?, name: typed, error };
            Ok(Reply::again(page.draw(&chrome::of(visit)?)))
        }
        Err(problem) => Err(problem),
    }
}
