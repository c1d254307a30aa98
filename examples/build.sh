#!/usr/bin/env bash
# Builds the examples that are not written in Lua.
#   examples/build.sh                every one; says which are left out, as their tools do not install
#   examples/build.sh words-rust …   these
#   examples/build.sh --check        the one whose main.wasm is committed, and compares
# Each has a build.sh of its own and is built as it is, in a copy under target/examples, where the
# tools that it installs stay. A project of `allot new` is such a copy.
set -euo pipefail
cd "$(dirname "$0")/.."
ALL=(words-rust words-js words-python words-c hello-http tally)
COMMITTED=words-c

# copy NAME: lays the project out under target/examples/NAME.
copy() {
  mkdir -p "target/examples/$1"
  rm -rf "target/examples/$1/wit"
  cp -r "examples/$1/." wit "target/examples/$1"
  rm -f "target/examples/$1/main.wasm"
}

# build NAME: leaves target/examples/NAME/main.wasm.
build() { copy "$1" && sh "target/examples/$1/build.sh"; }

take() { cp "target/examples/$1/main.wasm" "examples/$1/main.wasm"; }

if [ "${1:-}" = --check ]; then
  build "$COMMITTED"
  cmp "target/examples/$COMMITTED/main.wasm" "examples/$COMMITTED/main.wasm"
  echo "examples/$COMMITTED/main.wasm is what its sources say"
elif [ $# -gt 0 ]; then
  for name in "$@"; do build "$name"; take "$name"; done
else
  left_out=()
  for name in "${ALL[@]}"; do
    copy "$name"
    if ! sh "target/examples/$name/build.sh" tools; then
      left_out+=("$name")
      continue
    fi
    build "$name"
    [ "$name" = "$COMMITTED" ] || take "$name"
  done
  [ ${#left_out[@]} = 0 ] || echo "left out, since their tools do not install here: ${left_out[*]}"
fi
