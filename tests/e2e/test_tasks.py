"""Delayed tasks and seats in the hands of an operator: listed, counted, held, deferred, cancelled, revived; two
jobs on too few seats. Everything through upliftctl, held against the tenant's own state."""
import json
import re
import time
import unittest

from people import ordinary, read_people
from stage import SKU_E3, Daemon, Sandbox, Slapd, default_profile, stage, tenant_definition, wait_until

PEOPLE = 60
SETTINGS = """
aliases = ["{sAMAccountName}.alias@contoso.com"]
archive = true
litigation_hold = { enabled = true, duration_days = 2555, comment = "Kept for court", url = "https://contoso.com/hold" }
"""
KINDS = ("alias", "litigation_hold", "archive")


def people_csv(people):
    return "sAMAccountName\n" + "".join(p.sam + "\n" for p in people)


class Tasks(unittest.TestCase):
    def setUp(self):
        self.stage = stage("tasks")
        self.folder, self.add = self.stage.__enter__()
        self.addCleanup(self.stage.__exit__, None, None, None)
        self.slapd = self.add(Slapd(self.folder / "ldap", 160))
        self.everybody = list(ordinary(read_people(self.slapd.env)).values())

    def set_up(self, seats=1_000_000, extra=None, profile=SETTINGS, service=""):
        definition = tenant_definition(seats=seats, throttle_scale=50, extra=extra)
        definition["apps"][0]["exchange_roles"] = ["Exchange.ManageAsApp"]
        sandbox = self.add(Sandbox(self.folder / "sandbox", definition))
        daemon = self.add(Daemon(self.folder / "uplift", self.slapd.env, sandbox, profile=default_profile(extra=profile),
                                 tenant='writes_per_second = 400\nunknown_quiet = "1s"',
                                 service='mailbox_poll = ["1s", "5s"]\n' + service))
        return sandbox, daemon

    def tasks(self, daemon, *filters):
        return daemon.lines("tasks", *filters)

    def waiting_for_mailbox(self, daemon, count):
        wait_until(lambda: len([t for t in self.tasks(daemon) if t["waits_for"] == "mailbox"]) == count,
                   f"{count} tasks to wait for mailboxes", 60, every=0.5)

    def order(self, daemon, *arguments, code=0):
        done = daemon.ctl("task", *arguments, "--json", check=False)
        self.assertEqual(done.returncode, code, done.stdout[-500:] + done.stderr)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return lines[:-1], lines[-1] if lines else {}

    def faults_of(self, sandbox, people, kinds=KINDS):
        faults = []
        users = {u.get("onPremisesImmutableId"): u for u in sandbox.state()["users"]}
        for person in people:
            mailbox = users[person.anchor]["mailbox"]
            writes, alias = mailbox["writes"], f"smtp:{person.sam}.alias@contoso.com".lower()
            seen = {"alias": sum(1 for a in mailbox["addresses"] if a.lower() == alias),
                    "litigation_hold": len(writes["holds"]), "archive": len(writes["archives"])}
            wanted = {kind: int(kind in kinds) for kind in KINDS}
            if seen != wanted or writes["replaced"] != 0 or writes["commands"] != len(kinds):
                faults.append(f"{person.sam}: {seen}, wanted {wanted}, {writes['commands']} commands")
            hold = json.dumps(mailbox)
            if "litigation_hold" in kinds and not ("2555" in hold and "Kept for court" in hold
                                                   and "https://contoso.com/hold" in hold):
                faults.append(f"{person.sam}: hold {hold}")
        return faults

    def test_orders_on_one_on_some_and_on_all(self):
        people = self.everybody[:PEOPLE]
        sandbox, daemon = self.set_up(extra={"mailbox_delay": 3600})
        daemon.drop("people.csv", people_csv(people))
        job = daemon.wait_accepted("people.csv")
        self.waiting_for_mailbox(daemon, 3 * PEOPLE)

        ids = {kind: [t["id"] for t in self.tasks(daemon, "--kind", kind)] for kind in KINDS}
        self.assertEqual({kind: len(of) for kind, of in ids.items()}, dict.fromkeys(KINDS, PEOPLE))
        self.assertEqual(len(self.tasks(daemon, "--job", job, "--limit", 7)), 7)
        self.assertEqual(len(self.tasks(daemon, "--person", people[3].sam)), 3)
        self.assertEqual(self.tasks(daemon, "--older", "1h"), [])
        self.assertEqual(self.tasks(daemon, "--state", "failed", "--state", "done"), [])
        ages = daemon.lines("tasks", "--by", "age")
        self.assertEqual({a["id"]: (a["by_age"]["15m"], a["total"]) for a in ages},
                         dict.fromkeys(KINDS, (PEOPLE, PEOPLE)))
        print(daemon.ctl("tasks", "--limit", 3).stdout, daemon.ctl("tasks", "--by", "age").stdout)

        # One whose mailbox is not there: tried, told so, and its waiting time goes on.
        one = ids["alias"][0]
        before = [t for t in self.tasks(daemon, "--kind", "alias") if t["id"] == one][0]
        said = daemon.ctl("task", "run", one).stdout
        self.assertRegex(said, r"still absent, next try ")
        after = [t for t in self.tasks(daemon, "--kind", "alias") if t["id"] == one][0]
        self.assertEqual((after["waiting_since"], after["waits_for"], after["tries"]),
                         (before["waiting_since"], "mailbox", before["tries"]))

        # A filter in a script says how many it means; another number changes nothing.
        self.order(daemon, "hold", "--kind", "archive", code=2)
        self.order(daemon, "hold", "--kind", "archive", "--yes", code=2)
        refused = daemon.ctl("task", "hold", "--kind", "archive", "--yes", "--expect", 59, check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertRegex(refused.stderr, r"60 delayed tasks fit, 59 were expected")
        self.assertEqual([t for t in self.tasks(daemon) if t["waits_for"] == "operator"], [])

        told, tally = self.order(daemon, "hold", "--kind", "archive", "--yes", "--expect", PEOPLE, "--reason", "audit")
        self.assertEqual((tally["changed"], {t["effect"] for t in told}), (PEOPLE, {"changed"}))
        self.assertEqual(self.order(daemon, "hold", ids["archive"][0])[1]["as_before"], 1)
        self.assertEqual(self.order(daemon, "defer", *ids["litigation_hold"][:50], "--until", "+1s", "--yes")[1]["changed"],
                         50)
        self.assertEqual(self.order(daemon, "cancel", ids["alias"][1])[1]["changed"], 1)
        self.assertEqual(self.order(daemon, "cancel", "T999999-alias", code=1)[1]["not_found"], 1)

        # Mailboxes come: what is held stays, what was deferred goes on by itself, what was cancelled is left.
        sandbox.ask("/sandbox/mailboxes", {"listed_in": 0, "usable_in": 0})
        wait_until(lambda: len(self.tasks(daemon)) == PEOPLE, "all but the held to end", 90, every=0.5)
        self.assertEqual({(t["kind"], t["waits_for"]) for t in self.tasks(daemon)}, {("archive", "operator")})
        self.assertEqual(self.order(daemon, "release", "--job", job, "--yes", "--expect", PEOPLE)[1]["changed"], PEOPLE)
        self.assertEqual(self.order(daemon, "retry", ids["alias"][1])[1]["changed"], 1)
        shown = daemon.wait_job(job, timeout=90)
        wait_until(lambda: not self.tasks(daemon), "the last task", 60)
        self.assertEqual(daemon.job(job)["state"], "done", shown)
        self.assertEqual(self.faults_of(sandbox, people)[:5], [])
        done = self.tasks(daemon, "--state", "done")
        self.assertEqual(len(done), 3 * PEOPLE)

    def test_overdue_tasks_are_an_alert(self):
        people = self.everybody[:5]
        sandbox, daemon = self.set_up(extra={"mailbox_delay": 3600}, service='mailbox_overdue = "1m"')
        daemon.drop("people.csv", people_csv(people))
        job = daemon.wait_accepted("people.csv")
        self.waiting_for_mailbox(daemon, 15)
        said = wait_until(lambda: re.search(r"15 delayed tasks are\s+overdue", daemon.ctl("status").stdout), "the alert", 90, every=1)
        self.assertTrue(said)
        self.assertEqual(daemon.ctl("status", "--quiet", check=False).stdout, "degraded\n")
        self.assertTrue(all(t["overdue"] for t in self.tasks(daemon)))
        sandbox.ask("/sandbox/mailboxes", {"listed_in": 0, "usable_in": 0})
        self.assertEqual(daemon.wait_job(job, timeout=60)["state"], "done")
        self.assertNotIn("overdue", daemon.ctl("status").stdout)

    def test_two_jobs_on_too_few_seats(self):
        first, second = self.everybody[:60], self.everybody[60:120]
        sandbox, daemon = self.set_up(seats=100, profile="")
        daemon.drop("first.csv", people_csv(first))
        daemon.drop("second.csv", people_csv(second))
        jobs = [daemon.wait_accepted("first.csv"), daemon.wait_accepted("second.csv")]

        def licensed():
            return sum(1 for u in sandbox.state()["users"] if u["licenses"] and u.get("onPremisesImmutableId"))

        def seats(*arguments):
            return [s for s in daemon.lines("seats", *arguments) if s["part"] == SKU_E3][0]
        wait_until(lambda: licensed() == 100 and seats()["waiting"] == 20, "100 licensed and 20 waiting", 90, every=0.5)
        self.assertEqual(sum(s["waiting"] for s in seats()["jobs"]), 20)
        print(daemon.ctl("seats").stdout)
        self.assertRegex(daemon.ctl("status").stdout, r"20 people wait")
        # The account is there at once, the licence is what waits.
        ours = [u for u in sandbox.state()["users"] if u.get("onPremisesImmutableId")]
        self.assertEqual(len(ours), 120)

        sandbox.ask("/sandbox/seats", {"sku": SKU_E3, "buy": 25})
        sandbox.ask("/sandbox/seats", {"sku": SKU_E3, "take": 5})
        seats("--refresh")
        for job in jobs:
            self.assertEqual(daemon.wait_job(job, timeout=60)["state"], "done")
        self.assertEqual(licensed(), 120)
        asked = [json.loads(line) for line in (sandbox.folder / "requests.jsonl").read_text().splitlines()]
        refused = [one for one in asked if "assignLicense" in one["target"] and one["status"] == 400]
        self.assertEqual(refused, [])


if __name__ == "__main__":
    unittest.main()
