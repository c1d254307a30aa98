//! What a run is given and never changes while it lasts: its clock, its zone, its dice. A call that
//! needs no more is answered where the guest runs, without asking its node.

use crate::dice::Dice;
use model::Moment;

/// What a run was given.
pub struct Given {
    /// `ctx.now`: the only clock of the run.
    pub now: Moment,
    /// The time zone of the owner, an IANA name.
    pub tz: String,
    /// All randomness of the run comes from its seed.
    pub dice: Dice,
}
