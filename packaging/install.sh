#!/usr/bin/env bash
# Puts the entry of Flow Orchestrator into the menu of this user, with its icon and the type of its files:
#
#   install.sh [PROGRAM]      PROGRAM: the command to start; that of this folder, else `floworch` of the PATH
#   install.sh --remove       takes it out again
#
# It writes below ~/.local/share and ~/.local/bin only, and needs no rights.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
share=${XDG_DATA_HOME:-$HOME/.local/share}
bin=$HOME/.local/bin
desktop=$share/applications/floworch.desktop
mime=$share/mime/packages/floworch.xml
icon=$share/icons/hicolor/scalable/apps/floworch.svg

say() { printf '%s\n' "$*" >&2; }

# Desktops keep an index of types and entries; where these programs are not there, they read the files themselves.
refresh() {
    ! command -v update-mime-database >/dev/null || update-mime-database "$share/mime" 2>/dev/null || true
    ! command -v update-desktop-database >/dev/null || update-desktop-database "$share/applications" 2>/dev/null || true
}

# Of a released archive first, else of a source tree.
source_of() {
    if [ -d "$here/share" ]; then printf '%s\n' "$here/share/$1"; else printf '%s\n' "$here/$2"; fi
}

remove() {
    rm -f "$desktop" "$mime" "$icon"
    if [ -L "$bin/floworch" ] && [ "$(readlink "$bin/floworch")" = "$here/program/floworch" ]; then rm -f "$bin/floworch"; fi
    refresh
    say "The entry is removed. Workflows, runs and settings stay."
}

put() {
    local program=${1:-}
    if [ -z "$program" ] && [ -x "$here/program/floworch" ]; then
        program=$here/program/floworch
        mkdir -p "$bin"
        if [ ! -e "$bin/floworch" ] || [ -L "$bin/floworch" ]; then ln -sfn "$program" "$bin/floworch"; fi
    fi
    [ -n "$program" ] || program=$(command -v floworch) || {
        say "There is no floworch in your PATH. Install it first, or name it: $0 /path/to/floworch"
        exit 2
    }
    program=$(cd "$(dirname "$program")" && pwd)/$(basename "$program")
    mkdir -p "$(dirname "$desktop")" "$(dirname "$mime")" "$(dirname "$icon")"
    # An entry of a desktop quotes a path with spaces; the pattern of sed has no other special characters in it.
    awk -v program="$program" '/^Exec=/ { print "Exec=\"" program "\" design %f"; next } { print }' \
        "$(source_of applications/floworch.desktop floworch.desktop)" >"$desktop"
    cp "$(source_of mime/packages/floworch.xml floworch-mime.xml)" "$mime"
    cp "$(source_of icons/hicolor/scalable/apps/floworch.svg ../resources/floworch_resources/icons/floworch.svg)" "$icon"
    refresh
    say "Flow Orchestrator is in the menu now, and opens *.flow.json files. It starts $program"
}

case ${1:-} in
    --remove) remove ;;
    -*) say "usage: $0 [PROGRAM] | --remove"; exit 2 ;;
    *) put "${1:-}" ;;
esac
