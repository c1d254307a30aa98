//! The five functions that a guest imports, and what they change. There are no others.

use crate::host::Host;
use crate::limits::Limits;
use crate::parcel::{Parcel, Unreadable, pack, unpack};
use crate::run::{Run, Script};
use crate::window::{Answered, Cut, NOTHING, Window, pay};
use model::gas::Price;
use model::{Gas, Value};
use wasmtime::{Caller, Error, Instance, Linker, Memory, Result};

/// The module of all imports.
const MODULE: &str = "allot";
/// Bytes of a capability's name.
const NAME_BYTES_MAX: usize = 100;

/// What one run has on the host's side.
pub(crate) struct State {
    pub window: Window,
    program: *const Script,
    pub limits: Limits,
    pub memory: Option<Memory>,
    pub instance: Option<Instance>,
    /// The frame that the guest may take: the input, then each answer.
    waiting: Parcel,
    /// What the guest handed over as its result.
    pub answer: Option<Value>,
    /// The guest is asked where it was; its time and calls are over.
    pub telling: bool,
    pub told: String,
    pub gas: Gas,
}

impl State {
    pub(crate) fn new<'a>(
        host: &'a mut dyn Host,
        run: &Run<'a>,
        program: &Script,
        input: Parcel,
    ) -> State {
        State {
            window: Window::new(host, run.computing),
            program,
            limits: Limits::new(run.memory_bytes),
            memory: None,
            instance: None,
            waiting: input,
            answer: None,
            telling: false,
            told: String::new(),
            gas: run.gas,
        }
    }

    fn program(&self) -> &Script {
        // SAFETY: as for the host of `Window::new`; the program of the run outlives the store.
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
        Err(text) => (1, Value::text(text), NOTHING),
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

/// Reads a file of the program, or asks the host.
fn perform(
    caller: &mut Caller<'_, State>,
    name: &str,
    args: Vec<Value>,
    bytes: u64,
) -> Result<(u64, Value, Price)> {
    if name == "require" {
        charge(caller, name, 1, NOTHING.before(bytes))?;
        let path = args.first().and_then(Value::as_str).unwrap_or("");
        let source = caller.data().program().files.get(path);
        return Ok((0, source.map_or(Value::Nil, |source| Value::text(source.as_str())), NOTHING));
    }
    let (answered, price) = paying(caller, |window, left| window.perform(left, name, args, bytes))?;
    let (status, value) = match answered {
        Answered::Value(value) => (0, value),
        Answered::Error(text) => (1, Value::text(text)),
        Answered::NotGranted(text) => (2, Value::text(text)),
    };
    Ok((status, value, price))
}

/// Takes gas for a host call, and notes it under the capability's name.
fn charge(caller: &mut Caller<'_, State>, name: &str, count: u64, gas: Gas) -> Result<()> {
    paying(caller, |window, left| window.charge(left, name, count, gas))
}

/// Lets the window take gas from what the guest has left.
fn paying<R>(
    caller: &mut Caller<'_, State>,
    take: impl FnOnce(&mut Window, &mut Gas) -> Result<R>,
) -> Result<R> {
    let mut left = caller.get_fuel()?;
    let taken = take(&mut caller.data_mut().window, &mut left);
    caller.set_fuel(left)?;
    taken
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
            paying(&mut caller, |_, left| pay(left, bytes))?;
            caller.data_mut().answer = Some(value);
            Ok(())
        }
        Err(why) => {
            caller.data_mut().window.cut = Some(Cut::Unusable(why.words().to_owned()));
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
