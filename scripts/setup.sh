#!/usr/bin/env bash
# Sets up everything that `make run` and `make test` need, once:
#
#   scripts/setup.sh run     the program with its window, and tables
#   scripts/setup.sh test    the same plus the tools of the checks
#   scripts/setup.sh proof   the same plus a model checker and the compiler it needs
#
# It makes .venv with a Python of 3.11 or newer, and installs python3-venv and Qt's system libraries through apt when it
# runs as root (else it prints the line to paste and stops). A stamp in .venv makes the second time cost almost nothing.
# Whatever happens, no half-made environment stays in use: one that this script began and could not finish is removed, at
# once or, after a power cut, the next time.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
venv=$root/.venv
stamp=$venv/.floworch-setup
unfinished=$venv/.floworch-unfinished
profile=${1:-run}
made=$profile

say() { printf '%s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }

case $profile in
    run) extras=designer,data groups=(offscreen window) ;;
    test) extras=designer,dev groups=(offscreen window test) ;;
    proof) extras=designer,dev groups=(offscreen window test proof) ;;
    *) fail "usage: scripts/setup.sh run|test|proof" ;;
esac

# What an environment depends on. A changed line here or a moved folder makes the set-up run again.
fingerprint() {
    { cat pyproject.toml packaging/system-packages.txt scripts/setup.sh; printf '%s\n' "$root"; } | cksum
}

# Prints the profile that the environment was made for, when it is complete and up to date.
ready_for() {
    [ -x "$venv/bin/python" ] && [ -r "$stamp" ] || return 1
    { read -r made_for && read -r made_from; } <"$stamp" || return 1
    [ "$made_from" = "$(fingerprint)" ] || return 1
    printf '%s\n' "$made_for"
}

is_ready() {
    case $(ready_for) in
        proof) return 0 ;;
        test) [ "$profile" != proof ] ;;
        run) [ "$profile" = run ] ;;
        headless) [ "$profile" = run ] && ! has_display ;;
        *) return 1 ;;
    esac
}

# With nothing to show a window on, Qt's libraries can wait: the run is headless.
has_display() {
    [ "$(uname -s)" != Linux ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]
}

# What pip tells, as a dot for every library, so that minutes of silence do not look like a program that hangs.
dot_per_library() {
    local word rest end=
    while read -r word rest; do
        case $word in
            Collecting) printf . >&2 && end='\n' ;;
            Installing) printf ' installing' >&2 ;;
        esac
    done
    printf '%b' "$end" >&2
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local name
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
        if command -v "$name" >/dev/null && new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
    return 1
}

# Older systems (Ubuntu 22.04) have a newer Python beside their own.
offer_python() {
    local version
    for version in 3.13 3.12 3.11; do
        if LC_ALL=C apt-cache policy "python$version" 2>/dev/null | grep -q '^  Candidate: [0-9]'; then
            packaging/system-packages.sh "+python$version" "+python$version-venv"
            return
        fi
    done
    fail "Flow Orchestrator needs Python 3.11 or newer, and there is none here:" \
        "$(python3 --version 2>/dev/null || echo 'no python3'). Install one, or name it: make run PYTHON=/path/to/python3.11"
}

venv_package() { "$1" -c 'import sys; print("+python%d.%d-venv" % sys.version_info[:2])'; }

can_make_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

system_packages() {
    local python=$1 needed=("${groups[@]}") status=0
    can_make_venv "$python" || needed+=("$(venv_package "$python")")
    if [ "$(id -u)" -ne 0 ] && [ "$profile" = run ] && ! has_display; then
        made=headless
        needed=("${needed[@]:${#groups[@]}}")
        [ ${#needed[@]} -gt 0 ] || return 0
    fi
    packaging/system-packages.sh "${needed[@]}" 9>&- || status=$?
    [ "$status" -eq 0 ] || exit "$status"
    can_make_venv "$python" ||
        fail "$python cannot make virtual environments (its modules venv and ensurepip are missing)." \
            "Install them, or name another Python: make $profile PYTHON=/path/to/python3"
}

# An environment begun by this script and not finished is removed, whatever stopped it.
begun=
clean_up() {
    local status=$?
    trap - EXIT INT TERM HUP
    if [ -n "$begun" ]; then
        rm -rf "$venv"
        say "The set-up did not finish; the half-made environment was removed. Run the same command to try again."
    fi
    exit "$status"
}

# True when .venv is one that pip can work in, and stands where it was made.
usable_venv() {
    [ -x "$venv/bin/python" ] && [ ! -e "$unfinished" ] && new_enough "$venv/bin/python" &&
        "$venv/bin/python" -m pip --version >/dev/null 2>&1 &&
        grep -qF "$venv" "$venv/bin/activate" 2>/dev/null
}

# Where apt does not look after Qt's libraries, say early what a missing one means.
check_qt() {
    if [ "$made" != headless ] && ! "$venv/bin/python" -c 'import PySide6.QtWidgets' 2>/dev/null; then
        say "Note: Qt cannot be loaded here, so the window will not open. What is missing:"
        "$venv/bin/python" -c 'import PySide6.QtWidgets' 2>&1 | tail -n 1 >&2 || true
        say "The libraries it needs are listed, by their Debian names, in packaging/system-packages.txt."
    fi
}

install() {
    local python
    python=$(find_python) || { offer_python; python=$(find_python); }
    system_packages "$python"

    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    if usable_venv; then
        rm -f "$stamp"
    else
        begun=yes
        say "Making the virtual environment .venv with $("$python" --version) ($python)"
        rm -rf "$venv"
        mkdir "$venv"
        : >"$unfinished"
        "$python" -m venv "$venv"
    fi
    say "Installing Flow Orchestrator [$extras] and its libraries (a few minutes the first time)"
    if ! "$venv/bin/python" -m pip install --progress-bar off --disable-pip-version-check --editable ".[$extras]" |
        dot_per_library; then
        fail "pip could not install the libraries (its message is above): check the network or the package index."
    fi
    check_qt
    rm -f "$unfinished"
    printf '%s\n%s\n' "$made" "$(fingerprint)" >"$stamp.new"
    mv "$stamp.new" "$stamp"
    begun=
    trap - EXIT INT TERM HUP
    say "The set-up is complete."
}

if is_ready; then exit 0; fi

# Two set-ups at the same time wait for each other.
if command -v flock >/dev/null; then
    exec 9>"$root/.setup.lock"
    flock 9
    if is_ready; then exit 0; fi
fi
install
