//! What one run of a component has on the host's side.

use super::bindings::Refusal;
use super::wasi::{Wasi, WasiState};
use crate::host::{self, Host, RefusalKind};
use crate::limits::Limits;
use crate::parcel::encode;
use crate::run::Run;
use crate::window::{Answered, Cut, Window};
use model::{Gas, Value};
use wasmtime::{AsContextMut, CallHook, Error, Result, Store, StoreContextMut};

/// The host's side of a run.
pub(crate) struct State {
    pub window: Window,
    pub limits: Limits,
    pub wasi: WasiState,
    /// Gas that is left while the component is in a call; see `keep_count`.
    left: Gas,
}

/// What a call answers: a value or a refusal, or that the run is cut off.
pub(super) type Asked<T> = Result<std::result::Result<T, Refusal>>;

impl State {
    pub(super) fn new(host: &mut dyn Host, run: &Run) -> State {
        State {
            window: Window::new(host, run.computing),
            limits: Limits::new(run.memory_bytes),
            wasi: WasiState::new(run.now),
            left: run.gas,
        }
    }

    /// Asks the host, and reads its answer as what the interface promises.
    pub(super) fn ask<T>(
        &mut self,
        name: &str,
        args: Vec<Value>,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Asked<T> {
        let args = Value::List(args);
        let bytes = encode(&args).len() as u64;
        let Value::List(args) = args else { return Ok(Err(Refusal::Error(String::new()))) };
        let (answered, price) = self.window.perform(&mut self.left, name, args, bytes)?;
        let value = match answered {
            Answered::Value(value) => value,
            Answered::Error(text) => return Ok(Err(Refusal::Error(text))),
            Answered::NotGranted(text) => return Ok(Err(Refusal::NotGranted(text))),
        };
        self.window.charge(&mut self.left, name, 0, price.after(encode(&value).len() as u64))?;
        match read(value) {
            Some(read) => Ok(Ok(read)),
            None => Err(self.cut(Cut::Internal(format!("{name} answered something else")))),
        }
    }

    /// Notes why the run is cut off.
    pub(super) fn cut(&mut self, cut: Cut) -> Error {
        self.window.cut = Some(cut);
        Error::msg("cut off by the host")
    }
}

impl Wasi for State {
    fn wasi(&mut self) -> &mut WasiState {
        &mut self.wasi
    }

    fn charge(&mut self, cause: &'static str, count: u64, gas: Gas) -> Result<()> {
        self.window.charge(&mut self.left, cause, count, gas)
    }

    fn ask(
        &mut self,
        name: &str,
        args: Vec<Value>,
    ) -> Result<std::result::Result<Value, host::Refusal>> {
        Ok(State::ask(self, name, args, Some)?.map_err(|refusal| match refusal {
            Refusal::Error(text) => host::Refusal { kind: RefusalKind::Error, text },
            Refusal::NotGranted(text) => host::Refusal { kind: RefusalKind::NotGranted, text },
        }))
    }
}

/// Bindings see the state and not the store, which counts the gas. So the count moves: into the
/// state when the component calls out, and back into the store when it goes on.
pub(super) fn keep_count(mut store: StoreContextMut<'_, State>, hook: CallHook) -> Result<()> {
    if hook.entering_host() {
        store.data_mut().left = store.get_fuel()?;
        Ok(())
    } else {
        let left = store.data().left;
        store.set_fuel(left)
    }
}

/// Does something for the component that calls its host, after the component itself is done.
pub(super) fn counted<R>(store: &mut Store<State>, does: fn(&mut State) -> Result<R>) -> Result<R> {
    keep_count(store.as_context_mut(), CallHook::CallingHost)?;
    let done = does(store.data_mut());
    keep_count(store.as_context_mut(), CallHook::ReturningFromHost)?;
    done
}
