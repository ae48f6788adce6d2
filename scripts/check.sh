#!/usr/bin/env bash
# Runs every step of a check, also after one has failed, and ends with one line for each.
#
#   scripts/check.sh NAME STEP...       STEP is a target of the Makefile
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

name=${1:?usage: scripts/check.sh NAME STEP...}
shift
results=()
failed=0
for step in "$@"; do
    started=$SECONDS
    printf '\n--- %s\n' "$step"
    if "${MAKE:-make}" --no-print-directory "$step"; then
        verdict=passed
    else
        verdict=FAILED
        failed=1
    fi
    results+=("$(printf '%-12s %-7s %4d s' "$step" "$verdict" $((SECONDS - started)))")
done

printf '\n--- %s\n' "$name"
printf '%s\n' "${results[@]}"
exit "$failed"
