//! The faces of an app's page: the same address answers a browser with HTML and others with what
//! they ask for in `Accept`. `curl` reads text. `_as` in the address says it where no header can.

use super::look::{Drawing, Look, Place, drawn, look};
use super::reply::{Reply, status};
use super::visit::Visit;
use super::{bar, running};
use axum::http::StatusCode;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY};
use model::{App, Problem};
use ui::View;

/// How a page is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Face {
    Html,
    Text,
    Json,
    Atom,
    Gemtext,
}

/// Every face, with its content type and its word in `_as`.
const FACES: [(Face, &str, &str); 5] = [
    (Face::Html, "text/html", "html"),
    (Face::Text, "text/plain", "text"),
    (Face::Json, "application/vnd.allotment.view+json", "json"),
    (Face::Atom, "application/atom+xml", "atom"),
    (Face::Gemtext, "text/gemini", "gemini"),
];
/// Types in one `Accept` that are looked at; browsers name eight.
const TYPES_MAX: usize = 32;

/// The page in another face than HTML, if that is what is wanted.
pub(super) fn other(visit: &Visit, app: &App, place: &Place) -> Result<Option<Reply>, Problem> {
    let wanted = wanted(visit);
    if wanted.first() == Some(&Face::Html) {
        return Ok(None);
    }
    if let Some((code, _)) = running::closed(visit, app)? {
        let text = "This app cannot be used at the moment. Open its page in a browser to see why.";
        return Ok(Some(plain(code, text)));
    }
    match look(visit, app, place, false) {
        Ok(Look::View { view, nonce, .. }) => {
            first_that_fits(visit, app, place, (&view, &nonce), &wanted)
        }
        Ok(Look::Failed { ending, message }) => {
            let mine = if visit.is_owner() { format!("\n{message}") } else { String::new() };
            let text = format!("The app could not show its page: {ending}.{mine}");
            Ok(Some(plain(StatusCode::INTERNAL_SERVER_ERROR, &text)))
        }
        Err(problem) => Ok(Some(plain(status(problem.kind), &problem.public))),
    }
}

/// The faces that are wanted, best first; never empty.
fn wanted(visit: &Visit) -> Vec<Face> {
    if let Some((face, ..)) = FACES.iter().find(|(_, _, word)| *word == visit.query.get("_as")) {
        return vec![*face];
    }
    let accept = visit.headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    // A script of a browser says */* as well, but a browser says what it fetches for.
    let browser = visit.headers.contains_key("sec-fetch-mode");
    accept.filter(|accept| !(browser && accept.trim() == "*/*")).map_or(vec![Face::Html], accepted)
}

/// What an `Accept` names, best first (RFC 9110 §12.5.1). Where it takes anything, text is as good as
/// any: whoever can read HTML names it.
fn accepted(accept: &str) -> Vec<Face> {
    let mut found: Vec<(f32, Face)> = Vec::new();
    for kind in accept.split(',').take(TYPES_MAX) {
        let mut parts = kind.split(';').map(str::trim);
        let name = parts.next().unwrap_or("").to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.trim().parse::<f32>().ok());
        let face = match name.as_str() {
            "*/*" | "text/*" => Some(Face::Text),
            "application/xhtml+xml" => Some(Face::Html),
            name => FACES.iter().find(|(_, kind, _)| *kind == name).map(|(face, ..)| *face),
        };
        let weight = weight.unwrap_or(1.0);
        if let Some(face) = face.filter(|_| weight > 0.0) {
            found.push((weight, face));
        }
    }
    // The order in which they stand decides among equals.
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    match found.is_empty() {
        true => vec![Face::Html],
        false => found.into_iter().map(|(_, face)| face).collect(),
    }
}

fn first_that_fits(
    visit: &Visit,
    app: &App,
    place: &Place,
    (view, nonce): (&View, &str),
    wanted: &[Face],
) -> Result<Option<Reply>, Problem> {
    let origin = visit.group().address("");
    let origin = origin.trim_end_matches('/');
    for face in wanted {
        if *face == Face::Html {
            return Ok(None);
        }
        let drawing = Drawing::default();
        let text = drawn(visit, app, view, nonce, place, &drawing, |around| match face {
            Face::Html => None,
            Face::Text => Some(ui::view::text(view, around)),
            Face::Json => Some(ui::view::json(view, around).to_string()),
            Face::Atom => ui::view::atom(view, around, origin),
            Face::Gemtext => Some(ui::view::gemtext(view, around, origin)),
        })?;
        if let Some(text) = text {
            return Ok(Some(said(StatusCode::OK, *face, text)));
        }
    }
    let page = visit.group().address(&bar::path(app));
    let text =
        format!("This page publishes no timeline, so it has no feed. It can be read at {page}.");
    Ok(Some(plain(StatusCode::NOT_ACCEPTABLE, &text)))
}

fn plain(code: StatusCode, text: &str) -> Reply {
    said(code, Face::Text, format!("{text}\n"))
}

fn said(code: StatusCode, face: Face, text: String) -> Reply {
    let kind = match face {
        Face::Html => "text/html; charset=utf-8",
        Face::Text => "text/plain; charset=utf-8",
        Face::Json => "application/vnd.allotment.view+json; v=1",
        Face::Atom => "application/atom+xml; charset=utf-8",
        Face::Gemtext => "text/gemini; charset=utf-8",
    };
    Reply::raw(code, text.into_bytes())
        .with(CONTENT_TYPE, kind)
        .with(CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'")
        .with(CACHE_CONTROL, "no-store")
        .with(VARY, "Accept")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_accepted_is_found_best_first() {
        use Face::*;
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        for (accept, expect) in [
            (browser, &[Html, Html, Text][..]),
            ("*/*", &[Text]),
            ("text/plain", &[Text]),
            ("TEXT/Plain; charset=utf-8", &[Text]),
            ("application/vnd.allotment.view+json; v=1", &[Json]),
            ("application/atom+xml, text/html;q=0.5", &[Atom, Html]),
            ("text/html;q=0.5, application/atom+xml", &[Atom, Html]),
            ("text/gemini;q=0, text/html", &[Html]),
            ("text/gemini, text/plain;q=0.9", &[Gemtext, Text]),
            ("image/png", &[Html]),
            ("", &[Html]),
            (";;;q=,,", &[Html]),
        ] {
            assert_eq!(accepted(accept), expect, "{accept}");
        }
    }
}
