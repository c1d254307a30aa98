//! Making, moving and deleting what has a name. Each change is one of the capability `files`, made at
//! once; what makes no sense for an app's files is refused.

use super::super::Wasi;
use super::super::call::Call;
use super::names::{self, Done, Found, ask, has_files, told};
use super::open::{leave, opened, write};
use super::paths::{Place, parent};
use super::words::ErrorCode;
use model::Value;

/// Makes a folder. It lasts as long as the run, and longer if files are put into it.
pub(super) fn make_folder<T: Wasi>(call: &mut Call<'_, T>, place: &Place) -> Done<()> {
    if names::find(call, &place.name)?.is_some() {
        return Err(ErrorCode::Exist.into());
    }
    names::may_be_made(call, &place.name)?;
    match call.wasi().files.make_folder(&place.name) {
        true => Ok(()),
        false => {
            told(call, ErrorCode::InsufficientSpace, "a run makes at most 1 000 folders".into())
        }
    }
}

/// Removes a folder with nothing in it.
pub(super) fn remove_folder<T: Wasi>(call: &mut Call<'_, T>, place: &Place) -> Done<()> {
    if place.name.is_empty() {
        return Err(ErrorCode::Busy.into());
    }
    if let Found::File(_) = names::at(call, place)? {
        return Err(ErrorCode::NotDirectory.into());
    }
    if call.wasi().files.has_folder_in(&place.name) || has_files(call, &place.name)? {
        return Err(ErrorCode::NotEmpty.into());
    }
    call.wasi().files.folders.remove(&place.name);
    stay(call, &place.name);
    Ok(())
}

/// Deletes a file. Who has it open goes on using it.
pub(super) fn delete<T: Wasi>(call: &mut Call<'_, T>, place: &Place) -> Done<()> {
    match names::at(call, place)? {
        Found::Folder => Err(ErrorCode::IsDirectory.into()),
        Found::File(_) => forget(call, &place.name),
    }
}

/// Gives a file another name, in the place of what has that name now.
pub(super) fn rename<T: Wasi>(call: &mut Call<'_, T>, old: &Place, new: &Place) -> Done<()> {
    let Found::File(bytes) = names::at(call, old)? else {
        let text = "a folder cannot be renamed: move its files one by one";
        return told(call, ErrorCode::Unsupported, text.into());
    };
    if new.is_folder {
        return Err(ErrorCode::NotDirectory.into());
    }
    if old.name == new.name {
        return Ok(());
    }
    match names::find(call, &new.name)? {
        Some(Found::Folder) => return Err(ErrorCode::IsDirectory.into()),
        Some(Found::File(_)) => {}
        None => names::may_be_made(call, &new.name)?,
    }
    let id = opened(call, &old.name, bytes, false)?;
    let content = call.wasi().files.get(id)?.content.clone();
    let moved = write(call, &new.name, content);
    if moved.is_ok() {
        call.wasi().files.rename(id, &new.name);
    }
    leave(call, id)?;
    moved?;
    forget(call, &old.name)
}

/// Deletes a name.
fn forget<T: Wasi>(call: &mut Call<'_, T>, name: &str) -> Done<()> {
    ask(call, "files.delete", vec![Value::text(name)])?;
    call.wasi().files.forget(name);
    stay(call, name);
    Ok(())
}

/// Lets the folder stay from which the last name was taken, as a program expects.
fn stay<T: Wasi>(call: &mut Call<'_, T>, name: &str) {
    let folder = parent(name).to_owned();
    call.wasi().files.make_folder(&folder);
}
