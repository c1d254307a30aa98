//! The JSON API, under `/api`: what the command line speaks, and any other program may. A bearer
//! token says who asks; the group decides. `docs/openapi.json` describes it, and a test holds the
//! two against each other.

mod answer;
mod apps;
mod asker;
mod carry;
mod forks;
mod grants;
mod press;
mod request;
mod runs;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, any, delete, get, post, put};
use group::Group;
use model::limit;
use std::sync::Arc;

/// Bytes of a request.
const BODY_BYTES_MAX: usize = limit::RELEASE_BYTES_MAX * 3 / 2;
/// Bytes of a request with an app's files: those of a release and its component in base64, and room.
const FILES_BYTES_MAX: usize = BODY_BYTES_MAX + limit::COMPONENT_BYTES_MAX * 3 / 2;

/// What the handlers share.
pub type Shared = Arc<Group>;

/// One thing one can ask.
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    /// What may stand in the query.
    pub query: &'static [&'static str],
    to: fn() -> MethodRouter<Shared>,
}

const fn route(
    method: &'static str,
    path: &'static str,
    query: &'static [&'static str],
    to: fn() -> MethodRouter<Shared>,
) -> Route {
    Route { method, path, query, to }
}

/// All of them.
#[rustfmt::skip]
pub static ROUTES: &[Route] = &[
    route("GET", "/api/health", &[], || get(answer::health)),
    route("GET", "/api/me", &[], || get(apps::me)),
    route("GET", "/api/apps", &["search", "mine"], || get(apps::list)),
    route("POST", "/api/apps", &[], || post(apps::create)),
    route("POST", "/api/import", &["name"], || post(carry::import)),
    route("GET", "/api/apps/{owner}/{app}", &[], || get(apps::show)),
    route("DELETE", "/api/apps/{owner}/{app}", &[], || delete(apps::delete)),
    route("GET", "/api/apps/{owner}/{app}/files", &["draft"], || get(apps::files)),
    route("PUT", "/api/apps/{owner}/{app}/draft", &[], || put(apps::save)),
    route("POST", "/api/apps/{owner}/{app}/check", &[], || post(apps::check)),
    route("POST", "/api/apps/{owner}/{app}/publish", &[], || post(apps::publish)),
    route("POST", "/api/apps/{owner}/{app}/fork", &[], || post(apps::fork)),
    route("GET", "/api/apps/{owner}/{app}/difference", &["from", "to"], || get(forks::differing)),
    route("GET", "/api/apps/{owner}/{app}/newer", &[], || get(forks::newer)),
    route("POST", "/api/apps/{owner}/{app}/take", &[], || post(forks::take)),
    route("POST", "/api/apps/{owner}/{app}/suggest", &[], || post(forks::suggest)),
    route("GET", "/api/apps/{owner}/{app}/suggestions", &[], || get(forks::suggestions)),
    route("POST", "/api/apps/{owner}/{app}/suggestions", &[], || post(forks::answer)),
    route("POST", "/api/apps/{owner}/{app}/rehearse", &[], || post(forks::rehearse)),
    route("POST", "/api/apps/{owner}/{app}/back", &[], || post(forks::back)),
    route("POST", "/api/apps/{owner}/{app}/follow", &[], || post(forks::follow)),
    route("GET", "/api/apps/{owner}/{app}/export", &[], || get(carry::export)),
    route("GET", "/api/apps/{owner}/{app}/settings", &[], || get(apps::settings)),
    route("PUT", "/api/apps/{owner}/{app}/settings", &[], || put(apps::change_settings)),
    route("GET", "/api/apps/{owner}/{app}/grants", &[], || get(grants::list)),
    route("POST", "/api/apps/{owner}/{app}/grants", &[], || post(grants::allow)),
    route("DELETE", "/api/apps/{owner}/{app}/grants/{id}", &[], || delete(grants::take_back)),
    route("GET", "/api/apps/{owner}/{app}/view", &["path", "draft"], || get(runs::view)),
    route("POST", "/api/apps/{owner}/{app}/press", &[], || post(runs::press)),
    route("POST", "/api/apps/{owner}/{app}/run", &[], || post(runs::run)),
    route("GET", "/api/apps/{owner}/{app}/log", &["after"], || get(runs::log)),
    route("GET", "/api/apps/{owner}/{app}/receipts", &[], || get(runs::receipts)),
    route("GET", "/api/apps/{owner}/{app}/effects", &[], || get(runs::effects)),
];

/// The router of the API. Below `/api` it answers in JSON whatever is asked.
pub fn routes(group: Shared) -> Router {
    ROUTES
        .iter()
        .fold(Router::new(), |router, route| router.route(route.path, (route.to)()))
        .method_not_allowed_fallback(answer::no_such_method)
        .route("/api/{*rest}", any(answer::no_such_route))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(group)
}
