//! One call of a guest into WASI, and how an interface's functions are offered. Each call pays
//! before its work; a handle that is not there ends the run and nothing else.

use super::{VERSION, Wasi, WasiState, fault};
use crate::host::Refusal;
use model::{Gas, Value};
use wasmtime::component::{
    ComponentNamedList, Lift, Linker, LinkerInstance, Lower, Resource, ResourceTableError,
    ResourceType,
};
use wasmtime::{Error, Result, StoreContextMut};

/// Gas for any call: leaving the guest, looking its handles up and coming back take from 200 to 600
/// nanoseconds, and an instruction takes 0.15 (measured together on one machine).
const CALL: Gas = 1_000;
/// Gas for an item of a list: each is looked up, or has memory of its own.
const ITEM: Gas = 250;
/// Gas for a byte that is copied between guest and host, checked or counted on the way.
const BYTE: Gas = 1;

/// A call under way.
pub(super) struct Call<'a, T> {
    state: &'a mut T,
    cause: &'static str,
}

impl<'a, T: Wasi> Call<'a, T> {
    /// A call whose gas is noted under this cause.
    pub(super) fn new(state: &'a mut T, cause: &'static str) -> Call<'a, T> {
        Call { state, cause }
    }

    /// What WASI knows of the run.
    pub(super) fn wasi(&mut self) -> &mut WasiState {
        self.state.wasi()
    }

    /// Takes gas for bytes that go in or out.
    pub(super) fn pay_bytes(&mut self, bytes: usize) -> Result<()> {
        self.pay_items(0, bytes)
    }

    /// Takes gas for items of a list, and for bytes in them.
    pub(super) fn pay_items(&mut self, items: usize, bytes: usize) -> Result<()> {
        let gas =
            ITEM.saturating_mul(items as u64).saturating_add(BYTE.saturating_mul(bytes as u64));
        self.state.charge(self.cause, 0, gas)
    }

    fn pay_call(&mut self) -> Result<()> {
        self.state.charge(self.cause, 1, CALL)
    }

    /// Calls a capability.
    pub(super) fn ask(
        &mut self,
        name: &str,
        args: Vec<Value>,
    ) -> Result<std::result::Result<Value, Refusal>> {
        self.state.ask(name, args)
    }

    /// Gives the guest a handle.
    pub(super) fn push<R: Send + 'static>(&mut self, it: R) -> Result<Resource<R>> {
        self.wasi().table.push(it).map_err(broken)
    }

    /// What a handle stands for.
    pub(super) fn get<R: 'static>(&mut self, handle: &Resource<R>) -> Result<&mut R> {
        self.wasi().table.get_mut(handle).map_err(broken)
    }

    /// Takes a handle away from the guest.
    pub(super) fn take<R: 'static>(&mut self, handle: Resource<R>) -> Result<R> {
        self.wasi().table.delete(handle).map_err(broken)
    }
}

fn broken(err: ResourceTableError) -> Error {
    fault(match err {
        ResourceTableError::Full => format!(
            "more than {} handles are open at once: drop those that are done",
            super::state::HANDLES_MAX
        ),
        other => format!("a handle was used wrongly: {other}"),
    })
}

/// An interface that is being offered.
pub(super) struct Interface<'a, T: 'static> {
    cause: &'static str,
    into: LinkerInstance<'a, T>,
}

impl<'a, T: Wasi> Interface<'a, T> {
    /// Opens an interface by its name without version.
    pub(super) fn of(linker: &'a mut Linker<T>, name: &'static str) -> Result<Interface<'a, T>> {
        Ok(Interface { cause: name, into: linker.instance(&format!("{name}@{VERSION}"))? })
    }

    /// Offers a function.
    pub(super) fn func<P, R>(
        &mut self,
        name: &str,
        body: fn(&mut Call<'_, T>, P) -> Result<R>,
    ) -> Result<()>
    where
        P: ComponentNamedList + Lift + 'static,
        R: ComponentNamedList + Lower + 'static,
    {
        let cause = self.cause;
        self.into.func_wrap(name, move |mut store: StoreContextMut<'_, T>, params: P| {
            let mut call = Call::new(store.data_mut(), cause);
            call.pay_call()?;
            body(&mut call, params)
        })
    }

    /// Offers a resource whose end has no consequence.
    pub(super) fn resource<R: Send + 'static>(&mut self, name: &str) -> Result<()> {
        self.resource_with::<R>(name, |_, _| Ok(()))
    }

    /// Offers a resource, and what follows when the guest drops one.
    pub(super) fn resource_with<R: Send + 'static>(
        &mut self,
        name: &str,
        dropped: fn(&mut Call<'_, T>, R) -> Result<()>,
    ) -> Result<()> {
        let cause = self.cause;
        self.into.resource(name, ResourceType::host::<R>(), move |mut store, rep| {
            let mut call = Call::new(store.data_mut(), cause);
            call.pay_call()?;
            let it = call.take(Resource::<R>::new_own(rep))?;
            dropped(&mut call, it)
        })
    }
}
