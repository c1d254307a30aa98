//! A command-line program as an app: a page that asks for its arguments and its input, and the handler
//! `run`, which a form or a schedule calls. The app's files are its one folder, and what it writes to
//! its output is its answer.

use super::bindings::Failure;
use super::state::{State, counted};
use super::wasi::{self, WasiState};
use crate::run::Run;
use model::Value;
use wasmtime::component::InstancePre;
use wasmtime::{Result, Store};

/// The one handler, of forms and of schedules.
const HANDLER: &str = "run";

/// Runs the program, or shows the page for it.
pub(super) fn runs(
    program: &InstancePre<State>,
    store: &mut Store<State>,
    run: &Run,
) -> Result<std::result::Result<Value, Failure>> {
    match (run.trigger, run.handler) {
        ("view", _) => Ok(Ok(page(run, None))),
        ("action", HANDLER) => {
            let output = started(program, store, run, WasiState::keep_output)?;
            Ok(output.map(|output| page(run, Some(output))))
        }
        ("schedule", HANDLER) => Ok(started(program, store, run, |wasi| wasi)?.map(|_| Value::Nil)),
        _ => Ok(Err(Failure::Stopped(format!(
            "main.wasm is a command-line program: a form or a schedule can call its one handler, {HANDLER}"
        )))),
    }
}

/// What such a program declares.
pub(super) fn declared() -> Value {
    let one = || Value::List(vec![Value::text(HANDLER)]);
    Value::map([
        ("settings", Value::map::<String>([])),
        ("handlers", Value::map([("on", one()), ("at", one())])),
        ("has", Value::map([("view", Value::Bool(true))])),
    ])
}

/// Runs the program to its end, and answers what it wrote. A failure keeps nothing, as any other.
fn started(
    program: &InstancePre<State>,
    store: &mut Store<State>,
    run: &Run,
    output: fn(WasiState) -> WasiState,
) -> Result<std::result::Result<Vec<u8>, Failure>> {
    let args = run.args.first().unwrap_or(&Value::Nil);
    let mut words = vec![name(run).to_owned()];
    words.extend(arguments(args.get("args")));
    let input = args.get("input").map(|input| input.shown().into_bytes()).unwrap_or_default();
    store.data_mut().wasi = output(WasiState::command(run.now, words, input));
    let instance = program.instantiate(&mut *store)?;
    let ended = wasi::run_command(&mut *store, &instance)?;
    if ended.is_ok() {
        counted(store, wasi::finish_files)?;
    }
    Ok(match ended {
        Ok(()) => Ok(store.data_mut().wasi.take_output()),
        Err(()) => Err(Failure::Stopped(
            "the program ended with a failure; what it said about it is in the log".to_owned(),
        )),
    })
}

/// The arguments: words between spaces, as typed, or a list as a schedule gives it.
fn arguments(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::List(items)) => items.iter().map(Value::shown).collect(),
        Some(text) => text.shown().split_whitespace().map(str::to_owned).collect(),
        None => Vec::new(),
    }
}

fn name<'a>(run: &'a Run) -> &'a str {
    run.ctx.get("app").and_then(|app| app.str_at("name")).unwrap_or("program")
}

/// The page: the form, and below it what the program wrote.
fn page(run: &Run, output: Option<Vec<u8>>) -> Value {
    let field = |name: &str, label: &str, kind: &str| {
        Value::map([
            ("type", Value::text("input")),
            ("name", Value::text(name)),
            ("label", Value::text(label)),
            ("kind", Value::text(kind)),
        ])
    };
    let fields = vec![field("args", "Arguments", "text"), field("input", "Input", "multiline")];
    let form = Value::map([
        ("type", Value::text("form")),
        ("on", Value::text(HANDLER)),
        ("submit", Value::text("Run")),
        ("body", Value::List(fields)),
    ]);
    let output = output.map(|bytes| {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Value::map([("type", "code".into()), ("label", "Output".into()), ("text", text.into())])
    });
    let title = run.ctx.get("app").and_then(|app| app.str_at("title")).unwrap_or(name(run));
    Value::map([
        ("type", Value::text("page")),
        ("title", Value::text(title)),
        ("body", Value::List([form].into_iter().chain(output).collect())),
    ])
}
