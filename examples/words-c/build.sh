#!/bin/sh
# Builds main.wasm with zig's C compiler. Needs Python with pip, and Rust for the two tools that
# know components: one writes app.c and app.h from wit/, the other wraps what the compiler made.
# `sh build.sh tools` only installs what it needs.
set -eu
cd "$(dirname "$0")"
tools=.build
[ -d $tools/python ] || python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target $tools/python --require-hashes -r requirements.txt
[ -x $tools/bin/wit-bindgen ] || cargo install --quiet --locked --debug --root $tools wit-bindgen-cli@0.57.1 --no-default-features --features c
[ -x $tools/bin/wasm-tools ] || cargo install --quiet --locked --debug --root $tools wasm-tools@1.247.0 --no-default-features --features component
[ "${1:-}" = tools ] && exit

$tools/bin/wit-bindgen c wit --world app --out-dir $tools/made
PYTHONPATH=$tools/python python3 -m ziglang cc -target wasm32-wasi -mexec-model=reactor -Os -Wall \
  -I $tools/made main.c $tools/made/app.c $tools/made/app_component_type.o -o $tools/made/core.wasm \
  -Wl,--strip-debug -Wl,--gc-sections -Wl,-z,stack-size=65536
$tools/bin/wasm-tools component new $tools/made/core.wasm --output main.wasm
