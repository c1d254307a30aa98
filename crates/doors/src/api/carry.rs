//! Apps as one file over the API: taken along, and brought in. The file lies on disk under no name
//! meanwhile, so that a large one needs little memory and leaves nothing behind.

use super::Shared;
use super::answer::{Answer, Trouble, too_large};
use super::apps::app_json;
use super::asker::{Asker, answering, blocking};
use super::request::{Asked, At};
use crate::parcel::Parcel;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use group::export::file_name;
use model::limit;
use serde::Deserialize;
use serde_json::json;

pub(super) async fn export(
    State(group): State<Shared>,
    asker: Asker,
    At(at): At,
) -> Result<Response, Trouble> {
    let (name, parcel) = blocking(move || {
        let app = asker.app(&group, &at)?;
        let _turn = Parcel::turn()?;
        let mut parcel = Parcel::new()?;
        group.export_app(asker.person().as_ref(), &app, parcel.file())?;
        Ok((file_name(&app), parcel))
    })
    .await?;
    let headers = [
        (CONTENT_TYPE, "application/zip".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, parcel.into_body()?).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    name: Option<String>,
}

pub(super) async fn import(
    State(group): State<Shared>,
    asker: Asker,
    Asked(asked): Asked<Named>,
    body: Body,
) -> Result<Answer, Response> {
    let account = asker.writer().cloned().map_err(|problem| Trouble(problem).into_response())?;
    // What is to be kept cannot be more than the account may keep, and files of a release.
    let most = limit::allowance(account.level).storage_bytes
        + (limit::RELEASE_BYTES_MAX + limit::COMPONENT_BYTES_MAX) as u64;
    let taken = Parcel::take_in(body, most).await;
    let Some(mut parcel) = taken.map_err(|problem| Trouble(problem).into_response())? else {
        return Err(too_large(most));
    };
    let imported = answering(move || {
        let _turn = Parcel::turn()?;
        let imported = group.import_app(&account, asked.name.as_deref(), parcel.file())?;
        let mut answer = app_json(&imported.app);
        answer["rows"] = json!(imported.rows);
        answer["files"] = json!(imported.files);
        Ok(answer)
    });
    imported.await.map_err(IntoResponse::into_response)
}
