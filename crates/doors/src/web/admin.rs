//! The care page of admins. Each of its buttons is one decision of the group, which writes down who
//! took it.

use super::entry::group_settings;
use super::reply::Reply;
use super::visit::Visit;
use super::{bar, chrome};
use group::GroupSettings;
use model::problem::Result;
use model::{Account, App, Kind, Level, Moment, Name, Problem};
use std::collections::BTreeMap;
use std::time::Duration;
use ui::page::admin::{Admin, CareApp, Health, PersonLine, Wrong};
use ui::page::bars::bytes;
use ui::{Flash, Theme};

/// How late a tick or an effect may be before the page says so: a pulse, and a slow push.
const LATE: Duration = Duration::from_secs(60);

/// People and apps that the page lists; for more there is the search.
const SHOWN_MAX: usize = 50;

/// `GET /admin`.
pub(super) fn page(visit: &Visit) -> Result<Reply> {
    Ok(Reply::shown(filled(visit)?.draw(&chrome::of(visit)?)))
}

fn filled(visit: &Visit) -> Result<Admin> {
    let (group, me) = (visit.group(), visit.account()?);
    let settings = group.settings()?;
    let search = visit.query.get("q").trim().to_lowercase();
    let (all, today) = (group.all_apps(me)?, group.now().day());
    let mut people = people(group.all_accounts()?, &all);
    people.retain(|it| has(&search, &[&it.handle, &it.name]));
    let fits = |it: &&App| {
        has(&search, &[&format!("@{}/{}", it.owner_handle, it.name), &it.manifest.title])
    };
    let apps: Vec<&App> = all.iter().filter(fits).collect();
    let more = (people.len().saturating_sub(SHOWN_MAX), apps.len().saturating_sub(SHOWN_MAX));
    people.truncate(SHOWN_MAX);
    let care = |app: &&App| -> Result<CareApp> {
        let gas_today = group.total(app.id, today)?.gas;
        Ok(CareApp { app: bar::line(app), gas_today, stopped: app.stopped.clone() })
    };
    Ok(Admin {
        people,
        apps: apps.iter().take(SHOWN_MAX).map(care).collect::<Result<_>>()?,
        more,
        search: visit.query.get("q").to_owned(),
        health: health(visit, &settings)?,
        group_name: settings.name,
        sentence: settings.sentence,
        sign_up: settings.sign_up.word().to_owned(),
        theme: Theme::read(&settings.theme),
        decisions: group.audit_log(me)?.into_iter().map(|it| (it.at, it.by, it.what)).collect(),
        ..Admin::default()
    })
}

/// Whether one of the texts has the words that were searched for.
fn has(search: &str, texts: &[&str]) -> bool {
    texts.iter().any(|text| text.to_lowercase().contains(search))
}

fn people(accounts: Vec<Account>, apps: &[App]) -> Vec<PersonLine> {
    let mut owned: BTreeMap<_, usize> = BTreeMap::new();
    for app in apps {
        *owned.entry(app.owner).or_default() += 1;
    }
    let line = |account: Account| PersonLine {
        apps: owned.get(&account.id).copied().unwrap_or(0),
        handle: account.handle.to_string(),
        name: account.name,
        level: account.level,
        joined: account.created,
        frozen: account.frozen,
    };
    // Who came last is looked for first.
    accounts.into_iter().rev().map(line).collect()
}

/// What the group can tell about itself, in words.
fn health(visit: &Visit, settings: &GroupSettings) -> Result<Vec<Health>> {
    let group = visit.group();
    let it = group.health(visit.account()?)?;
    let line = |name: &str, value: String, good: bool| Health { name: name.into(), value, good };
    let apps = if settings.safe_mode { "switched off: safe mode is on" } else { "may run" };
    let runs = format!(
        "{} of {} places to compute taken, {} runs wait for one, {} for an answer from outside",
        it.computing, it.places, it.queued_runs, it.waiting_outside
    );
    let effects = format!(
        "{} on their way, {} to be tried again, {} failed",
        it.queued, it.retrying, it.failed
    );
    let late = |due: Option<Moment>| due.map(|due| group.now().since(due)).filter(|by| *by > LATE);
    let waits = |due: Option<Moment>| match late(due) {
        Some(by) => format!("the oldest should have begun {} minutes ago", by.as_secs() / 60),
        None => "on time".to_owned(),
    };
    let walls = it.walls.iter().flat_map(|(kind, layers)| {
        layers.iter().map(move |(layer, found)| {
            let name = format!("Wall of {kind} workers: {}", layer.word());
            match found {
                Ok(words) => line(&name, words.clone(), true),
                Err(why) => line(&name, format!("not in force: {why}"), false),
            }
        })
    });
    let lines = [
        line("Apps", apps.to_owned(), !settings.safe_mode),
        line("Runs", runs, it.queued_runs == 0),
        line("Schedules", waits(it.tick_due), late(it.tick_due).is_none()),
        line("Effects", effects, it.failed == 0 && it.retrying == 0),
        line("Outbox", waits(it.effect_due), late(it.effect_due).is_none()),
        line(
            "Kept",
            format!("{} of data, {} of files", bytes(it.database_bytes), bytes(it.blob_bytes)),
            true,
        ),
        line(
            "Sandbox",
            format!("{}, guest {:.12}, price table {}", it.engine, it.guest, it.price_table),
            true,
        ),
    ];
    Ok(lines.into_iter().chain(walls).collect())
}

/// Back to the page, with what was done.
fn done(visit: &Visit, said: String) -> Result<Reply> {
    Ok(Reply::go("/admin").saying(visit, &Flash::good(said)))
}

/// The page again, with the form that could not be taken; or its problem above everything.
fn again(visit: &Visit, problem: Problem, wrong: Option<Wrong>) -> Result<Reply> {
    if !matches!(problem.kind, Kind::Invalid | Kind::Conflict) {
        return Err(problem);
    }
    let mut chrome = chrome::of(visit)?;
    if wrong.is_none() {
        chrome.flash = Some(Flash::bad(problem.public.clone()));
    }
    let wrong = wrong.map(|wrong| Wrong { error: problem.public, ..wrong });
    Ok(Reply::again(Admin { wrong, ..filled(visit)? }.draw(&chrome)))
}

/// The handle that a form names.
fn handle(visit: &Visit) -> Result<Name> {
    Name::parse(visit.form.get("handle"))
        .map_err(|_| Problem::not_found("There is no such account here."))
}

/// `POST /admin/level`.
pub(super) fn level(visit: &Visit) -> Result<Reply> {
    let handle = handle(visit)?;
    let promoted = level_of(visit.form.get("level"))
        .and_then(|level| visit.group().promote(visit.account()?, &handle, level));
    match promoted {
        Ok(account) => done(visit, format!("@{handle} is {} now.", article(account.level))),
        Err(problem) => again(visit, problem, None),
    }
}

fn level_of(word: &str) -> Result<Level> {
    [Level::New, Level::Member, Level::Admin]
        .into_iter()
        .find(|level| level.word() == word)
        .ok_or_else(|| Problem::invalid("Choose one of the levels new, member and admin."))
}

fn article(level: Level) -> &'static str {
    match level {
        Level::Visitor => "a visitor",
        Level::New => "new again",
        Level::Member => "a member",
        Level::Admin => "an admin",
    }
}

/// `POST /admin/freeze`.
pub(super) fn freeze(visit: &Visit) -> Result<Reply> {
    let handle = handle(visit)?;
    let why = visit.form.get("why");
    match visit.group().freeze(visit.account()?, &handle, Some(why)) {
        Ok(_) => done(
            visit,
            format!("@{handle} is frozen: their apps rest, and they can still look and export."),
        ),
        Err(problem) => {
            let wrong =
                Wrong { about: handle.to_string(), typed: why.to_owned(), ..Wrong::default() };
            again(visit, problem, Some(wrong))
        }
    }
}

/// `POST /admin/free`.
pub(super) fn free(visit: &Visit) -> Result<Reply> {
    let handle = handle(visit)?;
    visit.group().freeze(visit.account()?, &handle, None)?;
    done(visit, format!("@{handle} is free again."))
}

/// `POST /admin/password`.
pub(super) fn password(visit: &Visit) -> Result<Reply> {
    let handle = handle(visit)?;
    let password = visit.group().reset_password(visit.account()?, &handle)?;
    let new_password = Some((handle.to_string(), password));
    Ok(Reply::shown(Admin { new_password, ..filled(visit)? }.draw(&chrome::of(visit)?)))
}

/// The app that a form names; an admin finds private ones too.
fn app(visit: &Visit) -> Result<App> {
    let address = visit.form.get("app");
    let named = |app: &App| format!("@{}/{}", app.owner_handle, app.name) == address;
    let apps = visit.group().all_apps(visit.account()?)?;
    apps.into_iter().find(named).ok_or_else(|| {
        Problem::not_found("There is no such app here. Look in the list on the care page.")
    })
}

/// `POST /admin/stop`.
pub(super) fn stop(visit: &Visit) -> Result<Reply> {
    let app = app(visit)?;
    let why = visit.form.get("why");
    match visit.group().stop_app(visit.account()?, &app, Some(why)) {
        Ok(_) => done(
            visit,
            format!("{} is stopped for everybody. Its data is kept.", app.manifest.title),
        ),
        Err(problem) => {
            let about = visit.form.get("app").to_owned();
            again(visit, problem, Some(Wrong { about, typed: why.to_owned(), ..Wrong::default() }))
        }
    }
}

/// `POST /admin/start`.
pub(super) fn start(visit: &Visit) -> Result<Reply> {
    let app = visit.group().stop_app(visit.account()?, &app(visit)?, None)?;
    done(visit, format!("{} may run again.", app.manifest.title))
}

/// `POST /admin/group`.
pub(super) fn group(visit: &Visit) -> Result<Reply> {
    let form = &visit.form;
    if form.get("name").trim().is_empty() {
        let error = "The group needs a name: people see it at the top of every page.".to_owned();
        let page = Admin {
            group_name: String::new(),
            sentence: form.get("sentence").to_owned(),
            sign_up: form.get("sign_up").to_owned(),
            wrong: Some(Wrong { error, ..Wrong::default() }),
            ..filled(visit)?
        };
        return Ok(Reply::again(page.draw(&chrome::of(visit)?)));
    }
    visit.group().change_group(visit.account()?, &group_settings(visit)?)?;
    done(visit, "Saved.".to_owned())
}

/// `POST /admin/safe-mode`.
pub(super) fn safe_mode(visit: &Visit) -> Result<Reply> {
    let on = match visit.form.get("on") {
        "yes" => true,
        "no" => false,
        _ => {
            return again(
                visit,
                Problem::invalid("Say whether safe mode shall be on or off."),
                None,
            );
        }
    };
    let settings = GroupSettings { safe_mode: on, ..visit.group().settings()? };
    visit.group().change_group(visit.account()?, &settings)?;
    let said =
        if on { "Safe mode is on: no app runs." } else { "Safe mode is off: apps run again." };
    done(visit, said.to_owned())
}

/// `POST /admin/invite`.
pub(super) fn invite(visit: &Visit) -> Result<Reply> {
    let level = match level_of(visit.form.get("level")) {
        Ok(level) => level,
        Err(problem) => return again(visit, problem, None),
    };
    let secret = visit.group().invite(Some(visit.account()?), level)?;
    let invitation = Some(visit.group().address(&format!("/join?invitation={secret}")));
    Ok(Reply::shown(Admin { invitation, ..filled(visit)? }.draw(&chrome::of(visit)?)))
}
