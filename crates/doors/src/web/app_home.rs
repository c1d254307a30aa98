//! Taking an app along, and deleting it.

use super::reply::Reply;
use super::visit::Visit;
use super::{bar, chrome};
use crate::parcel::Parcel;
use group::export::file_name;
use model::problem::Result;
use ui::Flash;
use ui::page::delete::Delete;

/// `GET /@o/a/export`: the app in one file.
pub(super) fn export(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    let _turn = Parcel::turn()?;
    let mut parcel = Parcel::new()?;
    visit.group().export_app(visit.person().as_ref(), app, parcel.file())?;
    Ok(Reply::file(&file_name(app), "application/zip", parcel.into_body()?))
}

/// `GET /@o/a/delete`.
pub(super) fn delete_page(visit: &Visit) -> Result<Reply> {
    let page = filled(visit, None)?;
    Ok(Reply::shown(page.draw(&chrome::of(visit)?)))
}

fn filled(visit: &Visit, error: Option<String>) -> Result<Delete> {
    let app = visit.app()?;
    Ok(Delete { bar: bar::of(visit, app), forks: app.forks, error })
}

/// `POST /@o/a/delete`.
pub(super) fn delete(visit: &Visit) -> Result<Reply> {
    let app = visit.app()?;
    if visit.form.get("confirm").trim() != app.name.as_str() {
        let error =
            format!("That is not its name. Nothing was deleted; type {} to delete it.", app.name);
        return Ok(Reply::again(filled(visit, Some(error))?.draw(&chrome::of(visit)?)));
    }
    visit.group().delete_app(visit.account()?, app)?;
    let said = format!("{} is deleted.", app.manifest.title);
    Ok(Reply::go("/").saying(visit, &Flash::good(said)))
}
