//! What of WASI is not here. A component may import it, if its interface is in the table of
//! `shape::imports`, since runtimes import whole interfaces and use little of them; calling it ends the
//! run with a sentence that names it.

use super::{VERSION, Wasi, fault};
use crate::shape;
use wasmtime::Result;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker};

/// Offers the functions that a component imports of WASI's interfaces and that nobody has offered:
/// each ends the run. Types need no offer, and no resource is missing.
///
/// Hardly any of a guest's data is read by this: those that take data take the handle of a socket first,
/// and no guest has one, or are of a later WASI than ours.
pub(crate) fn link_missing<T: Wasi>(linker: &mut Linker<T>, component: &Component) -> Result<()> {
    let engine = linker.engine().clone();
    for (import, item) in component.component_type().imports(&engine) {
        let ComponentItem::ComponentInstance(instance) = item.ty else { continue };
        if !import.starts_with("wasi:") || shape::find(import).is_err() {
            continue;
        }
        let name = import.split('@').next().unwrap_or(import);
        let mut into = linker.instance(&format!("{name}@{VERSION}"))?;
        for (function, item) in instance.exports(&engine) {
            if !matches!(item.ty, ComponentItem::ComponentFunc(_)) {
                continue;
            }
            let text = format!("not part of what an app has here: {name}#{function}");
            // A name is taken where it was offered, and that offer stays.
            let _taken = into.func_new(function, move |_, _, _, _| Err(fault(text.clone())));
        }
    }
    Ok(())
}
