#!/usr/bin/env bash
# Puts hostile people into the domain controller that samba-up.sh started with DIR, and lists them.
#
#   samba-people.sh DIR [USERS]
#
# USERS  how many (default 200). samba-people.awk says who they are; for a DIR that has them, only the lists are made.
#
# Makes DIR/people: objectGUID.csv, userPrincipalName.csv, sAMAccountName.csv and distinguishedName.csv, each with that
# one identity as its header and a row a person in the same order, and guids.txt, in the same order: objectGUID as text
# and in base64. Prints KEY=value lines, among them how many of the base64 texts have a + and how many a /.
# Debian packages: those of samba-up.sh
set -euo pipefail

usage() { sed -n '2,11s/^# \{0,1\}//p' "$0"; }
case ${1:-} in -h | --help) usage; exit 0 ;; '' | -*) usage >&2; exit 2 ;; esac
case ${2:-200} in *[!0-9]*) usage >&2; exit 2 ;; esac
dir=$(cd "$1" && pwd -P)
users=${2:-200} out=$dir/people log=$dir/people.log
generator=$(dirname "$(readlink -f "$0")")/samba-people.awk
[ -s "$dir/env" ] || { echo "samba-people: $dir is not a directory of samba-up.sh" >&2; exit 1; }
. "$dir/env"
export LDAPTLS_CACERT=$CA_FILE
mkdir -p "$out"

if [ ! -e "$dir/peopled" ]; then
    LC_ALL=C awk -v users="$users" -v base="$BASE_DN" -v domain="${REALM,,}" -f "$generator" >"$out/people.ldif"
    ldbadd -H "$SAM_LDB" --configfile="$SMB_CONF" "$out/people.ldif" >"$log" 2>&1 ||
        { tail -n 5 "$log" >&2; echo "samba-people: adding people failed; see $log" >&2; exit 1; }
    touch "$dir/peopled"
fi

# One line an attribute, values in base64 where LDIF wants them so; a row when an entry ends.
ldapsearch -x -LLL -o ldif-wrap=no -o nettimeout=5 -H "$LDAP_URI" -ZZ -D "$BIND_DN" -w "$BIND_PASSWORD" \
    -b "OU=Uplift,$BASE_DN" -E pr=500/noprompt '(&(objectClass=user)(objectCategory=person))' \
    objectGUID userPrincipalName sAMAccountName distinguishedName >"$out/people.read" 2>>"$log" ||
    { echo "samba-people: reading people back failed; see $log" >&2; exit 1; }
LC_ALL=C awk -v out="$out" '
    function octets(text,   i, n, bits, value, list) { # base64 to a string
        list = ""; bits = 0; value = 0
        for (i = 1; i <= length(text); i++) {
            n = index(letters, substr(text, i, 1)) - 1
            if (n < 0) break
            value = value * 64 + n; bits += 6
            if (bits >= 8) {
                bits -= 8
                list = list sprintf("%02x", int(value / 2 ^ bits)); value %= 2 ^ bits
            }
        }
        return list
    }
    function decoded(text,   hex, i, s) {
        hex = octets(text); s = ""
        for (i = 1; i < length(hex); i += 2) s = s character[substr(hex, i, 2)]
        return s
    }
    function cell(text) { gsub(/"/, "\"\"", text); return "\"" text "\"" }
    function guid(h) {
        return substr(h, 7, 2) substr(h, 5, 2) substr(h, 3, 2) substr(h, 1, 2) "-" substr(h, 11, 2) substr(h, 9, 2) "-" \
            substr(h, 15, 2) substr(h, 13, 2) "-" substr(h, 17, 4) "-" substr(h, 21)
    }
    BEGIN {
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (i = 0; i < 256; i++) character[sprintf("%02x", i)] = sprintf("%c", i)
        kinds = split("objectGUID userPrincipalName sAMAccountName distinguishedName", kind, " ")
        for (i = 1; i <= kinds; i++) printf "%s\n", kind[i] >(out "/" kind[i] ".csv")
        printf "" >(out "/guids.txt")
    }
    /^$/ && "sAMAccountName" in value {
        people++
        if (index(anchor, "+")) plus++
        if (index(anchor, "/")) slash++
        printf "%s %s\n", value["objectGUID"], anchor >(out "/guids.txt")
        for (i = 1; i <= kinds; i++) printf "%s\n", cell(value[kind[i]]) >(out "/" kind[i] ".csv")
        delete value
    }
    /^[A-Za-z]+::? / {
        colon = index($0, ":")
        name = substr($0, 1, colon - 1)
        value[name] = substr($0, colon + 1, 1) == ":" ? decoded(substr($0, colon + 3)) : substr($0, colon + 2)
        if (name == "objectGUID") { anchor = substr($0, colon + 3); value[name] = guid(octets(anchor)) }
    }
    END { printf "PEOPLE=%d\nGUIDS_WITH_PLUS=%d\nGUIDS_WITH_SLASH=%d\n", people, plus, slash }
' "$out/people.read" | tee "$out/env"
echo "PEOPLE_DIR=$out" | tee -a "$out/env"
