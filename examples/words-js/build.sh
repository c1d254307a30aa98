#!/bin/sh
# Builds main.wasm: the program inside of QuickJS. Needs Node.js with npm.
# `sh build.sh tools` only installs what it needs.
set -eu
cd "$(dirname "$0")"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
[ "${1:-}" = tools ] && exit
npx --no-install componentize-qjs --js main.js --wit wit --world app --sync --output main.wasm
