//! The connection of one browser: which pages it follows, and what it is told of them. It ends with
//! the browser, or with the server.

use super::seats::{Holder, Seat};
use super::{Scene, Told, keep, may_see, sight, tell};
use crate::web::fields::Fields;
use crate::web::look::Place;
use crate::web::reply::{Reply, log, plain_trouble};
use crate::web::visit::Visit;
use crate::web::{Web, running};
use axum::extract::ConnectInfo;
use axum::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use model::{Kind, Problem, limit};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use ui::routes;

/// The address of the stream.
pub(crate) const ROUTE: &str = "/live";
/// Events that wait for a slow browser; what comes later is drawn later.
const WAITING_MAX: usize = 4;
/// Pages that can be followed.
const PAGES: [&str; 2] = ["/@{o}/{a}", "/@{o}/{a}/p/{path}"];

/// One page that a connection follows.
#[derive(Clone)]
pub(super) struct Follower {
    pub(super) scene: Arc<Scene>,
    /// The request for the page, with the browser's own headers.
    pub(super) request: Parts,
    /// The number of the release that the browser shows.
    pub(super) release: String,
    /// The address of the page, as the browser names it.
    page: String,
    looks: watch::Receiver<u64>,
    /// Whether what the browser shows is not what is known here.
    behind: bool,
    /// Its number: the same button counts once for each connection.
    pub(super) connection: u64,
}

/// What a connection begins with.
struct Joined {
    seat: Seat,
    followers: Vec<Follower>,
    /// Scenes that nobody has kept up to date yet.
    new: Vec<Arc<Scene>>,
    gone: Vec<String>,
}

/// `GET /live?p=/@ana/poll&r=3.118`: a stream of events.
pub(in crate::web) async fn answer(web: Web, parts: Parts) -> Response {
    let (of, request) = (web.clone(), parts.clone());
    let joined = tokio::task::spawn_blocking(move || join(&of, &request)).await;
    let joined =
        joined.unwrap_or_else(|err| Err(Problem::internal(format!("joining ended badly: {err}"))));
    let Joined { seat, followers, new, gone } = match joined {
        Ok(joined) => joined,
        Err(problem) => return refused(&problem),
    };
    let (tell, told) = mpsc::channel(WAITING_MAX + gone.len() + 1);
    let _ = tell.try_send(Event::default().retry(limit::LIVE_RETRY).comment("following"));
    for page in gone {
        let _ = tell.try_send(Event::default().event("gone").data(page));
    }
    for scene in new {
        tokio::spawn(keep(web.clone(), scene));
    }
    for follower in followers {
        tokio::spawn(follow(web.clone(), follower, tell.clone()));
    }
    tokio::spawn(stay(web, tell));
    let events = ReceiverStream::new(told).map(move |event| {
        let _held = &seat;
        Ok::<Event, Infallible>(event)
    });
    let alive = KeepAlive::new().interval(limit::LIVE_KEEP_ALIVE);
    let mut response = Sse::new(events).keep_alive(alive).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // A proxy that gathers answers would gather for ever.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// `GET /live` of somebody who wants a page.
pub(in crate::web) fn not_a_page(visit: &Visit) -> Result<Reply, Problem> {
    let text = "This address is for the script of a page: it tells what changes there. Open the page itself.";
    Ok(Reply::error(visit, StatusCode::NOT_ACCEPTABLE, text))
}

fn refused(problem: &Problem) -> Response {
    let mut response = plain_trouble(problem);
    if problem.kind == Kind::OverQuota {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    }
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Finds what a browser wants to follow, and a seat for it.
fn join(web: &Web, parts: &Parts) -> Result<Joined, Problem> {
    let query = Fields::read(parts.uri.query().unwrap_or("").as_bytes());
    let pages: Vec<(String, String)> = query.all("p").into_iter().zip(query.all("r")).collect();
    if pages.is_empty() {
        return Err(Problem::invalid("Name a page to follow: /live?p=/@ana/poll&r=1.0"));
    }
    let visit = Visit::new(web.clone(), None, parts, Vec::new())?;
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let holder = visit.account.as_ref().map_or(Holder::at(peer), |it| Holder::Person(it.id));
    let seat = web.live.seats.take(holder).ok_or_else(full)?;
    let mut joined = Joined { seat, followers: vec![], new: vec![], gone: vec![] };
    let connection = web.live.next_connection();
    for (page, rev) in pages.into_iter().take(limit::LIVE_PLACES_MAX) {
        let follower = match request_of(parts, &page) {
            Some(request) => follower(web, request, &page, &rev, connection)?,
            None => None,
        };
        match follower {
            Some((follower, first)) => {
                joined.new.extend(first.then(|| follower.scene.clone()));
                joined.followers.push(follower);
            }
            None => joined.gone.push(page),
        }
    }
    Ok(joined)
}

fn full() -> Problem {
    Problem::new(
        Kind::OverQuota,
        "Too many pages are followed already. This one can be loaded again by hand.",
    )
}

/// The request for a page as this browser would make it; nothing for what cannot be followed.
fn request_of(parts: &Parts, page: &str) -> Option<Parts> {
    let uri: Uri = page.parse().ok()?;
    let route = routes::find("GET", uri.path())?;
    let fits = uri.authority().is_none() && PAGES.contains(&route.path);
    let mut request = parts.clone();
    (request.uri, request.method) = (uri, Method::GET);
    fits.then_some(request)
}

/// The visit that such a request is now, if whoever makes it may see the page.
pub(super) fn visit(web: &Web, request: &Parts) -> Result<Visit, Problem> {
    let route = routes::find("GET", request.uri.path());
    let visit = Visit::new(web.clone(), route, request, Vec::new())?;
    if may_see(&visit, request) {
        return Ok(visit);
    }
    Err(Problem::not_found("This page cannot be seen from here any more. Open it again."))
}

/// One who follows a page from now on; nothing if it is not there any more.
fn follower(
    web: &Web,
    request: Parts,
    page: &str,
    rev: &str,
    connection: u64,
) -> Result<Option<(Follower, bool)>, Problem> {
    let Ok(visit) = visit(web, &request) else { return Ok(None) };
    let app = visit.app()?;
    let release = rev.split('.').next().unwrap_or("");
    if release != app.release_number.to_string() {
        return Ok(None);
    }
    let place = Place { path: format!("/{}", visit.rest), query: visit.query.of_the_app() };
    let scene = web.live.scene(sight(&visit, app, &place)?).ok_or_else(full)?;
    let behind = match scene.fresh() {
        Some(seen) => running::rev(app, &seen.reads) != rev,
        None => {
            scene.outdate();
            false
        }
    };
    let (looks, first) = scene.follow(request.clone());
    let (page, release) = (page.to_owned(), release.to_owned());
    let follower = Follower { scene, request, release, page, looks, behind, connection };
    Ok(Some((follower, first)))
}

/// Tells a browser of every look at a page that it follows.
async fn follow(web: Web, mut follower: Follower, tell_it: mpsc::Sender<Event>) {
    let mut closing = web.live.closing.subscribe();
    if follower.behind {
        follower.looks.mark_changed();
    }
    loop {
        tokio::select! {
            changed = follower.looks.changed() => if changed.is_err() { return },
            () = tell_it.closed() => return,
            _ = closing.wait_for(|closing| *closing) => return,
        }
        let (of, by) = (web.clone(), follower.clone());
        let told = tokio::task::spawn_blocking(move || tell(&of, &by)).await;
        let event = match told {
            Ok(Ok(Told::View { html, rev })) => {
                Event::default().event("view").id(rev).data(html.replace('\r', ""))
            }
            Ok(Ok(Told::Gone)) => {
                let _ = tell_it.send(Event::default().event("gone").data(follower.page)).await;
                return;
            }
            Ok(Err(problem)) => {
                log(&problem);
                continue;
            }
            Err(_) => return,
        };
        if tell_it.send(event).await.is_err() {
            return;
        }
    }
}

/// Holds a connection open, with or without pages on it, until its browser or the server ends.
async fn stay(web: Web, tell: mpsc::Sender<Event>) {
    let mut closing = web.live.closing.subscribe();
    tokio::select! {
        () = tell.closed() => {}
        _ = closing.wait_for(|closing| *closing) => {}
    }
}
