//! The web door: the group's pages and its people's apps for browsers. Each request becomes a
//! `Visit`, one table says who answers it, and the answer is a `Reply`. It decides nothing:
//! `ui::routes` says who may come, and the group says what they may do.

mod account;
mod admin;
mod app_home;
mod assets;
mod bar;
mod chrome;
mod cookie;
mod document;
mod editor;
mod entry;
mod examples;
mod face;
mod fields;
mod fork;
mod front;
mod gate;
mod grants;
mod jobs;
mod journal;
mod live;
mod look;
mod multipart;
mod newer;
mod raw;
mod reading;
mod reply;
mod running;
mod settings;
mod source;
mod suggestions;
mod taking_over;
mod uploads;
mod visit;

pub use examples::Example;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use group::Group;
use jobs::Jobs;
use live::Live;
use model::{Problem, limit};
use reply::Reply;
use std::sync::Arc;
use ui::routes::{self, Route};
use visit::Visit;

/// Bytes of a form: the largest file one would edit in a page, escaped threefold.
const FORM_BYTES_MAX: usize = 4 * limit::MIB;

/// What answers a visit. Handlers wait for the store and for runs, so they have a thread of their own.
type Handler = fn(&Visit) -> Result<Reply, Problem>;

/// Who answers which route of `ui::routes`; a test holds both tables against each other.
#[rustfmt::skip]
static HANDLERS: &[(&str, &str, Handler)] = &[
    ("GET", "/", front::front),
    ("GET", "/apps", front::directory),
    ("GET", "/apps/new", front::new_app),
    ("POST", "/apps/new", front::make_app),
    ("GET", "/assets/{path}", assets::asset),
    ("GET", "/live", live::not_a_page),
    ("GET", "/reading", reading::page),
    ("POST", "/reading", reading::keep),
    ("GET", "/sign-in", entry::sign_in_page),
    ("POST", "/sign-in", entry::sign_in),
    ("POST", "/sign-out", entry::sign_out),
    ("GET", "/join", entry::join_page),
    ("POST", "/join", entry::join),
    ("GET", "/welcome", entry::welcome_page),
    ("POST", "/welcome", entry::welcome),
    ("GET", "/me", account::page),
    ("POST", "/me", account::change),
    ("POST", "/me/password", account::password),
    ("POST", "/me/tokens", account::make_token),
    ("POST", "/me/tokens/revoke", account::revoke_token),
    ("POST", "/me/sign-out-everywhere", account::sign_out_everywhere),
    ("GET", "/me/news", newer::news),
    ("GET", "/me/usage", account::usage),
    ("GET", "/me/export", account::export),
    ("GET", "/@{o}/{a}", running::page),
    ("GET", "/@{o}/{a}/p/{path}", running::page),
    ("POST", "/@{o}/{a}/act", running::act),
    ("GET", "/@{o}/{a}/job/{path}", jobs::page),
    ("GET", "/@{o}/{a}/-/{path}", raw::answer),
    ("GET", "/@{o}/{a}/f/{path}", raw::kept_file),
    ("GET", "/@{o}/{a}/doc/edit", document::edit_page),
    ("POST", "/@{o}/{a}/doc/edit", document::edit),
    ("GET", "/@{o}/{a}/doc/history", document::history_page),
    ("POST", "/@{o}/{a}/doc/restore", document::restore),
    ("GET", "/@{o}/{a}/source", source::page),
    ("GET", "/@{o}/{a}/fork", fork::page),
    ("POST", "/@{o}/{a}/fork", fork::fork),
    ("GET", "/@{o}/{a}/newer", newer::page),
    ("POST", "/@{o}/{a}/newer", newer::take),
    ("GET", "/@{o}/{a}/suggest", suggestions::form),
    ("POST", "/@{o}/{a}/suggest", suggestions::suggest),
    ("GET", "/@{o}/{a}/suggestions", suggestions::list),
    ("GET", "/@{o}/{a}/suggestions/{path}", suggestions::one),
    ("POST", "/@{o}/{a}/suggestions/take", suggestions::take),
    ("POST", "/@{o}/{a}/suggestions/decline", suggestions::decline),
    ("POST", "/@{o}/{a}/suggestions/withdraw", suggestions::withdraw),
    ("GET", "/@{o}/{a}/edit", editor::page),
    ("POST", "/@{o}/{a}/edit/save", editor::save),
    ("POST", "/@{o}/{a}/edit/check", editor::check),
    ("POST", "/@{o}/{a}/edit/run", editor::run),
    ("POST", "/@{o}/{a}/edit/publish", editor::publish),
    ("POST", "/@{o}/{a}/edit/new", editor::new_file),
    ("POST", "/@{o}/{a}/edit/delete", editor::delete_file),
    ("POST", "/@{o}/{a}/edit/back", source::go_back),
    ("POST", "/@{o}/{a}/edit/back-with-data", taking_over::back_with_data),
    ("POST", "/@{o}/{a}/edit/take-over", taking_over::take_over),
    ("POST", "/@{o}/{a}/follow", newer::follow),
    ("GET", "/@{o}/{a}/settings", settings::page),
    ("POST", "/@{o}/{a}/settings", settings::change),
    ("POST", "/@{o}/{a}/secrets", settings::set_secret),
    ("GET", "/@{o}/{a}/grants", grants::page),
    ("POST", "/@{o}/{a}/grants/allow", grants::allow),
    ("POST", "/@{o}/{a}/grants/take-back", grants::take_back),
    ("POST", "/@{o}/{a}/grants/without", grants::without),
    ("POST", "/@{o}/{a}/grants/ask-again", grants::ask_again),
    ("GET", "/@{o}/{a}/receipts", journal::receipts),
    ("GET", "/@{o}/{a}/receipts/{path}", journal::receipt),
    ("GET", "/@{o}/{a}/log", journal::log),
    ("GET", "/@{o}/{a}/export", app_home::export),
    ("GET", "/@{o}/{a}/delete", app_home::delete_page),
    ("POST", "/@{o}/{a}/delete", app_home::delete),
    ("GET", "/admin", admin::page),
    ("POST", "/admin/level", admin::level),
    ("POST", "/admin/freeze", admin::freeze),
    ("POST", "/admin/free", admin::free),
    ("POST", "/admin/password", admin::password),
    ("POST", "/admin/stop", admin::stop),
    ("POST", "/admin/start", admin::start),
    ("POST", "/admin/suggestion", suggestions::remove),
    ("POST", "/admin/group", admin::group),
    ("POST", "/admin/safe-mode", admin::safe_mode),
    ("POST", "/admin/invite", admin::invite),
];

/// What all visits share.
#[derive(Clone)]
pub struct Web {
    pub group: Arc<Group>,
    /// The apps that the first admin finds installed.
    pub examples: Arc<[Example]>,
    pub(crate) live: Arc<Live>,
    jobs: Arc<Jobs>,
}

impl Web {
    /// The pages of a group. From now on they hear of what is kept there.
    #[must_use]
    pub fn new(group: Arc<Group>, examples: Arc<[Example]>) -> Web {
        let live = Live::new();
        let hears = Arc::downgrade(&live);
        group.listen(move |news| {
            if let Some(live) = hears.upgrade() {
                live.hear(news);
            }
        });
        Web { group, examples, live, jobs: Jobs::new(limit::ACTION_SLICE) }
    }
}

/// All pages.
pub fn routes(web: Web) -> Router {
    Router::new().fallback(answer).with_state(web)
}

async fn answer(State(web): State<Web>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let method = if parts.method == Method::HEAD { "GET" } else { parts.method.as_str() };
    if let Some(rest) = routes::find("GET", path).filter(|route| route.path == raw::ROUTE) {
        return raw(web, rest, &parts, body).await;
    }
    if method == "GET" && path == live::ROUTE && takes_events(&parts.headers) {
        return live::answer(web, parts).await;
    }
    let Some(route) = routes::find(method, path) else {
        let known = ["GET", "POST"].iter().any(|method| routes::find(method, path).is_some());
        let status = if known { StatusCode::METHOD_NOT_ALLOWED } else { StatusCode::NOT_FOUND };
        return visited(web, None, parts, Vec::new(), move |visit| {
            Ok(Reply::error(visit, status, ""))
        })
        .await;
    };
    if route.method == "POST"
        && let Err(problem) = gate::same_site(&parts.headers)
    {
        return visited(web, None, parts, Vec::new(), move |_| Err(problem)).await;
    }
    let Ok(bytes) = to_bytes(body, body_bytes_max(&parts.headers)).await else {
        return visited(web, None, parts, Vec::new(), |visit| {
            Ok(Reply::error(visit, StatusCode::PAYLOAD_TOO_LARGE, ""))
        })
        .await;
    };
    if route.path == jobs::ROUTE
        && let Some(response) = jobs::over(&web, &parts)
    {
        return response;
    }
    let of = web.clone();
    let answer = visited(web, Some(route), parts.clone(), bytes.to_vec(), move |visit| {
        gate::may_come(visit, route)?;
        visit.is_whole()?;
        handler(route)(visit)
    });
    match route.path.ends_with("/act") {
        true => jobs::answered_soon(&of, &parts, answer).await,
        false => answer.await,
    }
}

/// Whether somebody asks for a stream of events.
fn takes_events(headers: &axum::http::HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok()).unwrap_or("*/*");
    ["text/event-stream", "*/*"].iter().any(|kind| accept.split(',').any(|it| it.trim() == *kind))
}

/// Bytes of a form: one with files may be large, but not from somebody who does not even say who
/// sends it.
fn body_bytes_max(headers: &HeaderMap) -> usize {
    match headers.contains_key(header::COOKIE) && visit::in_parts(headers).is_some() {
        true => FORM_BYTES_MAX + limit::UPLOAD_BYTES_MAX,
        false => FORM_BYTES_MAX,
    }
}

/// A raw request to an app has any method and its own manners.
async fn raw(
    web: Web,
    route: &'static Route,
    parts: &axum::http::request::Parts,
    body: Body,
) -> Response {
    match to_bytes(body, limit::REQUEST_BYTES_MAX).await {
        Ok(bytes) => visited(web, Some(route), parts.clone(), bytes.to_vec(), raw::answer).await,
        Err(_) => (StatusCode::PAYLOAD_TOO_LARGE, "A request has at most 5 MiB.\n").into_response(),
    }
}

fn handler(route: &Route) -> Handler {
    HANDLERS
        .iter()
        .find(|(method, path, _)| *method == route.method && *path == route.path)
        .map_or(nobody, |(_, _, handler)| *handler)
}

/// The answer of a route that has no handler; a test sees to it that there is none.
fn nobody(visit: &Visit) -> Result<Reply, Problem> {
    Ok(Reply::error(visit, StatusCode::NOT_FOUND, ""))
}

/// Lets `work` answer a visit on a thread where it may wait; troubles become pages.
async fn visited(
    web: Web,
    route: Option<&'static Route>,
    parts: axum::http::request::Parts,
    body: Vec<u8>,
    work: impl FnOnce(&Visit) -> Result<Reply, Problem> + Send + 'static,
) -> Response {
    let head = parts.method == Method::HEAD;
    let done = tokio::task::spawn_blocking(move || {
        let visit = match Visit::new(web, route, &parts, body) {
            Ok(visit) => visit,
            Err(problem) => return reply::plain_trouble(&problem),
        };
        let reply = work(&visit).unwrap_or_else(|problem| Reply::trouble(&visit, &problem));
        reply.into_response(&visit)
    })
    .await;
    let response = done.unwrap_or_else(|err| {
        reply::plain_trouble(&Problem::internal(format!("a page ended badly: {err}")))
    });
    if head { without_body(response) } else { response }
}

fn without_body(response: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::TRANSFER_ENCODING);
    Response::from_parts(parts, Body::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_has_a_handler_and_every_handler_a_route() {
        for route in routes::ROUTES {
            let found = HANDLERS.iter().filter(|it| it.0 == route.method && it.1 == route.path);
            assert_eq!(found.count(), 1, "{} {}", route.method, route.path);
        }
        assert_eq!(HANDLERS.len(), routes::ROUTES.len(), "a handler has no route");
    }
}
