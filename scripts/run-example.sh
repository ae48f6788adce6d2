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
echo "The command: $program run $file $*" >&2
exec "$program" run "$file" "$@"
