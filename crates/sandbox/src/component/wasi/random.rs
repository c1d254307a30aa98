//! `wasi:random`: all three interfaces draw from the run's own stream by the capability `random.bytes`,
//! so that a run that is repeated throws the same dice.

use super::call::{Call, Interface};
use super::{Wasi, fault};
use model::Value;
use model::limit::MIB;
use wasmtime::Result;
use wasmtime::component::Linker;

/// Bytes of one call, the same as scripts may ask for: the host allocates them.
const BYTES_MAX: u64 = MIB as u64;

/// Offers randomness under its three names.
pub(super) fn link<T: Wasi>(linker: &mut Linker<T>) -> Result<()> {
    let mut random = Interface::of(linker, "wasi:random/random")?;
    random.func("get-random-bytes", |call, (len,): (u64,)| Ok((bytes(call, len)?,)))?;
    random.func("get-random-u64", |call, ()| Ok((word(call)?,)))?;

    let mut insecure = Interface::of(linker, "wasi:random/insecure")?;
    insecure.func("get-insecure-random-bytes", |call, (len,): (u64,)| Ok((bytes(call, len)?,)))?;
    insecure.func("get-insecure-random-u64", |call, ()| Ok((word(call)?,)))?;

    let mut seed = Interface::of(linker, "wasi:random/insecure-seed")?;
    seed.func("insecure-seed", |call, ()| Ok(((word(call)?, word(call)?),)))
}

fn word<T: Wasi>(call: &mut Call<'_, T>) -> Result<u64> {
    let bytes = bytes(call, size_of::<u64>() as u64)?;
    let word = bytes.first_chunk().ok_or_else(|| fault("too few random bytes"))?;
    Ok(u64::from_le_bytes(*word))
}

/// Exactly so many bytes.
fn bytes<T: Wasi>(call: &mut Call<'_, T>, len: u64) -> Result<Vec<u8>> {
    if len > BYTES_MAX {
        return Err(fault("wasi:random: one call gives at most 1 MiB: ask several times"));
    }
    let count = i64::try_from(len)?;
    match call.ask("random.bytes", vec![Value::Int(count)])? {
        Ok(Value::Str(bytes)) if bytes.len() as u64 == len => Ok(bytes),
        Ok(_) => Err(fault("random.bytes answered something else than the bytes asked for")),
        Err(refusal) => Err(fault(refusal.text)),
    }
}
