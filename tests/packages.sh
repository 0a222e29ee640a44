# shellcheck shell=bash
# The Debian packages that Uplift is built, tried and tested with; sourced by the two commands of README.md.
#
# need_packages PART…   installs what is missing of the parts: build, try, test, clang

packages_of() {
    case $1 in
    build) echo g++ cmake ninja-build pkg-config ccache libboost1.81-dev nlohmann-json3-dev libssl-dev libsqlite3-dev \
        libldap-dev libkrb5-dev libsasl2-dev libspdlog-dev libfmt-dev libtomlplusplus-dev libcli11-dev libcsv-dev \
        libutf8proc-dev libsystemd-dev libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev ;;
    try) echo slapd ldap-utils openssl python3 ;;
    test) echo slapd ldap-utils openssl python3 python3-jsonschema curl procps systemd samba samba-ad-dc samba-ad-provision samba-dsdb-modules \
        samba-vfs-modules ldb-tools krb5-user libsasl2-modules-gssapi-mit ;;
    clang) echo clang ;;
    esac
}

need_packages() {
    local part package missing=()
    for part in "$@"; do
        for package in $(packages_of "$part"); do
            case "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" in
            installed) ;;
            *) missing+=("$package") ;;
            esac
        done
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "installing: ${missing[*]}"
    local as_root=()
    if [ "$(id -u)" != 0 ]; then as_root=(sudo); fi
    # Servers that a package brings are not started: the tests start their own, on loopback.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
