#!/usr/bin/env bash
# Installs what is missing, builds, and runs the tests.
#
#   tests/run.sh            everything that runs on each push: dev, then asan, then tsan for what has threads
#   tests/run.sh dev        one of: dev asan tsan clang
#   tests/run.sh full       what takes longer: a million simulated people, 20,000 people through the sandbox
#
# Exit 0: all passed.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=tests/packages.sh
. tests/packages.sh

jobs=$(nproc)
build() { # preset, targets…
    cmake --preset "$1" >/dev/null
    cmake --build --preset "$1" -j "$jobs" ${2:+--target "${@:2}"}
}
check() { ctest --test-dir "build/$1" --output-on-failure --no-tests=error "${@:2}"; }

run_dev() {
    build dev
    check dev -L 'unit|sim' -LE full -j "$jobs"
    # One after the other: some of them measure rates.
    check dev -L e2e -LE 'unit|full'
}
run_asan() {
    build asan
    check asan -L 'unit|sim' -LE 'full|long' -j "$jobs"
    check asan -R '^e2e_thread_small$'
}
# The rooms with threads, and nothing else: the engine runs on one.
run_tsan() {
    build tsan storage_test ldap_test http_test graph_test daemon_test
    check tsan -R '^(storage|ldap|http|graph|daemon|daemon_folder)$'
}
run_clang() {
    need_packages clang
    build clang
    check clang -L unit
}
run_full() {
    build release
    check release
}

case ${1:-push} in
push)
    need_packages build test
    run_dev
    run_asan
    run_tsan
    ;;
dev | asan | tsan | clang | full)
    need_packages build test
    "run_$1"
    ;;
*)
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
