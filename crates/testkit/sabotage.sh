#!/usr/bin/env bash
# Leaves one defence out after the other and looks that the test which guards it fails then.
#   crates/testkit/sabotage.sh quick   those of the first part of sabotage.txt
#   crates/testkit/sabotage.sh all     all of them
#   crates/testkit/sabotage.sh WORD…   these
# `./test` and `./test --sabotage` call it with the build they have made. Ends with `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/../.."

# Seconds a test may take that its defence was taken from: none takes half of that, and one that
# hangs shows nothing.
PATIENCE=120
# What cargo-nextest ends with when a test failed, and not something else.
RED=100

build=(--workspace --features allot/crash-points,allot/sabotage --locked)
case ${1:-all} in
  all) lines=$(cat crates/testkit/sabotage.txt) ;;
  quick) lines=$(sed '/^$/q' crates/testkit/sabotage.txt) ;;
  *) lines=$(grep -E "^($(IFS='|' && echo "$*")) " crates/testkit/sabotage.txt) ;;
esac

said=$(mktemp)
trap 'rm -f "$said"' EXIT
passed=0
failed=0
while read -r defence package test; do
  ALLOT_SABOTAGE=$defence timeout "$PATIENCE" cargo nextest run "${build[@]}" --hide-progress-bar \
    -E "package(=$package) & test(/(^|::)$test\$/)" > "$said" 2>&1 < /dev/null
  ended=$?
  if [ "$ended" = "$RED" ]; then
    passed=$((passed + 1))
    continue
  fi
  failed=$((failed + 1))
  echo "without $defence: $package $test does not fail, but ended with $ended"
  [ "$ended" = 0 ] || tail -n 20 "$said"
done < <(grep -vE '^(#|$)' <<< "$lines")
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
