# Hostile people for a Samba domain controller, as LDIF for ldbadd; samba-people.sh runs it and lists them.
#
#   awk -v users=200 -v base=DC=corp,DC=example,DC=com -v domain=corp.example.com -f samba-people.awk
#
# The same `users` give the same entries. Names take turns through everything that a distinguished name, a
# filter, a CSV file or a terminal could trip over. People are person0000, person0001, … in five units below
# OU=Uplift; beside them, below OU=Apart: three disabled ones and two with adminCount=1.
# objectGUID is the domain controller's to choose. Values are written in base64: LDIF has its own rules for
# blanks and letters beyond ASCII.

function base64(text,   octets, i, n, out, a, b, c) {
    n = split_octets(text, octets)
    out = ""
    for (i = 1; i <= n; i += 3) {
        a = octets[i]
        b = i + 1 <= n ? octets[i + 1] : 0
        c = i + 2 <= n ? octets[i + 2] : 0
        out = out digit(int(a / 4)) digit((a % 4) * 16 + int(b / 16))
        out = out (i + 1 <= n ? digit((b % 16) * 4 + int(c / 64)) : "=") (i + 2 <= n ? digit(c % 64) : "=")
    }
    return out
}
function digit(n) { return substr(letters, n + 1, 1) }
function split_octets(text, octets,   i, n) { # needs LC_ALL=C: a character is an octet
    n = length(text)
    for (i = 1; i <= n; i++) octets[i] = number[substr(text, i, 1)]
    return n
}
function line(name, value) { printf "%s:: %s\n", name, base64(value) }
# A value as it stands in a distinguished name (RFC 4514).
function dn_value(text,   i, c, out) {
    out = ""
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (index("\"+,;<>\\=", c) || (i == 1 && (c == "#" || c == " ")) || (i == length(text) && c == " "))
            out = out "\\"
        out = out c
    }
    return out
}
function attribute(name, value) { return name ":: " base64(value) "\n" }
function unit(name, above) {
    line("dn", "OU=" dn_value(name) "," above)
    print "objectClass: organizationalUnit\n"
}
function person(cn, sam, where, upn, control, further) {
    line("dn", "CN=" dn_value(cn) "," where)
    print "objectClass: user"
    line("sAMAccountName", sam)
    line("userPrincipalName", upn)
    line("displayName", cn)
    printf "userAccountControl: %d\n%s\n", control, further
}
BEGIN {
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (i = 0; i < 256; i++) number[sprintf("%c", i)] = i
    shapes = split("Doe, Jane|Doe \\ Jane|\"Jane\" Doe|Jane + Doe|<Jane> Doe|Jane; Doe|Jane = Doe|#Jane Doe| Jane Doe|" \
        "Jane O'Brien|Jürgen Müller|王小明|Jane 😀 Doe|Łukasz Żak|=cmd() Doe|(Jane*) Doe|Jane/Doe|Zoë García|" \
        "Иван Петров|Jane @ Doe|-Jane Doe|Jane & Doe|Jane%Doe|{Jane} Doe|محمد علي", shape, "|")
    split("GB DE PL IS ES", country, " ")
    units = split("Plain|Komma, Ltd|Ümläut|Plus + Minus|営業", name, "|")

    top = "OU=Uplift," base
    apart = "OU=Apart," base
    unit("Uplift", base)
    unit("Apart", base)
    for (i = 1; i <= units; i++) unit(name[i], top)
    for (i = 0; i < users; i++) {
        sam = sprintf("person%04d", i)
        upn = sam "@" (i % 3 ? domain : "contoso.com")
        further = "c: " country[i % 5 + 1] "\n"
        if (i % 4 == 0) further = further "mailNickname: " sam "\n"
        if (i % 2 == 0)
            further = further attribute("givenName", "Zoë " i) attribute("sn", "Ó Briain; \"" i "\"") \
                attribute("title", " Head of = IT, + " i " ") attribute("department", "R&D <" i ">") \
                attribute("company", "營業 Ltd") attribute("telephoneNumber", "+49 (30) " i) \
                attribute("mobile", "+49 170 " i) attribute("physicalDeliveryOfficeName", "R/" i) \
                attribute("streetAddress", "Main St " i "\r\n2nd floor") attribute("l", "Köln") \
                attribute("st", "NRW") attribute("postalCode", "50667") attribute("co", "Germany 😀") \
                attribute("employeeID", "E" i) attribute("preferredLanguage", "de-DE")
        # A leading or trailing mark must stay where it is: the number goes to the other end.
        person(shape[i % shapes + 1] " " i, sam, "OU=" dn_value(name[i % units + 1]) "," top,
               i % 7 ? upn : toupper(upn), 66080, further)
    }
    for (i = 0; i < 3; i++)
        person("Disabled " i, "disabled" i, apart, "disabled" i "@" domain, 66082, "c: GB\n")
    for (i = 0; i < 2; i++)
        person("Protected " i, "protected" i, apart, "protected" i "@" domain, 66080, "c: GB\nadminCount: 1\n")
}
