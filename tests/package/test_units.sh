#!/usr/bin/env bash
# Holds the units against systemd's own judgement: they are well-formed, and the service is exposed to 1.2 at most.
#
#   test_units.sh BUILD_DIR      the build directory, whose systemd/ has the configured units
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source=$here/../../systemd
build=$1
most=12 # tenths, as --threshold counts them

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
units=$work/usr/lib/systemd/system
mkdir -p "$units"
cp "$build"/systemd/*.service "$source"/*.socket "$units/"
for timer in "$source"/*.timer; do
    [ ! -e "$timer" ] || cp "$timer" "$units/"
done

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# The programs and man pages are not installed where this runs.
words=$(systemd-analyze verify --man=no "$units"/* 2>&1 | grep -v 'is not executable: No such file' || true)
[ -z "$words" ] || fail "systemd-analyze verify: $words"

exposure() { systemd-analyze security --offline=true --no-pager --threshold="$most" "$1" >"$work/report"; }
exposure "$units/uplift.service" || fail "exposure: $(tail -n 1 "$work/report")"
tail -n 1 "$work/report"

# Each of these, taken away, must be noticed: a check that cannot fail is none.
for setting in NoNewPrivileges ProtectSystem SystemCallFilter CapabilityBoundingSet RestrictAddressFamilies; do
    sed "/^$setting=/d" "$units/uplift.service" >"$work/uplift.service"
    if exposure "$work/uplift.service"; then fail "a unit without $setting= passes"; fi
done

# Every peer and file owner would read as nobody (systemd 252).
if grep -q '^PrivateUsers=' "$units/uplift.service"; then fail 'PrivateUsers= is set'; fi
echo 'units: good'
