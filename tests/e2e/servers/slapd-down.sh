#!/usr/bin/env bash
# Stops the server that slapd-up.sh started with DIR; the directory's data stays.
#
#   slapd-down.sh DIR [--delete]      --delete also removes DIR
set -euo pipefail

usage() { sed -n '2,4s/^# \{0,1\}//p' "$0"; }
case ${1:-} in -h | --help) usage; exit 0 ;; '' | -*) usage >&2; exit 2 ;; esac
case ${2:-} in '' | --delete) ;; *) usage >&2; exit 2 ;; esac
[ -d "$1" ] || exit 0
dir=$(cd "$1" && pwd -P)
pidfile=$dir/run/slapd.pid

if [ -s "$pidfile" ]; then
    pid=$(cat "$pidfile")
    # The pid may belong to another program by now: end it only if it was started with this DIR.
    if [ -r "/proc/$pid/cmdline" ] && tr '\0' '\n' <"/proc/$pid/cmdline" | grep -xF -- "$dir/slapd.conf" >/dev/null; then
        kill -TERM "$pid"
        for _ in $(seq 1 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.05; done
        if kill -0 "$pid" 2>/dev/null; then kill -KILL "$pid"; fi
    fi
    rm -f "$pidfile"
fi
if [ "${2:-}" = --delete ] && [ -e "$dir/filled" ]; then rm -rf "$dir"; fi
