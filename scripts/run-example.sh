#!/usr/bin/env bash
# Opens the designer on a workflow file; where there is no display, runs the file here with live progress.
#
#   scripts/run-example.sh FILE [OPTION...]
#
# The options are given to `floworch run` when there is no display, where nobody may be there to answer a question.
set -euo pipefail

file=${1:?usage: scripts/run-example.sh FILE [OPTION...]}
shift
program=.venv/bin/floworch

if [ "$(uname -s)" != Linux ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec "$program" design "$file"
fi
echo 'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the example runs without its window.' >&2
# Nothing of a first try lands in the home folder: its store is in a folder of this tree that git ignores.
[ -n "${FLOWORCH_STORE:-}" ] || set -- "$@" --store artifacts/run/store
echo "The command: $program run $file $*" >&2
echo "What it writes is in artifacts/run, unless the command says otherwise; remove that folder to undo it all." >&2
exec "$program" run "$file" "$@"
