//! The one window: what a guest's call reaches. Only what stands in the table of capabilities.

use crate::capability::{self, Capability, Needs, args::Args};
use crate::desk::Desk;
use model::Value;
use model::gas::Price;
use sandbox::{Ahead, Host, Refusal, RefusalKind};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The table by name.
static BY_NAME: LazyLock<HashMap<&'static str, &'static Capability>> =
    LazyLock::new(|| capability::all().map(|capability| (capability.name, capability)).collect());

/// The workbench of one run: the guest's side of its desk.
pub(crate) struct Bench<'d, 'a> {
    pub desk: &'d mut Desk<'a>,
}

impl Host for Bench<'_, '_> {
    fn price(&mut self, name: &str) -> Result<Price, Refusal> {
        find(name).map(|capability| capability.price)
    }

    fn call(&mut self, name: &str, args: Vec<Value>) -> Result<Value, Refusal> {
        let capability = find(name)?;
        if capability.needs == Needs::Writing {
            self.desk.may_write(capability.name)?;
        }
        self.desk.note(capability, &args);
        capability.call.make(self.desk, &mut Args::new(capability.name, args))
    }

    fn ahead(&mut self) -> Vec<Ahead> {
        self.desk.read_ahead()
    }

    fn is_behind(&self) -> bool {
        self.desk.ticket.behind
    }

    fn used(&mut self, place: usize) {
        self.desk.used(place);
    }
}

pub(crate) fn find(name: &str) -> Result<&'static Capability, Refusal> {
    BY_NAME.get(name).copied().ok_or_else(|| Refusal {
        kind: RefusalKind::Error,
        text: match nearest(name) {
            Some(near) => format!("there is no {name} — did you mean “{near}”?"),
            None => format!("there is no {name}; the guide lists what an app may call"),
        },
    })
}

/// The capability whose name differs by at most a third of its letters.
fn nearest(name: &str) -> Option<&'static str> {
    let (distance, near) =
        BY_NAME.keys().map(|known| (model::near::distance(name, known), *known)).min()?;
    (distance * 3 <= near.len()).then_some(near)
}
