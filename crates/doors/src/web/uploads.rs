//! The files that come with a press: looked at for number and size, and handed to the group to keep.

use super::visit::Visit;
use group::uploads::Sent;
use model::trigger::Upload;
use model::{Kind, Problem, limit};

/// Keeps the files of a form for the run that is to begin. Only somebody who is known may send any.
pub(super) fn take(visit: &Visit) -> Result<Vec<Upload>, Problem> {
    let files = visit.files();
    if files.is_empty() {
        return Ok(Vec::new());
    }
    if visit.person().is_none() {
        return Err(Problem::new(Kind::SignIn, "Sign in to send a file; then choose it again."));
    }
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    if files.len() > limit::UPLOADS_MAX || bytes > limit::UPLOAD_BYTES_MAX {
        return Err(Problem::invalid(format!(
            "A form takes {} files of {} MiB together. Go back and send fewer at once.",
            limit::UPLOADS_MAX,
            limit::UPLOAD_BYTES_MAX / limit::MIB
        )));
    }
    let sent = files.iter().map(|file| Sent {
        field: &file.field,
        name: &file.name,
        kind: &file.kind,
        bytes: file.bytes,
    });
    sent.map(|sent| visit.group().take_upload(&sent)).collect()
}
