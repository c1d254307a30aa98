#!/bin/sh
# Builds main.wasm: the program inside of CPython. Needs Python from 3.10 on with pip.
# `sh build.sh tools` only installs what it needs.
set -eu
cd "$(dirname "$0")"
tools=.build/python
[ -d $tools ] || python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target $tools --require-hashes -r requirements.txt
[ "${1:-}" = tools ] && exit

# Without an environment of its own, the packages of this machine would get in, too.
mkdir -p .build/none/lib/site-packages
export VIRTUAL_ENV="$PWD/.build/none" PYTHONPATH=$tools
python3 $tools/bin/componentize-py --quiet --wit-path wit --world app componentize main --output main.wasm
