#!/usr/bin/env bash
# Stops the domain controller that samba-up.sh started with DIR; the directory's data stays.
#
#   samba-down.sh DIR [--delete]      --delete also removes DIR
set -euo pipefail

usage() { sed -n '2,4s/^# \{0,1\}//p' "$0"; }
case ${1:-} in -h | --help) usage; exit 0 ;; '' | -*) usage >&2; exit 2 ;; esac
case ${2:-} in '' | --delete) ;; *) usage >&2; exit 2 ;; esac
[ -d "$1" ] || exit 0
dir=$(cd "$1" && pwd -P)
pidfile=$dir/run/samba.pid

if [ -s "$pidfile" ]; then
    pid=$(cat "$pidfile")
    # The pid may belong to another program by now. Samba keeps its pid file open and locked.
    if readlink "/proc/$pid/fd"/* 2>/dev/null | grep -xF -- "$pidfile" >/dev/null; then
        kill -TERM "$pid"
        for _ in $(seq 1 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        kill -0 "$pid" 2>/dev/null && kill -KILL -- "-$pid"
        # Children of the process group that outlive their parent; while one lives, its number is not given to others.
        for _ in $(seq 1 50); do kill -0 -- "-$pid" 2>/dev/null || break; sleep 0.1; done
        if kill -0 -- "-$pid" 2>/dev/null; then kill -KILL -- "-$pid" || true; fi
    fi
    rm -f "$pidfile"
fi
if [ "${2:-}" = --delete ] && [ -e "$dir/provisioned" ]; then rm -rf "$dir"; fi
