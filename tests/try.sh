#!/usr/bin/env bash
# Builds Uplift and shows its main job: a directory and a Microsoft 365 tenant on loopback, a CSV of people
# dropped into the watched folder, and what an administrator would look at while and after it runs.
#
#   tests/try.sh [PEOPLE]      default 60; everything lives in one temporary folder and is gone afterwards
#
# Environment: UPLIFT_PRESET (default release); UPLIFT_KEEP=1 leaves the folder.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=tests/packages.sh
. tests/packages.sh
people=${1:-60}
preset=${UPLIFT_PRESET:-release}

need_packages build try
cmake --preset "$preset" -DUPLIFT_TESTS=ON >/dev/null
cmake --build --preset "$preset" -j "$(nproc)" --target upliftd upliftctl uplift-sandbox
bin=$PWD/build/$preset/bin

dir=$(mktemp -d "${TMPDIR:-/tmp}/uplift-try-XXXXXX")
daemon='' sandbox=''
clean_up() {
    [ -z "$daemon" ] || kill "$daemon" 2>/dev/null || true
    [ -z "$sandbox" ] || kill "$sandbox" 2>/dev/null || true
    wait 2>/dev/null || true
    tests/e2e/servers/slapd-down.sh "$dir/ldap" >/dev/null 2>&1 || true
    if [ -n "${UPLIFT_KEEP:-}" ]; then echo "kept: $dir"; else rm -rf "$dir"; fi
}
trap clean_up EXIT
trap 'exit 130' INT TERM

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
show() { # a command as a person would type it, then what it prints
    printf '\n\033[1m$ %s\033[0m\n' "upliftctl $*"
    "$bin/upliftctl" --socket "$dir/run/control.sock" "$@" || true
}
wait_for() { # seconds, what, command…
    local end=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        if [ $SECONDS -ge $end ]; then echo "gave up waiting for $what" >&2; tail -n 20 "$dir"/*.log >&2; exit 1; fi
        sleep 0.1
    done
}

say "1. An Active Directory look-alike (slapd) with people in it"
port=3890
while (: <"/dev/tcp/127.0.0.1/$port" || : <"/dev/tcp/127.0.0.1/$((port + 1))") 2>/dev/null; do port=$((port + 10)); done
tests/e2e/servers/slapd-up.sh "$dir/ldap" "$port" $((people + people / 10 + 20)) >/dev/null
# shellcheck disable=SC1091
. "$dir/ldap/env"
echo "$LDAPS_URI, $BASE_DN"

say "2. A Microsoft 365 tenant on loopback (uplift-sandbox)"
# Mailboxes come in seconds where Microsoft takes minutes to hours.
sed 's/"throttle_scale": 1,/"throttle_scale": 1, "mailbox_scale": 0.1,/' tests/sandbox/contoso.json >"$dir/tenant.json"
"$bin/uplift-sandbox" --tenant "$dir/tenant.json" --dir "$dir/sandbox" >"$dir/sandbox.log" 2>&1 &
sandbox=$!
wait_for 20 "the sandbox" test -s "$dir/sandbox/ready.json"
tenant=$(sed -n 's/.*"base": *"\([^"]*\)".*/\1/p' "$dir/sandbox/ready.json")
echo "$tenant"

say "3. Uplift, configured with one file"
mkdir -m 700 "$dir/run"
umask 077
head -c 32 /dev/urandom >"$dir/sealing-key"
printf %s "$BIND_PASSWORD" >"$dir/ad-password"
printf %s sandbox-secret >"$dir/graph-secret"
cat >"$dir/uplift.toml" <<TOML
[directory.corp]
uris = ["$LDAPS_URI"]
base_dn = "$BASE_DN"
bind_dn = "$BIND_DN"
password = { file = "$dir/ad-password" }
ca_file = "$CA_FILE"

[tenant.contoso]
id = "contoso.onmicrosoft.com"
client_id = "5d1b2c3a-0000-4000-8000-00000000c0de"
client_secret = { file = "$dir/graph-secret" }
endpoints = { login = "$tenant", graph = "$tenant", exchange = "$tenant" }
ca_file = "$dir/sandbox/ca.pem"

[profile.staff]
directory = "corp"
tenant = "contoso"
domain = "contoso.com"
licenses = [ { sku = "SPE_E3", disabled_plans = ["YAMMER_ENTERPRISE"] } ]
groups = ["All Staff", "sg-vpn@contoso.com"]
aliases = ["{sAMAccountName}.alias@contoso.com"]
litigation_hold = { enabled = true, duration_days = 2555, comment = "Kept for seven years" }
archive = true

[service]
state_dir = "$dir/state"
socket = "$dir/run/control.sock"
default_profile = "staff"
sealing_key = { file = "$dir/sealing-key" }
mailbox_poll = ["2s", "15s"]
TOML
sed -n '/profile/,/archive/p' "$dir/uplift.toml"
"$bin/upliftd" --config "$dir/uplift.toml" --check-config
"$bin/upliftd" --config "$dir/uplift.toml" >"$dir/upliftd.log" 2>&1 &
daemon=$!
wait_for 20 "upliftd" "$bin/upliftctl" --socket "$dir/run/control.sock" status --quiet >/dev/null

say "4. A CSV of $people people, and one who does not exist, dropped into the watched folder"
{
    echo sAMAccountName
    awk -v people="$people" 'BEGIN { for (i = 0; i < people; i++) printf "user%06d\n", i; print "no.such.person" }'
} >"$dir/state/inbox/.december.csv"
chmod 0640 "$dir/state/inbox/.december.csv"
mv "$dir/state/inbox/.december.csv" "$dir/state/inbox/december.csv"
head -n 4 "$dir/state/inbox/december.csv"
echo "…"
job=''
accepted() {
    job=$(find "$dir/state/accepted" -name 'J*-december.csv' -printf '%f\n' 2>/dev/null) && [ -n "$job" ] && job=${job%%-*}
}
wait_for 40 "the file to be accepted" accepted
mailboxes_awaited() { [ "$("$bin/upliftctl" --socket "$dir/run/control.sock" tasks --state waiting -o name | wc -l)" -gt 0 ]; }
wait_for 60 "tasks that wait for mailboxes" mailboxes_awaited
show tasks --limit 8
show tasks --by age
show job watch "$job"

say "5. What an administrator looks at"
show status
show jobs
show job show "$job"
show why user000003
show seats
wait_for 20 "the results" test -s "$dir/state/results/$job.csv"
printf '\n\033[1m$ head -n 4 results/%s.csv\033[0m\n' "$job"
head -n 4 "$dir/state/results/$job.csv"
printf '\n\033[1m$ cat results/%s.retry.csv\033[0m\n' "$job"
cat "$dir/state/results/$job.retry.csv"

say "The tenant's own word"
python3 - "$tenant" "$dir/sandbox/ca.pem" <<'PY'
import json, ssl, sys, urllib.request
context = ssl.create_default_context(cafile=sys.argv[2])
state = json.load(urllib.request.urlopen(sys.argv[1] + "/sandbox/state", context=context))
ours = [u for u in state["users"] if u.get("passwordGiven")]
licensed = sum(1 for u in ours if u["licenses"])
anchors = {u["onPremisesImmutableId"] for u in ours}
print(f"{len(ours)} accounts made, {len(anchors)} different people, {licensed} licensed, "
      f"{sum(len(u['memberOf']) for u in ours)} memberships")
boxes = [u["mailbox"] for u in ours if u["mailbox"]]
print(f"{len(boxes)} mailboxes, {sum(len(b['writes']['holds']) for b in boxes)} holds set, "
      f"{sum(len(b['writes']['archives']) for b in boxes)} archives, "
      f"{sum(len(b['writes']['added']) for b in boxes)} aliases added")
PY
show tasks --state done --limit 12
echo "Initial passwords are shown once, on a terminal: upliftctl job passwords $job"
