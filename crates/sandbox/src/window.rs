//! The window of a run: how a guest's call reaches the host, is paid for, and may cut the run off.
//! Every kind of guest has one.

use crate::host::{Host, Refusal, RefusalKind};
use crate::watch::Watch;
use model::gas::Price;
use model::receipt::Cause;
use model::{Gas, Value, sabotage};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use wasmtime::{Error, Result, Trap};

/// What a call costs that names nothing there is, or is not made at all.
pub(crate) const NOTHING: Price = Price { call: 1_000, byte_in: 1, byte_out: 1 };

/// The host's side of one run.
pub(crate) struct Window {
    host: HostRef,
    pub watch: Watch,
    /// Why the run was cut off, if a host call did it.
    pub cut: Option<Cut>,
    /// Gas by capability.
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

/// What came of a call that did not cut the run off.
pub(crate) enum Answered {
    Value(Value),
    /// The guest may go on: an error it can catch.
    Error(String),
    /// The same; a grant is missing.
    NotGranted(String),
}

/// The host of a run, without its lifetime: wasmtime keeps only what lives for ever.
struct HostRef(*mut (dyn Host + 'static));

impl Window {
    /// A window to this host. It must be dropped before the borrow of the host ends.
    pub(crate) fn new<'a>(host: &'a mut dyn Host, computing: Duration) -> Window {
        let host: *mut (dyn Host + 'a) = host;
        // SAFETY: only the lifetime is changed. The window lives in a store that is made and
        // dropped while the borrow is held, on one thread, and is never handed out.
        let host =
            unsafe { std::mem::transmute::<*mut (dyn Host + 'a), *mut (dyn Host + 'static)>(host) };
        Window {
            host: HostRef(host),
            watch: Watch::start(computing),
            cut: None,
            causes: BTreeMap::new(),
        }
    }

    fn host(&mut self) -> &mut dyn Host {
        // SAFETY: see `new`: the host is borrowed for as long as this window lives.
        unsafe { &mut *self.host.0 }
    }

    /// Charges, asks the host, and sorts its answer. `bytes` are those of the arguments; what the
    /// answer costs is charged by who knows its bytes.
    pub(crate) fn perform(
        &mut self,
        left: &mut Gas,
        name: &str,
        args: Vec<Value>,
        bytes: u64,
    ) -> Result<(Answered, Price)> {
        let price = match self.host().price(name) {
            Ok(price) => price,
            Err(refusal) => return Ok((self.refused(refusal)?, NOTHING)),
        };
        self.charge(left, name, 1, price.before(bytes))?;
        let from = Instant::now();
        let answered = self.host().call(name, args);
        self.watch.leave_out(from);
        match answered {
            Ok(value) => Ok((Answered::Value(value), price)),
            Err(refusal) => Ok((self.refused(refusal)?, price)),
        }
    }

    fn refused(&mut self, refusal: Refusal) -> Result<Answered> {
        let cut = match refusal.kind {
            RefusalKind::Error => return Ok(Answered::Error(refusal.text)),
            RefusalKind::NotGranted => return Ok(Answered::NotGranted(refusal.text)),
            RefusalKind::Waited => Cut::Waited(refusal.text),
            RefusalKind::Restart => Cut::Restart,
            RefusalKind::Internal => Cut::Internal(refusal.text),
        };
        self.cut = Some(cut);
        Err(Error::msg("cut off by the host"))
    }

    /// Takes gas for a host call, and notes it under the capability's name.
    pub(crate) fn charge(
        &mut self,
        left: &mut Gas,
        name: &str,
        count: u64,
        gas: Gas,
    ) -> Result<()> {
        if !self.causes.contains_key(name) {
            self.causes.insert(name.to_owned(), Cause::default());
        }
        if let Some(cause) = self.causes.get_mut(name) {
            cause.count += count;
            cause.gas += gas.min(*left);
        }
        pay(left, gas)
    }
}

/// Takes gas; with too little left the run ends here and now.
pub(crate) fn pay(left: &mut Gas, gas: Gas) -> Result<()> {
    if sabotage::off("gas-of-calls") {
        return Ok(());
    }
    if gas > *left {
        *left = 0;
        return Err(Trap::OutOfFuel.into());
    }
    *left -= gas;
    Ok(())
}
