#!/usr/bin/env bash
# Runs the language part of the test files of Lua's authors in the committed guest.
# The files are no part of this repository. They come with the source package of lupa, a Python
# module, pinned here by its hash. Says which files run, which lines are left out, and why.
# Needs python3 with pip, and tar.
set -euo pipefail
PACKAGE=lupa==2.8
SHA256=d8022641b9ec8ecf2c5ecbe9f47e5a70e0b87c4b5ae921b92cb02a638e0acd08

cd "$(dirname "$0")/../.."
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "$PACKAGE --hash=sha256:$SHA256" > "$work/wanted.txt"
# Only unpacked: without these the package would build its Luas to be able to say its name.
export LUPA_NO_BUNDLE=true LUPA_NO_LUAJIT=true
"$python" -m pip download -q --disable-pip-version-check --no-deps --no-binary lupa \
  --require-hashes -r "$work/wanted.txt" -d "$work"
tar -xzf "$work"/lupa-*.tar.gz -C "$work" --strip-components=1 --wildcards '*/third-party/lua54/testes/*'
cargo run -q -p sandbox --example lua_suite -- "$work/third-party/lua54/testes"
