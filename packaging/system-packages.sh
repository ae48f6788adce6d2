#!/usr/bin/env bash
# Makes sure that the system packages of some groups are there (packaging/system-packages.txt).
#
#   packaging/system-packages.sh GROUP... [+PACKAGE...]
#
# As root it installs what is missing through apt. Otherwise it prints the exact line to paste and exits 3.
# On a system without dpkg and apt it does nothing: the caller checks that Qt can be loaded.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
list=$here/system-packages.txt

say() { printf '%s\n' "$*" >&2; }

# One line for each wanted package: its possible names, separated by "|".
wanted() {
    local word
    for word in "$@"; do
        case $word in
            +*) printf '%s\n' "${word#+}" ;;
            *) awk -v group="$word" '$1 == group { print $2 }' "$list" ;;
        esac
    done
}

# The lines of `wanted` of which no name is installed.
missing() {
    local installed names name found
    installed=$'\n'$(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' |
        sed -n 's/^installed //p')$'\n'
    while IFS= read -r names; do
        found=
        for name in ${names//|/ }; do
            case $installed in *$'\n'"$name"$'\n'*) found=yes ;; esac
        done
        [ -n "$found" ] || printf '%s\n' "$names"
    done < <(wanted "$@")
}

# The first of several names that the package index knows; the last name when it knows none.
available() {
    local name candidate
    for name in ${1//|/ }; do
        candidate=$(LC_ALL=C apt-cache policy "$name" 2>/dev/null | sed -n 's/^  Candidate: //p')
        if [ -n "$candidate" ] && [ "$candidate" != "(none)" ]; then
            printf '%s\n' "$name"
            return
        fi
    done
    printf '%s\n' "${1##*|}"
}

main() {
    command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || return 0
    local lines names=() line
    lines=$(missing "$@")
    [ -n "$lines" ] || return 0

    if [ "$(id -u)" -ne 0 ]; then
        for line in $lines; do names+=("$(available "$line")"); done
        say "Some system packages are missing. Paste this line, then run the same command again:"
        say ""
        say "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names[*]}"
        say ""
        return 3
    fi

    export DEBIAN_FRONTEND=noninteractive
    local options=(-qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0)
    apt-get "${options[@]}" update >&2 || say "The package index could not be refreshed; trying with what is there."
    for line in $lines; do names+=("$(available "$line")"); done
    say "Installing system packages: ${names[*]}"
    if ! apt-get "${options[@]}" install -y --no-install-recommends "${names[@]}" >/dev/null; then
        say "apt could not install the system packages (its message is above). Nothing else was changed."
        return 1
    fi
}

main "$@"
