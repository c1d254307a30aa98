#!/usr/bin/env bash
# Builds the Lua guest: PUC Lua and its glue to wasm, and a snapshot of it.
#   guests/lua/build.sh            writes guests/lua/lua.wasm
#   guests/lua/build.sh --check    builds in a temporary folder and compares
# Needs python3 with exactly the compiler that guests/lua/toolchain.txt names, patch, cargo.
set -euo pipefail
LUA=lua-5.4.9
# The deepest that Lua nests C (LUAI_MAXCCALLS is 200) takes 1.1 KiB a level: replacements that
# call string.gsub. What lies below the stack is the end of memory, so less would be a trap.
STACK_BYTES=262144

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
python=${PYTHON:-python3}
ZIG=$(sed -n 's/^ziglang==\([0-9.]*\).*/\1/p' guests/lua/toolchain.txt)
found=$("$python" -m ziglang version 2>/dev/null || true)
if [ "$found" != "$ZIG" ]; then
  echo "guests/lua/build.sh: needs zig $ZIG, found '${found:-none}'. Install it:  pip install --require-hashes -r guests/lua/toolchain.txt" >&2
  exit 1
fi

lua_src=$(cargo metadata --format-version 1 |
  "$python" -c 'import json,sys,os; print(next(os.path.dirname(p["manifest_path"]) for p in json.load(sys.stdin)["packages"] if p["name"]=="lua-src" and p["version"]=="551.1.0"))')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/lua"
cp "$lua_src/$LUA"/*.c "$lua_src/$LUA"/*.h "$work/lua"
chmod -R u+w "$work"
cp -r "$here/glue" "$work/glue"
cp "$here/prelude.lua" "$work/prelude.lua"
for patch in "$here"/patches/*.patch; do
  patch -s -d "$work/lua" -p1 < "$patch"
done

# Relative names and no debug information: the same bytes on every machine.
(cd "$work" && "$python" -m ziglang cc -target wasm32-wasi \
  -mcpu=generic+exception_handling+bulk_memory+sign_ext+nontrapping_fptoint+multivalue+reference_types+mutable_globals \
  -std=gnu23 -O2 -Ilua -Iglue glue/guest.c glue/throw.s -o raw.wasm \
  -mexec-model=reactor -Wl,-z,stack-size=$STACK_BYTES -Wl,--gc-sections -Wl,--strip-all)

cargo run -q -p guest-snapshot -- "$work/raw.wasm" "$work/lua.wasm"
if [ "${1:-}" = "--check" ]; then
  cmp "$work/lua.wasm" "$here/lua.wasm" && echo "guests/lua/lua.wasm is what its sources say"
else
  cp "$work/lua.wasm" "$here/lua.wasm"
fi
