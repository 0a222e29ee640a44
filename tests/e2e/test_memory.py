"""Passwords that were delivered are nowhere in upliftd's memory: neither where they were drawn, nor in a request
body, a TLS record, a reply to upliftctl or what a library kept of them (trap T17)."""
import os
import time
import unittest

from people import ordinary, read_people
from stage import Daemon, Sandbox, Slapd, check_accounts, stage, tenant_definition

PEOPLE = 50
PIECE = 16 << 20


def readable_regions(pid):
    with open(f"/proc/{pid}/maps") as maps:
        for line in maps:
            span, rights, _, _, _, *name = line.split()
            first, last = (int(end, 16) for end in span.split("-"))
            if rights.startswith("r") and name not in (["[vvar]"], ["[vsyscall]"]):
                yield first, last, " ".join(name)


def places_of(pid, words):
    """Where each word stands in the memory of a process: {word: [(region, address)…]}."""
    needles = {word: word.encode() for word in words}
    longest = max(map(len, needles.values()))
    found = {}
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for first, last, name in readable_regions(pid):
            at = first
            while at < last:
                memory.seek(at)
                try:
                    piece = memory.read(min(PIECE, last - at))
                except OSError:  # a page that nothing stands behind
                    break
                if not piece:
                    break
                for word, needle in needles.items():
                    where = piece.find(needle)
                    while where >= 0:
                        found.setdefault(word, set()).add((name, hex(at + where)))
                        where = piece.find(needle, where + 1)
                at += len(piece) if at + len(piece) >= last else len(piece) - longest
    return found


@unittest.skipIf(os.geteuid() != 0, "not run: only root reads the memory of upliftd")
class Memory(unittest.TestCase):
    def test_delivered_passwords_are_nowhere(self):
        with stage("memory") as (folder, add):
            slapd = add(Slapd(folder / "ldap", 2 * PEOPLE))
            people = list(ordinary(read_people(slapd.env)).values())[:PEOPLE]
            sandbox = add(Sandbox(folder / "sandbox", tenant_definition(throttle_scale=20)))
            daemon = add(Daemon(folder / "uplift", slapd.env, sandbox,
                                tenant='writes_per_second = 400\nunknown_quiet = "1s"'))
            daemon.drop("people.csv", "sAMAccountName\n" + "".join(p.sam + "\n" for p in people))
            job = daemon.wait_accepted("people.csv")
            self.assertEqual(daemon.wait_job(job)["state"], "done")
            self.assertEqual(check_accounts(sandbox.state(), {p.anchor: p.planned_upn for p in people})[:5], [])

            shown, text = daemon.reveal(job)

            self.assertEqual(len(shown), PEOPLE, text[-2000:])
            given = {one["userPrincipalName"].lower(): one["passwordGiven"] for one in sandbox.state()["users"]
                     if one.get("passwordGiven")}
            self.assertEqual({upn: given.get(upn) for upn in shown}, shown)
            time.sleep(1)
            # The scan sees what is there: names are no secret.
            names = places_of(daemon.process.pid, [people[0].planned_upn])
            self.assertTrue(names, "the scan finds nothing at all")
            found = places_of(daemon.process.pid, list(shown.values()))
            for word, places in found.items():
                print(f"a password of {len(word)} letters stands in {sorted(places)}")
            self.assertEqual(sum(map(len, found.values())), 0)


if __name__ == "__main__":
    unittest.main()
