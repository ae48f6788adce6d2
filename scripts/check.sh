#!/usr/bin/env bash
# Runs every step of a check, also after one has failed, and ends with one line for each.
#
#   scripts/check.sh NAME STEP...       STEP is a target of the Makefile
#
# A step with a `+` in front is begun and goes on beside those that follow it; the step `wait` waits for its end and
# prints what it said.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

name=${1:?usage: scripts/check.sh NAME STEP...}
shift
results=()
failed=0
beside=() # steps that go on beside others
said=$(mktemp -d) || exit
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$said"' EXIT

# begin STEP: run a step; its time goes to a file of its own.
begin() {
    local started=$SECONDS status=0
    "${MAKE:-make}" --no-print-directory "$1" || status=$?
    echo $((SECONDS - started)) >"$said/$1.seconds"
    return "$status"
}

# ended STEP STATUS: remember how a step went.
ended() {
    local verdict=passed
    [ "$2" -eq 0 ] || { verdict=FAILED; failed=1; }
    results+=("$(printf '%-12s %-7s %4d s' "$1" "$verdict" "$(cat "$said/$1.seconds" || echo 0)")")
}

for step in "$@"; do
    case $step in
        +*)
            step=${step#+}
            printf '\n--- %s (beside the steps that follow)\n' "$step"
            begin "$step" >"$said/$step" 2>&1 &
            beside+=("$step $!")
            ;;
        wait)
            for each in ${beside[@]+"${beside[@]}"}; do
                status=0
                wait "${each#* }" || status=$?
                printf '\n--- %s\n' "${each% *}"
                cat "$said/${each% *}"
                ended "${each% *}" "$status"
            done
            beside=()
            ;;
        *)
            status=0
            printf '\n--- %s\n' "$step"
            begin "$step" || status=$?
            ended "$step" "$status"
            ;;
    esac
done

printf '\n--- %s\n' "$name"
printf '%s\n' "${results[@]}"
exit "$failed"
