#!/usr/bin/env bash
# Draws the screenshots of README and docs from the real designer and a real run, without a display.
#
#   scripts/screenshots.sh FILE FOLDER
#
# The run audits the product's own resources, so that the pictures do not depend on the machine.
set -euo pipefail

file=${1:?usage: scripts/screenshots.sh FILE FOLDER}
folder=${2:?usage: scripts/screenshots.sh FILE FOLDER}
export QT_QPA_PLATFORM=offscreen
.venv/bin/python scripts/screenshots.py "$file" "$folder"
.venv/bin/python scripts/panel_shots.py "$file" "$folder/panels"

# The pictures of the tutorial are made by the test that follows it step by step.
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
FLOWORCH_ARTIFACTS=$made .venv/bin/python -m pytest -q --no-header \
    tests/end_to_end/test_draw_and_run.py -k test_the_tutorial >&2
for picture in "$made"/tutorial-*.png; do
    cp "$picture" "$folder/"
    echo "$folder/${picture##*/}"
done
