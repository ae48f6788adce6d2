#!/usr/bin/env bash
# Draws the screenshots of README and docs from the real designer, without a display.
#
#   scripts/screenshots.sh FILE FOLDER
set -euo pipefail

file=${1:?usage: scripts/screenshots.sh FILE FOLDER}
folder=${2:?usage: scripts/screenshots.sh FILE FOLDER}
mkdir -p "$folder"
for theme in dark light; do
    picture=$folder/designer-$theme.png
    QT_QPA_PLATFORM=offscreen .venv/bin/floworch design "$file" --screenshot "$picture" --size 1600x1000 --theme "$theme"
    echo "$picture"
done

# The example after a run over a part of this source tree.
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
.venv/bin/floworch run "$file" --store "$made/runs" --run-id audit --set folder=engine --set output="$made/out" \
    --set auto_approve=true --set waste_limit_mb=0 > "$made/log" 2>&1 || { cat "$made/log" >&2; exit 1; }
QT_QPA_PLATFORM=offscreen .venv/bin/floworch design "$file" --store "$made/runs" --run audit --panel runs \
    --screenshot "$folder/folder-audit-run.png" --size 1600x1000 --theme light
echo "$folder/folder-audit-run.png"

# The pictures of the tutorial are made by the test that follows it step by step.
QT_QPA_PLATFORM=offscreen FLOWORCH_ARTIFACTS=$made .venv/bin/python -m pytest -q --no-header \
    tests/end_to_end/test_draw_and_run.py -k test_the_tutorial >&2
for picture in "$made"/tutorial-*.png; do
    cp "$picture" "$folder/"
    echo "$folder/${picture##*/}"
done
