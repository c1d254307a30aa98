//! Writing a document of an app: its text, its history, and going back to an older one. The app has
//! sealed into the address what this visitor may do; no answer loses what was typed.

use super::look::{Place, told};
use super::reply::{Reply, status};
use super::visit::Visit;
use super::{bar, chrome, running};
use axum::http::StatusCode;
use group::Ran;
use group::documents::{Revision, Written, changes};
use model::problem::Result;
use model::trigger::{Change, Invocation, Trigger};
use model::{App, Ending, Kind, Moment, Problem, Value};
use ui::page::changes::Changes;
use ui::page::document::{DocumentHistory, EditDocument, Named, Opened, RevisionLine, Theirs};
use ui::view::documents::{Rights, SEALED};
use ui::{Answer, Flash};

/// What the address of a page says, opened.
struct Document<'v> {
    app: &'v App,
    token: &'v str,
    rights: Rights,
    on_save: String,
    draft: bool,
}

impl<'v> Document<'v> {
    fn open(visit: &'v Visit, token: &'v str) -> Result<Document<'v>> {
        let app = visit.app()?;
        let old = || {
            Problem::new(
                Kind::Conflict,
                "This page is too old, or was drawn for somebody else. Open the app again and press Edit or History there.",
            )
        };
        let pressed = visit.group().open_action(app, &visit.viewer(), token).map_err(|_| old())?;
        let on_save = pressed.handler.strip_prefix(SEALED).ok_or_else(old)?.to_owned();
        let rights = Rights::read(&pressed.args).ok_or_else(old)?;
        Ok(Document { app, token, rights, on_save, draft: pressed.draft })
    }

    /// The same, where the visitor may change the document.
    fn open_to_edit(visit: &'v Visit, token: &'v str) -> Result<Document<'v>> {
        let document = Document::open(visit, token)?;
        if document.rights.edit {
            return Ok(document);
        }
        Err(Problem::forbidden("The app shows you this document only to read."))
    }

    fn named(&self, visit: &Visit) -> Named {
        Named {
            bar: bar::of(visit, self.app),
            label: self.rights.label.clone(),
            token: self.token.to_owned(),
            back: self.back(),
            plain: self.rights.plain,
            edit: self.rights.edit,
            history: self.rights.history,
        }
    }

    /// Where the app shows it.
    fn back(&self) -> String {
        running::back(self.app, &Place::read(&self.rights.place), self.draft)
    }

    fn newest(&self, visit: &Visit) -> Result<(Revision, String)> {
        let none = || (Revision { number: 0, at: 0, by: String::new(), bytes: 0 }, String::new());
        let library = visit.group().library(self.app, self.draft);
        Ok(library.newest(&self.rights.doc)?.unwrap_or_else(none))
    }

    fn write(&self, visit: &Visit, change: Change) -> Result<Written> {
        visit.group().write_document(self.app, visit.person(), self.draft, &self.rights.doc, change)
    }
}

/// Refuses to show what an app keeps while it is stopped.
fn must_run(visit: &Visit, app: &App) -> Result<()> {
    if visit.group().settings()?.safe_mode || app.stopped.is_some() {
        return Err(Problem::forbidden(
            "This app is switched off at the moment. Its documents are kept; come back later.",
        ));
    }
    Ok(())
}

/// `GET /@o/a/doc/edit`.
pub(super) fn edit_page(visit: &Visit) -> Result<Reply> {
    let document = Document::open_to_edit(visit, visit.query.get("_a"))?;
    must_run(visit, document.app)?;
    let (newest, text) = document.newest(visit)?;
    let of = document.named(visit);
    let begun = visit
        .group()
        .library(document.app, document.draft)
        .draft(&visit.viewer(), &document.rights.doc)?
        .filter(|begun| begun.text != text);
    let page = match begun {
        Some(begun) => EditDocument {
            of,
            text: begun.text,
            base: begun.base,
            begun: true,
            ..EditDocument::default()
        },
        None => EditDocument { of, text, base: newest.number, ..EditDocument::default() },
    };
    shown(visit, StatusCode::OK, &page)
}

fn shown(visit: &Visit, status: StatusCode, page: &EditDocument) -> Result<Reply> {
    Ok(Reply::page(status, page.draw(&chrome::of(visit)?)))
}

/// `POST /@o/a/doc/edit`.
pub(super) fn edit(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let document = match Document::open_to_edit(visit, visit.form.get("_a")) {
        Ok(document) => document,
        Err(problem) => return unsaved(visit, app, &problem),
    };
    let done = match visit.form.get("do") {
        "preview" => preview(visit, &document),
        "discard" => discard(visit, &document),
        _ => save(visit, &document),
    };
    done.or_else(|problem| not_kept(visit, &document, &problem))
}

/// The page with what was typed, as it was made from the revision it was made from.
fn typed(visit: &Visit, document: &Document) -> EditDocument {
    EditDocument {
        of: document.named(visit),
        text: visit.form.get("text").to_owned(),
        base: base(visit),
        ..EditDocument::default()
    }
}

fn base(visit: &Visit) -> i64 {
    visit.form.get("base").parse().unwrap_or(0)
}

fn not_kept(visit: &Visit, document: &Document, problem: &Problem) -> Result<Reply> {
    let page = EditDocument { error: Some(problem.public.clone()), ..typed(visit, document) };
    shown(visit, status(problem.kind), &page)
}

/// The text alone, for somebody who may not save it any more.
fn unsaved(visit: &Visit, app: &App, problem: &Problem) -> Result<Reply> {
    let of = Named {
        bar: bar::of(visit, app),
        label: "a document".to_owned(),
        back: bar::path(app),
        ..Named::default()
    };
    let page = EditDocument {
        of,
        text: visit.form.get("text").to_owned(),
        error: Some(problem.public.clone()),
        ..EditDocument::default()
    };
    shown(visit, status(problem.kind), &page)
}

/// Shows the text as it would look, and keeps it for whoever is signed in.
fn preview(visit: &Visit, document: &Document) -> Result<Reply> {
    let text = visit.form.get("text");
    if visit.person().is_some() {
        document.write(visit, Change::Draft { text: text.to_owned(), base: base(visit) })?;
    }
    let prose = visit.group().prose_of(text, visit.app()?, visit.person().is_none());
    let page = EditDocument { preview: Some(prose), ..typed(visit, document) };
    shown(visit, StatusCode::OK, &page)
}

fn discard(visit: &Visit, document: &Document) -> Result<Reply> {
    document.write(visit, Change::Discard)?;
    let token: String = url::form_urlencoded::byte_serialize(document.token.as_bytes()).collect();
    Ok(Reply::go(format!("{}/doc/edit?_a={token}", bar::path(document.app))))
}

fn save(visit: &Visit, document: &Document) -> Result<Reply> {
    let text = visit.form.get("text").to_owned();
    let base = base(visit);
    match document.write(visit, Change::Save { text: text.clone(), base: Some(base) })? {
        Written::Kept { revision, merged } => {
            let said = if merged {
                "Saved, together with what others changed meanwhile."
            } else {
                "Saved."
            };
            saved(visit, document, revision, said)
        }
        Written::Conflict => {
            if visit.person().is_some() {
                document.write(visit, Change::Draft { text, base })?;
            }
            let (newest, theirs) = document.newest(visit)?;
            let at = Moment::from_seconds(newest.at);
            let conflict = Some(Theirs { text: theirs, by: newest.by, at });
            let page = EditDocument { base: newest.number, conflict, ..typed(visit, document) };
            shown(visit, StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// The text is kept: the app hears of it, and the visitor goes back to it.
fn saved(visit: &Visit, document: &Document, revision: i64, said: &str) -> Result<Reply> {
    let back = document.back();
    if document.on_save.is_empty() {
        return Ok(Reply::go(back).saying(visit, &Flash::good(said)));
    }
    let app = document.app;
    let place = Place::read(&document.rights.place);
    let trigger = Trigger::Action {
        handler: document.on_save.clone(),
        args: Value::map([
            ("doc", Value::from(document.rights.doc.as_str())),
            ("revision", Value::Int(revision)),
        ]),
        files: Vec::new(),
        form: Default::default(),
        path: place.path.clone(),
        query: place.query.clone(),
        nonce: None,
    };
    let (by, draft) = (visit.person(), document.draft);
    let ran = visit.group().invoke(Invocation { app: app.id, trigger, by, chain: None, draft });
    let told = match ran {
        Ok(ran) if ran.ending == Ending::Done => answer(visit, app, &ran),
        Ok(ran) => Err(if visit.is_owner() { ran.message } else { String::new() }),
        Err(problem) => Err(problem.public),
    };
    Ok(match told {
        Ok(Answer::Toast(text)) => Reply::go(back).saying(visit, &Flash::good(text)),
        Ok(Answer::Go(to)) if !draft => {
            Reply::go(running::inside(app, &place, &to)).saying(visit, &Flash::good(said))
        }
        Ok(_) => Reply::go(back).saying(visit, &Flash::good(said)),
        Err(why) => {
            let text = format!("{said} What the app does after that did not work. {why}");
            Reply::go(back).saying(visit, &Flash::bad(text.trim_end()))
        }
    })
}

fn answer(visit: &Visit, app: &App, ran: &Ran) -> std::result::Result<Answer, String> {
    let mine = visit.is_owner();
    Answer::read(&ran.answer, &app.manifest.title)
        .map_err(|faults| if mine { told(&faults) } else { String::new() })
}

/// `GET /@o/a/doc/history`.
pub(super) fn history_page(visit: &Visit) -> Result<Reply> {
    let document = Document::open(visit, visit.query.get("_a"))?;
    must_run(visit, document.app)?;
    if !document.rights.history {
        return Err(Problem::forbidden("The app does not show the history of this document."));
    }
    let name = &document.rights.doc;
    let library = visit.group().library(document.app, document.draft);
    let text = |field: &str| -> Result<Option<(i64, String)>> {
        let Some(number) = visit.query.filled(field) else { return Ok(None) };
        let number: i64 = number.parse().map_err(|_| no_revision())?;
        Ok(Some((number, library.text(name, number)?.ok_or_else(no_revision)?)))
    };
    let open = match (text("from")?, text("to")?, text("revision")?) {
        (Some((from, old)), Some((to, new)), _) => {
            let lines = changes(&old, &new);
            let label = document.rights.label.replace('\n', " ");
            let text = if lines.is_empty() { lines } else { format!("@ {label}\n{lines}") };
            let (from, to) = (format!("revision {from}"), format!("revision {to}"));
            Some(Opened::Changes(Changes { from, to, text }))
        }
        (_, _, Some((number, text))) => {
            let prose = visit.group().prose_of(&text, visit.app()?, visit.person().is_none());
            Some(Opened::Text { number, text, prose })
        }
        _ => None,
    };
    let line = |it: Revision| RevisionLine {
        number: it.number,
        at: Moment::from_seconds(it.at),
        by: it.by,
        bytes: u64::try_from(it.bytes).unwrap_or(0),
    };
    let revisions = library.revisions(name)?.into_iter().map(line).collect();
    let page = DocumentHistory { of: document.named(visit), revisions, open };
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

fn no_revision() -> Problem {
    Problem::not_found(
        "This revision is not kept. Choose one from the list on the document's history page.",
    )
}

/// `POST /@o/a/doc/restore`.
pub(super) fn restore(visit: &Visit) -> Result<Reply> {
    let document = Document::open_to_edit(visit, visit.form.get("_a"))?;
    if !document.rights.history {
        return Err(Problem::forbidden("The app does not show the history of this document."));
    }
    let number: i64 = visit.form.get("revision").parse().map_err(|_| no_revision())?;
    let library = visit.group().library(document.app, document.draft);
    let text = library.text(&document.rights.doc, number)?.ok_or_else(no_revision)?;
    match document.write(visit, Change::Save { text, base: None })? {
        Written::Kept { revision, .. } => saved(
            visit,
            &document,
            revision,
            &format!(
                "Revision {number} is back, as revision {revision}. Nothing of the history is lost."
            ),
        ),
        Written::Conflict => Err(no_revision()),
    }
}
