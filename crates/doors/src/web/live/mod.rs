//! Live pages: whoever has a page open sees it change when what it had read changes. Each page is run
//! again once, and drawn for each person who follows it, since its buttons are sealed for them. Who may
//! see it is asked each time.

mod pace;
mod scene;
mod seats;
mod stream;

use stream::Follower;
pub(super) use stream::{ROUTE, answer, not_a_page};

use super::look::{Looked, Place, Sees, look_on};
use super::reply::log;
use super::visit::Visit;
use super::{Web, gate, running};
use axum::http::request::Parts;
use group::{Key, News};
use model::{App, Kind, Problem, limit};
use pace::Pace;
use scene::{Ended, Scene, Seeing, Seen, Sight};
use seats::Seats;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::watch;

/// What is followed on this node.
pub(crate) struct Live {
    scenes: Mutex<HashMap<Sight, Arc<Scene>>>,
    seats: Seats,
    /// Numbers the connections, so that the same button counts once for each.
    connections: AtomicU64,
    closing: watch::Sender<bool>,
}

impl Live {
    pub(super) fn new() -> Arc<Live> {
        Arc::new(Live {
            scenes: Mutex::default(),
            seats: Seats::default(),
            connections: AtomicU64::new(0),
            closing: watch::Sender::new(false),
        })
    }

    /// Ends all connections, so that the server can end.
    pub(crate) fn close(&self) {
        self.closing.send_replace(true);
    }

    fn scenes(&self) -> MutexGuard<'_, HashMap<Sight, Arc<Scene>>> {
        self.scenes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hears of a commit.
    pub(super) fn hear(&self, news: &News) {
        let scenes = self.scenes();
        if let Some((cell, keys)) = &news.written
            && cell.name.is_empty()
        {
            let keys: &[Key] = keys;
            scenes.values().filter(|it| it.sight.app == cell.app).for_each(|it| it.written(keys));
        }
        if !news.apps.is_empty() {
            let changed = |scene: &&Arc<Scene>| news.apps.contains(&scene.sight.app.to_string());
            scenes.values().filter(changed).for_each(|scene| scene.outdate());
        }
    }

    /// The scene of a page. There is none when too many are followed already.
    fn scene(&self, sight: Sight) -> Option<Arc<Scene>> {
        let mut scenes = self.scenes();
        if let Some(scene) = scenes.get(&sight) {
            return Some(scene.clone());
        }
        if scenes.len() >= limit::LIVE_SCENES_MAX {
            scenes.retain(|_, scene| scene.is_followed());
        }
        if scenes.len() >= limit::LIVE_SCENES_MAX {
            return None;
        }
        let scene = Arc::new(Scene::new(sight.clone()));
        scenes.insert(sight, scene.clone());
        Some(scene)
    }

    fn next_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed)
    }
}

/// Which scene a page is to whoever came.
fn sight(visit: &Visit, app: &App, place: &Place) -> Result<Sight, Problem> {
    let asks = visit.group().asks_who_looks(app)?;
    let viewer = asks.then(|| visit.viewer());
    Ok(Sight { app: app.id, place: place.clone(), viewer })
}

/// Remembers a look at a page that may be followed, so that it need not be looked at again for that.
pub(super) fn note(visit: &Visit, app: &App, place: &Place, looked: Looked) -> Result<(), Problem> {
    let Some(scene) = visit.web.live.scene(sight(visit, app, place)?) else { return Ok(()) };
    let old = visit.group().data_version(app)? != looked.reads.version;
    scene.note(Seen::from(looked), old);
    Ok(())
}

/// Keeps a scene up to date as long as somebody follows it.
async fn keep(web: Web, scene: Arc<Scene>) {
    let mut pace = Pace::default();
    loop {
        if !scene.wait().await {
            if scene.let_go() {
                return;
            }
            continue;
        }
        tokio::time::sleep(pace.wait(Instant::now())).await;
        let (of, at) = (web.clone(), scene.clone());
        let looked = tokio::task::spawn_blocking(move || look_again(&of, &at)).await;
        pace.drew(Instant::now());
        if !looked.unwrap_or(false) {
            tokio::time::sleep(limit::LIVE_RETRY).await;
        }
    }
}

/// Looks at a scene again. False if it could not be done now.
fn look_again(web: &Web, scene: &Scene) -> bool {
    let Some(request) = scene.begin() else { return false };
    if scene.last().is_some_and(|seen| seen.rests(web.group.now())) {
        // The allowance is used up, and the page says so.
        scene.end(Ended::Same);
        return true;
    }
    let seen = see(web, &request, scene);
    let done = seen.is_ok();
    if let Err(problem) = &seen {
        log(problem);
    }
    scene.end(seen.map_or(Ended::NotNow, Ended::Seen));
    done
}

fn see(web: &Web, request: &Parts, scene: &Scene) -> Result<Seen, Problem> {
    let visit = stream::visit(web, request)?;
    let app = visit.app()?;
    let sees = if scene.sight.viewer.is_some() { Sees::Oneself } else { Sees::All };
    match look_on(&visit, app, &scene.sight.place, sees) {
        Ok(looked) => Ok(Seen::from(looked)),
        Err(problem) if problem.kind == Kind::OverQuota => {
            let release = app.release.as_ref().map(ToString::to_string).unwrap_or_default();
            let reads = scene.last().map(|seen| seen.reads.clone()).unwrap_or_default();
            let wakes = visit.group().now().next_day();
            Ok(Seen { sight: Seeing::Resting(wakes), release, reads })
        }
        Err(problem) => Err(problem),
    }
}

/// What a follower is told.
enum Told {
    /// The app's area, and which state it is.
    View {
        html: String,
        rev: String,
    },
    Gone,
}

/// Draws a scene for one follower, if their page is of the release that runs.
fn tell(web: &Web, follower: &Follower) -> Result<Told, Problem> {
    let Follower { scene, request, release, connection, .. } = follower;
    let Ok(visit) = stream::visit(web, request) else { return Ok(Told::Gone) };
    let Ok(app) = visit.app() else { return Ok(Told::Gone) };
    let Some(seen) = scene.last() else { return Ok(Told::Gone) };
    let now = app.release.as_ref().map(ToString::to_string);
    let theirs =
        now.as_deref() == Some(seen.release.as_str()) && app.release_number.to_string() == *release;
    if !theirs || running::is_closed(&visit, app)? {
        return Ok(Told::Gone);
    }
    let rev = running::rev(app, &seen.reads);
    let look = match &seen.sight {
        Seeing::Look(look) => Some(look),
        Seeing::Resting(_) => None,
    };
    let page = running::live_area(&visit, app, &scene.sight.place, look, &rev, *connection)?;
    let html = page.draw_area(&super::chrome::of(&visit)?).into_string();
    Ok(Told::View { html, rev })
}

/// Whether somebody may open the page of a request.
fn may_see(visit: &Visit, request: &Parts) -> bool {
    let route = ui::routes::find("GET", request.uri.path());
    route.is_some_and(|route| gate::may_come(visit, route).is_ok())
}
