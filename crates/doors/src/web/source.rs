//! The source of an app, for everybody who may see it: files, releases, and what changed between
//! two of them.

use super::reply::Reply;
use super::taking_over::rehearsed;
use super::visit::Visit;
use super::{bar, chrome};
use group::difference;
use model::problem::Result;
use model::{App, Problem, Release, limit};
use std::collections::BTreeMap;
use ui::Flash;
use ui::page::changes::Changes;
use ui::page::source::{FileLine, OpenFile, ReleaseLine, Source, UseLine};

/// Bytes of a file that a page shows; a browser grows slow beyond.
const SHOWN_BYTES_MAX: usize = 512 * limit::KIB;

/// `GET /@o/a/source`.
pub(super) fn page(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let releases = visit.group().releases(app)?;
    let mut page = Source {
        bar: bar::of(visit, app),
        releases: releases.iter().map(|release| line(app, release)).collect(),
        fork_of: app
            .fork_of
            .as_ref()
            .map(|fork| (format!("/{}", fork.address), fork.address.clone(), fork.number)),
        uses: app
            .manifest
            .uses
            .iter()
            .map(|it| UseLine { app: it.app.clone(), release: it.release.to_string() })
            .collect(),
        ..Source::default()
    };
    if visit.is_owner() {
        let account = visit.account()?;
        let offer = visit.group().offer(account, app)?;
        page.newer = offer.map_or(0, |offer| offer.releases.len());
        page.before = app.before.as_ref().map(|before| (before.number, before.until));
        let suggestions = visit.group().suggestions(account, app)?;
        page.suggestions = suggestions.iter().filter(|it| it.is_open()).count();
    }
    match (visit.query.filled("from"), visit.query.filled("to")) {
        (Some(from), Some(to)) => {
            page.difference = Some(changes(visit, app, &releases, from, to)?);
        }
        _ => show_files(visit, app, &releases, &mut page)?,
    }
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

pub(super) fn line(app: &App, release: &Release) -> ReleaseLine {
    ReleaseLine {
        number: release.number,
        note: release.note.clone(),
        at: release.at,
        by: app.owner_handle.to_string(),
        id: release.id.short().to_owned(),
        whole_id: match release.files.contains_key(&format!("{}.lua", app.name)) {
            true => release.id.to_string(),
            false => String::new(),
        },
        runs: release.number == app.release_number,
    }
}

fn find<'r>(releases: &'r [Release], number: &str) -> Result<&'r Release> {
    let wanted = number.parse().ok();
    releases.iter().find(|release| Some(release.number) == wanted).ok_or_else(|| {
        Problem::not_found(
            "This app has no such release. Choose one from the list on its source page.",
        )
    })
}

/// Two states and what differs; `draft` is the owner's draft.
fn changes(
    visit: &Visit,
    app: &App,
    releases: &[Release],
    from: &str,
    to: &str,
) -> Result<Changes> {
    let state = |word: &str| match word {
        "draft" if visit.is_owner() => Ok(("your draft".to_owned(), &app.draft)),
        number => find(releases, number)
            .map(|release| (format!("release {}", release.number), &release.files)),
    };
    let ((from, old), (to, new)) = (state(from)?, state(to)?);
    let group = visit.group();
    let text = difference(&group.files(old)?, &group.files(new)?);
    Ok(Changes { from, to, text })
}

/// The files of the release that was asked for, else of the one that runs, else of the draft: an
/// app without a release is seen by its owner alone.
fn show_files(visit: &Visit, app: &App, releases: &[Release], page: &mut Source) -> Result<()> {
    let release = match visit.query.filled("release") {
        Some(number) => Some(find(releases, number)?),
        None => releases.iter().find(|release| release.number == app.release_number),
    };
    let files = release.map_or(&app.draft, |release| &release.files);
    page.release = release.map(|release| release.number);
    for (path, hash) in files {
        let bytes = visit.group().store().blob_size(hash)?.unwrap_or(0);
        page.files.push(FileLine { path: path.clone(), bytes });
    }
    let chosen = match visit.query.filled("file") {
        Some(path) => Some(path),
        None => Some(app.manifest.main.as_str()).filter(|main| files.contains_key(*main)),
    };
    page.open = chosen.map(|path| open(visit, files, path)).transpose()?;
    Ok(())
}

fn open(visit: &Visit, files: &BTreeMap<String, String>, path: &str) -> Result<OpenFile> {
    let Some(text) = text_of(visit, files, path)? else {
        return Err(Problem::not_found(format!(
            "There is no file {} in this release. Choose one from the list on the source page.",
            path.escape_debug()
        )));
    };
    let cut = text.as_ref().is_some_and(|text| text.len() > SHOWN_BYTES_MAX);
    let text = text.map(|mut text| {
        text.truncate(text.floor_char_boundary(SHOWN_BYTES_MAX));
        text
    });
    Ok(OpenFile { path: path.to_owned(), text, cut })
}

/// The text of one file among these: `None` if there is no such file, `Some(None)` if it is not text.
pub(super) fn text_of(
    visit: &Visit,
    files: &BTreeMap<String, String>,
    path: &str,
) -> Result<Option<Option<String>>> {
    let Some(hash) = files.get(path) else { return Ok(None) };
    let one = BTreeMap::from([(path.to_owned(), hash.clone())]);
    let files = visit.group().files(&one)?;
    Ok(Some(files.text(path).map(str::to_owned)))
}

/// `POST /@o/a/edit/back`.
pub(super) fn go_back(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let number = visit.form.get("release").parse().map_err(|_| {
        Problem::invalid(
            "Say which release to go back to: press the button beside it on the source page.",
        )
    })?;
    if let Some(found) = visit.group().rehearse_back(visit.account()?, app, number)? {
        return rehearsed(visit, app, found, Some(number));
    }
    let release = visit.group().go_back(visit.account()?, app, number)?;
    let said = format!(
        "Release {number} runs again, as release {}. Your draft is untouched.",
        release.number
    );
    Ok(Reply::go(format!("{}/source", bar::path(app))).saying(visit, &Flash::good(said)))
}
