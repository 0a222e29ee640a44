"""The same 200 people of a real Samba AD, named in every way there is: each time the same accounts."""
import datetime
import json
import os
import re
import subprocess
import time
import unittest

from people import read_people
from stage import HERE, Daemon, Samba, Sandbox, check_accounts, default_profile, stage, tenant_definition, wait_until


@unittest.skipIf(os.geteuid() != 0 and not os.environ.get("CI"), "not run: provisioning Samba needs root")
class Selections(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage("selections")
        cls.folder, add = cls.stage.__enter__()
        cls.add = staticmethod(add)
        cls.samba = add(Samba(cls.folder / "samba", ip="127.0.0.62"))
        subprocess.run([HERE / "servers/samba-people.sh", cls.folder / "samba", "200"], check=True,
                       capture_output=True)
        cls.base = cls.samba.env["BASE_DN"]
        everybody = read_people(cls.samba.env, base="OU=Uplift," + cls.base)
        cls.people = [p for p in everybody.values() if re.match(r"person\d+$", p.sam)]
        cls.wanted = {p.anchor: p.planned_upn for p in cls.people}

    @classmethod
    def tearDownClass(cls):
        cls.stage.__exit__(None, None, None)

    def world(self, name, profile=""):
        sandbox = self.add(Sandbox(self.folder / name / "sandbox", tenant_definition(throttle_scale=40)))
        daemon = self.add(Daemon(self.folder / name / "uplift", self.samba.env, sandbox, profile=profile,
                                 tenant="writes_per_second = 800"))
        return sandbox, daemon

    def submit(self, daemon, *arguments):
        return json.loads(daemon.ctl("submit", *arguments, "--json").stdout.splitlines()[0])

    def assert_the_two_hundred(self, sandbox):
        state = sandbox.state()
        self.assertEqual(check_accounts(state, self.wanted)[:5], [])
        made = [u for u in state["users"] if u.get("passwordGiven")]
        self.assertEqual(len(made), 200)

    def test_by_ou_with_excludes(self):
        sandbox, daemon = self.world("ou")
        # The same OU twice, once inside of the other: everybody is taken once.
        accepted = self.submit(daemon, "--ou", "OU=Uplift," + self.base, "--ou", "OU=Plain,OU=Uplift," + self.base,
                               "--exclude-ou", "OU=Komma\\, Ltd,OU=Uplift," + self.base)
        self.assertEqual((accepted["people"], accepted["twice"]), (160, 40))
        self.assertEqual(daemon.wait_job(accepted["id"])["state"], "done")
        rest = self.submit(daemon, "--ou", self.base, "--filter", "(sAMAccountName=person*)",
                           "--exclude-ou", "OU=Apart," + self.base)
        self.assertEqual(rest["people"], 200)
        self.assertEqual(daemon.wait_job(rest["id"])["state"], "done")
        self.assert_the_two_hundred(sandbox)

    def test_everybody_of_the_domain_without_computers_contacts_and_the_protected(self):
        sandbox, daemon = self.world("domain")
        accepted = self.submit(daemon, "--ou", self.base)
        job = daemon.wait_job(accepted["id"])
        self.assertIn(job["state"], ("done", "partial"))
        rows = daemon.results(accepted["id"])
        skipped = {row["code"] for row in rows if row["state"] == "skipped"}
        self.assertEqual(skipped, {"UPL-1205", "UPL-1207"}, "disabled and protected people are skipped")
        self.assertFalse([row for row in rows if row["code"] == "UPL-1208"], "only users are listed")
        self.assertEqual(check_accounts(sandbox.state(), self.wanted)[:5], [])

    def test_by_filter(self):
        sandbox, daemon = self.world("filter")
        accepted = self.submit(daemon, "--filter", "(&(sAMAccountName=person*)(c=*))")
        self.assertEqual(accepted["people"], 200)
        self.assertEqual(daemon.wait_job(accepted["id"])["state"], "done")
        self.assert_the_two_hundred(sandbox)
        again = self.submit(daemon, "--filter", "(&(sAMAccountName=person*)(c=*))", "--label", "again")
        writes = sandbox.summary()["creates"] if "creates" in sandbox.summary() else None
        self.assertEqual(daemon.wait_job(again["id"])["state"], "done")
        self.assertEqual(check_accounts(sandbox.state(), self.wanted)[:5], [], writes)

    def test_by_json(self):
        sandbox, daemon = self.world("json")
        kinds = [("objectGUID", lambda p: p.guid), ("userPrincipalName", lambda p: p.upn),
                 ("sAMAccountName", lambda p: p.sam), ("distinguishedName", lambda p: p.dn)]
        users = [{kinds[i % 4][0]: kinds[i % 4][1](p)} for i, p in enumerate(self.people[:60])]
        job = {"profile": "staff", "label": "December starters", "users": users,
               "select": {"ou": ["OU=Uplift," + self.base], "filter": "(sAMAccountName=person*)"}}
        daemon.drop("starters.json", json.dumps(job, ensure_ascii=False))
        identity = daemon.wait_accepted("starters.json")
        shown = daemon.wait_job(identity)
        self.assertEqual((shown["state"], shown["people"], shown["label"]), ("done", 200, "December starters"))
        self.assert_the_two_hundred(sandbox)

    def test_one_at_a_time(self):
        sandbox, daemon = self.world("one")
        names = [lambda p: p.guid, lambda p: p.upn, lambda p: p.sam, lambda p: p.dn]
        jobs = [self.submit(daemon, "--user", names[i % 4](p))["id"] for i, p in enumerate(self.people)]
        for job in jobs:
            self.assertEqual(daemon.wait_job(job)["state"], "done")
        self.assert_the_two_hundred(sandbox)

    def test_users_shows_who_has_an_account_and_its_csv_is_taken(self):
        sandbox, daemon = self.world("users")
        selection = ("--ou", "OU=Plain,OU=Uplift," + self.base)
        before = daemon.lines("users", *selection)
        self.assertEqual(len(before), 40)
        self.assertEqual({u["account"] for u in before}, {"none"})
        text = daemon.ctl("users", *selection, "-o", "csv").stdout
        daemon.drop("plain.csv", text)
        self.assertEqual(daemon.wait_job(daemon.wait_accepted("plain.csv"))["state"], "done")
        after = daemon.lines("users", *selection)
        self.assertEqual({u["account"] for u in after}, {"has"})
        self.assertEqual(sorted(u["account_upn"] for u in after), sorted(u["planned_upn"] for u in after))
        apart = {u["sam_account_name"]: u["verdict"] for u in daemon.lines("users", "--ou", "OU=Apart," + self.base)}
        self.assertEqual(apart["disabled0"], "person_disabled")
        self.assertEqual(apart["protected0"], "person_protected")

    def test_every_attribute_arrives_exactly(self):
        graph_of = {"givenName": "givenName", "sn": "surname", "title": "jobTitle", "department": "department",
                    "company": "companyName", "mobile": "mobilePhone", "physicalDeliveryOfficeName": "officeLocation",
                    "streetAddress": "streetAddress", "l": "city", "st": "state", "postalCode": "postalCode",
                    "co": "country", "employeeID": "employeeId", "preferredLanguage": "preferredLanguage",
                    "displayName": "displayName", "telephoneNumber": "businessPhones"}
        sandbox, daemon = self.world("attributes", profile=default_profile(
            extra='[profile.staff.attributes]\nfaxNumber = "{telephoneNumber}"\npostalCode = ""'))
        accepted = self.submit(daemon, "--ou", "OU=Uplift," + self.base)
        self.assertEqual(daemon.wait_job(accepted["id"])["state"], "done")
        people = read_people(self.samba.env, base="OU=Uplift," + self.base, also=list(graph_of))
        users = {u["onPremisesImmutableId"]: u for u in sandbox.state()["users"]}
        compared = 0
        for person in people.values():
            want = {graph_of[name]: value.strip() for name, value in person.values.items() if name != "postalCode"}
            if "businessPhones" in want:
                want["faxNumber"] = want["businessPhones"]
                want["businessPhones"] = [want["businessPhones"]]
            user = users[person.anchor]
            names = set(graph_of.values()) | {"faxNumber"}
            have = {name: user[name] for name in names if user.get(name) not in (None, "", [])}
            if "country" in have and "country" not in want:
                want["country"] = have["country"] if have["country"] in "GB DE PL IS ES" else ""
            self.assertEqual(have, want, person.sam)
            compared += len(have)
        self.assertGreater(compared, 1_500)

    def test_scheduled_paused_and_drained(self):
        sandbox, daemon = self.world("later", profile=default_profile(
            extra='allow = { columns = ["licenses"], licenses = ["SPE_E5"] }'))
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=6)
        job = {"users": [{"sAMAccountName": p.sam} for p in self.people[:20]], "overrides": {"licenses": ["SPE_E5"]},
               "run_at": soon.strftime("%Y-%m-%dT%H:%M:%SZ")}
        daemon.drop("later.json", json.dumps(job))
        identity = daemon.wait_accepted("later.json")
        self.assertEqual(daemon.job(identity)["state"], "scheduled")
        daemon.kill()
        daemon.start()
        self.assertEqual(daemon.job(identity)["state"], "scheduled")
        self.assertEqual([u for u in sandbox.state()["users"] if u.get("passwordGiven")], [])
        daemon.ctl("job", "pause", identity)
        daemon.ctl("job", "pause", identity)
        time.sleep(8)
        self.assertEqual(daemon.job(identity)["state"], "paused")
        self.assertEqual([u for u in sandbox.state()["users"] if u.get("passwordGiven")], [])
        daemon.ctl("drain")
        daemon.ctl("job", "resume", identity)
        daemon.stop()
        daemon.start()
        time.sleep(2)
        self.assertTrue(daemon.lines("status", check=False)[0]["drained"], "drained stays over a restart")
        self.assertEqual([u for u in sandbox.state()["users"] if u.get("passwordGiven")], [])
        daemon.ctl("undrain")
        self.assertEqual(daemon.wait_job(identity)["state"], "done")
        licences = {one["sku"] for u in sandbox.state()["users"] for one in u["licenses"]}
        self.assertEqual(licences, {"SPE_E5"})
        self.assertIn("UPL-1711", daemon.ctl("job", "purge", identity, "--yes", check=False).stderr)
        daemon.reveal(identity)
        daemon.ctl("job", "purge", identity, "--yes")
        self.assertEqual(daemon.ctl("job", "show", identity, check=False).returncode, 1)
        left = [p.name for p in daemon.state.rglob("*") if p.name.startswith(identity + "-") or
                p.name.startswith(identity + ".")]
        self.assertEqual(left, [])

    def test_an_ou_that_does_not_exist_and_nobody_found(self):
        _, daemon = self.world("none")
        for arguments, code in ((("--ou", "OU=Nowhere," + self.base), "UPL-1212"),
                                (("--filter", "(sAMAccountName=nobody*)"), "UPL-1127"),
                                (("--filter", "(sAMAccountName=nobody"), "UPL-1212"),
                                (("--ou", "Nowhere"), "UPL-1126")):
            done = daemon.ctl("submit", *arguments, check=False)
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertIn(code, done.stderr, arguments)
        self.assertEqual(daemon.lines("jobs"), [])


if __name__ == "__main__":
    unittest.main()
