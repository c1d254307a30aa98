#!/bin/sh
# Builds main.wasm. Needs Rust by rustup, and adds its target for components.
# `sh build.sh tools` only installs what it needs.
set -eu
cd "$(dirname "$0")"
rustup target add wasm32-wasip2
[ "${1:-}" = tools ] && exit
cargo build --release --target wasm32-wasip2 --target-dir target --locked
cp target/wasm32-wasip2/release/tally.wasm main.wasm
