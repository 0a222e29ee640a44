#!/usr/bin/env bash
# Starts a private OpenLDAP server whose entries look like Active Directory's, for load and fault tests
# (samba-up.sh starts a real one, for what must be true of the real one).
#
#   slapd-up.sh DIR PORT [USERS] [LDIF]
#
# DIR    everything lives here: made and filled by the first call, only started by later ones
# PORT   LDAP with StartTLS on 127.0.0.1:PORT, LDAPS on PORT+1, LDAPI on DIR/run/ldapi
# USERS  how many people to make up (default 1000): user000000, user000001, …; names are of many scripts, one DN in 10
#        has a comma in it; one in 49 is disabled, one in 5 is of department IT, all have c; one in 97 has adminCount=1
#        and is in Domain Admins; one in 101 has a remote mailbox, and with LDAP_ON_PREMISES=N one in N one on
#        premises (msExchMailboxGuid, homeMDB, …); one in 7 has msExchUsageLocation, for one in 14 another country than c. Beside them the account to
#        bind with, which has no mail and no c, and what a filter for people must not find: a computer, a contact, groups
# LDIF   a file of further entries under DC=corp,DC=example,DC=com
#
# Prints KEY=value lines, kept in DIR/env too. Needs no root. Debian packages: slapd ldap-utils openssl
# Environment: LDAP_BIND_PASSWORD; LDAP_REQUIRE_TLS=1 refuses simple binds in clear text, as a hardened domain
# controller does; LDAP_PAGE_LIMIT (default 1000) is MaxPageSize; LDAP_IP (default 127.0.0.1).
# Unlike Active Directory: binds by DN only (no UPN, no DOMAIN\user), no IN_CHAIN rule, no <GUID=…> base, no ranges of
# values, no referrals, objectCategory holds the short name; a page size above MaxPageSize is refused (11), where Active
# Directory lowers it; `dn` comes back normalised (cn=Doe\2C Jane,dc=…); (!(x=1)) finds nobody where the schema lacks x.
set -euo pipefail

usage() { sed -n '2,23s/^# \{0,1\}//p' "$0"; }
case ${1:-} in -h | --help) usage; exit 0 ;; '' | -*) usage >&2; exit 2 ;; esac
case ${2:-} in '' | *[!0-9]*) usage >&2; exit 2 ;; esac
mkdir -p "$1"
dir=$(cd "$1" && pwd -P)
port=$2 users=${3:-1000} extra=${4:-} ip=${LDAP_IP:-127.0.0.1} limit=${LDAP_PAGE_LIMIT:-1000}
password=${LDAP_BIND_PASSWORD:-Svc-Passw0rd.1}
people=$(dirname "$(readlink -f "$0")")/slapd-people.awk
base=DC=corp,DC=example,DC=com
svc=CN=svc-uplift,OU=Service,$base admin=CN=Administrator,CN=Users,$base
uri=ldap://$ip:$port secure=ldaps://$ip:$((port + 1)) socket=ldapi://${dir//\//%2F}%2Frun%2Fldapi
conf=$dir/slapd.conf log=$dir/up.log pidfile=$dir/run/slapd.pid
PATH=$PATH:/usr/sbin:/sbin

refuse() { echo "slapd-up: $2" >&2; exit "$1"; }
fail() { tail -n 20 "$log" >&2 || true; refuse 1 "$1; see $log"; }
case $ip in 127.*) ;; *) refuse 2 "$ip is not a loopback address" ;; esac
for tool in slapd slapadd ldapsearch openssl; do command -v "$tool" >/dev/null || refuse 1 "$tool is not installed"; done
running() { [ -s "$pidfile" ] && tr '\0' '\n' <"/proc/$(cat "$pidfile")/cmdline" | grep -xF -- "$conf" >/dev/null; }
if running 2>/dev/null; then
    echo "slapd-up: already running with $dir (pid $(cat "$pidfile"))" >&2
    exec cat "$dir/env"
fi
for p in "$port" $((port + 1)); do # slapd itself tells only syslog
    if (: <"/dev/tcp/$ip/$p") 2>/dev/null; then refuse 1 "something else listens on $ip:$p; choose another PORT"; fi
done

write_certificate() (
    mkdir -p "$dir/tls"
    chmod 700 "$dir/tls"
    cd "$dir/tls"
    issue() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 "$@"; }
    issue -subj '/CN=Test CA of corp.example.com' -addext keyUsage=critical,keyCertSign,cRLSign \
        -keyout ca-key.pem -out ca.pem
    issue -CA ca.pem -CAkey ca-key.pem -subj /CN=dc1.corp.example.com -keyout key.pem -out cert.pem \
        -addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=serverAuth \
        -addext "subjectAltName=DNS:dc1.corp.example.com,DNS:localhost,IP:$ip"
)

# Attributes of Active Directory with the matching rules it uses. OpenLDAP's own msuser.schema has the names but no
# rules, so nothing in it can be searched for or indexed. Every class may have every attribute.
write_schema() {
    local n=0 class arc=1.3.6.1.4.1.4203.666.11.2026 syntax='SYNTAX 1.3.6.1.4.1.1466.115.121.1'
    local all='sn $ givenName $ initials $ displayName $ title $ description $ mail $ c $ l $ st $ co $ postalCode $ uid
 $ telephoneNumber $ mobile $ manager $ secretary $ employeeNumber $ employeeType $ preferredLanguage $ userPassword
 $ o $ ou $ distinguishedName $ physicalDeliveryOfficeName $ info $ streetAddress $ personalTitle $ otherMailbox $ member'
    attribute() { # rules and syntax, names…; a rule that ends in + allows many values
        local name
        for name in "${@:2}"; do
            n=$((n + 1)) all+=$'\n $ '$name # slapd cuts very long lines
            case $1 in *+) echo "attributetype ( $arc.1.$n NAME '$name' ${1%+} )" ;;
            *) echo "attributetype ( $arc.1.$n NAME '$name' $1 SINGLE-VALUE )" ;; esac
        done
    }
    local text="EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch $syntax.15"
    local number="EQUALITY integerMatch ORDERING integerOrderingMatch $syntax.27"
    local name_of="EQUALITY distinguishedNameMatch $syntax.12"
    # shellcheck disable=SC2046
    attribute "$text" sAMAccountName userPrincipalName objectCategory department company mailNickname targetAddress \
        employeeID division wWWHomePage msExchUsageLocation legacyExchangeDN \
        $(seq -f 'extensionAttribute%g' 15) $(seq -f 'msDS-cloudExtensionAttribute%g' 20)
    attribute "$text+" proxyAddresses showInAddressBook servicePrincipalName
    attribute "$number" userAccountControl sAMAccountType primaryGroupID groupType uSNChanged uSNCreated adminCount \
        accountExpires pwdLastSet lastLogonTimestamp countryCode msDS-User-Account-Control-Computed \
        msExchRecipientTypeDetails msExchRemoteRecipientType msExchRecipientDisplayType
    attribute "EQUALITY octetStringMatch $syntax.40" objectGUID objectSid mS-DS-ConsistencyGuid thumbnailPhoto \
        msExchMailboxGuid
    attribute "EQUALITY booleanMatch $syntax.7" isCriticalSystemObject msExchHideFromAddressLists
    attribute "$name_of" homeMDB
    attribute "$name_of+" memberOf directReports
    attribute "EQUALITY generalizedTimeMatch ORDERING generalizedTimeOrderingMatch $syntax.24" whenCreated whenChanged
    for class in 'user top' 'computer user' 'contact top' 'group top' 'container top'; do
        n=$((n + 1))
        echo "objectclass ( $arc.2.$n NAME '${class% *}' SUP ${class#* } STRUCTURAL MUST cn MAY ( $all ) )"
    done
}

write_conf() {
    cat >"$conf" <<CONF
$(printf 'include /etc/ldap/schema/%s.schema\n' core cosine inetorgperson)
include $dir/ad.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile $pidfile
threads 4
TLSCACertificateFile $dir/tls/ca.pem
TLSCertificateFile $dir/tls/cert.pem
TLSCertificateKeyFile $dir/tls/key.pem
$([ "${LDAP_REQUIRE_TLS:-0}" = 1 ] && echo 'security simple_bind=128')
access to dn.base="" by * read
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
database mdb
suffix $base
rootdn $admin
rootpw $password
directory $dir/db
maxsize 2147483648
envflags nosync
limits * size.soft=$limit size.hard=$limit size.pr=$limit size.prtotal=unlimited
index objectClass,sAMAccountName,userPrincipalName,objectGUID,mail,proxyAddresses,department eq
index employeeID,extensionAttribute1,memberOf,member,distinguishedName,objectCategory eq
index cn,sn,givenName,displayName eq,sub
CONF
    chmod 600 "$conf"
}

fill() {
    mkdir -p "$dir/run"
    rm -rf "$dir/db"
    mkdir "$dir/db"
    write_certificate
    write_schema >"$dir/ad.schema"
    write_conf
    printf %s "$password" | base64 -w 0 |
        awk -v users="$users" -v base="$base" -v on_premises="${LDAP_ON_PREMISES:-0}" -f "$people" >"$dir/people.ldif"
    slapadd -q -f "$conf" -l "$dir/people.ldif"
    [ -z "$extra" ] || slapadd -q -f "$conf" -l "$extra"
    touch "$dir/filled"
}

# Filled in the background because `fill || fail` would switch errexit off inside of it.
if [ ! -e "$dir/filled" ]; then
    fill >"$log" 2>&1 &
    wait $! || fail 'filling the directory failed'
else
    write_conf
fi
cat >"$dir/env" <<ENV
LDAP_URI=$uri
LDAPS_URI=$secure
BASE_DN=$base
BIND_DN=$svc
BIND_PASSWORD='$password'
ADMIN_DN=$admin
ADMIN_PASSWORD='$password'
CA_FILE=$dir/tls/ca.pem
ENV

rm -f "$pidfile"
slapd -f "$conf" -h "$uri $secure $socket" >>"$log" 2>&1 </dev/null || fail 'slapd did not start'
export LDAPTLS_CACERT=$dir/tls/ca.pem
for _ in $(seq 1 100); do
    if ldapsearch -x -LLL -o nettimeout=2 -H "$secure" -b '' -s base 1.1 >/dev/null 2>&1; then exec cat "$dir/env"; fi
    sleep 0.1
done
fail 'slapd did not answer on LDAPS within 10 s'
