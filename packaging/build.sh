#!/usr/bin/env bash
# Builds the program for people without Python, into dist/:
#
#   packaging/build.sh            all of it
#   packaging/build.sh folder     dist/floworch: the program, to start as dist/floworch/floworch
#   packaging/build.sh archive    the same folder as one .tar.xz, with an entry for the menu
#   packaging/build.sh deb        a package for Debian and Ubuntu
#
# It runs on Linux, with the Python of the system or PYTHON=...; that Python must have a shared library, as Debian's has.
# EXTRAS (all) says which extras go in, OUT (dist) where it is put. What was built runs on systems whose C library is as new as the one here.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
out=${OUT:-$root/dist}
work=${WORK:-$root/build/package}
program=$out/floworch
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml | head -1)

say() { printf '%s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }

build_folder() {
    local python=${PYTHON:-python3}
    "$python" -c 'import sys, sysconfig; sys.exit(sys.version_info < (3, 11) or not sysconfig.get_config_var("Py_ENABLE_SHARED"))' ||
        fail "$python cannot be packaged: it is older than 3.11, or has no shared library." \
            "Name another one: PYTHON=/usr/bin/python3 packaging/build.sh"
    say "Making the environment of the build"
    rm -rf "$work"
    "$python" -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet 'pyinstaller>=6.11,<7' "$root[${EXTRAS:-all}]"
    say "Packing the program; this takes two minutes"
    "$work/venv/bin/pyinstaller" --noconfirm --log-level ERROR --distpath "$out" --workpath "$work/pyinstaller" packaging/floworch.spec
    give_packages
    try_out "$program/floworch"
    say "$program/floworch"
}

# The folder where packages would be installed is that of ours: examples look there, and a packed Python has none.
give_packages() {
    local folder
    folder=$("$program/floworch" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
    mkdir -p "$(dirname "$folder")"
    ln -sfn "$(realpath --relative-to="$(dirname "$folder")" "$program/_internal/floworch")" "$folder"
}

# What is handed on has run once: a command, worker processes, a process that outlives the command, and the window.
try_out() {
    local folder
    folder=$(mktemp -d)
    (trial "$1" "$folder") >"$folder/log" 2>&1 || fail "What was built does not work: $1" "$(tail -20 "$folder/log")"
    rm -rf "$folder"
}

# Joined by &&: inside a condition the shell would go on after a failure.
trial() {
    cd "$2" && export FLOWORCH_STORE=$2/store FLOWORCH_CONFIG_DIR=$2/config &&
        "$1" --version &&
        "$1" new folder-audit --output audit.flow.json &&
        "$1" run audit.flow.json --run-id again --detach --set auto_approve=true --set output=out &&
        timeout 60 "$1" events again --follow &&
        "$1" show again &&
        [ -s out/report.html ] &&
        { [ ! -d "$program/_internal/PySide6" ] || QT_QPA_PLATFORM=offscreen "$1" design audit.flow.json --screenshot audit.png; }
}

# The entry of the menu with its icon and type of file, below a folder such as /usr/share.
put_share() {
    install -D -m 644 packaging/floworch.desktop "$1/applications/floworch.desktop"
    install -D -m 644 packaging/floworch-mime.xml "$1/mime/packages/floworch.xml"
    install -D -m 644 resources/floworch_resources/icons/floworch.svg "$1/icons/hicolor/scalable/apps/floworch.svg"
}

build_archive() {
    local name stage=$work/archive
    name=floworch-$version-linux-$(uname -m)
    [ -x "$program/floworch" ] || build_folder
    rm -rf "$stage"
    mkdir -p "$stage/$name"
    cp -a "$program" "$stage/$name/program"
    put_share "$stage/$name/share"
    install -m 755 packaging/install.sh "$stage/$name/install.sh"
    install -m 644 LICENSE "$stage/$name/LICENSE"
    mkdir -p "$out"
    XZ_OPT=-T0 tar -C "$stage" -cJf "$out/$name.tar.xz" "$name"
    say "$out/$name.tar.xz"
}

# Qt's libraries of the system, as a line of dependencies; alternative names stay alternatives.
dependencies() {
    awk '$1 == "offscreen" || $1 == "window" { gsub(/\|/, " | ", $2); print $2 }' packaging/system-packages.txt |
        paste -sd, | sed 's/,/, /g'
}

build_deb() {
    local tree=$work/deb libc
    command -v dpkg-deb >/dev/null || fail "dpkg-deb is not here: a .deb is built on Debian or Ubuntu."
    [ -x "$program/floworch" ] || build_folder
    libc=$(dpkg-query --show --showformat='${Version}' libc6 | sed 's/-.*//')
    rm -rf "$tree"
    mkdir -p "$tree/DEBIAN" "$tree/opt" "$tree/usr/bin"
    cp -a "$program" "$tree/opt/floworch"
    ln -s ../../opt/floworch/floworch "$tree/usr/bin/floworch"
    put_share "$tree/usr/share"
    install -D -m 644 LICENSE "$tree/usr/share/doc/floworch/copyright"
    mkdir -p "$out"
    cat >"$tree/DEBIAN/control" <<END
Package: floworch
Version: $version
Architecture: $(dpkg --print-architecture)
Maintainer: The Flow Orchestrator maintainers <noreply@localhost>
Installed-Size: $(du -sk "$tree" | cut -f1)
Depends: libc6 (>= $libc), $(dependencies)
Recommends: libwayland-client0, libwayland-cursor0, libwayland-egl1, shared-mime-info
Section: devel
Priority: optional
Description: Draw a workflow, run it durably
 Flow Orchestrator: a designer for workflows, and the engine that runs them live,
 pausable, and resumable after any crash.
END
    dpkg-deb --root-owner-group -Zxz --build "$tree" "$out/floworch_${version}_$(dpkg --print-architecture).deb" >/dev/null
    say "$out/floworch_${version}_$(dpkg --print-architecture).deb"
}

[ "$(uname -s)" = Linux ] || fail "This builds for Linux. On macOS and Windows pyinstaller packaging/floworch.spec is the first step."
[ $# -gt 0 ] || set -- folder archive deb
for each in "$@"; do
    case $each in
        folder) build_folder ;;
        archive) build_archive ;;
        deb) build_deb ;;
        *) fail "usage: packaging/build.sh [folder] [archive] [deb]" ;;
    esac
done
