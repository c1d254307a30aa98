//! `wasi:http`: a component that was made for the web answers as the app's `serve`, and its requests go
//! out as `http.fetch`. No connection is ever the guest's.

mod body;
mod fetch;
mod fields;
mod incoming;
mod outgoing;
mod serve;
mod words;

pub(super) use body::SharedBody;
pub(super) use fetch::SharedAnswer;
pub(crate) use serve::serve;

use super::Wasi;
use super::call::Interface;
use super::io::IoError;
use wasmtime::Result;
use wasmtime::component::{Linker, Resource};
use words::ErrorCode;

/// Offers the types and the way out.
pub(super) fn link<T: Wasi>(linker: &mut Linker<T>) -> Result<()> {
    let mut types = Interface::of(linker, "wasi:http/types")?;
    fields::link(&mut types)?;
    incoming::link(&mut types)?;
    outgoing::link(&mut types)?;
    fetch::link_types(&mut types)?;
    serve::link(&mut types)?;
    types.func("http-error-code", |call, (error,): (Resource<IoError>,)| {
        // Errors of streams say in words what went wrong; none stands for one of these.
        call.get(&error)?;
        Ok((None::<ErrorCode>,))
    })?;
    fetch::link(linker)
}
