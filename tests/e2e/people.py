"""Who is in a test directory, asked from it with ldapsearch: {sAMAccountName: Person}."""
import base64
import dataclasses
import os
import subprocess
import uuid


@dataclasses.dataclass
class Person:
    sam: str = ""
    upn: str = ""
    dn: str = ""
    anchor: str = ""
    control: int = 512
    admin: bool = False
    usage: str = ""
    values: dict = dataclasses.field(default_factory=dict)

    @property
    def guid(self):
        return str(uuid.UUID(bytes_le=base64.b64decode(self.anchor)))

    @property
    def planned_upn(self):
        return self.upn.split("@")[0].lower() + "@contoso.com"


def read_people(env, base=None, where="(&(objectCategory=person)(objectClass=user))", also=()):
    """`also`: further attributes, kept in values."""
    command = ["ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", "-E", "pr=500/noprompt", "-H", env["LDAPS_URI"],
               "-D", env["BIND_DN"], "-w", env["BIND_PASSWORD"], "-b", base or env["BASE_DN"], where,
               "sAMAccountName", "userPrincipalName", "objectGUID", "distinguishedName", "userAccountControl",
               "adminCount", "msExchUsageLocation", "c", *also]
    out = subprocess.run(command, check=True, capture_output=True,
                         env={**os.environ, "LDAPTLS_CACERT": env["CA_FILE"]}).stdout.decode()
    people = {}
    for entry in out.split("\n\n"):
        person, country = Person(), ""
        for line in entry.splitlines():
            name, _, value = line.partition(":")
            if value.startswith(":"):
                raw = base64.b64decode(value[1:].strip())
                if name == "objectGUID":
                    person.anchor = base64.b64encode(raw).decode()
                    continue
                value = raw.decode()
            else:
                value = value[1:] if value.startswith(" ") else value
            if name in also:
                person.values[name] = value
            if name == "sAMAccountName":
                person.sam = value
            elif name == "userPrincipalName":
                person.upn = value
            elif name == "distinguishedName":
                person.dn = value
            elif name == "userAccountControl":
                person.control = int(value)
            elif name == "adminCount":
                person.admin = value == "1"
            elif name == "msExchUsageLocation":
                person.usage = value
            elif name == "c":
                country = value
        person.usage = person.usage or country
        if person.sam and person.upn:
            people[person.sam] = person
    return people


def ordinary(people):
    """Those that a profile takes: enabled, unprotected, with a usage location."""
    return {sam: one for sam, one in people.items() if not one.control & 2 and not one.admin and one.usage}
