//! How pages look for the reader of this browser.

use super::reply::Reply;
use super::visit::Visit;
use super::{chrome, cookie};
use axum::http::header::SET_COOKIE;
use model::Problem;
use ui::page::reading::ReadingPage;
use ui::{Flash, Reading};

/// `GET /reading`.
pub(super) fn page(visit: &Visit) -> Result<Reply, Problem> {
    Ok(Reply::shown(ReadingPage.draw(&chrome::of(visit)?)))
}

/// `POST /reading`.
pub(super) fn keep(visit: &Visit) -> Result<Reply, Problem> {
    let reading = Reading::of(|name| visit.form.some(name));
    let kept = cookie::keep_reading(&reading, visit.https());
    let said = Flash::good("Pages look like this for you now.");
    Ok(Reply::go("/reading").with(SET_COOKIE, kept).saying(visit, &said))
}
