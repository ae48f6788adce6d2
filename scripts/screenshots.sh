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
exec .venv/bin/python scripts/screenshots.py "$file" "$folder"
