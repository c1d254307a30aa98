//! The editor of an app's draft: every button saves first, and no answer loses what was typed.

use super::look::{Drawing, Look, Place, draw, look};
use super::reply::{Reply, status};
use super::source::text_of;
use super::taking_over::rehearsed;
use super::visit::Visit;
use super::{bar, chrome, journal};
use axum::http::StatusCode;
use group::manifest;
use model::problem::Result;
use model::release::check_path;
use model::{App, Kind, Level, Problem, Want};
use ui::page::editor::{Checked, Editor, Preview};
use ui::page::grants::verb_words;
use ui::{Fault, Flash};
use url::form_urlencoded::byte_serialize;

/// Events shown below the text: what the last button did, and a little before.
const EVENTS_SHOWN: usize = 5;

/// `GET /@o/a/edit`.
pub(super) fn page(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let mut editor = opened(visit, app, visit.query.filled("file"))?;
    if visit.query.some("run").is_some() {
        editor.ran = Some(preview(visit, app, &mut Vec::new())?);
    }
    shown(visit, StatusCode::OK, &editor)
}

fn shown(visit: &Visit, status: StatusCode, editor: &Editor) -> Result<Reply> {
    Ok(Reply::page(status, editor.draw(&chrome::of(visit)?)))
}

/// The editor with a file open as it is kept.
fn opened(visit: &Visit, app: &App, file: Option<&str>) -> Result<Editor> {
    let main = app.manifest.main.as_str();
    let first = || app.draft.keys().next().map_or(main, String::as_str);
    let file = file.unwrap_or(if app.draft.contains_key(main) { main } else { first() });
    let text = text_of(visit, &app.draft, file)?.ok_or_else(|| {
        Problem::not_found(format!(
            "The draft has no file {}. Go back to the editor and choose one, or add it there.",
            file.escape_debug()
        ))
    })?;
    Ok(Editor { text, ..frame(visit, app, file)? })
}

/// The editor without the text.
fn frame(visit: &Visit, app: &App, file: &str) -> Result<Editor> {
    Ok(Editor {
        bar: bar::of(visit, app),
        files: app.draft.keys().cloned().collect(),
        file: file.to_owned(),
        revision: revision(app, file).to_owned(),
        note: visit.form.get("note").to_owned(),
        log: journal::lines(visit, app, EVENTS_SHOWN)?,
        new_wants: new_wants(visit, app)?,
        may_publish: visit.account()?.level > Level::Visitor,
        has_settings: !app.settings_declared.is_empty(),
        ..Editor::default()
    })
}

/// The state of a file: its hash, and nothing for a file that is not there.
fn revision<'a>(app: &'a App, file: &str) -> &'a str {
    app.draft.get(file).map_or("", String::as_str)
}

/// The editor with the text that was typed, whatever is kept.
fn typed(visit: &Visit, app: &App) -> Result<Editor> {
    let file = visit.form.get("file");
    let text = match visit.form.some("text") {
        Some(text) => Some(text.to_owned()),
        None => text_of(visit, &app.draft, file)?.flatten(),
    };
    Ok(Editor { text, ..frame(visit, app, file)? })
}

/// Saves what was typed and goes on with the draft as it is then; or says why it was not saved.
fn saved(visit: &Visit, go_on: impl FnOnce(&App) -> Result<Reply>) -> Result<Reply> {
    let app = visit.app()?;
    let file = visit.form.get("file");
    let Some(text) = visit.form.some("text") else { return go_on(app) };
    let kept = text_of(visit, &app.draft, file)?;
    if kept.as_ref().is_some_and(|kept| kept.as_deref() == Some(text)) {
        return go_on(app);
    }
    if visit.form.get("revision") != revision(app, file) {
        let theirs = kept.map_or("The file was deleted.\n".to_owned(), |it| it.unwrap_or_default());
        let editor = Editor { conflict: Some(theirs), ..typed(visit, app)? };
        return shown(visit, StatusCode::CONFLICT, &editor);
    }
    let files = visit.group().files(&app.draft)?.with(file, text.as_bytes().to_vec());
    let saved = files.and_then(|files| {
        visit.group().save_draft(visit.account()?, app, &files, Some(app.draft_revision))
    });
    match saved {
        Ok(app) => go_on(&app),
        Err(problem) => not_done(visit, app, problem),
    }
}

/// The same page with what is wrong and what was typed.
fn not_done(visit: &Visit, app: &App, problem: Problem) -> Result<Reply> {
    if matches!(problem.kind, Kind::Internal | Kind::NotFound | Kind::SignIn) {
        return Err(problem);
    }
    let checked = Checked { errors: vec![problem.public], warnings: Vec::new() };
    let editor = Editor { checked: Some(checked), ..typed(visit, app)? };
    shown(visit, status(problem.kind), &editor)
}

/// `POST /@o/a/edit/save`.
pub(super) fn save(visit: &Visit) -> Result<Reply> {
    saved(visit, |app| {
        let said = Flash::good("Saved in the draft. Others see it when you publish.");
        Ok(Reply::go(of_file(app, visit.form.get("file"))).saying(visit, &said))
    })
}

/// The address of the editor with a file open.
fn of_file(app: &App, file: &str) -> String {
    let file: String = byte_serialize(file.as_bytes()).collect();
    format!("{}/edit?file={file}", bar::path(app))
}

/// `POST /@o/a/edit/check`.
pub(super) fn check(visit: &Visit) -> Result<Reply> {
    saved(visit, |app| {
        let errors = visit.group().check_app(app)?.errors;
        let checked = Checked { errors, warnings: Vec::new() };
        shown(visit, StatusCode::OK, &Editor { checked: Some(checked), ..typed(visit, app)? })
    })
}

/// `POST /@o/a/edit/run`.
pub(super) fn run(visit: &Visit) -> Result<Reply> {
    saved(visit, |app| {
        let mut warnings = Vec::new();
        let ran = preview(visit, app, &mut warnings)?;
        // Where it ran at all, a mistake that would keep it from being published is worth a word.
        let errors = match &ran {
            Preview::View { .. } => visit.group().check_app(app)?.errors,
            Preview::Failed { .. } => Vec::new(),
        };
        let checked =
            (!errors.is_empty() || !warnings.is_empty()).then_some(Checked { errors, warnings });
        shown(visit, StatusCode::OK, &Editor { ran: Some(ran), checked, ..typed(visit, app)? })
    })
}

/// Looks at the draft. What its author should mend goes to `warnings`.
fn preview(visit: &Visit, app: &App, warnings: &mut Vec<String>) -> Result<Preview> {
    let place = Place::first();
    match look(visit, app, &place, true) {
        Ok(Look::View { view, gas, nonce }) => {
            warnings.extend(view.warnings.iter().map(Fault::to_string));
            let drawing = Drawing { draft: true, heading: 3, ..Drawing::default() };
            let view = draw(visit, app, &view, &nonce, &place, &drawing)?;
            Ok(Preview::View { view, gas })
        }
        Ok(Look::Failed { ending, message }) => Ok(Preview::Failed { ending, message }),
        Err(problem) if problem.kind == Kind::Internal => Err(problem),
        Err(problem) => {
            Ok(Preview::Failed { ending: "not begun".to_owned(), message: problem.public })
        }
    }
}

/// `POST /@o/a/edit/publish`.
pub(super) fn publish(visit: &Visit) -> Result<Reply> {
    saved(visit, |app| {
        match visit.group().rehearse(visit.account()?, app) {
            Ok(Some(found)) => return rehearsed(visit, app, found, None),
            Ok(None) => {}
            Err(problem) => return not_done(visit, app, problem),
        }
        match visit.group().publish(visit.account()?, app, visit.form.get("note").trim()) {
            Ok(release) => {
                let said =
                    format!("Release {} runs now, for everybody who may see it.", release.number);
                Ok(Reply::go(bar::path(app)).saying(visit, &Flash::good(said)))
            }
            Err(problem) => not_done(visit, app, problem),
        }
    })
}

/// What the draft asks for and the running release does not, in words.
fn new_wants(visit: &Visit, app: &App) -> Result<Vec<String>> {
    let text = text_of(visit, &app.draft, manifest::FILE)?.flatten();
    let draft = text.and_then(|text| manifest::parse(&text).ok());
    let (Some(draft), Some(_)) = (draft, &app.release) else { return Ok(Vec::new()) };
    let is_new = |want: &&Want| {
        !app.manifest.wants.iter().any(|old| old.verb == want.verb && old.object == want.object)
    };
    let words = |want: &Want| format!("{} ({})", verb_words(&want.verb), want.why);
    Ok(draft.wants.iter().filter(is_new).map(words).collect())
}

/// `POST /@o/a/edit/new`.
pub(super) fn new_file(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let file = visit.form.get("file").trim();
    let made = check_path(file).and_then(|()| {
        if app.draft.contains_key(file) {
            return Err(Problem::invalid("There is a file of this name already. Open it above."));
        }
        let files = visit.group().files(&app.draft)?.with(file, Vec::new())?;
        visit.group().save_draft(visit.account()?, app, &files, Some(app.draft_revision))
    });
    match made {
        Ok(app) => Ok(Reply::go(of_file(&app, file))),
        Err(problem)
            if matches!(problem.kind, Kind::Invalid | Kind::Conflict | Kind::OverQuota) =>
        {
            let new_file = Some((file.to_owned(), problem.public));
            let editor = Editor { new_file, ..opened(visit, app, None)? };
            shown(visit, StatusCode::UNPROCESSABLE_ENTITY, &editor)
        }
        Err(problem) => Err(problem),
    }
}

/// `POST /@o/a/edit/delete`.
pub(super) fn delete_file(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let file = visit.form.get("file");
    if [manifest::FILE, app.manifest.main.as_str()].contains(&file) {
        return Err(Problem::invalid(format!(
            "An app needs its {file}. Delete the whole app instead, or empty the file."
        )));
    }
    if !app.draft.contains_key(file) {
        return Err(Problem::not_found("The draft has no such file; it may be deleted already."));
    }
    let files = visit.group().files(&app.draft)?.without(file);
    visit.group().save_draft(visit.account()?, app, &files, Some(app.draft_revision))?;
    let said = format!("{file} is deleted from the draft. Releases keep theirs.");
    Ok(Reply::go(format!("{}/edit", bar::path(app))).saying(visit, &Flash::good(said)))
}
