#!/usr/bin/env bash
# Runs a command (pytest) with the temporary files of the tests in memory, and removes them when it has ended.
#
#   scripts/tests.sh COMMAND...
#
# The tests of stores and runs sync to the disk thousands of times, and none of them can see whether a sync reached a
# platter; what a power cut would do is tested on simulated disks. Where there is no file system in memory or little
# room in it, and when TMPDIR names a place, the disk is used. `make proof` always works on the disk.
set -uo pipefail

memory=/dev/shm
megabytes=4000

if [ -z "${TMPDIR:-}" ] && [ -d "$memory" ] && [ -w "$memory" ] &&
    [ "$(df -Pm "$memory" | awk 'NR == 2 { print $4 }')" -ge "$megabytes" ]; then
    # What a killed run of this script left.
    for left in "$memory"/fo.*; do
        kill -0 "${left##*.}" 2>/dev/null || rm -rf "$left"
    done
    export TMPDIR=$memory/fo.$$
    mkdir -p "$TMPDIR"
    trap 'rm -rf "$TMPDIR"' EXIT
fi
"$@"
