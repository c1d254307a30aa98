//! What every engine must do, written once and generated per engine. It knows no engine's inside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod suite;

suite!(sqlite: store::Store::open);
