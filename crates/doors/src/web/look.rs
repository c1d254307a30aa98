//! Looking at an app: its `view` runs, what came back is read as a view, and drawn for one visitor.

use super::visit::Visit;
use super::{bar, chrome};
use group::{Ran, Reads};
use model::problem::Result;
use model::trigger::{Invocation, Person, Trigger};
use model::{App, Ending, Gas, Problem, Value};
use std::cell::RefCell;
use std::collections::BTreeMap;
use ui::{Fault, Markup, Surroundings, View};

/// What came of looking.
#[derive(Clone)]
pub(super) enum Look {
    View {
        view: Box<View>,
        gas: Gas,
        /// Unique to this look, so that each button of it counts once.
        nonce: String,
    },
    Failed {
        ending: String,
        message: String,
    },
}

/// A look with what it rests on.
pub(super) struct Looked {
    pub(super) look: Look,
    /// The release that ran.
    pub(super) release: String,
    pub(super) reads: Reads,
}

/// As whom one looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sees {
    /// As whoever came.
    Oneself,
    /// As everybody who may.
    All,
}

/// Where somebody stands inside an app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Place {
    /// Begins with `/`.
    pub(super) path: String,
    pub(super) query: BTreeMap<String, String>,
}

impl Place {
    /// The first page of an app.
    pub(super) fn first() -> Place {
        Place { path: "/".into(), query: BTreeMap::new() }
    }

    /// Reads what a button's `_p` says: path and query inside the app.
    pub(super) fn read(text: &str) -> Place {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Place { path: format!("/{}", path.trim_start_matches('/')), query }
    }

    /// The address of this place on the group's site.
    pub(super) fn address(&self, app: &App) -> String {
        let mut address = ui::address::page_of(&bar::path(app), &self.path);
        if !self.query.is_empty() {
            let pairs = self.query.iter();
            let query =
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            address = format!("{address}?{query}");
        }
        address
    }
}

/// How a view is drawn, beyond what is in it.
#[derive(Default)]
pub(super) struct Drawing<'a> {
    pub(super) draft: bool,
    /// The level of its first heading.
    pub(super) heading: u8,
    /// The handler whose form is shown again, with what was typed and what is wrong with it.
    pub(super) pressed: Option<&'a str>,
    pub(super) typed: BTreeMap<String, String>,
    pub(super) errors: BTreeMap<String, String>,
    pub(super) toast: Option<&'a str>,
}

/// Runs `view` of an app's release or draft.
pub(super) fn look(visit: &Visit, app: &App, place: &Place, draft: bool) -> Result<Look> {
    let by = visit.person();
    let ran = visit.group().invoke(looking(app, place, by, draft))?;
    Ok(read(app, &ran))
}

/// Runs `view` of an app's release, and says what it rests on.
pub(super) fn look_on(visit: &Visit, app: &App, place: &Place, sees: Sees) -> Result<Looked> {
    let invocation = looking(app, place, visit.person(), false);
    let ran = match sees {
        Sees::Oneself => visit.group().invoke(invocation),
        Sees::All => visit.group().look_for_all(invocation),
    }?;
    let look = read(app, &ran);
    Ok(Looked { look, release: ran.receipt.release, reads: ran.reads })
}

fn looking(app: &App, place: &Place, by: Option<Person>, draft: bool) -> Invocation {
    let trigger = Trigger::View { path: place.path.clone(), query: place.query.clone() };
    Invocation { app: app.id, trigger, by, chain: None, draft }
}

fn read(app: &App, ran: &Ran) -> Look {
    if ran.ending != Ending::Done {
        let ending = ran.ending.words().to_owned();
        return Look::Failed { ending, message: ran.message.clone() };
    }
    match View::read(&ran.answer, &app.manifest.title) {
        Ok(view) => Look::View {
            view: Box::new(view),
            gas: ran.receipt.gas,
            nonce: ran.receipt.run.to_string(),
        },
        Err(faults) => {
            Look::Failed { ending: Ending::Stopped.words().to_owned(), message: told(&faults) }
        }
    }
}

/// Faults of a view or an answer, as its author reads them.
pub(super) fn told(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

/// Draws a view for this visitor as HTML, with buttons that only they can press.
pub(super) fn draw(
    visit: &Visit,
    app: &App,
    view: &View,
    nonce: &str,
    place: &Place,
    drawing: &Drawing,
) -> Result<Markup> {
    drawn(visit, app, view, nonce, place, drawing, |around| ui::view::html(view, around))
}

/// Draws a view for this visitor in any face.
pub(super) fn drawn<T>(
    visit: &Visit,
    app: &App,
    view: &View,
    nonce: &str,
    place: &Place,
    drawing: &Drawing,
    face: impl FnOnce(&Surroundings) -> T,
) -> Result<T> {
    let viewer = visit.viewer();
    let trouble: RefCell<Option<Problem>> = RefCell::new(None);
    let seal = |handler: &str, args: &Value| {
        let sealed = visit.group().seal_action(app, drawing.draft, &viewer, handler, args);
        sealed.unwrap_or_else(|problem| {
            trouble.replace(Some(problem));
            String::new()
        })
    };
    let group = visit.group();
    let documents = group.library(app, drawing.draft).of_view(view)?;
    let path = bar::path(app);
    let address = format!("@{}@{}/{}", app.owner_handle, visit.group().config.host, app.name);
    let drawn = face(&Surroundings {
        address: &address,
        path: &place.path,
        query: place.query.clone(),
        nonce,
        pressed: drawing.pressed,
        typed: drawing.typed.clone(),
        errors: drawing.errors.clone(),
        toast: drawing.toast,
        reader: chrome::reader(visit),
        prose: &group.prose_with(view, &documents, app, visit.person().is_none()),
        documents: &documents,
        heading: drawing.heading.max(1),
        ..Surroundings::of(&path, &seal)
    });
    match trouble.into_inner() {
        Some(problem) => Err(problem),
        None => Ok(drawn),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_buttons_write_them() {
        for (text, path, query) in [
            ("/", "/", vec![]),
            ("/list/3?tab=a%20b&x=1", "/list/3", vec![("tab", "a b"), ("x", "1")]),
            ("//elm.example/x", "/elm.example/x", vec![]),
            ("", "/", vec![]),
        ] {
            let place = Place::read(text);
            assert_eq!(place.path, path);
            let pairs: Vec<_> = place.query.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            assert_eq!(pairs, query, "{text}");
        }
    }
}
