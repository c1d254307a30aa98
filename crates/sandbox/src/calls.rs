//! The five functions that a guest imports, and what they change. There are no others.

use crate::host::{Host, Refusal, RefusalKind};
use crate::limits::Limits;
use crate::parcel::{Parcel, Unreadable, pack, unpack};
use crate::run::{Program, Run};
use crate::watch::Watch;
use model::gas::Price;
use model::receipt::Cause;
use model::{Gas, Value};
use std::collections::BTreeMap;
use std::time::Instant;
use wasmtime::{Caller, Error, Instance, Linker, Memory, Result, Trap};

/// The module of all imports.
const MODULE: &str = "allot";
/// Bytes of a capability's name.
const NAME_BYTES_MAX: usize = 100;
/// Reading one of the app's own files: it lies in memory.
const REQUIRE: Price = Price { call: 1_000, byte_in: 1, byte_out: 1 };

/// What one run has on the host's side.
pub(crate) struct State {
    host: HostRef,
    program: *const Program,
    pub limits: Limits,
    pub watch: Watch,
    pub memory: Option<Memory>,
    pub instance: Option<Instance>,
    /// The frame that the guest may take: the input, then each answer.
    waiting: Parcel,
    /// What the guest handed over as its result.
    pub answer: Option<Value>,
    /// Why the run was cut off, if a host call did it.
    pub cut: Option<Cut>,
    /// The guest is asked where it was; its time and calls are over.
    pub telling: bool,
    pub told: String,
    pub gas: Gas,
    pub causes: BTreeMap<String, Cause>,
}

/// Why a host call cut the run off.
#[derive(Debug)]
pub(crate) enum Cut {
    Restart,
    TooSlow,
    Waited(String),
    /// What the run answered cannot be taken.
    Unusable(String),
    Internal(String),
}

/// The host of a run, without its lifetime: wasmtime keeps only what lives for ever.
struct HostRef(*mut (dyn Host + 'static));

impl State {
    pub(crate) fn new<'a>(host: &'a mut dyn Host, run: &Run<'a>, input: Parcel) -> State {
        let host: *mut (dyn Host + 'a) = host;
        // SAFETY: only the lifetime is changed. The state lives in a store that `Sandbox::run`
        // makes and drops while it holds the borrow, on one thread, and is never handed out.
        let host =
            unsafe { std::mem::transmute::<*mut (dyn Host + 'a), *mut (dyn Host + 'static)>(host) };
        State {
            host: HostRef(host),
            program: run.program,
            limits: Limits::new(run.memory_bytes),
            watch: Watch::start(run.computing),
            memory: None,
            instance: None,
            waiting: input,
            answer: None,
            cut: None,
            telling: false,
            told: String::new(),
            gas: run.gas,
            causes: BTreeMap::new(),
        }
    }

    fn host(&mut self) -> &mut dyn Host {
        // SAFETY: see `new`: the host is borrowed for as long as this state lives.
        unsafe { &mut *self.host.0 }
    }

    fn program(&self) -> &Program {
        // SAFETY: as for the host; `run.program` outlives the store.
        unsafe { &*self.program }
    }
}

/// Offers the five functions.
pub(crate) fn link(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap(MODULE, "call", call)?;
    linker.func_wrap(MODULE, "take", take)?;
    linker.func_wrap(MODULE, "big", big)?;
    linker.func_wrap(MODULE, "answer", answer)?;
    linker.func_wrap(MODULE, "gas", |mut caller: Caller<'_, State>| gas_used(&mut caller))?;
    Ok(())
}

fn gas_used(caller: &mut Caller<'_, State>) -> Result<u64> {
    Ok(caller.data().gas.saturating_sub(caller.get_fuel()?))
}

/// Calls a capability. The high half of the answer is the status, the low half the frame's length.
#[allow(clippy::too_many_arguments)]
fn call(
    mut caller: Caller<'_, State>,
    name: u32,
    name_len: u32,
    args: u32,
    args_len: u32,
    out: u32,
    out_len: u32,
) -> Result<u64> {
    if caller.data().telling {
        return Err(Error::msg("the run is over"));
    }
    let name = read_name(&mut caller, name, name_len)?;
    let called = read_args(&mut caller, args, args_len)?;
    let (status, value, price) = match called {
        Ok((args, bytes)) => perform(&mut caller, &name, args, bytes)?,
        Err(text) => (1, Value::text(text), REQUIRE),
    };
    let parcel = pack(value);
    charge(&mut caller, &name, 0, price.after(parcel.bytes()))?;
    if parcel.frame.len() <= out_len as usize {
        write(&mut caller, out, &parcel.frame)?;
    }
    let len = parcel.frame.len() as u64;
    caller.data_mut().waiting = parcel;
    Ok(status << 32 | len)
}

/// Charges, asks the host, and sorts its answer. Who cuts the run off is noted.
fn perform(
    caller: &mut Caller<'_, State>,
    name: &str,
    args: Vec<Value>,
    bytes: u64,
) -> Result<(u64, Value, Price)> {
    if name == "require" {
        charge(caller, name, 1, REQUIRE.before(bytes))?;
        let path = args.first().and_then(Value::as_str).unwrap_or("");
        let source = caller.data().program().files.get(path);
        return Ok((0, source.map_or(Value::Nil, |source| Value::text(source.as_str())), REQUIRE));
    }
    let price = match caller.data_mut().host().price(name) {
        Ok(price) => price,
        Err(refusal) => return refused(caller, refusal, REQUIRE),
    };
    charge(caller, name, 1, price.before(bytes))?;
    let from = Instant::now();
    let answered = caller.data_mut().host().call(name, args);
    caller.data_mut().watch.leave_out(from);
    match answered {
        Ok(value) => Ok((0, value, price)),
        Err(refusal) => refused(caller, refusal, price),
    }
}

fn refused(
    caller: &mut Caller<'_, State>,
    refusal: Refusal,
    price: Price,
) -> Result<(u64, Value, Price)> {
    let cut = match refusal.kind {
        RefusalKind::Error => return Ok((1, Value::text(refusal.text), price)),
        RefusalKind::NotGranted => return Ok((2, Value::text(refusal.text), price)),
        RefusalKind::Waited => Cut::Waited(refusal.text),
        RefusalKind::Restart => Cut::Restart,
        RefusalKind::Internal => Cut::Internal(refusal.text),
    };
    caller.data_mut().cut = Some(cut);
    Err(Error::msg("cut off by the host"))
}

/// Takes gas for a host call, and notes it under the capability's name.
fn charge(caller: &mut Caller<'_, State>, name: &str, count: u64, gas: Gas) -> Result<()> {
    let left = caller.get_fuel()?;
    let causes = &mut caller.data_mut().causes;
    if !causes.contains_key(name) {
        causes.insert(name.to_owned(), Cause::default());
    }
    if let Some(cause) = causes.get_mut(name) {
        cause.count += count;
        cause.gas += gas.min(left);
    }
    pay(caller, gas)
}

/// Takes gas; with too little left the run ends here and now.
fn pay(caller: &mut Caller<'_, State>, gas: Gas) -> Result<()> {
    let left = caller.get_fuel()?;
    if gas > left {
        caller.set_fuel(0)?;
        return Err(Trap::OutOfFuel.into());
    }
    caller.set_fuel(left - gas)
}

fn read_name(caller: &mut Caller<'_, State>, start: u32, len: u32) -> Result<String> {
    if len as usize > NAME_BYTES_MAX {
        return Ok("a name that is too long".to_owned());
    }
    let bytes = read(caller, start, len)?;
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

/// The arguments and the bytes of them that crossed, or what is wrong with them.
fn read_args(
    caller: &mut Caller<'_, State>,
    start: u32,
    len: u32,
) -> Result<std::result::Result<(Vec<Value>, u64), &'static str>> {
    Ok(match read_frame(caller, start, len)? {
        Ok((Value::List(args), bytes)) => Ok((args, bytes)),
        Ok(_) => Err(Unreadable::Form.words()),
        Err(why) => Err(why.words()),
    })
}

/// A frame that the guest wrote. That it lies in memory is the glue's duty, the rest is not.
fn read_frame(
    caller: &mut Caller<'_, State>,
    start: u32,
    len: u32,
) -> Result<std::result::Result<(Value, u64), Unreadable>> {
    let memory = memory(caller)?;
    let data = memory.data(&*caller);
    let end = start as usize + len as usize;
    let frame = data.get(start as usize..end).ok_or_else(|| Error::msg("outside of memory"))?;
    Ok(unpack(frame, data))
}

/// Copies the frame that waits to the guest.
fn take(mut caller: Caller<'_, State>, out: u32) -> Result<()> {
    let frame = std::mem::take(&mut caller.data_mut().waiting.frame);
    write(&mut caller, out, &frame)
}

/// Copies one big string of the frame that waits to where it stays.
fn big(mut caller: Caller<'_, State>, index: u32, out: u32) -> Result<()> {
    let waiting = &mut caller.data_mut().waiting.big;
    let bytes = waiting.get_mut(index as usize).map(std::mem::take);
    let bytes = bytes.ok_or_else(|| Error::msg("there is no such string"))?;
    write(&mut caller, out, &bytes)
}

/// Takes the result of the run, or the text of `where`.
fn answer(mut caller: Caller<'_, State>, start: u32, len: u32) -> Result<()> {
    if caller.data().telling {
        let told = String::from_utf8_lossy(read(&mut caller, start, len)?).into_owned();
        caller.data_mut().told = told;
        return Ok(());
    }
    match read_frame(&mut caller, start, len)? {
        Ok((value, bytes)) => {
            pay(&mut caller, bytes)?;
            caller.data_mut().answer = Some(value);
            Ok(())
        }
        Err(why) => {
            caller.data_mut().cut = Some(Cut::Unusable(why.words().to_owned()));
            Err(Error::msg("the answer cannot be taken"))
        }
    }
}

fn memory(caller: &mut Caller<'_, State>) -> Result<Memory> {
    caller.data().memory.ok_or_else(|| Error::msg("the guest has no memory"))
}

fn read<'a>(caller: &'a mut Caller<'_, State>, start: u32, len: u32) -> Result<&'a [u8]> {
    let memory = memory(caller)?;
    let end = start as usize + len as usize;
    memory.data(&*caller).get(start as usize..end).ok_or_else(|| Error::msg("outside of memory"))
}

fn write(caller: &mut Caller<'_, State>, start: u32, bytes: &[u8]) -> Result<()> {
    let memory = memory(caller)?;
    memory
        .data_mut(&mut *caller)
        .get_mut(start as usize..start as usize + bytes.len())
        .ok_or_else(|| Error::msg("outside of memory"))?
        .copy_from_slice(bytes);
    Ok(())
}
