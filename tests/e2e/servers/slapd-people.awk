# The entries that slapd-up.sh fills its directory with, as LDIF. Reads the service account's password in base64.
# The same USERS give the same entries, octet for octet. `slapd-up.sh --help` says who they are.

# Base64 of 16 octets: 21 letters of any kind, then one of A, Q, g, w.
function guid(   s, i) {
    for (i = 0; i < 21; i++) s = s substr(letters, int(rand() * 64) + 1, 1)
    return s substr("AQgw", int(rand() * 4) + 1, 1) "=="
}
function unit(name) { printf "dn: OU=%s,%s\nobjectClass: organizationalUnit\nou: %s\n\n", name, base, name }
# The first lines of every entry that Active Directory could hold. A comma in the name is escaped in the DN.
function entry(rdn, where, classes, category,   cn, n, i, class) {
    cn = rdn
    gsub(/\\/, "", cn)
    dn = "CN=" rdn "," where "," base
    printf "dn: %s\ncn: %s\ndistinguishedName: %s\nobjectCategory: %s\n", dn, cn, dn, category
    n = split(classes, class, " ")
    for (i = 1; i <= n; i++) printf "objectClass: %s\n", class[i]
}
function addresses(name, second) {
    printf "mail: %s@corp.example.com\nmailNickname: %s\n", name, name
    printf "proxyAddresses: SMTP:%s@corp.example.com\nproxyAddresses: smtp:%s@corp.example.com\n", name, second
}
function person(i,   sam, g, s, t, id, cn) {
    sam = sprintf("user%06d", i)
    g = given[i % givens + 1]
    s = surname[int(i / givens) % surnames + 1]
    t = i % towns + 1
    id = guid()
    cn = i % 10 == 3 ? s "\\, " g " " sam : g " " s " " sam
    entry(cn, "OU=" (i % 5 ? "Branch " i % 5 : "IT Department"), "user", "person")
    addresses(sam, i)
    printf "sAMAccountName: %s\nuserPrincipalName: %s@corp.example.com\n", sam, sam
    printf "givenName: %s\nsn: %s\ndisplayName: %s %s\n", g, s, g, s
    printf "department: %s\ntitle: Clerk %d\ncompany: Example\nemployeeID: %d\n", i % 5 ? "Sales" : "IT", i % 7, i
    printf "c: %s\nl: %s\nextensionAttribute1: site-%d\n", country[t], town[t], i % 40
    printf "userAccountControl: %d\nobjectGUID:: %s\n", i % 49 == 48 ? 514 : 512, id
    if (i % 7 == 6) printf "msExchUsageLocation: %s\n", country[i % 14 == 13 ? t % towns + 1 : t]
    if (i % 97 == 96) {
        printf "adminCount: 1\nmemberOf: CN=Domain Admins,CN=Users,%s\n", base
        admins = admins "member: " dn "\n"
    }
    if (on_premises && i % on_premises == on_premises - 1) {
        printf "msExchMailboxGuid:: %s\n", substr(id, 2, 20) substr(id, 1, 1) substr(id, 22)
        printf "msExchRecipientTypeDetails: 1\nmsExchRecipientDisplayType: 1073741824\n"
        printf "legacyExchangeDN: %s%s\nhomeMDB: CN=Mailbox Database %d,%s\n", recipients, sam, i % 2 + 1, databases
        printf "msExchHideFromAddressLists: %s\n", i % 2 ? "TRUE" : "FALSE"
    } else if (i % 101 == 100) {
        printf "msExchRecipientTypeDetails: 2147483648\nmsExchRecipientDisplayType: -2147483642\n"
        printf "msExchRemoteRecipientType: 4\n"
        printf "targetAddress: SMTP:%s@example.mail.onmicrosoft.com\nlegacyExchangeDN: %s%s\n", sam, recipients, sam
    }
    printf "whenCreated: 20260101000000.0Z\nwhenChanged: 20260101000000.0Z\nuSNChanged: %d\n\n", 10000 + i
}
BEGIN {
    srand(20261123)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    givens = split("Jane Jürgen Zoë Łukasz 王 Ólafur John Mary Søren Ana Иван María", given, " ")
    surnames = split("Doe Müller O'Brien Smith Nguyễn García Żak 小明 Larsson Öztürk Петров", surname, " ")
    towns = split("London Berlin Kraków Reykjavík Madrid", town, " ")
    split("GB DE PL IS ES", country, " ")
    recipients = "/o=Example/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn="
    databases = "CN=Databases,CN=Microsoft Exchange,CN=Services,CN=Configuration," base

    printf "dn: %s\nobjectClass: dcObject\nobjectClass: organization\ndc: corp\no: corp\n\n", base
    printf "dn: CN=Users,%s\nobjectClass: container\ncn: Users\n\n", base
    unit("Service")
    unit("IT Department")
    for (i = 1; i < 5; i++) unit("Branch " i)
    entry("svc-uplift", "OU=Service", "user", "person")
    printf "sAMAccountName: svc-uplift\nuserPrincipalName: svc-uplift@corp.example.com\n"
    getline password
    printf "userAccountControl: 66048\nuserPassword:: %s\n\n", password
    for (i = 0; i < users; i++) person(i)

    entry("PC000001", "OU=IT Department", "user computer", "computer")
    printf "sAMAccountName: PC000001$\nuserAccountControl: 4096\nisCriticalSystemObject: FALSE\n"
    printf "objectGUID:: %s\n\n", guid()
    entry("Max Contact", "OU=Branch 1", "contact", "person")
    addresses("max.contact", "max")
    printf "displayName: Max Contact\ntargetAddress: SMTP:max@partner.example.net\nobjectGUID:: %s\n\n", guid()
    entry("Domain Admins", "CN=Users", "group", "group")
    printf "sAMAccountName: Domain Admins\ngroupType: -2147483646\nadminCount: 1\nisCriticalSystemObject: TRUE\n"
    printf "%sobjectGUID:: %s\n\n", admins, guid()
    entry("All Sales", "OU=Branch 1", "group", "group")
    addresses("all-sales", "sales")
    printf "sAMAccountName: all-sales\ndisplayName: All Sales\ngroupType: 8\nobjectGUID:: %s\n\n", guid()
}
