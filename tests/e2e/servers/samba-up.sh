#!/usr/bin/env bash
# Starts a private Samba Active Directory domain controller on a loopback address; samba-people.sh fills it.
#
#   samba-up.sh DIR [IP] [REALM]
#
# DIR    everything lives here: made and provisioned by the first call, only started by later ones.
#        A copy of a stopped DIR (cp -a) starts under its new name and another IP, with the same data,
#        which takes a fraction of the time of provisioning and filling one.
# IP     a loopback address of its own (default 127.0.0.11). Samba's LDAP ports are fixed at
#        389/636/3268/3269, so a second domain controller needs a second address, not a second port.
# REALM  default CORP.EXAMPLE.COM; a DIR that is already provisioned keeps its own.
#
# Prints KEY=value lines, kept in DIR/env too (. DIR/env). Provisioning needs root; a copy of a provisioned
# DIR also starts for any user in `unshare -rn bash -c "ip link set lo up; ..."`.
# Debian packages: samba samba-ad-dc samba-ad-provision samba-dsdb-modules samba-vfs-modules ldb-tools
# ldap-utils openssl
# Environment: SAMBA_ADMIN_PASSWORD, SAMBA_SVC_PASSWORD, SAMBA_MODEL (prefork | single | standard),
# SAMBA_EXCHANGE_SCHEMA=0 leaves out extensionAttribute1..15, mailNickname, msExchMailboxGuid, msExchUsageLocation,
# msExchRecipientTypeDetails, msExchRemoteRecipientType, msExchRecipientDisplayType, msExchHideFromAddressLists.
# A GSSAPI client needs krb5-user and libsasl2-modules-gssapi-mit, and SASL property maxssf=0 over TLS.
# Unlike Microsoft's: MaxPageSize is not enforced (unpaged and larger pages get all), no "who am I" operation.
set -euo pipefail

usage() { sed -n '2,21s/^# \{0,1\}//p' "$0"; }
case ${1:-} in -h | --help) usage; exit 0 ;; '' | -*) usage >&2; exit 2 ;; esac
mkdir -p "$1"
dir=$(cd "$1" && pwd -P)
ip=${2:-127.0.0.11}
realm=${3:-CORP.EXAMPLE.COM}
if [ -s "$dir/provisioned" ]; then realm=$(cat "$dir/provisioned"); fi
realm=${realm^^}
dns=${realm,,}
netbios=${realm%%.*}
base="DC=${dns//./,DC=}"
admin_pw=${SAMBA_ADMIN_PASSWORD:-'Adm1n.Passw0rd!'}
svc_pw=${SAMBA_SVC_PASSWORD:-'Svc-Passw0rd.1'}
model=${SAMBA_MODEL:-prefork}
conf=$dir/etc/smb.conf
log=$dir/up.log
pidfile=$dir/run/samba.pid
ldb=(-H "$dir/private/sam.ldb" --configfile="$conf")

fail() {
    echo "samba-up: $1; see $log" >&2
    tail -n 20 "$log" >&2 || true
    exit 1
}
case $ip in 127.*) ;; *) echo "samba-up: $ip is not a loopback address" >&2; exit 2 ;; esac
for tool in samba samba-tool ldbadd ldbmodify ldapsearch openssl iconv; do
    command -v "$tool" >/dev/null || { echo "samba-up: $tool is not installed" >&2; exit 1; }
done
if [ -s "$pidfile" ] && readlink "/proc/$(cat "$pidfile")/fd"/* 2>/dev/null | grep -xF -- "$pidfile" >/dev/null; then
    echo "samba-up: already running with $dir (pid $(cat "$pidfile"))" >&2
    cat "$dir/env"
    exit 0
fi
for port in 389 636; do
    if (: <"/dev/tcp/$ip/$port") 2>/dev/null; then
        echo "samba-up: something else listens on $ip:$port; choose another IP" >&2
        exit 1
    fi
done

# A fixed host name: the name of this machine may be longer than NetBIOS's 15 characters.
write_conf() {
    cat >"$conf" <<CONF
[global]
    netbios name = DC1
    realm = $realm
    workgroup = $netbios
    server role = active directory domain controller
    server services = ldap, cldap, kdc, drepl
    interfaces = $ip/8
    bind interfaces only = yes
    private dir = $dir/private
    lock directory = $dir/lock
    state directory = $dir/state
    cache directory = $dir/cache
    pid directory = $dir/run
    binddns dir = $dir/bind-dns
    ncalrpc dir = $dir/run/ncalrpc
    winbindd socket directory = $dir/run/winbindd
    ntp signd socket directory = $dir/run/ntp
    log file = $dir/log.samba
    panic action = /bin/true
    tls enabled = yes
    tls cafile = $dir/tls/ca.pem
    tls certfile = $dir/tls/cert.pem
    tls keyfile = $dir/tls/key.pem
    ldap server require strong auth = allow_sasl_over_tls
[sysvol]
    path = $dir/state/sysvol
[netlogon]
    path = $dir/state/sysvol/$dns/scripts
CONF
}

# Left alone, Samba makes a 4096-bit RSA certificate at its first start: 3 s or more, no address in it.
write_certificate() (
    mkdir -p "$dir/tls"
    chmod 700 "$dir/tls"
    cd "$dir/tls"
    [ -e ca.pem ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
        -subj "/CN=Test CA of $dns" -addext keyUsage=critical,keyCertSign,cRLSign \
        -keyout ca-key.pem -out ca.pem
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=dc1.$dns" -keyout key.pem -out dc.csr
    printf '%s\n' "subjectAltName=DNS:dc1.$dns,DNS:$dns,DNS:localhost,IP:$ip" extendedKeyUsage=serverAuth >ext
    openssl x509 -req -in dc.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 3650 -extfile ext -out cert.pem
    chmod 600 key.pem ca-key.pem
    rm -f dc.csr ext
)

# A password as Active Directory takes it: in quotation marks, UTF-16LE, base64.
ad_password() { printf '"%s"' "$1" | iconv -f UTF-8 -t UTF-16LE | base64 -w0; }

# What Exchange adds to the schema and people's user objects are full of. Single-valued, indexed, in the GC.
add_exchange_schema() {
    local schema="CN=Schema,CN=Configuration,$base" i ldif=$dir/etc/exchange.ldif may=''
    attribute() { # cn, ldap name, oid, attributeSyntax, oMSyntax, further lines…
        printf '%s\n' "dn: CN=$1,$schema" 'objectClass: top' 'objectClass: attributeSchema' \
            "attributeID: $3" "lDAPDisplayName: $2" "attributeSyntax: $4" "oMSyntax: $5" "${@:6}" \
            'isSingleValued: TRUE' 'searchFlags: 1' 'isMemberOfPartialAttributeSet: TRUE' ''
        may+="mayContain: $2"$'\n'
    }
    text() { attribute "$@" 2.5.5.12 64 'rangeLower: 1' 'rangeUpper: 1024'; }
    local exchange=1.2.840.113556.1.4.7000.102
    {
        for i in $(seq 1 15); do
            text "ms-Exch-Extension-Attribute-$i" "extensionAttribute$i" \
                "1.2.840.113556.1.2.$((i <= 10 ? 422 + i : 588 + i))"
        done
        text ms-Exch-Mail-Nickname mailNickname 1.2.840.113556.1.2.447
        text ms-Exch-Usage-Location msExchUsageLocation $exchange.51767
        attribute ms-Exch-Mailbox-Guid msExchMailboxGuid $exchange.11058 2.5.5.10 4
        attribute ms-Exch-Recipient-Type-Details msExchRecipientTypeDetails $exchange.50855 2.5.5.16 65
        attribute ms-Exch-Remote-Recipient-Type msExchRemoteRecipientType $exchange.51611 2.5.5.16 65
        attribute ms-Exch-Recipient-Display-Type msExchRecipientDisplayType $exchange.50730 2.5.5.9 2
        # Its number here is not Microsoft's, which could not be confirmed.
        attribute ms-Exch-Hide-From-Address-Lists msExchHideFromAddressLists \
            1.3.6.1.4.1.4203.666.11.2026.3.1 2.5.5.8 1
    } >"$ldif"
    ldbadd "${ldb[@]}" --option='dsdb:schema update allowed=true' "$ldif"
    printf '%s\n' "dn: CN=Mail-Recipient,$schema" 'changetype: modify' 'add: mayContain' "$may" |
        ldbmodify "${ldb[@]}" --option='dsdb:schema update allowed=true'
}

provision() {
    mkdir -p "$dir"/{etc,lock,cache,run}
    rm -rf "$dir/private" "$dir/state"
    write_conf
    samba-tool domain provision --configfile="$conf" --realm="$realm" --domain="$netbios" \
        --host-name=dc1 --host-ip="$ip" --adminpass="$admin_pw" --server-role=dc \
        --dns-backend=NONE --backend-store=mdb --backend-store-size=2Gb --quiet \
        --option='vfs objects=acl_xattr fake_acls'
    write_conf # provision wrote its own over it
    rm -rf "$dir/state/sysvol" # file shares are not served; its ACLs would hinder copying
    [ "${SAMBA_EXCHANGE_SCHEMA:-1}" = 0 ] || add_exchange_schema
    # Passwords that never expire: a directory kept for weeks must still let its people in.
    ldbmodify "${ldb[@]}" <<LDIF
dn: $base
changetype: modify
replace: maxPwdAge
maxPwdAge: -9223372036854775808
LDIF
    ldbadd "${ldb[@]}" <<LDIF
dn: OU=Service,$base
objectClass: organizationalUnit

dn: CN=svc-uplift,OU=Service,$base
objectClass: user
sAMAccountName: svc-uplift
userPrincipalName: svc-uplift@$dns
userAccountControl: 66048
unicodePwd:: $(ad_password "$svc_pw")
LDIF
    echo "BIND_PASSWORD='$svc_pw'
ADMIN_PASSWORD='$admin_pw'" >"$dir/etc/passwords"
    echo "$realm" >"$dir/provisioned"
}

# All that depends on the address or on the name of DIR.
settle() {
    write_conf
    write_certificate
    # Kerberos names for its own name, which Samba adds only where it serves DNS, and for the bare address: GSSAPI
    # binds then need no entry in /etc/hosts and no DNS.
    local name
    for name in "dc1.$dns" "$ip"; do
        ldbmodify "${ldb[@]}" <<LDIF || true
dn: CN=DC1,OU=Domain Controllers,$base
changetype: modify
add: servicePrincipalName
servicePrincipalName: ldap/$name
LDIF
    done
    cat >"$dir/etc/krb5.conf" <<KRB
[libdefaults]
    default_realm = $realm
    dns_lookup_realm = false
    dns_lookup_kdc = false
    rdns = false
    dns_canonicalize_hostname = false
    default_ccache_name = FILE:$dir/krb5cc
[realms]
    $realm = {
        kdc = $ip
        kpasswd_server = $ip
    }
[domain_realm]
    .$dns = $realm
    $dns = $realm
    $ip = $realm
KRB
    cat >"$dir/env" <<ENV
LDAP_URI=ldap://$ip
LDAPS_URI=ldaps://$ip
BASE_DN=$base
BIND_DN=CN=svc-uplift,OU=Service,$base
ADMIN_DN=CN=Administrator,CN=Users,$base
CA_FILE=$dir/tls/ca.pem
REALM=$realm
KRB5_CONFIG=$dir/etc/krb5.conf
SAM_LDB=$dir/private/sam.ldb
SMB_CONF=$conf
ENV
    cat "$dir/etc/passwords" >>"$dir/env"
    echo "$dir $ip" >"$dir/settled"
}

# In the background because `provision || fail` would switch errexit off inside of it.
if [ ! -e "$dir/provisioned" ]; then
    provision >"$log" 2>&1 &
    wait $! || fail 'provisioning failed'
fi
if [ "$(cat "$dir/settled" 2>/dev/null)" != "$dir $ip" ]; then
    settle >>"$log" 2>&1 &
    wait $! || fail 'configuring failed'
fi

# -D puts everything that Samba forks into one process group, whose number is in the pid file.
rm -f "$pidfile"
samba -D -s "$conf" -M "$model" >>"$log" 2>&1 </dev/null || fail 'samba did not start'

for _ in $(seq 1 300); do
    if LDAPTLS_CACERT=$dir/tls/ca.pem ldapsearch -x -LLL -o nettimeout=2 -H "ldaps://$ip" -b '' -s base \
        defaultNamingContext >/dev/null 2>&1; then
        cat "$dir/env"
        exit 0
    fi
    sleep 0.1
done
fail 'samba did not answer on LDAPS within 30 s'
