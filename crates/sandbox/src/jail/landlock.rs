//! Landlock: no path, no TCP port, and nothing outside of this process may be reached by name.
//! What a kernel does not know yet is left out and said.

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetStatus,
    Scope,
};

/// The newest rules asked for; older kernels hold what they know of them.
const NEWEST: ABI = ABI::V6;

/// Denies everything Landlock can deny, to this thread and all that it starts.
pub(super) fn deny_all() -> Result<String, String> {
    let words = |err: landlock::RulesetError| err.to_string();
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(NEWEST)))
        .and_then(|rules| rules.scope(Scope::from_all(NEWEST)))
        .and_then(Ruleset::create)
        .map_err(words)?
        .restrict_self()
        .map_err(words)?;
    match status.ruleset {
        RulesetStatus::FullyEnforced => Ok("files, TCP, sockets and signals by name".into()),
        RulesetStatus::PartiallyEnforced => Ok("as far as this kernel knows it".into()),
        RulesetStatus::NotEnforced => Err("this kernel has no Landlock".into()),
    }
}
