//! Presses that take their time: after a short wait the browser gets a page that looks again, and what
//! was pressed goes on. Its answer is kept a while for whoever pressed, and for nobody else. A server
//! that is started anew knows of none; what they did by then is kept as always.

use super::reply::{Reply, plain_trouble};
use super::visit::Visit;
use super::{Web, bar, chrome, cookie};
use axum::body::{Bytes, to_bytes};
use axum::http::header::{LOCATION, X_CONTENT_TYPE_OPTIONS};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use model::{Moment, Problem, limit};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use ui::page::job::{Job as JobPage, State as Stands};

/// The address of a press that takes its time.
pub(super) const ROUTE: &str = "/@{o}/{a}/job/{path}";

/// The presses of this node that somebody waits for.
pub(super) struct Jobs {
    /// How long a browser waits before it gets the page that looks again.
    slice: Duration,
    going: Mutex<HashMap<String, Job>>,
}

/// One press.
struct Job {
    /// The session of the browser that pressed.
    session: Option<String>,
    begun: Moment,
    answer: Option<Answer>,
}

/// The answer to a press, to be given again if the first time got lost.
#[derive(Clone)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Jobs {
    pub(super) fn new(slice: Duration) -> Arc<Jobs> {
        Arc::new(Jobs { slice, going: Mutex::default() })
    }

    fn going(&self) -> MutexGuard<'_, HashMap<String, Job>> {
        self.going.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a place for a press, if there is one. Those nobody can ask for any more make room.
    fn begin(&self, id: &str, session: Option<String>, now: Moment) -> bool {
        let mut going = self.going();
        going.retain(|_, job| job.answer.is_none() || now.since(job.begun) < limit::JOB_LIFE);
        let room = going.len() < limit::JOBS_MAX;
        if room {
            going.insert(id.to_owned(), Job { session, begun: now, answer: None });
        }
        room
    }

    fn end(&self, id: &str, answer: Answer) {
        if let Some(job) = self.going().get_mut(id) {
            job.answer = Some(answer);
        }
    }

    /// What a press led to, or that it goes on; nothing for whoever did not press.
    fn look(&self, id: &str, session: Option<&str>) -> Option<Option<Answer>> {
        let going = self.going();
        let job = going.get(id).filter(|job| job.session.as_deref() == session)?;
        Some(job.answer.clone())
    }
}

impl Answer {
    fn response(self) -> Response {
        let mut response = Response::new(self.body.into());
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// Waits a while for the answer to a press, and then sends the browser to a page that looks again.
pub(super) async fn answered_soon(
    web: &Web,
    parts: &Parts,
    work: impl Future<Output = Response> + Send + 'static,
) -> Response {
    // The press goes on even when its browser went away.
    let mut task = tokio::spawn(work);
    if let Ok(done) = tokio::time::timeout(web.jobs.slice, &mut task).await {
        return ended(done);
    }
    let id = web.group.fresh_name();
    let session = session(web, &parts.headers);
    if !web.jobs.begin(&id, session, web.group.now()) {
        return ended(task.await);
    }
    tokio::spawn(keep(web.jobs.clone(), id.clone(), task));
    let app = parts.uri.path().trim_end_matches("/act");
    let mut response = Response::default();
    *response.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(to) = HeaderValue::from_str(&format!("{app}/job/{id}")) {
        response.headers_mut().insert(LOCATION, to);
    }
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn ended(done: Result<Response, tokio::task::JoinError>) -> Response {
    done.unwrap_or_else(|err| {
        plain_trouble(&Problem::internal(format!("a press ended badly: {err}")))
    })
}

/// Keeps the answer of a press when it is there.
async fn keep(jobs: Arc<Jobs>, id: String, task: JoinHandle<Response>) {
    let (parts, body) = ended(task.await).into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    jobs.end(&id, Answer { status: parts.status, headers: parts.headers, body });
}

/// What a press led to, if this is the browser that pressed and it is over.
pub(super) fn over(web: &Web, parts: &Parts) -> Option<Response> {
    let id = parts.uri.path().rsplit('/').next()?;
    let session = session(web, &parts.headers);
    web.jobs.look(id, session.as_deref())?.map(Answer::response)
}

fn session(web: &Web, headers: &HeaderMap) -> Option<String> {
    cookie::session(headers, web.group.config.scheme == "https")
}

/// `GET /@o/a/job/{id}` of a press that goes on.
pub(super) fn page(visit: &Visit) -> Result<Reply, Problem> {
    let app = visit.app()?;
    let session = session(&visit.web, &visit.headers);
    let known = visit.web.jobs.look(&visit.rest, session.as_deref()).is_some();
    let state = if known { Stands::Going } else { Stands::Unknown };
    let status = if known { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let here = format!("{}/job/{}", bar::path(app), visit.rest);
    let page = JobPage { bar: bar::of(visit, app), here, state };
    Ok(Reply::page(status, page.draw(&chrome::of(visit)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> Answer {
        Answer { status: StatusCode::OK, headers: HeaderMap::new(), body: Bytes::new() }
    }

    #[test]
    fn an_answer_is_for_whoever_pressed_and_for_ten_minutes() {
        let jobs = Jobs::new(Duration::ZERO);
        let begun = Moment(1_000);
        assert!(jobs.begin("a", Some("ana".into()), begun));
        let state = |session| jobs.look("a", session).map(|answer| answer.is_some());
        assert_eq!(state(Some("ana")), Some(false), "it goes on");
        jobs.end("a", answer());
        for (session, expect) in [(Some("ana"), Some(true)), (Some("ben"), None), (None, None)] {
            assert_eq!(state(session), expect, "{session:?}");
        }
        assert!(jobs.begin("b", None, begun.plus(limit::JOB_LIFE)));
        assert_eq!(state(Some("ana")), None, "it made room");
    }

    #[test]
    fn no_more_wait_than_may() {
        let jobs = Jobs::new(Duration::ZERO);
        for number in 0..limit::JOBS_MAX {
            assert!(jobs.begin(&number.to_string(), None, Moment(0)));
        }
        assert!(!jobs.begin("one more", None, Moment(0).plus(limit::JOB_LIFE)), "all go on");
        jobs.end("0", answer());
        assert!(jobs.begin("one more", None, Moment(0).plus(limit::JOB_LIFE)));
    }
}
