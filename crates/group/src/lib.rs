//! The house rules: who may do what, and the one walk of a run: admit, run, commit.

pub mod world;
pub mod capability;
pub mod desk;
