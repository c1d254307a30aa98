//! The guest without gas and without a watch: what metering costs is the difference. Only for
//! figures; nothing else may run a guest so.

use crate::Failure;
use crate::clock::timed;
use model::Value;
use std::collections::BTreeMap;
use std::path::Path;
use wasmtime::{Caller, Config, Engine, InstancePre, Linker, Memory, Module, Store};

const GUEST: &[u8] = include_bytes!("../../guests/lua/lua.wasm");

/// What a run has on this side.
#[derive(Default)]
struct State {
    source: String,
    /// The frame that the guest takes next.
    waiting: Vec<u8>,
    answer: Vec<u8>,
    memory: Option<Memory>,
}

/// The guest, compiled without metering.
pub(crate) struct Bare {
    engine: Engine,
    guest: InstancePre<State>,
}

impl Bare {
    pub(crate) fn new() -> Result<Bare, Failure> {
        let mut config = Config::new();
        config.wasm_exceptions(true).cranelift_nan_canonicalization(true);
        let engine = Engine::new(&config)?;
        let module = Module::new(&engine, GUEST)?;
        let mut linker: Linker<State> = Linker::new(&engine);
        linker.func_wrap("allot", "call", call)?;
        linker.func_wrap("allot", "take", |mut caller: Caller<'_, State>, out: u32| {
            let frame = std::mem::take(&mut caller.data_mut().waiting);
            write(&mut caller, out, &frame)
        })?;
        linker.func_wrap("allot", "big", |_: Caller<'_, State>, _: u32, _: u32| {})?;
        linker.func_wrap("allot", "answer", answer)?;
        linker.func_wrap("allot", "gas", || 0_u64)?;
        let guest = linker.instantiate_pre(&module)?;
        Ok(Bare { engine, guest })
    }

    /// Runs the `view` of a program of one file, besides its main one: the answer and CPU seconds.
    pub(crate) fn run(&self, main: &str, path: &Path, size: i64) -> Result<(Value, f64), Failure> {
        let input = Value::map([
            ("main", Value::text("main.lua")),
            ("trigger", Value::text("view")),
            ("handler", Value::text("")),
            ("ctx", Value::map([("size", Value::Int(size))])),
            ("args", Value::List(vec![])),
            ("settings", Value::Map(BTreeMap::new())),
        ]);
        let waiting = sandbox::encode(&input);
        let len = i32::try_from(waiting.len())?;
        let source = std::fs::read_to_string(path)?;
        let mut store = Store::new(&self.engine, State { source, waiting, ..State::default() });
        let instance = self.guest.instantiate(&mut store)?;
        store.data_mut().memory = instance.get_memory(&mut store, "memory");
        let run = instance.get_typed_func::<(i32, i64, i64), i32>(&mut store, "run")?;
        store.data_mut().source = format!("{main}\0{}", store.data().source);
        let (seconds, status) = timed(|| run.call(&mut store, (len, 7, 1_700_000_000)));
        let answer = sandbox::decode(&store.data().answer).map_err(|err| format!("{err:?}"))?;
        if status? == 0 { Ok((answer, seconds)) } else { Err(format!("{answer:?}").into()) }
    }
}

/// The one call there is: `require`, of `main.lua` or of the other file.
fn call(
    mut caller: Caller<'_, State>,
    _name: u32,
    _name_len: u32,
    args: u32,
    args_len: u32,
    out: u32,
    out_len: u32,
) -> wasmtime::Result<u64> {
    let memory = memory(&caller)?;
    let at = args as usize;
    let frame = memory.data(&caller).get(at..at + args_len as usize).unwrap_or_default();
    let is_main = frame.windows(8).any(|it| it == b"main.lua");
    let (main, other) = caller.data().source.split_once('\0').unwrap_or_default();
    let frame = sandbox::encode(&Value::text(if is_main { main } else { other }));
    let len = frame.len() as u64;
    if len <= u64::from(out_len) {
        write(&mut caller, out, &frame)?;
    }
    caller.data_mut().waiting = frame;
    Ok(len)
}

fn answer(mut caller: Caller<'_, State>, start: u32, len: u32) -> wasmtime::Result<()> {
    let memory = memory(&caller)?;
    let start = start as usize;
    let frame = memory.data(&caller).get(start..start + len as usize).unwrap_or_default().to_vec();
    caller.data_mut().answer = frame;
    Ok(())
}

fn memory(caller: &Caller<'_, State>) -> wasmtime::Result<Memory> {
    caller.data().memory.ok_or_else(|| wasmtime::Error::msg("the guest has no memory"))
}

fn write(caller: &mut Caller<'_, State>, out: u32, bytes: &[u8]) -> wasmtime::Result<()> {
    let memory = memory(caller)?;
    Ok(memory.write(caller, out as usize, bytes)?)
}
