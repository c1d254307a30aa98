//! What a component is, by what it exports: an app of the interfaces in `wit/`, or one of WASI's two
//! kinds of programs, which are an app's `serve` and an app with one form.

use super::answer;
use super::bindings::{AppPre, Failure};
use super::state::State;
use super::{command, trigger, wasi};
use crate::run::Run;
use model::{Value, limit};
use wasmtime::component::{Component, InstancePre, Linker};
use wasmtime::{Result, Store};

/// Bytes that one call of an app hands over to the host, all texts and lists together: the largest is a
/// request with its body.
const APP_BYTES_MAX: usize = limit::REQUEST_BYTES_MAX + limit::MIB;

/// A component with everything it imports.
pub(super) enum Kind {
    App(AppPre<State>),
    Proxy(InstancePre<State>),
    Command(InstancePre<State>),
}

/// What a run answers, or why nothing of it shall be kept.
type Answered = std::result::Result<Value, Failure>;

impl Kind {
    /// Links a component. One that exports `run` of our own is an app, whatever else it exports.
    pub(super) fn of(mut linker: Linker<State>, component: &Component) -> Result<Kind> {
        wasi::link(&mut linker)?;
        wasi::link_missing(&mut linker, component)?;
        let instance = linker.instantiate_pre(component)?;
        let is_app = component.get_export_index(None, "run").is_some();
        match (is_app, wasi::is_proxy(component), wasi::is_command(component)) {
            (false, true, _) => Ok(Kind::Proxy(instance)),
            (false, false, true) => Ok(Kind::Command(instance)),
            _ => AppPre::new(instance).map(Kind::App),
        }
    }

    /// Runs it in a fresh instance.
    pub(super) fn run(&self, store: &mut Store<State>, run: &Run) -> Result<Answered> {
        store.set_max_component_handles(wasi::HANDLES_MAX);
        store.set_hostcall_fuel(match self {
            Kind::App(_) => APP_BYTES_MAX,
            Kind::Proxy(_) | Kind::Command(_) => wasi::CALL_BYTES_MAX,
        });
        match self {
            Kind::App(app) => app_runs(app, store, run),
            Kind::Proxy(_) if run.trigger == "declare" => Ok(Ok(answer::of_a_proxy())),
            Kind::Proxy(proxy) => proxy_runs(proxy, store, run),
            Kind::Command(_) if run.trigger == "declare" => Ok(Ok(command::declared())),
            Kind::Command(program) => command::runs(program, store, run),
        }
    }
}

fn app_runs(app: &AppPre<State>, store: &mut Store<State>, run: &Run) -> Result<Answered> {
    let Some(trigger) = trigger::trigger(run) else {
        return Ok(Err(Failure::Stopped(format!("there is no trigger {}", run.trigger))));
    };
    let app = app.instantiate(&mut *store)?;
    let answered = app.call_run(&mut *store, &trigger, &trigger::context(run))?;
    Ok(answered.and_then(|answer| answer::value(answer).map_err(Failure::Stopped)))
}

fn proxy_runs(proxy: &InstancePre<State>, store: &mut Store<State>, run: &Run) -> Result<Answered> {
    if run.trigger != "serve" {
        return Ok(Err(Failure::Stopped(format!(
            "main.wasm exports wasi:http/incoming-handler: it answers web requests, and has no {}",
            run.trigger
        ))));
    }
    let instance = proxy.instantiate(&mut *store)?;
    let request = run.args.first().unwrap_or(&Value::Nil);
    let answered = wasi::serve(&mut *store, &instance, &run.ctx, request)?;
    let denied = store.data_mut().wasi.denied.take();
    Ok(answered.map_err(|text| denied.map_or(Failure::Stopped(text), Failure::Refused)))
}
